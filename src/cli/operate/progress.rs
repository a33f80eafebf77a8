//! What comes of each step, one line when it has ended.

use std::time::Duration;

use crate::model::words::seconds;
use crate::model::{
    HealthState, OperationId, OperationStatus, Plan, SignedDuration, Snapshot, Step, StepState,
    StepTarget, StepWait, Timestamp,
};

/// Follows the steps of one operation from snapshot to snapshot.
#[derive(Clone, Debug)]
pub struct StepProgress {
    id: OperationId,
    /// Which steps were reported as ended.
    reported: Vec<bool>,
    /// How many lines of its program were reported.
    lines: usize,
}

impl StepProgress {
    /// Of the operation `id`, which runs `plan`.
    #[must_use]
    pub fn new(id: OperationId, plan: &Plan) -> Self {
        Self {
            id,
            reported: vec![false; plan.steps.len()],
            lines: 0,
        }
    }

    /// The operation in `snapshot`; `None` where it is not there yet.
    #[must_use]
    pub fn status<'a>(&self, snapshot: &'a Snapshot) -> Option<&'a OperationStatus> {
        let mut operations = snapshot.operations.iter();
        operations
            .find(|each| each.id == self.id)
            .map(|each| &**each)
    }

    /// The lines that its program wrote since the snapshot before.
    pub fn output(&mut self, snapshot: &Snapshot) -> Vec<String> {
        let Some(status) = self.status(snapshot) else {
            return Vec::new();
        };
        let lines = status.output.since(self.lines);
        let lines = lines.map(|line| line.text.clone()).collect();
        self.lines = status.output.written();
        lines
    }

    /// A line for each step that has ended since the snapshot before: "1/6 hub/db restarted, healthy
    /// after 3.2 s".
    pub fn news(&mut self, snapshot: &Snapshot) -> Vec<String> {
        let mut lines = Vec::new();
        let Some(status) = self.status(snapshot) else {
            return lines;
        };
        let all = status.steps.len();
        let mut ended = self.reported.iter().filter(|it| **it).count();
        for ((step, state, times), reported) in status.each_step().zip(&mut self.reported) {
            if *reported || !state.is_final() {
                continue;
            }
            *reported = true;
            ended += 1;
            // One that was not begun took no time, and none is said of it.
            let took = times.took(snapshot.taken_at).unwrap_or_default();
            let (who, what) = (who(step, &status.plan), words(step, state, took, snapshot));
            lines.push(format!("{ended}/{all} {who} {what}"));
        }
        lines
    }
}

/// What is done at `now` and takes a while: "hub/db: waiting until healthy, 7 s, 113 s left", "hub/web: pulling 3/7
/// layers, 41 of 120 MB"; `None` where nothing is.
#[must_use]
pub fn doing(status: &OperationStatus, now: Timestamp) -> Option<String> {
    let steps = status.each_step().enumerate();
    let steps = steps.filter_map(|(index, (step, state, times))| {
        let who = who(step, &status.plan);
        if let Some(activity) = status.activities.get(index) {
            return Some(format!("{who}: {activity}"));
        }
        let what = match (state, step.wait) {
            (StepState::Running, _) => step.kind.gerund(),
            (StepState::Waiting, StepWait::Exit) => "waiting for exit 0",
            (StepState::Waiting, _) => "waiting until healthy",
            _ => return None,
        };
        let took = times.took(now).unwrap_or_default().as_secs();
        let left = times.time_left(now);
        let left = left.map(|left| format!(", {} s left", left.as_secs()));
        Some(format!(
            "{who}: {what}, {took} s{}",
            left.unwrap_or_default()
        ))
    });
    let steps: Vec<String> = steps.collect();
    (!steps.is_empty()).then(|| steps.join("; "))
}

/// The service, with the container where several of its containers are called.
fn who(step: &Step, plan: &Plan) -> String {
    if plan.compose().is_some() {
        return step.call();
    }
    let same = plan.steps.iter().filter(|it| it.service == step.service);
    if same.count() > 1 {
        format!("{} ({})", step.service, step.name)
    } else {
        step.service.to_string()
    }
}

/// What came of `step`, after its name.
fn words(step: &Step, state: &StepState, took: SignedDuration, snapshot: &Snapshot) -> String {
    let done = match step.target {
        StepTarget::Compose(_) => "done",
        _ => step.kind.participle(),
    };
    let took = seconds(Duration::try_from(took).unwrap_or_default());
    match state {
        StepState::Succeeded => match step.wait {
            StepWait::No => format!("{done} in {took}"),
            StepWait::Exit => format!("{done}, ended with exit code 0 after {took}"),
            StepWait::Healthy => format!("{done}, {} after {took}", up(step, snapshot)),
        },
        StepState::Unchanged => "unchanged: it has the newest image".to_owned(),
        StepState::Unverified => format!("{done}, health not checked"),
        StepState::Failed { error } => format!("failed: {error}"),
        StepState::Skipped { reason } => format!("not begun: {}", reason.clause()),
        StepState::Pending | StepState::Running | StepState::Waiting => String::new(),
    }
}

/// What a service that is up is called: without a check of any kind it is only running.
fn up(step: &Step, snapshot: &Snapshot) -> &'static str {
    let service = snapshot.service(&step.service);
    if service.is_some_and(|it| it.health.state == HealthState::Running) {
        "running"
    } else {
        "healthy"
    }
}
