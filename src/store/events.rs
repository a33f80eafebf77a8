//! Folding engine events: what they tell is shown at once, before the inspection that follows.

use std::sync::Arc;

use crate::model::{
    Change, DockerStatus, EngineEvent, EngineEventKind, InstanceFacts, InstanceId, InstanceState,
    Timestamp,
};

use super::Store;
use super::dirty::Dirty;
use super::health::End;
use super::timeline::About;
use crate::store::containers::{ContainerState, EventSource};

/// Signals that ask a process to end: INT, QUIT, TERM, WINCH (httpd), RTMIN+3 (systemd).
const STOP_SIGNALS: [u32; 5] = [2, 3, 15, 28, 37];

impl Store {
    /// One event of a container. Containers that were never listed or inspected say nothing yet:
    /// their inspection follows and tells more.
    pub(super) fn fold_event(&mut self, event: &EngineEvent, now: Timestamp) -> Dirty {
        let Some(container) = self.containers.by_id.get_mut(&event.instance) else {
            return Dirty::default();
        };
        let before = Arc::clone(&container.facts);
        // The list or inspection that was asked for later already tells what the event tells.
        if event.at >= container.facts_at {
            apply(container, event, now);
            if event.at <= now && !Arc::ptr_eq(&before, &container.facts) {
                container.event_at = Some(event.at);
            }
        }
        let changed = !Arc::ptr_eq(&before, &container.facts);
        let service = container.service.clone();
        drop(before);
        let in_timeline = self.note_event(event, now);
        if event.kind == EngineEventKind::Destroy {
            return self.fold_gone(&event.instance, event.at, now);
        }
        Dirty {
            services: [service].into(),
            ..(in_timeline || changed).into()
        }
    }

    /// The event's line in the timeline; tells whether there is one.
    fn note_event(&mut self, event: &EngineEvent, now: Timestamp) -> bool {
        let before = self.timeline.count();
        let at = event.at.min(now);
        match &event.kind {
            EngineEventKind::Start => self.note_start(&event.instance, at, EventSource::Event),
            EngineEventKind::Die { .. } => self.note_end(&event.instance, at, EventSource::Event),
            EngineEventKind::Stop => self.note_stop(&event.instance, at),
            EngineEventKind::Oom => self.note(&event.instance, at, Change::OutOfMemory),
            EngineEventKind::Connect { network } => {
                let network = network.clone();
                self.note_network(&event.instance, at, Change::NetworkJoined { network });
            }
            EngineEventKind::Disconnect { network } => {
                let network = network.clone();
                self.note_network(&event.instance, at, Change::NetworkLeft { network });
            }
            EngineEventKind::Pause => self.note(&event.instance, at, Change::Paused),
            EngineEventKind::Unpause => self.note(&event.instance, at, Change::Unpaused),
            _ => {}
        }
        self.timeline.count() != before
    }

    fn note(&mut self, instance: &InstanceId, at: Timestamp, change: Change) {
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
    fn note_network(&mut self, instance: &InstanceId, at: Timestamp, change: Change) {
        let runs = self
            .containers
            .by_id
            .get(instance)
            .is_some_and(|container| container.facts.is_running());
        if runs {
            self.note(instance, at, change);
        }
    }

    /// `stop` follows `die`: where no stop signal was seen before, the death was a stop after all.
    fn note_stop(&mut self, instance: &InstanceId, at: Timestamp) {
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
        self.note(instance, at, Change::Stopped { end: None });
    }
}

/// Changes what is known of the container as the event tells.
fn apply(container: &mut ContainerState, event: &EngineEvent, now: Timestamp) {
    match event.kind {
        EngineEventKind::Start => {
            container.begin_run(now);
            let facts = Arc::make_mut(&mut container.facts);
            facts.state = InstanceState::Running;
            facts.started_at = Some(event.at);
            facts.announced = true;
            facts.oom_killed = false;
            facts.error.clear();
            begin_health(facts);
        }
        EngineEventKind::Die { exit_code } => {
            let asked = container.run.was_stopped_before(event.at);
            container.run.end = if asked { End::Asked } else { End::Unasked };
            container.usage.end(event.at);
            let out_of_memory = container.run.out_of_memory;
            let facts = Arc::make_mut(&mut container.facts);
            facts.state = InstanceState::Exited;
            facts.exit_code = exit_code;
            container.history.died_with = exit_code;
            facts.finished_at = Some(event.at);
            // The kernel may have killed a child only: then the process ends in another way.
            facts.oom_killed = out_of_memory && exit_code == Some(137);
        }
        EngineEventKind::Oom => {
            container.run.out_of_memory = true;
            container.usage.pressure.kill(event.at);
        }
        EngineEventKind::Kill { signal } => {
            if signal.is_some_and(|signal| STOP_SIGNALS.contains(&signal)) {
                container.run.stop_signal_at = Some(event.at);
            }
        }
        EngineEventKind::Pause => {
            container.usage.end(event.at);
            Arc::make_mut(&mut container.facts).state = InstanceState::Paused;
        }
        EngineEventKind::Unpause => {
            Arc::make_mut(&mut container.facts).state = InstanceState::Running
        }
        // These change nothing by themselves; what they lead to comes by inspection.
        EngineEventKind::Create
        | EngineEventKind::Restart
        | EngineEventKind::Stop
        | EngineEventKind::Rename
        | EngineEventKind::Update
        | EngineEventKind::Destroy
        | EngineEventKind::HealthStatus
        | EngineEventKind::Connect { .. }
        | EngineEventKind::Disconnect { .. } => {}
    }
}

/// Docker's healthcheck begins again with every start.
fn begin_health(facts: &mut InstanceFacts) {
    let checked = facts.healthcheck.is_some();
    facts.docker.status = if checked {
        DockerStatus::Starting
    } else {
        DockerStatus::None
    };
    facts.docker.failing_streak = 0;
    facts.docker.checked_at = None;
    facts.docker.output.clear();
}
