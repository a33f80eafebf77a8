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

/// Cells of the sign before a banner.
const SIGN: usize = 2;
/// Fewer cells of a cause say nothing.
const LEAST_CAUSE: usize = 16;

/// The banners to show now in `width` cells, most urgent first.
pub fn lines(context: &DrawContext<'_>, ui: &UiState, width: u16) -> Vec<String> {
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
        let wait = (wait > SignedDuration::ZERO).then(|| words::duration(wait));
        let room = usize::from(width).saturating_sub(SIGN);
        lines.push(engine_lost(&ago, wait.as_deref(), error, room, context));
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

/// The engine is lost since `ago` and tried again after `wait`: the cause last and whole, with
/// shorter words before it where there is less room.
fn engine_lost(
    ago: &str,
    wait: Option<&str>,
    cause: &str,
    room: usize,
    context: &DrawContext<'_>,
) -> String {
    let (long, short) = wait.map_or_else(
        || ("retrying now".to_owned(), "retrying".to_owned()),
        |wait| (format!("retry in {wait}"), format!("retry {wait}")),
    );
    let begins = [
        format!("engine unreachable ({ago}), {long}; last known state — "),
        format!("engine lost {ago}, {long}: "),
        format!("engine lost {ago}, {short}: "),
    ];
    for begin in &begins {
        let line = format!("{begin}{cause}");
        if text::width(&line) <= room {
            return line;
        }
    }
    let lost = format!("engine lost {ago}: ");
    for begin in [&begins[2], &lost] {
        let left = room.saturating_sub(text::width(begin));
        if left >= LEAST_CAUSE {
            return format!("{begin}{}", text::cut_middle(cause, left, context.glyphs));
        }
    }
    lost
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

#[cfg(test)]
mod tests {
    use crate::model::{EngineStatus, SignedDuration};
    use crate::tui::fixture;
    use crate::tui::test_console::TestConsole;

    #[test]
    fn the_cause_of_a_lost_engine_is_shown_at_every_width() {
        let cause = "unix:///var/run/docker.sock: connection refused";
        for (width, expected) in [
            (
                140,
                "▲ engine unreachable (12s), retry in 3s; last known state — unix:///var/run/docker.sock: connection refused",
            ),
            (
                80,
                "▲ engine lost 12s, retry in 3s: unix:///var/run/docker.sock: connection refused",
            ),
            (60, "on refused"),
            (40, "refused"),
        ] {
            let mut snapshot = fixture::nine().snapshot();
            snapshot.engine.status = EngineStatus::Lost {
                since: fixture::ago(12),
                error: cause.to_owned(),
                retry_at: fixture::now() + SignedDuration::from_secs(3),
            };
            let mut console = TestConsole::new(snapshot, width, 24);
            let screen = console.screen();
            let banner = screen
                .lines()
                .find(|line| line.contains("engine lost") || line.contains("unreachable ("));
            let banner = banner.unwrap_or_default().trim_end();
            assert!(banner.ends_with(expected), "{width}: {banner}");
        }
    }
}
