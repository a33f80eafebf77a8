//! What happened just before the change.

use crate::model::{
    Change, Deployment, EvidenceOutcome, OperationChange, ProcessEnd, SignedDuration, TimelineEvent,
};

use super::View;

/// Events shown.
const EVENTS: usize = 8;

/// How long before the change an event may have brought it about.
const BEFORE: SignedDuration = SignedDuration::from_mins(15);

/// How long after it an event still belongs to it: clocks of two machines differ.
const AFTER: SignedDuration = SignedDuration::from_secs(5);

/// What happened just before the change: to it, to what blocks it, to the engine, and our own
/// operations.
pub(super) fn events<'a>(view: &'a View<'_>) -> impl Iterator<Item = &'a TimelineEvent> {
    let health = &view.service.health;
    let works = health.state.is_fine();
    let from = health.since.checked_sub(BEFORE).unwrap_or(health.since);
    let until = health.since.checked_add(AFTER).unwrap_or(health.since);
    let found: Vec<&TimelineEvent> = view
        .snapshot
        .timeline
        .iter()
        .map(AsRef::as_ref)
        .filter(|event| !works && event.at >= from && event.at <= until)
        .filter(|event| may_be_cause(&event.change))
        .filter(|event| match &event.service {
            Some(id) => *id == view.service.id || health.blocked_by.contains(id),
            None => true,
        })
        .collect();
    let surplus = found.len().saturating_sub(EVENTS);
    found.into_iter().skip(surplus)
}

/// Whether an event may be a cause, and not the trouble itself.
const fn may_be_cause(change: &Change) -> bool {
    !matches!(change, Change::Health { .. } | Change::Incident { .. })
}

/// A failure where a change is bad in itself.
pub(super) fn outcome(change: &Change) -> Option<EvidenceOutcome> {
    let bad = match change {
        Change::Ended(end) => *end != ENDED_WELL,
        Change::Restarted | Change::OutOfMemory | Change::EngineLost { .. } => true,
        Change::Operation(change) => matches!(change, OperationChange::Failed { .. }),
        _ => false,
    };
    bad.then_some(EvidenceOutcome::Failure)
}

/// The end of a process that did its work.
const ENDED_WELL: ProcessEnd = ProcessEnd {
    code: Some(0),
    out_of_memory: false,
};

/// The image before a deploy just before the change.
pub(in crate::explain) fn image_before<'a>(view: &'a View<'_>) -> Option<&'a str> {
    let creations = events(view).filter(|event| {
        event.change.is_creation() && event.service.as_ref() == Some(&view.service.id)
    });
    match &creations.last()?.change {
        Change::Deployed(Deployment::Image { from, .. }) => Some(from),
        _ => None,
    }
}
