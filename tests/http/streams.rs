//! Answers that go on: changes as events, and logs.

mod events;
mod logs;
mod metrics;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, Request, StatusCode};
use futures_util::StreamExt as _;
use hubdeck::model::{HealthState, Snapshot};
use hubdeck::operate::Operations;
use hubdeck::serve::{RouterOptions, Streams, router_with};
use serde_json::Value;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::support::fake_operations::FakeOperations;
use crate::support::snapshots::{at, hub};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

struct World {
    snapshots: watch::Sender<Arc<Snapshot>>,
    closing: CancellationToken,
    router: Router,
}

fn world_of(operations: Arc<dyn Operations>) -> World {
    let (snapshots, receiver) = watch::channel(Arc::new(hub(7)));
    let closing = CancellationToken::new();
    let streams = Streams::new(receiver.clone(), closing.clone());
    let options = RouterOptions {
        allow_hosts: Vec::new(),
        allow_addresses: false,
        tokens: None,
        actions: false,
        allow_origins: Vec::new(),
        base_path: None,
        behind_proxy: false,
        body_limit: Duration::from_secs(5),
        ttl: Duration::from_secs(30),
        poll_interval: Duration::from_secs(30),
        clock: || at(0),
    };
    World {
        snapshots,
        closing,
        router: router_with(receiver, operations, options, streams),
    }
}

fn world() -> World {
    world_of(FakeOperations::inert())
}

/// An answer whose body is still to be read.
struct Opened {
    status: StatusCode,
    headers: HeaderMap,
    body: BodyDataStream,
    /// What was read and is not used yet.
    text: String,
}

impl World {
    async fn open(&self, path: &str, headers: &[(&str, &str)]) -> Opened {
        let mut request = Request::builder().uri(path).header("host", "localhost");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Opened {
            status: parts.status,
            headers: parts.headers,
            body: body.into_data_stream(),
            text: String::new(),
        }
    }

    /// Publishes a snapshot in which the database is in `state`.
    fn publish(&self, revision: u64, state: HealthState) {
        let mut snapshot = hub(revision);
        for service in &mut snapshot.services {
            if service.id.as_str() == "hub/db" {
                Arc::make_mut(service).health.state = state;
            }
        }
        self.snapshots.send_replace(Arc::new(snapshot));
    }
}

/// One event as a client reads it.
#[derive(Debug)]
struct Event {
    name: String,
    id: String,
    data: Value,
}

impl Opened {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// More of the body; `false` at its end.
    async fn more(&mut self) -> bool {
        let chunk = tokio::time::timeout(PATIENCE, self.body.next()).await;
        match chunk.expect("the stream is silent") {
            Some(chunk) => {
                self.text
                    .push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
                true
            }
            None => false,
        }
    }

    /// The next event; `None` at the end.
    async fn event(&mut self) -> Option<Event> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                if block.starts_with(':') {
                    continue;
                }
                let field = |name: &str| {
                    let mut lines = block.lines();
                    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
                    value.unwrap_or_default().to_owned()
                };
                return Some(Event {
                    name: field("event"),
                    id: field("id"),
                    data: serde_json::from_str(&field("data")).unwrap(),
                });
            }
            if !self.more().await {
                assert_eq!(self.text, "", "it ends in the middle of an event");
                return None;
            }
        }
    }

    /// All of the body.
    async fn rest(&mut self) -> String {
        while self.more().await {}
        std::mem::take(&mut self.text)
    }
}
