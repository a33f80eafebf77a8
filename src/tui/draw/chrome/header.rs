//! The header: engine host and how busy it is, projects, counts by health, worst incident, age of the
//! data, own cost.

mod engine;
mod host;
mod news;
mod tabs;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::model::{Service, ShownState, Totals};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{status, text};
use crate::tui::state::{Drawn, UiState, scope, selection};

use super::segments::{GAP, HeaderSegment, draw};
use news::news;
use tabs::{Tab, Titles, tabs, view_title};

/// The first of two lines: where, what is filtered, how busy the host is, how fresh all of it is, at
/// what cost.
pub fn draw_first(buffer: &mut Buffer, line: Rect, context: &DrawContext<'_>, ui: &UiState) {
    let mut segments = name(context, 0);
    segments.push(engine::host(context, 3));
    segments.extend(narrowing(context, ui));
    segments.extend(host::figures(context));
    segments.push(engine::cost(context, 7));
    segments.push(engine::age(context, 4));
    draw_line(buffer, line, context, segments);
}

/// The second line: the views, then counts and the worst incident. The views lose titles before the
/// incident is shortened.
pub fn draw_second(
    buffer: &mut Buffer,
    line: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) {
    let (counts, news) = (counts(context, ui), news(context, ui));
    let wanted = counts.cells() + news.cells() + 2 * GAP;
    let fits = |tabs: &Vec<Tab>| tabs::cells(tabs) + wanted <= usize::from(line.width);
    let mut forms = Titles::ALL
        .map(|titles| tabs(context, ui, titles))
        .into_iter();
    let tabs = forms.find(fits);
    let tabs = tabs.unwrap_or_else(|| tabs::tabs(context, ui, Titles::Current));
    let gap = u16::try_from(GAP).unwrap_or(u16::MAX);
    let x = tabs::draw(buffer, line, &tabs, drawn).saturating_add(gap);
    let rest = Rect {
        x: x.min(line.right()),
        width: line.right().saturating_sub(x),
        ..line
    };
    draw(
        buffer,
        rest,
        vec![counts, news.segment(&[6, 5, 4, 3, 2, 1])],
    );
}

/// The only line of a small terminal.
pub fn draw_only(buffer: &mut Buffer, line: Rect, context: &DrawContext<'_>, ui: &UiState) {
    let mut segments = name(context, 8);
    let title = context.theme.style(Role::Title);
    segments.push(HeaderSegment::text(4, view_title(ui), title));
    segments.push(counts(context, ui));
    segments.push(news(context, ui).segment(&[7, 6, 5, 3, 2, 1]));
    segments.extend(narrowing(context, ui));
    segments.push(engine::host(context, 9));
    segments.extend(engine::timing(context));
    segments.push(engine::cost(context, 10));
    segments.push(engine::age(context, 6));
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

#[cfg(test)]
mod tests;
