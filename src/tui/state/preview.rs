//! The preview beside the map and the table: what of the selected service it shows.

use std::time::Duration;

use ratatui::layout::{Rect, Size};

use crate::model::Snapshot;
use crate::tui::input::page::{PreviewKind, View};
use crate::tui::state::table::rows;
use crate::tui::state::{LogsState, UiState};

/// The smallest terminal that has room for a preview.
pub const LEAST: Size = Size::new(60, 16);

/// How long the selection rests on a service before its log is opened: moving fast opens none.
pub const REST: Duration = Duration::from_millis(150);

/// Width from which on the preview stands beside the view; below it where there is less.
const BESIDE: u16 = 120;

/// What the preview shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preview {
    /// What of the selected service; `None` where it is closed.
    pub kind: Option<PreviewKind>,
    /// The end of the log of the selected service, while that is what it shows.
    pub logs: LogsState,
    /// When that service was selected, as the time since the console was opened.
    pub selected_at: Duration,
}

/// What the preview shows now; `None` where there is none, or no room for it.
#[must_use]
pub fn shown(ui: &UiState) -> Option<PreviewKind> {
    ui.selection
        .preview
        .kind
        .filter(|_| has_place(ui) && has_room(ui.terminal.size))
}

/// Whether what is on screen has a preview beside it.
#[must_use]
pub const fn has_place(ui: &UiState) -> bool {
    matches!(ui.view, View::Map | View::Services) && ui.details.is_none()
}

/// Whether a terminal of `size` has room for a preview.
#[must_use]
pub const fn has_room(size: Size) -> bool {
    size.width >= LEAST.width && size.height >= LEAST.height
}

/// Whether the open log streams are those of the preview.
#[must_use]
pub fn is_following(ui: &UiState) -> bool {
    !ui.selection.preview.logs.streams.open.is_empty()
}

/// When the log under the selection is to be opened, as the time since the console was opened;
/// `None` where no log waits for that.
#[must_use]
pub fn log_opens_at(ui: &UiState) -> Option<Duration> {
    let preview = &ui.selection.preview;
    let waits = !preview.logs.services.is_empty()
        && preview.logs.streams.open.is_empty()
        && preview.logs.streams.ended.is_empty();
    waits.then(|| preview.selected_at + REST)
}

/// The room of the view and of the preview: at its right in a wide terminal, else below it, where
/// it takes what a short table does not need.
#[must_use]
pub fn split(area: Rect, ui: &UiState, snapshot: &Snapshot) -> (Rect, Rect) {
    if area.width >= BESIDE {
        let width = (area.width * 2 / 5).min(110);
        let view = Rect {
            width: area.width - width,
            ..area
        };
        let x = view.right();
        return (view, Rect { x, width, ..area });
    }
    let rest = area.height.saturating_sub(needed(ui, snapshot));
    let height = (area.height * 2 / 5).max(6).max(rest).min(area.height);
    let view = Rect {
        height: area.height - height,
        ..area
    };
    let y = view.bottom();
    (view, Rect { y, height, ..area })
}

/// The height that the view needs at most: that of the table with its head, any on the map.
fn needed(ui: &UiState, snapshot: &Snapshot) -> u16 {
    let rows = match ui.view {
        View::Services => rows(ui, snapshot).count() + 1,
        _ => usize::MAX,
    };
    u16::try_from(rows).unwrap_or(u16::MAX)
}
