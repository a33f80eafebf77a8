//! What a key means depends on what is open: a text field takes every letter, a dialog its own
//! keys.

use crossterm::event::{KeyCode, KeyModifiers};

use crate::tui::input::action::{Action, ColumnEdit, Direction, Edit, Leaving};

use crate::tui::input::key::KeyPress;
use crate::tui::input::keymap::Keymap;
use crate::tui::input::page::KeyPage;

/// What takes the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The view.
    View,
    /// A page on which keys may mean something of their own.
    Page(KeyPage),
    /// The filter or search field.
    Field,
    /// The palette: a field over a list.
    Palette,
    /// A question.
    Confirm,
    /// A second question about the same, which another key answers.
    ConfirmAgain,
    /// A question whose answer is a name.
    ConfirmName,
    /// The question how to leave while an operation runs.
    Leave,
    /// The steps of an operation.
    Operation,
    /// The help, or the legend of the map: text that scrolls.
    Help,
    /// The list of actions.
    Actions,
    /// The list in which columns are chosen.
    Columns,
    /// A log record as a tree.
    Record,
    /// The page shown when no engine was ever reached.
    NoEngine,
}

/// The action of `key` in `mode`, when it has one.
#[must_use]
pub fn resolve(keymap: &Keymap, mode: Mode, key: KeyPress) -> Option<Action> {
    let bound = || keymap.action(key).cloned().or_else(|| keymap.command(key));
    if key
        == (KeyPress {
            code: KeyCode::Char('c'),
            modifiers: KeyModifiers::CONTROL,
        })
    {
        // Always a way out, whatever is open and however keys are bound.
        return bound()
            .filter(|_| matches!(mode, Mode::View | Mode::Page(_)))
            .or(Some(Action::Quit));
    }
    match mode {
        Mode::View => bound(),
        Mode::Page(page) => keymap.action_on(page, key).cloned().or_else(bound),
        Mode::Field => edit(key).or_else(|| close(key)),
        Mode::Palette => complete(key)
            .or_else(|| list_move(key))
            .or_else(|| edit(key))
            .or_else(|| close(key)),
        Mode::Confirm => confirm(key, 'y').or_else(|| bound().filter(scrolls)),
        Mode::ConfirmAgain => confirm(key, 'a').or_else(|| bound().filter(scrolls)),
        Mode::ConfirmName => edit(key)
            .or_else(|| text_scroll(key))
            .or_else(|| close(key)),
        Mode::Leave => leave(key).or_else(|| confirm_move(key)),
        Mode::Operation => close(key).or_else(|| {
            let bound = bound().map(|action| back_for(action, &[Action::Quit]));
            bound.filter(|action| scrolls(action) || on_operation(action))
        }),
        Mode::Columns => close(key).or_else(|| column(key)).or_else(|| {
            let bound = bound().map(|action| back_for(action, &[Action::Columns, Action::Quit]));
            list_move(key).or(bound.filter(|action| scrolls(action) || on_text(action)))
        }),
        Mode::Record => close(key).or_else(|| {
            let bound = bound().map(|action| back_for(action, &[Action::Quit]));
            bound.filter(|action| scrolls(action) || on_text(action) || on_record(action))
        }),
        Mode::Help => close(key).or_else(|| {
            let closing = [Action::Help, Action::Legend, Action::Quit];
            let bound = bound().map(|action| back_for(action, &closing));
            bound.filter(|action| scrolls(action) || on_text(action))
        }),
        Mode::Actions => close(key)
            .or_else(|| list_move(key))
            .or_else(|| bound().map(|action| back_for(action, &[Action::Actions, Action::Quit]))),
        Mode::NoEngine => keymap
            .action_without_engine(key)
            .cloned()
            .or_else(|| bound().filter(allowed_without_engine)),
    }
}

/// `Back` for those that close what is open.
fn back_for(action: Action, closing: &[Action]) -> Action {
    if closing.contains(&action) {
        Action::Back
    } else {
        action
    }
}

const fn on_text(action: &Action) -> bool {
    matches!(
        action,
        Action::Back | Action::Move(_) | Action::First | Action::Last
    )
}

const fn scrolls(action: &Action) -> bool {
    matches!(
        action,
        Action::Page(_) | Action::HalfPage(_) | Action::Scroll(_)
    )
}

const fn on_record(action: &Action) -> bool {
    matches!(action, Action::Copy | Action::FilterLines)
}

const fn on_operation(action: &Action) -> bool {
    matches!(
        action,
        Action::Back
            | Action::Operation
            | Action::Inspect
            | Action::Cancel
            | Action::Pane(_)
            | Action::Move(_)
            | Action::First
            | Action::Last
            | Action::ToggleFollow
    )
}

const fn allowed_without_engine(action: &Action) -> bool {
    matches!(
        action,
        Action::Quit
            | Action::Refresh
            | Action::Help
            | Action::Suspend
            | Action::ToggleMouse
            | Action::NextTheme
            | Action::Back
            | Action::Show(_)
    )
}

/// The answers to a question; `yes` is the key that goes on.
fn confirm(key: KeyPress, yes: char) -> Option<Action> {
    match key.code {
        KeyCode::Char(it) if it.eq_ignore_ascii_case(&yes) && key.modifiers.is_empty() => {
            Some(Action::Answer(true))
        }
        KeyCode::Char('n' | 'N' | 'q') if key.modifiers.is_empty() => Some(Action::Answer(false)),
        _ => text_scroll(key).or_else(|| confirm_move(key)),
    }
}

/// Scrolls the text of a question.
const fn text_scroll(key: KeyPress) -> Option<Action> {
    match key.code {
        KeyCode::Up => Some(Action::Scroll(-1)),
        KeyCode::Down => Some(Action::Scroll(1)),
        KeyCode::PageUp => Some(Action::Page(-1)),
        KeyCode::PageDown => Some(Action::Page(1)),
        _ => None,
    }
}

/// Moves between the answers of a question, takes the chosen one, refuses.
fn confirm_move(key: KeyPress) -> Option<Action> {
    match key.code {
        KeyCode::Left => Some(Action::Move(Direction::Left)),
        KeyCode::Right => Some(Action::Move(Direction::Right)),
        KeyCode::Up => Some(Action::Move(Direction::Up)),
        KeyCode::Down => Some(Action::Move(Direction::Down)),
        KeyCode::Tab => Some(Action::Pane(1)),
        _ => close(key),
    }
}

/// The answers to the question how to leave. The key that opened it answers nothing.
fn leave(key: KeyPress) -> Option<Action> {
    match key.code {
        KeyCode::Char('w' | 'W') if key.modifiers.is_empty() => Some(Action::Leave(Leaving::Wait)),
        KeyCode::Char('a' | 'A') if key.modifiers.is_empty() => Some(Action::Leave(Leaving::Abort)),
        KeyCode::Char('s' | 'S' | 'n' | 'N') if key.modifiers.is_empty() => {
            Some(Action::Leave(Leaving::Stay))
        }
        _ => None,
    }
}

/// What changes the list of columns.
fn column(key: KeyPress) -> Option<Action> {
    let edit = match key.code {
        KeyCode::Char(' ') => ColumnEdit::Toggle,
        KeyCode::Left => ColumnEdit::Shift(-1),
        KeyCode::Right => ColumnEdit::Shift(1),
        KeyCode::Char('s') => ColumnEdit::Sort,
        KeyCode::Char('r') => ColumnEdit::Reset,
        _ => return None,
    };
    key.modifiers.is_empty().then_some(Action::Column(edit))
}

fn complete(key: KeyPress) -> Option<Action> {
    (key.code == KeyCode::Tab && key.modifiers.is_empty()).then_some(Action::Complete)
}

const fn close(key: KeyPress) -> Option<Action> {
    match key.code {
        KeyCode::Enter => Some(Action::Enter),
        KeyCode::Esc => Some(Action::Back),
        _ => None,
    }
}

fn list_move(key: KeyPress) -> Option<Action> {
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Up => Some(Action::Move(Direction::Up)),
        KeyCode::Down => Some(Action::Move(Direction::Down)),
        KeyCode::Char('p') if ctrl => Some(Action::Move(Direction::Up)),
        KeyCode::Char('n') if ctrl => Some(Action::Move(Direction::Down)),
        KeyCode::Tab if key.modifiers.contains(KeyModifiers::SHIFT) => {
            Some(Action::Move(Direction::Up))
        }
        KeyCode::Tab => Some(Action::Move(Direction::Down)),
        KeyCode::PageUp => Some(Action::Page(-1)),
        KeyCode::PageDown => Some(Action::Page(1)),
        _ => None,
    }
}

fn edit(key: KeyPress) -> Option<Action> {
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let edit = match key.code {
        KeyCode::Char('u') if ctrl => Edit::Clear,
        KeyCode::Char('w') if ctrl => Edit::DeleteWord,
        KeyCode::Char('a') if ctrl => Edit::Start,
        KeyCode::Char('e') if ctrl => Edit::End,
        KeyCode::Char('h') if ctrl => Edit::Backspace,
        KeyCode::Char(c) if key.modifiers.is_empty() => Edit::Insert(c.to_string()),
        KeyCode::Backspace => Edit::Backspace,
        KeyCode::Delete => Edit::Delete,
        KeyCode::Left => Edit::Move(-1),
        KeyCode::Right => Edit::Move(1),
        KeyCode::Home => Edit::Start,
        KeyCode::End => Edit::End,
        _ => return None,
    };
    Some(Action::Edit(edit))
}
