//! The page shown when no engine was ever reached: what was tried, why each failed, what to do.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::EngineStatus;
use crate::model::words;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::input::action::Action;
use crate::tui::state::{Drawn, Hit, Viewport};

/// Draws the page.
pub fn draw(buffer: &mut Buffer, area: Rect, context: &DrawContext<'_>, drawn: &mut Drawn) {
    let margin = u16::from(area.width > 60) * 3;
    let area = Rect {
        x: area.x + margin,
        width: area.width.saturating_sub(2 * margin),
        ..area
    };
    let mut page = Page {
        buffer,
        area,
        y: area.y + u16::from(area.height > 12),
    };
    page.line(
        "No container engine answers.",
        context.theme.style(Role::Title),
    );
    page.keys(context, drawn);
    page.gap();
    let attempts = &context.snapshot.engine.attempts;
    for attempt in attempts {
        page.wrapped(
            &format!("{} ({})", attempt.endpoint, attempt.source),
            0,
            context.theme.style(Role::Text),
        );
        page.wrapped(&attempt.error, 2, context.theme.style(Role::Muted));
    }
    if let EngineStatus::Lost {
        error, retry_at, ..
    } = &context.snapshot.engine.status
    {
        if attempts.is_empty() {
            page.wrapped(error, 0, context.theme.style(Role::Text));
        }
        page.gap();
        let wait = words::duration(retry_at.duration_since(context.now()));
        page.line(
            &format!("Retrying in {wait}."),
            context.theme.style(Role::Muted),
        );
    }
    page.wrapped(
        "Is the engine running, and may this user open its socket? Another engine: --host URL, --context NAME or DOCKER_HOST.",
        0,
        context.theme.style(Role::Muted),
    );
    drawn.viewport = Viewport::default();
}

struct Page<'a> {
    buffer: &'a mut Buffer,
    area: Rect,
    y: u16,
}

impl Page<'_> {
    fn line(&mut self, content: &str, style: ratatui::style::Style) {
        line_writer::put(self.buffer, self.area, self.area.x, self.y, content, style);
        self.y = self.y.saturating_add(1);
    }

    fn wrapped(&mut self, content: &str, indent: u16, style: ratatui::style::Style) {
        for line in text::wrap(content, usize::from(self.area.width.saturating_sub(indent))) {
            line_writer::put(
                self.buffer,
                self.area,
                self.area.x + indent,
                self.y,
                &line,
                style,
            );
            self.y = self.y.saturating_add(1);
        }
    }

    fn gap(&mut self) {
        if self.area.height > 12 {
            self.y = self.y.saturating_add(1);
        }
    }

    fn keys(&mut self, context: &DrawContext<'_>, drawn: &mut Drawn) {
        let mut x = self.area.x;
        for (what, action) in [
            ("retry", Action::Refresh),
            ("demo stack", Action::OpenDemo),
            ("quit", Action::Quit),
        ] {
            let ascii = context.glyphs.ascii;
            let key = context.keymap.label_without_engine(&action, ascii);
            if key.is_empty() {
                continue;
            }
            let start = x;
            x = line_writer::put(
                self.buffer,
                self.area,
                x,
                self.y,
                &key,
                context.theme.style(Role::Key),
            );
            x = line_writer::put(
                self.buffer,
                self.area,
                x + 1,
                self.y,
                what,
                context.theme.style(Role::Text),
            );
            drawn.add(
                Rect::new(start, self.y, x.saturating_sub(start), 1),
                self.area,
                Hit::Do(action),
            );
            x += 3;
        }
        self.y = self.y.saturating_add(1);
    }
}
