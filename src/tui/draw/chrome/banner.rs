//! Lines that cannot be overlooked: the engine is unreachable, hubdeck is about to quit, the config file
//! is wrong, hubdeck itself is in trouble.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::model::text::after_restart;
use crate::model::words;
use crate::model::{EngineStatus, SignedDuration, Snapshot};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::input::action::{Action, Leaving};
use crate::tui::input::page::View;
use crate::tui::state::{UiState, no_engine};

/// Cells of the sign before a banner.
const SIGN: usize = 2;

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
        let lost = Lost {
            who: Unreachable::of(snapshot),
            ago: &ago,
            wait: wait.as_deref(),
            cause: error,
        };
        lines.push(lost.fitted(room, context));
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

/// Who does not answer, in a long and a short form.
struct Unreachable {
    long: String,
    short: &'static str,
}

impl Unreachable {
    fn of(snapshot: &Snapshot) -> Self {
        match &snapshot.attached {
            Some(hub) if !hub.answers => Self {
                long: format!("hubdeck at {} does not answer", hub.url),
                short: "hubdeck lost",
            },
            _ => Self {
                long: "engine unreachable".to_owned(),
                short: "engine lost",
            },
        }
    }
}

/// What is lost since `ago` and tried again after `wait`.
struct Lost<'a> {
    who: Unreachable,
    ago: &'a str,
    wait: Option<&'a str>,
    cause: &'a str,
}

impl Lost<'_> {
    /// The longest form that fits `room` cells: the cause whole or, where it has no room, the key of
    /// the view that shows it.
    fn fitted(&self, room: usize, context: &DrawContext<'_>) -> String {
        let Self { ago, cause, .. } = self;
        let (long, short) = self.wait.map_or_else(
            || ("retrying now".to_owned(), "retrying".to_owned()),
            |wait| (format!("retry in {wait}"), format!("retry {wait}")),
        );
        let key = context
            .keymap
            .label(&Action::Show(View::HubdeckLog), context.glyphs.ascii);
        let (who, lost) = (&self.who.long, self.who.short);
        let forms = [
            format!("{who} ({ago}), {long}; last known state — {cause}"),
            format!("{lost} {ago}, {long}: {cause}"),
            format!("{lost} {ago}, {short}: {cause}"),
            format!("{lost} {ago}, {long}; last known state; {key} shows the cause"),
            format!("{lost} {ago}, {long}; {key} shows why"),
            format!("{lost} {ago}, {long}"),
        ];
        let fits = |form: &&String| text::width(form) <= room;
        let fitting = forms.iter().find(fits).cloned();
        fitting.unwrap_or_else(|| format!("{lost} {ago}, {short}"))
    }
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
        .remove_modifier(Modifier::DIM)
        .add_modifier(Modifier::REVERSED);
    line_writer::put(buffer, line, line.x, line.y, &content, style);
}

#[cfg(test)]
mod tests {
    use crate::model::{EngineStatus, SignedDuration};
    use crate::tui::fixture;
    use crate::tui::test_console::TestConsole;

    #[test]
    fn the_age_and_the_retry_of_a_lost_engine_are_shown_at_every_width() {
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
            (
                78,
                "▲ engine lost 12s, retry 3s: unix:///var/run/docker.sock: connection refused",
            ),
            (
                72,
                "▲ engine lost 12s, retry in 3s; last known state; 0 shows the cause",
            ),
            (60, "▲ engine lost 12s, retry in 3s; 0 shows why"),
            (40, "▲ engine lost 12s, retry in 3s"),
            (29, "▲ engine lost 12s, retry 3s"),
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
            assert_eq!(banner, expected, "{width}");
        }
    }
}
