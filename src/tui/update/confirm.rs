//! Keys of the questions before a plan runs.

use crate::model::{Confirmation, Plan};
use crate::tui::input::action::{Action, Direction, Edit};
use crate::tui::state::{ConfirmStep, Facts, Guard, TextField, UiState};

use crate::tui::update::text_field::edit;
use crate::tui::update::toast;

/// What comes of a key.
pub(super) enum ConfirmOutcome {
    /// The question stays.
    Open,
    /// The answer is no.
    Closed,
    /// All is answered: the plan runs.
    Run,
}

/// Answers the question about `plan`. To refuse is no danger, and counts always; all else counts only
/// where the guard admits it.
pub(super) fn respond(
    (step, yes, guard): (&mut ConfirmStep, &mut bool, &mut Guard),
    plan: &Plan,
    action: &Action,
    (ui, facts): (&mut UiState, &Facts),
) -> ConfirmOutcome {
    let admitted = guard.admits(facts.typed_at, ui.terminal.last_key);
    let answer = match step {
        ConfirmStep::Name(field) => {
            let is_shown = guard.is_shown(facts.typed_at);
            return named(field, plan, action, (is_shown, admitted), (ui, facts));
        }
        ConfirmStep::First | ConfirmStep::Second => answer(yes, action, admitted),
    };
    match (answer, &step) {
        (None, _) => ConfirmOutcome::Open,
        (Some(false), _) => ConfirmOutcome::Closed,
        (Some(true), ConfirmStep::First) if plan.confirmation() == Confirmation::Twice => {
            // Another question: no answer counts until it has been on screen for a while.
            (*step, *yes, *guard) = (ConfirmStep::Second, false, Guard::default());
            ConfirmOutcome::Open
        }
        (Some(true), _) => ConfirmOutcome::Run,
    }
}

/// The answer to a question whose "yes" is chosen or not; `None` while there is none.
fn answer(yes: &mut bool, action: &Action, admitted: bool) -> Option<bool> {
    match action {
        Action::Back | Action::Answer(false) => return Some(false),
        _ if !admitted => {}
        Action::Enter => return Some(*yes),
        Action::Answer(true) => return Some(true),
        Action::Pane(_) => *yes = !*yes,
        Action::Move(Direction::Left) => *yes = true,
        Action::Move(Direction::Right) => *yes = false,
        _ => {}
    }
    None
}

/// Takes a letter of the name, or Enter behind it. People type faster than a burst of single keys
/// may be: letters count once the question has been on screen, Enter as every other answer.
fn named(
    field: &mut TextField,
    plan: &Plan,
    action: &Action,
    (is_shown, admitted): (bool, bool),
    (ui, facts): (&mut UiState, &Facts),
) -> ConfirmOutcome {
    let Confirmation::Name(name) = plan.confirmation() else {
        return ConfirmOutcome::Closed;
    };
    match action {
        Action::Back | Action::Answer(false) => return ConfirmOutcome::Closed,
        Action::Edit(Edit::Insert(_)) if !is_shown => {}
        // A text that is too long is not the name.
        Action::Edit(change) => _ = edit(field, change),
        Action::Enter if admitted && field.text.trim() == name => return ConfirmOutcome::Run,
        Action::Enter if admitted && !field.text.is_empty() => {
            let verb = plan.operation.kind.verb();
            toast::refuse(ui, &format!("type {name} to {verb} it"), facts.now);
        }
        _ => {}
    }
    ConfirmOutcome::Open
}
