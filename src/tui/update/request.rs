//! Operations: request, plan, question, submission. Nothing that interrupts runs unasked.

use crate::model::{
    Operation, OperationId, OperationKind, Plan, ServiceId, SkipReason, Snapshot, Timestamp,
};
use crate::operate::{CancelRefusal, SubmitRefusal};
use crate::plan::{self, PlanRefusal};
use crate::tui::state::{
    ConfirmStep, Dialog, FOLLOWED, Facts, Guard, UiState, operations, selection,
};
use crate::tui::update::effect::Effect;

use crate::tui::update::toast;

/// Plans an operation on the marks or the selection. Pausing what is paused unpauses it.
pub(super) fn request(
    ui: &mut UiState,
    kind: OperationKind,
    with_dependents: bool,
    snapshot: &Snapshot,
    facts: &Facts,
) -> Option<Effect> {
    let targets = selection::targets(ui, snapshot);
    let kind = if kind == OperationKind::Pause && selection::is_paused(ui, snapshot) {
        OperationKind::Unpause
    } else {
        kind
    };
    request_on(ui, (kind, with_dependents), targets, snapshot, facts)
}

/// Plans an operation on `targets`.
pub(super) fn request_on(
    ui: &mut UiState,
    (kind, with_dependents): (OperationKind, bool),
    targets: Vec<ServiceId>,
    snapshot: &Snapshot,
    facts: &Facts,
) -> Option<Effect> {
    let operation = Operation {
        kind,
        targets,
        with_dependents,
        image: None,
    };
    planned(ui, plan::plan(&operation, snapshot), facts)
}

/// Plans an operation on every service of the selection's stack.
pub(super) fn request_stack(
    ui: &mut UiState,
    kind: OperationKind,
    snapshot: &Snapshot,
    facts: &Facts,
) -> Option<Effect> {
    let stack = selection::stack_of_selection(ui, snapshot)?;
    let members = snapshot
        .services
        .iter()
        .filter(|service| service.stack.as_ref() == Some(&stack));
    let targets = members.map(|service| service.id.clone()).collect();
    let operation = Operation {
        kind,
        targets,
        with_dependents: false,
        image: None,
    };
    planned(ui, plan::plan(&operation, snapshot), facts)
}

/// Takes a plan: asks before an interruption, hands anything else over at once.
pub fn planned(ui: &mut UiState, plan: Result<Plan, PlanRefusal>, facts: &Facts) -> Option<Effect> {
    match plan {
        Err(refusal) => {
            toast(ui, &refused(&refusal, facts), true, facts.now);
            None
        }
        Ok(plan) if plan.operation.kind.is_destructive() => {
            let guard = Guard::default();
            ui.dialog = Some(Dialog::Confirm {
                step: ConfirmStep::first(&plan),
                plan: Box::new(plan),
                yes: false,
                top: 0,
                guard,
            });
            None
        }
        Ok(plan) => Some(Effect::Submit(Box::new(plan))),
    }
}

/// A refusal in words, with the key that helps.
fn refused(refusal: &PlanRefusal, facts: &Facts) -> String {
    match (refusal, facts.pause_key) {
        (PlanRefusal::Paused(id), Some(key)) => {
            format!("{id} is paused – press {} to unpause", key.label(true))
        }
        _ => refusal.to_string(),
    }
}

/// Takes the answer to a submission. Success is announced when the snapshot shows it; a plan that
/// has changed meanwhile is shown again where it asks first, and handed over anew elsewhere.
pub fn submitted(
    ui: &mut UiState,
    answer: Result<OperationId, SubmitRefusal>,
    facts: &Facts,
) -> Option<Effect> {
    let refusal = match answer {
        Ok(id) => {
            ui.selection.marked.clear();
            ui.operations.submitted.insert(id);
            return None;
        }
        Err(refusal) => refusal,
    };
    let is_shown = !matches!(&refusal, SubmitRefusal::Changed(fresh) if !fresh.operation.kind.is_destructive());
    if is_shown {
        toast(ui, &refusal.to_string(), true, facts.now);
    }
    match refusal {
        SubmitRefusal::Changed(fresh) => planned(ui, Ok(*fresh), facts),
        _ => None,
    }
}

/// Shows what the program of operation `id` writes, as it comes.
pub fn show_output(ui: &mut UiState, id: OperationId) {
    ui.dialog = Some(Dialog::Operation {
        id: Some(id),
        record: false,
        top: FOLLOWED,
    });
}

/// Cancels the operation that is shown or the only one that runs; shows their steps where one has
/// to be chosen.
pub(super) fn cancel(ui: &mut UiState, snapshot: &Snapshot, now: Timestamp) -> Option<Effect> {
    if let Some(id) = operations::to_cancel(ui, snapshot) {
        return Some(Effect::Cancel {
            operations: vec![id],
            reason: SkipReason::Cancelled,
        });
    }
    let count = operations::running(ui, snapshot).len();
    toast(
        ui,
        &format!("{count} operations are running: choose one with ← →, then cancel it"),
        false,
        now,
    );
    ui.dialog = Some(operations::dialog(None, false, snapshot));
    None
}

/// Takes the answer to a cancellation. Its end is announced when the snapshot shows it.
pub fn cancelled(
    ui: &mut UiState,
    answer: Result<(), CancelRefusal>,
    reason: SkipReason,
    facts: &Facts,
) {
    match answer {
        Ok(()) if reason == SkipReason::Cancelled => {
            toast(
                ui,
                "cancelling: the current step is finished first",
                false,
                facts.now,
            );
        }
        Ok(()) => {}
        Err(refusal) => toast(ui, &refusal.to_string(), true, facts.now),
    }
}
