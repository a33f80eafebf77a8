//! Which rows of the timeline belong to an incident, as brackets beside them.

use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::model::SortShared as _;
use crate::model::{Change, Incident, Snapshot, TimelineEvent};
use crate::tui::state::incidents::happened_in;

/// Brackets beside one another at most; an incident that finds no place has none.
pub const LANES: usize = 3;

/// What stands beside a row in one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bracket {
    /// The newest event of an incident that is over.
    Top,
    /// An event of it; of an open one the newest too, as it goes on.
    Inside,
    /// Its oldest event.
    Bottom,
    /// An event of something else meanwhile.
    Passing,
}

/// The brackets beside one row, each with whether its incident is open.
pub type RowBrackets = [Option<(Bracket, bool)>; LANES];

/// The brackets beside `events`, which are newest first.
#[must_use]
pub fn brackets(events: &[&Arc<TimelineEvent>], snapshot: &Snapshot) -> Vec<RowBrackets> {
    let mut spans: Vec<(RangeInclusive<usize>, &Incident)> = snapshot
        .incidents
        .iter()
        .filter_map(|incident| Some((rows(events, incident)?, &**incident)))
        .collect();
    spans.sort_shared_by_key(|(rows, _)| *rows.start());
    let mut all = vec![RowBrackets::default(); events.len()];
    let mut free_from = [0; LANES];
    for (rows, incident) in spans {
        let lane = free_from.iter().position(|free| free <= rows.start());
        let Some(lane) = lane else { continue };
        free_from[lane] = rows.end() + 1;
        for row in rows.clone() {
            let bracket = match row {
                _ if !belongs(events[row], incident) => Bracket::Passing,
                row if row == *rows.end() => Bracket::Bottom,
                row if row == *rows.start() && !incident.is_open() => Bracket::Top,
                _ => Bracket::Inside,
            };
            all[row][lane] = Some((bracket, incident.is_open()));
        }
    }
    all
}

/// From the first to the last row of an incident; `None` for one without a row.
fn rows(events: &[&Arc<TimelineEvent>], incident: &Incident) -> Option<RangeInclusive<usize>> {
    let first = events.iter().position(|event| belongs(event, incident))?;
    let last = events.iter().rposition(|event| belongs(event, incident))?;
    Some(first..=last)
}

fn belongs(event: &TimelineEvent, incident: &Incident) -> bool {
    match event.change {
        Change::Incident { id, .. } => id == incident.id,
        _ => happened_in(incident, event),
    }
}

/// How many lanes `brackets` use.
#[must_use]
pub fn lanes(brackets: &[RowBrackets]) -> usize {
    let used = |row: &RowBrackets| row.iter().rposition(Option::is_some).map_or(0, |at| at + 1);
    brackets.iter().map(used).max().unwrap_or(0)
}
