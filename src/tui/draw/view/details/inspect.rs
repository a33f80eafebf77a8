//! The engine's raw inspection.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::details::search;
use crate::tui::draw::widget::{line_writer, scroll};
use crate::tui::state::{DetailsState, Drawn, Viewport};

/// Draws the lines in sight of the inspection, or why there is none.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    details: &DetailsState,
    drawn: &mut Drawn,
) {
    let theme = context.theme;
    let message = |buffer: &mut Buffer, words: &str, role: Role| {
        let y = area.y + area.height.saturating_sub(1) / 2;
        line_writer::centred(buffer, area, y, words, context.glyphs, theme.style(role));
    };
    let text = match &details.inspect {
        None => return message(buffer, "asking the engine", Role::Muted),
        Some(Err(error)) => return message(buffer, error, Role::Unhealthy),
        Some(Ok(answer)) => context.inspection(answer),
    };
    let (rows, total) = (usize::from(area.height), text.lines().count());
    let top = search::top(details, text.lines().map(Cow::Borrowed), rows, drawn);
    drawn.viewport = Viewport::clamped(top, rows, total);
    for (line, y) in text
        .lines()
        .skip(drawn.viewport.top)
        .zip(area.y..area.bottom())
    {
        let spans = coloured(line).map(|(part, role)| Span::styled(part, theme.style(role)));
        line_writer::put_cut(
            buffer,
            Rect {
                width: area.width.saturating_sub(1),
                ..area
            },
            area.x,
            y,
            &spans,
            context.glyphs,
        );
    }
    scroll::bar(buffer, area, drawn.viewport, theme, context.glyphs);
}

/// A line of pretty JSON as its key and the rest.
fn coloured(line: &str) -> [(&str, Role); 2] {
    let key_end = line
        .trim_start()
        .starts_with('"')
        .then(|| line.find("\": "))
        .flatten();
    match key_end.and_then(|end| line.split_at_checked(end + 2)) {
        Some((key, value)) => [(key, Role::Key), (value, Role::Text)],
        None => [("", Role::Key), (line, Role::Text)],
    }
}
