//! Swarm services: their tasks as instances, and what the Swarm wants of them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::SortShared as _;
use crate::model::{
    HealthState, InstanceFacts, InstanceId, InstanceState, Reason, Service, ServiceId, SwarmReason,
    SwarmService, SwarmTask, Timestamp,
};

use crate::store::containers::ContainerState;
use crate::store::health::Judgement;

use super::Services;

/// Exit codes that a stop leaves: the Swarm stops what it replaces.
const STOP_CODES: [i64; 4] = [0, 130, 137, 143];
/// Ends of tasks are looked at for this long.
const ENDS_FOR: i64 = 600;

impl Services {
    /// What a manager reports of the Swarm's services.
    pub fn set_swarm(&mut self, services: Vec<SwarmService>) {
        let by_id = |service: SwarmService| (service.id.clone(), service);
        self.swarm = services.into_iter().map(by_id).collect();
    }

    /// Gives Swarm services what the Swarm wants of them; those for which that changed.
    pub fn derive_swarm(&mut self) -> Vec<ServiceId> {
        let mut changed: Vec<ServiceId> = Vec::new();
        for (id, entry) in &mut self.by_id {
            let wanted = entry.service.primary().and_then(|primary| {
                let task = primary.facts.swarm_task()?;
                let known = self.swarm.get(task.service_id).cloned();
                Some(known.unwrap_or_else(|| unmanaged(&task)))
            });
            if entry.service.swarm != wanted {
                Arc::make_mut(&mut entry.service).swarm = wanted;
                changed.push(id.clone());
            }
        }
        changed
    }
}

/// A service that no manager reported.
fn unmanaged(task: &SwarmTask<'_>) -> SwarmService {
    let name = task.stack.map_or_else(
        || task.service.to_owned(),
        |stack| format!("{stack}_{}", task.service),
    );
    SwarmService {
        id: task.service_id.to_owned(),
        name,
        desired: None,
        running: None,
    }
}

/// Of the tasks of a Swarm service those that stand for it: all that live, else the newest of each
/// slot. What ended was replaced, moved to another node or scaled away, and is history.
pub(super) fn visible<'a>(
    members: &[InstanceId],
    tracked: &'a HashMap<InstanceId, ContainerState>,
) -> Option<Vec<&'a ContainerState>> {
    let mut all: Vec<&ContainerState> = members.iter().filter_map(|id| tracked.get(id)).collect();
    all.first()?.facts.swarm_task()?;
    let lives = |each: &&ContainerState| !each.facts.state.has_ended();
    if all.iter().any(lives) {
        all.retain(lives);
    } else {
        all.sort_shared_by_key(|each| {
            (each.facts.number, std::cmp::Reverse(each.facts.created_at))
        });
        all.dedup_by_key(|each| each.facts.number);
    }
    all.sort_shared_by(|a, b| {
        (a.facts.number, &a.facts.name).cmp(&(b.facts.number, &b.facts.name))
    });
    Some(all)
}

/// Tasks of the same slot that failed lately, and the exit code of the last: the Swarm replaces
/// what ends, so that each container of a loop dies once.
pub(super) fn failed_before(
    member: &ContainerState,
    members: &[InstanceId],
    tracked: &HashMap<InstanceId, ContainerState>,
    now: Timestamp,
) -> (usize, Option<i64>) {
    if member.facts.swarm_task().is_none() {
        return (0, None);
    }
    let others = members
        .iter()
        .filter_map(|id| tracked.get(id))
        .filter(|other| {
            let facts = &other.facts;
            facts.id != member.facts.id
                && facts.number == member.facts.number
                && has_failed_lately(facts, now)
        });
    let failed: Vec<&ContainerState> = others.collect();
    let last = failed
        .iter()
        .max_by_key(|other| other.facts.finished_at)
        .and_then(|other| other.facts.exit_code);
    (failed.len(), last)
}

/// What the number of tasks adds to the judgement of a Swarm service.
pub(super) fn counted(service: &Service, judgement: Judgement) -> Judgement {
    let Some(swarm) = &service.swarm else {
        return judgement;
    };
    let instances = service.instances.iter();
    let lives = instances.filter(|each| !each.facts.state.has_ended());
    let here = u64::try_from(lives.count()).unwrap_or(u64::MAX);
    let Some(desired) = swarm.desired else {
        let stopped = |code: Option<i64>| code.is_some_and(|code| STOP_CODES.contains(&code));
        let moved = here == 0
            && service
                .instances
                .iter()
                .all(|each| stopped(each.facts.exit_code));
        return if moved && judgement.state == HealthState::Unhealthy {
            Judgement {
                state: HealthState::Stopped,
                reason: Reason::Swarm(SwarmReason::Elsewhere),
                ..judgement
            }
        } else {
            judgement
        };
    };
    let running = swarm.running.unwrap_or(here).max(here);
    let other = |state, reason| Judgement {
        state,
        reason: Reason::Swarm(reason),
        ..judgement.clone()
    };
    match (here, judgement.state) {
        (0, _) if desired == 0 => other(HealthState::Stopped, SwarmReason::ScaledToZero),
        (0, _) if running >= desired => other(
            HealthState::Running,
            SwarmReason::OnOtherNodes { running, desired },
        ),
        (1.., state) if state.is_up() && running < desired => other(
            HealthState::Degraded,
            SwarmReason::TooFew { running, desired },
        ),
        _ => judgement,
    }
}

fn has_failed_lately(facts: &InstanceFacts, now: Timestamp) -> bool {
    let failed = facts
        .exit_code
        .is_some_and(|code| !STOP_CODES.contains(&code));
    let lately = facts
        .finished_at
        .is_some_and(|end| now.duration_since(end).as_secs() < ENDS_FOR);
    facts.state == InstanceState::Exited && failed && lately
}
