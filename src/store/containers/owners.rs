//! Containers whose network others use and that are not watched themselves, or gone.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::model::{InstanceFacts, InstanceId, ServiceId, SignedDuration, Timestamp};

use super::ContainerState;

/// A start that came by an event is recorded by the engine a moment earlier: closer together than
/// this two starts are in no order before both were inspected.
const EVENT_DELAY: SignedDuration = SignedDuration::from_secs(1);

/// Containers whose network others use, as far as they are not followed themselves.
#[derive(Debug, Default)]
pub(in crate::store) struct Owners {
    known: HashMap<InstanceId, KnownOwner>,
}

/// An owner that is not followed.
#[derive(Debug)]
enum KnownOwner {
    /// It is there; a filter leaves it out.
    Elsewhere(Arc<InstanceFacts>),
    /// No container has its id any more.
    Gone(FormerOwner),
}

/// What is known of a container that is gone.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct FormerOwner {
    /// What people called it.
    pub name: Option<String>,
    /// Its service.
    pub service: Option<ServiceId>,
    /// When it was removed.
    pub at: Option<Timestamp>,
}

/// An owner as it is found.
pub(in crate::store) enum FoundOwner<'a> {
    /// It belongs to a service.
    Followed(&'a ContainerState),
    /// It is there; a filter leaves it out.
    Elsewhere(&'a InstanceFacts),
    /// No container has its id any more.
    Gone(&'a FormerOwner),
}

impl Owners {
    /// What the engine reports of a container that is not followed; `None` when it has none of this
    /// id.
    pub fn update(&mut self, id: InstanceId, facts: Option<Arc<InstanceFacts>>, now: Timestamp) {
        let owner = match (facts, self.known.remove(&id)) {
            (Some(facts), _) => KnownOwner::Elsewhere(facts),
            (None, Some(gone @ KnownOwner::Gone(_))) => gone,
            (None, Some(KnownOwner::Elsewhere(facts))) => KnownOwner::Gone(FormerOwner {
                name: Some(title(&facts)),
                service: None,
                at: Some(now),
            }),
            (None, None) => KnownOwner::Gone(FormerOwner::default()),
        };
        self.known.insert(id, owner);
    }

    /// Remembers a container that was removed.
    pub fn add_former(&mut self, gone: &ContainerState, at: Timestamp) {
        let former = FormerOwner {
            name: Some(title(&gone.facts)),
            service: Some(gone.service.clone()),
            at: Some(at),
        };
        self.known
            .insert(gone.facts.id.clone(), KnownOwner::Gone(former));
    }

    /// Forgets those whose network nobody uses any more.
    pub fn keep_only(&mut self, used: &BTreeSet<&str>) {
        self.known.retain(|id, _| used.contains(id.as_str()));
    }

    /// The one of this id.
    pub fn find(&self, id: &InstanceId) -> Option<FoundOwner<'_>> {
        Some(match self.known.get(id)? {
            KnownOwner::Gone(former) => FoundOwner::Gone(former),
            KnownOwner::Elsewhere(facts) => FoundOwner::Elsewhere(facts),
        })
    }
}

/// When a process started, and how exactly that is known.
pub(in crate::store) struct ProcessStart {
    /// The time.
    pub at: Timestamp,
    by_event: bool,
}

impl ProcessStart {
    /// The last start of a container that is followed.
    pub fn of(container: &ContainerState) -> Option<Self> {
        let at = container.facts.started_at?;
        Some(Self {
            at,
            by_event: container.event_at == Some(at),
        })
    }

    /// The last start by an inspection.
    pub fn inspected(facts: &InstanceFacts) -> Option<Self> {
        Some(Self {
            at: facts.started_at?,
            by_event: false,
        })
    }

    /// Whether it certainly came after `other`.
    pub fn is_after(&self, other: &Self) -> bool {
        let later = self.at.duration_since(other.at);
        if self.by_event || other.by_event {
            later >= EVENT_DELAY
        } else {
            later > SignedDuration::ZERO
        }
    }
}

/// What people call a container: its service, or its own name where the service has several.
pub(in crate::store) fn title(facts: &InstanceFacts) -> String {
    if facts.number.is_some_and(|number| number > 1) {
        facts.name.clone()
    } else {
        facts.service.to_string()
    }
}
