//! A scroll bar at the right edge, and where a view stands in words.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::draw::glyphs::Glyphs;
use crate::tui::draw::theme::{Role, Theme};
use crate::tui::draw::widget::line_writer;
use crate::tui::state::Viewport;

/// Draws the bar over the last column of `area`; nothing when everything is in sight.
pub fn bar(buffer: &mut Buffer, area: Rect, viewport: Viewport, theme: &Theme, glyphs: Glyphs) {
    let (rows, total) = (viewport.rows, viewport.total);
    if area.width < 2 || area.height < 2 || rows == 0 || total <= rows {
        return;
    }
    let height = usize::from(area.height);
    let thumb = (height * rows / total).clamp(1, height);
    let travel = height - thumb;
    let begin = (travel * viewport.top).div_ceil(total - rows).min(travel);
    let (on, off) = if glyphs.ascii {
        ("#", "|")
    } else {
        ("█", "│")
    };
    let x = area.right() - 1;
    for (at, y) in (area.y..area.bottom()).enumerate() {
        let inside = (begin..begin + thumb).contains(&at);
        let (sign, role) = if inside {
            (on, Role::Muted)
        } else {
            (off, Role::Dim)
        };
        line_writer::put(buffer, area, x, y, sign, theme.style(role));
    }
}

/// Draws the bar over the last row of `area` where columns are out of sight; nothing when none is.
pub fn bar_across(
    buffer: &mut Buffer,
    area: Rect,
    viewport: Viewport,
    theme: &Theme,
    glyphs: Glyphs,
) {
    let (columns, total) = (viewport.rows, viewport.total);
    if area.width < 4 || area.height < 2 || columns == 0 || total <= columns {
        return;
    }
    let width = usize::from(area.width);
    let thumb = (width * columns / total).clamp(1, width);
    let travel = width - thumb;
    let begin = (travel * viewport.top)
        .div_ceil(total - columns)
        .min(travel);
    let (on, off) = if glyphs.ascii {
        ("=", "-")
    } else {
        ("━", "─")
    };
    for (at, x) in (area.x..area.right()).enumerate() {
        let inside = (begin..begin + thumb).contains(&at);
        let (sign, role) = if inside {
            (on, Role::Muted)
        } else {
            (off, Role::Dim)
        };
        line_writer::put(buffer, area, x, area.bottom() - 1, sign, theme.style(role));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(top: usize, rows: usize, total: usize) -> String {
        let area = Rect::new(0, 0, 3, 6);
        let mut buffer = Buffer::empty(area);
        let glyphs = Glyphs { ascii: true };
        bar(
            &mut buffer,
            area,
            Viewport { top, rows, total },
            &Theme::default(),
            glyphs,
        );
        (0..6).map(|y| buffer[(2, y)].symbol().to_owned()).collect()
    }

    #[test]
    fn the_thumb_goes_from_end_to_end() {
        assert_eq!(column(0, 6, 18), "##||||");
        assert_eq!(column(12, 6, 18), "||||##");
        assert_eq!(column(1, 6, 18), "|##|||");
        assert_eq!(column(0, 6, 6), "      ");
        assert_eq!(column(99, 6, 18), "||||##");
    }
}
