//! A line chart over time, in braille dots or ASCII. Where nothing was measured nothing is drawn.

mod dots;

use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::words;
use crate::model::{SignedDuration, Timestamp};
use crate::tui::draw::glyphs::Glyphs;
use crate::tui::draw::theme::{Role, Theme};
use crate::tui::draw::widget::{line_writer, text};

use dots::Dots;

/// Spans of time below this many seconds are shown to the second.
const EXACT_S: i64 = 600;

/// One line of a chart.
#[derive(Clone, Debug)]
pub struct ChartLine {
    /// Name in the legend.
    pub label: &'static str,
    /// Colour.
    pub role: Role,
    /// Points, oldest first; `None` is a gap.
    pub points: Vec<(Timestamp, Option<f64>)>,
}

impl ChartLine {
    /// The newest value.
    #[must_use]
    pub fn last(&self) -> Option<f64> {
        self.points.last().and_then(|(_, value)| *value)
    }
}

/// What a chart shows.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Title in the first row.
    pub title: &'static str,
    /// Lines; later ones are drawn on top.
    pub lines: Vec<ChartLine>,
    /// A limit drawn as a level, when it is not far above everything else.
    pub limit: Option<f64>,
    /// Values in words.
    pub unit: fn(f64) -> String,
    /// The smallest value at the top of the chart.
    pub floor: f64,
}

/// The looks and the span of time of a chart.
#[derive(Clone, Copy)]
pub struct ChartFrame<'a> {
    /// Looks.
    pub theme: &'a Theme,
    /// Signs.
    pub glyphs: Glyphs,
    /// Left end.
    pub from: Timestamp,
    /// Right end.
    pub to: Timestamp,
    /// Zone of the time axis.
    pub zone: &'a TimeZone,
}

/// Draws title with current values, level axis, dots and time axis into `area`.
pub fn draw(buffer: &mut Buffer, area: Rect, chart: &Chart, frame: ChartFrame<'_>) {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return;
    }
    draw_title(buffer, area, chart, frame);
    let top = top_value(chart);
    let labels = [
        (chart.unit)(top),
        (chart.unit)(top / 2.0),
        (chart.unit)(0.0),
    ];
    let gutter = labels
        .iter()
        .map(|label| text::width(label))
        .max()
        .unwrap_or(0)
        + 1;
    let gutter = u16::try_from(gutter).unwrap_or(u16::MAX);
    if area.height < 4 || area.width < gutter + 8 {
        return;
    }
    let plot = Rect::new(
        area.x + gutter + 1,
        area.y + 1,
        area.width - gutter - 1,
        area.height - 2,
    );
    draw_levels(buffer, area, plot, &labels, frame);
    draw_times(buffer, area, plot, frame);
    let mut dots = Dots::new(plot, frame.glyphs.ascii);
    if let Some(limit) = chart.limit.filter(|limit| *limit <= top) {
        dots.level(limit / top);
        dots.paint(buffer, frame.theme.style(Role::Stale));
        dots.clear();
    }
    for line in &chart.lines {
        dots.trace(line, top, frame);
        dots.paint(buffer, frame.theme.style(line.role));
        dots.clear();
    }
}

fn draw_title(buffer: &mut Buffer, area: Rect, chart: &Chart, frame: ChartFrame<'_>) {
    let muted = frame.theme.style(Role::Muted);
    let mut x = line_writer::put(
        buffer,
        area,
        area.x,
        area.y,
        chart.title,
        frame.theme.style(Role::Title),
    );
    let sign = if frame.glyphs.ascii { "-" } else { "─" };
    for line in &chart.lines {
        let absent = if line.points.is_empty() {
            "no data"
        } else {
            "none now"
        };
        let value = line.last().map_or_else(|| absent.to_owned(), chart.unit);
        // What does not fit as a whole is left out: first the name of the line, then its value.
        let room = usize::from(area.right().saturating_sub(x)).saturating_sub(4);
        let value_cells = text::width(&value);
        if value_cells > room {
            break;
        }
        let named = !line.label.is_empty() && value_cells + line.label.len() < room;
        x = line_writer::put(
            buffer,
            area,
            x + 2,
            area.y,
            sign,
            frame.theme.style(line.role),
        );
        if named {
            x = line_writer::put(buffer, area, x + 1, area.y, line.label, muted);
        }
        x = line_writer::put(
            buffer,
            area,
            x + 1,
            area.y,
            &value,
            frame.theme.style(Role::Text),
        );
    }
    if let Some(limit) = chart.limit {
        let words = format!("limit {}", (chart.unit)(limit));
        line_writer::put(buffer, area, x + 2, area.y, &words, muted);
    }
}

/// The value at the top: a little above the highest point; the limit too, unless it would flatten
/// everything else.
fn top_value(chart: &Chart) -> f64 {
    let highest = chart
        .lines
        .iter()
        .flat_map(|line| line.points.iter().filter_map(|(_, value)| *value))
        .filter(|value| value.is_finite())
        .fold(chart.floor.max(f64::MIN_POSITIVE), f64::max);
    match chart.limit {
        Some(limit) if limit >= highest && limit <= highest * 4.0 => limit * 1.05,
        _ => highest * 1.1,
    }
}

fn draw_levels(
    buffer: &mut Buffer,
    area: Rect,
    plot: Rect,
    labels: &[String; 3],
    frame: ChartFrame<'_>,
) {
    let (border, muted) = (
        frame.theme.style(Role::Border),
        frame.theme.style(Role::Muted),
    );
    let (wall, tick) = if frame.glyphs.ascii {
        ("|", "+")
    } else {
        ("│", "┤")
    };
    let middle = plot.y + (plot.height - 1) / 2;
    for y in plot.top()..plot.bottom() {
        let label = match y {
            y if y == plot.top() => Some(&labels[0]),
            y if y + 1 == plot.bottom() => Some(&labels[2]),
            y if y == middle && plot.height >= 5 => Some(&labels[1]),
            _ => None,
        };
        line_writer::put(
            buffer,
            area,
            plot.x - 1,
            y,
            if label.is_some() { tick } else { wall },
            border,
        );
        if let Some(label) = label {
            line_writer::put_right(buffer, area, plot.x - 2, y, label, muted);
        }
    }
}

fn draw_times(buffer: &mut Buffer, area: Rect, plot: Rect, frame: ChartFrame<'_>) {
    let muted = frame.theme.style(Role::Muted);
    let y = plot.bottom();
    let span = frame.to.duration_since(frame.from);
    let words = |span: SignedDuration| {
        if span.as_secs() < EXACT_S {
            words::duration_long(span)
        } else {
            words::duration(span)
        }
    };
    let left = format!("{} ago", words(span));
    let end = line_writer::put(buffer, area, plot.x, y, &left, muted);
    let right = words::clock(frame.to, frame.zone);
    if usize::from(plot.width) > text::width(&left) + right.len() + 2 {
        let begin = line_writer::put_right(buffer, area, area.right(), y, &right, muted);
        let half = format!("{} ago", words(span / 2));
        let centre = plot.x + plot.width / 2;
        let half_begin = centre.saturating_sub(u16::try_from(half.len() / 2).unwrap_or(0));
        if half_begin > end + 1 && usize::from(half_begin) + half.len() + 1 < usize::from(begin) {
            line_writer::put(buffer, area, half_begin, y, &half, muted);
        }
    }
}

#[cfg(test)]
mod tests;
