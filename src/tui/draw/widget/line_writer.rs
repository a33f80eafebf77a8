//! Writing into a buffer without ever leaving an area.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::tui::draw::glyphs::Glyphs;
use crate::tui::draw::theme::{Role, Theme};
use crate::tui::draw::widget::text;

/// Writes `text` at column `x` of row `y`, clipped to `area`; returns the column after it.
pub fn put(buffer: &mut Buffer, area: Rect, x: u16, y: u16, text: &str, style: Style) -> u16 {
    let area = area.intersection(buffer.area);
    if y < area.top() || y >= area.bottom() || x < area.left() || x >= area.right() {
        return x;
    }
    let room = usize::from(area.right() - x);
    buffer.set_stringn(x, y, text, room, style).0
}

/// Writes `text` so that it ends just before column `right`; returns the column it begins at.
/// Nothing is written when it would begin left of `area`.
pub fn put_right(
    buffer: &mut Buffer,
    area: Rect,
    right: u16,
    y: u16,
    text: &str,
    style: Style,
) -> u16 {
    let cells = u16::try_from(text::width(text)).unwrap_or(u16::MAX);
    match right.checked_sub(cells) {
        Some(x) if x >= area.left() => {
            put(buffer, area, x, y, text, style);
            x
        }
        _ => right,
    }
}

/// Writes spans one after the other, clipped to `area`; returns the column after them.
pub fn put_spans<'a>(
    buffer: &mut Buffer,
    area: Rect,
    x: u16,
    y: u16,
    spans: impl IntoIterator<Item = &'a Span<'a>>,
) -> u16 {
    let mut x = x;
    for span in spans {
        x = put(buffer, area, x, y, &span.content, span.style);
    }
    x
}

/// Writes spans one after the other; where they do not fit the text ends in the ellipsis.
/// Returns the column after them.
pub fn put_cut(
    buffer: &mut Buffer,
    area: Rect,
    x: u16,
    y: u16,
    spans: &[Span<'_>],
    glyphs: Glyphs,
) -> u16 {
    let mut room = usize::from(area.right().saturating_sub(x));
    let widths = spans.iter().map(|span| text::width(&span.content));
    if room == 0 || widths.sum::<usize>() <= room {
        return put_spans(buffer, area, x, y, spans);
    }
    room -= 1;
    let mut x = x;
    for span in spans {
        let shown = text::head(&span.content, room);
        x = put(buffer, area, x, y, shown, span.style);
        room -= text::width(shown);
        if shown.len() < span.content.len() {
            return put(buffer, area, x, y, glyphs.ellipsis(), span.style);
        }
    }
    x
}

/// Draws a horizontal line from column `from` to before column `to`.
pub fn rule(
    buffer: &mut Buffer,
    area: Rect,
    y: u16,
    from: u16,
    to: u16,
    glyphs: Glyphs,
    style: Style,
) {
    let sign = if glyphs.ascii { "-" } else { "─" };
    for x in from..to.min(area.right()) {
        put(buffer, area, x, y, sign, style);
    }
}

/// Draws a border in the first column of `area`; returns what is right of it and of a blank.
pub fn wall(buffer: &mut Buffer, area: Rect, glyphs: Glyphs, style: Style) -> Rect {
    let wall = if glyphs.ascii { "|" } else { "│" };
    for y in area.top()..area.bottom() {
        put(buffer, area, area.x, y, wall, style);
    }
    Rect {
        x: area.x.saturating_add(2),
        width: area.width.saturating_sub(2),
        ..area
    }
}

/// Marks `row` as the chosen one of a list: by a sign that nothing in a list has, and by its look.
pub fn cursor(buffer: &mut Buffer, row: Rect, theme: &Theme, glyphs: Glyphs) {
    let mark = if glyphs.ascii { ">" } else { "▌" };
    put(
        buffer,
        row,
        row.x,
        row.y,
        mark,
        theme.style(Role::BorderFocus),
    );
    buffer.set_style(row, theme.style(Role::Selection));
}

/// A count of cells as the screen has it: the most there can be where it is more.
#[must_use]
pub fn cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// The part of `area` in row `y`; empty when the row lies outside.
#[must_use]
pub fn row(area: Rect, y: u16) -> Rect {
    area.intersection(Rect::new(area.x, y, area.width, 1))
}

/// Writes one muted line in the middle of `area`.
pub fn centred(
    buffer: &mut Buffer,
    area: Rect,
    y: u16,
    content: &str,
    glyphs: Glyphs,
    style: Style,
) {
    let shown = text::cut(content, usize::from(area.width), glyphs);
    let cells = u16::try_from(text::width(&shown)).unwrap_or(area.width);
    put(
        buffer,
        area,
        area.x + (area.width.saturating_sub(cells)) / 2,
        y,
        &shown,
        style,
    );
}

/// Writes a text in the middle of `area`, over as many lines as it needs.
pub fn centred_text(buffer: &mut Buffer, area: Rect, content: &str, glyphs: Glyphs, style: Style) {
    let lines = text::wrap(content, usize::from(area.width).max(1));
    let top = area.y + area.height.saturating_sub(cells(lines.len())) / 2;
    for (line, y) in lines.iter().zip(top..area.bottom()) {
        centred(buffer, area, y, line, glyphs, style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_the_area() {
        let whole = Rect::new(0, 0, 6, 2);
        let mut buffer = Buffer::empty(whole);
        let area = Rect::new(1, 0, 3, 1);
        let end = put(&mut buffer, area, 1, 0, "日本語", Style::default());
        assert_eq!(end, 3);
        put(&mut buffer, area, 0, 0, "x", Style::default());
        put(&mut buffer, area, 1, 1, "x", Style::default());
        put(
            &mut buffer,
            Rect::new(0, 0, 99, 99),
            5,
            1,
            "long",
            Style::default(),
        );
        assert_eq!(
            put_right(&mut buffer, area, 4, 0, "toolong", Style::default()),
            4
        );
        assert_eq!(buffer, Buffer::with_lines([" 日   ", "     l"]));
    }
}
