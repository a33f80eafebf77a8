//! One log line on screen: time, source, text in its colours, hits.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::model::words;
use crate::model::{InstanceId, LogLine};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::{Role, Theme};
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::state::LogsState;
use crate::tui::state::logs::source_name;
use crate::tui::state::logs::text::{LinePart, Severity, WrapCursor, parts};

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

/// The look of a part of a line.
fn style(part: LinePart, theme: &Theme) -> Style {
    let role = match part {
        LinePart::Level(Severity::Error) => Role::Unhealthy,
        LinePart::Level(Severity::Warning) | LinePart::Cut => Role::Degraded,
        LinePart::Level(Severity::Info) => Role::Healthy,
        LinePart::Level(Severity::Other) | LinePart::Value => Role::Muted,
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
    needle: String,
}

impl<'a> Looks<'a> {
    /// The looks of `logs`; times with milliseconds where `wide`.
    #[must_use]
    pub fn new(context: &'a DrawContext<'a>, logs: &'a LogsState, wide: bool) -> Self {
        let widths = logs.sources.iter().map(|(_, name)| text::width(name));
        let longest = widths.max().unwrap_or(0);
        let several = logs.sources.len() > 1 || logs.services.len() > 1;
        let source_cells = if several {
            longest.clamp(3, SOURCE_CELLS)
        } else {
            0
        };
        let time_cells = match (logs.timestamps, wide) {
            (false, _) => 0,
            (true, true) => TIME_CELLS.0,
            (true, false) => TIME_CELLS.1,
        };
        Self {
            context,
            logs,
            source_cells,
            time_cells,
            needle: logs.search.to_lowercase(),
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
        source + self.time_cells
    }

    /// Draws line `index` with its first row at screen row `top`, which may lie above `area`.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, top: i32, index: usize, columns: usize) {
        let Some(line) = self.logs.ring.lines.get(index) else {
            return;
        };
        let theme = self.context.theme;
        let x = self.draw_prefix(buffer, area, top, line);
        let current = self.logs.hit == Some(index) && !self.needle.is_empty();
        let parts = parts(line);
        let hits = self.hits(&parts);
        let mut cursor = WrapCursor::new(if self.logs.wrap { columns } else { usize::MAX });
        let mut at = 0;
        for (text, part) in &parts {
            let style = style(*part, theme);
            let go_on = cursor.each(text, |row, column, grapheme| {
                let style = if is_hit(&hits, at) {
                    style.patch(theme.style(Role::Hit))
                } else {
                    style
                };
                at += grapheme.len();
                let Ok(y) =
                    u16::try_from(top.saturating_add(i32::try_from(row).unwrap_or(i32::MAX)))
                else {
                    return true;
                };
                let column = u16::try_from(column).unwrap_or(u16::MAX);
                line_writer::put(buffer, area, x.saturating_add(column), y, grapheme, style);
                y < area.bottom() && x.saturating_add(column) < area.right()
            });
            if !go_on {
                break;
            }
        }
        if current && let Ok(y) = u16::try_from(top) {
            buffer.set_style(line_writer::row(area, y), theme.style(Role::Selection));
        }
    }

    /// Time and source; returns the column where the text begins.
    fn draw_prefix(&self, buffer: &mut Buffer, area: Rect, top: i32, line: &LogLine) -> u16 {
        let begin = area
            .x
            .saturating_add(u16::try_from(self.prefix_cells()).unwrap_or(u16::MAX));
        let Ok(y) = u16::try_from(top) else {
            return begin;
        };
        let theme = self.context.theme;
        let mut x = area.x;
        if self.logs.timestamps {
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
            let name = source_name(self.logs, &line.instance);
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

    /// Byte ranges of the hits in the joined parts. Only texts whose lower case is as long are
    /// searched in any case, so that the ranges are right.
    fn hits(&self, parts: &[(Cow<'_, str>, LinePart)]) -> Vec<(usize, usize)> {
        if self.needle.is_empty() {
            return Vec::new();
        }
        let joined: String = parts.iter().map(|(text, _)| text.as_ref()).collect();
        let lower = joined.to_lowercase();
        let haystack = if lower.len() == joined.len() {
            lower
        } else {
            joined
        };
        haystack
            .match_indices(&self.needle)
            .map(|(at, hit)| (at, at + hit.len()))
            .collect()
    }
}

/// Whether byte `at` lies in one of the `hits`, which are in order.
fn is_hit(hits: &[(usize, usize)], at: usize) -> bool {
    let next = hits.partition_point(|(_, to)| *to <= at);
    hits.get(next).is_some_and(|(from, _)| *from <= at)
}
