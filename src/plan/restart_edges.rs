//! Dependents that a restart takes along because their Compose file says so: `depends_on` with
//! `restart: true`.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Operation, Service, ServiceId, Snapshot};

use super::warnings::names;

/// What is restarted with the targets of `operation`, directly or through another one, each with
/// what it is restarted after; nothing where every dependent is asked for.
pub(super) fn followers(
    operation: &Operation,
    snapshot: &Snapshot,
) -> BTreeMap<ServiceId, ServiceId> {
    let mut found = BTreeMap::new();
    if !operation.kind.begins_again() || operation.with_dependents {
        return found;
    }
    let mut seen: BTreeSet<ServiceId> = operation.targets.iter().cloned().collect();
    let mut open: Vec<ServiceId> = operation.targets.clone();
    while let Some(service) = open.pop().and_then(|id| snapshot.service(&id)) {
        for id in &service.needed_by {
            let follows = |dependent: &Service| is_restarted_with(dependent, service);
            let follower = snapshot.service(id).filter(|it| follows(it));
            if let Some(follower) = follower
                && seen.insert(follower.id.clone())
            {
                found.insert(follower.id.clone(), service.id.clone());
                open.push(follower.id.clone());
            }
        }
    }
    found
}

/// Whether the definition of `dependent` says that it is restarted with `needed`.
fn is_restarted_with(dependent: &Service, needed: &Service) -> bool {
    let instances = dependent.instances.iter();
    let mut needs = instances.flat_map(|instance| &instance.facts.depends_on);
    dependent.stack == needed.stack && needs.any(|need| need.restart && need.service == needed.name)
}

/// "api is restarted after db: its Compose file says restart: true".
pub(super) fn warnings(
    followers: &BTreeMap<ServiceId, ServiceId>,
    members: &[ServiceId],
    snapshot: &Snapshot,
) -> Vec<String> {
    let taken = followers.iter().filter(|(id, _)| members.contains(id));
    let sentences = taken.map(|(follower, owner)| {
        let (follower, owner) = (names([follower], snapshot), names([owner], snapshot));
        format!("{follower} is restarted after {owner}: its Compose file says restart: true")
    });
    sentences.collect()
}
