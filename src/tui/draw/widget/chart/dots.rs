//! A grid of dots finer than cells.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::model::Timestamp;
use crate::tui::draw::widget::chart::{ChartFrame, ChartLine};
use crate::tui::draw::widget::line_writer;

/// Two neighbouring points further apart than this are not joined.
const GAP_MS: i64 = 90_000;

/// A grid of dots: two by four to a cell in braille, one by two in ASCII.
pub(super) struct Dots {
    plot: Rect,
    ascii: bool,
    columns: usize,
    rows: usize,
    on: Vec<bool>,
}

impl Dots {
    pub fn new(plot: Rect, ascii: bool) -> Self {
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

    pub fn clear(&mut self) {
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
    pub fn level(&mut self, share: f64) {
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
    fn column_of(&self, at: Timestamp, frame: ChartFrame<'_>) -> Option<usize> {
        let (from, to) = (frame.from.as_millisecond(), frame.to.as_millisecond());
        let at = at.as_millisecond();
        if at < from || at > to || to <= from {
            return None;
        }
        let share = (at - from) as f64 / (to - from) as f64;
        Some((share * self.columns.saturating_sub(1) as f64).round() as usize)
    }

    /// Joins the neighbouring points of `line`.
    pub fn trace(&mut self, line: &ChartLine, top: f64, frame: ChartFrame<'_>) {
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

    pub fn paint(&self, buffer: &mut Buffer, style: Style) {
        for cell_y in 0..usize::from(self.plot.height) {
            for cell_x in 0..usize::from(self.plot.width) {
                if let Some(sign) = self.sign(cell_x, cell_y) {
                    let (x, y) = (self.plot.x as usize + cell_x, self.plot.y as usize + cell_y);
                    let (x, y) = (
                        u16::try_from(x).unwrap_or(u16::MAX),
                        u16::try_from(y).unwrap_or(u16::MAX),
                    );
                    line_writer::put(
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
            return self.ascii_sign(cell_x, cell_y);
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

    /// Two dots, one above the other.
    fn ascii_sign(&self, cell_x: usize, cell_y: usize) -> Option<char> {
        let upper = self.get(cell_x, cell_y * 2);
        match (upper, self.get(cell_x, cell_y * 2 + 1)) {
            (true, true) => Some(':'),
            (true, false) => Some('\''),
            (false, true) => Some('.'),
            (false, false) => None,
        }
    }
}
