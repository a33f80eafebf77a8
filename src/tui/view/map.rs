//! The map: five bands of services, as an engineer would draw them on a whiteboard.

mod canvas;
mod card;
pub(super) mod facts;
mod layout;
mod moves;
mod relation;
mod row;
mod strip;

use std::borrow::Cow;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use canvas::Canvas;
use card::Look;
use layout::{Layout, Level, Title};
use relation::Relations;

use crate::model::{HealthState, Service, Snapshot, Totals};
use crate::tui::scene::{Hit, HitMap, Scene, Viewport};
use crate::tui::select;
use crate::tui::state::UiState;
use crate::tui::theme::Role;
use crate::tui::widget::{pen, scroll, status, text};

pub use moves::{move_selection, reveal};
pub use strip::loss_sentence;

/// Draws the map with its strip.
pub fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, ui: &UiState, hits: &mut HitMap) {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return;
    }
    let services = shown(scene.snapshot, ui);
    if services.is_empty() {
        draw_nothing(buffer, area, scene, ui);
        return;
    }
    let strip_height = strip::height(area.height);
    let map = Rect { height: area.height - strip_height, ..area };
    let layout = layout::layout(&services, &scene.snapshot.layers, map.width, map.height, ui.map.zoom);
    let rows = usize::from(map.height);
    let total = usize::from(layout.height);
    let top = ui.map.top.min(total.saturating_sub(rows));
    hits.viewport = Viewport { top, rows, total };
    hits.cards = layout.cards.iter().map(|card| (card.service.id.clone(), card.place)).collect();

    let relations = Relations::new(scene.snapshot, ui.selected.as_ref());
    let mut canvas = Canvas::new(buffer, map, u16::try_from(top).unwrap_or(u16::MAX));
    draw_titles(&mut canvas, map, &layout, scene);
    draw_cards(&mut canvas, &layout, scene, ui, &relations, hits);
    if total > rows {
        scroll::bar(buffer, map, hits.viewport, scene.theme, scene.glyphs);
    }
    let strip = Rect { y: map.bottom(), height: strip_height, ..area };
    let selected = relations.selected().and_then(|id| scene.snapshot.service(id));
    strip::draw(buffer, strip, scene, selected.map(AsRef::as_ref));
}

/// The services on the map, without copying when all are.
fn shown<'a>(snapshot: &'a Snapshot, ui: &UiState) -> Cow<'a, [Arc<Service>]> {
    let visible = select::visible_services(snapshot, ui);
    if visible.len() == snapshot.services.len() {
        return Cow::Borrowed(&snapshot.services);
    }
    Cow::Owned(visible.into_iter().cloned().collect())
}

fn draw_cards(
    canvas: &mut Canvas<'_>,
    layout: &Layout<'_>,
    scene: &Scene<'_>,
    ui: &UiState,
    relations: &Relations<'_>,
    hits: &mut HitMap,
) {
    let show_stack = layout::several_stacks(layout.cards.iter().map(|card| &**card.service));
    for card in &layout.cards {
        let visible = canvas.visible(card.place);
        if visible.is_empty() {
            continue;
        }
        let id = &card.service.id;
        hits.areas.push((visible, Hit::Service(id.clone())));
        hits.visible.push(id.clone());
        let marked = ui.marked.contains(id);
        let look = Look { scene, relation: relations.of(id), marked, show_stack };
        match layout.level {
            Level::Card(_) => card::draw(canvas, card.place, card.service, look),
            Level::Line => row::line(canvas, card.place, card.service, look),
            Level::Glyph => row::glyph(canvas, card.place, card.service, look),
        }
    }
}

fn draw_titles(canvas: &mut Canvas<'_>, map: Rect, layout: &Layout<'_>, scene: &Scene<'_>) {
    for title in &layout.titles {
        if layout.gutter {
            let place = Rect { x: 1, y: title.y, width: 10, height: 1 };
            canvas.put(place, 1, title.y, &title.band.layer.title, scene.theme.style(Role::Title));
        } else if layout.level != Level::Glyph {
            draw_title(canvas, map.width, title, scene);
        }
    }
}

/// `── Data ───────────────────────────── ✖ 1 ● 3 ──`.
fn draw_title(canvas: &mut Canvas<'_>, width: u16, title: &Title<'_>, scene: &Scene<'_>) {
    if canvas.row(title.y).is_none() {
        return;
    }
    let row = Rect { x: 0, y: title.y, width, height: 1 };
    let theme = scene.theme;
    let empty = title.band.services.is_empty();
    let role = if empty { Role::Dim } else { Role::Border };
    let flat = if scene.glyphs.ascii { "-" } else { "─" };
    canvas.put(row, 0, title.y, &flat.repeat(usize::from(width)), theme.style(role));
    let words = format!(" {} ", title.band.layer.title);
    let style = theme.style(if empty { Role::Dim } else { Role::Title });
    let begin = canvas.put(row, 2, title.y, &words, style.add_modifier(Modifier::BOLD));
    let totals = Totals::count(title.band.services.iter().map(|service| service.health.state));
    let mut right = width.saturating_sub(2);
    for state in HealthState::ALL {
        let count = totals.get(state);
        let words = format!(" {} {count} ", scene.glyphs.state(state));
        let cells = u16::try_from(text::width(&words)).unwrap_or(u16::MAX);
        if count > 0 && right > begin.saturating_add(cells) {
            right = canvas.put_right(row, right, title.y, &words, status::style(theme, state));
        }
    }
}

/// Says why there is nothing to draw.
fn draw_nothing(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, ui: &UiState) {
    let snapshot = scene.snapshot;
    let words = if !snapshot.services.is_empty() {
        match (&ui.stack, ui.filter.is_empty()) {
            (Some(stack), true) => format!("stack {stack} has no services"),
            (Some(stack), false) => format!("nothing in stack {stack} matches \"{}\"", ui.filter),
            (None, _) => format!("nothing matches \"{}\"", ui.filter),
        }
    } else if snapshot.engine.last_poll.is_some() || snapshot.engine.status.is_connected() {
        "no containers on this engine yet".to_owned()
    } else {
        "waiting for the engine".to_owned()
    };
    let y = area.y + (area.height - 1) / 2;
    pen::centred(buffer, area, y, &words, scene.glyphs, scene.theme.style(Role::Muted));
}

#[cfg(test)]
mod tests;
