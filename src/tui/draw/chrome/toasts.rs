//! Short messages in the lower right corner of the view.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::state::UiState;

/// Draws the messages, the newest lowest.
pub fn draw(buffer: &mut Buffer, body: Rect, context: &DrawContext<'_>, ui: &UiState) {
    let theme = context.theme;
    let glyphs = context.glyphs;
    let room = usize::from(body.width).min(90);
    let mut y = body.bottom();
    for toast in ui.toasts.iter().rev() {
        let error = toast.error;
        let sign = sign(error, glyphs.ascii);
        let role = if error { Role::Degraded } else { Role::Title };
        let lines = text::wrap(&format!("{sign} {}", toast.text), room.saturating_sub(2));
        for line in lines.iter().take(4).rev() {
            if y <= body.top() {
                return;
            }
            y -= 1;
            let cells = text::width(line) + 2;
            let line = text::fit(&format!(" {line}"), cells, glyphs);
            let style = theme
                .style(role)
                .add_modifier(ratatui::style::Modifier::REVERSED);
            line_writer::put_right(buffer, body, body.right(), y, &line, style);
        }
    }
}

const fn sign(error: bool, ascii: bool) -> &'static str {
    match (error, ascii) {
        (true, false) => "▲",
        (true, true) => "!",
        (false, false) => "›",
        (false, true) => ">",
    }
}
