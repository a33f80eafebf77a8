//! What the engine is asked of one container, for its details.

use crate::model::{ComposeInvocation, InstanceId, Plan, Timestamp};
use crate::tui::update::{self, toast, withdraw};

use super::background::{FAILED, TaskResult};
use super::session::ConsoleSession;

/// What is said until Compose has answered.
const ASKING: &str = "asking Compose what it would do…";

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

    /// Asks Compose what it would do; the console goes on until it has answered.
    pub(super) fn plan_compose(&mut self, invocation: ComposeInvocation) {
        toast(&mut self.ui, ASKING, false, Timestamp::now());
        let answer = self.operations.plan_compose(invocation);
        let failed = TaskResult::Planned(Err(FAILED.to_owned()));
        self.background.spawn(failed, async move {
            TaskResult::Planned(match answer.await {
                Ok(Ok(plan)) => Ok(Box::new(plan)),
                Ok(Err(refusal)) => Err(refusal.to_string()),
                Err(_gone) => Err(FAILED.to_owned()),
            })
        });
    }

    /// Shows the plan of a call of Compose and asks, or says why there is none.
    pub(super) fn compose_planned(&mut self, plan: Result<Box<Plan>, String>) {
        withdraw(&mut self.ui, ASKING);
        let facts = self.facts(Timestamp::now());
        match plan {
            Ok(plan) => {
                // It asks before anything is done: there is nothing to carry out.
                drop(update::planned(&mut self.ui, Ok(*plan), &facts));
            }
            Err(sentence) => toast(&mut self.ui, &sentence, true, facts.now),
        }
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
