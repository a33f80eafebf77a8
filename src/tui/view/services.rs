//! The table of services: sortable, filterable, over all projects.

mod cells;
mod columns;
mod order;

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::{Service, Snapshot};
use crate::tui::scene::{Hit, HitMap, Scene, Viewport};
use crate::tui::select;
use crate::tui::state::{Column, UiState};
use crate::tui::theme::Role;
use crate::tui::view::nothing;
use crate::tui::widget::pen;

use columns::Placed;

/// The services shown, in the table's order.
#[must_use]
pub fn rows<'a>(ui: &UiState, snapshot: &'a Snapshot) -> Vec<&'a Arc<Service>> {
    let mut services = select::visible_services(snapshot, ui);
    order::sort(
        &mut services,
        &snapshot.layers,
        ui.table.sort,
        ui.table.reverse,
    );
    select::names_first(&mut services, ui, &snapshot.layers);
    services
}

/// Draws the table.
pub fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, ui: &UiState, hits: &mut HitMap) {
    let services = rows(ui, scene.snapshot);
    let body = Rect {
        y: area.y.saturating_add(1),
        height: area.height.saturating_sub(1),
        ..area
    };
    let fitting = usize::from(body.height);
    let top = ui.table.top.min(services.len().saturating_sub(fitting));
    hits.viewport = Viewport {
        top,
        rows: fitting,
        total: services.len(),
    };
    let several_stacks = scene.snapshot.stacks.len() > 1;
    let (placed, hidden) = columns::place(&ui.table.columns, &services, area, several_stacks);
    draw_head(
        buffer,
        area,
        scene,
        ui,
        &placed,
        &note(hits.viewport, hidden),
    );
    if services.is_empty() {
        pen::centred(
            buffer,
            body,
            body.y + body.height / 2,
            &nothing::why(scene.snapshot, ui),
            scene.glyphs,
            scene.theme.style(Role::Muted),
        );
        return;
    }
    let named_in_full = several_stacks && !placed.iter().any(|each| each.column == Column::Stack);
    for (y, service) in (body.top()..body.bottom()).zip(services.iter().skip(top)) {
        let line = Rect {
            y,
            height: 1,
            ..area
        };
        draw_row(buffer, line, scene, ui, service, &placed, named_in_full);
        hits.add(line, body, Hit::Service(service.id.clone()));
        hits.visible.push(service.id.clone());
        hits.measured.push(service.id.clone());
    }
}

/// What the table does not show: rows outside, columns that do not fit.
fn note(viewport: Viewport, hidden: usize) -> String {
    let mut parts = Vec::new();
    if viewport.total > viewport.rows {
        let last = (viewport.top + viewport.rows).min(viewport.total);
        parts.push(format!("{}-{last}/{}", viewport.top + 1, viewport.total));
    }
    if hidden > 0 {
        parts.push(format!("+{hidden} cols"));
    }
    parts.join(" ")
}

fn draw_head(
    buffer: &mut Buffer,
    area: Rect,
    scene: &Scene<'_>,
    ui: &UiState,
    placed: &[Placed],
    note: &str,
) {
    let style = scene.theme.style(Role::Muted);
    let arrow = match (scene.glyphs.ascii, ui.table.reverse) {
        (false, false) => "↓",
        (false, true) => "↑",
        (true, false) => "v",
        (true, true) => "^",
    };
    for each in placed {
        let sorted = each.column == ui.table.sort;
        let title = if sorted {
            format!("{}{arrow}", each.title())
        } else {
            each.title().to_owned()
        };
        let title = each.fit(&title, scene.glyphs);
        let style = if sorted {
            scene.theme.style(Role::Title)
        } else {
            style
        };
        pen::put(buffer, area, each.x, area.y, &title, style);
    }
    if !note.is_empty() {
        pen::put_right(
            buffer,
            area,
            area.right(),
            area.y,
            &format!(" {note}"),
            scene.theme.style(Role::Key),
        );
    }
}

fn draw_row(
    buffer: &mut Buffer,
    line: Rect,
    scene: &Scene<'_>,
    ui: &UiState,
    service: &Service,
    placed: &[Placed],
    named_in_full: bool,
) {
    let selected = ui.selected.as_ref() == Some(&service.id);
    let marked = ui.marked.contains(&service.id);
    for each in placed {
        let (text, style) = cells::cell(each, service, scene, named_in_full);
        let style = if marked && each.column == Column::Name {
            scene.theme.style(Role::Marked)
        } else {
            style
        };
        pen::put(
            buffer,
            line,
            each.x,
            line.y,
            &each.fit(&text, scene.glyphs),
            style,
        );
    }
    if selected {
        buffer.set_style(line, scene.theme.style(Role::Selection));
    }
    let gutter = match (marked, selected, scene.glyphs.ascii) {
        (true, _, false) => "◆",
        (true, _, true) => "*",
        (false, true, false) => "▌",
        (false, true, true) => ">",
        (false, false, _) => return,
    };
    let role = if marked {
        Role::Marked
    } else {
        Role::BorderFocus
    };
    pen::put(
        buffer,
        line,
        line.x,
        line.y,
        gutter,
        scene.theme.style(role),
    );
}

#[cfg(test)]
mod tests;
