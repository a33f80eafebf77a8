//! The engine's event stream: a line that cannot be read costs that line.

use std::collections::VecDeque;

use futures_util::stream::BoxStream;
use futures_util::{StreamExt, stream};
use serde_json::json;
use serde_json::value::RawValue;

use super::fields::{JsonFields, UnreadPaths};
use super::transport::{HttpMethod, READ_TIMEOUT, Transport, encoded};
use super::{EngineError, labels, wire};
use crate::model::{EngineEvent, EngineEventKind, InstanceFacts, InstanceId, Timestamp};

const WHAT: (&str, &str) = ("follow", "the engine's events");
/// An event line longer than this is not one.
const LINE_LIMIT: usize = 1 << 20;
/// The actions asked for; `exec_*` would come with every healthcheck.
const ACTIONS: [&str; 15] = [
    "create",
    "start",
    "restart",
    "die",
    "oom",
    "kill",
    "stop",
    "pause",
    "unpause",
    "rename",
    "update",
    "destroy",
    "health_status",
    "connect",
    "disconnect",
];

/// What the event stream brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventNews {
    /// An event that is watched.
    Event(EngineEvent),
    /// Lines that are no events, or that do not say what happened when to which container.
    Unreadable {
        /// How many.
        lines: u64,
    },
}

/// Opens the stream; it ends when the engine or a proxy ends it.
pub(super) fn follow(
    transport: &Transport,
    since: Option<Timestamp>,
) -> BoxStream<'static, Result<EventNews, EngineError>> {
    let filters = json!({ "type": ["container", "network"], "event": ACTIONS }).to_string();
    let mut path = format!("/events?filters={}", encoded(&filters));
    if let Some(since) = since {
        path.push_str(&format!("&since={}", seconds(since)));
    }
    let body = transport.open(HttpMethod::Get, &path, READ_TIMEOUT);
    stream::unfold(
        (Some(body), Decoder::default()),
        |(mut body, mut decoder)| async {
            loop {
                if let Some(news) = decoder.news.pop_front() {
                    return Some((Ok(news), (body, decoder)));
                }
                match body.as_mut()?.next().await {
                    Some(Ok(chunk)) => decoder.push(chunk.as_ref()),
                    Some(Err(error)) => {
                        return Some((
                            Err(EngineError::from_client(WHAT.0, WHAT.1, &error)),
                            (None, decoder),
                        ));
                    }
                    None => {
                        decoder.finish();
                        body = None;
                    }
                }
            }
        },
    )
    .boxed()
}

/// Cuts the stream into lines and reads them.
#[derive(Default)]
struct Decoder {
    /// The line so far.
    line: Vec<u8>,
    /// Whether the line is longer than any event; the rest of it is passed over.
    too_long: bool,
    news: VecDeque<EventNews>,
}

impl Decoder {
    fn push(&mut self, mut chunk: &[u8]) {
        while let Some(end) = chunk.iter().position(|byte| *byte == b'\n') {
            let (line, rest) = chunk.split_at(end);
            self.append(line);
            self.end_line();
            chunk = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        self.append(chunk);
    }

    fn append(&mut self, bytes: &[u8]) {
        self.too_long |= self.line.len() + bytes.len() > LINE_LIMIT;
        if self.too_long {
            self.line = Vec::new();
        } else {
            self.line.extend_from_slice(bytes);
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.too_long) {
            self.count_unreadable();
            return;
        }
        for read in read(&line) {
            match read {
                Line::Event(event) => self.news.push_back(EventNews::Event(event)),
                Line::OfNoInterest => {}
                Line::Unreadable => self.count_unreadable(),
            }
        }
    }

    /// The stream is over. A line that was cut in the middle comes again whole when the stream is
    /// reopened.
    fn finish(&mut self) {
        let line = std::mem::take(&mut self.line);
        let events = read(&line).into_iter().filter_map(|read| match read {
            Line::Event(event) => Some(EventNews::Event(event)),
            Line::OfNoInterest | Line::Unreadable => None,
        });
        self.news.extend(events);
    }

    fn count_unreadable(&mut self) {
        match self.news.back_mut() {
            Some(EventNews::Unreadable { lines }) => *lines += 1,
            _ => self.news.push_back(EventNews::Unreadable { lines: 1 }),
        }
    }
}

/// `since` as the API takes it: seconds with nine decimals.
pub(super) fn seconds(at: Timestamp) -> String {
    format!("{}.{:09}", at.as_second(), at.subsec_nanosecond().max(0))
}

/// What a line holds.
enum Line {
    Event(EngineEvent),
    OfNoInterest,
    Unreadable,
}

/// What is in a line: an event, none, or several where an engine does not end its lines.
fn read(line: &[u8]) -> Vec<Line> {
    let text = String::from_utf8_lossy(line);
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\0' | '\u{feff}'));
    let values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    values
        .map(|value| value.map_or(Line::Unreadable, |value| event(value.get())))
        .collect()
}

/// The event as the store knows it.
fn event(json: &str) -> Line {
    let unread = UnreadPaths::default();
    let Some(fields) = JsonFields::of(json, &unread) else {
        return Line::Unreadable;
    };
    let raw = wire::WireEvent::read(&fields);
    let read = match raw.kind.as_deref() {
        Some("network") => network_event(raw),
        Some("container") | None => container_event(raw),
        Some(_) => Some(None),
    };
    match read {
        Some(Some(event)) => Line::Event(event),
        Some(None) => Line::OfNoInterest,
        None => Line::Unreadable,
    }
}

/// `None` where it is not said what happened when to which container, `Some(None)` for what is not
/// watched.
fn container_event(raw: wire::WireEvent) -> Option<Option<EngineEvent>> {
    // A container's labels are among the attributes.
    let auxiliary = InstanceFacts::has_auxiliary_labels(&raw.attributes);
    let get = |key: &str| {
        raw.attributes
            .get(key)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    };
    let Some(kind) = kind(raw.action.as_deref()?, get).filter(|_| !auxiliary) else {
        return Some(None);
    };
    let id = raw.id.as_deref()?;
    Some(Some(EngineEvent {
        at: at(raw.time_nano, raw.time)?,
        stack: labels::stack(&raw.attributes),
        instance: InstanceId::from(id),
        kind,
    }))
}

/// A container that joined or left a network; the event holds neither its name nor its owner.
fn network_event(mut raw: wire::WireEvent) -> Option<Option<EngineEvent>> {
    let network = raw.attributes.remove("name").unwrap_or_default();
    let kind = match raw.action.as_deref()? {
        "connect" => EngineEventKind::Connect { network },
        "disconnect" => EngineEventKind::Disconnect { network },
        _ => return Some(None),
    };
    let container = raw.attributes.remove("container")?;
    if container.is_empty() {
        return Some(None);
    }
    Some(Some(EngineEvent {
        at: at(raw.time_nano, raw.time)?,
        stack: None,
        instance: InstanceId::from(container),
        kind,
    }))
}

fn at(nanoseconds: Option<i64>, seconds: Option<i64>) -> Option<Timestamp> {
    match (nanoseconds.filter(|time| *time > 0), seconds) {
        (Some(nanoseconds), _) => Timestamp::from_nanosecond(i128::from(nanoseconds)).ok(),
        (None, Some(seconds)) => Timestamp::from_second(seconds).ok(),
        (None, None) => None,
    }
}

fn kind<'a>(action: &str, get: impl Fn(&str) -> Option<&'a str>) -> Option<EngineEventKind> {
    // `health_status: unhealthy` carries its value after a colon.
    let word = action.split(':').next().unwrap_or(action).trim();
    Some(match word {
        "create" => EngineEventKind::Create,
        "start" => EngineEventKind::Start,
        "restart" => EngineEventKind::Restart,
        // Podman says "died" and calls the code `containerExitCode`.
        "die" | "died" => EngineEventKind::Die {
            exit_code: get("exitCode")
                .or_else(|| get("containerExitCode"))
                .and_then(|text| text.parse().ok()),
        },
        "oom" => EngineEventKind::Oom,
        "kill" => EngineEventKind::Kill {
            signal: get("signal").and_then(|text| text.parse().ok()),
        },
        "stop" => EngineEventKind::Stop,
        "pause" => EngineEventKind::Pause,
        "unpause" => EngineEventKind::Unpause,
        "rename" => EngineEventKind::Rename,
        "update" => EngineEventKind::Update,
        "destroy" | "remove" => EngineEventKind::Destroy,
        "health_status" => EngineEventKind::HealthStatus,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
