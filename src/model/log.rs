//! Log lines and what a follower asks for. Log text never stands in a snapshot.

use serde::{Deserialize, Serialize};

use super::{InstanceId, Timestamp};

/// Which stream a line was written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogStream {
    /// Standard output, or a TTY.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A container whose logs are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LogSource {
    /// The container.
    pub instance: InstanceId,
    /// Whether it has a TTY (raw stream).
    pub tty: bool,
}

/// What a follower asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogQuery {
    /// Containers, merged in time order.
    pub sources: Vec<LogSource>,
    /// Lines from the end to begin with, per container.
    pub tail: u32,
    /// Only lines at or after this time.
    pub since: Option<Timestamp>,
    /// Whether to go on with new lines.
    pub follow: bool,
}

/// One line, cleaned: valid UTF-8, no control sequences but SGR colours, at most 16 KiB.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// The engine's time of the line.
    pub at: Option<Timestamp>,
    /// The container.
    pub instance: InstanceId,
    /// The stream.
    pub stream: LogStream,
    /// The text, without the line end.
    pub text: String,
    /// Bytes cut off the end.
    pub cut_bytes: u64,
}

/// What a follower receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogBatch {
    /// Lines in time order, and how many were dropped before them because the follower was slow.
    Lines {
        /// The lines.
        lines: Vec<LogLine>,
        /// Lines lost just before these.
        dropped: u64,
    },
    /// A container's stream ended (it stopped, or `follow` was off).
    Ended(InstanceId),
    /// A container's logs cannot be read; one sentence why.
    Failed(InstanceId, String),
}
