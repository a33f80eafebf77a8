//! Operations as they go on.

use std::sync::Arc;
use std::time::Duration;

use crate::model::{
    EventKind, OperationId, OperationProgress, OperationStatus, Plan, Principal, Step, StepState, Timestamp,
};

use super::health::later;
use super::timeline::{About, Timeline};

/// Most operations kept; the oldest ended ones go first.
const CAPACITY: usize = 50;
/// How long an ended operation stays.
const KEEP: Duration = Duration::from_secs(300);

/// Operations that run or ended lately, oldest first.
#[derive(Debug, Default)]
pub(super) struct Operations {
    list: Vec<Arc<OperationStatus>>,
}

impl Operations {
    /// Takes in news of an operation; tells whether anything changed.
    pub fn fold(
        &mut self,
        id: OperationId,
        at: Timestamp,
        progress: OperationProgress,
        timeline: &mut Timeline,
    ) -> bool {
        if let OperationProgress::Started { principal, plan } = progress {
            self.begin(id, at, principal, *plan, timeline);
            return true;
        }
        let Some(status) = self.list.iter_mut().find(|status| status.id == id) else {
            return false;
        };
        let status = Arc::make_mut(status);
        let error = match progress {
            OperationProgress::Step { index, state } => {
                let Some(step) = status.steps.get_mut(index) else {
                    return false;
                };
                *step = state;
                return true;
            }
            OperationProgress::Failed { error } => Some(error),
            OperationProgress::Succeeded | OperationProgress::Started { .. } => None,
        };
        status.finished_at = Some(at);
        status.error = error;
        let seconds = at.duration_since(status.started_at).as_secs_f64();
        let text = match &status.error {
            None => format!("{}: done in {seconds:.1} s", what(&status.plan)),
            Some(error) => format!("{}: failed, {error}", what(&status.plan)),
        };
        timeline.push(at, about(&status.plan), EventKind::Operation, text);
        true
    }

    fn begin(
        &mut self,
        id: OperationId,
        at: Timestamp,
        principal: Principal,
        plan: Plan,
        timeline: &mut Timeline,
    ) {
        let asked_by = match principal {
            Principal::Terminal => "the console",
            Principal::Http => "an HTTP client",
            Principal::Cli => "the command line",
        };
        timeline.push(
            at,
            about(&plan),
            EventKind::Operation,
            format!("{}: started by {asked_by}", what(&plan)),
        );
        if self.list.len() >= CAPACITY {
            let ended = self.list.iter().position(|status| status.finished_at.is_some());
            self.list.remove(ended.unwrap_or(0));
        }
        self.list.push(Arc::new(OperationStatus {
            id,
            principal,
            steps: vec![StepState::Pending; plan.steps.len()],
            plan,
            started_at: at,
            finished_at: None,
            error: None,
        }));
    }

    /// Step `index` of an operation.
    pub fn step(&self, id: OperationId, index: usize) -> Option<&Step> {
        let status = self.list.iter().find(|status| status.id == id)?;
        status.plan.steps.get(index)
    }

    /// Drops what ended long ago; tells whether something did.
    pub fn expire(&mut self, now: Timestamp) -> bool {
        let before = self.list.len();
        self.list.retain(|status| status.finished_at.is_none_or(|ended| now < later(ended, KEEP)));
        self.list.len() != before
    }

    /// When the next one is dropped.
    pub fn next_expiry(&self) -> Option<Timestamp> {
        self.list.iter().filter_map(|status| status.finished_at).min().map(|ended| later(ended, KEEP))
    }

    /// The list, to be shared with a snapshot.
    pub fn share(&self) -> Vec<Arc<OperationStatus>> {
        self.list.clone()
    }
}

/// "restart hub/db", "stop 4 services".
fn what(plan: &Plan) -> String {
    let operation = &plan.operation;
    let subject = match &operation.targets[..] {
        [one] => one.to_string(),
        [one, two] => format!("{one} and {two}"),
        many => format!("{} services", many.len()),
    };
    let dependents = if operation.with_dependents { " with dependents" } else { "" };
    format!("{} {subject}{dependents}", operation.kind.id())
}

/// An event is about a service when it is about one only.
fn about(plan: &Plan) -> About<'_> {
    match &plan.operation.targets[..] {
        [one] => About { service: Some(one), instance: None },
        _ => About::default(),
    }
}
