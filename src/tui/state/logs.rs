//! A log tail: its lines and how they are looked at.

pub mod place;
mod sgr;
pub mod text;

use std::collections::VecDeque;
use std::sync::Arc;

use crate::model::{InstanceId, LogLine, ServiceId, Timestamp};
use crate::tui::state::Scope;

pub use sgr::plain;

/// Bounded ring of log lines with what was dropped from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogRing {
    /// Lines, oldest first.
    pub lines: VecDeque<Arc<LogLine>>,
    /// Bytes of text in `lines`.
    pub bytes: usize,
    /// Lines that were pushed out of the ring (they can be asked for again).
    pub discarded: u64,
    /// Lines that never came because the follower was slow.
    pub dropped: u64,
}

/// That the log of everything in view is followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InView {
    /// What limits the services.
    pub scope: Scope,
    /// How many services are in view.
    pub services: usize,
}

/// State of a log tail.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogsState {
    /// Services whose logs are shown; empty: none chosen yet.
    pub services: Vec<ServiceId>,
    /// Set where these are not chosen one by one, but all that are in view.
    pub in_view: Option<InView>,
    /// Containers whose stream is open now, with the name to show.
    pub sources: Vec<(InstanceId, String)>,
    /// Where the tail begins: at this moment instead of a few lines from the end.
    pub from: Option<Timestamp>,
    /// What arrived.
    pub ring: LogRing,
    /// Lines scrolled up from the end; 0 follows.
    pub back: usize,
    /// Rows of the lowest line that are hidden below the view (a wrapped line is high).
    pub below: usize,
    /// Whether the end is followed.
    pub follow: bool,
    /// Whether timestamps are shown.
    pub timestamps: bool,
    /// Whether long lines wrap.
    pub wrap: bool,
    /// The search text; empty for none.
    pub search: String,
    /// Index in the ring of the current hit.
    pub hit: Option<usize>,
    /// State of the tail: "ended: container stopped", an error; empty when fine.
    pub notice: String,
    /// Containers whose stream ended, and when: it is opened again after a later start.
    pub ended: Vec<(InstanceId, Timestamp)>,
}

/// The name of a source.
#[must_use]
pub fn source_name(state: &LogsState, instance: &InstanceId) -> String {
    let source = state.sources.iter().find(|(id, _)| id == instance);
    source.map_or_else(|| instance.short().to_owned(), |(_, name)| name.clone())
}
