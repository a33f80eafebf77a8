//! How long the last restart of each service took.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use crate::model::{
    OperationId, OperationKind, RecordedRestart, ServiceId, Step, StepState, Timestamp,
};
use crate::store::dirty::Changed;

/// The last restart of each service, and those under way.
#[derive(Debug, Default)]
pub(in crate::store) struct RestartTimes {
    last: Arc<BTreeMap<ServiceId, Duration>>,
    /// When the steps began that run.
    begun: HashMap<(OperationId, usize), Timestamp>,
}

impl RestartTimes {
    /// Takes over restarts of earlier runs, latest last.
    pub fn remember(&mut self, restarts: Vec<RecordedRestart>) -> Changed {
        let each = restarts.into_iter().map(|it| (it.service, it.took));
        Arc::make_mut(&mut self.last).extend(each);
        Changed::Yes
    }

    /// Step `index` of the operation `id` is in `state` since `at`.
    pub(super) fn fold(
        &mut self,
        (id, index): (OperationId, usize),
        at: Timestamp,
        (step, state): (&Step, &StepState),
    ) {
        if step.kind != OperationKind::Restart {
            return;
        }
        if *state == StepState::Running {
            self.begun.insert((id, index), at);
        } else if state.is_final()
            && let Some(began) = self.begun.remove(&(id, index))
            && *state == StepState::Succeeded
        {
            // A clock that was set back measured nothing.
            if let Ok(took) = Duration::try_from(at.duration_since(began)) {
                Arc::make_mut(&mut self.last).insert(step.service.clone(), took);
            }
        }
    }

    /// How long each took, to be shared with a snapshot.
    pub fn share(&self) -> Arc<BTreeMap<ServiceId, Duration>> {
        Arc::clone(&self.last)
    }
}
