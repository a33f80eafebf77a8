//! Whether what a plan is about is still there.

use crate::model::{Step, StepTarget};
use crate::operate::wait::find;

use super::PlanExecutor;

impl PlanExecutor {
    /// Whether every container and service of the plan is still in the newest snapshot.
    pub(super) fn check_targets_exist(&self) -> Result<(), String> {
        let snapshot = self.snapshots.borrow();
        let gone = |step: &&Step| match &step.target {
            // What is gone is what a removal is for.
            StepTarget::Container(_) if step.kind.removes() => false,
            StepTarget::Container(id) => find(&snapshot, id).is_none(),
            // Which tasks there are changes by itself.
            StepTarget::SwarmService(_) => snapshot.service(&step.service).is_none(),
            StepTarget::Service | StepTarget::Compose(_) => false,
        };
        let Some(step) = self.plan.steps.iter().find(gone) else {
            return Ok(());
        };
        let what = if step.container().is_some() {
            "container "
        } else {
            ""
        };
        Err(format!(
            "nothing was done: {what}{} was removed; try again",
            step.name
        ))
    }
}
