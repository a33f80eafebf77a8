//! A line of parts that gives up the least important ones as it shrinks, as a whole or for a shorter
//! form: nothing is cut.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::tui::draw::widget::{line_writer, text};

/// A part of a line in ever shorter forms. Forms of a higher rank are given up first, for the next
/// one of the part or for nothing; rank 0 is never.
pub struct HeaderSegment {
    forms: Vec<Form>,
    /// Whether it stands at the right end.
    right: bool,
}

struct Form {
    rank: u8,
    spans: Vec<Span<'static>>,
}

impl HeaderSegment {
    /// A part on the left.
    pub fn left(rank: u8, spans: Vec<Span<'static>>) -> Self {
        Self {
            forms: vec![Form { rank, spans }],
            right: false,
        }
    }

    /// A part on the right.
    pub fn right(rank: u8, spans: Vec<Span<'static>>) -> Self {
        Self {
            right: true,
            ..Self::left(rank, spans)
        }
    }

    /// A part of one style on the left.
    pub fn text(rank: u8, content: impl Into<String>, style: Style) -> Self {
        Self::left(rank, vec![Span::styled(content.into(), style)])
    }

    /// With a shorter form for where the one before does not fit.
    pub fn or(mut self, rank: u8, spans: Vec<Span<'static>>) -> Self {
        self.forms.push(Form { rank, spans });
        self
    }

    /// What is written in its present form.
    pub fn spans(&self) -> &[Span<'static>] {
        self.forms.first().map_or(&[], |form| &form.spans)
    }

    /// Cells it takes in its present form.
    pub fn cells(&self) -> usize {
        let widths = self.spans().iter().map(|span| text::width(&span.content));
        widths.sum()
    }

    fn rank(&self) -> u8 {
        self.forms.first().map_or(0, |form| form.rank)
    }
}

/// Cells between two parts.
pub const GAP: usize = 2;

/// Draws the parts that fit in `line`, in order.
pub fn draw(buffer: &mut Buffer, line: Rect, mut segments: Vec<HeaderSegment>) {
    segments.retain(|segment| segment.cells() > 0);
    fit(&mut segments, usize::from(line.width));
    let (left, right): (Vec<_>, Vec<_>) = segments.into_iter().partition(|segment| !segment.right);
    let gap = u16::try_from(GAP).unwrap_or(u16::MAX);
    let mut x = line.x;
    for segment in &left {
        x = line_writer::put_spans(buffer, line, x, line.y, segment.spans()).saturating_add(gap);
    }
    let cells = u16::try_from(total(&right)).unwrap_or(u16::MAX);
    x = x.max(line.right().saturating_sub(cells));
    for segment in &right {
        x = line_writer::put_spans(buffer, line, x, line.y, segment.spans()).saturating_add(gap);
    }
}

/// Gives up forms of the highest rank, from the right, until the rest fits into `room` cells.
fn fit(segments: &mut Vec<HeaderSegment>, room: usize) {
    while total(segments) > room {
        let highest = segments.iter().map(HeaderSegment::rank).max();
        let Some(rank) = highest.filter(|rank| *rank > 0) else {
            break;
        };
        let Some(at) = segments.iter().rposition(|segment| segment.rank() == rank) else {
            break;
        };
        segments[at].forms.remove(0);
        if segments[at].forms.is_empty() {
            segments.remove(at);
        }
    }
}

fn total(segments: &[HeaderSegment]) -> usize {
    let cells: usize = segments.iter().map(HeaderSegment::cells).sum();
    cells + GAP * segments.len().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture;

    fn span(content: &str) -> Vec<Span<'static>> {
        vec![Span::raw(content.to_owned())]
    }

    #[test]
    fn what_does_not_fit_goes_for_a_shorter_form_and_then_as_a_whole() {
        let line = |width: u16| {
            let area = Rect::new(0, 0, width, 1);
            let mut buffer = Buffer::empty(area);
            let name = HeaderSegment::left(0, span("name"));
            let host = HeaderSegment::left(5, span("long host")).or(1, span("host"));
            let age = HeaderSegment::right(3, span("age"));
            draw(&mut buffer, area, vec![name, host, age]);
            fixture::screen(&buffer).trim_end().to_owned()
        };
        assert_eq!(line(22), "name  long host    age");
        assert_eq!(line(20), "name  long host  age");
        assert_eq!(line(19), "name  host      age");
        assert_eq!(line(14), "name  host");
        assert_eq!(line(9), "name");
        assert_eq!(line(3), "nam", "what is never given up is all there is");
    }
}
