//! Keys of the dialogs: confirmation, help, palette, list of actions.

use crate::model::{OperationId, Snapshot};
use crate::tui::input::action::{Action, Direction};
use crate::tui::state::palette::Item;
use crate::tui::state::{
    Dialog, FOLLOWED, Facts, Guard, UiState, Viewport, availability, operations, palette,
};
use crate::tui::update::effect::Effect;

use crate::tui::update::confirm::{self, ConfirmOutcome};
use crate::tui::update::logs::record::{self, RecordOutcome};
use crate::tui::update::palette::{self as commands, PaletteOutcome};
use crate::tui::update::scroll::{lines, moved};
use crate::tui::update::{columns, leave, request, toast, update as carry_out};

/// Carries out `action` in the open dialog.
pub(super) fn update(
    ui: &mut UiState,
    action: Action,
    snapshot: &Snapshot,
    facts: &Facts,
) -> Option<Effect> {
    if action == Action::Cancel && matches!(ui.dialog, Some(Dialog::Operation { .. })) {
        return cancel(ui, snapshot, facts);
    }
    if let (Action::Copy, Some(Dialog::Record(view))) = (&action, &ui.dialog) {
        return view.copied().map(Effect::Copy);
    }
    let mut dialog = ui.dialog.take()?;
    match respond(&mut dialog, &action, ui, snapshot, facts) {
        Choice::Stay => {
            ui.dialog = Some(dialog);
            None
        }
        Choice::Close => None,
        Choice::Do(chosen) => carry_out(ui, chosen, snapshot, facts),
    }
}

/// Changes `dialog`, which was taken from `ui`, by `action`.
fn respond(
    dialog: &mut Dialog,
    action: &Action,
    ui: &mut UiState,
    snapshot: &Snapshot,
    facts: &Facts,
) -> Choice {
    let (viewport, last_key) = (ui.drawn.dialog, ui.terminal.last_key);
    let admits = |guard: &Guard| guard.admits(facts.typed_at, last_key);
    match dialog {
        Dialog::Confirm {
            yes,
            top,
            plan,
            step,
            guard,
        } => match confirm::respond((step, yes, guard), plan, action, (ui, facts)) {
            ConfirmOutcome::Run => Choice::Do(Action::Confirmed(plan.clone())),
            ConfirmOutcome::Closed => Choice::Close,
            ConfirmOutcome::Open => scroll(top, action, viewport),
        },
        Dialog::Leave { selected, guard } => leave::reply(selected, action, admits(guard))
            .map_or(Choice::Stay, |answer| Choice::Do(Action::Leave(answer))),
        Dialog::Operation { id, record, top } => {
            on_operation((id, record, top), action, viewport, snapshot)
        }
        Dialog::Help { top } | Dialog::Legend { top } => match action {
            Action::Back | Action::Enter | Action::Help | Action::Legend => Choice::Close,
            _ => scroll(top, action, viewport),
        },
        Dialog::Palette(input) => {
            match commands::respond(input, action, ui, (snapshot, facts), viewport.rows) {
                PaletteOutcome::Open => Choice::Stay,
                PaletteOutcome::Closed => Choice::Close,
                PaletteOutcome::Chosen(action) => Choice::Do(action),
            }
        }
        Dialog::Maintenance { guard, .. } if *action != Action::Back && !admits(guard) => {
            Choice::Stay
        }
        Dialog::Maintenance { selected, .. } => {
            let items = palette::maintenance(ui, snapshot, facts);
            choose(selected, &items, action, viewport.rows)
        }
        Dialog::Columns(chooser) => {
            Choice::stay(columns::respond(chooser, action, ui, snapshot, facts))
        }
        Dialog::Record(view) => {
            match record::respond(view, action, (viewport, ui.drawn.record_row)) {
                RecordOutcome::Open => Choice::Stay,
                RecordOutcome::Closed => Choice::Close,
                RecordOutcome::Filter(filter) => Choice::Do(Action::SetLineFilter(filter)),
            }
        }
        Dialog::Copy { .. } | Dialog::Containers { .. } | Dialog::Actions { .. } => {
            in_list(dialog, action, ui, snapshot, facts)
        }
    }
}

/// What comes of a key in a list that is chosen from.
fn in_list(
    dialog: &mut Dialog,
    action: &Action,
    ui: &UiState,
    snapshot: &Snapshot,
    facts: &Facts,
) -> Choice {
    let rows = ui.drawn.dialog.rows;
    match dialog {
        Dialog::Copy { selected } => {
            // The key that opened it chooses, too: twice copies the first.
            let action = match action {
                Action::Copy => &Action::Enter,
                action => action,
            };
            choose(selected, &palette::to_copy(ui, snapshot), action, rows)
        }
        Dialog::Containers { what, selected } => {
            let items = palette::containers(what, ui, snapshot, facts);
            choose(selected, &items, action, rows)
        }
        Dialog::Actions { selected } => choose(
            selected,
            &palette::actions(ui, snapshot, facts),
            action,
            rows,
        ),
        _ => Choice::Stay,
    }
}

/// What comes of a key while the steps of an operation are shown.
fn on_operation(
    (id, record, top): (&mut Option<OperationId>, &mut bool, &mut usize),
    action: &Action,
    viewport: Viewport,
    snapshot: &Snapshot,
) -> Choice {
    let neighbour = match action {
        Action::Back | Action::Enter | Action::Operation => return Choice::Close,
        Action::Inspect => {
            *record = !*record;
            return Choice::Stay;
        }
        Action::Pane(by) => *by,
        Action::Move(Direction::Left) => -1,
        Action::Move(Direction::Right) => 1,
        Action::ToggleFollow => {
            *top = FOLLOWED;
            return Choice::Stay;
        }
        _ => {
            *top = moved(action, *top, viewport);
            let shown = operations::shown(*id, snapshot);
            let has_output = shown.is_some_and(|it| !it.output.is_empty());
            if has_output && *top == viewport.last_top() {
                *top = FOLLOWED;
            }
            return Choice::Stay;
        }
    };
    show_neighbour((id, top), neighbour, snapshot)
}

/// Shows the operation `by` places after the shown one.
fn show_neighbour(
    (id, top): (&mut Option<OperationId>, &mut usize),
    by: i32,
    snapshot: &Snapshot,
) -> Choice {
    *id = operations::neighbour(*id, by, snapshot);
    *top = operations::first_top(*id, snapshot);
    Choice::Stay
}

/// Cancels what the panel shows, or shows why that cannot be.
fn cancel(ui: &mut UiState, snapshot: &Snapshot, facts: &Facts) -> Option<Effect> {
    match availability::why_not(&Action::Cancel, ui, snapshot, facts) {
        Some(why) => {
            toast(ui, &why, true, facts.now);
            None
        }
        None => request::cancel(ui, snapshot, facts.now),
    }
}

/// Moves the first line shown of a text.
fn scroll(top: &mut usize, action: &Action, viewport: Viewport) -> Choice {
    *top = moved(action, *top, viewport);
    Choice::Stay
}

enum Choice {
    Stay,
    Close,
    Do(Action),
}

impl Choice {
    const fn stay(stay: bool) -> Self {
        if stay { Self::Stay } else { Self::Close }
    }
}

/// What `action` does in a list of `items`: moves, closes, chooses, or is a shortcut of its own.
fn choose(selected: &mut usize, items: &[Item], action: &Action, rows: usize) -> Choice {
    let last = items.len().saturating_sub(1);
    match action {
        Action::Back => return Choice::Close,
        Action::Enter => return chosen(items, *selected),
        Action::Row(row) => return chosen(items, *row),
        Action::Move(Direction::Up) => *selected = selected.saturating_sub(1),
        Action::Move(Direction::Down) => *selected = (*selected + 1).min(last),
        Action::First => *selected = 0,
        Action::Last => *selected = last,
        Action::Page(_) | Action::HalfPage(_) | Action::Scroll(_) => {
            *selected = selected
                .saturating_add_signed(lines(action, rows))
                .min(last);
        }
        other if items.iter().any(|item| item.action == *other) => {
            return Choice::Do(other.clone());
        }
        _ => {}
    }
    Choice::Stay
}

fn chosen(items: &[Item], at: usize) -> Choice {
    let item = items.get(at);
    item.map_or(Choice::Stay, |item| Choice::Do(item.action.clone()))
}
