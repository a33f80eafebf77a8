//! What the service needs, what needs it, and what losing it means.

use ratatui::text::Span;

use super::page::{Page, Section};
use crate::model::{Edge, EdgeKind, Service, ServiceId};
use crate::tui::scene::Scene;
use crate::tui::theme::Role;
use crate::tui::view::map::facts::{blocked, near};
use crate::tui::view::map::loss_sentence;
use crate::tui::widget::{status, text};

/// Dependencies both ways, and the impact.
pub fn page(scene: &Scene<'_>, service: &Service, width: u16) -> Page {
    let mut page = Page::new(width);
    let column = page.column();
    let needs: Vec<&Edge> = scene.snapshot.needs(&service.id).collect();
    let needed_by: Vec<&Edge> = scene.snapshot.needed_by(&service.id).collect();
    let left = list(scene, service, "Needs", &needs, |edge| &edge.to, column);
    let right = list(scene, service, "Needed by", &needed_by, |edge| &edge.from, column);
    let whole = page.whole();
    page.add(impact_section(scene, service, whole));
    page.columns(vec![left], vec![right]);
    page
}

fn impact_section<'a>(scene: &'a Scene<'a>, service: &Service, width: u16) -> Section<'a> {
    let mut section = Section::new(scene, "Impact", width);
    if let Some(blocked) = blocked(scene.snapshot, service) {
        section.paragraph(&format!("{blocked}: it works again when that one does"), Role::Degraded);
    }
    section.paragraph(&loss_sentence(scene.snapshot, service), Role::Text);
    section
}

fn list<'a>(
    scene: &'a Scene<'a>,
    service: &Service,
    title: &str,
    edges: &[&Edge],
    other: impl Fn(&Edge) -> &ServiceId,
    width: u16,
) -> Section<'a> {
    let mut section = Section::new(scene, &format!("{title} ({})", edges.len()), width);
    if edges.is_empty() {
        section.paragraph("nothing", Role::Muted);
    }
    let stack = service.stack.as_ref();
    let longest = edges.iter().map(|edge| text::width(near(other(edge), stack))).max().unwrap_or(0);
    let cells = longest.clamp(6, 28);
    for edge in edges {
        let id = other(edge);
        let name = text::fit(near(id, stack), cells, scene.glyphs);
        let (sign, state, reason) = match scene.snapshot.service(id) {
            Some(found) => {
                let state = found.health.state;
                let style = status::style(scene.theme, state);
                (Span::styled(scene.glyphs.state(state), style), state.id(), found.health.reason.clone())
            }
            None => (Span::styled("?", scene.theme.style(Role::Unknown)), "not found", String::new()),
        };
        let style = sign.style;
        section.line(vec![
            sign,
            Span::raw(" "),
            Span::styled(name, scene.theme.style(Role::Title)),
            Span::styled(format!(" {state:<9} "), style),
            Span::styled(kind_words(edge), scene.theme.style(Role::Muted)),
        ]);
        if state != "healthy" && !reason.is_empty() {
            section.indented(2, &reason, Role::Text);
        }
    }
    section
}

/// `hard, depends_on service_healthy`.
fn kind_words(edge: &Edge) -> String {
    let kind = match edge.kind() {
        EdgeKind::Hard => "hard",
        EdgeKind::Soft => "soft",
    };
    let provenance = edge.provenance().id().replace("network_namespace", "network namespace");
    let detail = if edge.detail().is_empty() { String::new() } else { format!(" {}", edge.detail()) };
    format!("{kind}, {provenance}{detail}")
}
