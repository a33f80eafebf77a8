//! Actions change the screen state, and tell the frame loop what else to do. Pure.

mod dialog;
mod field;
mod leave;
mod logs;
mod request;
mod select;
mod settle;

use std::time::Duration;

use crate::model::{SignedDuration, Snapshot, Timestamp};

use super::action::{Action, Direction};
use super::availability;
use super::effect::{Effect, Facts};
use super::keymap::no_engine;
use super::roster;
use super::scene::{HitMap, Legibility};
use super::state::{DetailsState, DetailsTab, Dialog, Guard, TextField, Toast, UiState, View};
use super::view;

pub use field::edit;
pub use request::{cancelled, planned, submitted};
pub use settle::settle;

/// How long a message stays.
const TOAST: SignedDuration = SignedDuration::from_secs(4);
/// How long bad news stays.
const TOAST_ERROR: SignedDuration = SignedDuration::from_secs(10);
/// Messages shown at once; older ones go.
const MAX_TOASTS: usize = 4;

/// Carries out `action`.
pub fn update(
    ui: &mut UiState,
    action: Action,
    snapshot: &Snapshot,
    facts: &Facts,
) -> Option<Effect> {
    match action {
        Action::Quit => return leave::quit(ui, snapshot),
        Action::Suspend => return Some(Effect::Suspend),
        Action::NextTheme => return Some(Effect::NextTheme),
        Action::ToggleMouse => {
            ui.mouse = !ui.mouse;
            let text = if ui.mouse {
                "mouse captured"
            } else {
                "mouse released: the terminal selects text"
            };
            toast(ui, text, false, facts.now);
            return Some(Effect::SetMouse(ui.mouse));
        }
        _ => {}
    }
    if ui.dialog.is_some() {
        return dialog::update(ui, action, snapshot, facts);
    }
    if ui.field.is_some() && field::takes(&action) {
        field::update(ui, &action, snapshot);
        return None;
    }
    if let Some(reason) = availability::why_not(&action, ui, snapshot, facts) {
        toast(ui, &reason, true, facts.now);
        return None;
    }
    perform(ui, action, snapshot, facts)
}

fn perform(ui: &mut UiState, action: Action, snapshot: &Snapshot, facts: &Facts) -> Option<Effect> {
    match action {
        Action::Refresh => {
            let text = if no_engine(snapshot) {
                "looking for an engine"
            } else {
                "polling and probing now"
            };
            toast(ui, text, false, facts.now);
            return Some(Effect::Refresh);
        }
        Action::OpenDemo => return Some(Effect::OpenDemo),
        Action::Export => return Some(Effect::Export),
        Action::Copy => return copy(ui, snapshot),
        Action::Request {
            kind,
            with_dependents,
        } => {
            return request::request(ui, kind, with_dependents, snapshot, facts);
        }
        Action::Confirmed(plan) => return Some(Effect::Submit(plan)),
        Action::Inspect => show_tab(ui, DetailsTab::Inspect),
        Action::Details(tab) => show_tab(ui, tab),
        Action::Show(view) => show(ui, view, snapshot),
        Action::Logs => logs::open(ui, snapshot),
        Action::Filter => open_field(ui),
        Action::Palette => {
            ui.dialog = Some(Dialog::Palette {
                field: TextField::default(),
                selected: 0,
            })
        }
        Action::Help => ui.dialog = Some(Dialog::Help { top: 0 }),
        Action::Legend => ui.dialog = Some(Dialog::Legend { top: 0 }),
        Action::Actions => ui.dialog = Some(Dialog::Actions { selected: 0 }),
        Action::Maintenance => {
            ui.dialog = Some(Dialog::Maintenance {
                selected: 0,
                guard: Guard::default(),
            });
        }
        Action::Leave(answer) => return leave::answered(ui, answer, snapshot),
        Action::Operation => ui.dialog = Some(Dialog::Operation { id: None, top: 0 }),
        Action::Cancel => return request::cancel(ui, snapshot, facts.now),
        Action::RequestStack(kind) => return request::request_stack(ui, kind, snapshot, facts),
        Action::NextStack => next_stack(ui, snapshot),
        Action::Back => back(ui),
        Action::Select(id) => select::jump(ui, id, snapshot),
        action => in_view(ui, &action, snapshot),
    }
    None
}

/// Actions whose meaning depends on what is on screen.
fn in_view(ui: &mut UiState, action: &Action, snapshot: &Snapshot) {
    if ui.details.is_some() {
        view::details::apply(ui, action, snapshot);
        follow_tab(ui);
        return;
    }
    match ui.view {
        View::Map => select::on_map(ui, action, snapshot),
        View::Services => select::in_table(ui, action, snapshot),
        View::Logs if *action == Action::ToggleFollow && ui.logs.from.is_some() => {
            logs::to_the_end(ui)
        }
        View::Logs => view::logs::apply(&mut ui.logs, action, &ui.drawn),
        View::Timeline if *action == Action::Enter => open_event(ui, snapshot),
        View::Timeline => view::timeline::apply(ui, action, snapshot),
        View::OwnLog => own_log(ui, action),
    }
}

/// Opens the details of the service of the chosen event.
fn open_event(ui: &mut UiState, snapshot: &Snapshot) {
    let event = view::timeline::selected(ui, snapshot);
    if let Some(service) = event.and_then(|event| event.service.clone()) {
        let state = snapshot.service(&service).map(|found| found.health.state);
        ui.selected = Some(service);
        show_tab(ui, state.map(DetailsTab::first).unwrap_or_default());
    }
}

/// Follows the logs of the service whose details show them now.
fn follow_tab(ui: &mut UiState) {
    if let Some(details) = ui
        .details
        .as_ref()
        .filter(|details| details.tab == DetailsTab::Logs)
    {
        let service = details.service.clone();
        logs::follow(ui, vec![service]);
    }
}

/// Takes what a frame tells about itself, which is on screen since `at`, as the time since the
/// console was opened.
pub fn drawn(ui: &mut UiState, hits: HitMap, at: Duration) {
    ui.drawn = hits;
    if let Some(guard) = ui.dialog.as_mut().and_then(Dialog::guard) {
        match ui.drawn.question {
            Legibility::Readable => guard.shown(at),
            Legibility::Unreadable => guard.unreadable(),
        }
    }
}

/// Notes that a key was read at `at`, as the time since the console was opened, and whether it
/// means something.
pub fn typed(ui: &mut UiState, meant: bool, at: Duration) {
    ui.last_key = Some(at);
    if let Some(guard) = ui
        .dialog
        .as_mut()
        .and_then(Dialog::guard)
        .filter(|_| !meant)
    {
        guard.disturbed(at);
    }
}

/// Shows a message for a while.
pub fn toast(ui: &mut UiState, text: &str, error: bool, now: Timestamp) {
    let stay = if error { TOAST_ERROR } else { TOAST };
    let until = now.checked_add(stay).unwrap_or(now);
    ui.toasts.retain(|toast| toast.text != text);
    ui.toasts.push(Toast {
        text: text.to_owned(),
        error,
        until,
    });
    let excess = ui.toasts.len().saturating_sub(MAX_TOASTS);
    ui.toasts.drain(..excess);
}

fn show(ui: &mut UiState, view: View, snapshot: &Snapshot) {
    let chosen = roster::targets(ui, snapshot);
    ui.details = None;
    ui.field = None;
    ui.view = view;
    match view {
        View::Services => select::first_in_table(ui, snapshot),
        View::Logs if ui.logs.services.is_empty() => logs::follow(ui, chosen),
        _ => {}
    }
}

fn show_tab(ui: &mut UiState, tab: DetailsTab) {
    let service = match &ui.details {
        Some(details) => Some(details.service.clone()),
        None => ui.selected.clone(),
    };
    let Some(service) = service else { return };
    let inspect = ui.details.take().and_then(|details| details.inspect);
    ui.details = Some(DetailsState {
        service: service.clone(),
        tab,
        top: 0,
        inspecting: inspect.is_some(),
        inspect,
    });
    if tab == DetailsTab::Logs {
        logs::follow(ui, vec![service]);
    }
}

fn open_field(ui: &mut UiState) {
    let text = if availability::logs_visible(ui) {
        ui.logs.search.clone()
    } else {
        ui.filter.clone()
    };
    let cursor = text.chars().count();
    ui.field = Some(TextField { text, cursor });
}

fn next_stack(ui: &mut UiState, snapshot: &Snapshot) {
    let names = snapshot.stacks.iter().map(|stack| &stack.name);
    let mut names = names.filter(|name| ui.projects.is_empty() || ui.projects.contains(name));
    ui.stack = match &ui.stack {
        None => names.next().cloned(),
        Some(current) => names.find(|name| *name > current).cloned(),
    };
    (ui.map.top, ui.map.left) = (0, 0);
    ui.table.top = 0;
}

/// Closes what is on top: details, marks, filter, stack, selection, other views.
fn back(ui: &mut UiState) {
    if ui.details.take().is_some() {
        return;
    }
    match ui.view {
        View::Map | View::Services => {}
        View::Logs if !ui.logs.search.is_empty() => {
            ui.logs.search.clear();
            ui.logs.hit = None;
            return;
        }
        View::Logs | View::Timeline | View::OwnLog => {
            ui.view = View::Map;
            return;
        }
    }
    if !ui.marked.is_empty() {
        ui.marked.clear();
    } else if !ui.filter.is_empty() {
        ui.filter.clear();
    } else if ui.stack.is_some() {
        ui.stack = None;
    } else if ui.view == View::Services {
        ui.view = View::Map;
    } else {
        ui.selected = None;
    }
}

fn copy(ui: &UiState, snapshot: &Snapshot) -> Option<Effect> {
    if let Some(DetailsState {
        tab: DetailsTab::Inspect,
        inspect: Some(Ok(answer)),
        ..
    }) = &ui.details
    {
        return Some(Effect::Copy(answer.masked.clone()));
    }
    if availability::logs_visible(ui) {
        let line = ui
            .logs
            .hit
            .and_then(|hit| ui.logs.ring.lines.get(hit))
            .or_else(|| {
                let last = ui.logs.ring.lines.len().checked_sub(1 + ui.logs.back)?;
                ui.logs.ring.lines.get(last)
            });
        return line.map(|line| Effect::Copy(line.text.clone()));
    }
    let names: Vec<String> = roster::targets(ui, snapshot)
        .iter()
        .filter_map(|id| snapshot.service(id))
        .map(|service| {
            service
                .primary()
                .map_or_else(|| service.name.to_string(), |each| each.facts.name.clone())
        })
        .collect();
    (!names.is_empty()).then(|| Effect::Copy(names.join("\n")))
}

/// Pages through hubdeck's own log.
fn own_log(ui: &mut UiState, action: &Action) {
    let back = ui.own_log_back;
    ui.own_log_back = match action {
        Action::Move(Direction::Up)
        | Action::Page(..0)
        | Action::HalfPage(..0)
        | Action::Scroll(..0) => back + 1,
        Action::Move(Direction::Down)
        | Action::Page(_)
        | Action::HalfPage(_)
        | Action::Scroll(_) => back.saturating_sub(1),
        Action::Last => 0,
        Action::First => view::MAX_OWN_LOG_PAGES,
        _ => back,
    }
    .min(view::MAX_OWN_LOG_PAGES);
}

#[cfg(test)]
mod tests;
