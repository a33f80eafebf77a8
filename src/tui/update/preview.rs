//! The preview: what it shows, and which log it follows.

use crate::model::Snapshot;
use crate::tui::input::page::PreviewKind;
use crate::tui::state::logs::LineLook;
pub(super) use crate::tui::state::preview::has_place;
use crate::tui::state::preview::{REST, shown};
use crate::tui::state::{Facts, LogsState, UiState};
use crate::tui::update::effect::Effect;
use crate::tui::update::logs;

/// Lines from the end that a preview begins with, per container: more than it has rows.
const TAIL: u32 = 100;

/// Shows what comes next; after the last one it is closed.
pub(super) fn show_next(ui: &mut UiState) {
    let preview = &mut ui.selection.preview;
    preview.kind = PreviewKind::after(preview.kind);
}

/// Shows the preview that is `by` places further; opens it at the first, or backwards at the last.
pub(super) fn turn(ui: &mut UiState, by: i32) {
    let kinds = PreviewKind::ALL;
    let kind = ui.selection.preview.kind;
    let at = kind.and_then(|kind| kinds.iter().position(|each| *each == kind));
    let next = match (at, by < 0) {
        (None, false) => 0,
        (None, true) => kinds.len() - 1,
        (Some(at), false) => (at + 1) % kinds.len(),
        (Some(at), true) => (at + kinds.len() - 1) % kinds.len(),
    };
    ui.selection.preview.kind = kinds.get(next).copied();
}

/// Lets the log of a service go that is not under the selection any more.
pub(super) fn leave(ui: &mut UiState, facts: &Facts) -> Option<Effect> {
    let follows = shown(ui) == Some(PreviewKind::Log);
    let wanted = ui.selection.selected.clone().filter(|_| follows);
    let preview = &mut ui.selection.preview;
    if preview.logs.services.first() == wanted.as_ref() {
        return None;
    }
    let was_open = !preview.logs.streams.open.is_empty();
    preview.logs = LogsState {
        services: wanted.into_iter().collect(),
        follow: true,
        look: LineLook {
            wrap: true,
            ..LineLook::default()
        },
        ..LogsState::default()
    };
    preview.selected_at = facts.typed_at;
    was_open.then_some(Effect::CloseLogs)
}

/// Opens the log under the selection once it has rested there.
pub(super) fn follow(ui: &mut UiState, snapshot: &Snapshot, facts: &Facts) -> Option<Effect> {
    let preview = &mut ui.selection.preview;
    if facts.typed_at < preview.selected_at + REST {
        return None;
    }
    logs::choose_fields(&mut preview.logs, &ui.session.log_tables.fields, snapshot);
    logs::follow_missing(&mut preview.logs, snapshot, facts.log_tail.min(TAIL), facts)
}
