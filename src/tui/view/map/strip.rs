//! The strip below the map: what the selected service needs, what needs it, what losing it means.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use super::facts::near;
use crate::model::{EdgeKind, Health, HealthState, Impact, Service, ServiceId, Snapshot, StackName};
use crate::topology::impact::impact;
use crate::tui::scene::Scene;
use crate::tui::select;
use crate::tui::theme::Role;
use crate::tui::widget::{pen, status, units};

/// Rows the strip takes below a map of `height` rows.
#[must_use]
pub const fn height(height: u16) -> u16 {
    match height {
        0..6 => 0,
        6..14 => 1,
        14..28 => 2,
        _ => 3,
    }
}

/// Draws the strip about `selected`, or about the whole picture when nothing is selected.
pub fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, selected: Option<&Service>) {
    let lines = match selected {
        Some(service) => about(scene, service, area.height),
        None => overall(scene, area.height),
    };
    let ruled = area.height >= 3;
    if ruled {
        let border = scene.theme.style(Role::Border);
        pen::rule(buffer, area, area.y, area.x, area.right(), scene.glyphs, border);
    }
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        pen::put_cut(buffer, area, area.x + u16::from(area.width > 2), y, &line, scene.glyphs);
    }
}

fn about(scene: &Scene<'_>, service: &Service, height: u16) -> Vec<Vec<Span<'static>>> {
    let edges = edges(scene, service);
    let loss = loss(scene, service);
    match height {
        0 => Vec::new(),
        1 => vec![edges],
        2 => vec![edges, loss],
        _ => vec![head(scene, service), edges, loss],
    }
}

/// ` ● hub/backend  healthy for 2h: 200 ok `, laid over the rule.
fn head(scene: &Scene<'_>, service: &Service) -> Vec<Span<'static>> {
    let theme = scene.theme;
    let health = &service.health;
    let mut spans = vec![Span::raw(" ")];
    spans.extend(status::signs(health, theme, scene.glyphs));
    spans.push(Span::styled(format!(" {}  ", service.id), theme.style(Role::Title)));
    spans.push(Span::styled(sentence(health, scene), theme.style(Role::of(health.state))));
    spans.push(Span::raw(" "));
    spans
}

fn sentence(health: &Health, scene: &Scene<'_>) -> String {
    let since = units::age(health.since, scene.now);
    if health.reason.is_empty() {
        return format!("{} for {since}", health.state.id());
    }
    format!("{} for {since}: {}", health.state.id(), health.reason)
}

/// `needs ● db ✖ redis (soft)  ·  needed by ● proxy`.
fn edges(scene: &Scene<'_>, service: &Service) -> Vec<Span<'static>> {
    let snapshot = scene.snapshot;
    let muted = scene.theme.style(Role::Muted);
    let needs: Vec<_> = snapshot.needs(&service.id).map(|edge| (&edge.to, edge.kind())).collect();
    let needed_by: Vec<_> = snapshot.needed_by(&service.id).map(|edge| (&edge.from, edge.kind())).collect();
    if needs.is_empty() && needed_by.is_empty() {
        return vec![Span::styled("needs nothing, nothing needs it", muted)];
    }
    let mut spans = Vec::new();
    list(&mut spans, scene, service, "needs", &needs, Role::Needs);
    let dot = if scene.glyphs.ascii { "  |  " } else { "  ·  " };
    spans.push(Span::styled(dot, muted));
    list(&mut spans, scene, service, "needed by", &needed_by, Role::NeededBy);
    spans
}

fn list(
    spans: &mut Vec<Span<'static>>,
    scene: &Scene<'_>,
    service: &Service,
    verb: &str,
    others: &[(&ServiceId, EdgeKind)],
    role: Role,
) {
    let muted = scene.theme.style(Role::Muted);
    if others.is_empty() {
        spans.push(Span::styled(format!("{verb} nothing"), muted));
        return;
    }
    spans.push(Span::styled(verb.to_owned(), muted));
    for (at, (id, kind)) in others.iter().enumerate() {
        let state = scene.snapshot.service(id).map_or(HealthState::Unknown, |other| other.health.state);
        spans.push(Span::raw(if at == 0 { " " } else { ", " }));
        spans
            .push(Span::styled(format!("{} ", scene.glyphs.state(state)), status::style(scene.theme, state)));
        spans.push(Span::styled(near(id, service.stack.as_ref()).to_owned(), scene.theme.style(role)));
        if !matches!(state, HealthState::Healthy | HealthState::Completed) {
            spans.push(Span::styled(format!(" ({})", state.id()), status::style(scene.theme, state)));
        } else if *kind == EdgeKind::Soft {
            spans.push(Span::styled(" (soft)", muted));
        }
    }
}

/// What stopping the service takes with it; for a failing one, what it already has.
fn loss(scene: &Scene<'_>, service: &Service) -> Vec<Span<'static>> {
    let muted = scene.theme.style(Role::Muted);
    let mut spans = Vec::new();
    if let Some(blocked) = super::facts::blocked(&service.health, service.stack.as_ref()) {
        spans.push(Span::styled(format!("{blocked}: look there first; "), scene.theme.style(Role::Degraded)));
    }
    let words = loss_sentence(scene.snapshot, service);
    spans.push(Span::styled(words, muted));
    spans
}

/// What stopping `service` takes down with it, in one sentence.
#[must_use]
pub fn loss_sentence(snapshot: &Snapshot, service: &Service) -> String {
    let mut hit = impact(&snapshot.edges, std::slice::from_ref(&service.id));
    // What does not run cannot be taken down.
    let runs = |id: &ServiceId| snapshot.service(id).is_some_and(|service| service.replicas().0 > 0);
    hit.hard.retain(runs);
    hit.soft.retain(runs);
    impact_sentence(service.name.as_str(), service.stack.as_ref(), &hit)
}

/// "stopping db takes down backend, worker; frontend may suffer".
fn impact_sentence(name: &str, stack: Option<&StackName>, hit: &Impact) -> String {
    let names = |ids: &[ServiceId]| {
        let shown: Vec<_> = ids.iter().take(8).map(|id| near(id, stack)).collect();
        let more = ids.len().saturating_sub(shown.len());
        if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
    };
    match (hit.hard.is_empty(), hit.soft.is_empty()) {
        (true, true) => format!("stopping {name} takes nothing else down"),
        (false, true) => format!("stopping {name} takes down {}", names(&hit.hard)),
        (true, false) => format!("stopping {name} takes nothing down; {} may suffer", names(&hit.soft)),
        (false, false) => {
            format!("stopping {name} takes down {}; {} may suffer", names(&hit.hard), names(&hit.soft))
        }
    }
}

/// The worst trouble in one sentence each, or that all is well.
fn overall(scene: &Scene<'_>, height: u16) -> Vec<Vec<Span<'static>>> {
    let snapshot = scene.snapshot;
    let roots: Vec<_> = snapshot.services.iter().filter(|service| select::is_root(service)).collect();
    let mut lines: Vec<Vec<Span<'static>>> = Vec::new();
    if height >= 3 {
        lines.push(Vec::new());
    }
    for root in &roots {
        lines.push(incident(scene, snapshot, root));
    }
    if roots.is_empty() {
        let edges = match snapshot.edges.len() {
            1 => "1 dependency".to_owned(),
            count => format!("{count} dependencies"),
        };
        let words = format!("{}  {edges}  select a service to see what it needs", counts(snapshot));
        lines.push(vec![Span::styled(words, scene.theme.style(Role::Muted))]);
    }
    lines
}

fn counts(snapshot: &Snapshot) -> String {
    let totals = snapshot.totals();
    let states = HealthState::ALL.into_iter().rev();
    let words: Vec<String> = states
        .filter(|state| totals.get(*state) > 0)
        .map(|state| format!("{} {}", totals.get(state), state.id()))
        .collect();
    words.join(", ")
}

/// `✖ db exited with code 1 (2m ago), blocks backend, worker`.
fn incident(scene: &Scene<'_>, snapshot: &Snapshot, root: &Service) -> Vec<Span<'static>> {
    let health = &root.health;
    let style: Style = status::style(scene.theme, health.state);
    let several = snapshot.stacks.len() > 1;
    let name = if several { root.id.as_str() } else { root.name.as_str() };
    let stack = root.stack.as_ref();
    let blocked: Vec<_> = snapshot
        .services
        .iter()
        .filter(|service| service.health.blocked_by.contains(&root.id))
        .map(|service| near(&service.id, stack))
        .collect();
    let mut spans = vec![
        Span::styled(format!("{} {name} ", scene.glyphs.state(health.state)), style),
        Span::styled(health.reason.clone(), scene.theme.style(Role::Text)),
        Span::styled(
            format!(" ({} ago)", units::age(health.since, scene.now)),
            scene.theme.style(Role::Muted),
        ),
    ];
    if !blocked.is_empty() {
        let words = format!("; blocks {}", blocked.join(", "));
        spans.push(Span::styled(words, scene.theme.style(Role::Degraded)));
    }
    spans
}
