//! Server-sent events as bytes (HTML Standard, 9.2).

use std::time::Duration;

use axum::body::Bytes;
use serde::Serialize;

/// The media type of a stream of events.
pub(super) const EVENT_STREAM: &str = "text/event-stream";
/// Longest time without a byte: proxies close connections that are silent for longer.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(15);
/// A comment, which clients ignore.
pub(super) const COMMENT: Bytes = Bytes::from_static(b": heartbeat\n\n");

/// An event with `data` as one line of JSON; `id` is what a client that comes back names.
pub(super) fn frame(event: &str, id: Option<&str>, data: &impl Serialize) -> String {
    frame_of(event, id, serde_json::to_string(data))
}

/// The same of data that was written already.
pub(super) fn frame_of(event: &str, id: Option<&str>, json: serde_json::Result<String>) -> String {
    let id = id.map_or_else(String::new, |id| format!("id: {id}\n"));
    match json {
        Ok(json) => format!("event: {event}\n{id}data: {json}\n\n"),
        Err(error) => {
            // Plain data can always be written; a bug must not look like silence.
            tracing::error!(%error, event, "an event cannot be written as JSON");
            format!(": an event of kind {event} cannot be written\n\n")
        }
    }
}
