//! What a console on another machine reads: snapshots as they change, and log lines, in the compact
//! form. Frames are their length in four bytes, the highest first, and so many bytes; an empty one
//! says that the connection lives.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, watch};

use super::Shared;
use super::problem::ProblemDetails;
use crate::logs::without_secrets;
use crate::model::secrets::KnownSecrets;
use crate::model::{
    AttachHello, LogBatch, LogLine, LogQuery, LogSource, Snapshot, SnapshotUpdate, compact,
};

/// Longest time without a frame.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// The media type of frames.
const FRAMES: HeaderValue = HeaderValue::from_static("application/vnd.hubdeck.attach");

/// `GET /api/attach/snapshot`: the newest snapshot.
pub async fn snapshot(State(shared): State<Shared>) -> Response {
    let snapshots = shared.cache.snapshots();
    let newest = snapshots.borrow().clone();
    let mut bytes = hello(&shared).to_vec();
    bytes.extend_from_slice(&update(None, &newest));
    with_frames(Body::from(bytes))
}

/// `GET /api/attach/stream`: the newest snapshot, and every change of it.
pub async fn stream(State(shared): State<Shared>) -> Response {
    let reader = Reader {
        snapshots: shared.cache.snapshots(),
        sent: None,
    };
    let updates = stream::unfold(reader, |mut reader| async move {
        let frame = reader.next().await?;
        Some((frame, reader))
    });
    going_on(stream::iter([hello(&shared)]).chain(updates))
}

/// The query of `GET /api/attach/logs`.
#[derive(Deserialize)]
pub struct AttachedLogs {
    /// A log query as JSON.
    query: String,
}

/// `GET /api/attach/logs?query=`: log lines with their secrets masked.
pub async fn logs(
    State(shared): State<Shared>,
    query: Result<Query<AttachedLogs>, QueryRejection>,
) -> Result<Response, ProblemDetails> {
    let bad = |why: String| ProblemDetails::new(StatusCode::BAD_REQUEST, why);
    let Query(AttachedLogs { query }) = query.map_err(|rejection| bad(rejection.body_text()))?;
    let query: LogQuery = serde_json::from_str(&query)
        .map_err(|error| bad(format!("the query is none of log lines: {error}")))?;
    let snapshot = shared.cache.snapshots().borrow().clone();
    if let Some(unknown) = query.sources.iter().find(|it| !has_log(&snapshot, it)) {
        let detail = format!("there is no container {}", unknown.instance);
        return Err(ProblemDetails::new(StatusCode::NOT_FOUND, detail));
    }
    // A tail that nothing joins.
    let (_, added) = mpsc::channel(1);
    let tail = LogReader {
        batches: shared.operations.follow_logs(query, added),
        snapshots: shared.cache.snapshots(),
    };
    let batches = stream::unfold(tail, |mut tail| async move {
        let frame = tail.next().await?;
        Some((frame, tail))
    });
    Ok(going_on(stream::iter([hello(&shared)]).chain(batches)))
}

/// Whether the log is one of what is watched, and not of any container of the engine.
fn has_log(snapshot: &Snapshot, source: &LogSource) -> bool {
    let instances = snapshot.services.iter().flat_map(|it| &it.instances);
    instances
        .map(|it| &it.facts.id)
        .any(|id| *id == source.instance)
        || snapshot
            .recorded_runs
            .iter()
            .any(|run| run.instance == source.instance)
}

/// What is said first.
fn hello(shared: &Shared) -> Bytes {
    let hello = AttachHello::own(shared.operations.is_read_only());
    let json = serde_json::to_vec(&hello).unwrap_or_default(); // plain strings always serialise
    frame(&json)
}

fn with_frames(body: Body) -> Response {
    let mut response = body.into_response();
    response.headers_mut().insert(CONTENT_TYPE, FRAMES);
    response
}

fn going_on(frames: impl Stream<Item = Bytes> + Send + 'static) -> Response {
    let frames = frames.map(Ok::<_, Infallible>);
    let mut response = with_frames(Body::from_stream(frames));
    // Keeps a proxy such as nginx from holding frames back.
    let unbuffered = HeaderValue::from_static("no");
    response
        .headers_mut()
        .insert("x-accel-buffering", unbuffered);
    response
}

fn frame(content: &[u8]) -> Bytes {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    let bytes: Vec<u8> = length
        .to_be_bytes()
        .into_iter()
        .chain(content.iter().copied())
        .collect();
    bytes.into()
}

/// `value` as a frame; a form that fails is a bug, and is written to the log.
fn framed<T: Serialize>(value: &T, known: &KnownSecrets) -> Bytes {
    match compact::to_masked_bytes(value, known) {
        Ok(bytes) => frame(&bytes),
        Err(error) => {
            tracing::error!("what is sent to an attached console cannot be written: {error}");
            frame(&[])
        }
    }
}

fn update(before: Option<&Snapshot>, now: &Snapshot) -> Bytes {
    framed(&SnapshotUpdate::between(before, now), &now.secrets)
}

/// One attached console. What it has not taken yet is made into one update when it does.
struct Reader {
    snapshots: watch::Receiver<Arc<Snapshot>>,
    sent: Option<Arc<Snapshot>>,
}

impl Reader {
    /// The next frame; `None` at the end.
    async fn next(&mut self) -> Option<Bytes> {
        if self.sent.is_some() {
            match tokio::time::timeout(HEARTBEAT, self.snapshots.changed()).await {
                Ok(changed) => changed.ok()?,
                Err(_elapsed) => return Some(frame(&[])),
            }
        }
        let newest = self.snapshots.borrow_and_update().clone();
        let frame = update(self.sent.as_deref(), &newest);
        self.sent = Some(newest);
        Some(frame)
    }
}

/// A log tail of an attached console.
struct LogReader {
    batches: mpsc::Receiver<LogBatch>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
}

impl LogReader {
    /// The next frame; `None` at the end.
    async fn next(&mut self) -> Option<Bytes> {
        let batch = match tokio::time::timeout(HEARTBEAT, self.batches.recv()).await {
            Ok(batch) => batch?,
            Err(_elapsed) => return Some(frame(&[])),
        };
        let secrets = Arc::clone(&self.snapshots.borrow().secrets);
        Some(framed(&masked(batch, &secrets), &secrets))
    }
}

fn masked(batch: LogBatch, secrets: &KnownSecrets) -> LogBatch {
    let hide = |line: Arc<LogLine>| match without_secrets(&line.text, secrets) {
        Some(text) => Arc::new(LogLine {
            text,
            ..LogLine::clone(&line)
        }),
        None => line,
    };
    match batch {
        LogBatch::Lines { lines, dropped } => LogBatch::Lines {
            lines: lines.into_iter().map(hide).collect(),
            dropped,
        },
        LogBatch::Failed(instance, why) => LogBatch::Failed(instance, secrets.mask(&why)),
        ended @ LogBatch::Ended(_) => ended,
    }
}
