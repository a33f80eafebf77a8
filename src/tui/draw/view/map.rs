//! The map: layers of services with the lines between them, as an engineer would draw them on a
//! whiteboard.

mod activity;
mod canvas;
mod card;
mod chip;
pub(super) mod labels;
mod lines;
mod look;
mod panel;
pub(in crate::tui::draw) mod relation;
mod row;
pub(in crate::tui::draw) mod summary;
mod titles;

use std::borrow::Cow;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use crate::tui::state::map::layout::{Layout, layout};

use activity::Activity;
use canvas::MapCanvas;
use look::CardLook;
use relation::Relations;

pub use lines::line_kinds;

use crate::model::{Service, Snapshot};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::nothing;
use crate::tui::draw::widget::{line_writer, scroll};
use crate::tui::state::{Drawn, Hit, UiState, Viewport, ZoomLevel, scope};

/// Draws the map with its summary.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return;
    }
    let services = shown(context.snapshot, ui);
    if services.is_empty() {
        draw_nothing(buffer, area, context, ui);
        return;
    }
    // A banner that comes or goes must not turn the map into another one: it scrolls instead.
    let whole = area.height.saturating_add(drawn.banners);
    let summary_height = summary::height(whole).min(area.height);
    let map = Rect {
        height: area.height - summary_height,
        ..area
    };
    let room = Size::new(map.width, whole - summary_height);
    let layout = layout(context.snapshot, &services, room, ui);
    let (map, beside) = panel::split(map, layout.panel);
    let content = content(map, &layout);
    drawn.viewport = viewport(ui.map.top, content.height, layout.size.height);
    drawn.across = viewport(ui.map.left, content.width, layout.size.width);

    let relations = Relations::new(context.snapshot, ui.selection.selected.as_ref());
    let corner = (cells(drawn.across.top), cells(drawn.viewport.top));
    let mut canvas = MapCanvas::new(buffer, content, corner);
    titles::rules(&mut canvas, &layout, context);
    lines::draw(&mut canvas, &layout, context, &relations);
    draw_cards(&mut canvas, &layout, context, ui, &relations, drawn);
    titles::gutter(buffer, map, content, corner.1, &layout, context);
    titles::stacks(buffer, map, content, corner.0, &layout, context);
    draw_bars(buffer, map, content, context, drawn);
    panel::draw(buffer, beside, context, ui, drawn);

    let bottom = Rect {
        y: map.bottom(),
        height: summary_height,
        ..area
    };
    let about = summary::StripSubject {
        selected: relations
            .selected()
            .and_then(|id| context.snapshot.service(id)),
        services: &services,
        level: layout.level,
        zoom: ui.map.zoom,
    };
    summary::draw(buffer, bottom, context, &about);
    drawn.map = Some(layout);
}

/// Writes in the middle of `area` why there is no service to draw.
fn draw_nothing(buffer: &mut Buffer, area: Rect, context: &DrawContext<'_>, ui: &UiState) {
    let words = nothing::why(context.snapshot, ui);
    let muted = context.theme.style(Role::Muted);
    line_writer::centred_text(buffer, area, &words, context.glyphs, muted);
}

/// Draws scroll bars at the right and at the bottom of `map` where its `content` does not fit.
fn draw_bars(
    buffer: &mut Buffer,
    map: Rect,
    content: Rect,
    context: &DrawContext<'_>,
    drawn: &Drawn,
) {
    let beside = Rect {
        x: map.x,
        width: map.width,
        ..content
    };
    scroll::bar(
        buffer,
        beside,
        drawn.viewport,
        context.theme,
        context.glyphs,
    );
    // Up to the last column: there is no other bar below the one at the right.
    let below = Rect {
        height: map.bottom() - content.y,
        width: map.right() - content.x,
        ..content
    };
    scroll::bar_across(buffer, below, drawn.across, context.theme, context.glyphs);
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
    Viewport::clamped(top, usize::from(shown), usize::from(total))
}

fn cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// The services on the map, without copying when all are.
fn shown<'a>(snapshot: &'a Snapshot, ui: &UiState) -> Cow<'a, [Arc<Service>]> {
    let visible = scope::visible_services(snapshot, ui);
    if visible.len() == snapshot.services.len() {
        return Cow::Borrowed(&snapshot.services);
    }
    Cow::Owned(visible.into_iter().cloned().collect())
}

fn draw_cards(
    canvas: &mut MapCanvas<'_>,
    layout: &Layout,
    context: &DrawContext<'_>,
    ui: &UiState,
    relations: &Relations<'_>,
    drawn: &mut Drawn,
) {
    let show_stack = layout.mixes_stacks();
    for (id, place) in &layout.cards {
        let visible = canvas.visible(*place);
        let Some(service) = context.snapshot.service(id).filter(|_| !visible.is_empty()) else {
            continue;
        };
        drawn.areas.push((visible, Hit::Service(id.clone())));
        drawn.visible.push(id.clone());
        if layout.level.has_figures() {
            drawn.measured.push(id.clone());
        }
        let marked = ui.selection.marked.contains(id);
        let activity = Activity::of(context.snapshot, id, context.now());
        let look = CardLook {
            context,
            relation: relations.of(id),
            marked,
            show_stack,
            activity: activity.as_ref(),
            longest: layout.longest(),
        };
        match layout.level {
            ZoomLevel::Card(_) => card::draw(canvas, *place, service, look),
            ZoomLevel::Line => chip::draw(canvas, *place, service, look),
            ZoomLevel::List => row::line(canvas, *place, service, look),
            ZoomLevel::Glyph => row::glyph(canvas, *place, service, look),
        }
    }
}

#[cfg(test)]
mod tests;
