//! The box every dialog stands in.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Block, Borders, Clear, Widget};

use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::state::{Drawn, Legibility, Viewport};

const ASCII: ratatui::symbols::border::Set<'static> = ratatui::symbols::border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// Clears a box of at most `width`×`height` in the middle of `area` and draws its border and title;
/// returns the inside. A box that has no room for a border goes without.
pub fn open(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    (width, height): (u16, u16),
    title: &str,
) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    let place = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    };
    if has_border(place) {
        return boxed(buffer, place, context, title);
    }
    Clear.render(place, buffer);
    buffer.set_style(place, context.theme.style(Role::Text));
    place
}

/// Clears `place`, at least 8×3, and draws a border with `title` around it; returns the inside.
pub fn boxed(buffer: &mut Buffer, place: Rect, context: &DrawContext<'_>, title: &str) -> Rect {
    let theme = context.theme;
    Clear.render(place, buffer);
    buffer.set_style(place, theme.style(Role::Text));
    let set = if context.glyphs.ascii {
        ASCII
    } else {
        ratatui::symbols::border::ROUNDED
    };
    Block::new()
        .borders(Borders::ALL)
        .border_set(set)
        .border_style(theme.style(Role::BorderFocus))
        .render(place, buffer);
    if !title.is_empty() {
        let room = usize::from(place.width.saturating_sub(6));
        let title = text::cut(title, room, context.glyphs);
        let (title, style) = (format!(" {title} "), theme.style(Role::Title));
        line_writer::put(buffer, place, place.x + 2, place.y, &title, style);
    }
    Rect {
        x: place.x + 2,
        y: place.y + 1,
        width: place.width.saturating_sub(4),
        height: place.height.saturating_sub(2),
    }
}

const fn has_border(place: Rect) -> bool {
    place.width >= 8 && place.height >= 4
}

/// Opens the box of a question with room for `height` lines inside. A title that the border has no
/// room for is wrapped above them: an answer to a question whose end is cut off is an accident.
/// Returns what is left of the inside, `None` where the title does not fit.
pub fn ask(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    (width, height): (u16, u16),
    title: &str,
) -> Option<Rect> {
    let width = width.min(area.width);
    let outer = Rect {
        width,
        height: height.saturating_add(2).min(area.height),
        ..area
    };
    if has_border(outer) && text::width(title) <= usize::from(width - 6) {
        return Some(open(buffer, area, context, (width, outer.height), title));
    }
    let lines = text::wrap(title, usize::from(width.saturating_sub(4)));
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let inner = open(
        buffer,
        area,
        context,
        (width, outer.height.saturating_add(rows)),
        "",
    );
    if rows >= inner.height {
        return None;
    }
    for (y, line) in (inner.top()..).zip(&lines) {
        line_writer::put(
            buffer,
            inner,
            inner.x,
            y,
            line,
            context.theme.style(Role::Title),
        );
    }
    Some(Rect {
        y: inner.y + rows,
        height: inner.height - rows,
        ..inner
    })
}

/// Records whether the question that was drawn is `readable`. Where it is not, shows in its place
/// that there is no room for `what`, and no answer counts.
pub fn conclude(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    (readable, what): (bool, &str),
    drawn: &mut Drawn,
) {
    drawn.question = Legibility::of(readable);
    if !readable {
        drawn.areas.clear();
        too_small(buffer, area, context, what);
    }
}

fn too_small(buffer: &mut Buffer, area: Rect, context: &DrawContext<'_>, what: &str) {
    let words =
        format!("The terminal is too small to show {what}: enlarge it, or cancel with Esc.");
    let style = context.theme.style(Role::Degraded);
    let wrapped = |width: u16| -> Vec<DialogLine> {
        let lines = text::wrap(&words, usize::from(width)).into_iter();
        lines.map(|text| DialogLine { text, style }).collect()
    };
    let width = area.width.min(76);
    let lines = wrapped(width.saturating_sub(4));
    let height = line_writer::cells(lines.len()).saturating_add(2);
    if has_border(Rect {
        width,
        height,
        ..area
    }) && height <= area.height
    {
        let inner = open(buffer, area, context, (width, height), "");
        draw_lines(buffer, inner, context, &lines, 0);
    } else {
        // Two lines more for the words are worth the border.
        Clear.render(area, buffer);
        draw_lines(buffer, area, context, &wrapped(area.width), 0);
    }
}

/// A line of a dialog.
pub struct DialogLine {
    /// The text.
    pub text: String,
    /// Its style.
    pub style: Style,
}

/// Draws the lines of `lines` that fit from `top` on; writes in the corner what is below.
/// Returns the first line drawn.
pub fn scroll(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    lines: &[DialogLine],
    top: usize,
) -> usize {
    let top = draw_lines(buffer, area, context, lines, top);
    more_below(
        buffer,
        area,
        context,
        lines.len().saturating_sub(top + usize::from(area.height)),
    );
    top
}

/// Draws the lines of `lines` that fit from `top` on; returns the first line drawn.
pub fn draw_lines(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    lines: &[DialogLine],
    top: usize,
) -> usize {
    let top = Viewport::clamped(top, usize::from(area.height), lines.len()).top;
    for (y, line) in (area.top()..area.bottom()).zip(lines.iter().skip(top)) {
        line_writer::put(
            buffer,
            area,
            area.x,
            y,
            &text::cut(&line.text, usize::from(area.width), context.glyphs),
            line.style,
        );
    }
    top
}

/// Writes in the corner how many lines are `below`, and the key that scrolls to them.
pub fn more_below(buffer: &mut Buffer, area: Rect, context: &DrawContext<'_>, below: usize) {
    if below > 0 && area.height > 0 {
        let style = context.theme.style(Role::Key);
        line_writer::put_right(
            buffer,
            area,
            area.right(),
            area.bottom() - 1,
            &below_note(context, below),
            style,
        );
    }
}

/// " ↓ 3 more below".
pub fn below_note(context: &DrawContext<'_>, below: usize) -> String {
    let key = if context.glyphs.ascii { "Down" } else { "↓" };
    format!(" {key} {below} more below")
}
