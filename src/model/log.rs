//! Log lines and what a follower asks for. Log text never stands in a snapshot.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::service_rule::fits;
use super::{InstanceId, ServiceId, SignedDuration, StackName, Timestamp};

/// Which stream a line was written to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogStream {
    /// Standard output, or a TTY.
    #[default]
    Stdout,
    /// Standard error.
    Stderr,
}

/// How bad a line is, as it says itself; in the order of weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineLevel {
    /// Finer than debug.
    Trace,
    /// For developers.
    Debug,
    /// Normal operation, notices included.
    Info,
    /// A warning.
    Warning,
    /// An error, or worse (critical, fatal, panic, emergency).
    Error,
}

impl LineLevel {
    /// Its name in filters, JSON and tables.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What hubdeck itself has to say between the lines of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LogMark {
    /// The lines from here on are those of a new container of the same service.
    NewContainer,
    /// The same container was started again.
    Started,
    /// The engine removed the container, and no other has taken its place.
    Removed,
    /// The engine gave nothing after the last line although the container runs; the lines from here
    /// on were asked for by their number, and some may be missing.
    ResumedByTail,
    /// The lines from here on were kept by hubdeck: the container is gone.
    Recorded,
    /// The container's own clock is ahead of (negative: behind) the engine's.
    ClockOff(SignedDuration),
}

impl LogMark {
    /// Its word in JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::NewContainer => "new_container",
            Self::Started => "started",
            Self::Removed => "removed",
            Self::ResumedByTail => "resumed_by_tail",
            Self::Recorded => "recorded",
            Self::ClockOff(_) => "clock_off",
        }
    }
}

/// A container whose logs are wanted. The log of one that is gone is what hubdeck kept of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LogSource {
    /// The container.
    pub instance: InstanceId,
    /// Whether it has a TTY (raw stream); `None` where its inspection was refused.
    pub tty: Option<bool>,
}

/// What a follower asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogQuery {
    /// Containers, merged in time order.
    pub sources: Vec<LogSource>,
    /// Lines from the end to begin with, per container; `None` for all.
    pub tail: Option<u32>,
    /// Only lines at or after this time.
    pub since: Option<Timestamp>,
    /// Only lines before this time.
    pub until: Option<Timestamp>,
    /// Whether to go on with new lines.
    pub follow: bool,
}

/// One record of a log: a line, or a line with those that belong to it (a stack trace), joined by
/// `\n`. Cleaned: valid UTF-8, nothing that acts on a terminal but tabs and
/// SGR colours, at most 16 KiB.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// The engine's time of the line.
    pub at: Option<Timestamp>,
    /// The engine's time of the last of the lines that were joined; `None` for one line.
    pub last_at: Option<Timestamp>,
    /// The container.
    pub instance: InstanceId,
    /// The stream.
    pub stream: LogStream,
    /// The text, without the line end.
    pub text: String,
    /// Bytes that were cut off.
    pub cut_bytes: u64,
    /// Its number within its source, in the order in which the engine gave the lines.
    pub sequence: u64,
    /// The level that it says; `None` where it says none.
    pub level: Option<LineLevel>,
    /// Set where this is no line of the container (the text is empty), but what hubdeck says.
    pub mark: Option<LogMark>,
}

/// What a follower receives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LogBatch {
    /// Lines in time order, and how many were dropped before them because the follower was slow.
    Lines {
        /// The lines.
        lines: Vec<Arc<LogLine>>,
        /// Lines lost just before these.
        dropped: u64,
    },
    /// A container's stream ended (it stopped, or `follow` was off).
    Ended(InstanceId),
    /// A container's logs cannot be read; one sentence why.
    Failed(InstanceId, String),
}

/// Why the last lines of a run were kept.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingCause {
    /// Its process ended.
    Exited,
    /// Its container was removed, or another took its place.
    Removed,
    /// Its service became unhealthy.
    Unhealthy,
}

/// One entry of the black box: that the last lines of a run are kept.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedRun {
    /// The service.
    pub service: ServiceId,
    /// Its stack.
    pub stack: Option<StackName>,
    /// The container; it may be gone.
    pub instance: InstanceId,
    /// The container's name.
    pub name: String,
    /// When the run ended, or when its service became unhealthy.
    pub at: Timestamp,
    /// Why it was kept.
    pub cause: RecordingCause,
    /// Lines kept.
    pub lines: u32,
    /// Whether the container is gone, so that these are the only lines there are.
    pub gone: bool,
}

/// Which fields are shown of the lines of some services, as the config file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogFields {
    /// `stack/name` or a bare name; `*` stands for any run of characters.
    pub pattern: String,
    /// The fields, in order.
    pub fields: Vec<String>,
}

impl LogFields {
    /// The fields that are shown of the service with id `id` and name `name`: those of the first of
    /// `all` whose pattern fits; `None` for every field.
    #[must_use]
    pub fn of<'a>(all: &'a [Self], id: &str, name: &str) -> Option<&'a [String]> {
        let mut fitting = all.iter().filter(|each| fits(&each.pattern, id, name));
        fitting.next().map(|each| each.fields.as_slice())
    }
}

impl LogLine {
    /// The engine's time up to which this record has been read.
    #[must_use]
    pub fn read_until(&self) -> Option<Timestamp> {
        self.last_at.or(self.at)
    }
}

impl LogBatch {
    /// A batch of `lines`, before which `dropped` were lost.
    #[must_use]
    pub fn of(lines: impl IntoIterator<Item = LogLine>, dropped: u64) -> Self {
        Self::Lines {
            lines: lines.into_iter().map(Arc::new).collect(),
            dropped,
        }
    }
}
