//! Which roots block each service: hands the states to `topology::root_cause`, which decides, and
//! keeps the result.

use crate::model::{HealthState, ServiceId};
use crate::topology::root_cause::{Trouble, roots};

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
        for (id, entry) in &mut self.by_id {
            entry.set_roots(blocked.get(id).map_or(&[], Vec::as_slice));
        }
    }
}

fn is_quiet(entry: &ServiceState) -> bool {
    let health = &entry.service.health;
    !health.state.is_broken() && health.blocked_by.is_empty()
}
