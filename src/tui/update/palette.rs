//! Typing a command: completion, earlier lines, what Enter does.

use crate::model::Snapshot;
use crate::tui::input::action::{Action, Direction};
use crate::tui::state::palette::Item;
use crate::tui::state::{Facts, PaletteInput, UiState, command, palette};
use crate::tui::update::kept;
use crate::tui::update::scroll::lines;
use crate::tui::update::text_field;

/// What becomes of the palette.
pub(super) enum PaletteOutcome {
    /// It stays open.
    Open,
    /// It closes.
    Closed,
    /// It closes, and this is carried out.
    Chosen(Action),
}

/// Answers `action` in the open palette; `rows` of its list are in sight.
pub(super) fn respond(
    input: &mut PaletteInput,
    action: &Action,
    ui: &mut UiState,
    (snapshot, facts): (&Snapshot, &Facts),
    rows: usize,
) -> PaletteOutcome {
    let items = palette::find(&input.field.text, ui, snapshot, facts);
    let last = items.len().saturating_sub(1);
    match action {
        Action::Back => return PaletteOutcome::Closed,
        Action::Edit(change) => {
            let fits = text_field::edit(&mut input.field, change);
            (input.selected, input.moved) = (0, false);
            input.recalled = None;
            input.error = (!fits).then(|| text_field::TOO_LONG.to_owned());
        }
        Action::Complete => complete(input, &items),
        Action::Move(direction) if recall(input, *direction, &ui.session.typed) => {}
        Action::Enter => return enter(input, &items, ui, snapshot),
        Action::Row(row) => return choose(input, &items, *row, (ui, snapshot)),
        _ => {
            let by = match action {
                Action::Move(Direction::Up) => -1,
                Action::Move(Direction::Down) => 1,
                action => lines(action, rows),
            };
            input.selected = input.selected.saturating_add_signed(by).min(last);
            input.moved |= by != 0;
        }
    }
    PaletteOutcome::Open
}

/// Puts what the chosen row stands for into the field.
fn complete(input: &mut PaletteInput, items: &[Item]) {
    if let Some(item) = items.get(input.selected) {
        fill(input, item.line.clone());
    }
}

fn fill(input: &mut PaletteInput, line: String) {
    input.field.cursor = line.chars().count();
    input.field.text = line;
    (input.selected, input.moved, input.error) = (0, false, None);
}

/// Moves through earlier lines where the field is empty or holds one; `false` elsewhere.
fn recall(input: &mut PaletteInput, direction: Direction, typed: &[String]) -> bool {
    let next = match (input.recalled, direction) {
        (None, Direction::Up) if input.field.text.is_empty() && !input.moved => Some(0),
        (Some(at), Direction::Up) => Some((at + 1).min(typed.len().saturating_sub(1))),
        (Some(at), Direction::Down) => at.checked_sub(1),
        _ => return false,
    };
    let line = next.and_then(|at| typed.iter().rev().nth(at));
    if next.is_some() && line.is_none() {
        return false;
    }
    fill(input, line.cloned().unwrap_or_default());
    input.recalled = next;
    true
}

/// Carries out what is typed where it is a command, else the chosen row.
fn enter(
    input: &mut PaletteInput,
    items: &[Item],
    ui: &mut UiState,
    snapshot: &Snapshot,
) -> PaletteOutcome {
    let line = input.field.text.trim().to_owned();
    let parsed = command::parse(&line, ui, snapshot).filter(|_| !input.moved);
    match parsed {
        Some(Ok(action)) => {
            remember(ui, &line, &line, snapshot);
            PaletteOutcome::Chosen(action)
        }
        Some(Err(sentence)) => {
            input.error = Some(sentence);
            PaletteOutcome::Open
        }
        None if items.is_empty() => {
            input.error = Some(unknown(&line));
            PaletteOutcome::Open
        }
        None => choose(input, items, input.selected, (ui, snapshot)),
    }
}

fn unknown(line: &str) -> String {
    let word = line.split_whitespace().next().unwrap_or_default();
    let names = command::COMMANDS.iter().flat_map(|command| command.names);
    let near = names
        .map(|name| (strsim::levenshtein(word, name), *name))
        .filter(|(distance, _)| *distance <= word.chars().count().div_ceil(3))
        .min();
    match near {
        Some((_, name)) => format!("there is no command {word}; did you mean {name}?"),
        None => format!("there is no command, service or view {word}"),
    }
}

fn choose(
    input: &mut PaletteInput,
    items: &[Item],
    row: usize,
    (ui, snapshot): (&mut UiState, &Snapshot),
) -> PaletteOutcome {
    let Some(item) = items.get(row) else {
        return PaletteOutcome::Open;
    };
    if item.goes_on {
        fill(input, item.line.clone());
        return PaletteOutcome::Open;
    }
    remember(ui, item.line.trim(), &item.title, snapshot);
    PaletteOutcome::Chosen(item.action.clone())
}

/// Remembers a line that is carried out, and that its row was used.
fn remember(ui: &mut UiState, line: &str, title: &str, snapshot: &Snapshot) {
    kept::command(ui, line, snapshot);
    *ui.session.uses.entry(title.to_owned()).or_default() += 1;
}
