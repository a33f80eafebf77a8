//! Leaving: at once, or after a question while an operation runs.

use crate::model::{SkipReason, Snapshot, Timestamp};
use crate::tui::input::action::{Action, Direction, Leaving};
use crate::tui::state::{Dialog, Guard, UiState, operations};
use crate::tui::update::effect::Effect;

use crate::tui::update::toast;

/// Leaves, or asks how while an operation runs.
pub(super) fn quit(ui: &mut UiState, snapshot: &Snapshot) -> Option<Effect> {
    if operations::running(ui, snapshot).is_empty() {
        return Some(Effect::Quit);
    }
    if !matches!(ui.dialog, Some(Dialog::Leave { .. })) {
        ui.dialog = Some(Dialog::Leave {
            selected: Leaving::ALL.len() - 1,
            guard: Guard::default(),
        });
    }
    None
}

/// The answer to the question whose chosen answer is `selected`; `None` while there is none.
/// `admitted` is whether `action` may answer; to stay is no danger, and counts always.
pub(super) fn reply(selected: &mut usize, action: &Action, admitted: bool) -> Option<Leaving> {
    let last = Leaving::ALL.len() - 1;
    match action {
        Action::Back | Action::Leave(Leaving::Stay) => return Some(Leaving::Stay),
        _ if !admitted => {}
        Action::Leave(answer) => return Some(*answer),
        Action::Enter => return Leaving::ALL.get(*selected).copied(),
        Action::Move(Direction::Up | Direction::Left) | Action::Pane(..0) => {
            *selected = selected.saturating_sub(1);
        }
        Action::Move(_) => *selected = (*selected + 1).min(last),
        Action::Pane(_) => *selected = (*selected + 1) % Leaving::ALL.len(),
        _ => {}
    }
    None
}

/// Carries out the answer.
pub(super) fn answered(ui: &mut UiState, answer: Leaving, snapshot: &Snapshot) -> Option<Effect> {
    ui.operations.leaving = (answer != Leaving::Stay).then_some(answer);
    let operations = operations::running(ui, snapshot).into_iter().collect();
    (answer == Leaving::Abort).then_some(Effect::Cancel {
        operations,
        reason: SkipReason::Quit,
    })
}

/// Once no operation runs: leaves where that was the answer, and takes a question back that has no
/// object any more.
pub(super) fn settle(ui: &mut UiState, snapshot: &Snapshot, now: Timestamp) -> Option<Effect> {
    if !operations::running(ui, snapshot).is_empty() {
        return None;
    }
    if ui.operations.leaving.take().is_some() {
        return Some(Effect::Quit);
    }
    if matches!(ui.dialog, Some(Dialog::Leave { .. })) {
        ui.dialog = None;
        toast(
            ui,
            "the operation has ended; hubdeck stays open",
            false,
            now,
        );
    }
    None
}
