//! Answers that go on: changes and log lines as server-sent events. A reader costs at most a
//! bounded buffer, and one that reads too slowly loses its own stream only.

mod event_log;
pub(super) mod events;
mod frame;
mod line;
pub(super) mod logs;
mod tail;

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use futures_util::Stream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_util::sync::CancellationToken;

use super::problem::ProblemDetails;
use crate::model::Snapshot;
use event_log::EventLog;

/// Streams that are open at once, of all clients together.
const PLACES: usize = 256;
/// After which time a client may ask again for one.
const PLACE_WAIT: Duration = Duration::from_secs(5);
/// Keeps a proxy such as nginx from holding events back.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");

/// What streams are fed from, and how many there are.
#[derive(Clone)]
pub struct Streams {
    events: Arc<EventLog>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    places: Arc<Semaphore>,
    closing: CancellationToken,
}

impl Streams {
    /// Streams over `snapshots`; each ends once `closing` is cancelled.
    #[must_use]
    pub fn new(snapshots: watch::Receiver<Arc<Snapshot>>, closing: CancellationToken) -> Self {
        Self {
            events: Arc::new(EventLog::new(snapshots.clone())),
            snapshots,
            places: Arc::new(Semaphore::new(PLACES)),
            closing,
        }
    }

    /// Records changes, whether somebody reads them now or later, until the snapshots end.
    pub async fn record(self) {
        let mut snapshots = self.snapshots.clone();
        loop {
            self.events.advance();
            if snapshots.changed().await.is_err() {
                return;
            }
        }
    }

    /// A place for one more stream.
    fn place(&self) -> Result<OwnedSemaphorePermit, ProblemDetails> {
        Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            let detail = format!("{PLACES} streams are open, and no more are taken; close one");
            ProblemDetails::too_many(&detail, PLACE_WAIT)
        })
    }
}

/// An answer of `media` type that goes on for as long as `chunks` do.
fn answer(media: &'static str, chunks: impl Stream<Item = Bytes> + Send + 'static) -> Response {
    use futures_util::StreamExt as _;
    let chunks = chunks.map(Ok::<_, std::convert::Infallible>);
    let mut response = Response::new(Body::from_stream(chunks));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(UNBUFFERED, HeaderValue::from_static("no"));
    response
}
