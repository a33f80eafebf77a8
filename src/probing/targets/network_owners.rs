//! Containers by id, for those that use the network of another one.

use std::collections::HashMap;

use crate::model::{InstanceFacts, InstanceId, Snapshot};

/// The containers of a snapshot; empty where none uses the network of another one.
pub(super) struct NetworkOwners<'a> {
    by_id: HashMap<&'a InstanceId, &'a InstanceFacts>,
}

impl<'a> NetworkOwners<'a> {
    /// Those of `snapshot`.
    pub fn of(snapshot: &'a Snapshot) -> Self {
        let instances = || {
            snapshot
                .services
                .iter()
                .flat_map(|service| &service.instances)
        };
        let borrowed = instances().any(|instance| instance.facts.network_owner().is_some());
        let by_id = borrowed.then(|| {
            instances()
                .map(|each| (&each.facts.id, &*each.facts))
                .collect()
        });
        Self {
            by_id: by_id.unwrap_or_default(),
        }
    }

    /// The container whose network the one with `facts` uses; `None` where it has its own.
    pub fn of_instance(&self, facts: &InstanceFacts) -> Option<&'a InstanceFacts> {
        self.by_id
            .get(&InstanceId::new(facts.network_owner()?))
            .copied()
    }
}
