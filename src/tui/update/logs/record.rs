//! The record that is looked at as a tree: moving, folding, filtering by a field.

use crate::tui::input::action::{Action, Direction};
use crate::tui::state::logs::record::RecordView;
use crate::tui::state::logs::source_name;
use crate::tui::state::{Dialog, UiState};
use crate::tui::update::scroll::chosen_by_pages;

/// Opens the chosen record, else the lowest one in sight.
pub(super) fn open(ui: &mut UiState) {
    let logs = &ui.logs;
    let last = logs.len().checked_sub(1 + logs.back);
    let line = logs.chosen().or_else(|| logs.line(last?));
    let Some(line) = line.filter(|line| line.mark.is_none()) else {
        return;
    };
    let view = RecordView::new(line.clone(), source_name(&logs.sources, &line.instance));
    ui.dialog = Some(Dialog::Record(view));
}

/// What comes of a key while a record is looked at.
pub(in crate::tui::update) enum RecordOutcome {
    /// It stays open.
    Open,
    /// It closes.
    Closed,
    /// It closes, and only lines of this filter are shown.
    Filter(String),
}

/// Carries out `action` on the record, of which `rows` rows are drawn.
pub(in crate::tui::update) fn respond(
    view: &mut RecordView,
    action: &Action,
    rows: usize,
) -> RecordOutcome {
    match action {
        Action::Back => return RecordOutcome::Closed,
        Action::Enter => match view.row().and_then(|row| row.open) {
            Some(open) => fold(view, open),
            None => return filtered(view),
        },
        Action::FilterLines => return filtered(view),
        Action::Move(Direction::Left) => fold(view, true),
        Action::Move(Direction::Right) => fold(view, false),
        Action::Row(row) if *row == view.selected => {
            if let Some(open) = view.row().and_then(|row| row.open) {
                fold(view, open);
            }
        }
        Action::Row(row) => view.selected = *row,
        action => view.selected = chosen_by_pages(action, view.selected, view.rows().len(), rows),
    }
    RecordOutcome::Open
}

fn filtered(view: &RecordView) -> RecordOutcome {
    view.filter()
        .map_or(RecordOutcome::Open, RecordOutcome::Filter)
}

/// Folds the chosen row, or unfolds it.
fn fold(view: &mut RecordView, folds: bool) {
    let Some(row) = view.row().filter(|row| row.open.is_some()) else {
        return;
    };
    if folds {
        view.folded.insert(row.path);
    } else {
        view.folded.remove(&row.path);
    }
}
