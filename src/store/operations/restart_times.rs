//! How long the last restart of each service took.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::model::{OperationKind, RecordedRestart, ServiceId, Step, StepState, StepTimes};
use crate::store::dirty::Changed;

/// The last restart of each service.
#[derive(Debug, Default)]
pub(in crate::store) struct RestartTimes {
    last: Arc<BTreeMap<ServiceId, Duration>>,
}

impl RestartTimes {
    /// Takes over restarts of earlier runs, latest last.
    pub fn remember(&mut self, restarts: Vec<RecordedRestart>) -> Changed {
        let each = restarts.into_iter().map(|it| (it.service, it.took));
        Arc::make_mut(&mut self.last).extend(each);
        Changed::Yes
    }

    /// Takes in that `step` is in `state`, which it has had by `times`.
    pub(super) fn fold(&mut self, (step, state): (&Step, &StepState), times: StepTimes) {
        let (OperationKind::Restart, StepState::Succeeded) = (step.kind, state) else {
            return;
        };
        let took = times.ended_at.and_then(|ended_at| times.took(ended_at));
        // A clock that was set back measured nothing.
        if let Some(Ok(took)) = took.map(Duration::try_from) {
            Arc::make_mut(&mut self.last).insert(step.service.clone(), took);
        }
    }

    /// How long each took, to be shared with a snapshot.
    pub fn share(&self) -> Arc<BTreeMap<ServiceId, Duration>> {
        Arc::clone(&self.last)
    }
}
