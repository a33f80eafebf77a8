//! Paging through the hubdeck log.

use crate::tui::input::action::{Action, Direction};
use crate::tui::state::{HUBDECK_LOG_PAGES, UiState};

/// Pages through the hubdeck log.
pub(super) fn act(ui: &mut UiState, action: &Action) {
    let back = ui.session.hubdeck_log_back;
    ui.session.hubdeck_log_back = match action {
        Action::Move(Direction::Up)
        | Action::Page(..0)
        | Action::HalfPage(..0)
        | Action::Scroll(..0) => back + 1,
        Action::Move(Direction::Down)
        | Action::Page(_)
        | Action::HalfPage(_)
        | Action::Scroll(_) => back.saturating_sub(1),
        Action::Last => 0,
        Action::First => HUBDECK_LOG_PAGES,
        _ => back,
    }
    .min(HUBDECK_LOG_PAGES);
}
