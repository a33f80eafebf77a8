//! Moving the selection over the map.

use ratatui::layout::Rect;

use crate::model::{ServiceId, Snapshot};
use crate::tui::action::Direction;
use crate::tui::select;
use crate::tui::state::UiState;

/// Half cells that make no difference.
const NEARLY: u32 = 4;

/// Moves the selection to the nearest card that way, as the map was drawn last, and scrolls to it.
/// Without a selection the service to look at first is chosen.
pub fn move_selection(ui: &mut UiState, direction: Direction, snapshot: &Snapshot) {
    let current = ui.selected.as_ref().and_then(|id| place(ui, id));
    let next = match current {
        Some(from) => nearest(ui, from, direction),
        None => first(ui, snapshot),
    };
    if let Some(next) = next {
        ui.selected = Some(next);
        reveal(ui, snapshot);
    }
}

/// The service with the worst problem, else the first card.
fn first(ui: &UiState, snapshot: &Snapshot) -> Option<ServiceId> {
    let worst = select::worst(&select::visible_services(snapshot, ui))?;
    let card = ui.drawn.cards.first().filter(|_| !worst.health.state.is_problem());
    Some(card.map_or_else(|| worst.id.clone(), |(id, _)| id.clone()))
}

/// Scrolls so that the selected card is in sight, with its band's title when it is the first row.
pub fn reveal(ui: &mut UiState, _snapshot: &Snapshot) {
    let Some(card) = ui.selected.as_ref().and_then(|id| place(ui, id)) else {
        return;
    };
    let rows = ui.drawn.viewport.rows;
    let (first, end) = (usize::from(card.y.saturating_sub(1)), usize::from(card.bottom()));
    let lowest = end.saturating_sub(rows);
    // A window lower than a card shows the card's head.
    ui.map.top = ui.map.top.clamp(lowest.min(first), first);
}

fn place(ui: &UiState, id: &ServiceId) -> Option<Rect> {
    ui.drawn.cards.iter().find(|(each, _)| each == id).map(|(_, place)| *place)
}

/// Up and down prefer the next row and there the closest column; left and right stay in the row.
fn nearest(ui: &UiState, from: Rect, direction: Direction) -> Option<ServiceId> {
    let candidates = ui.drawn.cards.iter().filter_map(|(id, place)| {
        let (along, across) = distance(from, *place, direction)?;
        // Cards in the middle stand a cell off; of two that are as good as equal the left one wins.
        Some(((along, across / NEARLY, place.x), id))
    });
    candidates.min_by_key(|(distance, _)| *distance).map(|(_, id)| id.clone())
}

/// Distance along and across the direction; `None` when `to` does not lie that way.
fn distance(from: Rect, to: Rect, direction: Direction) -> Option<(u32, u32)> {
    let along = match direction {
        Direction::Up => from.y.checked_sub(to.y),
        Direction::Down => to.y.checked_sub(from.y),
        Direction::Left => from.x.checked_sub(to.x),
        Direction::Right => to.x.checked_sub(from.x),
    }
    .filter(|along| *along > 0)?;
    let horizontal = matches!(direction, Direction::Left | Direction::Right);
    if horizontal && from.y != to.y {
        return None;
    }
    let centre = |rect: Rect| u32::from(rect.x) * 2 + u32::from(rect.width);
    let across = if horizontal { 0 } else { centre(from).abs_diff(centre(to)) };
    Some((u32::from(along), across))
}
