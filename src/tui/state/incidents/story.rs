//! The timeline of one incident: its own history with what happened to the services it concerns.

use std::sync::Arc;

use crate::model::SortShared as _;
use crate::model::{
    Change, Incident, IncidentChange, IncidentEntry, OperationChange, ServiceId, SignedDuration,
    Snapshot, TimelineEvent, Timestamp,
};

/// Time before the begin from which events of the root are shown: what was changed just before is
/// often the cause.
const BEFORE: SignedDuration = SignedDuration::from_secs(60);

/// What happened to `incident` and the services it concerns, oldest first.
#[must_use]
pub fn story(incident: &Incident, snapshot: &Snapshot) -> Vec<Arc<TimelineEvent>> {
    let of_log = incident.log.iter().enumerate();
    let mut story: Vec<_> = of_log
        .map(|(at, entry)| Arc::new(of_entry(incident, at, entry)))
        .collect();
    let events = snapshot.timeline.iter();
    story.extend(events.filter(|event| belongs(incident, event)).cloned());
    // Equal times: what happened comes before what followed for the incident.
    story.sort_shared_by_key(|event| (event.at, matches!(event.change, Change::Incident { .. })));
    story
}

/// Line `at` of its history as an event.
fn of_entry(incident: &Incident, at: usize, entry: &IncidentEntry) -> TimelineEvent {
    let change = match at {
        0 => IncidentChange::Opened,
        _ if !incident.is_open() && at + 1 == incident.log.len() => IncidentChange::Closed,
        _ => IncidentChange::Updated,
    };
    TimelineEvent {
        sequence: 0,
        at: entry.at,
        service: incident.root.service().cloned(),
        instance: None,
        change: Change::Incident {
            id: incident.id,
            change,
            root: incident.root.clone(),
            fact: Box::new(entry.fact.clone()),
        },
    }
}

/// Whether `event` happened to a service of `incident` during it, or to its root just before. The
/// history of the incident itself is kept longer than the timeline, and taken from there.
fn belongs(incident: &Incident, event: &TimelineEvent) -> bool {
    let early = incident.opened_at.checked_sub(BEFORE);
    let before = early.is_ok_and(|early| early <= event.at) && event.at < incident.opened_at;
    let root = incident.root.service();
    happened_in(incident, event) || (before && is_about(event, |id| root == Some(id)))
}

/// Whether `event` happened during `incident` to a service that it concerns, or is one of the engine
/// where that is the root; news of incidents are left out.
#[must_use]
pub fn happened_in(incident: &Incident, event: &TimelineEvent) -> bool {
    let ended = incident.closed_at.unwrap_or(Timestamp::MAX);
    (incident.opened_at..=ended).contains(&event.at)
        && match event.change {
            Change::EngineLost { .. } | Change::EngineBack => incident.root.service().is_none(),
            _ => is_about(event, |id| incident.concerns(id)),
        }
}

/// Whether `event` is about a service of which `is` holds; those of incidents are about none.
fn is_about(event: &TimelineEvent, is: impl Fn(&ServiceId) -> bool) -> bool {
    match &event.change {
        Change::Incident { .. } => false,
        Change::Operation(change) => match change.operation() {
            Some(operation) => operation.targets.iter().any(is),
            None => event.service.as_ref().is_some_and(is),
        },
        _ => event.service.as_ref().is_some_and(is),
    }
}

/// What was done about an incident, of its `story`: each operation once, as it ended or as it
/// began, oldest first.
#[must_use]
pub fn operations(story: &[Arc<TimelineEvent>]) -> Vec<&TimelineEvent> {
    let mut done: Vec<&TimelineEvent> = Vec::new();
    for event in story {
        let Change::Operation(change) = &event.change else {
            continue;
        };
        let begun = change.operation().and_then(|ended| {
            done.iter().rposition(|other| match &other.change {
                Change::Operation(OperationChange::Started { operation, .. }) => operation == ended,
                _ => false,
            })
        });
        match begun {
            Some(at) if !matches!(change, OperationChange::Started { .. }) => done[at] = event,
            _ => done.push(event),
        }
    }
    done
}

/// The last event of its `story` with which somebody else than this hubdeck brought the root of an
/// incident back.
#[must_use]
pub fn by_others<'a>(
    incident: &Incident,
    story: &'a [Arc<TimelineEvent>],
) -> Option<&'a TimelineEvent> {
    let brings_back = |event: &&Arc<TimelineEvent>| {
        let does = matches!(
            event.change,
            Change::Started { .. }
                | Change::Restarted
                | Change::Unpaused
                | Change::Recreated { .. }
                | Change::Deployed(_)
                | Change::NetworkJoined { .. }
        );
        does && event.at >= incident.opened_at && event.service.as_ref() == incident.root.service()
    };
    story.iter().rev().find(brings_back).map(AsRef::as_ref)
}
