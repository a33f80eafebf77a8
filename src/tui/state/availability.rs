//! Which actions make sense now, and why the others do not.

mod attached;

use crate::model::{
    EngineStatus, InstanceState, OperationKind, Overlay, Service, ServiceId, Snapshot,
};

use crate::tui::input::action::{Action, ContainerUse};
use crate::tui::input::page::{DetailsTab, View};
use crate::tui::state::{
    Dialog, Facts, UiState, compose, incidents, inside, no_engine, operations, preview, problems,
    selection, timeline,
};

/// Why `action` cannot be done now, in a few words; `None` when it can.
#[must_use]
pub fn why_not(
    action: &Action,
    ui: &UiState,
    snapshot: &Snapshot,
    facts: &Facts,
) -> Option<String> {
    let of_operation = || operation_reason(action, ui, snapshot, facts);
    if let Some(reason) = attached::reason(action, snapshot).or_else(of_operation) {
        return reason;
    }
    if let Some(reason) = past_reason(action, ui, snapshot).or_else(|| log_reason(action, ui)) {
        return reason.map(ToOwned::to_owned);
    }
    let on_services = ui.details.is_some() || matches!(ui.view, View::Map | View::Services);
    let reason = match action {
        Action::PreviousLogs if no_target(ui, snapshot) => NOTHING,
        Action::LogsOf { .. } | Action::PreviousLogs if is_lost(snapshot) => {
            Some("engine unreachable")
        }
        Action::NextProblem if problems::problems(ui, snapshot).is_empty() => {
            Some("no incident is open and no service is in trouble")
        }
        Action::Logs if !on_services => {
            Some("no service selected: mark some on the map (1) or in the table (2)")
        }
        Action::Logs if snapshot.services.is_empty() => Some("no services yet"),
        Action::Logs | Action::Inspect if is_lost(snapshot) => Some("engine unreachable"),
        Action::Inspect | Action::Details(_) | Action::Actions if no_target(ui, snapshot) => {
            NOTHING
        }
        Action::Enter if ui.details.is_none() && on_services && ui.selection.selected.is_none() => {
            NOTHING
        }
        Action::Mark
        | Action::Preview
        | Action::ShowPreview(_)
        | Action::Sort(_)
        | Action::SortBy(_)
        | Action::Reverse
        | Action::Zoom(_)
        | Action::Pan(_)
        | Action::Slide(_)
        | Action::Legend => place_reason(action, ui),
        Action::Pane(_) if preview::has_place(ui) => place_reason(&Action::Preview, ui),
        Action::Copy if ui.view != View::Logs && no_target(ui, snapshot) => NOTHING,
        Action::NextStack if snapshot.stacks.is_empty() => Some("no stacks"),
        Action::Operation if snapshot.operations.is_empty() => Some("no operation yet"),
        Action::Cancel if operations::running(ui, snapshot).is_empty() => {
            Some("no operation is running")
        }
        Action::Cancel if ended_shown(ui, snapshot) => Some("this operation has ended"),
        Action::OpenDemo if !no_engine(snapshot) => Some("an engine is connected"),
        _ => None,
    };
    reason.map(ToOwned::to_owned)
}

/// Why what is about an event, an incident or the moment of one cannot be done; `None` where the
/// action is about something else.
fn past_reason(action: &Action, ui: &UiState, snapshot: &Snapshot) -> Option<Option<&'static str>> {
    let leads_on = match action {
        Action::Logs | Action::Around => has_log,
        Action::Enter => is_there,
        _ => return None,
    };
    if on_timeline(ui) {
        return Some(event_reason(ui, snapshot, leads_on));
    }
    if on_incidents(ui) {
        return Some(incident_reason(ui, snapshot, leads_on));
    }
    (*action == Action::Around).then(|| NOTHING.filter(|_| no_target(ui, snapshot)))
}

/// Why what belongs to the lines of a log or a text cannot be done; `None` where the action is about
/// something else.
fn log_reason(action: &Action, ui: &UiState) -> Option<Option<&'static str>> {
    let in_patterns = ui.logs.patterns.as_ref().is_some_and(|it| it.is_open);
    match action {
        Action::Mark
        | Action::Copy
        | Action::Hit(_)
        | Action::NextMark
        | Action::FollowId
        | Action::Export
        | Action::Pager
            if logs_visible(ui) && in_patterns =>
        {
            Some(Some("only on lines; Enter shows those of the pattern"))
        }
        Action::Mark if logs_visible(ui) => Some(ui.logs.is_empty().then_some("no line")),
        Action::ExportLines(_) => Some((!logs_visible(ui)).then_some("only in logs")),
        Action::ToggleTimestamps
        | Action::ToggleWrap
        | Action::ToggleFollow
        | Action::ToggleTraces
        | Action::ToggleHistogram
        | Action::FilterLines
        | Action::LeastLevel(_)
        | Action::NextContext
        | Action::NextMark
        | Action::Since(_)
        | Action::JumpToTime
        | Action::GoToTime(_)
        | Action::Bucket(_)
        | Action::FollowId
        | Action::Patterns
        | Action::Hit(_)
        | Action::Filter => Some(text_reason(action, ui)),
        _ => None,
    }
}

/// Why an operation cannot be asked for; `None` where the action is none.
fn operation_reason(
    action: &Action,
    ui: &UiState,
    snapshot: &Snapshot,
    facts: &Facts,
) -> Option<Option<String>> {
    let of = |kind: OperationKind, targets: &[ServiceId]| {
        if kind.is_silent() {
            silence(kind, targets, snapshot, facts)
        } else {
            request(kind, targets, snapshot, facts)
        }
    };
    let reason = match action {
        Action::Request { kind, .. } => of(*kind, &selection::targets(ui, snapshot)),
        Action::RequestOn { kind, services, .. } => of(*kind, services),
        Action::RequestStack(_) | Action::Maintenance if facts.read_only => {
            Some("read-only".to_owned())
        }
        Action::Maintenance if no_target(ui, snapshot) => NOTHING.map(ToOwned::to_owned),
        Action::Shell => inside::containers(&ContainerUse::Shell, ui, snapshot, facts).err(),
        Action::Custom(command) => {
            let what = ContainerUse::Command(command.clone());
            inside::containers(&what, ui, snapshot, facts).err()
        }
        Action::RunIn(what, id) => inside::container(what, id, ui, snapshot, facts).err(),
        Action::Compose(asked) => compose::request(asked, ui, snapshot, facts).err(),
        _ => return None,
    };
    Some(reason)
}

/// Why what belongs to the map or the table cannot be done here.
fn place_reason(action: &Action, ui: &UiState) -> Option<&'static str> {
    let (on_map, in_table) = (ui.view == View::Map, ui.view == View::Services);
    let in_view = ui.details.is_none();
    match action {
        Action::Sort(_) | Action::SortBy(_) | Action::Reverse => {
            (!in_table || !in_view).then_some("only in the services table")
        }
        Action::Mark | Action::Preview | Action::ShowPreview(_)
            if !in_view || !(on_map || in_table) =>
        {
            Some("only on the map and in the table")
        }
        Action::Mark => ui
            .selection
            .selected
            .is_none()
            .then_some("nothing selected"),
        Action::Preview | Action::ShowPreview(_) => (!preview::has_room(ui.terminal.size))
            .then_some("a preview needs 60 columns and 16 rows"),
        _ => (!on_map || !in_view).then_some("only on the map"),
    }
}

/// Why what works on lines of text cannot be done.
fn text_reason(action: &Action, ui: &UiState) -> Option<&'static str> {
    let details = ui.details.as_ref();
    match action {
        Action::Hit(_) => hit_reason(ui),
        Action::FollowId if ui.logs.chosen().is_none() => {
            Some("no log line chosen; move up to choose one")
        }
        Action::NextMark if ui.logs.marked.is_empty() => Some("no line marked"),
        Action::NextContext if !ui.logs.find.wanted.hides() => {
            Some("no filter of log lines: & starts one")
        }
        _ if logs_visible(ui) => None,
        Action::Filter if details.is_some_and(|it| !it.has_text()) => {
            Some("charts have no text to search")
        }
        Action::Filter => None,
        _ => Some("only in logs"),
    }
}

/// Why there is no hit to go to.
fn hit_reason(ui: &UiState) -> Option<&'static str> {
    let searched = match &ui.details {
        Some(details) if details.has_text() => &details.search.text,
        _ if logs_visible(ui) => &ui.logs.find.wanted.search,
        _ => return Some("only in logs and details"),
    };
    searched.is_empty().then_some("no search; / starts one")
}

/// Whether the steps of an operation that has ended are shown.
fn ended_shown(ui: &UiState, snapshot: &Snapshot) -> bool {
    matches!(ui.dialog, Some(Dialog::Operation { .. }))
        && operations::to_cancel(ui, snapshot).is_none()
}

fn on_timeline(ui: &UiState) -> bool {
    ui.details.is_none() && ui.view == View::Timeline
}

fn on_incidents(ui: &UiState) -> bool {
    ui.details.is_none() && ui.view == View::Incidents
}

/// Whether the service is there.
fn is_there(id: &ServiceId, snapshot: &Snapshot) -> bool {
    snapshot.service(id).is_some()
}

/// Whether there is a log of the service: its own, or lines that were kept of one that is gone.
fn has_log(id: &ServiceId, snapshot: &Snapshot) -> bool {
    let recorded = || snapshot.recorded_runs.iter().any(|run| run.service == *id);
    is_there(id, snapshot) || recorded()
}

/// Why the chosen incident leads nowhere.
fn incident_reason(
    ui: &UiState,
    snapshot: &Snapshot,
    leads_on: fn(&ServiceId, &Snapshot) -> bool,
) -> Option<&'static str> {
    let Some(incident) = incidents::selected(ui, snapshot) else {
        return Some("no incident");
    };
    match incident.root.service() {
        None => Some("the root of this incident is not a service"),
        Some(id) if !leads_on(id, snapshot) => Some("the service is gone"),
        Some(_) => None,
    }
}

/// Why the chosen event leads nowhere.
fn event_reason(
    ui: &UiState,
    snapshot: &Snapshot,
    leads_on: fn(&ServiceId, &Snapshot) -> bool,
) -> Option<&'static str> {
    let Some(event) = timeline::selected(ui, snapshot) else {
        return Some("no event");
    };
    match &event.service {
        None => Some("this event is about no service"),
        Some(id) if !leads_on(id, snapshot) => Some("the service is gone"),
        Some(_) => None,
    }
}

const NOTHING: Option<&str> = Some("nothing selected");

/// Whether a log tail is on screen.
#[must_use]
pub fn logs_visible(ui: &UiState) -> bool {
    match &ui.details {
        Some(details) => details.tab == DetailsTab::Logs,
        None => ui.view == View::Logs,
    }
}

/// Whether the engine does not answer now.
#[must_use]
pub const fn is_lost(snapshot: &Snapshot) -> bool {
    snapshot.engine.status.is_lost()
}

fn no_target(ui: &UiState, snapshot: &Snapshot) -> bool {
    selection::targets(ui, snapshot).is_empty()
}

/// Muting touches no container, so that it needs no engine.
fn silence(
    kind: OperationKind,
    targets: &[ServiceId],
    snapshot: &Snapshot,
    facts: &Facts,
) -> Option<String> {
    let silenced = |id: &ServiceId| {
        snapshot
            .service(id)
            .is_some_and(|service| service.health.has(Overlay::Maintenance))
    };
    let reason = match kind {
        _ if facts.read_only => "read-only",
        _ if targets.is_empty() => "nothing selected",
        OperationKind::Lift if !targets.iter().any(silenced) => "not muted",
        _ => return None,
    };
    Some(reason.to_owned())
}

/// Why the operation `kind` on `targets` cannot be asked for; `None` when it can.
#[must_use]
pub fn request(
    kind: OperationKind,
    targets: &[ServiceId],
    snapshot: &Snapshot,
    facts: &Facts,
) -> Option<String> {
    if let Some(reason) = no_operations(snapshot, facts) {
        return Some(reason.to_owned());
    }
    if targets.is_empty() {
        return Some("nothing selected".to_owned());
    }
    if let Some(busy) = targets.iter().find_map(|id| working(id, snapshot)) {
        return Some(busy);
    }
    let services = targets.iter().filter_map(|id| snapshot.service(id));
    let services: Vec<&Service> = services.map(AsRef::as_ref).collect();
    if services.iter().all(|service| service.instances.is_empty()) {
        return Some("it has no containers".to_owned());
    }
    state_reason(kind, &services).map(ToOwned::to_owned)
}

/// Why no operation at all can be asked for.
const fn no_operations(snapshot: &Snapshot, facts: &Facts) -> Option<&'static str> {
    if facts.read_only {
        return Some("read-only");
    }
    match snapshot.engine.status {
        EngineStatus::Lost { .. } => Some("engine unreachable"),
        EngineStatus::Connecting => Some("not connected yet"),
        EngineStatus::Connected { .. } => None,
    }
}

/// The operation that works on `id` now.
fn working(id: &ServiceId, snapshot: &Snapshot) -> Option<String> {
    let busy = snapshot
        .operations
        .iter()
        .find(|operation| operation.finished_at.is_none() && operation.plan.works_on(id))?;
    Some(format!(
        "{id} is still being {}",
        busy.plan.operation.kind.participle()
    ))
}

fn state_reason(kind: OperationKind, services: &[&Service]) -> Option<&'static str> {
    let all = |states: &[InstanceState]| {
        services
            .iter()
            .flat_map(|service| &service.instances)
            .all(|instance| states.contains(&instance.facts.state))
    };
    const ENDED: &[InstanceState] = &[
        InstanceState::Created,
        InstanceState::Exited,
        InstanceState::Dead,
    ];
    const RUNS: &[InstanceState] = &[
        InstanceState::Running,
        InstanceState::Paused,
        InstanceState::Restarting,
    ];
    match kind {
        OperationKind::Start if all(&[InstanceState::Running, InstanceState::Restarting]) => {
            Some("already running")
        }
        OperationKind::Stop
        | OperationKind::Pause
        | OperationKind::Unpause
        | OperationKind::Kill { .. }
            if all(ENDED) =>
        {
            Some("not running")
        }
        OperationKind::Remove { force: false } if all(RUNS) => Some("running; stop it first"),
        _ => None,
    }
}
