//! Folding engine events: what they tell is shown at once, before the inspection that follows.

use std::sync::Arc;

use crate::model::{
    Change, DockerStatus, EngineEvent, EngineEventKind, InstanceFacts, InstanceId, InstanceState,
    Timestamp,
};

use super::container::{ContainerState, EventSource};
use super::health::End;
use super::timeline::About;
use super::{Changed, Store};

/// Signals that ask a process to end: INT, QUIT, TERM, WINCH (httpd), RTMIN+3 (systemd).
const STOP_SIGNALS: [u32; 5] = [2, 3, 15, 28, 37];

impl Store {
    /// One event of a container. Containers that were never listed or inspected say nothing yet:
    /// their inspection follows and tells more.
    pub(super) fn fold_event(&mut self, event: &EngineEvent, now: Timestamp) -> Changed {
        let Some(tracked) = self.tracked.get_mut(&event.instance) else {
            return Changed::No;
        };
        let before = Arc::clone(&tracked.facts);
        // The list or inspection that was asked for later already tells what the event tells.
        let is_news = event.at >= tracked.facts_at;
        if is_news {
            apply(tracked, event, now);
            if event.at <= now && !Arc::ptr_eq(&before, &tracked.facts) {
                tracked.event_at = Some(event.at);
            }
        }
        let service = tracked.service.clone();
        let noted = self.note_event(event, now);
        let facts_changed = self
            .tracked
            .get(&event.instance)
            .is_some_and(|tracked| !Arc::ptr_eq(&before, &tracked.facts));
        if event.kind == EngineEventKind::Destroy {
            return self.fold_gone(&event.instance, event.at, now);
        }
        let refreshed = self.refresh(&service, now);
        (noted || facts_changed || refreshed).into()
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
        if let Some(tracked) = self.tracked.get(instance) {
            let about = About {
                service: Some(&tracked.service),
                instance: Some(instance),
            };
            self.timeline.push(at, about, change);
        }
    }

    /// Networks come and go with every start and end of a process; only in between it is worth a
    /// line.
    fn note_network(&mut self, instance: &InstanceId, at: Timestamp, change: Change) {
        let runs = self
            .tracked
            .get(instance)
            .is_some_and(|tracked| tracked.facts.is_running());
        if runs {
            self.note(instance, at, change);
        }
    }

    /// `stop` follows `die`: where no stop signal was seen before, the death was a stop after all.
    fn note_stop(&mut self, instance: &InstanceId, at: Timestamp) {
        let Some(tracked) = self.tracked.get_mut(instance) else {
            return;
        };
        if tracked.facts.state != InstanceState::Exited || tracked.end == End::Asked {
            return;
        }
        if tracked.end == End::Unasked {
            tracked.take_back_death();
        }
        tracked.end = End::Asked;
        self.note(instance, at, Change::Stopped { end: None });
    }
}

/// Changes what is known of the container as the event tells.
fn apply(tracked: &mut ContainerState, event: &EngineEvent, now: Timestamp) {
    match event.kind {
        EngineEventKind::Start => {
            tracked.begin_run(now);
            let facts = Arc::make_mut(&mut tracked.facts);
            facts.state = InstanceState::Running;
            facts.started_at = Some(event.at);
            facts.announced = true;
            facts.oom_killed = false;
            facts.error.clear();
            begin_health(facts);
        }
        EngineEventKind::Die { exit_code } => {
            let asked = tracked.was_told_to_stop(event.at);
            tracked.end = if asked { End::Asked } else { End::Unasked };
            tracked.clear_sample(event.at);
            let out_of_memory = tracked.out_of_memory;
            let facts = Arc::make_mut(&mut tracked.facts);
            facts.state = InstanceState::Exited;
            facts.exit_code = exit_code;
            tracked.died_with = exit_code;
            facts.finished_at = Some(event.at);
            // The kernel may have killed a child only: then the process ends in another way.
            facts.oom_killed = out_of_memory && exit_code == Some(137);
        }
        EngineEventKind::Oom => {
            tracked.out_of_memory = true;
            tracked.pressure.kill(event.at);
        }
        EngineEventKind::Kill { signal } => {
            if signal.is_some_and(|signal| STOP_SIGNALS.contains(&signal)) {
                tracked.stop_signal_at = Some(event.at);
            }
        }
        EngineEventKind::Pause => {
            tracked.clear_sample(event.at);
            Arc::make_mut(&mut tracked.facts).state = InstanceState::Paused;
        }
        EngineEventKind::Unpause => {
            Arc::make_mut(&mut tracked.facts).state = InstanceState::Running
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
