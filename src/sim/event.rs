//! The engine's event stream: a short history and whoever listens now.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::body::Bytes;
use serde::Serialize;
use serde_json::{Map, Value};
use tokio::sync::broadcast;

use super::clock::{Nanos, SECOND};

/// The kind of a line that is no event.
const RAW: &str = "";

/// One event, with its line of JSON.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) at: Nanos,
    pub(super) kind: &'static str,
    pub(super) action: String,
    pub(super) actor: String,
    pub(super) attributes: Map<String, Value>,
    pub(super) line: Bytes,
}

impl Event {
    /// An event of `kind` (`container`, `network`) about `actor` (an id).
    pub(super) fn new(
        at: Nanos,
        kind: &'static str,
        action: String,
        actor: String,
        attributes: Map<String, Value>,
    ) -> Self {
        let line = Bytes::from(line(at, kind, &action, &actor, &attributes));
        Self {
            at,
            kind,
            action,
            actor,
            attributes,
            line,
        }
    }

    /// A line that is sent as it is, to everybody.
    pub(super) fn raw(at: Nanos, line: Bytes) -> Self {
        let (action, actor, attributes) = (String::new(), String::new(), Map::new());
        Self {
            at,
            kind: RAW,
            action,
            actor,
            attributes,
            line,
        }
    }

    pub(super) fn is_raw(&self) -> bool {
        self.kind == RAW
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Actor<'a> {
    #[serde(rename = "ID")]
    id: &'a str,
    attributes: &'a Map<String, Value>,
}

#[derive(Serialize)]
struct Message<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a Value>,
    #[serde(rename = "Type")]
    kind: &'a str,
    #[serde(rename = "Action")]
    action: &'a str,
    #[serde(rename = "Actor")]
    actor: Actor<'a>,
    scope: &'a str,
    time: Nanos,
    #[serde(rename = "timeNano")]
    time_nano: Nanos,
}

fn line(
    at: Nanos,
    kind: &str,
    action: &str,
    actor: &str,
    attributes: &Map<String, Value>,
) -> Vec<u8> {
    let container = kind == "container";
    let message = Message {
        status: container.then_some(action),
        id: container.then_some(actor),
        from: attributes.get("image").filter(|_| container),
        kind,
        action,
        actor: Actor {
            id: actor,
            attributes,
        },
        scope: "local",
        time: at / SECOND,
        time_nano: at,
    };
    // Strings, numbers and string maps always serialise.
    let mut line = serde_json::to_vec(&message).unwrap_or_default();
    line.push(b'\n');
    line
}

/// The last events and the listeners.
#[derive(Debug)]
pub(super) struct Events {
    memory: VecDeque<Arc<Event>>,
    sender: broadcast::Sender<Arc<Event>>,
    /// Whether events are swallowed.
    muted: bool,
}

/// What a real daemon keeps.
const MEMORY: usize = 256;

impl Default for Events {
    fn default() -> Self {
        Self {
            memory: VecDeque::with_capacity(MEMORY),
            sender: broadcast::Sender::new(4096),
            muted: false,
        }
    }
}

impl Events {
    pub(super) fn mute(&mut self, muted: bool) {
        self.muted = muted;
    }

    /// Keeps `event` and sends it to the listeners.
    pub(super) fn emit(&mut self, event: Event) {
        if self.muted {
            return;
        }
        let event = Arc::new(event);
        if self.memory.len() == MEMORY {
            self.memory.pop_front();
        }
        self.memory.push_back(Arc::clone(&event));
        // An error only says that nobody listens.
        let _ = self.sender.send(event);
    }

    /// What is kept since `since`, and everything from now on: no event is in both or in
    /// none.
    pub(super) fn follow(
        &self,
        since: Option<Nanos>,
    ) -> (Vec<Arc<Event>>, broadcast::Receiver<Arc<Event>>) {
        let past = since.map_or_else(Vec::new, |since| {
            self.memory
                .iter()
                .filter(|event| event.at >= since)
                .cloned()
                .collect()
        });
        (past, self.sender.subscribe())
    }
}
