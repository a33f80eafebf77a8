//! Names of layers left of their cards or above them, and names of stacks over their columns.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::model::SortShared as _;
use crate::model::{ShownState, Totals};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::map::canvas::MapCanvas;
use crate::tui::draw::widget::{line_writer, status, text};
use crate::tui::state::map::layout::{Layout, Title, TitleName};

/// Draws the quiet rule above each layer; with its name where no column at the left holds it.
pub fn rules(canvas: &mut MapCanvas<'_>, layout: &Layout, context: &DrawContext<'_>) {
    let window = canvas.window();
    let flat = if context.glyphs.ascii { "-" } else { "─" };
    for title in layout.titles.iter().filter(|title| title.ruled) {
        let columns = title
            .columns
            .clone()
            .unwrap_or(window.left()..window.right());
        let row = Rect {
            x: columns.start,
            y: title.rows.start,
            width: columns.end - columns.start,
            height: 1,
        };
        if canvas.visible(row).is_empty() {
            continue;
        }
        let totals = totals(context, title);
        let named = layout.gutter == 0;
        let empty = named && totals.all() == 0;
        let role = if empty { Role::Dim } else { Role::Border };
        let rule = flat.repeat(usize::from(row.width));
        canvas.put(row, row.x, row.y, &rule, context.theme.style(role));
        if named {
            name_on_rule(canvas, row, title, totals, context);
        }
    }
}

/// `── Data ───────────────────────────── ✖ 1 ● 3 ──`.
fn name_on_rule(
    canvas: &mut MapCanvas<'_>,
    row: Rect,
    title: &Title,
    totals: Totals,
    context: &DrawContext<'_>,
) {
    let words = format!(" {} ", title_words(context, title));
    let style = name_style(context, totals);
    let begin = canvas.put(row, row.x + 2, row.y, &words, style);
    let mut right = row.right().saturating_sub(2);
    for state in ShownState::WORST_FIRST
        .into_iter()
        .rev()
        .filter(|state| totals.get(*state) > 0)
    {
        let words = format!(" {} {} ", context.glyphs.shown(state), totals.get(state));
        let cells = u16::try_from(text::width(&words)).unwrap_or(u16::MAX);
        if right > begin.saturating_add(cells) {
            right = canvas.put_right(row, right, row.y, &words, count_style(context, state));
        }
    }
}

/// Draws the names of layers in the columns left of `content`, each beside its first row in sight,
/// and below it how its services are.
pub fn gutter(
    buffer: &mut Buffer,
    map: Rect,
    content: Rect,
    top: u16,
    layout: &Layout,
    context: &DrawContext<'_>,
) {
    if layout.gutter == 0 {
        return;
    }
    let area = Rect {
        x: map.x,
        width: layout.gutter,
        ..content
    };
    let mut shelf = String::new();
    for title in &layout.titles {
        let before = std::mem::replace(&mut shelf, stacks_of(context, layout, title));
        let (from, to) = (
            title.rows.start.max(top),
            title.rows.end.min(top.saturating_add(content.height)),
        );
        if from >= to {
            continue;
        }
        let place = Rect {
            y: content.y + (from - top),
            height: to - from,
            ..area
        };
        let stacks = (shelf != before).then_some(shelf.as_str());
        name_in_gutter(buffer, place, context, title, stacks);
    }
}

/// Name, stacks and counts of a band below each other, as far as there are rows in `place`.
fn name_in_gutter(
    buffer: &mut Buffer,
    place: Rect,
    context: &DrawContext<'_>,
    title: &Title,
    stacks: Option<&str>,
) {
    let totals = totals(context, title);
    let room = usize::from(place.width.saturating_sub(1));
    let name = title_words(context, title);
    let name = text::cut(name, room, context.glyphs);
    let style = name_style(context, totals);
    line_writer::put(buffer, place, place.x + 1, place.y, &name, style);
    let mut y = place.y + 1;
    if let Some(stacks) = stacks.filter(|_| y < place.bottom()) {
        let names = text::cut(stacks, room, context.glyphs);
        let muted = context.theme.style(Role::Muted);
        line_writer::put(buffer, place, place.x + 1, y, &names, muted);
        y += 1;
    }
    if y < place.bottom() {
        counts(buffer, line_writer::row(place, y), totals, context);
    }
}

/// The layer or the stack that `title` names.
fn title_words<'a>(context: &DrawContext<'a>, title: &'a Title) -> &'a str {
    match &title.name {
        TitleName::Layer(layer) => context.snapshot.layers.title(*layer),
        TitleName::Stack(stack) => stack.as_ref().map_or("no stack", |stack| stack.as_str()),
    }
}

/// How the name of a band is written.
fn name_style(context: &DrawContext<'_>, totals: Totals) -> Style {
    let empty = totals.all() == 0;
    let role = match (empty, context.is_stale()) {
        (true, _) => Role::Dim,
        (false, true) => Role::Muted,
        (false, false) => Role::Title,
    };
    context.theme.style(role).add_modifier(Modifier::BOLD)
}

/// How the count of a state is written: grey while what is drawn is the last known state.
fn count_style(context: &DrawContext<'_>, state: ShownState) -> Style {
    if context.is_stale() {
        context.theme.style(Role::Muted)
    } else {
        status::shown_style(context.theme, state)
    }
}

/// The stacks in the rows of `title`; empty unless stacks stand below each other.
fn stacks_of(context: &DrawContext<'_>, layout: &Layout, title: &Title) -> String {
    if !layout.mixes_stacks() {
        return String::new();
    }
    let members = title
        .members
        .iter()
        .filter_map(|id| context.snapshot.service(id));
    let mut names: Vec<&str> = members
        .map(|service| {
            service
                .stack
                .as_ref()
                .map_or("no stack", |stack| stack.as_str())
        })
        .collect();
    names.sort_shared();
    names.dedup();
    names.join(", ")
}

/// `✖ 1 ● 3` at the left end of `line`, worst first, as many as have room.
fn counts(buffer: &mut Buffer, line: Rect, totals: Totals, context: &DrawContext<'_>) {
    let mut x = line.x + 1;
    for state in ShownState::WORST_FIRST
        .into_iter()
        .filter(|state| totals.get(*state) > 0)
    {
        let words = format!("{} {}", context.glyphs.shown(state), totals.get(state));
        if usize::from(line.right().saturating_sub(x)) >= text::width(&words) {
            x = line_writer::put(buffer, line, x, line.y, &words, count_style(context, state)) + 1;
        }
    }
}

fn totals(context: &DrawContext<'_>, title: &Title) -> Totals {
    let members = title
        .members
        .iter()
        .filter_map(|id| context.snapshot.service(id));
    Totals::count(members.map(|service| service.health.shown_state()))
}

/// Draws the name of every stack over the columns it takes: `hub ─────────────`.
pub fn stacks(
    buffer: &mut Buffer,
    map: Rect,
    content: Rect,
    left: u16,
    layout: &Layout,
    context: &DrawContext<'_>,
) {
    let row = Rect {
        y: map.y,
        height: 1,
        ..content
    };
    let flat = if context.glyphs.ascii { "-" } else { "─" };
    let mut canvas = MapCanvas::new(buffer, row, (left, 0));
    for (stack, columns) in &layout.stacks {
        let place = Rect {
            x: columns.start,
            y: 0,
            width: columns.end - columns.start,
            height: 1,
        };
        let flats = flat.repeat(usize::from(place.width));
        canvas.put(place, place.x, 0, &flats, context.theme.style(Role::Border));
        // The name stays in sight while its columns do.
        let name = stack.as_ref().map_or("no stack", |stack| stack.as_str());
        let name = text::cut(
            name,
            usize::from(place.width.saturating_sub(1)),
            context.glyphs,
        );
        let cells = u16::try_from(text::width(&name))
            .unwrap_or(u16::MAX)
            .saturating_add(1);
        let x = place.x.max(left.min(place.right().saturating_sub(cells)));
        let style = context
            .theme
            .style(Role::Title)
            .add_modifier(Modifier::BOLD);
        canvas.put(place, x, 0, &format!("{name} "), style);
    }
}
