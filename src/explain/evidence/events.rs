//! What happened just before the change.

use crate::model::{EventKind, SignedDuration, TimelineEvent};

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
        .filter(|event| is_change(&event.event))
        .filter(|event| match &event.service {
            Some(id) => *id == view.service.id || health.blocked_by.contains(id),
            None => true,
        })
        .collect();
    let surplus = found.len().saturating_sub(EVENTS);
    found.into_iter().skip(surplus)
}

/// Whether an event may be a cause, and not the trouble itself.
const fn is_change(event: &EventKind) -> bool {
    !matches!(event, EventKind::Health { .. } | EventKind::Incident { .. })
}

/// The image before a deploy just before the change.
pub(in crate::explain) fn image_before(view: &View<'_>) -> Option<String> {
    let deploys = events(view).filter(|event| {
        event.event == EventKind::Created && event.service.as_ref() == Some(&view.service.id)
    });
    let text = deploys.last()?.text.strip_prefix("deployed: ")?.to_owned();
    Some(text.split_once(" → ")?.0.to_owned())
}
