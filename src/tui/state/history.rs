//! The places that Esc leads back to.

use std::collections::{BTreeSet, VecDeque};

use crate::model::{ServiceId, Timestamp};
use crate::tui::input::page::{DetailsTab, View};
use crate::tui::state::logs::find::FindText;
use crate::tui::state::logs::{InView, LogBegin};
use crate::tui::state::{LogsState, MapState, PastState, Scope};

/// Places kept; the oldest go first.
const LIMIT: usize = 32;

/// Where the operator was: what was on screen and which part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct VisitedPlace {
    /// The view.
    pub view: View,
    /// The details over it.
    pub details: Option<VisitedDetails>,
    /// The selected service.
    pub selected: Option<ServiceId>,
    /// The marks; they are compared, not restored.
    pub marked: BTreeSet<ServiceId>,
    /// Which services were shown.
    pub scope: Scope,
    /// What of the map was in sight.
    pub map: MapState,
    /// First row of the table.
    pub table_top: usize,
    /// Rows of the timeline and of the incidents.
    pub past: PastState,
    /// The log.
    pub logs: VisitedLogs,
}

/// The details as they were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitedDetails {
    /// Whose.
    pub service: ServiceId,
    /// Which tab.
    pub tab: DetailsTab,
    /// First line shown.
    pub top: usize,
}

/// A log as it was looked at, in most places without its lines.
#[derive(Clone, Debug, PartialEq)]
pub struct VisitedLogs {
    /// Services whose lines it had.
    pub services: Vec<ServiceId>,
    /// Whether they were all that were in view.
    pub in_view: Option<InView>,
    /// Where the tail began.
    pub begin: LogBegin,
    /// Whether its end was followed.
    pub follow: bool,
    /// Lines below what was in sight, and rows of the lowest one that were hidden.
    pub back: (usize, usize),
    /// Lines that had arrived.
    pub arrived: u64,
    /// Time of the first line in sight.
    pub first_in_sight: Option<Timestamp>,
    /// What was searched and filtered.
    pub wanted: FindText,
    /// All of it with its lines, where one key leads away from it and one back.
    pub whole: Option<Box<LogsState>>,
}

/// The places that Esc leads back to, the latest last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    places: VecDeque<VisitedPlace>,
}

impl History {
    /// Adds a place, unless it is the latest one already.
    pub fn push(&mut self, place: VisitedPlace) {
        if self.places.back() == Some(&place) {
            return;
        }
        self.places.push_back(place);
        let excess = self.places.len().saturating_sub(LIMIT);
        self.places.drain(..excess);
    }

    /// Keeps the log of the latest place with its lines; those of all others go.
    pub fn keep_log(&mut self, logs: Option<LogsState>) {
        self.places
            .iter_mut()
            .for_each(|place| place.logs.whole = None);
        if let Some(place) = self.places.back_mut() {
            place.logs.whole = logs.map(Box::new);
        }
    }

    /// Takes the latest place.
    pub fn pop(&mut self) -> Option<VisitedPlace> {
        self.places.pop_back()
    }

    /// The latest place.
    #[must_use]
    pub fn latest(&self) -> Option<&VisitedPlace> {
        self.places.back()
    }
}
