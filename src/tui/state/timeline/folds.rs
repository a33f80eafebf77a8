//! Events that happened to several services of one incident at once, as one row.

use std::sync::Arc;

use crate::model::{
    Change, HealthState, Incident, IncidentChange, IncidentId, ServiceId, SignedDuration, Snapshot,
    TimelineEvent,
};
use crate::tui::state::incidents::happened_in;

/// Events of one kind and one incident so close together are one row.
const AT_ONCE: SignedDuration = SignedDuration::from_secs(5);

/// One row: an event, with others of the same kind that belong to it.
#[derive(Clone, Debug)]
pub struct TimelineRow<'a> {
    /// The first of them: the row stands at its time.
    pub event: &'a Arc<TimelineEvent>,
    /// What the row says: of news of an incident the last, as it holds what those before say.
    pub change: &'a Change,
    /// How many events it stands for.
    pub count: usize,
    /// The services to which it happened, the first one first.
    services: Vec<&'a ServiceId>,
    place: Option<(IncidentId, Kind)>,
}

/// What makes events of an incident alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A service that the incident affects is in this state.
    Affected(HealthState),
    /// News of it that are neither its begin nor its end.
    Updated,
}

impl<'a> TimelineRow<'a> {
    fn of(event: &'a Arc<TimelineEvent>, snapshot: &Snapshot) -> Self {
        Self {
            event,
            change: &event.change,
            count: 1,
            services: event.service.iter().collect(),
            place: place(event, snapshot),
        }
    }

    /// Services to which it happened beside the one that is named.
    #[must_use]
    pub fn others(&self) -> usize {
        self.services.len().saturating_sub(1)
    }

    /// Whether `later`, which happened after it, can be one row with it.
    fn takes(&self, later: &Self) -> bool {
        let is_known = |id| self.services.contains(id);
        let repeats = matches!(later.place, Some((_, Kind::Affected(_))))
            && later.services.iter().any(is_known);
        self.place == later.place && self.is_near(later) && !repeats
    }

    fn is_near(&self, later: &Self) -> bool {
        later.event.at.duration_since(self.event.at) <= AT_ONCE
    }

    fn add(&mut self, later: Self) {
        self.count += later.count;
        if matches!(self.place, Some((_, Kind::Updated))) {
            self.change = later.change;
        } else {
            self.services.extend(later.services);
        }
    }
}

/// The rows for `events`, which are oldest first, in the same order. The begin and the end of an
/// incident, what happened to its root, and what belongs to no incident have a row of their own;
/// only events of the incident itself may stand between those that become one.
#[must_use]
pub fn folded<'a>(
    events: impl Iterator<Item = &'a Arc<TimelineEvent>>,
    snapshot: &Snapshot,
) -> Vec<TimelineRow<'a>> {
    let mut rows: Vec<TimelineRow<'a>> = Vec::new();
    for event in events {
        let row = TimelineRow::of(event, snapshot);
        let incident = row.place.map(|(incident, _)| incident);
        let mut near = rows.iter_mut().rev().take_while(|before| {
            let of = before.place.map(|(incident, _)| incident);
            incident.is_some() && of == incident && before.is_near(&row)
        });
        match near.find(|before| before.takes(&row)) {
            Some(before) => before.add(row),
            None => rows.push(row),
        }
    }
    rows
}

/// The incident and the kind of an event that may be one row with others.
fn place(event: &TimelineEvent, snapshot: &Snapshot) -> Option<(IncidentId, Kind)> {
    match &event.change {
        Change::Incident {
            id,
            change: IncidentChange::Updated,
            ..
        } => Some((*id, Kind::Updated)),
        Change::Health { to, .. } => {
            let affects = |incident: &&Arc<Incident>| {
                incident.root.service() != event.service.as_ref() && happened_in(incident, event)
            };
            let incident = snapshot.incidents.iter().rev().find(affects)?;
            Some((incident.id, Kind::Affected(*to)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
