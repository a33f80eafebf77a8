//! What is true of this run.

use std::time::Duration;

use crate::model::Timestamp;
use crate::tui::input::key::KeyPress;

/// What is true of this run, beside the snapshot and the screen state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The time of the key or frame.
    pub now: Timestamp,
    /// Whether operations are refused.
    pub read_only: bool,
    /// Whether everything shown is a demonstration.
    pub demo: bool,
    /// Lines from the end a log tail begins with, per container.
    pub log_tail: u32,
    /// The first key that pauses and unpauses; `None` where none is bound.
    pub pause_key: Option<KeyPress>,
    /// When the key was read, as the time since the console was opened: no change of the clock
    /// touches it.
    pub typed_at: Duration,
}
