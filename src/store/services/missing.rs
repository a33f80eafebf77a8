//! What services need that has no container.

use std::sync::Arc;

use crate::model::SortShared as _;
use crate::model::{
    Change, Dependency, DependencyCondition, EdgeKind, InstanceState, MissingNeed, NeedSource,
    ServiceId, Timestamp,
};

use crate::store::containers::Containers;
use crate::store::timeline::Timeline;

use super::networks::missing_network;
use super::{ServiceState, Services};

impl Services {
    /// Finds anew what is needed and has no container; gives the services for which that changed.
    pub fn derive_missing(
        &mut self,
        containers: &Containers,
        timeline: &Timeline,
    ) -> Vec<ServiceId> {
        // Before the first complete list nothing is known to be missing.
        if !containers.is_listed() {
            return Vec::new();
        }
        let found = (self.by_id.iter()).filter_map(|(id, entry)| {
            let missing = self.missing(entry, containers);
            (entry.service.missing != missing).then(|| (id.clone(), missing))
        });
        let found: Vec<(ServiceId, Vec<MissingNeed>)> = found.collect();
        let mut changed = Vec::new();
        for (id, missing) in found {
            let since = missing
                .iter()
                .filter_map(|need| self.removed_at(&id, need, timeline))
                .max();
            if let Some(entry) = self.by_id.get_mut(&id) {
                Arc::make_mut(&mut entry.service).missing = missing;
                entry.needs.missing_since = since;
                changed.push(id);
            }
        }
        changed
    }

    fn missing(&self, entry: &ServiceState, containers: &Containers) -> Vec<MissingNeed> {
        let instances = || {
            entry
                .service
                .instances
                .iter()
                .map(|instance| &*instance.facts)
        };
        let waits = instances().all(|facts| facts.state == InstanceState::Created);
        let depended_on = instances().flat_map(|facts| {
            let has_none = |need: &&Dependency| {
                let id = ServiceId::of(facts.stack.as_ref(), &need.service);
                id != entry.service.id && !self.by_id.contains_key(&id)
            };
            facts.depends_on.iter().filter(has_none)
        });
        let mut missing: Vec<MissingNeed> = depended_on
            .filter_map(|need| missing_service(need, waits))
            .collect();
        missing.extend(
            self.gone_owners(entry, containers)
                .iter()
                .map(missing_network),
        );
        missing.sort_shared();
        missing.dedup();
        missing
    }

    /// When the last container of what `id` needs was removed, where that was seen.
    fn removed_at(
        &self,
        id: &ServiceId,
        need: &MissingNeed,
        timeline: &Timeline,
    ) -> Option<Timestamp> {
        let stack = self.by_id.get(id)?.service.stack.as_ref();
        let needed = ServiceId::of(stack, &need.name.as_str().into());
        let events = timeline.newest_first();
        let mut removals = events.filter(|event| {
            matches!(event.change, Change::Removed { .. })
                && event.service.as_ref() == Some(&needed)
        });
        removals.next().map(|event| event.at)
    }
}

/// A need that nothing fulfils; `None` for a one-shot that is gone after it did its work, as `--rm`
/// and `down` leave it: only what was never started waits for it.
fn missing_service(need: &Dependency, waits: bool) -> Option<MissingNeed> {
    let condition = need.condition;
    let kind = match condition {
        DependencyCondition::ServiceCompletedSuccessfully if !waits => return None,
        DependencyCondition::ServiceCompletedSuccessfully | DependencyCondition::ServiceHealthy => {
            EdgeKind::Hard
        }
        DependencyCondition::ServiceStarted | DependencyCondition::RunningOrHealthy => {
            EdgeKind::Soft
        }
    };
    Some(MissingNeed {
        name: need.service.to_string(),
        kind,
        told_by: NeedSource::DependsOn { condition },
    })
}
