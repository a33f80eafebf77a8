//! The views of what happened.

use crate::tui::state::{IncidentsState, TimelineState};

/// State of the timeline and of the incidents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PastState {
    /// Timeline.
    pub timeline: TimelineState,
    /// Incidents.
    pub incidents: IncidentsState,
}
