//! The page shown when no engine was ever reached: what was tried, why each failed, what to do.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::EngineStatus;
use crate::tui::action::Action;
use crate::tui::scene::{Hit, HitMap, Scene, Viewport};
use crate::tui::theme::Role;
use crate::tui::widget::{pen, text, units};

/// Draws the page.
pub fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, hits: &mut HitMap) {
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
        scene.theme.style(Role::Title),
    );
    page.keys(scene, hits);
    page.gap();
    let attempts = &scene.snapshot.engine.attempts;
    for attempt in attempts {
        page.wrapped(
            &format!("{} ({})", attempt.endpoint, attempt.source),
            0,
            scene.theme.style(Role::Text),
        );
        page.wrapped(&attempt.error, 2, scene.theme.style(Role::Muted));
    }
    if let EngineStatus::Lost {
        error, retry_at, ..
    } = &scene.snapshot.engine.status
    {
        if attempts.is_empty() {
            page.wrapped(error, 0, scene.theme.style(Role::Text));
        }
        page.gap();
        let wait = units::duration(retry_at.duration_since(scene.now));
        page.line(
            &format!("Tries again by itself in {wait}."),
            scene.theme.style(Role::Muted),
        );
    }
    page.wrapped(
        "Is the engine running, and may this user open its socket? Another engine: --host URL, --context NAME or DOCKER_HOST.",
        0,
        scene.theme.style(Role::Muted),
    );
    hits.viewport = Viewport::default();
}

struct Page<'a> {
    buffer: &'a mut Buffer,
    area: Rect,
    y: u16,
}

impl Page<'_> {
    fn line(&mut self, content: &str, style: ratatui::style::Style) {
        pen::put(self.buffer, self.area, self.area.x, self.y, content, style);
        self.y = self.y.saturating_add(1);
    }

    fn wrapped(&mut self, content: &str, indent: u16, style: ratatui::style::Style) {
        for line in text::wrap(content, usize::from(self.area.width.saturating_sub(indent))) {
            pen::put(
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

    fn keys(&mut self, scene: &Scene<'_>, hits: &mut HitMap) {
        let mut x = self.area.x;
        for (key, what, action) in [
            ("r", "retry", Action::Refresh),
            ("d", "demo stack", Action::OpenDemo),
            ("q", "quit", Action::Quit),
        ] {
            let start = x;
            x = pen::put(
                self.buffer,
                self.area,
                x,
                self.y,
                key,
                scene.theme.style(Role::Key),
            );
            x = pen::put(
                self.buffer,
                self.area,
                x + 1,
                self.y,
                what,
                scene.theme.style(Role::Text),
            );
            hits.add(
                Rect::new(start, self.y, x.saturating_sub(start), 1),
                self.area,
                Hit::Do(action),
            );
            x += 3;
        }
        self.y = self.y.saturating_add(1);
    }
}
