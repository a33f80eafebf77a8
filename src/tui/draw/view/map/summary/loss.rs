//! What losing a service means, in words.

use crate::explain::plan::{called_all, enumerate, lost_words, no_loss};
use crate::model::{Service, ServiceId, Snapshot};
use crate::topology::impact::loss as lost_by;

/// Names in a sentence.
const MAX_NAMES: usize = 8;

/// What fails when `service` stops, and what keeps running, in one sentence: "if db stops: backend,
/// worker and proxy fail; frontend keeps running", "if mcp stops: proxy loses /mcp/".
#[must_use]
pub fn loss_sentence(snapshot: &Snapshot, service: &Service) -> String {
    let hit = lost_by(snapshot, std::slice::from_ref(&service.id));
    let stack = service.stack.as_ref();
    if hit.is_empty() && !service.needed_by.is_empty() {
        return no_loss(snapshot, service);
    }
    let is_down = service.health.state.is_broken();
    let works = |id: &ServiceId| {
        let other = snapshot.service(id);
        other.is_some_and(|other| other.health.state.works())
    };
    // What still works although it is down does not depend on it at the moment.
    let failing = hit.hard.into_iter().filter(|id| !(is_down && works(id)));
    let failing = called_all(snapshot, &failing.collect::<Vec<_>>(), stack);
    let lost = hit.routes.iter();
    let lost = lost.map(|lost| lost_words(snapshot, lost, stack)).collect();
    let stays = called_all(snapshot, &hit.soft, stack);
    let name = service.title();
    let runs = service.instances.iter().any(|it| it.facts.is_running());
    let when = match (is_down, runs) {
        (false, _) => format!("if {name} stops"),
        (true, true) => format!("while {name} is {}", service.health.state),
        (true, false) => format!("while {name} is down"),
    };
    loss_words(name, &when, &failing, lost, &stays)
}

fn loss_words(
    name: &str,
    when: &str,
    failing: &[String],
    lost: Vec<String>,
    stays: &[String],
) -> String {
    let one = |names: &[String], one, many| if names.len() == 1 { one } else { many };
    let staying = enumerate(stays, MAX_NAMES);
    if failing.is_empty() && lost.is_empty() {
        return match stays {
            [] => format!("nothing depends on {name}"),
            _ => {
                let verbs = one(stays, "uses it but survives", "use it but survive");
                format!("{staying} {verbs}")
            }
        };
    }
    let mut clauses = Vec::new();
    if !failing.is_empty() {
        let verb = one(failing, "fails", "fail");
        clauses.push(format!("{} {verb}", enumerate(failing, MAX_NAMES)));
    }
    clauses.extend(lost);
    if !stays.is_empty() {
        let verb = one(stays, "keeps running", "keep running");
        clauses.push(format!("{staying} {verb}"));
    }
    format!("{when}: {}", clauses.join("; "))
}
