//! Lines that cannot be overlooked: the engine is unreachable, hubdeck is about to quit, the config file
//! is wrong, hubdeck itself is in trouble.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::text::after_restart;
use crate::model::words;
use crate::model::{EngineStatus, SignedDuration};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::input::action::{Action, Leaving};
use crate::tui::state::{UiState, no_engine};

/// The banners to show now, most urgent first.
pub fn lines(context: &DrawContext<'_>, ui: &UiState) -> Vec<String> {
    let snapshot = context.snapshot;
    let mut lines = Vec::new();
    if let EngineStatus::Lost {
        since,
        error,
        retry_at,
    } = &snapshot.engine.status
        && !no_engine(snapshot)
    {
        let ago = words::duration(context.now().duration_since(*since));
        let wait = retry_at.duration_since(context.now());
        let retry = if wait > SignedDuration::ZERO {
            format!("retry in {}", words::duration(wait))
        } else {
            "retrying now".to_owned()
        };
        lines.push(format!(
            "engine unreachable ({ago}), {retry}; last known state — {error}"
        ));
    }
    if let Some(leaving) = ui.operations.leaving {
        let key = context.keymap.label(&Action::Quit, context.glyphs.ascii);
        let when = match leaving {
            Leaving::Wait => "when the operation has ended",
            Leaving::Abort | Leaving::Stay => "after the current step; the rest is skipped",
        };
        lines.push(format!("quitting {when}; {key} to change that"));
    }
    let gaps = &snapshot.engine.gaps;
    if gaps.unreadable_containers > 0 {
        // What is not shown at all is overlooked most easily.
        lines.extend(gaps.sentences().into_iter().take(1));
    }
    for down in &snapshot.parts_down {
        let ago = words::duration(context.now().duration_since(down.since));
        let failed = match down.failures {
            1 => format!("has failed once, {ago} ago"),
            times => format!("has failed {times} times in {ago}"),
        };
        lines.push(format!("hubdeck's {} {failed}", down.part));
    }
    for view in &snapshot.shortages {
        lines.push(format!("{}; affected checks are skipped", view.shortage));
    }
    if let Some(problem) = &snapshot.config_problem {
        lines.push(format!("config not applied: {problem}"));
    }
    lines.extend(after_restart(&snapshot.config_waiting));
    lines
}

/// Draws one banner over the whole line.
pub fn draw(buffer: &mut Buffer, line: Rect, context: &DrawContext<'_>, content: &str) {
    let sign = if context.glyphs.ascii { "!" } else { "▲" };
    let content = text::fit(
        &format!("{sign} {content}"),
        usize::from(line.width),
        context.glyphs,
    );
    let style = context
        .theme
        .style(Role::Stale)
        .add_modifier(ratatui::style::Modifier::REVERSED);
    line_writer::put(buffer, line, line.x, line.y, &content, style);
}
