//! What an operator must know first: the running operation, else the worst trouble.

use std::sync::Arc;

use ratatui::text::Span;

use crate::explain;
use crate::model::words;
use crate::model::{HealthState, Incident, Overlay};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::state::UiState;

use crate::tui::draw::chrome::header::scoped;

/// What an operator must know first: the running operation, else the worst incident.
pub(super) fn news(context: &DrawContext<'_>, ui: &UiState) -> Span<'static> {
    running_operation(context)
        .or_else(|| incident(context, ui))
        .or_else(|| trouble(context, ui))
        .unwrap_or_default()
}

/// The newest operation that is under way, with the steps done.
fn running_operation(context: &DrawContext<'_>) -> Option<Span<'static>> {
    let mut operations = context.snapshot.operations.iter().rev();
    let running = operations.find(|each| each.finished_at.is_none())?;
    let operation = &running.plan.operation;
    let target = operation.targets.first();
    let text = format!(
        "{} {} {}/{}",
        operation.kind.verb(),
        target.map_or_else(String::new, ToString::to_string),
        running.steps_done(),
        running.steps.len()
    );
    let style = context.theme.style(Role::Starting);
    Some(Span::styled(text, style))
}

/// The oldest open incident in scope: root, age, how many it blocks, what is wrong, how many more.
fn incident(context: &DrawContext<'_>, ui: &UiState) -> Option<Span<'static>> {
    let in_scope = |incident: &&Arc<Incident>| {
        incident
            .root
            .service()
            .is_none_or(|id| scoped(context, ui).any(|service| service.id == *id))
    };
    let mut open = context.snapshot.open_incidents().filter(in_scope);
    let first = open.next()?;
    let rest = open.count();
    let seconds = context.now().duration_since(first.opened_at);
    let age = if seconds.as_secs() < 60 {
        "<1m".to_owned()
    } else {
        words::duration(seconds)
    };
    let sign = context.glyphs.state(HealthState::Unhealthy);
    let mut text = format!("{sign} {} since {age}", first.root.words());
    if !first.blocked.is_empty() {
        let verb = if first.root.service().is_some() {
            "blocks"
        } else {
            "affects"
        };
        text.push_str(&format!(", {verb} {}", first.blocked.len()));
    }
    if rest > 0 {
        text.push_str(&format!(", {rest} more"));
    }
    let root = first
        .root
        .service()
        .and_then(|id| context.snapshot.service(id));
    // It stays open until that has lasted, and until what it blocked is back.
    match root {
        Some(root) if root.health.state.works() => text.push_str(", works again"),
        Some(root) => text.push_str(&format!(": {}", explain::short(root))),
        None => {}
    }
    Some(Span::styled(text, context.theme.style(Role::Unhealthy)))
}

/// The worst root: the longest unhealthy service that nothing blocks, else the longest degraded
/// one.
fn trouble(context: &DrawContext<'_>, ui: &UiState) -> Option<Span<'static>> {
    let problems = || scoped(context, ui).filter(|service| service.health.state.is_problem());
    let worst = problems().min_by_key(|service| {
        let health = &service.health;
        (
            std::cmp::Reverse(health.state),
            health.has(Overlay::Blocked),
            health.since,
        )
    })?;
    let health = &worst.health;
    let mut text = format!(
        "{} {}",
        context.glyphs.shown(health.shown_state()),
        worst.id
    );
    let reason = explain::short(worst);
    if !reason.is_empty() {
        text.push_str(&format!(": {reason}"));
    }
    let blocked = scoped(context, ui)
        .filter(|service| service.health.blocked_by.contains(&worst.id))
        .count();
    if blocked > 0 {
        text.push_str(&format!(" · blocks {blocked}"));
    }
    let style = context.theme.style(Role::of(health.state));
    Some(Span::styled(text, style))
}
