//! What the engine is asked of one container, for its details.

use crate::model::InstanceId;

use super::background::{FAILED, TaskResult};
use super::session::ConsoleSession;

impl ConsoleSession {
    pub(super) fn inspect(&mut self, instance: InstanceId) {
        let Some(service) = self
            .ui
            .details
            .as_ref()
            .map(|details| details.service.clone())
        else {
            return;
        };
        let answer = self.operations.inspect(instance);
        let failed = TaskResult::Inspected(service.clone(), Err(FAILED.to_owned()));
        self.background.spawn(failed, async move {
            let answer = answer
                .await
                .unwrap_or_else(|_| Err("the inspection was given up; try again".to_owned()));
            TaskResult::Inspected(service, answer)
        });
    }

    pub(super) fn list_processes(&mut self, instance: InstanceId) {
        let details = self.ui.details.as_ref();
        let Some(service) = details.map(|details| details.service.clone()) else {
            return;
        };
        let answer = self.operations.processes(instance);
        let failed = TaskResult::Listed(service.clone(), Err(FAILED.to_owned()));
        self.background.spawn(failed, async move {
            let answer = answer.await.unwrap_or_else(|_| Err(FAILED.to_owned()));
            TaskResult::Listed(service, answer)
        });
    }
}
