//! The tabs of the views.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::line_writer;
use crate::tui::input::action::Action;
use crate::tui::input::page::View;
use crate::tui::state::{Drawn, Hit, UiState};

const TABS: [(View, &str, &str); 6] = [
    (View::Map, "1", "Map"),
    (View::Services, "2", "Services"),
    (View::Logs, "3", "Logs"),
    (View::Timeline, "4", "Timeline"),
    (View::Incidents, "5", "Incidents"),
    (View::HubdeckLog, "0", "hubdeck log"),
];

/// The title of what is shown.
pub(super) fn view_title(ui: &UiState) -> &'static str {
    if ui.details.is_some() {
        return "Details";
    }
    TABS.iter()
        .find(|(view, _, _)| *view == ui.view)
        .map_or("", |(_, _, title)| *title)
}

/// Draws the tabs; narrow ones show the title of the current view only. Returns the column after
/// them.
pub(super) fn draw(
    buffer: &mut Buffer,
    line: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    wide: bool,
    drawn: &mut Drawn,
) -> u16 {
    let theme = context.theme;
    let mut x = line.x;
    for (view, _, title) in TABS {
        let key = context
            .keymap
            .label(&Action::Show(view), context.glyphs.ascii);
        let current = ui.view == view;
        // The brackets mark the current view without colours.
        let (open, close, key_role, title_role) = if current {
            ("[", "]", Role::BorderFocus, Role::BorderFocus)
        } else {
            (" ", " ", Role::Key, Role::Muted)
        };
        let (key_style, title_style) = (theme.style(key_role), theme.style(title_role));
        let start = x;
        x = line_writer::put(buffer, line, x, line.y, open, title_style);
        x = line_writer::put(buffer, line, x, line.y, &key, key_style);
        if wide || current {
            x = line_writer::put(buffer, line, x, line.y, &format!(" {title}"), title_style);
        }
        x = line_writer::put(buffer, line, x, line.y, close, title_style);
        let place = Rect::new(start, line.y, x.saturating_sub(start), 1);
        drawn.add(place, line, Hit::Do(Action::Show(view)));
    }
    x
}
