//! The last words of what became unhealthy.

use std::sync::Arc;

use crate::model::FailureLog;

use super::Store;
use super::dirty::{Changed, Dirty};
use super::services::ServiceState;

impl Store {
    /// Keeps the last log lines of a container with its service; what works again needs none.
    pub(super) fn fold_failure_log(&mut self, words: FailureLog) -> Dirty {
        let service = self
            .containers
            .by_id
            .get(&words.instance)
            .map(|container| &container.service);
        let Some(entry) = service.and_then(|id| self.services.by_id.get_mut(id)) else {
            return Dirty::default();
        };
        if !is_wanted(entry) {
            return Dirty::default();
        }
        Arc::make_mut(&mut entry.service).failure_log = Some(Arc::new(words));
        // A log may point to what the service needs.
        Dirty {
            roots: true,
            ..Changed::Yes.into()
        }
    }
}

fn is_wanted(entry: &ServiceState) -> bool {
    !entry.service.health.state.is_fine()
}

/// Forgets the last words of a service that works again.
pub(super) fn forget_when_well(entry: &mut ServiceState) {
    if entry.service.failure_log.is_some() && !is_wanted(entry) {
        Arc::make_mut(&mut entry.service).failure_log = None;
    }
}
