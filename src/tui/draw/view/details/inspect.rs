//! The engine's raw inspection as a tree.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::model::text::clean;
use crate::model::{Outline, OutlineRow};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::details::search;
use crate::tui::draw::widget::{line_writer, scroll, text};
use crate::tui::input::action::Action;
use crate::tui::state::inspect::InspectTree;
use crate::tui::state::{DetailsState, Drawn, Hit, Viewport};

/// Bytes of a value of which the beginning is drawn: no screen is wider.
const MAX_VALUE: usize = 4096;

/// Draws the rows in sight of the inspection with the path of the chosen one, or why there is none.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    details: &DetailsState,
    drawn: &mut Drawn,
) {
    let theme = context.theme;
    let message = |buffer: &mut Buffer, words: &str, role: Role| {
        let y = area.y + area.height.saturating_sub(1) / 2;
        line_writer::centred(buffer, area, y, words, context.glyphs, theme.style(role));
    };
    let (text, outline) = match &details.inspect {
        None => return message(buffer, "asking the engine", Role::Muted),
        Some(Err(error)) => return message(buffer, error, Role::Unhealthy),
        Some(Ok(answer)) => context.inspection(answer),
    };
    let list = Rect {
        height: area.height.saturating_sub(u16::from(area.height > 3)),
        ..area
    };
    let rows = usize::from(list.height);
    let (tree, visible, top) = placed(details, (text, outline), rows, drawn);
    drawn.viewport = Viewport::clamped(top, rows, visible.len());
    let shown = visible.iter().skip(drawn.viewport.top);
    for (index, y) in shown.zip(list.top()..list.bottom()) {
        let Some(row) = outline.row(*index) else {
            continue;
        };
        let line = Rect {
            width: list.width.saturating_sub(1),
            ..line_writer::row(list, y)
        };
        draw_row(
            buffer,
            line,
            context,
            (text, row),
            tree.folded.contains(index),
        );
        if *index == tree.selected {
            line_writer::cursor(buffer, line, theme, context.glyphs);
        }
        drawn.add(line, list, Hit::Row(*index));
    }
    scroll::bar(buffer, list, drawn.viewport, theme, context.glyphs);
    if list.height < area.height {
        let foot = line_writer::row(area, list.bottom());
        draw_foot(buffer, foot, context, &outline.path(text, tree.selected));
    }
}

/// The tree as it is shown, its rows in sight or not, and the first one in sight. A search that goes
/// to a hit unfolds what that is in.
fn placed(
    details: &DetailsState,
    (text, outline): (&str, &Outline),
    rows: usize,
    drawn: &mut Drawn,
) -> (InspectTree, Vec<usize>, usize) {
    let mut tree = details.tree.clone();
    let texts = outline.rows().iter().map(|row| row.line(text));
    let hits = search::hits(&details.search.text, texts);
    drawn.hit = details.search.hit(&hits, tree.selected);
    let sought = drawn.hit.filter(|_| details.search.seek.is_some());
    if let Some(hit) = sought {
        tree.unfold_to(outline, hit.row);
    }
    let visible = tree.visible(outline);
    let top = match sought {
        Some(_) => search::into_sight(details.top, tree.place(&visible), rows),
        None => details.top,
    };
    (tree, visible, top)
}

/// `▾ Config  {12}`, `  Hostname  "db"`, `  [0]  "PATH=/bin"`.
fn draw_row(
    buffer: &mut Buffer,
    line: Rect,
    context: &DrawContext<'_>,
    (source, row): (&str, &OutlineRow),
    is_folded: bool,
) {
    let theme = context.theme;
    let sign = match (row.children, is_folded, context.glyphs.ascii) {
        (0, ..) => " ",
        (_, false, false) => "▾",
        (_, true, false) => "▸",
        (_, false, true) => "-",
        (_, true, true) => "+",
    };
    let name = match row.name(source) {
        Some(name) => clean(name),
        None => format!("[{}]", row.place()),
    };
    let value = row.value(source);
    let (value, role) = match value {
        "{" => (format!("{{{}}}", row.children), Role::Muted),
        "[" => (format!("[{}]", row.children), Role::Muted),
        value => (clean(text::head(value, MAX_VALUE)), Role::Text),
    };
    let x = line.x + 1 + line_writer::cells(usize::from(row.depth) * 2);
    let spans = [
        Span::styled(format!("{sign} "), theme.style(Role::Muted)),
        Span::styled(name, theme.style(Role::Key)),
        Span::styled(": ", theme.style(Role::Muted)),
        Span::styled(value, theme.style(role)),
    ];
    line_writer::put_cut(buffer, line, x, line.y, &spans, context.glyphs);
}

/// The path of the chosen row, and the keys of the tree.
fn draw_foot(buffer: &mut Buffer, foot: Rect, context: &DrawContext<'_>, path: &str) {
    let muted = context.theme.style(Role::Muted);
    let copy = context.keymap.label(&Action::Copy, context.glyphs.ascii);
    let enter = context.keymap.label(&Action::Enter, context.glyphs.ascii);
    let keys = format!("{enter}: fold  {copy}: copy");
    let x = line_writer::put_right(buffer, foot, foot.right(), foot.y, &keys, muted);
    let room = usize::from(x.saturating_sub(foot.x + 2));
    let path = clean(path);
    let path = text::cut_middle(&path, room, context.glyphs);
    line_writer::put(buffer, foot, foot.x, foot.y, &path, muted);
}
