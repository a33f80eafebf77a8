//! Creations, starts and ends of containers for which no event arrived, in the timeline.

use std::sync::Arc;

use crate::model::{
    Change, Deployment, InstanceFacts, InstanceId, InstanceState, ProcessEnd, ServiceId, Timestamp,
    compose_labels,
};

use crate::store::Store;
use crate::store::containers::{ContainerState, EventSource};
use crate::store::health::{End, Ending, ending};
use crate::store::services::ServiceState;
use crate::store::timeline::About;

impl Store {
    /// A container was made: a deploy when its service was there before.
    pub(super) fn record_creation(&mut self, facts: &InstanceFacts, now: Timestamp) {
        let id = facts.service_id();
        let before = self.predecessor(&id, facts);
        let change = creation(before.map(|before| &*before.facts), facts);
        let deployed = matches!(change, Change::Deployed(_));
        let at = facts.created_at.unwrap_or(now).min(now);
        self.timeline.push(
            at,
            About {
                service: Some(&id),
                instance: Some(&facts.id),
            },
            change,
        );
        if deployed && let Some(entry) = self.services.by_id.get_mut(&id) {
            // What answered before proves nothing of what answers now.
            entry.proven = false;
        }
    }

    /// The container of the service that `facts` may replace: that of its number, else the first.
    fn predecessor(&self, id: &ServiceId, facts: &InstanceFacts) -> Option<&ContainerState> {
        let containers = &self.containers.by_id;
        let same_number = |id: &&InstanceId| {
            let known = containers.get(*id);
            known.is_some_and(|each| each.facts.number == facts.number)
        };
        let members = &self.services.by_id.get(id)?.members;
        let before = members
            .iter()
            .find(same_number)
            .or_else(|| members.first())?;
        containers.get(before)
    }

    /// Records starts and ends for which no event arrived. `old` is `None` for a new container.
    pub(super) fn record_run(&mut self, instance: &InstanceId, old: Option<&InstanceFacts>) {
        let Some(container) = self.containers.by_id.get(instance) else {
            return;
        };
        let facts = Arc::clone(&container.facts);
        self.note_restart(instance, &facts, old);
        let ended = facts.state.has_ended() && old.is_none_or(|old| old.state != facts.state);
        if let (true, Some(finished)) = (ended, facts.finished_at) {
            self.record_end(instance, finished, EventSource::Facts);
        }
        if let (true, Some(started)) = (facts.is_running(), facts.started_at) {
            self.record_start(instance, started, EventSource::Facts);
        }
    }

    /// A restart by the engine's policy that no event announced.
    fn note_restart(
        &mut self,
        instance: &InstanceId,
        facts: &InstanceFacts,
        old: Option<&InstanceFacts>,
    ) {
        let Some(container) = self.containers.by_id.get_mut(instance) else {
            return;
        };
        let restarted = old.is_some_and(|old| facts.restarts > old.restarts);
        if let (true, Some(started), Some(before)) = (
            restarted,
            facts.started_at,
            old.and_then(|old| old.started_at),
        ) && !container.history.ended_after(before)
        {
            container.history.add_death(started);
            if container.history.mark_end(started, EventSource::Facts) {
                let about = About {
                    service: Some(&container.service),
                    instance: Some(instance),
                };
                self.timeline.push(started, about, Change::Restarted);
            }
        }
    }

    /// Puts a start in the timeline, once.
    pub(in crate::store) fn record_start(
        &mut self,
        instance: &InstanceId,
        at: Timestamp,
        by: EventSource,
    ) {
        let Some(container) = self.containers.by_id.get_mut(instance) else {
            return;
        };
        if container.history.mark_start(at, by) {
            let about = About {
                service: Some(&container.service),
                instance: Some(instance),
            };
            let container = container.facts.name.clone();
            self.timeline.push(at, about, Change::Started { container });
        }
    }

    /// Adds the end in the facts to the timeline, once, and counts an unexpected one as a
    /// death.
    pub(in crate::store) fn record_end(
        &mut self,
        instance: &InstanceId,
        at: Timestamp,
        by: EventSource,
    ) {
        let Some(container) = self.containers.by_id.get_mut(instance) else {
            return;
        };
        if !container.history.mark_end(at, by) {
            return;
        }
        let facts = &container.facts;
        let entry = self.services.by_id.get(&container.service);
        let awaited = entry.is_some_and(|entry| entry.needs.awaited);
        let server = entry.is_some_and(ServiceState::is_server);
        let ending = match container.seen_end(&self.operations.stops) {
            End::Unseen if facts.state != InstanceState::Exited => Ending::Unexpected,
            end => ending(facts, end, awaited, server),
        };
        if ending == Ending::OnPurpose {
            container.run.end = End::Asked;
        }
        let facts = &container.facts;
        let end = ProcessEnd {
            code: facts.exit_code,
            out_of_memory: facts.oom_killed,
        };
        let change = match ending {
            Ending::Completed => Change::Finished,
            Ending::OnPurpose => Change::Stopped { end: Some(end) },
            Ending::Unexpected => Change::Ended(end),
        };
        let about = About {
            service: Some(&container.service),
            instance: Some(instance),
        };
        self.timeline.push(at, about, change);
        if ending == Ending::Unexpected {
            container.history.add_death(at);
        }
    }
}

/// What the creation of the container that `facts` describe is, where `before` describes the one in
/// its place; `None` without one.
fn creation(before: Option<&InstanceFacts>, facts: &InstanceFacts) -> Change {
    let hash = |facts: &InstanceFacts| {
        facts
            .labels
            .reveal()
            .get(compose_labels::CONFIG_HASH)
            .cloned()
    };
    let container = facts.name.clone();
    match before {
        None => Change::Created { container },
        Some(old) if old.image != facts.image => Change::Deployed(Deployment::Image {
            from: old.image.clone(),
            to: facts.image.clone(),
        }),
        Some(old) if old.image_id != facts.image_id => Change::Deployed(Deployment::Build {
            image: facts.image.clone(),
        }),
        Some(old) if hash(old) != hash(facts) => Change::Deployed(Deployment::Configuration),
        Some(old) if old.number != facts.number => Change::Scaled { container },
        Some(_) => Change::Recreated { container },
    }
}
