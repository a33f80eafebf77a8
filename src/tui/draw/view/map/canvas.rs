//! A window onto virtual cells: the map is laid out from 0, 0 and scrolls under the area.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use crate::tui::draw::widget::{line_writer, text};

/// An area of the screen that shows virtual cells from `left`, `top` on.
pub struct MapCanvas<'b> {
    buffer: &'b mut Buffer,
    area: Rect,
    left: u16,
    top: u16,
}

impl<'b> MapCanvas<'b> {
    /// A window onto `area` whose first cell is virtual `left`, `top`.
    pub const fn new(buffer: &'b mut Buffer, area: Rect, (left, top): (u16, u16)) -> Self {
        Self {
            buffer,
            area,
            left,
            top,
        }
    }

    /// The virtual cells that are in sight.
    #[must_use]
    pub const fn window(&self) -> Rect {
        Rect {
            x: self.left,
            y: self.top,
            width: self.area.width,
            height: self.area.height,
        }
    }

    /// The visible part of a virtual place, in screen cells; empty when it is scrolled out.
    #[must_use]
    pub fn visible(&self, place: Rect) -> Rect {
        let seen = place.intersection(self.window());
        if seen.is_empty() {
            return Rect::default();
        }
        Rect {
            x: self.area.x + (seen.x - self.left),
            y: self.area.y + (seen.y - self.top),
            ..seen
        }
    }

    /// Writes `text` at virtual `x`, `y`, clipped to the columns of `place`; returns the column
    /// after it as it would be were all of it in sight.
    pub fn put(&mut self, place: Rect, x: u16, y: u16, text: &str, style: Style) -> u16 {
        let end = x.saturating_add(cells(text)).min(place.right().max(x));
        let clip = self.visible(Rect {
            y,
            height: 1,
            ..place
        });
        if clip.is_empty() || y < place.y || x < place.x {
            return end;
        }
        let (x, shown) = self.cut_left(x, text);
        line_writer::put(
            self.buffer,
            clip,
            self.area.x.saturating_add(x - self.left.min(x)),
            clip.y,
            shown,
            style,
        );
        end
    }

    /// What of `text`, which begins at `x`, is not left of the window, and where that begins.
    fn cut_left<'t>(&self, mut x: u16, text: &'t str) -> (u16, &'t str) {
        let mut shown = text;
        for grapheme in text.graphemes(true) {
            if x >= self.left {
                break;
            }
            x = x.saturating_add(cells(grapheme));
            shown = shown.get(grapheme.len()..).unwrap_or_default();
        }
        (x, shown)
    }

    /// Writes `text` so that it ends before virtual column `right`; returns where it begins.
    /// Nothing is written when it would begin left of `place`.
    pub fn put_right(&mut self, place: Rect, right: u16, y: u16, text: &str, style: Style) -> u16 {
        match right.checked_sub(cells(text)) {
            Some(x) if x >= place.x => {
                self.put(place, x, y, text, style);
                x
            }
            _ => right,
        }
    }

    /// Gives the visible part of `place` a style without changing its text.
    pub fn set_style(&mut self, place: Rect, style: Style) {
        let visible = self.visible(place);
        self.buffer.set_style(visible, style);
    }
}

fn cells(text: &str) -> u16 {
    u16::try_from(text::width(text)).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_clipped_at_every_side_of_the_window() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 6, 2));
        let place = Rect::new(0, 0, 9, 9);
        let mut canvas = MapCanvas::new(&mut buffer, Rect::new(1, 0, 4, 2), (3, 2));
        assert_eq!(canvas.put(place, 0, 2, "abcdefghi", Style::default()), 9);
        assert_eq!(canvas.put(place, 1, 3, "日本語", Style::default()), 7);
        assert_eq!(canvas.put(place, 0, 1, "above", Style::default()), 5);
        assert_eq!(
            canvas.put_right(Rect::new(4, 2, 3, 1), 7, 2, "xy", Style::default()),
            5
        );
        assert_eq!(canvas.visible(Rect::new(0, 0, 4, 3)), Rect::new(1, 0, 1, 1));
        assert_eq!(buffer, Buffer::with_lines([" dexy ", " 本語 "]));
    }
}
