//! The header: engine host, projects, counts by health, open incident, age of the data, own cost.

mod engine;
mod news;
mod tabs;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::model::{Service, ShownState, Totals};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, status, text};
use crate::tui::state::{Drawn, UiState, scope, selection};

use super::segments::{HeaderSegment, draw};
use engine::{age, cost, host, timing};
use news::news;
use tabs::view_title;

/// The first of two lines: where, what is filtered, how fresh, at what cost.
pub fn draw_first(buffer: &mut Buffer, line: Rect, context: &DrawContext<'_>, ui: &UiState) {
    let mut segments = name(context, 0);
    segments.push(host(context, 3));
    segments.extend(narrowing(context, ui));
    segments.push(age(context, 4));
    segments.extend(cost(context, 6));
    draw_line(buffer, line, context, segments);
}

/// The second line: the views, then counts and the open incident.
pub fn draw_second(
    buffer: &mut Buffer,
    line: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) {
    let counts = counts(context, ui);
    let counted = counts.cells();
    let wide = usize::from(line.width) >= 70 + counted;
    let mut x = tabs::draw(buffer, line, context, ui, wide, drawn).saturating_add(2);
    x = line_writer::put_spans(buffer, line, x, line.y, &counts.spans).saturating_add(2);
    let room = usize::from(line.right().saturating_sub(x));
    if room > 8 {
        let rest = news(context, ui);
        let content = text::cut(&rest.content, room, context.glyphs).into_owned();
        let start = line
            .right()
            .saturating_sub(u16::try_from(text::width(&content)).unwrap_or(0));
        line_writer::put(buffer, line, start.max(x), line.y, &content, rest.style);
    }
}

/// The only line of a small terminal.
pub fn draw_only(buffer: &mut Buffer, line: Rect, context: &DrawContext<'_>, ui: &UiState) {
    let mut segments = name(context, 7);
    segments.push(HeaderSegment::text(
        2,
        view_title(ui),
        context.theme.style(Role::Title),
    ));
    let counts = counts(context, ui);
    let news = news(context, ui);
    // The incident takes what counts and the mark of a demonstration leave, up to half of a wide
    // line.
    let marks = if context.facts.demo { 8 } else { 0 };
    let left = usize::from(line.width).saturating_sub(counts.cells() + marks + 2);
    let room = left.min(usize::from(line.width / 2).max(30));
    segments.push(counts);
    let cut = text::cut(&news.content, room, context.glyphs).into_owned();
    segments.push(HeaderSegment::right(1, vec![Span::styled(cut, news.style)]));
    segments.extend(narrowing(context, ui));
    segments.push(host(context, 8));
    segments.extend(timing(context));
    segments.push(age(context, 5));
    segments.extend(cost(context, 9));
    draw_line(buffer, line, context, segments);
}

fn draw_line(
    buffer: &mut Buffer,
    line: Rect,
    context: &DrawContext<'_>,
    segments: Vec<HeaderSegment>,
) {
    buffer.set_style(line, context.theme.style(Role::Header));
    draw(buffer, line, segments);
}

/// Program name, or the mark of a demonstration, which is never given up.
fn name(context: &DrawContext<'_>, rank: u8) -> Vec<HeaderSegment> {
    let theme = context.theme;
    let mut segments = vec![HeaderSegment::text(
        rank,
        "hubdeck",
        theme.style(Role::Title),
    )];
    if context.facts.demo {
        segments.push(HeaderSegment::text(0, " DEMO ", theme.style(Role::Demo)));
    }
    if context.facts.read_only {
        segments.push(HeaderSegment::text(
            1,
            "read-only",
            theme.style(Role::Degraded),
        ));
    }
    segments
}

/// Project, stack, filter and marks: what narrows the view.
fn narrowing(context: &DrawContext<'_>, ui: &UiState) -> Vec<HeaderSegment> {
    let theme = context.theme;
    let mut segments = Vec::new();
    if !ui.scope.projects.is_empty() {
        let names: Vec<_> = ui.scope.projects.iter().map(ToString::to_string).collect();
        segments.push(HeaderSegment::text(
            2,
            format!("project {}", names.join(",")),
            theme.style(Role::Needs),
        ));
    }
    if let Some(stack) = &ui.scope.stack {
        segments.push(HeaderSegment::text(
            2,
            format!("stack {stack}"),
            theme.style(Role::Needs),
        ));
    }
    if !ui.scope.filter.is_empty() {
        let filter = text::cut(&ui.scope.filter, 24, context.glyphs).into_owned();
        segments.push(HeaderSegment::text(
            2,
            format!("/{filter}"),
            theme.style(Role::Needs),
        ));
    }
    if !ui.selection.marked.is_empty() {
        let marked = match selection::hidden_marks(ui, context.snapshot) {
            0 => format!("{} marked", ui.selection.marked.len()),
            hidden => format!(
                "{} marked, {hidden} hidden by the filter",
                ui.selection.marked.len()
            ),
        };
        segments.push(HeaderSegment::text(2, marked, theme.style(Role::Marked)));
    }
    if !ui.terminal.mouse {
        segments.push(HeaderSegment::text(
            5,
            "mouse off",
            theme.style(Role::Muted),
        ));
    }
    segments
}

/// Counts by state, worst first, in signs and colours.
fn counts(context: &DrawContext<'_>, ui: &UiState) -> HeaderSegment {
    let totals = Totals::count(scoped(context, ui).map(|service| service.health.shown_state()));
    let mut spans = Vec::new();
    for state in ShownState::WORST_FIRST {
        let count = totals.get(state);
        if count > 0 {
            let gap = if spans.is_empty() { "" } else { " " };
            let text = format!("{gap}{} {count}", context.glyphs.shown(state));
            spans.push(Span::styled(
                text,
                status::shown_style(context.theme, state),
            ));
        }
    }
    HeaderSegment::left(0, spans)
}

fn scoped<'a>(context: &DrawContext<'a>, ui: &'a UiState) -> impl Iterator<Item = &'a Service> {
    let services = context.snapshot.services.iter().map(AsRef::as_ref);
    services.filter(|service: &&Service| scope::in_scope(ui, service))
}
