//! The note on a service: what else there is to know where its state alone does not tell.

use crate::explain;
use crate::model::words;
use crate::model::{HealthState, Overlay, Service, ServiceId, SignedDuration};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::view::map::labels;
use crate::tui::draw::widget::{status, text};

/// Parts of a note stand apart like this.
const DOT: &str = " · ";

/// The longest note on `service` that fits in `cells`; empty where there is nothing to say: that a
/// check passes is what its state says.
pub(super) fn note(service: &Service, cells: usize, context: &DrawContext<'_>) -> String {
    let forms = forms(service, context);
    text::cut_reason(&forms, cells, context.glyphs).into_owned()
}

/// Ever shorter notes.
fn forms(service: &Service, context: &DrawContext<'_>) -> Vec<String> {
    let health = &service.health;
    if let Some(blocked) = labels::blocked(context.snapshot, service) {
        let mut forms = explain::shorter(service);
        // The source of the check goes with what blocks it.
        forms.truncate(2);
        forms.retain(|form| !form.is_empty());
        let mut forms: Vec<_> = forms
            .iter()
            .map(|form| format!("{blocked}{DOT}{form}"))
            .collect();
        forms.push(blocked);
        return forms;
    }
    if health.state == HealthState::Completed {
        return job(service, context);
    }
    if health.state.is_up() {
        return vec![remark(service)];
    }
    let mut reasons = explain::shorter_with_missed(service);
    // What the state says already is not said again.
    let state = explain::short_reason(service, context.now());
    if reasons.first().is_some_and(|reason| *reason == state) {
        reasons = vec![String::new()];
    }
    with_blocked(reasons, service, context)
}

/// A condition that a service has although it is up.
fn remark(service: &Service) -> String {
    let told = [Overlay::Flapping, Overlay::Maintenance];
    let overlays = service.health.overlays.iter();
    let words: Vec<&str> = overlays
        .filter(|overlay| told.contains(overlay))
        .map(|overlay| status::overlay_word(*overlay))
        .collect();
    words.join(DOT)
}

/// `reasons`, with the services that are blocked by this one; those alone where there is not room
/// for both.
fn with_blocked(reasons: Vec<String>, service: &Service, context: &DrawContext<'_>) -> Vec<String> {
    let blocked: Vec<&ServiceId> = context
        .snapshot
        .services
        .iter()
        .filter(|each| each.health.blocked_by.contains(&service.id))
        .map(|each| &each.id)
        .collect();
    if let Some(stop) = context.snapshot.heal_stop(&service.id) {
        let count = stop.restarts;
        let stopped = format!("auto-heal stopped after {count} restarts");
        let told = reasons.iter().filter(|reason| !reason.is_empty());
        let mut forms: Vec<_> = told
            .map(|reason| format!("{reason}{DOT}{stopped}"))
            .collect();
        forms.extend([stopped, "auto-heal stopped".to_owned()]);
        return forms;
    }
    if blocked.is_empty() {
        return reasons;
    }
    let stack = service.stack.as_ref();
    let names: Vec<_> = blocked
        .iter()
        .map(|id| labels::called(context.snapshot, id, stack))
        .collect();
    let effect = explain::effect(service.health.state);
    let named = format!("{effect} {}", names.join(", "));
    let counted = format!("{effect} {}", words::plural(blocked.len(), "service"));
    let beside = |blocks: &str| {
        let told = reasons.iter().filter(|reason| !reason.is_empty());
        let joined = |reason: &String| format!("{reason}{DOT}{blocks}");
        told.map(joined).collect::<Vec<_>>()
    };
    let mut forms = beside(&named);
    forms.extend(beside(&counted));
    forms.extend([named, counted, format!("{effect} {}", blocked.len())]);
    forms
}

/// When a job ended and what it took: `5m ago, took 0.4 s`.
fn job(service: &Service, context: &DrawContext<'_>) -> Vec<String> {
    let facts = service.primary().map(|instance| &instance.facts);
    let Some((facts, ended)) = facts.and_then(|facts| Some((facts, facts.finished_at?))) else {
        return vec![String::new()];
    };
    let ago = format!("{} ago", words::age(ended, context.now()));
    let took = facts
        .started_at
        .map(|started| ended.duration_since(started));
    let Some(took) = took.filter(|took| !took.is_negative()) else {
        return vec![ago];
    };
    let took = if took < SignedDuration::from_mins(1) {
        words::seconds(took.unsigned_abs())
    } else {
        words::elapsed(took)
    };
    vec![format!("{ago}, took {took}"), ago]
}
