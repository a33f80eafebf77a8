//! A window onto virtual rows: the map is laid out from row 0 and scrolls under the area.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::tui::widget::pen;

/// An area of the screen that shows virtual rows from `top` on.
pub struct Canvas<'b> {
    buffer: &'b mut Buffer,
    area: Rect,
    top: u16,
}

impl<'b> Canvas<'b> {
    /// A window onto `area` that begins with virtual row `top`.
    pub const fn new(buffer: &'b mut Buffer, area: Rect, top: u16) -> Self {
        Self { buffer, area, top }
    }

    /// The screen row of virtual row `y`; `None` when it is scrolled out.
    #[must_use]
    pub fn row(&self, y: u16) -> Option<u16> {
        let row = y.checked_sub(self.top)?;
        (row < self.area.height).then(|| self.area.y + row)
    }

    /// The visible part of a virtual place, in screen cells; empty when it is scrolled out.
    #[must_use]
    pub fn visible(&self, place: Rect) -> Rect {
        let from = place.y.max(self.top);
        let to = place.bottom().min(self.top.saturating_add(self.area.height));
        let Some(height) = to.checked_sub(from).filter(|height| *height > 0) else {
            return Rect::default();
        };
        Rect { x: self.area.x + place.x, y: self.area.y + (from - self.top), width: place.width, height }
            .intersection(self.area)
    }

    /// Writes `text` at virtual `x`, `y`, clipped to the columns of `place`; returns the column after it.
    pub fn put(&mut self, place: Rect, x: u16, y: u16, text: &str, style: Style) -> u16 {
        let Some(row) = self.row(y) else {
            // What comes after stands as it would on screen: only this row is out of sight.
            return x;
        };
        let clip = self.clip(place);
        pen::put(self.buffer, clip, self.area.x + x, row, text, style) - self.area.x
    }

    /// Writes `text` so that it ends before virtual column `right`; returns where it begins.
    pub fn put_right(&mut self, place: Rect, right: u16, y: u16, text: &str, style: Style) -> u16 {
        let Some(row) = self.row(y) else {
            return right;
        };
        let clip = self.clip(place);
        pen::put_right(self.buffer, clip, self.area.x + right, row, text, style) - self.area.x
    }

    /// Gives the visible part of `place` a style without changing its text.
    pub fn set_style(&mut self, place: Rect, style: Style) {
        let visible = self.visible(place);
        self.buffer.set_style(visible, style);
    }

    fn clip(&self, place: Rect) -> Rect {
        Rect { x: self.area.x + place.x, width: place.width, ..self.area }.intersection(self.area)
    }
}
