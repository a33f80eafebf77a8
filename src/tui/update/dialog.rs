//! Keys of the dialogs: confirmation, help, palette, list of actions.

use crate::model::Snapshot;
use crate::tui::action::{Action, Direction};
use crate::tui::effect::{Effect, Facts};
use crate::tui::palette::{self, Item};
use crate::tui::scene::Viewport;
use crate::tui::state::{Dialog, UiState};
use crate::tui::{availability, operating};

use super::leave::{self, Reply};
use super::select::{scroll_lines, shift};
use super::{field, request, toast, update as carry_out};

/// Carries out `action` in the open dialog.
pub(super) fn update(ui: &mut UiState, action: Action, snapshot: &Snapshot, facts: &Facts) -> Option<Effect> {
    let mut dialog = ui.dialog.take()?;
    let viewport = ui.drawn.dialog;
    match &mut dialog {
        // To refuse is no danger: that counts always.
        Dialog::Confirm { yes, top, plan, guard } => match action {
            Action::Back | Action::Answer(false) => return None,
            Action::Enter | Action::Answer(true) | Action::Pane(_) | Action::Move(_)
                if !guard.admits(facts.typed_at, ui.last_key) => {}
            Action::Enter if !*yes => return None,
            Action::Enter | Action::Answer(true) => {
                return carry_out(ui, Action::Confirmed(plan.clone()), snapshot, facts);
            }
            Action::Pane(_) => *yes = !*yes,
            Action::Move(Direction::Left) => *yes = true,
            Action::Move(Direction::Right) => *yes = false,
            _ => *top = scrolled_text(&action, *top, viewport),
        },
        Dialog::Leave { selected, guard } => {
            let admitted = guard.admits(facts.typed_at, ui.last_key);
            if let Reply::Answered(answer) = leave::reply(selected, &action, admitted) {
                return leave::answered(ui, answer, snapshot);
            }
        }
        Dialog::Operation { id, top } => match action {
            Action::Back | Action::Enter | Action::Operation => return None,
            Action::Cancel => {
                ui.dialog = Some(dialog);
                return cancel(ui, snapshot, facts);
            }
            Action::Pane(by) => (*id, *top) = (operating::neighbour(*id, by, snapshot), 0),
            Action::Move(Direction::Left) => (*id, *top) = (operating::neighbour(*id, -1, snapshot), 0),
            Action::Move(Direction::Right) => (*id, *top) = (operating::neighbour(*id, 1, snapshot), 0),
            _ => *top = scrolled_text(&action, *top, viewport),
        },
        Dialog::Help { top } | Dialog::Legend { top } => match action {
            Action::Back | Action::Enter | Action::Help | Action::Legend => return None,
            _ => *top = scrolled_text(&action, *top, viewport),
        },
        Dialog::Palette { field, selected } => {
            if let Action::Edit(change) = &action {
                field::edit(field, change);
                *selected = 0;
            } else {
                let items = palette::find(&field.text, ui, snapshot, facts);
                match choose(selected, &items, &action, viewport.rows) {
                    Choice::Stay => {}
                    Choice::Close => return None,
                    Choice::Do(chosen) => return carry_out(ui, chosen, snapshot, facts),
                }
            }
        }
        Dialog::Maintenance { guard, .. }
            if action != Action::Back && !guard.admits(facts.typed_at, ui.last_key) => {}
        Dialog::Maintenance { selected, .. } => {
            let items = palette::maintenance(ui, snapshot, facts);
            match choose(selected, &items, &action, viewport.rows) {
                Choice::Stay => {}
                Choice::Close => return None,
                Choice::Do(chosen) => return carry_out(ui, chosen, snapshot, facts),
            }
        }
        Dialog::Actions { selected } => {
            let items = palette::actions(ui, snapshot, facts);
            match choose(selected, &items, &action, viewport.rows) {
                Choice::Stay => {}
                Choice::Close => return None,
                Choice::Do(chosen) => return carry_out(ui, chosen, snapshot, facts),
            }
        }
    }
    ui.dialog = Some(dialog);
    None
}

/// Cancels what the panel shows, or says why that cannot be.
fn cancel(ui: &mut UiState, snapshot: &Snapshot, facts: &Facts) -> Option<Effect> {
    match availability::why_not(&Action::Cancel, ui, snapshot, facts) {
        Some(why) => {
            toast(ui, &why, true, facts.now);
            None
        }
        None => request::cancel(ui, snapshot, facts.now),
    }
}

/// The first line of a text after `action`.
fn scrolled_text(action: &Action, top: usize, viewport: Viewport) -> usize {
    let last_top = viewport.total.saturating_sub(viewport.rows);
    match action {
        Action::Move(Direction::Up) => top.saturating_sub(1).min(last_top),
        Action::Move(Direction::Down) => (top + 1).min(last_top),
        Action::First => 0,
        Action::Last => last_top,
        _ => shift(top, scroll_lines(action, viewport.rows)).min(last_top),
    }
}

enum Choice {
    Stay,
    Close,
    Do(Action),
}

/// What `action` does in a list of `items`: moves, closes, chooses, or is a shortcut of its own.
fn choose(selected: &mut usize, items: &[Item], action: &Action, rows: usize) -> Choice {
    let last = items.len().saturating_sub(1);
    match action {
        Action::Back => return Choice::Close,
        Action::Enter => {
            return items.get(*selected).map_or(Choice::Stay, |item| Choice::Do(item.action.clone()));
        }
        Action::Row(row) => {
            return items.get(*row).map_or(Choice::Stay, |item| Choice::Do(item.action.clone()));
        }
        Action::Move(Direction::Up) => *selected = selected.saturating_sub(1),
        Action::Move(Direction::Down) => *selected = (*selected + 1).min(last),
        Action::First => *selected = 0,
        Action::Last => *selected = last,
        Action::Page(_) | Action::HalfPage(_) | Action::Scroll(_) => {
            *selected = shift(*selected, scroll_lines(action, rows)).min(last);
        }
        other if items.iter().any(|item| item.action == *other) => return Choice::Do(other.clone()),
        _ => {}
    }
    Choice::Stay
}
