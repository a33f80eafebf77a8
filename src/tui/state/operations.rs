//! Which operations run, and which one is looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{
    Change, OperationChange, OperationId, OperationStatus, ServiceId, Snapshot, StepState,
    TimelineEvent,
};

use crate::tui::input::action::Leaving;
use crate::tui::state::{Dialog, FOLLOWED, UiState};

/// What the operator was shown of operations, and what waits for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationsState {
    /// Operations whose start (`false`) or end (`true`) was announced; `None` before the first
    /// snapshot, whose operations are old news.
    pub announced: Option<BTreeMap<OperationId, bool>>,
    /// Operations that were submitted and are in no snapshot yet.
    pub submitted: BTreeSet<OperationId>,
    /// How the program is left once no operation runs.
    pub leaving: Option<Leaving>,
    /// The panel of this operation and of those before it was hidden.
    pub hidden: Option<OperationId>,
}

/// The operations that run: those of the snapshot, and those that were submitted since.
#[must_use]
pub fn running(ui: &UiState, snapshot: &Snapshot) -> BTreeSet<OperationId> {
    let seen = snapshot
        .operations
        .iter()
        .filter(|each| each.is_running())
        .map(|each| each.id);
    seen.chain(ui.operations.submitted.iter().copied())
        .collect()
}

/// The operation of the panel: the latest that runs and calls the engine, unless it was hidden.
#[must_use]
pub fn in_panel<'a>(ui: &UiState, snapshot: &'a Snapshot) -> Option<&'a Arc<OperationStatus>> {
    let running = snapshot.operations.iter().filter(|each| each.is_running());
    let mut calls = running.filter(|each| !each.plan.operation.kind.is_silent());
    let latest = calls.next_back()?;
    (ui.operations.hidden < Some(latest.id)).then_some(latest)
}

/// The dialog with the steps of operation `id`, or of the latest; with `record` also with what was
/// called and answered.
#[must_use]
pub fn dialog(id: Option<OperationId>, record: bool, snapshot: &Snapshot) -> Dialog {
    let top = first_top(id, snapshot);
    Dialog::Operation { id, record, top }
}

/// The operation whose begin or end is `event`.
#[must_use]
pub fn of_event(event: &TimelineEvent, snapshot: &Snapshot) -> Option<OperationId> {
    let Change::Operation(
        OperationChange::Started { operation, .. }
        | OperationChange::Succeeded { operation, .. }
        | OperationChange::Failed { operation, .. }
        | OperationChange::Cancelled { operation, .. },
    ) = &event.change
    else {
        return None;
    };
    let is_meant = |each: &&Arc<OperationStatus>| {
        let times = [Some(each.started_at), each.finished_at];
        each.plan.operation == *operation && times.contains(&Some(event.at))
    };
    snapshot.operations.iter().find(is_meant).map(|it| it.id)
}

/// The running operation that works on `service` now, with the place of the step that does.
#[must_use]
pub fn at_work<'a>(
    service: &ServiceId,
    snapshot: &'a Snapshot,
) -> Option<(&'a OperationStatus, usize)> {
    let works = |state: &StepState| matches!(state, StepState::Running | StepState::Waiting);
    let running = snapshot.operations.iter().filter(|each| each.is_running());
    running.into_iter().find_map(|operation| {
        let mut steps = operation.plan.steps.iter().zip(&operation.steps);
        let at = steps
            .position(|(step, state)| operation.plan.is_about(step, service) && works(state))?;
        Some((&**operation, at))
    })
}

/// The operation whose steps are shown: the chosen one, else the latest that runs, else the latest.
#[must_use]
pub fn shown(id: Option<OperationId>, snapshot: &Snapshot) -> Option<&Arc<OperationStatus>> {
    let mut newest_first = snapshot.operations.iter().rev();
    let chosen = id.and_then(|id| snapshot.operations.iter().find(|each| each.id == id));
    chosen
        .or_else(|| newest_first.clone().find(|each| each.is_running()))
        .or_else(|| newest_first.next())
}

/// The first line shown of an operation that is opened: the end of what its program wrote, where
/// there is one.
#[must_use]
pub fn first_top(id: Option<OperationId>, snapshot: &Snapshot) -> usize {
    let runs_program = |operation: &Arc<OperationStatus>| operation.plan.compose().is_some();
    if shown(id, snapshot).is_some_and(runs_program) {
        FOLLOWED
    } else {
        0
    }
}

/// The one operation that "cancel" is about: the one whose steps are shown, else the only one that
/// runs.
#[must_use]
pub fn to_cancel(ui: &UiState, snapshot: &Snapshot) -> Option<OperationId> {
    if let Some(Dialog::Operation { id, .. }) = &ui.dialog {
        return shown(*id, snapshot)
            .filter(|each| each.is_running())
            .map(|each| each.id);
    }
    let running = running(ui, snapshot);
    running.first().copied().filter(|_| running.len() == 1)
}

/// The operation `by` places after the shown one, the newest last; it stays at the ends.
#[must_use]
pub fn neighbour(id: Option<OperationId>, by: i32, snapshot: &Snapshot) -> Option<OperationId> {
    let shown = shown(id, snapshot)?.id;
    let at = snapshot
        .operations
        .iter()
        .position(|each| each.id == shown)?;
    let next = at.saturating_add_signed(isize::try_from(by).unwrap_or(0));
    snapshot
        .operations
        .get(next)
        .map(|each| each.id)
        .or(Some(shown))
}
