//! What hubdeck says between the lines of a log, as a rule across the view.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::{LogMark, words};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, text};

/// Draws `mark` of the source `name` in screen row `top`, which may lie outside `area`.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    top: i32,
    name: &str,
    mark: LogMark,
    context: &DrawContext<'_>,
) {
    let Ok(y) = u16::try_from(top) else { return };
    let style = context.theme.style(Role::Muted);
    let glyphs = context.glyphs;
    line_writer::rule(buffer, area, y, area.x, area.right(), glyphs, style);
    let words = format!(" {name}: {} ", sentence(mark));
    let words = text::cut(&words, usize::from(area.width.saturating_sub(2)), glyphs);
    line_writer::put(buffer, area, area.x.saturating_add(2), y, &words, style);
}

/// A mark in words.
#[must_use]
pub fn sentence(mark: LogMark) -> String {
    match mark {
        LogMark::NewContainer => "new container".to_owned(),
        LogMark::Started => "started again".to_owned(),
        LogMark::Removed => "the container was removed".to_owned(),
        LogMark::ResumedByTail => {
            "the engine gave nothing since the last line; read again from the end, lines may be missing"
                .to_owned()
        }
        LogMark::Recorded => "the container is gone; its last lines, kept by hubdeck".to_owned(),
        LogMark::ClockOff(by) => {
            let side = if by.is_negative() { "behind" } else { "ahead of" };
            format!("its clock is {} {side} the engine's", words::duration_long(by.abs()))
        }
    }
}
