//! What happened just before the change.

use std::ops::Range;

use crate::explain::symptoms::failure_begin;
use crate::model::{
    Change, Deployment, ErrorBurstChange, EvidenceOutcome, OperationChange, ProcessEnd, ServiceId,
    SignedDuration, TimelineEvent, Timestamp,
};

use super::View;

/// Events shown.
const EVENTS: usize = 8;

/// How long before the change the last start of a container may have brought it about.
const BEFORE: SignedDuration = SignedDuration::from_mins(15);

/// How long after the change an event still belongs to it: clocks of two machines differ.
const AFTER: SignedDuration = SignedDuration::from_secs(5);

/// What happened just before the change: to it, to what blocks it, to the engine, and our own
/// operations.
pub(super) fn events<'a>(view: &'a View<'_>) -> impl Iterator<Item = &'a TimelineEvent> {
    let works = view.service.health.state.is_fine();
    let found = FailureEvents::of(view);
    let timeline = view.snapshot.timeline.iter().map(AsRef::as_ref);
    let found: Vec<&TimelineEvent> = timeline
        .filter(|event| !works && may_be_cause(&event.change) && found.contains(event))
        .collect();
    let surplus = found.len().saturating_sub(EVENTS);
    found.into_iter().skip(surplus)
}

/// Which events belong to a failure.
struct FailureEvents<'a> {
    /// The service and what blocks it, each with the time from when on its events belong to the
    /// failure: what blocks it may have failed before.
    begins: Vec<(&'a ServiceId, Timestamp)>,
    /// When these services were last started before, and what was made for that.
    starts: Vec<u64>,
    until: Timestamp,
}

impl<'a> FailureEvents<'a> {
    fn of(view: &'a View<'_>) -> Self {
        let since = view.service.health.since;
        let services = std::iter::once(view.service).chain(view.roots());
        let begins: Vec<_> = services
            .map(|service| (&service.id, failure_begin(service)))
            .collect();
        let early = since.checked_sub(BEFORE).unwrap_or(since);
        let starts = begins
            .iter()
            .flat_map(|(id, begin)| last_start(view, id, early..*begin));
        Self {
            starts: starts.collect(),
            until: since.checked_add(AFTER).unwrap_or(since),
            begins,
        }
    }

    fn contains(&self, event: &TimelineEvent) -> bool {
        let id = event.service.as_ref();
        let own = |of: &ServiceId| id.is_none_or(|id| id == of);
        let mut begins = self.begins.iter().filter(|(of, _)| own(of));
        self.starts.contains(&event.sequence)
            || (event.at <= self.until && begins.any(|(_, begin)| event.at >= *begin))
    }
}

/// The last creation and the last start of `id` in `time`: they say how long it ran, and with which
/// image.
fn last_start(view: &View<'_>, id: &ServiceId, time: Range<Timestamp>) -> Vec<u64> {
    let events = view.snapshot.timeline.iter();
    let own: Vec<_> = events
        .filter(|event| event.service.as_ref() == Some(id) && time.contains(&event.at))
        .collect();
    let last = |is: &dyn Fn(&Change) -> bool| own.iter().rfind(|event| is(&event.change));
    let created = last(&Change::is_creation);
    let started = last(&|change| matches!(change, Change::Started { .. }));
    let both = created.into_iter().chain(started);
    both.map(|event| event.sequence).collect()
}

/// Whether an event may be a cause, and not the trouble itself.
const fn may_be_cause(change: &Change) -> bool {
    !matches!(change, Change::Health { .. } | Change::Incident { .. })
}

/// A failure where a change is bad in itself.
pub(super) fn outcome(change: &Change) -> Option<EvidenceOutcome> {
    let bad = match change {
        Change::Ended(end) => *end != ENDED_WELL,
        Change::Restarted
        | Change::OutOfMemory
        | Change::EngineLost { .. }
        | Change::ErrorBurst(ErrorBurstChange::Began { .. }) => true,
        Change::Operation(change) => matches!(
            change,
            OperationChange::Failed { .. } | OperationChange::HealingStopped(_)
        ),
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
