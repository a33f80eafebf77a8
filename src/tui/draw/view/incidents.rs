//! The incidents: a table of open ones and those that ended lately; below it what is known of the
//! chosen one, with its own timeline.

mod chosen;
mod columns;

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::words;
use crate::model::{Incident, SignedDuration};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, scroll, text};
use crate::tui::input::action::Action;
use crate::tui::input::page::View;
use crate::tui::state::incidents::{index, shown};
use crate::tui::state::{Drawn, Hit, UiState, Viewport};

pub use chosen::draw as draw_one;
use columns::IncidentColumns;

/// Rows of the table at least, where there are so many incidents.
const LEAST: usize = 3;

/// Draws the incidents.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) {
    let area = area.intersection(buffer.area);
    let incidents = shown(ui, context.snapshot);
    let (table, below) = split(area, incidents.len());
    let body = Rect {
        y: table.y.saturating_add(1),
        height: table.height.saturating_sub(1),
        ..table
    };
    let rows = usize::from(body.height);
    let chosen = index(ui, &incidents);
    drawn.viewport = Viewport::clamped(ui.past.incidents.top, rows, incidents.len());
    let Some(incident) = incidents.get(chosen) else {
        return draw_nothing(buffer, area, context, ui);
    };
    draw_table(buffer, (table, body), context, &incidents, chosen, drawn);
    let _rows = chosen::draw(buffer, below, context, incident);
}

/// The table with its head, at most half of `area` unless that is less than three rows, and what is
/// left below it.
fn split(area: Rect, count: usize) -> (Rect, Rect) {
    let half = usize::from(area.height / 2).saturating_sub(1);
    let rows = count.min(half.max(LEAST));
    let height = line_writer::cells(rows).saturating_add(1).min(area.height);
    let table = Rect { height, ..area };
    let below = Rect {
        y: area.y + height,
        height: area.height - height,
        ..area
    };
    (table, below)
}

fn draw_table(
    buffer: &mut Buffer,
    (table, body): (Rect, Rect),
    context: &DrawContext<'_>,
    incidents: &[&Arc<Incident>],
    chosen: usize,
    drawn: &mut Drawn,
) {
    let viewport = drawn.viewport;
    let width = table
        .width
        .saturating_sub(u16::from(viewport.total > viewport.rows));
    let in_sight = incidents.get(viewport.top..).unwrap_or_default();
    let in_sight = in_sight.get(..viewport.rows).unwrap_or(in_sight);
    let columns = IncidentColumns::of(context, in_sight, width);
    columns.draw_head(buffer, line_writer::row(table, table.y), context);
    for ((incident, at), y) in in_sight
        .iter()
        .zip(viewport.top..)
        .zip(body.top()..body.bottom())
    {
        let row = Rect {
            width,
            ..line_writer::row(body, y)
        };
        columns.draw_row(buffer, row, context, incident);
        if at == chosen {
            line_writer::cursor(buffer, row, context.theme, context.glyphs);
        }
        drawn.add(row, body, Hit::Row(at));
    }
    scroll::bar(buffer, body, viewport, context.theme, context.glyphs);
}

/// Says why there is no incident, and what to press.
fn draw_nothing(buffer: &mut Buffer, area: Rect, context: &DrawContext<'_>, ui: &UiState) {
    let (keymap, ascii) = (context.keymap, context.glyphs.ascii);
    let key = |action: &Action| keymap.label(action, ascii);
    let first = match (&ui.scope.stack, ui.scope.filter.is_empty()) {
        (_, false) => format!(
            "no incident matches \"{}\"; {} clears it",
            ui.scope.filter,
            key(&Action::Back)
        ),
        (Some(stack), true) => format!("no incident in stack {stack}"),
        (None, true) => "no incident".to_owned(),
    };
    let since = words::moment(context.snapshot.started_at, context.now(), context.zone);
    let lines = [
        first,
        format!("a service that fails opens one; watched since {since}"),
        format!(
            "{} Timeline  {} Map",
            key(&Action::Show(View::Timeline)),
            key(&Action::Show(View::Map))
        ),
    ];
    let width = usize::from(area.width).max(1);
    let roles = [Role::Text, Role::Muted, Role::Muted];
    let wrapped = lines.iter().zip(roles).flat_map(|(line, role)| {
        let parts = text::wrap(line, width).into_iter();
        parts.map(move |part| (part, role))
    });
    let rows: Vec<_> = wrapped.collect();
    let top = area.y + area.height.saturating_sub(line_writer::cells(rows.len())) / 2;
    for (y, (line, role)) in (top..area.bottom()).zip(&rows) {
        let style = context.theme.style(*role);
        line_writer::centred(buffer, area, y, line, context.glyphs, style);
    }
}

/// How long an incident lasts, or lasted.
fn lasts(context: &DrawContext<'_>, incident: &Incident) -> SignedDuration {
    let end = incident.closed_at.unwrap_or_else(|| context.now());
    end.duration_since(incident.opened_at)
}

/// Whether an open incident only waits until its root has worked for long enough and what it
/// blocked is back.
fn recovers(context: &DrawContext<'_>, incident: &Incident) -> bool {
    let root = incident.root.service();
    let root = root.and_then(|id| context.snapshot.service(id));
    incident.is_open() && root.is_some_and(|root| root.health.state.works())
}

#[cfg(test)]
mod tests;
