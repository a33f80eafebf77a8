//! The last words of what became unhealthy.

use std::sync::Arc;

use crate::model::LastWords;

use super::service::ServiceState;
use super::{Changed, Store};

impl Store {
    /// Keeps the last log lines of a container with its service; what works again needs none.
    pub(super) fn fold_last_words(&mut self, words: LastWords) -> Changed {
        let service = self
            .tracked
            .get(&words.instance)
            .map(|tracked| &tracked.service);
        let Some(entry) = service.and_then(|id| self.entries.get_mut(id)) else {
            return Changed::No;
        };
        if !is_wanted(entry) {
            return Changed::No;
        }
        Arc::make_mut(&mut entry.service).last_words = Some(Arc::new(words));
        // What a log says may point to what the service needs.
        self.cause_due = true;
        Changed::Yes
    }
}

fn is_wanted(entry: &ServiceState) -> bool {
    !entry.service.health.state.is_fine()
}

/// Forgets the last words of a service that works again.
pub(super) fn forget_when_well(entry: &mut ServiceState) {
    if entry.service.last_words.is_some() && !is_wanted(entry) {
        Arc::make_mut(&mut entry.service).last_words = None;
    }
}
