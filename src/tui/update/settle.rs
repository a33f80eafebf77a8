//! Brings the screen state in line with a new snapshot.

use std::collections::BTreeMap;

use crate::explain;
use crate::model::{Change, OperationChange, OperationStatus, ServiceId, Snapshot};
use crate::tui::input::page::{DetailsTab, View};
use crate::tui::state::{Facts, UiState, scope};
use crate::tui::update::effect::Effect;

use crate::tui::update::{expire_toasts, kept, leave, logs, preview, table, toast};

/// After an action, a new snapshot or a new size: drops what no longer exists, announces operations,
/// keeps the selection visible, opens and closes log tails. Call again while it returns an effect.
pub fn settle(ui: &mut UiState, snapshot: &Snapshot, facts: &Facts) -> Option<Effect> {
    expire_toasts(ui, facts.now);
    ui.selection
        .marked
        .retain(|id| snapshot.service(id).is_some());
    ui.operations
        .submitted
        .retain(|id| !snapshot.operations.iter().any(|each| each.id == *id));
    announce(ui, snapshot, facts);
    keep_selection(ui, snapshot);
    if let Some(effect) = leave::settle(ui, snapshot, facts.now) {
        return Some(effect);
    }
    // Streams that end come before those that begin: both use the same ones.
    preview::leave(ui, facts)
        .or_else(|| logs::settle(ui, snapshot, facts))
        .or_else(|| preview::follow(ui, snapshot, facts))
        .or_else(|| inspect(ui, snapshot))
        .or_else(|| list_processes(ui, snapshot, facts))
        .or_else(|| kept::settle(ui))
}

fn keep_selection(ui: &mut UiState, snapshot: &Snapshot) {
    let shown = |ui: &UiState| {
        let service = ui
            .selection
            .selected
            .as_ref()
            .and_then(|id| snapshot.service(id));
        service.is_some_and(|service| scope::shows(ui, service, &snapshot.layers))
    };
    // What the operator scrolled away from since the last frame stays away.
    let was_visible = ui.drawn.viewport.top == ui.table.top
        && ui
            .selection
            .selected
            .as_ref()
            .is_some_and(|id| ui.drawn.visible.contains(id));
    if ui.selection.selected.is_some() && !shown(ui) {
        ui.selection.selected = None;
    }
    if ui.view == View::Services {
        if ui.selection.selected.is_none() {
            table::select_first(ui, snapshot);
        } else if was_visible {
            table::reveal(ui, snapshot);
        }
    }
}

/// Fetches the raw inspection once the tab is open.
fn inspect(ui: &mut UiState, snapshot: &Snapshot) -> Option<Effect> {
    let details = ui.details.as_mut()?;
    if details.tab != DetailsTab::Inspect || details.inspect.is_some() || details.inspecting {
        return None;
    }
    let Some(instance) = snapshot
        .service(&details.service)
        .and_then(|service| service.primary())
    else {
        details.inspect = Some(Err("it has no container to inspect".to_owned()));
        return None;
    };
    details.inspecting = true;
    Some(Effect::Inspect(instance.facts.id.clone()))
}

/// Asks for the processes while their tab is open, again and again.
fn list_processes(ui: &mut UiState, snapshot: &Snapshot, facts: &Facts) -> Option<Effect> {
    let details = ui.details.as_mut()?;
    if details.tab != DetailsTab::Processes || !details.processes.is_due(facts.now) {
        return None;
    }
    let service = snapshot.service(&details.service)?;
    let list = &mut details.processes;
    list.asked_at = Some(facts.now);
    let Some(running) = service.primary().filter(|it| it.facts.is_running()) else {
        list.answer = Some(Err("it is not running: there are no processes".to_owned()));
        return None;
    };
    list.waits = true;
    Some(Effect::Processes(running.facts.id.clone()))
}

/// Toasts for operations that ended since the last snapshot; while they run, the panel shows them.
fn announce(ui: &mut UiState, snapshot: &Snapshot, facts: &Facts) {
    let now: BTreeMap<_, _> = snapshot
        .operations
        .iter()
        .map(|each| (each.id, each.finished_at.is_some()))
        .collect();
    let Some(before) = ui.operations.announced.replace(now) else {
        return;
    };
    for operation in &snapshot.operations {
        let ended = operation.finished_at.is_some();
        if before.get(&operation.id) == Some(&ended) {
            continue;
        }
        if let Some((text, error)) = end(operation) {
            toast(ui, &text, error, facts.now);
        }
    }
}

fn what(targets: &[ServiceId]) -> String {
    match targets {
        [one] => one.to_string(),
        many => format!("{} services", many.len()),
    }
}

/// How an operation ended, and whether that is an error; `None` while it runs.
fn end(operation: &OperationStatus) -> Option<(String, bool)> {
    let ended_at = operation.finished_at?;
    if operation.plan.compose().is_some() {
        let change = OperationChange::end_of(operation, ended_at);
        let text = explain::timeline::words(&Change::Operation(change));
        return Some((text, operation.error.is_some()));
    }
    let kind = operation.plan.operation.kind;
    let verb = kind.verb();
    let what = what(&operation.plan.operation.targets);
    if let Some(reason) = operation.cancelled {
        let (skipped, all) = (operation.steps_skipped(), operation.steps.len());
        let why = reason.clause();
        let text = format!("{verb} {what}: {why}, {skipped} of {all} steps not begun");
        return Some((text, false));
    }
    if let Some(error) = &operation.error {
        return Some((format!("{verb} {what} failed: {error}"), true));
    }
    let seconds = ended_at.duration_since(operation.started_at).as_secs_f64();
    let text = format!("{what} {} in {seconds:.1} s", kind.participle());
    Some((text, false))
}
