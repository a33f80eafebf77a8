//! hubdeck's own log, as tui-logger keeps it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Widget;
use tui_logger::{TuiLoggerLevelOutput, TuiLoggerWidget, TuiWidgetEvent, TuiWidgetState};

use crate::tui::scene::{HitMap, Scene, Viewport};
use crate::tui::state::UiState;
use crate::tui::theme::Role;
use crate::tui::widget::pen;

/// Pages one can scroll back; tui-logger keeps about as much.
pub(in crate::tui) const MAX_PAGES: usize = 40;

/// Draws the log, `ui.own_log_back` pages from its end.
pub fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, ui: &UiState, hits: &mut HitMap) {
    let state = TuiWidgetState::new();
    // tui-logger knows where a page begins only after it has drawn the one below.
    for _ in 0..ui.own_log_back.min(MAX_PAGES) {
        widget(area, scene, &state).render(area, &mut Buffer::empty(area));
        state.transition(TuiWidgetEvent::PrevPageKey);
    }
    widget(area, scene, &state).render(area, buffer);
    let area = area.intersection(buffer.area);
    for y in area.y..area.bottom() {
        mask(buffer, Rect { y, height: 1, ..area }, scene);
    }
    if area.positions().all(|at| buffer[at].symbol() == " ") {
        let words = "nothing logged; --log-level debug tells more";
        pen::centred(buffer, area, area.y + area.height / 2, words, scene.glyphs, style(scene, Role::Muted));
    }
    hits.viewport = Viewport { top: 0, rows: usize::from(area.height), total: usize::from(area.height) };
}

/// Masks the secrets that a row tells of: errors of an engine may quote a command.
fn mask(buffer: &mut Buffer, row: Rect, scene: &Scene<'_>) {
    let text: String = row.positions().map(|at| buffer[at].symbol()).collect();
    let masked = scene.snapshot.secrets.mask(&text);
    if masked != text {
        let style = buffer[row.as_position()].style();
        buffer.set_stringn(row.x, row.y, " ".repeat(usize::from(row.width)), usize::from(row.width), style);
        buffer.set_stringn(row.x, row.y, masked, usize::from(row.width), style);
    }
}

fn style(scene: &Scene<'_>, role: Role) -> Style {
    scene.theme.style(role)
}

fn widget(area: Rect, scene: &Scene<'_>, state: &TuiWidgetState) -> TuiLoggerWidget<'static> {
    let style = |role| style(scene, role);
    TuiLoggerWidget::default()
        .style(style(Role::Text))
        .style_error(style(Role::Unhealthy))
        .style_warn(style(Role::Degraded))
        .style_info(style(Role::Text))
        .style_debug(style(Role::Muted))
        .style_trace(style(Role::Dim))
        .output_level(Some(TuiLoggerLevelOutput::Long))
        .output_timestamp(Some("%H:%M:%S".to_owned()))
        .output_separator(' ')
        .output_file(false)
        .output_line(false)
        .output_target(area.width >= 60)
        .state(state)
}
