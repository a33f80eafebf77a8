//! Folding engine events: they are applied at once, before the inspection that follows.

use std::sync::Arc;

use crate::model::{Change, EngineEvent, EngineEventKind, InstanceId, InstanceState, Timestamp};

use super::Store;
use super::containers::EventSource;
use super::dirty::Dirty;
use super::health::End;
use super::timeline::About;

impl Store {
    /// One event of a container. Events of containers that are not in the store are ignored: the
    /// inspection that follows adds them.
    pub(super) fn fold_event(&mut self, event: &EngineEvent, now: Timestamp) -> Dirty {
        if event.kind == EngineEventKind::Destroy {
            return self.fold_gone(&event.instance, event.at, now);
        }
        let Some(container) = self.containers.by_id.get_mut(&event.instance) else {
            return Dirty::default();
        };
        let before = Arc::clone(&container.facts);
        container.apply(event, now);
        let changed = !Arc::ptr_eq(&before, &container.facts);
        let service = container.service.clone();
        drop(before);
        let in_timeline = self.record_event(event, now);
        Dirty {
            services: [service].into(),
            ..(in_timeline || changed).into()
        }
    }

    /// Adds the line of the event to the timeline; returns whether there is one.
    fn record_event(&mut self, event: &EngineEvent, now: Timestamp) -> bool {
        let before = self.timeline.count();
        let at = event.at.min(now);
        match &event.kind {
            EngineEventKind::Start => self.record_start(&event.instance, at, EventSource::Event),
            EngineEventKind::Die { .. } => self.record_end(&event.instance, at, EventSource::Event),
            EngineEventKind::Stop => self.record_stop(&event.instance, at),
            EngineEventKind::Oom => self.record(&event.instance, at, Change::OutOfMemory),
            EngineEventKind::Connect { network } => {
                let network = network.clone();
                self.record_network(&event.instance, at, Change::NetworkJoined { network });
            }
            EngineEventKind::Disconnect { network } => {
                let network = network.clone();
                self.record_network(&event.instance, at, Change::NetworkLeft { network });
            }
            EngineEventKind::Pause => self.record(&event.instance, at, Change::Paused),
            EngineEventKind::Unpause => self.record(&event.instance, at, Change::Unpaused),
            _ => {}
        }
        self.timeline.count() != before
    }

    fn record(&mut self, instance: &InstanceId, at: Timestamp, change: Change) {
        if let Some(container) = self.containers.by_id.get(instance) {
            let about = About {
                service: Some(&container.service),
                instance: Some(instance),
            };
            self.timeline.push(at, about, change);
        }
    }

    /// Networks come and go with every start and end of a process; only in between it is worth a
    /// line.
    fn record_network(&mut self, instance: &InstanceId, at: Timestamp, change: Change) {
        let runs = self
            .containers
            .by_id
            .get(instance)
            .is_some_and(|container| container.facts.is_running());
        if runs {
            self.record(instance, at, change);
        }
    }

    /// `stop` follows `die`: where no stop signal was seen before, the death was a stop after all.
    fn record_stop(&mut self, instance: &InstanceId, at: Timestamp) {
        let Some(container) = self.containers.by_id.get_mut(instance) else {
            return;
        };
        if container.facts.state != InstanceState::Exited || container.run.end == End::Asked {
            return;
        }
        if container.run.end == End::Unasked {
            container.history.take_back_death();
        }
        container.run.end = End::Asked;
        self.record(instance, at, Change::Stopped { end: None });
    }
}
