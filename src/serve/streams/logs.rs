//! `GET /api/services/{id}/logs`: the log of a service as text, or followed as events.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use futures_util::stream;
use jiff::tz::TimeZone;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::answer;
use super::frame::{COMMENT, EVENT_STREAM, HEARTBEAT};
use super::line::{dropped_event, end_event, engine_event, line_event, text};
use super::tail::{ServiceTail, TailNews, logs_of};
use crate::model::{
    LogBatch, LogLine, LogQuery, Moment, Service, ServiceId, SignedDuration, Timestamp,
};
use crate::serve::Shared;
use crate::serve::problem::ProblemDetails;

/// Lines of each container that are given where nothing is said.
const USUAL_TAIL: u32 = 100;
/// Lines of each container at most.
pub const MOST_TAIL: u32 = 10_000;
/// Lines that are written into one piece of an answer.
const PIECE: usize = 64;
const TEXT: &str = "text/plain; charset=utf-8";

/// The log of `service`, as the query of `uri` asks for it.
///
/// # Errors
/// A query that makes no sense, an engine that does not answer, or too many streams.
pub async fn logs(
    shared: &Shared,
    service: &Service,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Response, ProblemDetails> {
    let now = (shared.options.clock)();
    let query = LogArguments::read(uri, now)?.query(headers);
    let snapshot = shared.streams.snapshots.borrow().clone();
    if logs_of(&snapshot, &service.id).is_empty() {
        return Err(ProblemDetails::new(
            StatusCode::NOT_FOUND,
            format!("{} has no container, and so no log", service.id),
        ));
    }
    if !query.follow && !snapshot.engine.status.is_connected() {
        return Err(unavailable(
            "the engine does not answer; try again when it is back",
        ));
    }
    let mut instances = service.instances.iter();
    if instances.any(|instance| snapshot.awaits_inspection(&instance.facts)) {
        // Only an inspection tells which values are secrets.
        return Err(unavailable(
            "its containers are not inspected yet; try again in a few seconds",
        ));
    }
    let follow = query.follow;
    let mut reader = LogReader::open(shared, service.id.clone(), query)?;
    if follow {
        return Ok(answer(EVENT_STREAM, pieces(reader)));
    }
    // A log that cannot be read at all is no empty answer.
    match reader.tail.next().await {
        Some(TailNews::Batch(LogBatch::Failed(_, error))) if reader.tail.len() == 1 => {
            Err(unavailable(&snapshot.secrets.mask(&error)))
        }
        first => {
            first.into_iter().for_each(|news| reader.take(news));
            Ok(answer(TEXT, pieces(reader)))
        }
    }
}

fn unavailable(text: &str) -> ProblemDetails {
    ProblemDetails::new(StatusCode::SERVICE_UNAVAILABLE, text)
}

fn pieces(reader: LogReader) -> impl futures_util::Stream<Item = Bytes> + Send + 'static {
    stream::unfold(reader, |mut reader| async {
        Some((reader.next().await?, reader))
    })
}

/// `?tail=&since=&follow=`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct LogArguments {
    tail: Option<u32>,
    since: Option<Timestamp>,
    follow: bool,
}

impl LogArguments {
    /// Reads the query of `uri`, where it is `now`; a moment without a zone is one of UTC.
    fn read(uri: &Uri, now: Timestamp) -> Result<Self, ProblemDetails> {
        let bad = |text: String| ProblemDetails::new(StatusCode::BAD_REQUEST, text);
        let pairs: Query<Vec<(String, String)>> = Query::try_from_uri(uri)
            .map_err(|_| bad("the query string is malformed".to_owned()))?;
        let mut read = Self::default();
        for (name, value) in &pairs.0 {
            match name.as_str() {
                "tail" => {
                    let tail = value.parse().ok().filter(|tail| *tail <= MOST_TAIL);
                    read.tail = Some(tail.ok_or_else(|| {
                        bad(format!(
                            "tail={value} is no number of lines from 0 to {MOST_TAIL}"
                        ))
                    })?);
                }
                "since" => {
                    let moment: Moment = value
                        .parse()
                        .map_err(|why| bad(format!("since={value} is no moment; {why}")))?;
                    read.since = moment.resolve(now, &TimeZone::UTC);
                    if read.since.is_none() {
                        return Err(bad(format!("since={value} is no moment of any calendar")));
                    }
                }
                "follow" => {
                    read.follow = match value.as_str() {
                        "" | "true" | "1" => true,
                        "false" | "0" => false,
                        _ => return Err(bad(format!("follow={value} is neither true nor false"))),
                    }
                }
                _ => {}
            }
        }
        Ok(read)
    }

    /// What is asked of the log. A client that comes back goes on after the line that it had.
    fn query(self, headers: &HeaderMap) -> LogQuery {
        let id = headers.get("last-event-id").filter(|_| self.follow);
        let last = id.and_then(|id| id.to_str().ok()?.parse::<Timestamp>().ok());
        let after = last.and_then(|at| at.checked_add(SignedDuration::from_nanos(1)).ok());
        let since = after.or(self.since);
        let usual = match since {
            Some(_) => MOST_TAIL,
            None => USUAL_TAIL,
        };
        LogQuery {
            sources: Vec::new(),
            tail: Some(self.tail.filter(|_| after.is_none()).unwrap_or(usual)),
            since,
            until: None,
            follow: self.follow,
        }
    }
}

/// One log that is read by one client.
struct LogReader {
    tail: ServiceTail,
    follow: bool,
    /// Lines that are not written yet.
    lines: VecDeque<Arc<LogLine>>,
    /// What is written next.
    written: String,
    closing: CancellationToken,
    _place: OwnedSemaphorePermit,
}

impl LogReader {
    fn open(shared: &Shared, service: ServiceId, query: LogQuery) -> Result<Self, ProblemDetails> {
        let place = shared.streams.place()?;
        let follow = query.follow;
        let snapshots = shared.streams.snapshots.clone();
        let mut reader = Self {
            tail: ServiceTail::open(&*shared.operations, service, query, snapshots),
            follow,
            lines: VecDeque::new(),
            written: String::new(),
            closing: shared.streams.closing.clone(),
            _place: place,
        };
        if follow {
            // The client learns at once that the stream is open.
            let lost = reader.tail.snapshot().engine.status.is_lost();
            reader.written.push_str(&engine_event(lost));
        }
        Ok(reader)
    }

    /// The next piece; `None` at the end.
    async fn next(&mut self) -> Option<Bytes> {
        let mut silence = pin!(sleep(HEARTBEAT));
        while self.written.is_empty() {
            if !self.lines.is_empty() {
                self.write_lines();
                continue;
            }
            let closing = self.closing.clone();
            tokio::select! {
                news = self.tail.next() => self.take(news?),
                () = &mut silence, if self.follow => return Some(COMMENT),
                () = closing.cancelled() => return None,
            }
        }
        Some(Bytes::from(std::mem::take(&mut self.written)))
    }

    fn write_lines(&mut self) {
        let snapshot = self.tail.snapshot();
        for line in self.lines.drain(..self.lines.len().min(PIECE)) {
            let written = if self.follow {
                line_event(&mut self.tail, &line, &snapshot.secrets)
            } else {
                text(&mut self.tail, &line, &snapshot.secrets)
            };
            self.written.push_str(&written);
        }
    }

    fn take(&mut self, news: TailNews) {
        let batch = match news {
            TailNews::Engine(lost) => return self.written.push_str(&engine_event(lost)),
            TailNews::Batch(batch) => batch,
        };
        let snapshot = self.tail.snapshot();
        match batch {
            LogBatch::Lines { lines, dropped } => {
                if dropped > 0 && self.follow {
                    self.written.push_str(&dropped_event(dropped));
                }
                self.lines.extend(lines);
            }
            LogBatch::Ended(instance) if self.follow => {
                let event = end_event(&mut self.tail, &instance, None, &snapshot.secrets);
                self.written.push_str(&event);
            }
            LogBatch::Failed(instance, error) if self.follow => {
                let event = end_event(&mut self.tail, &instance, Some(&error), &snapshot.secrets);
                self.written.push_str(&event);
            }
            LogBatch::Ended(_) => {}
            LogBatch::Failed(instance, error) => {
                let error = snapshot.secrets.mask(&error);
                let name = self.tail.name(&instance);
                self.written
                    .push_str(&format!("{name} | cannot be read: {error}\n"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<LogArguments, String> {
        let uri = format!("/api/services/hub/db/logs?{query}");
        let now = Timestamp::from_second(1_000).expect("a time");
        LogArguments::read(&uri.parse().expect("a path"), now).map_err(|problem| problem.detail)
    }

    #[test]
    fn arguments_are_read_and_bounded() {
        let at = |seconds| Timestamp::from_second(seconds).ok();
        let read_all = read("tail=5&since=10m&follow=true&other=1");
        let expected = LogArguments {
            tail: Some(5),
            since: at(400),
            follow: true,
        };
        assert_eq!(read_all, Ok(expected));
        assert_eq!(read(""), Ok(LogArguments::default()));
        for (query, expected) in [
            (
                "tail=10001",
                "tail=10001 is no number of lines from 0 to 10000",
            ),
            ("tail=-1", "tail=-1 is no number of lines from 0 to 10000"),
            ("since=soon", "since=soon is no moment; give a duration"),
            ("follow=maybe", "follow=maybe is neither true nor false"),
        ] {
            let error = read(query).expect_err(query);
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn who_comes_back_goes_on_after_the_last_line() {
        let mut headers = HeaderMap::new();
        let id = "1970-01-01T00:10:00Z".parse().expect("a value");
        headers.insert("last-event-id", id);
        let query = read("tail=5&follow=1").expect("arguments").query(&headers);
        assert_eq!(query.tail, Some(MOST_TAIL));
        let after = "1970-01-01T00:10:00.000000001Z".parse().ok();
        assert_eq!(query.since, after);
        let query = read("tail=5").expect("arguments").query(&headers);
        assert_eq!((query.tail, query.since), (Some(5), None));
        let query = read("").expect("arguments").query(&headers);
        assert_eq!(query.tail, Some(USUAL_TAIL));
    }
}
