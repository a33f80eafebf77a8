//! The commands that operate on services: which services are meant, the plan, the question, and what
//! came of each step, as text and as JSON.

mod progress;
mod question;

use std::sync::Arc;

use serde::Serialize;

use crate::config::Settings;
use crate::config::arguments::OperationArgs;
use crate::document::json::PlanDocument;
use crate::explain;
use crate::explain::plan::{lines, title};
use crate::model::secrets::mask_text;
use crate::model::{
    Change, Confirmation, EngineStatus, InstanceFacts, InstanceState, InterruptedCall,
    InterruptedOperation, OperationChange, OperationKind, OperationStatus, Plan, ServiceId,
    Snapshot,
};

use super::charset::charset;
use super::output::{print, print_text};
use super::{CommandError, ExitStatus, logs};

pub use progress::{StepProgress, doing};
pub use question::{TerminalQuestion, questions};

/// Why an operation that interrupts is not begun where nobody can be asked.
pub const NEEDS_YES: &str = "nobody can be asked here, as standard input or standard error is no \
                             terminal; add --yes, or --dry-run to see the plan";

/// The services that `args` name, in the part of `snapshot` that the settings leave in view.
///
/// # Errors
/// An unknown project, stack or service.
pub fn targets(
    snapshot: &Arc<Snapshot>,
    settings: &Settings,
    args: &OperationArgs,
) -> Result<Vec<ServiceId>, CommandError> {
    let mut ids = logs::services(snapshot, settings, &args.services)?;
    if args.all {
        ids.retain(|id| {
            let service = snapshot.service(id);
            service.is_some_and(|service| !service.instances.is_empty())
        });
    }
    Ok(ids)
}

/// Why nothing can be done without an engine, in one sentence.
#[must_use]
pub fn no_engine(snapshot: &Snapshot) -> CommandError {
    let why = match &snapshot.engine.status {
        EngineStatus::Lost { error, .. } => mask_text(error),
        _ => "no container engine answered in time".to_owned(),
    };
    CommandError::EngineLost(format!("nothing was done: {why}"))
}

/// Whether every container of `targets` is already as `kind` leaves it.
#[must_use]
pub fn is_done(kind: OperationKind, targets: &[ServiceId], snapshot: &Snapshot) -> bool {
    use InstanceState::{Paused, Restarting, Running};
    let services = targets.iter().filter_map(|id| snapshot.service(id));
    let mut states = services
        .flat_map(|service| &service.instances)
        .map(|it| it.facts.state);
    match kind {
        OperationKind::Start => states.all(|state| matches!(state, Running | Restarting)),
        OperationKind::Kill { signal } if signal.is_ending() => {
            !states.any(|state| matches!(state, Running | Paused | Restarting))
        }
        OperationKind::Stop => !states.any(|state| matches!(state, Running | Paused | Restarting)),
        OperationKind::Pause => states.all(|state| state == Paused),
        OperationKind::Unpause => !states.any(|state| state == Paused),
        _ => false,
    }
}

/// The plan for people: what is done, what it affects, its steps in order, and its hash.
#[must_use]
pub fn plan_text(plan: &Plan, snapshot: &Snapshot) -> String {
    let mut text = format!("{}\n", title(plan));
    for line in lines(plan, snapshot) {
        text.push_str(&format!("  {}\n", line.text()));
    }
    text.push_str(&format!("  plan {}\n", plan.hash));
    text
}

/// Why the arguments do not answer what `plan` asks, where nobody is asked: production wants its
/// name.
#[must_use]
pub fn unanswered(plan: &Plan, given: Option<&str>) -> Option<String> {
    let Confirmation::Name(name) = plan.confirmation() else {
        return None;
    };
    match given {
        Some(given) if given == name => None,
        Some(given) => Some(format!(
            "nothing was done: --yes-production has to name {name}, not {given}"
        )),
        None => Some(format!(
            "nothing was done: {name} is production, for which --yes is no answer; add --yes-production '{name}'"
        )),
    }
}

/// Prints `plan` and nothing else.
///
/// # Errors
/// When standard output cannot be written to.
pub fn dry_run(
    plan: &Plan,
    snapshot: &Snapshot,
    settings: &Settings,
    json: bool,
) -> Result<ExitStatus, CommandError> {
    if json {
        return print_json(&PlanDocument::from(plan));
    }
    print_text(&plan_text(plan, snapshot), charset(settings))
}

/// Prints `document` on one line.
///
/// # Errors
/// When it cannot be written as JSON, or standard output cannot be written to.
pub fn print_json(document: &impl Serialize) -> Result<ExitStatus, CommandError> {
    let text = serde_json::to_string(document).map_err(CommandError::Document)?;
    print(&format!("{text}\n"))
}

/// Prints how an operation ended.
///
/// # Errors
/// When standard output cannot be written to.
pub fn print_end(words: &str, settings: &Settings) -> Result<ExitStatus, CommandError> {
    print_text(&format!("{words}\n"), charset(settings))
}

/// How the operation ended: "hub/db with dependents restarted in 4.3 s".
#[must_use]
pub fn end_words(status: &OperationStatus) -> String {
    let at = status.finished_at.unwrap_or(status.started_at);
    let mut change = OperationChange::end_of(status, at);
    if let OperationChange::Failed { to_finish, .. } = &mut change {
        // They are printed as lines of their own, to be copied.
        to_finish.clear();
    }
    explain::timeline::words(&Change::Operation(change))
}

/// How the containers stand whose calls have no result: "hub-db-1 is running, hub/db is healthy";
/// `None` where every call has one.
#[must_use]
pub fn standing(operation: &InterruptedOperation, snapshot: &Snapshot) -> Option<String> {
    let calls = operation.unknown.iter();
    let found: Vec<String> = calls.map(|call| container_stands(call, snapshot)).collect();
    (!found.is_empty()).then(|| found.join("; "))
}

/// How the container of `call` stands.
fn container_stands(call: &InterruptedCall, snapshot: &Snapshot) -> String {
    let name = &call.name;
    let found = snapshot.services.iter().find_map(|service| {
        let mut instances = service.instances.iter();
        let instance = instances.find(|it| is_called(&it.facts, call))?;
        Some((service, instance.facts.state))
    });
    match found {
        None => format!("{name} is gone"),
        Some((service, InstanceState::Running)) => {
            let (id, state) = (&service.id, service.health.shown_state());
            format!("{name} is running, {id} is {state}")
        }
        Some((_, state)) => format!("{name} is {}", state.id()),
    }
}

/// Whether `call` is on the container of `facts`, or on the Swarm service that it is a task of.
fn is_called(facts: &InstanceFacts, call: &InterruptedCall) -> bool {
    let task = facts.swarm_task();
    // What was to replace it has its name.
    let replaces = call.kept_as.is_some() && facts.name == call.name;
    let is_task = task.is_some_and(|task| task.service_id == call.instance.as_str());
    facts.id == call.instance || replaces || is_task
}

#[cfg(test)]
mod tests;
