//! The patterns of a log: how often, since when, how fast, their text.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::logs::patterns::LogPattern;
use crate::model::{LineLevel, words};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, scroll, text};
use crate::tui::state::logs::PatternsState;
use crate::tui::state::{Drawn, Hit, Viewport, scroll_to};

/// Columns before the text, each with its width; narrow views leave the last ones out.
const COLUMNS: [(&str, u16); 5] = [
    ("", 4),
    ("", 1),
    ("lines", 8),
    ("rate", 8),
    ("first seen", 14),
];

/// Width below which the rate and the time are left out.
const WIDE: u16 = 70;

/// Draws the patterns in place of the lines, the example of the chosen one at the bottom.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    patterns: &PatternsState,
    drawn: &mut Drawn,
) {
    let muted = context.theme.style(Role::Muted);
    if patterns.rows.is_empty() {
        let words = if patterns.is_running {
            "grouping the lines…"
        } else {
            "no lines to group yet"
        };
        line_writer::centred_text(buffer, area, words, context.glyphs, muted);
        return;
    }
    let (head, body, foot) = parts(area);
    draw_head(buffer, head, context);
    let row = patterns.row();
    let rows = usize::from(body.height);
    let top = scroll_to(0, row, rows, patterns.rows.len());
    drawn.viewport = Viewport {
        top,
        rows,
        total: patterns.rows.len(),
    };
    for (index, pattern) in patterns.rows.iter().enumerate().skip(top).take(rows) {
        let y = body.y + line_writer::cells(index - top);
        let line = line_writer::row(body, y);
        let is_new = patterns
            .since
            .is_some_and(|since| pattern.is_new_since(since));
        draw_row(buffer, line, context, pattern, is_new);
        if index == row {
            line_writer::cursor(buffer, line, context.theme, context.glyphs);
        }
        drawn.add(line, body, Hit::Row(index));
    }
    scroll::bar(buffer, body, drawn.viewport, context.theme, context.glyphs);
    if let Some(pattern) = patterns.rows.get(row) {
        draw_example(buffer, foot, context, pattern);
    }
}

/// The head, the rows, and what is left for an example.
fn parts(area: Rect) -> (Rect, Rect, Rect) {
    let head = area.height.min(1);
    let foot = if area.height >= 8 { 3 } else { 0 };
    let row = |y: u16, height: u16| Rect { y, height, ..area };
    (
        row(area.y, head),
        row(area.y + head, area.height - head - foot),
        row(area.bottom() - foot, foot),
    )
}

/// The columns that have room, with where each begins; then where the text begins.
fn places(area: Rect) -> (Vec<(usize, u16)>, u16) {
    let count = if area.width < WIDE { 3 } else { COLUMNS.len() };
    let mut x = area.x + 1;
    let mut places = Vec::new();
    for (index, (_, width)) in COLUMNS.iter().enumerate().take(count) {
        places.push((index, x));
        x += width + 1;
    }
    (places, x)
}

fn draw_head(buffer: &mut Buffer, row: Rect, context: &DrawContext<'_>) {
    let style = context.theme.style(Role::Muted);
    let (places, x) = places(row);
    for (index, at) in places {
        let (title, width) = COLUMNS[index];
        let title = if index == 2 || index == 3 {
            text::fit_right(title, usize::from(width), context.glyphs)
        } else {
            title.to_owned()
        };
        line_writer::put(buffer, row, at, row.y, &title, style);
    }
    line_writer::put(buffer, row, x, row.y, "pattern", style);
}

fn draw_row(
    buffer: &mut Buffer,
    row: Rect,
    context: &DrawContext<'_>,
    pattern: &LogPattern,
    is_new: bool,
) {
    let theme = context.theme;
    let (places, x) = places(row);
    let muted = theme.style(Role::Muted);
    for (index, at) in places {
        let width = usize::from(COLUMNS[index].1);
        let (words, style): (String, Style) = match index {
            0 => {
                let words = if is_new { "new" } else { "" };
                (words.to_owned(), theme.style(Role::Key))
            }
            1 => {
                let role = pattern.level.map_or(Role::Muted, Role::of_level);
                (letter(pattern.level).to_owned(), theme.style(role))
            }
            2 => {
                let count = words::count(pattern.count);
                (
                    text::fit_right(&count, width, context.glyphs),
                    theme.style(Role::Text),
                )
            }
            3 => {
                let rate = pattern.per_second(context.now()).map(rate);
                let rate = rate.unwrap_or_else(|| "-".to_owned());
                (text::fit_right(&rate, width, context.glyphs), muted)
            }
            _ => {
                let at = pattern.first_seen;
                let at = at.map(|at| words::moment(at, context.now(), context.zone));
                let at = at.unwrap_or_else(|| "-".to_owned());
                (at, muted)
            }
        };
        line_writer::put(buffer, row, at, row.y, &words, style);
    }
    let room = usize::from(row.right().saturating_sub(x + 1));
    let template = pattern.to_string();
    let template = text::cut(&template, room, context.glyphs);
    line_writer::put(
        buffer,
        row,
        x,
        row.y,
        &template,
        theme.style(Role::of_text(pattern.level)),
    );
}

/// The first letter of a level: colours alone do not tell it everywhere.
const fn letter(level: Option<LineLevel>) -> &'static str {
    match level {
        Some(LineLevel::Error) => "E",
        Some(LineLevel::Warning) => "W",
        Some(LineLevel::Info) => "I",
        Some(LineLevel::Debug) => "D",
        Some(LineLevel::Trace) => "T",
        None => "-",
    }
}

/// Lines a second, or a minute where they are few.
fn rate(per_second: f64) -> String {
    if per_second >= 1.0 {
        format!("{}/s", words::per_second(per_second))
    } else {
        format!("{:.1}/min", per_second * 60.0)
    }
}

fn draw_example(buffer: &mut Buffer, area: Rect, context: &DrawContext<'_>, pattern: &LogPattern) {
    if area.is_empty() {
        return;
    }
    let (theme, glyphs) = (context.theme, context.glyphs);
    let dim = theme.style(Role::Dim);
    line_writer::rule(buffer, area, area.y, area.x, area.right(), glyphs, dim);
    line_writer::put(
        buffer,
        area,
        area.x + 2,
        area.y,
        " example ",
        theme.style(Role::Muted),
    );
    let example = crate::logs::without_colours(&pattern.example).replace('\n', " ");
    let lines = text::wrap(&example, usize::from(area.width.saturating_sub(2)));
    for (line, y) in lines.iter().zip(area.y + 1..area.bottom()) {
        line_writer::put(buffer, area, area.x + 1, y, line, theme.style(Role::Text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_fits_in_its_column() {
        let width = COLUMNS.iter().find(|(title, _)| *title == "rate");
        let width = usize::from(width.unwrap().1);
        for (per_second, words) in [
            (18_512.4, "19k/s"),
            (1.1e6, "1100k/s"),
            (340.2, "340/s"),
            (0.99, "59.4/min"),
            (0.0, "0.0/min"),
        ] {
            assert_eq!(rate(per_second), words);
            assert!(words.len() <= width, "{words}");
        }
    }
}
