//! `GET /api/events`: changes of services, incidents, operations and the engine.

use std::pin::pin;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::sleep;

use super::event_log::{EventId, FollowingEvent};
use super::frame::{COMMENT, EVENT_STREAM, HEARTBEAT, frame};
use super::{Streams, answer};
use crate::model::{Snapshot, Timestamp};
use crate::serve::Shared;
use crate::serve::problem::ProblemDetails;

/// Time after which a client that lost the connection comes back, in milliseconds.
const RETRY: &str = "retry: 2000\n";

/// The first event: where the reader stands.
#[derive(Serialize)]
struct BeginDocument {
    /// The revision up to which nothing is sent any more, but what a resumed stream missed.
    revision: u64,
    generated_at: Timestamp,
}

/// The last event of a reader that is too slow.
#[derive(Serialize)]
struct OverflowDocument {
    revision: u64,
}

/// `GET /api/events`.
pub async fn events(
    State(shared): State<Shared>,
    headers: HeaderMap,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Response {
    open(shared.streams, &headers, query).unwrap_or_else(IntoResponse::into_response)
}

fn open(
    streams: Streams,
    headers: &HeaderMap,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Result<Response, ProblemDetails> {
    let asked = last_event_id(headers, query)?;
    streams.events.advance();
    let (last, revision, generated_at) = streams.events.last();
    let from = asked.unwrap_or(last);
    if streams.events.after(from) == FollowingEvent::Lost {
        return Err(ProblemDetails::new(
            StatusCode::GONE,
            "what followed this event is not kept any more; read /api/services and open the \
             stream without Last-Event-ID",
        ));
    }
    let document = BeginDocument {
        revision,
        generated_at,
    };
    let first = frame("revision", Some(&from.to_string()), &document);
    let reader = EventReader {
        first: Some(Bytes::from(format!("{RETRY}{first}"))),
        at: Some(from),
        snapshots: streams.snapshots.clone(),
        _place: streams.place()?,
        streams,
    };
    let chunks = stream::unfold(reader, |mut reader| async {
        Some((reader.next().await?, reader))
    });
    Ok(answer(EVENT_STREAM, chunks))
}

/// The event after which a client goes on, from the header, else from the query.
fn last_event_id(
    headers: &HeaderMap,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Result<Option<EventId>, ProblemDetails> {
    let bad = |text| ProblemDetails::new(StatusCode::BAD_REQUEST, text);
    let Query(pairs) = query.map_err(|_| bad("the query string is malformed"))?;
    let header = headers.get("last-event-id").map(|id| id.to_str());
    let named = pairs.iter().rfind(|(name, _)| name == "last_event_id");
    let named = named.map(|(_, value)| value.as_str());
    let id = match header {
        Some(id) => Some(id.unwrap_or("?")),
        None => named,
    };
    let Some(id) = id.filter(|id| !id.is_empty()) else {
        return Ok(None);
    };
    let id = EventId::parse(id).ok_or_else(|| {
        bad("the last event id is not one of this stream; leave it out to begin anew")
    })?;
    Ok(Some(id))
}

/// One open stream. It keeps no events of its own: it reads where it stands in the log.
struct EventReader {
    first: Option<Bytes>,
    /// The last event that was sent; `None` at the end.
    at: Option<EventId>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    _place: OwnedSemaphorePermit,
    streams: Streams,
}

impl EventReader {
    /// The next bytes; `None` at the end.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        let mut silence = pin!(sleep(HEARTBEAT));
        let closing = self.streams.closing.clone();
        loop {
            self.snapshots.mark_unchanged();
            self.streams.events.advance();
            match self.streams.events.after(self.at?) {
                _ if closing.is_cancelled() => return None,
                FollowingEvent::Event(bytes, id) => {
                    self.at = Some(id);
                    return Some(bytes);
                }
                FollowingEvent::Lost => return Some(self.overflow()),
                FollowingEvent::Nothing => {}
            }
            tokio::select! {
                changed = self.snapshots.changed() => changed.ok()?,
                () = &mut silence => return Some(COMMENT),
                () = closing.cancelled() => return None,
            }
        }
    }

    /// The last event. It has no id: who comes back with the one before is answered 410.
    fn overflow(&mut self) -> Bytes {
        self.at = None;
        let (_, revision, _) = self.streams.events.last();
        Bytes::from(frame("overflow", None, &OverflowDocument { revision }))
    }
}
