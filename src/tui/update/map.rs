//! Moving the selection over the map, and scrolling it.

use ratatui::layout::Rect;

use crate::model::{ServiceId, Snapshot};
use crate::tui::input::action::{Action, Direction};
use crate::tui::state::map::layout::layout;
use crate::tui::state::scope::visible_services;
use crate::tui::state::selection::first_to_look_at;
use crate::tui::state::{UiState, Viewport, Zoom, ZoomLevel};
use crate::tui::update::details;
use crate::tui::update::scroll::{scrolled, times};
use crate::tui::update::selection::mark;

/// A row is as high as so many columns are wide, nearly.
const ASPECT: u32 = 2;
/// How much more a step aside counts than one along, when moving left and right.
const ASIDE: u32 = 8;

/// Actions on the map.
pub(in crate::tui) fn act(ui: &mut UiState, action: &Action, snapshot: &Snapshot) {
    match action {
        Action::Move(direction) => move_selection(ui, *direction, snapshot),
        Action::First => (ui.map.top, ui.map.left) = (0, 0),
        Action::Last => ui.map.top = ui.drawn.viewport.last_top(),
        Action::Page(_) | Action::HalfPage(_) | Action::Scroll(_) => {
            ui.map.top = scrolled(action, ui.map.top, ui.drawn.viewport);
        }
        Action::Pan(by) => slide(ui, times(*by, ui.drawn.across.rows / 2)),
        Action::Slide(by) => slide(ui, times(*by, 1)),
        Action::Zoom(by) => zoom(ui, *by, snapshot),
        Action::Enter => details::open(ui, snapshot),
        Action::Mark => mark(ui),
        _ => {}
    }
}

/// Scrolls the map sideways.
fn slide(ui: &mut UiState, by: isize) {
    ui.map.left = ui.drawn.across.scrolled(ui.map.left, by);
}

/// More or less detail than is on screen; beyond both ends the map chooses again. The selected card
/// stays where it is on screen, as far as the map goes on there.
fn zoom(ui: &mut UiState, by: i32, snapshot: &Snapshot) {
    let Some(last) = ui.drawn.map.clone() else {
        return;
    };
    let at = last.level.number() - 1;
    let next = at
        .checked_add_signed(if by > 0 { 1 } else { -1 })
        .and_then(|next| ZoomLevel::LADDER.get(next));
    let before = middle_of_selection(ui);
    ui.map.zoom = next.map_or(Zoom::Auto, |level| Zoom::At(*level));
    let services: Vec<_> = visible_services(snapshot, ui)
        .into_iter()
        .cloned()
        .collect();
    ui.drawn.map = Some(layout(snapshot, &services, last.area(), ui));
    let (Some(before), Some(after)) = (before, middle_of_selection(ui)) else {
        return;
    };
    let (down, across) = (ui.drawn.viewport, ui.drawn.across);
    let size = ui.drawn.map.as_ref().map_or(last.size, |map| map.size);
    let keep = |before: usize, after: usize, seen: Viewport, total: u16| {
        let shown = before.saturating_sub(seen.top);
        let last_top = usize::from(total).saturating_sub(seen.rows);
        after.saturating_sub(shown).min(last_top)
    };
    ui.map.top = keep(before.1, after.1, down, size.height);
    ui.map.left = keep(before.0, after.0, across, size.width);
}

/// The middle of the selected card on the whole map: column and row.
fn middle_of_selection(ui: &UiState) -> Option<(usize, usize)> {
    let card = place(ui, ui.selection.selected.as_ref()?)?;
    let middle = |begin: u16, cells: u16| usize::from(begin) + usize::from(cells) / 2;
    Some((middle(card.x, card.width), middle(card.y, card.height)))
}

/// Moves the selection to the nearest card that way, as the map was drawn last, and scrolls to it.
/// Without a selection the service to look at first is chosen.
pub(in crate::tui) fn move_selection(ui: &mut UiState, direction: Direction, snapshot: &Snapshot) {
    let current = ui.selection.selected.as_ref().and_then(|id| place(ui, id));
    let next = match current {
        Some(from) => nearest(ui, from, direction),
        None => first(ui, snapshot),
    };
    if let Some(next) = next {
        ui.selection.selected = Some(next);
        reveal(ui);
    }
}

/// The service to look at first, else the card on top.
fn first(ui: &UiState, snapshot: &Snapshot) -> Option<ServiceId> {
    let services = visible_services(snapshot, ui);
    let top = || cards(ui).iter().min_by_key(|(_, place)| (place.y, place.x));
    first_to_look_at(&services)
        .map(|service| &service.id)
        .or_else(|| top().map(|(id, _)| id))
        .or_else(|| services.first().map(|service| &service.id))
        .cloned()
}

/// Scrolls so that the selected card is in sight, with the row above it.
pub(in crate::tui) fn reveal(ui: &mut UiState) {
    let Some(card) = ui.selection.selected.as_ref().and_then(|id| place(ui, id)) else {
        return;
    };
    let (down, across) = (ui.drawn.viewport.rows, ui.drawn.across.rows);
    ui.map.top = into_sight(ui.map.top, card.y.saturating_sub(1), card.bottom(), down);
    ui.map.left = into_sight(
        ui.map.left,
        card.x.saturating_sub(1),
        card.right().saturating_add(1),
        across,
    );
}

/// The first cell to show so that cells `first` to before `end` are in sight in a window of
/// `shown`; a smaller window shows the beginning.
fn into_sight(top: usize, first: u16, end: u16, shown: usize) -> usize {
    let (first, end) = (usize::from(first), usize::from(end));
    let lowest = end.saturating_sub(shown);
    top.clamp(lowest.min(first), first)
}

fn cards(ui: &UiState) -> &[(ServiceId, Rect)] {
    ui.drawn.map.as_ref().map_or(&[], |map| &map.cards)
}

fn place(ui: &UiState, id: &ServiceId) -> Option<Rect> {
    cards(ui)
        .iter()
        .find(|(each, _)| each == id)
        .map(|(_, place)| *place)
}

fn nearest(ui: &UiState, from: Rect, direction: Direction) -> Option<ServiceId> {
    let distances = cards(ui)
        .iter()
        .filter_map(|(id, place)| Some((distance(from, *place, direction)?, id)));
    distances
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, id)| id.clone())
}

/// How far `to` is that way, in columns, then how far its middle is off, then its column; `None`
/// when it does not lie that way. Left and right stay in the row as long as it goes on.
fn distance(from: Rect, to: Rect, direction: Direction) -> Option<(u32, u32, u16)> {
    let horizontal = matches!(direction, Direction::Left | Direction::Right);
    let along = match direction {
        Direction::Up => from.y.checked_sub(to.bottom()),
        Direction::Down => to.y.checked_sub(from.bottom()),
        Direction::Left => from.x.checked_sub(to.right()),
        Direction::Right => to.x.checked_sub(from.right()),
    }?;
    let gap = |a: (u16, u16), b: (u16, u16)| u32::from(a.0.max(b.0).saturating_sub(a.1.min(b.1)));
    let columns = gap((from.left(), from.right()), (to.left(), to.right()));
    let rows = gap((from.top(), from.bottom()), (to.top(), to.bottom()));
    let off = |rect: Rect| u32::from(rect.x) * 2 + u32::from(rect.width);
    let (cost, off) = if horizontal {
        let same_row = from.top() == to.top();
        let aside = (rows + 1) * ASPECT * ASIDE;
        (u32::from(along) + if same_row { 0 } else { aside }, 0)
    } else {
        (
            u32::from(along) * ASPECT + columns,
            off(from).abs_diff(off(to)),
        )
    };
    Some((cost, off, to.x))
}
