//! A line chart over time, in braille dots or ASCII. Where nothing was measured nothing is drawn.

use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{pen, text, units};
use crate::model::{SignedDuration, Timestamp};
use crate::tui::glyphs::Glyphs;
use crate::tui::theme::{Role, Theme};

/// Two neighbouring points further apart than this are not joined.
const GAP_MS: i64 = 90_000;

/// Spans of time below this many seconds are told to the second.
const EXACT_S: i64 = 600;

/// One line of a chart.
#[derive(Clone, Debug)]
pub struct Line {
    /// Name in the legend.
    pub label: &'static str,
    /// Colour.
    pub role: Role,
    /// Points, oldest first; `None` is a gap.
    pub points: Vec<(Timestamp, Option<f64>)>,
}

impl Line {
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
    pub lines: Vec<Line>,
    /// A limit drawn as a level, when it is not far above everything else.
    pub limit: Option<f64>,
    /// Values in words.
    pub unit: fn(f64) -> String,
    /// The smallest value at the top of the chart.
    pub floor: f64,
}

/// The looks and the span of time of a chart.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
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
pub fn draw(buffer: &mut Buffer, area: Rect, chart: &Chart, frame: Frame<'_>) {
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

fn draw_title(buffer: &mut Buffer, area: Rect, chart: &Chart, frame: Frame<'_>) {
    let muted = frame.theme.style(Role::Muted);
    let mut x = pen::put(
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
        x = pen::put(
            buffer,
            area,
            x + 2,
            area.y,
            sign,
            frame.theme.style(line.role),
        );
        if !line.label.is_empty() {
            x = pen::put(buffer, area, x + 1, area.y, line.label, muted);
        }
        x = pen::put(
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
        pen::put(buffer, area, x + 2, area.y, &words, muted);
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
    frame: Frame<'_>,
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
        pen::put(
            buffer,
            area,
            plot.x - 1,
            y,
            if label.is_some() { tick } else { wall },
            border,
        );
        if let Some(label) = label {
            pen::put_right(buffer, area, plot.x - 2, y, label, muted);
        }
    }
}

fn draw_times(buffer: &mut Buffer, area: Rect, plot: Rect, frame: Frame<'_>) {
    let muted = frame.theme.style(Role::Muted);
    let y = plot.bottom();
    let span = frame.to.duration_since(frame.from);
    let words = |span: SignedDuration| {
        if span.as_secs() < EXACT_S {
            units::duration_long(span)
        } else {
            units::duration(span)
        }
    };
    let left = format!("{} ago", words(span));
    let end = pen::put(buffer, area, plot.x, y, &left, muted);
    let right = units::clock(frame.to, frame.zone);
    if usize::from(plot.width) > text::width(&left) + right.len() + 2 {
        let begin = pen::put_right(buffer, area, area.right(), y, &right, muted);
        let half = format!("{} ago", words(span / 2));
        let centre = plot.x + plot.width / 2;
        let half_begin = centre.saturating_sub(u16::try_from(half.len() / 2).unwrap_or(0));
        if half_begin > end + 1 && usize::from(half_begin) + half.len() + 1 < usize::from(begin) {
            pen::put(buffer, area, half_begin, y, &half, muted);
        }
    }
}

/// A grid of dots: two by four to a cell in braille, one by two in ASCII.
struct Dots {
    plot: Rect,
    ascii: bool,
    columns: usize,
    rows: usize,
    on: Vec<bool>,
}

impl Dots {
    fn new(plot: Rect, ascii: bool) -> Self {
        let (wide, high) = if ascii { (1, 2) } else { (2, 4) };
        let (columns, rows) = (
            usize::from(plot.width) * wide,
            usize::from(plot.height) * high,
        );
        Self {
            plot,
            ascii,
            columns,
            rows,
            on: vec![false; columns * rows],
        }
    }

    fn clear(&mut self) {
        self.on.fill(false);
    }

    fn set(&mut self, column: usize, row: usize) {
        if column < self.columns && row < self.rows {
            self.on[row * self.columns + column] = true;
        }
    }

    fn get(&self, column: usize, row: usize) -> bool {
        self.on[row * self.columns + column]
    }

    /// A broken level line at `share` of the height.
    fn level(&mut self, share: f64) {
        let row = self.row_of(share);
        for column in (0..self.columns).filter(|column| column % 4 < 2) {
            self.set(column, row);
        }
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss
    )]
    fn row_of(&self, share: f64) -> usize {
        let last = self.rows.saturating_sub(1);
        last - ((share.clamp(0.0, 1.0) * last as f64).round() as usize).min(last)
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss
    )]
    fn column_of(&self, at: Timestamp, frame: Frame<'_>) -> Option<usize> {
        let (from, to) = (frame.from.as_millisecond(), frame.to.as_millisecond());
        let at = at.as_millisecond();
        if at < from || at > to || to <= from {
            return None;
        }
        let share = (at - from) as f64 / (to - from) as f64;
        Some((share * self.columns.saturating_sub(1) as f64).round() as usize)
    }

    /// Joins the neighbouring points of `line`.
    fn trace(&mut self, line: &Line, top: f64, frame: Frame<'_>) {
        let mut before: Option<(i64, usize, usize)> = None;
        for (at, value) in &line.points {
            let place = value
                .filter(|value| value.is_finite())
                .and_then(|value| Some((self.column_of(*at, frame)?, self.row_of(value / top))));
            let Some((column, row)) = place else {
                before = None;
                continue;
            };
            let millisecond = at.as_millisecond();
            match before {
                Some((then, x, y)) if millisecond - then <= GAP_MS => {
                    self.join((x, y), (column, row))
                }
                _ => self.set(column, row),
            }
            before = Some((millisecond, column, row));
        }
    }

    /// A straight line between two dots, both included.
    fn join(&mut self, from: (usize, usize), to: (usize, usize)) {
        let steps = to.0.abs_diff(from.0).max(to.1.abs_diff(from.1)).max(1);
        let between = |a: usize, b: usize, step: usize| {
            if b >= a {
                a + (b - a) * step / steps
            } else {
                a - (a - b) * step / steps
            }
        };
        for step in 0..=steps {
            self.set(between(from.0, to.0, step), between(from.1, to.1, step));
        }
    }

    fn paint(&self, buffer: &mut Buffer, style: Style) {
        for cell_y in 0..usize::from(self.plot.height) {
            for cell_x in 0..usize::from(self.plot.width) {
                if let Some(sign) = self.sign(cell_x, cell_y) {
                    let (x, y) = (self.plot.x as usize + cell_x, self.plot.y as usize + cell_y);
                    let (x, y) = (
                        u16::try_from(x).unwrap_or(u16::MAX),
                        u16::try_from(y).unwrap_or(u16::MAX),
                    );
                    pen::put(
                        buffer,
                        self.plot,
                        x,
                        y,
                        sign.encode_utf8(&mut [0; 4]),
                        style,
                    );
                }
            }
        }
    }

    /// The sign of a cell; `None` when no dot of it is on.
    fn sign(&self, cell_x: usize, cell_y: usize) -> Option<char> {
        if self.ascii {
            return match (
                self.get(cell_x, cell_y * 2),
                self.get(cell_x, cell_y * 2 + 1),
            ) {
                (true, true) => Some(':'),
                (true, false) => Some('\''),
                (false, true) => Some('.'),
                (false, false) => None,
            };
        }
        const BITS: [[u32; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        let mut bits = 0;
        for (down, row) in BITS.iter().enumerate() {
            for (along, bit) in row.iter().enumerate() {
                if self.get(cell_x * 2 + along, cell_y * 4 + down) {
                    bits |= bit;
                }
            }
        }
        if bits == 0 {
            None
        } else {
            char::from_u32(0x2800 + bits)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    fn render(width: u16, height: u16, points: &[(i64, Option<f64>)], ascii: bool) -> String {
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        let points = points
            .iter()
            .map(|(second, value)| (at(*second), *value))
            .collect();
        let chart = Chart {
            title: "CPU",
            lines: vec![Line {
                label: "",
                role: Role::Cpu,
                points,
            }],
            limit: Some(200.0),
            unit: units::percent,
            floor: 1.0,
        };
        let zone = TimeZone::UTC;
        let theme = Theme::default();
        let frame = Frame {
            theme: &theme,
            glyphs: Glyphs { ascii },
            from: at(0),
            to: at(600),
            zone: &zone,
        };
        draw(&mut buffer, area, &chart, frame);
        crate::tui::fixture::screen(&buffer)
    }

    #[test]
    fn a_rising_line_with_a_gap() {
        let mut points: Vec<_> = (0..=20)
            .map(|step| (step * 30, Some(step as f64 * 8.0)))
            .collect();
        for point in &mut points[8..12] {
            point.1 = None;
        }
        insta::assert_snapshot!("chart_utf8", render(50, 9, &points, false));
        insta::assert_snapshot!("chart_ascii", render(50, 9, &points, true));
    }

    #[test]
    fn an_empty_chart_says_so() {
        assert!(render(40, 6, &[], false).contains("no data"));
    }

    proptest! {
        #[test]
        fn no_points_and_no_size_panic(
            points in proptest::collection::vec((0i64..900, proptest::option::of(any::<f64>())), 0..30),
            width in 0u16..70, height in 0u16..20, ascii: bool,
        ) {
            let mut points = points;
            points.sort_by_key(|point| point.0);
            render(width, height, &points, ascii);
        }
    }
}
