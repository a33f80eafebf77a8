//! What stands beside a map that leaves a third of the width free: open incidents, the worst first,
//! and the newest events.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::{incidents, timeline};
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::input::action::Action;
use crate::tui::input::page::View;
use crate::tui::state::{self, Drawn, Hit, UiState};

/// Least rows in which something can be said of an incident.
const INCIDENT: u16 = 4;

/// The map and the panel of so many `columns` at its right.
pub fn split(area: Rect, columns: u16) -> (Rect, Rect) {
    let map = Rect {
        width: area.width.saturating_sub(columns),
        ..area
    };
    let panel = Rect {
        x: map.right(),
        width: area.width - map.width,
        ..area
    };
    (map, panel)
}

/// Draws the panel; nothing where there is no room for it.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) {
    if area.width < 3 {
        return;
    }
    let inner = line_writer::wall(
        buffer,
        area,
        context.glyphs,
        context.theme.style(Role::Border),
    );
    let upper = Rect {
        height: inner.height / 2,
        ..inner
    };
    let incidents = draw_incidents(buffer, upper, context, ui, drawn);
    let lower = below(inner, incidents + 1);
    let title = (View::Timeline, "Newest events");
    let lower = head(buffer, lower, context, title, drawn);
    let events = state::timeline::rows(ui, context.snapshot);
    if events.is_empty() {
        return say(buffer, lower, context, "no event yet");
    }
    timeline::draw_newest(buffer, lower, context, &events);
}

/// What is left of `area` below so many rows.
fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect {
        y: area.y + rows,
        height: area.height - rows,
        ..area
    }
}

/// Draws the key and the title of `view`, which shows all of what stands below; returns the room for
/// that.
fn head(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    (view, title): (View, &str),
    drawn: &mut Drawn,
) -> Rect {
    let (theme, glyphs) = (context.theme, context.glyphs);
    let row = line_writer::row(area, area.y);
    let key = context.keymap.label(&Action::Show(view), glyphs.ascii);
    let x = line_writer::put(buffer, row, row.x, row.y, &key, theme.style(Role::Key));
    let title = format!(" {title}");
    let x = line_writer::put(buffer, row, x, row.y, &title, theme.style(Role::Title));
    drawn.add(
        Rect {
            width: x - row.x,
            ..row
        },
        row,
        Hit::Do(Action::Show(view)),
    );
    below(area, row.height)
}

/// Draws the open incidents, the worst first, as far as there is room to say something of each, and
/// how many more there are; returns the rows that took.
fn draw_incidents(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) -> u16 {
    let mut room = head(buffer, area, context, (View::Incidents, "Incidents"), drawn);
    let open = state::incidents::open(&ui.scope, context.snapshot);
    let mut left = open.len();
    for incident in &open {
        if room.height < INCIDENT {
            break;
        }
        let rows = incidents::draw_one(buffer, room, context, incident);
        room = below(room, rows);
        left -= 1;
    }
    let taken = area.height - room.height;
    if left == 0 && !open.is_empty() {
        return taken;
    }
    let words = match left {
        0 => "no open incident".to_owned(),
        more => format!("{more} more"),
    };
    say(buffer, room, context, &words);
    taken + 1
}

/// Writes quiet `words` into the first row of `area`.
fn say(buffer: &mut Buffer, area: Rect, context: &DrawContext<'_>, words: &str) {
    let muted = context.theme.style(Role::Muted);
    let words = text::cut(words, usize::from(area.width), context.glyphs);
    line_writer::put(buffer, area, area.x, area.y, &words, muted);
}
