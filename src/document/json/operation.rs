//! Plans and operations.

use serde::Serialize;

use super::public;
use crate::model::{
    ComposePreview, Impact, OperationId, OperationResult, OperationStatus, Plan, PrincipalKind,
    PullProgress, ServiceId, SkipReason, Snapshot, Step, StepState, StepWait, Timestamp,
};

/// What an operation would do.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
pub struct PlanDocument<'a> {
    /// The verb.
    operation: &'static str,
    targets: &'a [ServiceId],
    with_dependents: bool,
    /// Of an update the image that was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    /// The same for equal plans alone.
    hash: &'a str,
    /// The calls in order.
    steps: Vec<StepDocument<'a>>,
    /// What else is hit.
    impact: &'a Impact,
    /// Names of the containers that it destroys.
    removes: &'a [String],
    /// The production services that it acts on.
    production: &'a [ServiceId],
    /// One sentence each.
    warnings: Vec<String>,
    /// What Compose says that it would do, where it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    preview: Option<&'a ComposePreview>,
}

/// One call, and what came of it.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
struct StepDocument<'a> {
    /// Steps of the same wave run side by side; from 0.
    wave: usize,
    operation: &'static str,
    service: &'a ServiceId,
    /// Name of the container or Swarm service that is called.
    container: &'a str,
    container_id: &'a str,
    /// `no`, `healthy` or `exit`: what is waited for after the call.
    wait: StepWait,
    /// The `docker` command that does the same.
    command: Option<String>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    outcome: Option<StepOutcome>,
}

/// What came of a step.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
struct StepOutcome {
    /// `state`, and `error` or `reason`.
    #[serde(flatten)]
    state: StepState,
    /// How far its pull came, of an update.
    #[serde(skip_serializing_if = "Option::is_none")]
    pull: Option<PullProgress>,
    /// How long its call and its wait took; `null` where it was not begun.
    duration_ms: Option<i64>,
}

/// An operation that has ended.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
pub struct OperationDocument<'a> {
    #[serde(flatten)]
    plan: PlanDocument<'a>,
    started_at: Timestamp,
    finished_at: Option<Timestamp>,
    /// How it ended; `null` while it runs.
    result: Option<OperationResult>,
    /// Why it failed.
    error: Option<String>,
    /// Why it was cancelled.
    reason: Option<SkipReason>,
    /// What a program wrote that it ran, the last lines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    output: Vec<&'a str>,
}

impl<'a> From<&'a Plan> for PlanDocument<'a> {
    fn from(plan: &'a Plan) -> Self {
        Self {
            operation: plan.operation.kind.id(),
            targets: &plan.operation.targets,
            with_dependents: plan.operation.with_dependents,
            image: plan.operation.image.as_deref(),
            hash: &plan.hash,
            steps: plan.steps.iter().map(StepDocument::from).collect(),
            impact: &plan.impact,
            removes: &plan.removes,
            production: &plan.production,
            warnings: plan.warnings.iter().map(|text| public(text)).collect(),
            preview: plan.compose().map(|call| &call.preview),
        }
    }
}

impl<'a> From<&'a Step> for StepDocument<'a> {
    fn from(step: &'a Step) -> Self {
        Self {
            wave: step.wave,
            operation: step.kind.id(),
            service: &step.service,
            container: &step.name,
            container_id: step.target_id(),
            wait: step.wait,
            command: step.docker_command(),
            outcome: None,
        }
    }
}

impl<'a> OperationDocument<'a> {
    /// The document of `status` at `now`.
    #[must_use]
    pub fn new(status: &'a OperationStatus, now: Timestamp) -> Self {
        let mut plan = PlanDocument::from(&status.plan);
        let steps = plan.steps.iter_mut().zip(status.each_step());
        for (index, (step, (_, state, times))) in steps.enumerate() {
            let state = match state {
                StepState::Failed { error } => StepState::Failed {
                    error: public(error),
                },
                other => other.clone(),
            };
            let took = times
                .took(now)
                .map(|took| i64::try_from(took.as_millis()).unwrap_or(i64::MAX));
            step.outcome = Some(StepOutcome {
                state,
                pull: status.activities.pull(index),
                duration_ms: took,
            });
        }
        Self {
            plan,
            started_at: status.started_at,
            finished_at: status.finished_at,
            result: status.result(),
            error: status.error.as_deref().map(public),
            reason: status.cancelled,
            output: status
                .output
                .since(0)
                .map(|line| line.text.as_str())
                .collect(),
        }
    }
}

/// `GET /api/operations/{id}`: an operation with its number, who asked, and how far it is.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
pub struct OperationEntryDocument<'a> {
    id: OperationId,
    /// Who asked.
    principal: PrincipalKind,
    /// How many steps need nothing more.
    steps_done: usize,
    #[serde(flatten)]
    operation: OperationDocument<'a>,
}

impl<'a> OperationEntryDocument<'a> {
    /// The document of `status` of a snapshot of `taken_at`.
    #[must_use]
    pub fn new(status: &'a OperationStatus, taken_at: Timestamp) -> Self {
        Self {
            id: status.id,
            principal: status.principal.kind(),
            steps_done: status.steps_done(),
            operation: OperationDocument::new(status, taken_at),
        }
    }
}

/// `GET /api/operations`.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
pub struct OperationsDocument<'a> {
    /// Operations that run or ended lately, oldest first.
    operations: Vec<OperationEntryDocument<'a>>,
    /// How many of them run.
    running: usize,
    /// When the snapshot was taken.
    generated_at: Timestamp,
}

impl<'a> From<&'a Snapshot> for OperationsDocument<'a> {
    fn from(snapshot: &'a Snapshot) -> Self {
        let all = snapshot.operations.iter();
        Self {
            running: all.clone().filter(|status| status.is_running()).count(),
            operations: all
                .map(|status| OperationEntryDocument::new(status, snapshot.taken_at))
                .collect(),
            generated_at: snapshot.taken_at,
        }
    }
}
