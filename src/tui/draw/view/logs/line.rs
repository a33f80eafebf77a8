//! One log line on screen: time, source, text in its colours, hits.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::model::words;
use crate::model::{InstanceId, LineLevel, LogLine};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::{Role, Theme};
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::state::LogsState;
use crate::tui::state::logs::layout::{Parts, paragraphs};
use crate::tui::state::logs::text::{LinePart, WrapCursor};
use crate::tui::state::logs::{LineNumber, source_name};

use super::marks;

/// Roles that distinguish sources, in turn.
const SOURCES: [Role; 7] = [
    Role::Cpu,
    Role::Network,
    Role::Memory,
    Role::Latency,
    Role::Block,
    Role::Needs,
    Role::NeededBy,
];
/// Most cells of a source's name.
const SOURCE_CELLS: usize = 18;
/// Cells of a time with the blank after it: `14:02:11.123 `, `14:02:11 `.
const TIME_CELLS: (usize, usize) = (13, 9);

/// Cells before everything else: marked, chosen, an error, a warning.
const GUTTER: usize = 1;

/// The look of a part of a line.
fn style(part: LinePart, theme: &Theme) -> Style {
    let role = match part {
        LinePart::Level(level) => Role::of_level(level),
        LinePart::Cut => Role::Degraded,
        LinePart::Value | LinePart::Trace => Role::Muted,
        LinePart::Message => Role::Text,
        LinePart::Key => Role::Dim,
        // What the line does not colour itself is ordinary text.
        LinePart::Plain(style) => return theme.style(Role::Text).patch(style),
    };
    theme.style(role)
}

/// How the lines of a tail look.
pub struct Looks<'a> {
    context: &'a DrawContext<'a>,
    logs: &'a LogsState,
    source_cells: usize,
    time_cells: usize,
}

impl<'a> Looks<'a> {
    /// The looks of `logs`; times with milliseconds where `wide`.
    #[must_use]
    pub fn new(context: &'a DrawContext<'a>, logs: &'a LogsState, wide: bool) -> Self {
        let widths = logs.sources.iter().map(|(_, name)| text::width(name));
        let longest = widths.max().unwrap_or(0);
        // Containers that replaced each other have one name.
        let mut names = logs.sources.iter().map(|(_, name)| name);
        let first = names.next();
        let several = names.any(|name| Some(name) != first) || logs.services.len() > 1;
        let source_cells = if several {
            longest.clamp(3, SOURCE_CELLS)
        } else {
            0
        };
        let time_cells = match (logs.look.timestamps, wide) {
            (false, _) => 0,
            (true, true) => TIME_CELLS.0,
            (true, false) => TIME_CELLS.1,
        };
        Self {
            context,
            logs,
            source_cells,
            time_cells,
        }
    }

    /// Cells before the text.
    #[must_use]
    pub fn prefix_cells(&self) -> usize {
        let source = if self.source_cells > 0 {
            self.source_cells + 3
        } else {
            0
        };
        GUTTER + source + self.time_cells
    }

    /// Draws the shown line `index` with its first row at screen row `top`, which may lie above
    /// `area`.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, top: i32, index: usize, columns: usize) {
        let logs = self.logs;
        let (Some(number), Some(line)) = (logs.number(index), logs.line(index)) else {
            return;
        };
        if let Some(mark) = line.mark {
            let name = source_name(&logs.sources, &line.instance);
            marks::draw(buffer, area, top, &name, mark, self.context);
            return self.draw_cursor(buffer, area, number, top..top.saturating_add(1));
        }
        let x = self.draw_prefix(buffer, area, top, number, line);
        let mut row = top;
        for parts in &paragraphs(line, &logs.look) {
            let place = Paragraph {
                area,
                x,
                top: row,
                columns,
                is_context: self.is_context(number),
            };
            row = row.saturating_add(self.draw_parts(buffer, parts, &place));
        }
        self.draw_cursor(buffer, area, number, top..row);
    }

    /// Shows on its screen rows that line `number` is chosen, where it is.
    fn draw_cursor(&self, buffer: &mut Buffer, area: Rect, number: LineNumber, rows: Range<i32>) {
        if self.logs.cursor == Some(number) {
            let (theme, glyphs) = (self.context.theme, self.context.glyphs);
            for y in rows.filter_map(|y| u16::try_from(y).ok()) {
                line_writer::cursor(buffer, line_writer::row(area, y), theme, glyphs);
            }
        }
    }

    /// Whether line `number` is shown only because it stands near a match.
    fn is_context(&self, number: LineNumber) -> bool {
        let shown = self.logs.find.shown.as_ref();
        shown.is_some_and(|shown| shown.matches.binary_search(&number).is_err())
    }

    /// Draws one line of a record; gives the rows that it takes. Of one that is longer than its row
    /// the signs behind it stay in sight: what was cut off, what is folded.
    fn draw_parts(&self, buffer: &mut Buffer, parts: &Parts<'_>, place: &Paragraph) -> i32 {
        let signs = parts.iter().rev();
        let signs = signs.take_while(|(_, part)| *part == LinePart::Cut).count();
        if self.logs.look.wrap || signs == 0 {
            return self.draw_text(buffer, parts, place).0;
        }
        let (parts, signs) = parts.split_at(parts.len() - signs);
        let words: String = signs.iter().map(|(words, _)| words.as_ref()).collect();
        let cells = line_writer::cells(text::width(&words));
        let room = place.area.right().saturating_sub(place.x);
        let text = Paragraph {
            area: Rect {
                width: place.area.width.saturating_sub(cells.min(room)),
                ..place.area
            },
            ..*place
        };
        let (rows, end) = self.draw_text(buffer, parts, &text);
        if let Ok(y) = u16::try_from(place.top) {
            let style = self.style(LinePart::Cut, place);
            line_writer::put(buffer, place.area, end, y, &words, style);
        }
        rows
    }

    /// Draws text; gives the rows that it takes, and the column behind it.
    fn draw_text(
        &self,
        buffer: &mut Buffer,
        parts: &[(Cow<'_, str>, LinePart)],
        place: &Paragraph,
    ) -> (i32, u16) {
        let (theme, look) = (self.context.theme, &self.logs.look);
        let hits = self.hits(parts);
        let mut cursor = WrapCursor::new(if look.wrap { place.columns } else { usize::MAX });
        let left = if look.wrap { 0 } else { look.left };
        let (mut at, mut end) = (0, place.x);
        for (text, part) in parts {
            let style = self.style(*part, place);
            let go_on = cursor.each(text, |row, column, grapheme| {
                let style = if is_hit(&hits, at) {
                    style.patch(theme.style(Role::Hit))
                } else {
                    style
                };
                at += grapheme.len();
                let row = i32::try_from(row).unwrap_or(i32::MAX);
                let Ok(y) = u16::try_from(place.top.saturating_add(row)) else {
                    return true;
                };
                let Some(column) = column.checked_sub(left) else {
                    return true;
                };
                let x = place
                    .x
                    .saturating_add(u16::try_from(column).unwrap_or(u16::MAX));
                let shown = if grapheme == "\t" { " " } else { grapheme };
                end = line_writer::put(buffer, place.area, x, y, shown, style);
                y < place.area.bottom() && x < place.area.right()
            });
            if !go_on {
                break;
            }
        }
        let row = i32::try_from(cursor.row()).unwrap_or(i32::MAX);
        (row.saturating_add(1), end.min(place.area.right()))
    }

    fn style(&self, part: LinePart, place: &Paragraph) -> Style {
        if place.is_context {
            self.context.theme.style(Role::Dim)
        } else {
            style(part, self.context.theme)
        }
    }

    /// Whether the line is marked, an error or a warning.
    fn draw_gutter(
        &self,
        buffer: &mut Buffer,
        area: Rect,
        y: u16,
        number: LineNumber,
        line: &LogLine,
    ) {
        let ascii = self.context.glyphs.ascii;
        let (glyph, role) = match line.level {
            _ if self.logs.marked.contains(&number) => (if ascii { "*" } else { "●" }, Role::Key),
            Some(level) if level >= LineLevel::Warning => {
                let letter = if level == LineLevel::Error { "E" } else { "W" };
                (if ascii { letter } else { "▎" }, Role::of_level(level))
            }
            _ => return,
        };
        line_writer::put(
            buffer,
            area,
            area.x,
            y,
            glyph,
            self.context.theme.style(role),
        );
    }

    /// Time and source; returns the column where the text begins.
    fn draw_prefix(
        &self,
        buffer: &mut Buffer,
        area: Rect,
        top: i32,
        number: LineNumber,
        line: &LogLine,
    ) -> u16 {
        let begin = area
            .x
            .saturating_add(u16::try_from(self.prefix_cells()).unwrap_or(u16::MAX));
        let Ok(y) = u16::try_from(top) else {
            return begin;
        };
        let theme = self.context.theme;
        self.draw_gutter(buffer, area, y, number, line);
        let mut x = area.x.saturating_add(1);
        if self.logs.look.timestamps {
            let clock = if self.time_cells == TIME_CELLS.0 {
                words::clock_millis
            } else {
                words::clock
            };
            let time = line
                .at
                .map_or_else(String::new, |at| clock(at, self.context.zone));
            line_writer::put(buffer, area, x, y, &time, theme.style(Role::Muted));
            x = x.saturating_add(u16::try_from(self.time_cells).unwrap_or(u16::MAX));
        }
        if self.source_cells > 0 {
            let name = source_name(&self.logs.sources, &line.instance);
            let name = text::fit(&name, self.source_cells, self.context.glyphs);
            let x = line_writer::put(
                buffer,
                area,
                x,
                y,
                &name,
                theme.style(self.source_role(&line.instance)),
            );
            let wall = if self.context.glyphs.ascii {
                " | "
            } else {
                " │ "
            };
            line_writer::put(buffer, area, x, y, wall, theme.style(Role::Dim));
        }
        begin
    }

    fn source_role(&self, instance: &InstanceId) -> Role {
        let at = self
            .logs
            .sources
            .iter()
            .position(|(id, _)| id == instance)
            .unwrap_or(0);
        SOURCES[at % SOURCES.len()]
    }

    /// Byte ranges of what search and filter find in the joined parts, in order.
    fn hits(&self, parts: &[(Cow<'_, str>, LinePart)]) -> Vec<Range<usize>> {
        let find = &self.logs.find;
        // The criteria of the search hold those of the filter too.
        let Some(found) = find.hits.as_ref().or(find.shown.as_ref()) else {
            return Vec::new();
        };
        let joined: String = parts.iter().map(|(text, _)| text.as_ref()).collect();
        found.criteria.filter.highlights(&joined)
    }
}

/// Where one line of a record is drawn.
struct Paragraph {
    area: Rect,
    /// Column of the text.
    x: u16,
    /// Row of its first row; may lie above the area.
    top: i32,
    /// Cells for the text.
    columns: usize,
    /// Whether it stands only near a match.
    is_context: bool,
}

/// Whether byte `at` lies in one of the `hits`, which are in order.
fn is_hit(hits: &[Range<usize>], at: usize) -> bool {
    let next = hits.partition_point(|hit| hit.end <= at);
    hits.get(next).is_some_and(|hit| hit.start <= at)
}
