//! The legend of the map: every sign, colour and line with what it means, from the tables that draw
//! them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::model::{HealthState, LayerName, Overlay};
use crate::topology::bands::purpose;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::map;
use crate::tui::draw::view::map::relation::Relation;
use crate::tui::draw::view::timeline::signs;
use crate::tui::draw::widget::{line_writer, status, text};
use crate::tui::input::action::Action;
use crate::tui::state::{Drawn, Viewport};

use crate::tui::draw::chrome::dialog_frame;

/// Columns of the legend with its border.
const WIDTH: u16 = 64;
/// Columns of sign and word before what they mean.
const SIGN: usize = 17;

/// Draws the legend from row `top` on, at the right end of `area` so that the map stays in sight.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    top: usize,
    drawn: &mut Drawn,
) {
    let width = WIDTH.min(area.width);
    let rows = rows(context, usize::from(width.saturating_sub(4)).max(SIGN + 1));
    let height = u16::try_from(rows.len() + 2)
        .unwrap_or(u16::MAX)
        .min(area.height);
    let place = Rect {
        x: area.right() - width,
        y: area.bottom() - height,
        width,
        height,
    };
    let inner = dialog_frame::open(
        buffer,
        place,
        context,
        (width, height),
        "Legend · Esc closes",
    );
    drawn.dialog = Viewport::clamped(top, usize::from(inner.height), rows.len());
    let top = drawn.dialog.top;
    for (y, spans) in (inner.top()..inner.bottom()).zip(rows.iter().skip(top)) {
        line_writer::put_spans(buffer, inner, inner.x, y, spans);
    }
    dialog_frame::more_below(
        buffer,
        inner,
        context,
        rows.len().saturating_sub(top + usize::from(inner.height)),
    );
}

type Row = Vec<Span<'static>>;

/// A sign, its word and what it means.
type Entry = (Span<'static>, String, String);

fn rows(context: &DrawContext<'_>, width: usize) -> Vec<Row> {
    let sections = [
        ("Lines: an arrow points at what is needed", lines(context)),
        ("States", states(context)),
        ("Badges", overlays(context)),
        ("On cards and lines", marks(context)),
        ("In the timeline", timeline(context)),
        ("Layers, top to bottom", layers(context)),
    ];
    let title = context.theme.style(Role::Title);
    let mut rows = Vec::new();
    for (words, entries) in sections {
        if !rows.is_empty() {
            rows.push(Vec::new());
        }
        rows.push(vec![Span::styled(words, title)]);
        for each in entries {
            rows.extend(entry(context, each, width));
        }
    }
    rows
}

/// The rows of one entry, its meaning wrapped.
fn entry(context: &DrawContext<'_>, (sign, word, meaning): Entry, width: usize) -> Vec<Row> {
    let theme = context.theme;
    let cells = SIGN.saturating_sub(text::width(&sign.content) + 1);
    let word = format!(" {}", text::fit(&word, cells, context.glyphs));
    let mut front = vec![sign, Span::styled(word, theme.style(Role::Text))];
    let parts = text::wrap(&meaning, width.saturating_sub(SIGN));
    let row = |part| {
        let mut row = std::mem::replace(&mut front, vec![Span::raw(" ".repeat(SIGN))]);
        row.push(Span::styled(part, theme.style(Role::Muted)));
        row
    };
    parts.into_iter().map(row).collect()
}

fn lines(context: &DrawContext<'_>) -> Vec<Entry> {
    map::line_kinds(context)
        .into_iter()
        .map(|(sign, style, meaning)| {
            (Span::styled(sign, style), String::new(), meaning.to_owned())
        })
        .collect()
}

fn states(context: &DrawContext<'_>) -> Vec<Entry> {
    let entry = |state: HealthState| {
        let style = status::style(context.theme, state);
        let sign = Span::styled(context.glyphs.state(state), style);
        let meaning = status::meaning(state).to_owned();
        (sign, state.id().to_owned(), meaning)
    };
    HealthState::ALL.map(entry).into()
}

fn overlays(context: &DrawContext<'_>) -> Vec<Entry> {
    let entry = |overlay: Overlay| {
        let style = context.theme.style(status::overlay_role(overlay));
        let sign = Span::styled(context.glyphs.overlay(overlay), style);
        let meaning = status::overlay_meaning(overlay).to_owned();
        (sign, status::overlay_word(overlay).to_owned(), meaning)
    };
    status::OVERLAYS.into_iter().map(entry).collect()
}

/// The signs that are neither states nor badges, and the level of detail at the right of the strip.
fn marks(context: &DrawContext<'_>) -> Vec<Entry> {
    let relations = [
        (Relation::Selected, "selected", "what the strip is about"),
        (Relation::Needed, "needed", "the selection needs it"),
        (Relation::Needs, "needs it", "it needs the selection"),
        (Relation::Both, "both", "each needs the other"),
    ];
    let mut entries: Vec<Entry> = relations
        .into_iter()
        .map(|(relation, word, meaning)| {
            let style = context.theme.style(relation.role().unwrap_or(Role::Title));
            let sign = Span::styled(relation.mark(context.glyphs), style);
            (sign, word.to_owned(), meaning.to_owned())
        })
        .collect();
    let (times, restarts) = if context.glyphs.ascii {
        ("x2", "@3")
    } else {
        ("×2", "↻3")
    };
    let muted = context.theme.style(Role::Muted);
    let quiet = [
        (times, "instances", "all run; 1/3: one of three runs"),
        (restarts, "restarts", "how often the engine restarted it"),
        (":8080", "port", "published on the host"),
        ("cards 5/7", "", "level of detail, 7 is the most"),
        ("(auto)", "", "the map chose the level: the most that fits"),
    ];
    entries.extend(quiet.map(|(sign, word, meaning)| {
        (
            Span::styled(sign, muted),
            word.to_owned(),
            meaning.to_owned(),
        )
    }));
    entries
}

fn timeline(context: &DrawContext<'_>) -> Vec<Entry> {
    let key = |action| context.keymap.label(&action, context.glyphs.ascii);
    let sign = signs::kept(context.glyphs);
    let style = context.theme.style(Role::Key);
    let meaning = format!("of that run; {} shows them", key(Action::Logs));
    vec![(Span::styled(sign, style), "kept lines".to_owned(), meaning)]
}

fn layers(context: &DrawContext<'_>) -> Vec<Entry> {
    let entry = |name: &LayerName| {
        let title = text::cut(&name.title, SIGN - 1, context.glyphs).into_owned();
        let title = Span::styled(title, context.theme.style(Role::Title));
        (title, String::new(), purpose(name.layer).to_owned())
    };
    context.snapshot.layers.iter().map(entry).collect()
}
