//! The legend of the map: every sign, colour and line with what it means, from the tables that draw
//! them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::model::{HealthState, Overlay};
use crate::topology::bands::purpose;
use crate::tui::frame::Stage;
use crate::tui::scene::{HitMap, Viewport};
use crate::tui::theme::Role;
use crate::tui::view::map;
use crate::tui::widget::{pen, status, text};

use super::boxed;

/// Columns of the legend with its border.
const WIDTH: u16 = 64;
/// Columns of sign and word before what they mean.
const SIGN: usize = 17;

/// Draws the legend from row `top` on, at the right end of `area` so that the map stays in sight.
pub fn draw(buffer: &mut Buffer, area: Rect, stage: &Stage<'_>, top: usize, hits: &mut HitMap) {
    let width = WIDTH.min(area.width);
    let rows = rows(stage, usize::from(width.saturating_sub(4)).max(SIGN + 1));
    let height = u16::try_from(rows.len() + 2)
        .unwrap_or(u16::MAX)
        .min(area.height);
    let place = Rect {
        x: area.right() - width,
        y: area.bottom() - height,
        width,
        height,
    };
    let inner = boxed::open(buffer, place, stage, (width, height), "Legend · Esc closes");
    let shown = usize::from(inner.height);
    let top = top.min(rows.len().saturating_sub(shown));
    for (y, spans) in (inner.top()..inner.bottom()).zip(rows.iter().skip(top)) {
        pen::put_spans(buffer, inner, inner.x, y, spans);
    }
    boxed::more_below(buffer, inner, stage, rows.len().saturating_sub(top + shown));
    hits.dialog = Viewport {
        top,
        rows: shown,
        total: rows.len(),
    };
}

type Row = Vec<Span<'static>>;

fn rows(stage: &Stage<'_>, width: usize) -> Vec<Row> {
    let scene = &stage.scene;
    let (theme, glyphs) = (scene.theme, scene.glyphs);
    let mut rows = Vec::new();
    let mut section = |title: &str, entries: Vec<(Span<'static>, String, String)>| {
        if !rows.is_empty() {
            rows.push(Vec::new());
        }
        rows.push(vec![Span::styled(
            title.to_owned(),
            theme.style(Role::Title),
        )]);
        for (sign, word, meaning) in entries {
            let cells = SIGN.saturating_sub(text::width(&sign.content) + 1);
            let mut front = vec![
                sign,
                Span::styled(
                    format!(" {}", text::fit(&word, cells, glyphs)),
                    theme.style(Role::Text),
                ),
            ];
            for part in text::wrap(&meaning, width.saturating_sub(SIGN)) {
                let mut row = std::mem::replace(&mut front, vec![Span::raw(" ".repeat(SIGN))]);
                row.push(Span::styled(part, theme.style(Role::Muted)));
                rows.push(row);
            }
        }
    };
    let lines = map::line_kinds(scene)
        .into_iter()
        .map(|(sign, style, meaning)| {
            (Span::styled(sign, style), String::new(), meaning.to_owned())
        });
    section("Lines: an arrow points at what is needed", lines.collect());
    let states = HealthState::ALL.into_iter().map(|state| {
        let sign = Span::styled(glyphs.state(state), status::style(theme, state));
        (
            sign,
            state.id().to_owned(),
            status::meaning(state).to_owned(),
        )
    });
    section("States", states.collect());
    let overlays = status::OVERLAYS.into_iter().map(|overlay: Overlay| {
        let sign = Span::styled(
            glyphs.overlay(overlay),
            theme.style(status::overlay_role(overlay)),
        );
        (
            sign,
            status::overlay_word(overlay).to_owned(),
            status::overlay_meaning(overlay).to_owned(),
        )
    });
    section("Signs beside the state", overlays.collect());
    let layers = scene.snapshot.layers.iter().map(|name| {
        let title = Span::styled(
            text::cut(&name.title, SIGN - 1, glyphs).into_owned(),
            theme.style(Role::Title),
        );
        (title, String::new(), purpose(name.layer).to_owned())
    });
    section("Layers, top to bottom", layers.collect());
    rows
}
