//! Every change of the screen state: by actions, snapshots, log lines, options, sizes; what else is
//! to be done comes back as an [`Effect`]. Pure.
//! Knows: model, plan, the refusals of `Operations`, input, state.
//! Never: draws, reads a clock, does I/O.

mod back;
mod columns;
mod confirm;
pub mod details;
mod dialog;
pub mod effect;
mod history;
mod hubdeck_log;
pub(in crate::tui) mod incidents;
mod inside;
mod inspect;
mod kept;
mod leave;
pub mod logs;
pub(in crate::tui) mod map;
mod options;
mod palette;
mod preview;
mod problems;
mod request;
mod scroll;
mod selection;
mod settle;
mod table;
mod text_field;
pub(in crate::tui) mod timeline;
mod toast;

use std::time::Duration;

use ratatui::layout::Size;

use crate::logs::without_colours;
use crate::model::{ServiceId, Snapshot, StackName};
use crate::tui::input::action::{Action, ComposeAction, ContainerUse, ExportRequest};
use crate::tui::input::page::{DetailsTab, PreviewKind, View};
use crate::tui::state::{
    Dialog, Drawn, Facts, FieldKind, Guard, Legibility, PaletteInput, TextField, UiState,
    availability, compose, copies::copies, later, no_engine, operations,
};
use effect::Effect;

pub use kept::take_kept;
pub use options::{take_options, take_zone};
pub use request::{cancelled, planned, show_output, submitted};
pub use settle::settle;
pub use toast::{expire_toasts, toast, withdraw};

/// Carries out `action`.
pub fn update(
    ui: &mut UiState,
    action: Action,
    snapshot: &Snapshot,
    facts: &Facts,
) -> Option<Effect> {
    toast::forget_refusals(ui);
    match action {
        Action::Quit => return leave::quit(ui, snapshot),
        Action::Suspend => return Some(Effect::Suspend),
        Action::NextTheme => return Some(Effect::NextTheme),
        Action::ToggleMouse => {
            ui.terminal.mouse = !ui.terminal.mouse;
            let text = if ui.terminal.mouse {
                "mouse on"
            } else {
                "mouse off: select text with the terminal"
            };
            toast(ui, text, false, facts.now);
            return Some(Effect::SetMouse(ui.terminal.mouse));
        }
        _ => {}
    }
    if ui.dialog.is_some() {
        return dialog::update(ui, action, snapshot, facts);
    }
    if ui.field.is_some() && text_field::takes(&action) {
        text_field::update(ui, &action, snapshot, facts);
        return None;
    }
    if let Some(reason) = availability::why_not(&action, ui, snapshot, facts) {
        toast::refuse(ui, &reason, facts.now);
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
        Action::Export => return Some(Effect::Export(ExportRequest::default())),
        Action::ExportLines(request) => return Some(Effect::Export(request)),
        Action::Copy => return copy(ui, snapshot),
        Action::CopyText(text) => return Some(Effect::Copy(text)),
        Action::Request {
            kind,
            with_dependents,
        } => {
            return request::request(ui, kind, with_dependents, snapshot, facts);
        }
        Action::Confirmed(plan) => return Some(Effect::Submit(plan)),
        Action::Inspect => details::show_tab(ui, DetailsTab::Inspect),
        Action::Details(tab) => details::show_tab(ui, tab),
        Action::Show(view) => show(ui, view, snapshot),
        Action::Logs => logs::open(ui, snapshot),
        Action::Preview => preview::show_next(ui),
        Action::Pane(by) if preview::has_place(ui) => preview::turn(ui, by),
        Action::ShowPreview(kind) => ui.selection.preview.kind = Some(kind),
        Action::NextProblem => problems::next(ui, snapshot),
        Action::Filter => open_field(ui, FieldKind::Find),
        Action::FilterLines => open_field(ui, FieldKind::FilterLines),
        Action::JumpToTime => open_field(ui, FieldKind::Time),
        Action::Palette => {
            ui.dialog = Some(Dialog::Palette(PaletteInput::default()));
        }
        Action::Help => ui.dialog = Some(Dialog::Help { top: 0 }),
        Action::Columns => columns::open(ui, snapshot),
        Action::Legend => ui.dialog = Some(Dialog::Legend { top: 0 }),
        Action::Actions => ui.dialog = Some(Dialog::Actions { selected: 0 }),
        Action::Maintenance => {
            ui.dialog = Some(Dialog::Maintenance {
                selected: 0,
                guard: Guard::default(),
            });
        }
        Action::Leave(answer) => return leave::answered(ui, answer, snapshot),
        Action::Operation => ui.dialog = Some(operations::dialog(None, false, snapshot)),
        Action::Cancel => return request::cancel(ui, snapshot, facts.now),
        Action::RequestStack(kind) => return request::request_stack(ui, kind, snapshot, facts),
        Action::NextStack => next_stack(ui, snapshot),
        Action::Back => back::back(ui, snapshot),
        Action::Select(id) => selection::jump(ui, id, snapshot),
        action => return perform_named(ui, action, snapshot, facts),
    }
    None
}

/// The plan of a call of Compose, which is made beside the console; what is not possible was refused
/// with its reason.
fn plan_compose(
    asked: &ComposeAction,
    ui: &UiState,
    snapshot: &Snapshot,
    facts: &Facts,
) -> Option<Effect> {
    let invocation = compose::request(asked, ui, snapshot, facts).ok()?;
    Some(Effect::PlanCompose(Box::new(invocation)))
}

/// Actions that name what they are about, as a typed command does.
fn perform_named(
    ui: &mut UiState,
    action: Action,
    snapshot: &Snapshot,
    facts: &Facts,
) -> Option<Effect> {
    match action {
        Action::RequestOn {
            kind,
            with_dependents,
            services,
        } => {
            return request::request_on(ui, (kind, with_dependents), services, snapshot, facts);
        }
        Action::LogsOf { services, since } => logs::open_of(ui, services, since, snapshot),
        Action::PreviousLogs => logs::open_previous(ui, snapshot),
        Action::Around => logs::open_around(ui, snapshot),
        Action::FollowId => logs::id::follow(ui, snapshot, facts.now),
        Action::Pager => return Some(Effect::Page),
        Action::Shell => return inside::choose(ui, ContainerUse::Shell, snapshot, facts),
        Action::Custom(command) => {
            return inside::choose(ui, ContainerUse::Command(command), snapshot, facts);
        }
        Action::RunIn(what, id) => return inside::run_in(ui, &what, &id, snapshot, facts),
        Action::Compose(asked) => return plan_compose(&asked, ui, snapshot, facts),
        Action::SetLineFilter(text) => logs::filter(ui, text, snapshot),
        Action::DetailsOf(service, tab) => {
            if ui
                .details
                .as_ref()
                .is_some_and(|details| details.service != service)
            {
                history::leave(ui);
                ui.details = None;
            }
            ui.selection.selected = Some(service);
            details::show_tab(ui, tab);
        }
        Action::SortTable(column) => {
            show(ui, View::Services, snapshot);
            table::act(ui, &Action::SortBy(column), snapshot);
        }
        Action::SetTheme(name) => return Some(Effect::SetTheme(name)),
        Action::SetStack(stack) => show_stack(ui, stack, snapshot),
        Action::SetFilter(text) => {
            text_field::set_filter(ui, &text);
            selection::best_match(ui, snapshot);
        }
        Action::Later(what) => {
            let sentence = later::sentence(what, ui, snapshot);
            toast(ui, &sentence, true, facts.now);
        }
        Action::Since(by) if availability::logs_visible(ui) => {
            logs::time::step(ui, by, facts.now);
        }
        action => in_view(ui, &action, snapshot),
    }
    None
}

/// Actions whose meaning depends on what is on screen.
fn in_view(ui: &mut UiState, action: &Action, snapshot: &Snapshot) {
    if ui.details.is_some() {
        return details::act(ui, action, snapshot);
    }
    match ui.view {
        View::Map => map::act(ui, action, snapshot),
        View::Services => table::act(ui, action, snapshot),
        View::Logs => logs::act(ui, action, snapshot),
        View::Timeline => timeline::act(ui, action, snapshot),
        View::Incidents => incidents::act(ui, action, snapshot),
        View::HubdeckLog => hubdeck_log::act(ui, action),
    }
}

/// Takes what is on a frame, which is on screen since `at`, as the time since the
/// console was opened.
pub fn drawn(ui: &mut UiState, drawn: Drawn, at: Duration) {
    ui.drawn = drawn;
    logs::settled(ui);
    details::sought(ui);
    if let Some(guard) = ui.dialog.as_mut().and_then(Dialog::guard) {
        match ui.drawn.question {
            Legibility::Readable => guard.shown(at),
            Legibility::Unreadable => guard.unreadable(),
        }
    }
}

/// Takes a new size of the terminal.
pub fn resized(ui: &mut UiState, size: Size) {
    ui.terminal.size = size;
}

/// Records that a key was read at `at`, as the time since the console was opened, and whether it
/// means something.
pub fn typed(ui: &mut UiState, meant: bool, at: Duration) {
    ui.terminal.last_key = Some(at);
    if let Some(guard) = ui
        .dialog
        .as_mut()
        .and_then(Dialog::guard)
        .filter(|_| !meant)
    {
        guard.disturbed(at);
    }
}

/// Shows a view. The log view shows everything in view: the logs of chosen services are a place that
/// Esc leads back to.
fn show(ui: &mut UiState, view: View, snapshot: &Snapshot) {
    let other_logs = view == View::Logs && !logs::in_view::is_followed(ui);
    if ui.view != view || ui.details.is_some() || other_logs {
        history::leave(ui);
    }
    ui.details = None;
    ui.field = None;
    ui.view = view;
    match view {
        View::Services => table::select_first(ui, snapshot),
        View::Logs if other_logs => logs::in_view::follow(ui, snapshot),
        _ => {}
    }
}

fn open_field(ui: &mut UiState, kind: FieldKind) {
    let text = if kind == FieldKind::Time {
        String::new()
    } else if kind == FieldKind::FilterLines {
        ui.logs.find.wanted.filter.clone()
    } else if availability::logs_visible(ui) {
        ui.logs.find.wanted.search.clone()
    } else if let Some(details) = &mut ui.details {
        details.search.origin = details.top;
        details.search.text.clone()
    } else {
        ui.scope.filter.clone()
    };
    let cursor = text.chars().count();
    ui.field = Some(TextField {
        is_selected: !text.is_empty(),
        text,
        cursor,
        kind,
    });
}

fn next_stack(ui: &mut UiState, snapshot: &Snapshot) {
    let names = snapshot.stacks.iter().map(|stack| &stack.name);
    let mut names =
        names.filter(|name| ui.scope.projects.is_empty() || ui.scope.projects.contains(name));
    let next = match &ui.scope.stack {
        None => names.next().cloned(),
        Some(current) => names.find(|name| *name > current).cloned(),
    };
    show_stack(ui, next, snapshot);
}

/// Shows only this stack, or all.
fn show_stack(ui: &mut UiState, stack: Option<StackName>, snapshot: &Snapshot) {
    ui.scope.stack = stack;
    (ui.map.top, ui.map.left) = (0, 0);
    ui.table.top = 0;
    if ui.view == View::Logs && ui.details.is_none() {
        logs::in_view::follow(ui, snapshot);
    }
}

/// The service whose Why is on screen, in its details or in the preview.
fn explained(ui: &UiState) -> Option<&ServiceId> {
    match &ui.details {
        Some(details) => (details.tab == DetailsTab::Why).then_some(&details.service),
        None => {
            let in_preview = crate::tui::state::preview::shown(ui) == Some(PreviewKind::Why);
            ui.selection.selected.as_ref().filter(|_| in_preview)
        }
    }
}

/// Copies what there is one of, or asks what is copied of the selection.
fn copy(ui: &mut UiState, snapshot: &Snapshot) -> Option<Effect> {
    // As it was drawn last: a key before it may have gone to another service.
    if let Some((service, command)) = &ui.drawn.command
        && explained(ui) == Some(service)
    {
        return Some(Effect::Copy(command.clone()));
    }
    if availability::logs_visible(ui) {
        let logs = &ui.logs;
        let last = || logs.line(logs.len().checked_sub(1 + logs.back)?);
        let line = logs.chosen().or_else(last);
        return line.map(|line| Effect::Copy(without_colours(&line.text).into_owned()));
    }
    if !copies(ui, snapshot).is_empty() {
        ui.dialog = Some(Dialog::Copy { selected: 0 });
    }
    None
}

#[cfg(test)]
mod tests;
