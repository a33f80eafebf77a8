//! The hubdeck log, as tui-logger keeps it.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Widget;
use tui_logger::{
    ExtLogRecord, LevelFilter, LogFormatter, TuiLoggerWidget, TuiWidgetEvent, TuiWidgetState,
};

use crate::explain;
use crate::model::secrets::KnownSecrets;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::line_writer;
use crate::tui::draw::widget::text::wrap;
use crate::tui::state::{Drawn, HUBDECK_LOG_PAGES, UiState, Viewport};

/// Columns that all rows of a line but its first are indented by.
const INDENT: u16 = 9;

/// Rows of the figures of another program at most.
const EXTERNAL_ROWS: u16 = 4;

/// Draws the log, `ui.session.hubdeck_log_back` pages from its end.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) {
    let area = draw_external(buffer, area, context);
    let state = TuiWidgetState::new();
    // tui-logger knows where a page begins only after it has drawn the one below.
    for _ in 0..ui.session.hubdeck_log_back.min(HUBDECK_LOG_PAGES) {
        widget(area, context, &state).render(area, &mut Buffer::empty(area));
        state.transition(TuiWidgetEvent::PrevPageKey);
    }
    widget(area, context, &state).render(area, buffer);
    let area = area.intersection(buffer.area);
    if area.positions().all(|at| buffer[at].symbol() == " ") {
        let words = "nothing logged; --log-level debug shows more";
        let muted = style(context, Role::Muted);
        line_writer::centred_text(buffer, area, words, context.glyphs, muted);
    }
    drawn.viewport = Viewport {
        top: 0,
        rows: usize::from(area.height),
        total: usize::from(area.height),
    };
}

/// Draws the figures of another program above the log, where there are any; the rest of `area`.
fn draw_external(buffer: &mut Buffer, area: Rect, context: &DrawContext<'_>) -> Rect {
    let Some(view) = &context.snapshot.external else {
        return area;
    };
    let (figures, failure) = explain::external(view);
    let figures = figures.map(|text| (Role::Text, format!("external {text}")));
    let failure = failure.map(|text| (Role::Degraded, format!("external not fetched: {text}")));
    let mut y = area.y;
    let lowest = area.y + area.height.min(EXTERNAL_ROWS);
    for (role, text) in failure.into_iter().chain(figures) {
        let text = context.snapshot.secrets.mask(&text);
        let text = if context.glyphs.ascii {
            text.replace('·', "|")
        } else {
            text
        };
        for row in wrap(&text, usize::from(area.width)) {
            if y < lowest {
                line_writer::put(buffer, area, area.x, y, &row, style(context, role));
                y += 1;
            }
        }
    }
    Rect {
        y,
        height: area.height - (y - area.y),
        ..area
    }
}

fn style(context: &DrawContext<'_>, role: Role) -> Style {
    context.theme.style(role)
}

fn widget(
    area: Rect,
    context: &DrawContext<'_>,
    state: &TuiWidgetState,
) -> TuiLoggerWidget<'static> {
    let style = |role| style(context, role);
    let lines = Lines {
        secrets: Arc::clone(&context.snapshot.secrets),
        styles: [
            Role::Unhealthy,
            Role::Degraded,
            Role::Text,
            Role::Muted,
            Role::Dim,
        ]
        .map(style),
        has_target: area.width >= 60,
    };
    TuiLoggerWidget::default()
        .style(style(Role::Text))
        .formatter(Box::new(lines))
        .state(state)
}

/// Words the lines of the log, each masked as a whole before it is wrapped: errors of an engine may
/// quote a command.
struct Lines {
    secrets: Arc<KnownSecrets>,
    /// From errors to traces.
    styles: [Style; 5],
    has_target: bool,
}

impl LogFormatter for Lines {
    fn min_width(&self) -> u16 {
        2 * INDENT
    }

    fn format(&self, width: usize, record: &ExtLogRecord) -> Vec<Line<'_>> {
        let [error, warn, info, debug, trace] = self.styles;
        let style = match record.level.to_level_filter() {
            LevelFilter::Off | LevelFilter::Error => error,
            LevelFilter::Warn => warn,
            LevelFilter::Info => info,
            LevelFilter::Debug => debug,
            LevelFilter::Trace => trace,
        };
        let target = if self.has_target { record.target() } else { "" };
        let head = format!(
            "{} {:5} {target}",
            record.timestamp.strftime("%H:%M:%S"),
            record.level
        );
        let message = self.secrets.mask(record.msg());
        let text = format!("{head} {}", message.trim_start());
        let rows = text
            .lines()
            .flat_map(|line| wrap(line, width.saturating_sub(usize::from(INDENT))));
        let indent = |at: usize| " ".repeat(if at == 0 { 0 } else { usize::from(INDENT) });
        rows.enumerate()
            .map(|(at, row)| Line::styled(format!("{}{row}", indent(at)), style))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ExternalView, FetchFailure, Timestamp};
    use crate::tui::fixture;
    use crate::tui::test_console::{TestConsole, dressed};

    #[test]
    fn the_figures_of_another_program_stand_above_the_log() {
        let mut snapshot = dressed(fixture::nine().snapshot());
        let console = |snapshot| {
            let mut console = TestConsole::new(snapshot, 80, 24);
            console.press("0");
            console.screen()
        };
        assert!(!console(snapshot.clone()).contains("external"));
        snapshot.external = Some(Arc::new(ExternalView {
            json: Some(r#"{"chats":42,"users":{"active":3}}"#.to_owned()),
            fetched_at: Some(Timestamp::UNIX_EPOCH),
            asked_at: Timestamp::UNIX_EPOCH,
            failure: Some(FetchFailure::Status(503)),
        }));
        let screen = console(snapshot);
        for text in [
            "external not fetched: HTTP 503",
            "external chats 42 · users.active 3",
        ] {
            assert!(screen.contains(text), "{screen}");
        }
    }
}
