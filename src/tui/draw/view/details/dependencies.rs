//! What the service needs, what needs it, and what losing it means.

use ratatui::text::Span;

use crate::explain;
use crate::model::words;
use crate::model::{Edge, EdgeEvidence, EdgeKind, Service, ServiceId};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::details::page::{Page, PageSection};
use crate::tui::draw::view::map::labels::{blocked, near};
use crate::tui::draw::view::map::summary::loss_sentence;
use crate::tui::draw::widget::{status, text};

/// Dependencies both ways, and the impact.
pub fn page(context: &DrawContext<'_>, service: &Service, width: u16) -> Page {
    let mut page = Page::new(width);
    let column = page.column();
    let needs: Vec<&Edge> = context.snapshot.needs(&service.id).collect();
    let needed_by: Vec<&Edge> = context.snapshot.needed_by(&service.id).collect();
    let mut left = list(context, service, "Needs", &needs, |edge| &edge.to, column);
    for need in &service.missing {
        left.paragraph(&words::need(need), Role::Degraded);
    }
    let right = list(
        context,
        service,
        "Needed by",
        &needed_by,
        |edge| &edge.from,
        column,
    );
    let whole = page.whole();
    page.add(impact_section(context, service, whole));
    page.columns(vec![left], vec![right]);
    page
}

fn impact_section<'a>(
    context: &'a DrawContext<'a>,
    service: &Service,
    width: u16,
) -> PageSection<'a> {
    let mut section = PageSection::new(context, "Impact", width);
    if let Some(blocked) = blocked(context.snapshot, service) {
        section.paragraph(&format!("{blocked}; recovers with it"), Role::Degraded);
    }
    section.paragraph(&loss_sentence(context.snapshot, service), Role::Text);
    section
}

fn list<'a>(
    context: &'a DrawContext<'a>,
    service: &Service,
    title: &str,
    edges: &[&Edge],
    other: impl Fn(&Edge) -> &ServiceId,
    width: u16,
) -> PageSection<'a> {
    let mut section = PageSection::new(context, &format!("{title} ({})", edges.len()), width);
    if edges.is_empty() {
        section.paragraph("nothing", Role::Muted);
    }
    let stack = service.stack.as_ref();
    let cells = |edge: &&Edge| text::width(near(other(edge), stack));
    let longest = edges.iter().map(cells).max().unwrap_or(0);
    let cells = longest.clamp(6, 28);
    for edge in edges {
        let id = other(edge);
        let name = text::fit(near(id, stack), cells, context.glyphs);
        add_edge(&mut section, context, edge, id, (name, cells));
    }
    section
}

/// One edge to the service `id`, whose `name` is as wide as every other one: `cells`.
fn add_edge(
    section: &mut PageSection<'_>,
    context: &DrawContext<'_>,
    edge: &Edge,
    id: &ServiceId,
    (name, cells): (String, usize),
) {
    let (sign, state, reason) = state(context, id);
    let style = sign.style;
    // The strongest evidence stands beside the name where there is room, the rest below.
    let room = section.width().saturating_sub(cells + 14);
    let (beside, below) = evidence(edge, room);
    section.line(vec![
        sign,
        Span::raw(" "),
        Span::styled(name, context.theme.style(Role::Title)),
        Span::styled(format!(" {state:<9} "), style),
        Span::styled(beside, context.theme.style(Role::Muted)),
    ]);
    for words in below {
        section.indented(2, &words, Role::Muted);
    }
    if state != "healthy" && !reason.is_empty() {
        section.indented(2, &reason, Role::Text);
    }
}

/// Sign, state and reason of the service `id`.
fn state(context: &DrawContext<'_>, id: &ServiceId) -> (Span<'static>, &'static str, String) {
    let Some(found) = context.snapshot.service(id) else {
        let sign = Span::styled("?", context.theme.style(Role::Unknown));
        return (sign, "not found", String::new());
    };
    let state = found.health.state;
    let style = status::style(context.theme, state);
    let sign = Span::styled(context.glyphs.state(state), style);
    (sign, state.id(), explain::short(found))
}

/// The kind of `edge` with its strongest evidence where both fit into `room`, and the rest.
fn evidence(edge: &Edge, room: usize) -> (String, Vec<String>) {
    let kind = kind_word(edge);
    let mut words: Vec<String> = edge.evidence.iter().map(EdgeEvidence::words).collect();
    let room = room.saturating_sub(kind.len());
    match words.first() {
        Some(first) if text::width(first) + 2 <= room => {
            (format!("{kind}: {}", words.remove(0)), words)
        }
        _ => (kind.to_owned(), words),
    }
}

fn kind_word(edge: &Edge) -> &'static str {
    match edge.kind() {
        EdgeKind::Hard => "hard",
        EdgeKind::Soft => "soft",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::model::{EdgeEvidence, EdgeKind, Provenance, ServiceId};
    use crate::tui::draw::view::details::draw;
    use crate::tui::fixture;
    use crate::tui::input::page::DetailsTab;
    use crate::tui::state::DetailsState;

    #[test]
    fn everything_that_tells_of_an_edge_is_shown() {
        let mut snapshot = fixture::failing().snapshot();
        let mut edges = snapshot.edges.to_vec();
        let edge = edges
            .iter_mut()
            .find(|edge| edge.from.as_str() == "hub/proxy")
            .expect("an edge");
        edge.evidence = [
            (Provenance::DependsOn, "service_started"),
            (Provenance::Route, "/api/ → :8000"),
            (Provenance::Environment, "BACKEND_URL"),
            (Provenance::Command, "healthcheck"),
            (Provenance::Configuration, "app.yml :8000"),
            (Provenance::Observed, ":8000"),
        ]
        .map(|(provenance, detail)| EdgeEvidence {
            kind: EdgeKind::Soft,
            provenance,
            detail: detail.into(),
        })
        .to_vec();
        snapshot.edges = edges.into();
        let mut ui = fixture::ui(80, 30);
        let (service, tab) = (ServiceId::from("hub/proxy"), DetailsTab::Dependencies);
        ui.details = Some(DetailsState::of(service, tab));
        let screen = fixture::screen(&fixture::frame(&Arc::new(snapshot), &ui, false, draw).0);
        for words in [
            "soft: depends_on service_started\n",
            "\n   route /api/ → :8000\n",
            "\n   env BACKEND_URL\n",
            "\n   healthcheck\n",
            "\n   file app.yml :8000\n",
            "\n   observed :8000\n",
        ] {
            assert!(screen.contains(words), "{words:?} in\n{screen}");
        }
    }
}
