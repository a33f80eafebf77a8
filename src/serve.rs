//! HTTP: a router over the snapshot (its routes: `serve/routes.rs`), and the loop that answers connections.
//! Knows: model, explain, document, plan, the snapshot receiver, the operations trait.
//! Never: asks the engine anything while a request waits, and never changes state itself.

mod actions;
mod asked_path;
mod attach;
mod cache;
mod cors;
mod directory;
mod filter;
mod gate;
mod guard;
mod handlers;
mod health;
mod html;
mod limits;
mod listener;
mod metrics;
mod openapi;
mod operations;
mod page;
mod path;
mod peer;
mod prefix;
mod problem;
mod query;
mod rate;
mod route;
mod router;
mod routes;
mod run;
mod services;
mod streams;
mod timeline;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::FromRef;
use axum::http::HeaderMap;
use axum::response::Response;
use tokio::sync::watch;

use crate::model::{AccessToken, Timestamp};
use crate::operate::Operations;

pub use limits::ConnectionLimits;
pub use listener::{Listener, ServeError, bind};
pub use peer::ClientPeer;
pub use router::{router, router_with};
pub use run::run;
pub use streams::Streams;
pub use tls::{ServerTls, TlsInForce, TlsRefusal};

/// Largest request body in bytes.
const BODY_LIMIT: usize = 256 * 1024;

/// How the router behaves.
#[derive(Clone)]
pub struct RouterOptions {
    /// Host names accepted beside loopback names and addresses, with or without a port.
    pub allow_hosts: Vec<String>,
    /// Whether any IP address is accepted as host: where hubdeck listens beyond loopback and
    /// demands a token. An address, unlike a name, cannot be pointed elsewhere by a foreign DNS
    /// server.
    pub allow_addresses: bool,
    /// Tokens of which requests must carry one; `None` demands none, and permits to read.
    pub tokens: Option<Arc<[AccessToken]>>,
    /// Whether clients whose token permits it may act.
    pub actions: bool,
    /// Whether a trusted proxy in front says who asks (`X-Forwarded-For`).
    pub behind_proxy: bool,
    /// Origins whose pages may use the API.
    pub allow_origins: Vec<String>,
    /// The path under which a proxy shows hubdeck, such as `/hub`.
    pub base_path: Option<String>,
    /// How long the body of a request may take.
    pub body_limit: Duration,
    /// Cached results older than this are stale.
    pub ttl: Duration,
    /// Time between two polls; older than this and `ttl` together is stale.
    pub poll_interval: Duration,
    /// The clock.
    pub clock: fn() -> Timestamp,
}

/// Options that may change while the router answers: each request is answered by those in force
/// when it came.
#[derive(Clone)]
pub struct LiveOptions(watch::Receiver<Arc<RouterOptions>>);

impl From<watch::Receiver<Arc<RouterOptions>>> for LiveOptions {
    fn from(receiver: watch::Receiver<Arc<RouterOptions>>) -> Self {
        Self(receiver)
    }
}

impl From<RouterOptions> for LiveOptions {
    /// Options that never change.
    fn from(options: RouterOptions) -> Self {
        Self(watch::channel(Arc::new(options)).1)
    }
}

/// What the router keeps.
#[derive(Clone)]
struct Kept {
    cache: Arc<cache::ResponseCache>,
    operations: Arc<dyn Operations>,
    streams: Streams,
    options: LiveOptions,
    directory: Arc<directory::Directory>,
    gate: Arc<gate::RequestGate>,
}

/// What every handler gets.
#[derive(Clone)]
struct Shared {
    cache: Arc<cache::ResponseCache>,
    operations: Arc<dyn Operations>,
    streams: Streams,
    options: Arc<RouterOptions>,
    directory: Arc<directory::Directory>,
    gate: Arc<gate::RequestGate>,
}

impl FromRef<Kept> for Shared {
    fn from_ref(kept: &Kept) -> Self {
        let options = Arc::clone(&kept.options.0.borrow());
        Self {
            cache: Arc::clone(&kept.cache),
            operations: Arc::clone(&kept.operations),
            streams: kept.streams.clone(),
            options,
            directory: Arc::clone(&kept.directory),
            gate: Arc::clone(&kept.gate),
        }
    }
}

impl Shared {
    /// The newest revision for somebody who wants its results: those that are older than
    /// `cache.ttl` are marked, and asked for again in the background.
    fn wanted(&self) -> Arc<cache::CachedRevision> {
        let (now, ttl) = ((self.options.clock)(), self.options.ttl);
        let current = self.cache.judged(now, ttl);
        if self.cache.begins_refresh(&current, now, ttl) {
            self.operations.refresh(false);
        }
        current
    }

    /// Answers with the body of `kind` of that revision, made by `render` unless it is kept.
    fn answer(
        &self,
        kind: cache::Kind,
        headers: &HeaderMap,
        render: impl FnOnce(&cache::CachedRevision) -> Result<Bytes, String>,
    ) -> Response {
        let current = self.wanted();
        self.cache.shared(&current, kind, headers, render)
    }
}
