//! Recent events, bounded.

use std::collections::HashSet;
use std::sync::Arc;

use crate::model::sections;
use crate::model::{Change, InstanceId, ServiceId, TimelineEvent, Timestamp};

use super::mask::{Mask, rewrite};

/// The events that snapshots show, oldest first.
#[derive(Debug)]
pub(super) struct Timeline {
    events: Arc<Vec<Arc<TimelineEvent>>>,
    /// Most events kept.
    capacity: usize,
    next: u64,
    /// Services whose changes are not recorded.
    hidden: HashSet<ServiceId>,
}

impl Default for Timeline {
    fn default() -> Self {
        Self {
            events: Arc::default(),
            capacity: sections::TimelineSettings::default().max_events,
            next: 0,
            hidden: HashSet::new(),
        }
    }
}

impl From<Arc<Vec<Arc<TimelineEvent>>>> for Timeline {
    /// Goes on after `events`.
    fn from(events: Arc<Vec<Arc<TimelineEvent>>>) -> Self {
        let next = events.last().map_or(0, |last| last.sequence + 1);
        Self {
            events,
            next,
            ..Self::default()
        }
    }
}

/// What an event is about.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct About<'a> {
    /// The service.
    pub service: Option<&'a ServiceId>,
    /// The container.
    pub instance: Option<&'a InstanceId>,
}

impl Timeline {
    /// Keeps at most `capacity` events from now on: the newest.
    pub fn limit(&mut self, capacity: usize) {
        self.capacity = capacity.max(1);
        let surplus = self.events.len().saturating_sub(self.capacity);
        if surplus > 0 {
            Arc::make_mut(&mut self.events).drain(..surplus);
        }
    }

    /// The events, newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = &TimelineEvent> {
        self.events.iter().rev().map(AsRef::as_ref)
    }

    /// Leaves a service out from now on.
    pub fn hide(&mut self, service: &ServiceId) {
        self.hidden.insert(service.clone());
    }

    /// Leaves out these services and no others from now on.
    pub fn hide_only(&mut self, services: HashSet<ServiceId>) {
        self.hidden = services;
    }

    /// Adds an event, unless it is about a hidden service.
    pub fn push(&mut self, at: Timestamp, about: About, change: Change) {
        if about
            .service
            .is_some_and(|service| self.hidden.contains(service))
        {
            return;
        }
        let event = TimelineEvent {
            sequence: self.next,
            at,
            service: about.service.cloned(),
            instance: about.instance.cloned(),
            change,
        };
        self.next += 1;
        let events = Arc::make_mut(&mut self.events);
        if events.len() >= self.capacity {
            events.remove(0);
        }
        events.push(Arc::new(event));
    }

    /// Masks every text.
    pub fn mask(&mut self, mask: Mask<'_>) {
        for index in 0..self.events.len() {
            let mut change = self.events[index].change.clone();
            let mut masked = false;
            change.texts_mut(&mut |text| masked |= rewrite(text, mask));
            if masked {
                Arc::make_mut(&mut Arc::make_mut(&mut self.events)[index]).change = change;
            }
        }
    }

    /// How many events there ever were.
    pub fn count(&self) -> u64 {
        self.next
    }

    /// The events, to be shared with a snapshot.
    pub fn share(&self) -> Arc<Vec<Arc<TimelineEvent>>> {
        Arc::clone(&self.events)
    }
}
