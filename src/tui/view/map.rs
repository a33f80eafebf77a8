//! The map: layers of services with the lines between them, as an engineer would draw them on a
//! whiteboard.

mod canvas;
mod card;
mod dense;
pub(super) mod facts;
mod layout;
mod levels;
mod lines;
mod moves;
mod places;
mod relation;
mod row;
mod strip;
mod titles;

use std::borrow::Cow;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use canvas::Canvas;
use card::Look;
use relation::Relations;

use crate::model::{Service, Snapshot};
use crate::tui::scene::{Hit, HitMap, Scene, Viewport};
use crate::tui::select;
use crate::tui::state::{Level, UiState};
use crate::tui::theme::Role;
use crate::tui::view::nothing;
use crate::tui::widget::{pen, scroll};

pub use layout::Layout;
pub use lines::line_kinds;
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
    let map = Rect {
        height: area.height - strip_height,
        ..area
    };
    let layout = layout::layout(scene.snapshot, &services, map.as_size(), ui);
    let content = content(map, &layout);
    hits.viewport = viewport(ui.map.top, content.height, layout.size.height);
    hits.across = viewport(ui.map.left, content.width, layout.size.width);

    let relations = Relations::new(scene.snapshot, ui.selected.as_ref());
    let corner = (cells(hits.across.top), cells(hits.viewport.top));
    let mut canvas = Canvas::new(buffer, content, corner);
    titles::rules(&mut canvas, &layout, scene);
    lines::draw(&mut canvas, &layout, scene, &relations);
    draw_cards(&mut canvas, &layout, scene, ui, &relations, hits);
    titles::gutter(buffer, map, content, corner.1, &layout, scene);
    titles::stacks(buffer, map, content, corner.0, &layout, scene);
    draw_bars(buffer, map, content, scene, hits);

    let strip = Rect {
        y: map.bottom(),
        height: strip_height,
        ..area
    };
    let selected = relations
        .selected()
        .and_then(|id| scene.snapshot.service(id));
    strip::draw(
        buffer,
        strip,
        scene,
        selected.map(AsRef::as_ref),
        layout.level,
    );
    hits.map = Some(layout);
}

/// Says in the middle of `area` why there is no service to draw.
fn draw_nothing(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, ui: &UiState) {
    let words = nothing::why(scene.snapshot, ui);
    let y = area.y + (area.height - 1) / 2;
    let muted = scene.theme.style(Role::Muted);
    pen::centred(buffer, area, y, &words, scene.glyphs, muted);
}

/// Draws scroll bars at the right and at the bottom of `map` where its `content` does not fit.
fn draw_bars(buffer: &mut Buffer, map: Rect, content: Rect, scene: &Scene<'_>, hits: &HitMap) {
    let beside = Rect {
        x: map.x,
        width: map.width,
        ..content
    };
    scroll::bar(buffer, beside, hits.viewport, scene.theme, scene.glyphs);
    let below = Rect {
        height: map.bottom() - content.y,
        ..content
    };
    scroll::bar_across(buffer, below, hits.across, scene.theme, scene.glyphs);
}

/// What of `map` scrolls: without titles, names of stacks and the bar below.
fn content(map: Rect, layout: &Layout) -> Rect {
    let gutter = layout.gutter.min(map.width);
    let header = u16::from(!layout.stacks.is_empty()).min(map.height);
    let (width, height) = (map.width - gutter, map.height - header);
    // Lists leave the last column free by themselves.
    let beside = u16::from(layout.level.has_lines() && layout.size.height > height && width > 1);
    let below = u16::from(layout.size.width > width - beside && height > 1);
    Rect {
        x: map.x + gutter,
        y: map.y + header,
        width: width - beside,
        height: height - below,
    }
}

fn viewport(top: usize, shown: u16, total: u16) -> Viewport {
    let (rows, total) = (usize::from(shown), usize::from(total));
    Viewport {
        top: top.min(total.saturating_sub(rows)),
        rows,
        total,
    }
}

fn cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
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
    layout: &Layout,
    scene: &Scene<'_>,
    ui: &UiState,
    relations: &Relations<'_>,
    hits: &mut HitMap,
) {
    let show_stack = layout.several_stacks() && layout.stacks.is_empty();
    for (id, place) in &layout.cards {
        let visible = canvas.visible(*place);
        let Some(service) = scene.snapshot.service(id).filter(|_| !visible.is_empty()) else {
            continue;
        };
        hits.areas.push((visible, Hit::Service(id.clone())));
        hits.visible.push(id.clone());
        if layout.level.has_figures() {
            hits.measured.push(id.clone());
        }
        let marked = ui.marked.contains(id);
        let look = Look {
            scene,
            relation: relations.of(id),
            marked,
            show_stack,
        };
        match layout.level {
            Level::Card(_) => card::draw(canvas, *place, service, look),
            Level::Line => row::chip(canvas, *place, service, look),
            Level::List => row::line(canvas, *place, service, look),
            Level::Glyph => row::glyph(canvas, *place, service, look),
        }
    }
}

#[cfg(test)]
mod tests;
