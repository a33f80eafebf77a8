//! How an operation goes, as a snapshot shows it.

use serde::{Deserialize, Serialize};

use super::{
    EngineCall, OperationKind, Plan, Principal, ProgramOutput, SkipReason, Step, StepActivities,
    StepState,
};
use crate::model::{OperationId, SignedDuration, Timestamp};

/// When a step of an operation began and ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTimes {
    /// When the engine was called; `None` before.
    pub began_at: Option<Timestamp>,
    /// When the step had its last state, after the wait; `None` before, and where it was skipped.
    pub ended_at: Option<Timestamp>,
    /// When what is waited for has to be there; `None` where nothing is waited for.
    #[serde(default)]
    pub due_at: Option<Timestamp>,
}

impl StepTimes {
    /// Takes in that the step was in `state` from `at` on.
    pub const fn take(&mut self, state: &StepState, at: Timestamp) {
        match state {
            StepState::Running => self.began_at = Some(at),
            StepState::Succeeded
            | StepState::Unchanged
            | StepState::Unverified
            | StepState::Failed { .. } => {
                self.ended_at = Some(at);
            }
            StepState::Pending | StepState::Waiting | StepState::Skipped { .. } => {}
        }
    }

    /// How long the step may wait from `now` on; `None` where it does not wait.
    #[must_use]
    pub fn time_left(&self, now: Timestamp) -> Option<SignedDuration> {
        let due_at = self.due_at.filter(|_| self.ended_at.is_none())?;
        Some(due_at.duration_since(now).max(SignedDuration::ZERO))
    }

    /// For how long the step runs, or ran, at `now`; `None` where it has not begun.
    #[must_use]
    pub fn took(&self, now: Timestamp) -> Option<SignedDuration> {
        let began_at = self.began_at?;
        Some(self.ended_at.unwrap_or(now).duration_since(began_at))
    }
}

/// How an operation ended.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OperationResult {
    /// Everything was done.
    Succeeded,
    /// Something of it failed.
    Failed,
    /// It was cancelled.
    Cancelled,
}

impl OperationResult {
    /// Every result.
    pub const ALL: [Self; 3] = [Self::Succeeded, Self::Failed, Self::Cancelled];

    /// The word used in JSON and metrics.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// An operation as a snapshot shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationStatus {
    /// Its number.
    pub id: OperationId,
    /// Who asked.
    pub principal: Principal,
    /// The plan.
    pub plan: Plan,
    /// State of each step, as long as `plan.steps`.
    pub steps: Vec<StepState>,
    /// When each step began and ended, as long as `plan.steps`.
    #[serde(default)]
    pub times: Vec<StepTimes>,
    /// What steps are doing at the moment, by their index; of most there is nothing to say.
    #[serde(default)]
    pub activities: StepActivities,
    /// The engine's answers to the calls of each step, as long as `plan.steps`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Vec<EngineCall>>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; `None` while it runs.
    pub finished_at: Option<Timestamp>,
    /// Why it failed; `None` while it runs, after success, and when it was cancelled.
    pub error: Option<String>,
    /// What it was cancelled by; `None` for every other end, and while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<SkipReason>,
    /// What a program wrote that it runs.
    #[serde(default, skip_serializing_if = "ProgramOutput::is_empty")]
    pub output: ProgramOutput,
}

impl OperationStatus {
    /// Each step in order, how it stands, and when it began and ended.
    pub fn each_step(&self) -> impl Iterator<Item = (&Step, &StepState, StepTimes)> {
        let times = self.times.iter().copied();
        let times = times.chain(std::iter::repeat(StepTimes::default()));
        let steps = self.plan.steps.iter().zip(&self.steps).zip(times);
        steps.map(|((step, state), times)| (step, state, times))
    }

    /// Whether it has not ended.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        self.finished_at.is_none()
    }

    /// How it ended; `None` while it runs.
    #[must_use]
    pub const fn result(&self) -> Option<OperationResult> {
        if self.is_running() {
            return None;
        }
        Some(match (&self.error, self.cancelled) {
            (Some(_), _) => OperationResult::Failed,
            (None, Some(_)) => OperationResult::Cancelled,
            (None, None) => OperationResult::Succeeded,
        })
    }

    /// How many steps need nothing more.
    #[must_use]
    pub fn steps_done(&self) -> usize {
        self.steps.iter().filter(|state| state.is_final()).count()
    }

    /// How many steps were not begun.
    #[must_use]
    pub fn steps_skipped(&self) -> usize {
        self.skipped().count()
    }

    /// Why steps failed, a sentence each, in order.
    pub fn step_errors(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter_map(|state| match state {
            StepState::Failed { error } => Some(error.as_str()),
            _ => None,
        })
    }

    /// The `docker` commands of the steps that were not begun, in order, each once.
    #[must_use]
    pub fn finishing_commands(&self) -> Vec<String> {
        let mut commands: Vec<String> = Vec::new();
        for step in self.skipped() {
            let command = step.docker_command();
            let image = self.plan.operation.image.as_deref();
            let image = image.filter(|_| matches!(step.kind, OperationKind::Update { .. }));
            let command = command.map(|command| match image {
                Some(image) => format!("{command} --image {image}"),
                None => command,
            });
            commands.extend(command.filter(|command| !commands.contains(command)));
        }
        commands
    }

    /// The steps that were not begun.
    fn skipped(&self) -> impl Iterator<Item = &Step> {
        let steps = self.plan.steps.iter().zip(&self.steps);
        let skipped = steps.filter(|(_, state)| matches!(state, StepState::Skipped { .. }));
        skipped.map(|(step, _)| step)
    }
}
