//! The histogram above the lines: how many, of which level, over the time that is shown.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::model::{Timestamp, words};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::line_writer;
use crate::tui::input::action::Action;
use crate::tui::state::logs::LineNumber;
use crate::tui::state::logs::histogram::{Bucket, Histogram};
use crate::tui::state::{Drawn, Hit, LogsState};

/// Height of a view from which on the histogram has one row, and three.
const HEIGHTS: [(u16, u16); 2] = [(30, 3), (14, 1)];

/// Width of a view from which on there is a histogram.
const WIDTH: u16 = 40;

/// Parts of a cell that a bar can have.
const EIGHTHS: usize = 8;

/// Rows that the histogram takes of `area`.
#[must_use]
pub fn rows(area: Rect, logs: &LogsState) -> u16 {
    if logs.look.no_histogram || area.width < WIDTH || logs.is_empty() {
        return 0;
    }
    let found = HEIGHTS.iter().find(|(height, _)| area.height >= *height);
    found.map_or(0, |(_, rows)| *rows)
}

/// Draws the histogram of `logs`, of which the lines in `sight` (first, last) are drawn below.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    logs: &LogsState,
    sight: (Option<LineNumber>, Option<LineNumber>),
    drawn: &mut Drawn,
) {
    let label = |at: i64| {
        let at = Timestamp::from_millisecond(at).ok();
        at.map_or_else(String::new, |at| {
            words::moment(at, context.facts.now, context.zone)
        })
    };
    // A bar may begin before the first line: nothing earlier is asked for.
    let first = logs.ring.weights.front().map_or(0, |weight| weight.at);
    let labels = line_writer::cells(label(first).len());
    let bars = Rect {
        x: area.x + labels + 1,
        width: area.width.saturating_sub(2 * (labels + 1)),
        ..area
    };
    let Some(histogram) = Histogram::of(logs, usize::from(bars.width)) else {
        return;
    };
    drawn.log.histogram = usize::from(bars.width);
    let muted = context.theme.style(Role::Muted);
    let y = area.bottom().saturating_sub(1);
    let end = histogram.begin_of(histogram.buckets.len());
    line_writer::put(buffer, area, area.x, y, &label(histogram.begin), muted);
    line_writer::put_right(buffer, area, area.right(), y, &label(end), muted);
    let bucket_of = |number: Option<LineNumber>| {
        let weight = logs.ring.weights.get(logs.ring.index(number?)?)?;
        histogram.index(weight.at)
    };
    let sight = (bucket_of(sight.0), bucket_of(sight.1));
    let chosen = bucket_of(logs.cursor);
    let most = histogram.most();
    for (index, bucket) in histogram.buckets.iter().enumerate() {
        let x = bars.x + line_writer::cells(index);
        let column = Rect {
            x,
            width: 1,
            ..bars
        };
        draw_bar(buffer, column, context, *bucket, most);
        let style = buffer_style(index, sight, chosen, logs, context);
        buffer.set_style(column.intersection(bars), style);
        if bucket.lines > 0
            && let Ok(at) = Timestamp::from_millisecond(histogram.begin_of(index).max(first))
        {
            drawn.add(column, bars, Hit::Do(Action::GoToTime(at)));
        }
    }
}

/// Where the chosen line and the lines in sight stand.
fn buffer_style(
    index: usize,
    sight: (Option<usize>, Option<usize>),
    chosen: Option<usize>,
    logs: &LogsState,
    context: &DrawContext<'_>,
) -> ratatui::style::Style {
    let style = ratatui::style::Style::new();
    let (Some(first), Some(last)) = sight else {
        return style;
    };
    if chosen == Some(index) {
        style.add_modifier(Modifier::REVERSED)
    } else if !logs.follow && (first..=last).contains(&index) {
        let selection = context.theme.style(Role::Selection);
        selection
            .bg
            .map_or(style, |background| style.bg(background))
    } else {
        style
    }
}

/// Draws one bar: all lines in height, the worst level in colour; of several rows the errors at the
/// bottom.
fn draw_bar(
    buffer: &mut Buffer,
    column: Rect,
    context: &DrawContext<'_>,
    bucket: Bucket,
    most: usize,
) {
    if bucket.lines == 0 || most == 0 {
        return;
    }
    let height = usize::from(column.height);
    let full = height * EIGHTHS;
    let of = |lines: usize| (lines * full).div_ceil(most);
    let (errors, warnings) = (of(bucket.errors), of(bucket.errors + bucket.warnings));
    let all = of(bucket.lines);
    for row in 0..height {
        let low = row * EIGHTHS;
        let Some(filled) = all.checked_sub(low).filter(|filled| *filled > 0) else {
            return;
        };
        let role = if errors > low {
            Role::Unhealthy
        } else if warnings > low {
            Role::Degraded
        } else {
            Role::Muted
        };
        let levels = context.glyphs.levels();
        let glyph = levels
            .get(filled.min(EIGHTHS) - 1)
            .copied()
            .unwrap_or_default();
        let y = column.bottom().saturating_sub(1 + line_writer::cells(row));
        line_writer::put(
            buffer,
            column,
            column.x,
            y,
            glyph,
            context.theme.style(role),
        );
    }
}
