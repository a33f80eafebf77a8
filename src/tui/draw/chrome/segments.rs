//! A line of parts that gives up the least important ones as it shrinks.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::tui::draw::widget::{line_writer, text};

/// A part of a line. Parts of a higher rank are given up first; rank 0 is never.
pub struct HeaderSegment {
    /// What is written.
    pub spans: Vec<Span<'static>>,
    /// How soon it is given up.
    pub rank: u8,
    /// Whether it stands at the right end.
    pub right: bool,
}

impl HeaderSegment {
    /// A part on the left.
    pub fn left(rank: u8, spans: Vec<Span<'static>>) -> Self {
        Self {
            spans,
            rank,
            right: false,
        }
    }

    /// A part on the right.
    pub fn right(rank: u8, spans: Vec<Span<'static>>) -> Self {
        Self {
            spans,
            rank,
            right: true,
        }
    }

    /// A part of one style on the left.
    pub fn text(rank: u8, content: impl Into<String>, style: Style) -> Self {
        Self::left(rank, vec![Span::styled(content.into(), style)])
    }

    /// Cells it takes.
    pub fn cells(&self) -> usize {
        self.spans
            .iter()
            .map(|span| text::width(&span.content))
            .sum()
    }
}

/// Cells between two parts.
const GAP: usize = 2;

/// Draws the parts that fit in `line`, in order.
pub fn draw(buffer: &mut Buffer, line: Rect, mut segments: Vec<HeaderSegment>) {
    segments.retain(|segment| segment.cells() > 0);
    fit(&mut segments, usize::from(line.width));
    let (left, right): (Vec<_>, Vec<_>) = segments.into_iter().partition(|segment| !segment.right);
    let gap = u16::try_from(GAP).unwrap_or(u16::MAX);
    let mut x = line.x;
    for segment in &left {
        x = line_writer::put_spans(buffer, line, x, line.y, &segment.spans).saturating_add(gap);
    }
    let cells = u16::try_from(total(&right)).unwrap_or(u16::MAX);
    x = x.max(line.right().saturating_sub(cells));
    for segment in &right {
        x = line_writer::put_spans(buffer, line, x, line.y, &segment.spans).saturating_add(gap);
    }
}

/// Gives up segments of the highest rank, from the right, until the rest fits into `room` cells.
fn fit(segments: &mut Vec<HeaderSegment>, room: usize) {
    while total(segments) > room {
        let highest = segments.iter().map(|segment| segment.rank).max();
        let Some(rank) = highest.filter(|rank| *rank > 0) else {
            break;
        };
        let Some(at) = segments.iter().rposition(|segment| segment.rank == rank) else {
            break;
        };
        segments.remove(at);
    }
}

fn total(segments: &[HeaderSegment]) -> usize {
    let cells: usize = segments.iter().map(HeaderSegment::cells).sum();
    cells + GAP * segments.len().saturating_sub(1)
}
