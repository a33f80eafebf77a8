//! The one rule by which lists, inspections and events change what is known of a container.
//!
//! | update | is applied when | changes |
//! |---|---|---|
//! | inspection | asked for after everything that is known | everything, but what could not be read |
//! | list entry | asked for after everything that is known | all of a container that was never inspected; else the fields of a list that are as reliable as those of an inspection |
//! | event | it happened after the latest list or inspection was asked for | what it stands for |
//!
//! An update of a container that is gone is ignored where it was asked for before the removal was
//! known.

use std::sync::Arc;

use crate::model::{
    DockerStatus, EngineEvent, EngineEventKind, InstanceFacts, InstanceState, Timestamp,
};
use crate::store::health::End;

use super::completion::completed;
use super::state::same_moment;
use super::{ContainerState, Containers};

/// Signals that ask a process to end: INT, QUIT, TERM, WINCH (httpd), RTMIN+3 (systemd).
const STOP_SIGNALS: [u32; 5] = [2, 3, 15, 28, 37];

impl Containers {
    /// The facts of a container after a list entry or an inspection that was asked for at `at`;
    /// `None` where that is older than what is known, and for one that is no part of a service.
    pub fn updated(&self, new: Arc<InstanceFacts>, at: Timestamp) -> Option<Arc<InstanceFacts>> {
        if new.is_auxiliary() {
            return None;
        }
        let Some(known) = self.by_id.get(&new.id) else {
            return (!self.is_gone(&new.id, at)).then_some(new);
        };
        if known.is_newer_than(at) {
            return None;
        }
        let known = &known.facts;
        Some(match (known.inspected, new.inspected) {
            (_, true) if new.unread.is_empty() => new,
            (_, true) => Arc::new(completed((*new).clone(), known)),
            (true, false) => listed(known, &new),
            (false, false) if known.unread.inspection.is_none() => new,
            (false, false) => {
                let mut facts = (*new).clone();
                facts.unread.inspection.clone_from(&known.unread.inspection);
                Arc::new(facts)
            }
        })
    }
}

impl ContainerState {
    /// Whether facts that were asked for at `at` are older than what is known.
    pub fn is_newer_than(&self, at: Timestamp) -> bool {
        self.facts_at > at || self.event_at.is_some_and(|event| event > at)
    }

    /// Takes in an event; one that a later list or inspection holds already changes nothing.
    pub fn apply(&mut self, event: &EngineEvent, now: Timestamp) {
        if event.at < self.facts_at {
            return;
        }
        let before = Arc::clone(&self.facts);
        change(self, event, now);
        if event.at <= now && !Arc::ptr_eq(&before, &self.facts) {
            self.event_at = Some(event.at);
        }
    }
}

/// Facts of an inspection with what a list contains: name, state, health, exit code, addresses. What it
/// leaves out is still valid; an engine whose list names no networks at all takes none away.
fn listed(known: &Arc<InstanceFacts>, list: &InstanceFacts) -> Arc<InstanceFacts> {
    let mut facts = InstanceFacts::clone(known);
    facts.state = list.state;
    facts.name.clone_from(&list.name);
    if list.docker.status != DockerStatus::None {
        facts.docker.status = list.docker.status;
    }
    facts.exit_code = list.exit_code.or(facts.exit_code);
    if !list.networks.is_empty() {
        let named = |name: &str| list.networks.iter().find(|each| each.network == name);
        facts.networks.retain(|old| named(&old.network).is_some());
    }
    for network in &list.networks {
        let mut old = facts.networks.iter_mut();
        match old.find(|old| old.network == network.network) {
            Some(old) => old.address = network.address,
            None => facts.networks.push(network.clone()),
        }
    }
    if facts == **known {
        Arc::clone(known)
    } else {
        Arc::new(facts)
    }
}

/// Applies the event to what is known of the container.
fn change(container: &mut ContainerState, event: &EngineEvent, now: Timestamp) {
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

/// Whether `new` is another run of the process than `old`.
pub(in crate::store) fn is_other_run(old: &InstanceFacts, new: &InstanceFacts) -> bool {
    match (old.started_at, new.started_at) {
        (Some(old), Some(new)) => !same_moment(old, new),
        (None, Some(_)) => old.inspected,
        _ => false,
    }
}

/// Whether the difference matters to layers and edges.
pub(in crate::store) fn is_other_topology(old: &InstanceFacts, new: &InstanceFacts) -> bool {
    is_other_reference(old, new)
        || old.depends_on != new.depends_on
        || old.network_mode != new.network_mode
        || old.restart_policy != new.restart_policy
        || old.name != new.name
        || old.hostname != new.hostname
        || old.links != new.links
        // A stopped container has no addresses and publishes nothing, which is no evidence about its
        // place.
        || (new.is_running()
            && (old.ports != new.ports || old.networks != new.networks || !old.is_running()))
}

/// Whether the difference matters to what the facts name.
pub(in crate::store) fn is_other_reference(old: &InstanceFacts, new: &InstanceFacts) -> bool {
    old.image != new.image
        || old.environment != new.environment
        || old.command != new.command
        || old.labels != new.labels
        || old.healthcheck != new.healthcheck
}

#[cfg(test)]
mod tests;
