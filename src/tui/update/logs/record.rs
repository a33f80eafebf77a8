//! The record that is looked at as a tree: moving, folding, filtering by a field.

use crate::model::{InstanceId, Snapshot};
use crate::tui::input::action::{Action, Direction};
use crate::tui::state::logs::record::RecordView;
use crate::tui::state::logs::source_name;
use crate::tui::state::{Dialog, UiState, Viewport};
use crate::tui::update::scroll::{chosen_by_pages, lines, moved};

/// Opens the chosen record, else the lowest one in sight.
pub(super) fn open(ui: &mut UiState, snapshot: &Snapshot) {
    let logs = &ui.logs;
    let last = logs.len().checked_sub(1 + logs.back);
    let line = logs.chosen().or_else(|| logs.line(last?));
    let Some(line) = line.filter(|line| line.mark.is_none()) else {
        return;
    };
    let source = source_name(&logs.sources, &line.instance);
    let container = container_name(snapshot, &line.instance);
    let view = RecordView::new(line.clone(), source, container);
    ui.dialog = Some(Dialog::Record(view));
}

/// The name of the container; its short id where it is gone.
fn container_name(snapshot: &Snapshot, id: &InstanceId) -> String {
    let instances = snapshot.services.iter().flat_map(|each| &each.instances);
    let found = instances.map(|each| &each.facts).find(|it| it.id == *id);
    found.map_or_else(|| id.short().to_owned(), |it| it.name.clone())
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

/// Carries out `action` on the record. Of the whole list `list` is drawn, of the chosen row `row`,
/// both in lines.
pub(in crate::tui::update) fn respond(
    view: &mut RecordView,
    action: &Action,
    (list, row): (Viewport, Viewport),
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
        Action::Row(at) if *at == view.selected => {
            if let Some(open) = view.row().and_then(|row| row.open) {
                fold(view, open);
            }
        }
        Action::Row(at) => (view.selected, view.above) = (*at, 0),
        action => step(view, action, (list, row)),
    }
    RecordOutcome::Open
}

/// Chooses another row; within one that is higher than the screen its lines come first.
fn step(view: &mut RecordView, action: &Action, (list, row): (Viewport, Viewport)) {
    let is_step = matches!(
        action,
        Action::Move(_) | Action::Page(_) | Action::HalfPage(_) | Action::Scroll(_)
    );
    let above = moved(action, row.top, row);
    if is_step && above != row.top {
        view.above = above;
        return;
    }
    let count = view.rows().len();
    let by_lines = lines(action, list.rows);
    let next = chosen_by_pages(action, view.selected, count, list.rows);
    if next != view.selected {
        view.selected = next;
        // A row that is entered from below is read from its end.
        let up = matches!(action, Action::Move(Direction::Up)) || by_lines < 0;
        view.above = if up { usize::MAX } else { 0 };
    }
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
