//! The box every dialog stands in.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Block, Borders, Clear, Widget};

use crate::tui::frame::Stage;
use crate::tui::theme::Role;
use crate::tui::widget::{pen, text};

const ASCII: ratatui::symbols::border::Set<'static> = ratatui::symbols::border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// Clears a box of at most `width`×`height` in the middle of `area` and draws its border and title;
/// returns the inside. A box that has no room for a border goes without.
pub fn open(
    buffer: &mut Buffer,
    area: Rect,
    stage: &Stage<'_>,
    (width, height): (u16, u16),
    title: &str,
) -> Rect {
    let theme = stage.scene.theme;
    let (width, height) = (width.min(area.width), height.min(area.height));
    let place =
        Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
    Clear.render(place, buffer);
    buffer.set_style(place, theme.style(Role::Text));
    if width < 8 || height < 4 {
        return place;
    }
    let set = if stage.scene.glyphs.ascii { ASCII } else { ratatui::symbols::border::ROUNDED };
    Block::new()
        .borders(Borders::ALL)
        .border_set(set)
        .border_style(theme.style(Role::BorderFocus))
        .render(place, buffer);
    let title = text::cut(title, usize::from(width - 6), stage.scene.glyphs).into_owned();
    pen::put(buffer, place, place.x + 2, place.y, &format!(" {title} "), theme.style(Role::Title));
    Rect { x: place.x + 2, y: place.y + 1, width: width.saturating_sub(4), height: height - 2 }
}

/// A line of a dialog.
pub struct Line {
    /// The text.
    pub text: String,
    /// Its style.
    pub style: Style,
}

/// Draws the lines of `lines` that fit from `top` on; says in the corner what is below.
/// Returns the first line drawn.
pub fn scroll(buffer: &mut Buffer, area: Rect, stage: &Stage<'_>, lines: &[Line], top: usize) -> usize {
    let rows = usize::from(area.height);
    let top = top.min(lines.len().saturating_sub(rows));
    for (y, line) in (area.top()..area.bottom()).zip(lines.iter().skip(top)) {
        pen::put(
            buffer,
            area,
            area.x,
            y,
            &text::cut(&line.text, usize::from(area.width), stage.scene.glyphs),
            line.style,
        );
    }
    more_below(buffer, area, stage, lines.len().saturating_sub(top + rows));
    top
}

/// Says in the corner how many lines are `below`.
pub fn more_below(buffer: &mut Buffer, area: Rect, stage: &Stage<'_>, below: usize) {
    if below > 0 && area.height > 0 {
        let note = format!(" {below} more below");
        let style = stage.scene.theme.style(Role::Key);
        pen::put_right(buffer, area, area.right(), area.bottom() - 1, &note, style);
    }
}
