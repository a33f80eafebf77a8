//! What is wrong: one line for each root cause, the worst first.

use std::cmp::Reverse;
use std::fmt::{self, Write};
use std::sync::Arc;

use crate::document::TextForm;
use crate::explain;
use crate::model::SortShared as _;
use crate::model::{HealthState, IncidentRoot, Reason, Service, Snapshot, secrets, text, words};

/// Longest line without what follows from the trouble, in characters.
const FACT: usize = 200;

/// Writes the roots, then the open incidents that have no service at their root.
pub(super) fn write(snapshot: &Snapshot, form: TextForm, out: &mut impl Write) -> fmt::Result {
    for incident in snapshot.open_incidents() {
        let is_known = match incident.root {
            // The head says so.
            IncidentRoot::Engine => !snapshot.engine.status.is_connected(),
            IncidentRoot::Service(_) => true,
            IncidentRoot::Network | IncidentRoot::Host => false,
        };
        if !is_known {
            let sentence = secrets::mask_text(&explain::incident::sentence(incident));
            let sign = HealthState::Unhealthy.sign(form.ascii);
            writeln!(out, "{sign} {}", text::one_line(&sentence, FACT))?;
        }
    }
    for root in roots(snapshot) {
        writeln!(out, "{}", line(root, snapshot, form))?;
    }
    Ok(())
}

/// Services with a problem that nothing else explains, and what blocks others; last those that were
/// stopped or paused and that nothing needs.
fn roots(snapshot: &Snapshot) -> Vec<&Service> {
    let services = || snapshot.services.iter().map(AsRef::as_ref);
    let is_root = |service: &&Service| {
        let health = &service.health;
        let blocks = || services().any(|each| each.health.blocked_by.contains(&service.id));
        let is_explained = || {
            let mut roots = health
                .blocked_by
                .iter()
                .filter_map(|id| snapshot.service(id));
            roots.any(|root| !root.health.state.is_fine())
        };
        !health.state.is_fine() && (health.state.is_problem() || blocks()) && !is_explained()
    };
    let mut roots: Vec<&Service> = services().filter(is_root).collect();
    roots.sort_shared_by_key(|root| (Reverse(root.health.state.is_broken()), root.health.since));
    let missing = services().filter(|each| !is_root(each) && is_missing(each, snapshot));
    let mut missing: Vec<&Service> = missing.collect();
    missing.sort_shared_by_key(|each| each.health.since);
    roots.append(&mut missing);
    roots
}

/// Whether a service was stopped or paused while others of its stack run. A stack that was stopped
/// as a whole, and a container that belongs to none, are not in use.
fn is_missing(service: &Service, snapshot: &Snapshot) -> bool {
    let was_stopped = matches!(
        service.health.reason.readable(),
        Reason::Stopped { .. } | Reason::Paused
    );
    let mut others = snapshot.services.iter();
    let runs = |other: &Arc<Service>| {
        other.id != service.id && other.stack == service.stack && other.replicas().0 > 0
    };
    service.health.state == HealthState::Stopped
        && was_stopped
        && service.stack.is_some()
        && others.any(runs)
}

/// `✖ hub/db exited with code 137 (killed) 65 s ago – blocks backend, proxy`.
fn line(root: &Service, snapshot: &Snapshot, form: TextForm) -> String {
    let fact = explain::sentence::aged(root, snapshot.taken_at);
    let fact = text::one_line(&secrets::mask_text(&fact), FACT);
    let sign = root.health.shown_state().sign(form.ascii);
    let mut line = format!("{sign} {} {fact}", text::clean(root.id.as_str()));
    let names = |ids: &mut dyn Iterator<Item = &crate::model::ServiceId>| {
        let names: Vec<String> = ids
            .map(|id| text::clean(words::near(id, root.stack.as_ref())))
            .collect();
        names.join(", ")
    };
    let blocked = snapshot
        .services
        .iter()
        .filter(|each| each.health.blocked_by.contains(&root.id));
    let blocked = names(&mut blocked.map(|each| &each.id));
    let missed = names(&mut root.health.missed_by.iter());
    let effect = match (blocked.is_empty(), missed.is_empty()) {
        (false, _) => format!("{} {blocked}", explain::effect(root.health.state)),
        (true, false) => format!("needed by {missed}"),
        (true, true) => return line,
    };
    line.push_str(&format!(" – {effect}"));
    line
}
