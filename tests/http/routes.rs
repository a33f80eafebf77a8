//! Every route, shape and code of the HTTP side; once by oneshot, then over a socket.

mod access;
mod attach;
mod caching;
mod cross_origin;
mod documents;
mod errors;
mod health;
mod operations;
mod reference;
mod series;
mod sockets;
mod tokens;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::support::fake_operations::FakeOperations;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use hubdeck::model::{AccessToken, Snapshot, TokenDigest, TokenScope};
use hubdeck::serve::{LiveOptions, RouterOptions, router};
use serde_json::Value;
use tokio::sync::watch;
use tower::ServiceExt;

use crate::support::snapshots::{at, hub};

pub const TOKEN: &str = "0123456789012345678901234567890123456789abc";

/// The token of the settings.
pub fn tokens() -> Option<Arc<[AccessToken]>> {
    Some(vec![token("serve.token", TOKEN, &[TokenScope::Admin])].into())
}

/// A token called `name` that permits `scopes`.
pub fn token(name: &str, text: &str, scopes: &[TokenScope]) -> AccessToken {
    AccessToken {
        name: name.into(),
        scopes: scopes.iter().copied().collect(),
        sha256: TokenDigest::of(text.as_bytes()),
        created_at: at(0),
        expires_at: None,
    }
}

pub struct World {
    snapshots: watch::Sender<Arc<Snapshot>>,
    router: Router,
    cleared: Arc<AtomicU32>,
}

pub fn options() -> RouterOptions {
    RouterOptions {
        allow_hosts: vec!["hub.example.org".into()],
        allow_addresses: false,
        tokens: None,
        actions: false,
        behind_proxy: false,
        allow_origins: Vec::new(),
        base_path: None,
        body_limit: Duration::from_secs(5),
        ttl: Duration::from_secs(30),
        poll_interval: Duration::from_secs(30),
        clock: || at(0),
    }
}

pub fn world_of(snapshot: Snapshot, options: impl Into<LiveOptions>) -> World {
    let (snapshots, receiver) = watch::channel(Arc::new(snapshot));
    let cleared = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&cleared);
    let operations = FakeOperations::refreshing(move |clear| {
        count.fetch_add(u32::from(clear), Ordering::Relaxed);
    });
    World {
        snapshots,
        router: router(receiver, operations, options),
        cleared,
    }
}

pub fn world() -> World {
    world_of(hub(7), options())
}

pub struct Answer {
    pub status: StatusCode,
    headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl World {
    /// One whose refreshes call `on_refresh` with whether the cache is cleared.
    fn refreshing(
        snapshot: Snapshot,
        options: impl Into<LiveOptions>,
        on_refresh: impl Fn(bool) + Send + Sync + 'static,
    ) -> Self {
        let (snapshots, receiver) = watch::channel(Arc::new(snapshot));
        let operations = FakeOperations::refreshing(on_refresh);
        Self {
            snapshots,
            router: router(receiver, operations, options),
            cleared: Arc::default(),
        }
    }

    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", "localhost:5003");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX)
            .await
            .unwrap()
            .to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], "").await
    }
}

const READS: [&str; 17] = [
    "/",
    "/livez",
    "/readyz",
    "/api/health",
    "/api/services",
    "/api/services/hub/backend",
    "/api/services/hub/backend/explain",
    "/api/services/hub/backend/metrics",
    "/api/health/stack",
    "/api/operations",
    "/api/architecture",
    "/api/incidents",
    "/api/timeline",
    "/api/layers",
    "/api/metrics",
    "/api/discovery",
    "/api/cache/info",
];
