//! Which roots block each service: hands the states to `topology::root_cause`, which decides, and
//! keeps the result.

use std::collections::BTreeMap;

use crate::model::SortShared as _;
use crate::model::{HealthState, ServiceId};
use crate::topology::root_cause::{Trouble, roots, roots_of_delay};

use super::error_references::ErrorReferences;
use super::{ServiceState, Services};

impl Services {
    /// Finds the roots of all trouble anew.
    pub fn derive_roots(&mut self) {
        if self.by_id.values().all(is_quiet) {
            return;
        }
        let state = |id: &ServiceId| self.by_id.get(id).map(|entry| entry.service.health.state);
        let waits = |id: &ServiceId| self.by_id.get(id).is_some_and(ServiceState::may_be_blocked);
        let trouble = |id: &ServiceId| match state(id) {
            Some(state) if state.is_broken() => Trouble::Broken,
            Some(HealthState::Degraded) => Trouble::Suffers,
            _ if waits(id) => Trouble::Suffers,
            _ => Trouble::None,
        };
        let references = ErrorReferences::new(&self.by_id);
        let blocked = roots(
            &self.edges,
            trouble,
            |edge| references.error_names_dependency(edge),
            |id, other| references.error_names(id, other),
        );
        drop(references);
        let blocked = self.with_delays(blocked);
        for (id, entry) in &mut self.by_id {
            entry.set_roots(blocked.get(id).map_or(&[], Vec::as_slice));
        }
    }

    /// `blocked` with what is late because of others that are late; where such a root is blocked
    /// itself, its roots are those of all that wait for it.
    fn with_delays(
        &self,
        mut blocked: BTreeMap<ServiceId, Vec<ServiceId>>,
    ) -> BTreeMap<ServiceId, Vec<ServiceId>> {
        let is_late = |id: &ServiceId| {
            let entry = self.by_id.get(id);
            entry.is_some_and(|entry| entry.service.health.is_late())
        };
        let mut delayed = roots_of_delay(&self.edges, is_late);
        delayed.retain(|id, _| !blocked.contains_key(id));
        for (id, roots) in &mut delayed {
            let deepest = |root: ServiceId| blocked.get(&root).cloned().unwrap_or(vec![root]);
            *roots = std::mem::take(roots)
                .into_iter()
                .flat_map(deepest)
                .collect();
            roots.retain(|root| root != id);
            roots.sort_shared();
            roots.dedup();
        }
        blocked.extend(delayed);
        blocked
    }
}

fn is_quiet(entry: &ServiceState) -> bool {
    let health = &entry.service.health;
    !health.state.is_broken() && !health.is_late() && health.blocked_by.is_empty()
}
