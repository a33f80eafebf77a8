//! Log lines as text and as events. Secrets are always hidden, whatever `logs.mask` says: that
//! setting is about the terminal.

use serde::Serialize;

use super::frame::{frame, frame_of};
use super::tail::ServiceTail;
use crate::logs::ExportForm;
use crate::model::secrets::KnownSecrets;
use crate::model::{InstanceId, LogLine, Timestamp};

/// What happened between two lines of a container.
#[derive(Serialize)]
struct MarkDocument<'a> {
    at: Option<Timestamp>,
    instance: &'a str,
    mark: &'static str,
}

/// What became of the log of a container.
#[derive(Serialize)]
struct EndDocument<'a> {
    instance: &'a str,
    /// Why it cannot be read; `null` where the container only ended.
    error: Option<&'a str>,
}

/// Lines that were lost because their reader was slow.
#[derive(Serialize)]
struct DroppedDocument {
    lines: u64,
}

/// Whether the engine answers.
#[derive(Serialize)]
struct EngineStatusDocument {
    status: &'static str,
}

const fn form(secrets: &KnownSecrets) -> ExportForm<'_> {
    ExportForm {
        timestamps: false,
        colours: false,
        mask: Some(secrets),
    }
}

/// `line` as text; where several containers are read it begins with the name of its own.
pub(super) fn text(tail: &mut ServiceTail, line: &LogLine, secrets: &KnownSecrets) -> String {
    let mut out = String::new();
    if line.mark.is_some() {
        return out;
    }
    let prefix = match tail.len() {
        0 | 1 => String::new(),
        _ => format!("{} | ", tail.name(&line.instance)),
    };
    form(secrets).text(&prefix, line, &mut out);
    out
}

/// `line` as an event. Its id is its time: who comes back with it goes on after it.
pub(super) fn line_event(tail: &mut ServiceTail, line: &LogLine, secrets: &KnownSecrets) -> String {
    let name = tail.name(&line.instance);
    if let Some(mark) = line.mark {
        let document = MarkDocument {
            at: line.at,
            instance: name,
            mark: mark.id(),
        };
        return frame("mark", None, &document);
    }
    let id = line.read_until().map(|at| at.to_string());
    let json = form(secrets).record(name, line);
    frame_of("line", id.as_deref(), json)
}

/// That lines are missing.
pub(super) fn dropped_event(lines: u64) -> String {
    frame("dropped", None, &DroppedDocument { lines })
}

/// That the log of a container ended, or cannot be read.
pub(super) fn end_event(
    tail: &mut ServiceTail,
    instance: &InstanceId,
    error: Option<&str>,
    secrets: &KnownSecrets,
) -> String {
    let error = error.map(|error| secrets.mask(error));
    let document = EndDocument {
        instance: tail.name(instance),
        error: error.as_deref(),
    };
    frame(
        if error.is_some() { "failed" } else { "ended" },
        None,
        &document,
    )
}

/// That the engine is lost, or answers again.
pub(super) fn engine_event(lost: bool) -> String {
    let status = if lost { "lost" } else { "connected" };
    frame("engine", None, &EngineStatusDocument { status })
}
