//! What a running operation does to a service at the moment.

use crate::model::{
    OperationKind, OperationStatus, ServiceId, Snapshot, StepState, StepWait, Timestamp, words,
};

/// A step of a running operation, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// From `restarting (plan 1/4)` to one of at most eight cells.
    pub forms: Vec<String>,
    /// Whether the service is called or waited for; a step that is yet to come changes nothing.
    pub has_begun: bool,
}

impl Activity {
    /// What the running operations of `snapshot` do to `service`; `None` when nothing is left to
    /// do.
    #[must_use]
    pub fn of(snapshot: &Snapshot, service: &ServiceId, now: Timestamp) -> Option<Self> {
        let running = snapshot.operations.iter().filter(|each| each.is_running());
        running
            .rev()
            .find_map(|each| in_operation(each, service, now))
    }

    /// The shortest form.
    #[must_use]
    pub fn shortest(&self) -> &str {
        self.forms.last().map_or("", String::as_str)
    }
}

fn in_operation(
    operation: &OperationStatus,
    service: &ServiceId,
    now: Timestamp,
) -> Option<Activity> {
    let steps = operation.plan.steps.iter().zip(&operation.steps);
    let (at, (step, state)) = steps
        .enumerate()
        .find(|(_, (step, state))| operation.plan.is_about(step, service) && !state.is_final())?;
    if step.kind.is_silent() {
        return None;
    }
    let activity = operation.activities.get(at);
    let (what, short) = match (activity, state) {
        (Some(activity), _) => (activity.to_string(), step.kind.verb()),
        (None, StepState::Waiting) if step.wait == StepWait::Exit => {
            ("waiting for exit 0".to_owned(), "waiting")
        }
        (None, StepState::Waiting) => ("waiting for healthy".to_owned(), "waiting"),
        (None, StepState::Pending) => (format!("{} is pending", step.kind.verb()), "pending"),
        _ => (step.kind.gerund().to_owned(), in_a_chip(step.kind)),
    };
    // A step has no times of its own; the only one began with its operation.
    let progress = match operation.plan.steps.len() {
        0 | 1 => words::age(operation.started_at, now),
        all => format!("plan {}/{all}", at + 1),
    };
    let mut forms = vec![format!("{what} ({progress})"), what, short.to_owned()];
    forms.dedup();
    Some(Activity {
        forms,
        has_begun: *state != StepState::Pending || activity.is_some(),
    })
}

/// What is done meanwhile, in at most eight cells.
const fn in_a_chip(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Restart => "restart",
        OperationKind::Unpause => "unpause",
        OperationKind::Recreate | OperationKind::Update { .. } => kind.verb(),
        OperationKind::Kill { .. } => "kill",
        OperationKind::Compose(kind) => kind.id(),
        other => other.gerund(),
    }
}
