//! HTTP: a router over the snapshot, and the loop that answers connections.
//! Knows: model, explain, document, the snapshot receiver, the operations trait.
//! Never: asks the engine anything while a request waits, and never changes state itself.
//!
//! | route | answers |
//! |---|---|
//! | `GET /` | links for programs, a page for browsers (`Accept: text/html`) |
//! | `GET /api/health` | our own health, without a token |
//! | `GET /api/services[?stack=&layer=&state=&source=]` | services |
//! | `GET /api/services/{id}` | one service; 410 when it was removed lately |
//! | `GET /api/services/{id}/explain` | why it is as it is: sentence, evidence, hint, what to try |
//! | `GET /api/architecture[?format=]` | layers, services with reasons, edges; as JSON, text, Mermaid, DOT or SVG |
//! | `GET /api/incidents` | open incidents and those that ended lately |
//! | `GET /api/layers` | totals per layer |
//! | `GET /api/metrics` | figures |
//! | `GET /api/discovery` | engine, counts, stacks, sources |
//! | `POST /api/cache/clear` | forgets results, polls and probes now |
//! | `GET /api/cache/info` | time to live, age, entries, hits, misses |
//! | `GET /livez`, `GET /readyz` | process runs; snapshot is complete and fresh, without a token |
//! | `OPTIONS` on each | 204 with what is allowed there |

mod cache;
mod guard;
mod handlers;
mod health;
mod limits;
mod page;
mod problem;
mod run;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::middleware::{from_fn_with_state, map_response};
use axum::routing::{get, post};
use tokio::sync::watch;

use crate::model::{Snapshot, Timestamp};
use crate::operate::Operations;

pub use limits::ConnectionLimits;
pub use run::{ServeError, bind, run};

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
    /// Bearer token that requests must carry; `None` demands none.
    pub token: Option<String>,
    /// How long the body of a request may take.
    pub body_limit: Duration,
    /// Age from which cached results count as old.
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
    options: LiveOptions,
}

/// What every handler gets.
#[derive(Clone)]
struct Shared {
    cache: Arc<cache::ResponseCache>,
    operations: Arc<dyn Operations>,
    options: Arc<RouterOptions>,
}

impl FromRef<Kept> for Shared {
    fn from_ref(kept: &Kept) -> Self {
        let options = Arc::clone(&kept.options.0.borrow());
        Self {
            cache: Arc::clone(&kept.cache),
            operations: Arc::clone(&kept.operations),
            options,
        }
    }
}

/// Every route over `snapshots`; changes go through `operations`.
pub fn router(
    snapshots: watch::Receiver<Arc<Snapshot>>,
    operations: Arc<dyn Operations>,
    options: impl Into<LiveOptions>,
) -> Router {
    let cache = Arc::new(cache::ResponseCache::new(snapshots));
    let shared = Kept {
        cache,
        operations,
        options: options.into(),
    };
    let routes = routes()
        .fallback(problem::unknown_path)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(from_fn_with_state(shared.clone(), guard::guard))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(shared);
    // The router names the methods of a route in its answer, after all that stands inside.
    Router::new()
        .fallback_service(routes)
        .layer(map_response(problem::allow_options))
}

fn routes() -> Router<Kept> {
    Router::new()
        .route("/", get(page::index))
        .route("/livez", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/api/health", get(health::own))
        .route("/api/services", get(handlers::services))
        .route("/api/services/{*id}", get(handlers::service))
        .route("/api/architecture", get(handlers::architecture))
        .route("/api/incidents", get(handlers::incidents))
        .route("/api/layers", get(handlers::layers))
        .route("/api/metrics", get(handlers::metrics))
        .route("/api/discovery", get(handlers::discovery))
        .route("/api/cache/clear", post(health::clear_cache))
        .route("/api/cache/info", get(health::cache_info))
}
