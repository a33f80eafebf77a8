//! Containers that use the network of another one: they lose it with every start of that one, so
//! that they go along with it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::model::SortShared as _;
use crate::model::commands;
use crate::model::words::need;
use crate::model::{
    InstanceFacts, InstanceId, InstanceState, MissingNeed, OperationKind, Service, ServiceId,
    SignedDuration, Snapshot, Step,
};
use crate::plan::PlanRefusal;

use super::applicability::{applies, runs};

/// How long before its owner's end a container may have ended and still was stopped with it.
const STOPPED_WITH: SignedDuration = SignedDuration::from_secs(60);

/// What is to be done with containers that use the network of one that `kind` is done to, directly
/// or through another one.
///
/// A restart restarts those that run, whatever ends their owner stops them, a start starts those
/// that were stopped with their owner and restarts those that still run without a network.
pub(super) fn users(
    kind: OperationKind,
    members: &[ServiceId],
    snapshot: &Snapshot,
) -> BTreeMap<InstanceId, OperationKind> {
    let mut found = BTreeMap::new();
    if !begins(kind) && !kind.ends() {
        return found;
    }
    let all: Vec<&InstanceFacts> = instances(snapshot)
        .filter(|facts| facts.network_owner().is_some())
        .collect();
    if all.is_empty() {
        return found;
    }
    let targets = members
        .iter()
        .filter_map(|id| snapshot.service(id))
        .flat_map(|service| &service.instances);
    let mut owners: Vec<&InstanceFacts> = targets
        .map(|instance| &*instance.facts)
        .filter(|facts| applies(kind, facts.state) && (!kind.ends() || runs(facts.state)))
        .collect();
    let mut seen: HashSet<&InstanceId> = HashSet::new();
    while let Some(owner) = owners.pop().filter(|owner| seen.insert(&owner.id)) {
        for user in all.iter().filter(|user| uses(user, owner)) {
            if let Some(verb) = verb(kind, user, owner) {
                // One that is killed or removed itself is not stopped before.
                if !kind.ends() || !members.contains(&user.service_id()) {
                    found.insert(user.id.clone(), verb);
                }
                owners.push(user);
            }
        }
    }
    found
}

fn instances(snapshot: &Snapshot) -> impl Iterator<Item = &InstanceFacts> {
    snapshot
        .services
        .iter()
        .flat_map(|service| &service.instances)
        .map(|instance| &*instance.facts)
}

/// Whether what `kind` is done to runs afterwards.
fn begins(kind: OperationKind) -> bool {
    kind == OperationKind::Start || kind.begins_again()
}

fn uses(user: &InstanceFacts, owner: &InstanceFacts) -> bool {
    user.network_owner()
        .is_some_and(|name| name == owner.id.as_str() || name == owner.name)
}

/// What happens to `user` where `kind` is done to `owner`; `None` where it stays as it is.
fn verb(kind: OperationKind, user: &InstanceFacts, owner: &InstanceFacts) -> Option<OperationKind> {
    match kind {
        OperationKind::Start if runs(user.state) => Some(OperationKind::Restart),
        OperationKind::Start => {
            let (ended, owner_ended) = user.finished_at.zip(owner.finished_at)?;
            let with = user.state == InstanceState::Exited
                && owner_ended.duration_since(ended) <= STOPPED_WITH;
            with.then_some(OperationKind::Start)
        }
        _ if kind.ends() => runs(user.state).then_some(OperationKind::Stop),
        // The id that its network mode names is another one then.
        _ if kind.recreates() => runs(user.state).then_some(OperationKind::Recreate),
        _ => runs(user.state).then_some(kind),
    }
}

/// Why `kind` cannot be done to `service`, one of `targets`: the container whose network it uses is
/// gone, or does not run and is not started before.
pub(super) fn refusal(
    kind: OperationKind,
    service: &Service,
    targets: &BTreeSet<&ServiceId>,
    snapshot: &Snapshot,
) -> Option<PlanRefusal> {
    if !begins(kind) {
        return None;
    }
    let id = &service.id;
    if let Some(needs) = gone(service) {
        let recreate = service.stack.as_ref().and_then(|stack| {
            commands::compose(
                snapshot,
                stack,
                commands::RECREATE,
                Some(service.name.as_str()),
            )
        });
        let how = match recreate {
            Some(command) => format!("run `{command}`"),
            None if service.stack.is_some() => "recreate it from its Compose file".to_owned(),
            None => "recreate it with `--network container:…` of the new one".to_owned(),
        };
        return Some(PlanRefusal::NetworkGone {
            service: id.clone(),
            needs: need(needs),
            how,
        });
    }
    let user = service.instances.iter().find_map(|instance| {
        let facts = &*instance.facts;
        facts.network_owner()?;
        let owner = instances(snapshot).find(|owner| uses(facts, owner))?;
        (!runs(owner.state) && !targets.contains(&owner.service_id())).then(|| owner.service_id())
    });
    user.map(|owner| PlanRefusal::NetworkDown {
        service: id.clone(),
        owner,
    })
}

/// "torrent uses the network of vpn and is restarted after it": what goes along without being asked
/// for.
pub(super) fn warnings(
    users: &BTreeMap<InstanceId, OperationKind>,
    members: &[ServiceId],
    snapshot: &Snapshot,
) -> Vec<String> {
    let owner = |facts: &InstanceFacts| instances(snapshot).find(|owner| uses(facts, owner));
    let warnings = users.iter().filter_map(|(id, verb)| {
        let user = instances(snapshot).find(|facts| facts.id == *id)?;
        let owner = owner(user).filter(|_| !members.contains(&user.service_id()))?;
        let how = match verb {
            OperationKind::Stop => "is stopped before it",
            OperationKind::Start => "is started after it",
            OperationKind::Recreate => "is recreated after it",
            _ => "is restarted after it",
        };
        Some(format!(
            "{} uses the network of {} and {how}",
            user.service, owner.service
        ))
    });
    let mut warnings: Vec<String> = warnings.collect();
    warnings.sort_shared();
    warnings.dedup();
    warnings
}

/// "torrent uses the network of vpn and must be recreated": what the engine cannot start again once
/// `steps` have removed the owner of its network.
pub(super) fn stranded(steps: &[Step], snapshot: &Snapshot) -> Vec<String> {
    let is_removed = |facts: &InstanceFacts| {
        let mut removals = steps.iter().filter(|step| step.kind.removes());
        removals.any(|step| step.container() == Some(&facts.id))
    };
    let owners: Vec<&InstanceFacts> = instances(snapshot).filter(|it| is_removed(it)).collect();
    let words = |user: &InstanceFacts| {
        let owner = owners.iter().find(|owner| uses(user, owner))?;
        (!is_removed(user)).then(|| {
            format!(
                "{} uses the network of {} and must be recreated after it: it cannot be started again",
                user.service, owner.service
            )
        })
    };
    let mut sentences: Vec<String> = instances(snapshot).filter_map(words).collect();
    sentences.sort_shared();
    sentences.dedup();
    sentences
}

/// The container that is gone and whose network the service uses.
fn gone(service: &Service) -> Option<&MissingNeed> {
    service.missing.iter().find(|need| need.is_network())
}

/// Whether the engine can start the service's containers no more, as the one whose network they use
/// is gone.
pub(super) fn is_gone(kind: OperationKind, service: &Service) -> bool {
    begins(kind) && gone(service).is_some()
}

#[cfg(test)]
mod tests;
