//! The engine's raw inspection.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::tui::scene::{HitMap, Scene, Viewport};
use crate::tui::state::DetailsState;
use crate::tui::theme::Role;
use crate::tui::widget::{pen, scroll};

/// Draws the lines in sight of the inspection, or why there is none.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    scene: &Scene<'_>,
    details: &DetailsState,
    hits: &mut HitMap,
) {
    let theme = scene.theme;
    let message = |buffer: &mut Buffer, words: &str, role: Role| {
        let y = area.y + area.height.saturating_sub(1) / 2;
        pen::centred(buffer, area, y, words, scene.glyphs, theme.style(role));
    };
    let text = match &details.inspect {
        None => return message(buffer, "asking the engine", Role::Muted),
        Some(Err(error)) => return message(buffer, error, Role::Unhealthy),
        Some(Ok(answer)) => scene.inspection(answer),
    };
    let (rows, total) = (usize::from(area.height), text.lines().count());
    let top = details.top.min(total.saturating_sub(rows));
    hits.viewport = Viewport { top, rows, total };
    for (line, y) in text.lines().skip(top).zip(area.y..area.bottom()) {
        let spans = coloured(line).map(|(part, role)| Span::styled(part, theme.style(role)));
        pen::put_cut(
            buffer,
            Rect {
                width: area.width.saturating_sub(1),
                ..area
            },
            area.x,
            y,
            &spans,
            scene.glyphs,
        );
    }
    scroll::bar(buffer, area, hits.viewport, theme, scene.glyphs);
}

/// A line of pretty JSON as its key and the rest.
fn coloured(line: &str) -> [(&str, Role); 2] {
    let key_end = line
        .trim_start()
        .starts_with('"')
        .then(|| line.find("\": "))
        .flatten();
    match key_end.and_then(|end| line.split_at_checked(end + 2)) {
        Some((key, value)) => [(key, Role::Key), (value, Role::Text)],
        None => [("", Role::Key), (line, Role::Text)],
    }
}
