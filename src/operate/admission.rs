//! Admission: a plan runs only while it is the plan of its operation on the newest snapshot.

use crate::model::{Plan, Snapshot};
use crate::plan;

use super::SubmitRefusal;

/// The plan of the same operation on `snapshot`, which must have the same hash as `plan`: whoever
/// confirmed `plan` confirmed what runs.
///
/// # Errors
/// [`SubmitRefusal::Changed`] with the plan of now when the hashes differ; another refusal when
/// there is no plan any more.
pub(super) fn current_plan(plan: &Plan, snapshot: &Snapshot) -> Result<Plan, SubmitRefusal> {
    let current = match plan.compose() {
        Some(call) => plan::compose(call, snapshot)?,
        None => plan::plan(&plan.operation, snapshot)?,
    };
    if current.hash == plan.hash {
        Ok(current)
    } else {
        Err(SubmitRefusal::Changed(Box::new(current)))
    }
}
