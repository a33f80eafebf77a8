//! What happened, one line for the operator.

use super::{affected, exit, incident, reason};
use crate::model::words::{duration, plural};
use crate::model::{
    Change, Deployment, ErrorBurstChange, HealthChangeReason, HealthState, IncidentChange,
    InterruptedOperation, Operation, OperationChange, OwnChange, Principal, ProcessEnd, Reason,
    ShownState, SignedDuration, SkipReason,
};

/// Commands of an operation that failed that are named at most.
const COMMANDS: usize = 3;

/// `change` in one line, without its time and what it is about.
#[must_use]
pub fn words(change: &Change) -> String {
    match change {
        Change::Health { from, to, why } => health(*from, *to, why),
        Change::Created { container } => format!("container {container} created"),
        Change::Recreated { container } => format!("container {container} recreated"),
        Change::Scaled { container } => format!("scaled: container {container} created"),
        Change::Deployed(deployment) => deployed(deployment),
        Change::Started { container } => format!("container {container} started"),
        Change::Removed { container } => format!("container {container} removed"),
        Change::Finished => "finished with exit code 0".to_owned(),
        Change::Ended(end) => ended(*end),
        Change::Restarted => "exited, restarted by the restart policy".to_owned(),
        Change::Stopped { end: None } => "stopped".to_owned(),
        Change::Stopped { end: Some(end) } => format!("stopped, {}", ended(*end)),
        Change::OutOfMemory => "OOM kill".to_owned(),
        Change::ErrorBurst(change) => error_burst(change),
        Change::Paused => "paused".to_owned(),
        Change::Unpaused => "unpaused".to_owned(),
        Change::NetworkJoined { network } => format!("connected to network {network}"),
        Change::NetworkLeft { network } => format!("disconnected from network {network}"),
        Change::Incident {
            id,
            change,
            root,
            fact,
        } => {
            let news = match change {
                IncidentChange::Opened => format!("opened: {}", incident::line(root, fact)),
                IncidentChange::Updated => format!("updated: {}", incident::line(root, fact)),
                IncidentChange::Closed => incident::resolved(root, fact),
            };
            format!("incident #{id} {news}")
        }
        Change::EngineLost { error } => format!("engine unreachable: {error}"),
        Change::EngineBack => "engine is back".to_owned(),
        Change::EngineGap(gap) => gap.sentence(),
        Change::Operation(change) => operation(change),
        Change::Own(OwnChange::Message(text)) => text.clone(),
        Change::Own(OwnChange::Shortage(shortage)) => {
            format!("{shortage}; {}", shortage.advice())
        }
    }
}

/// `healthy → unhealthy: exited with code 1`; a pause is a state of its own, and a reason that only
/// repeats the state is left out.
fn health(from: HealthState, to: HealthState, why: &HealthChangeReason) -> String {
    let paused = to.is_broken() && *why.reason.innermost() == Reason::Paused;
    let to = if paused {
        ShownState::Paused
    } else {
        ShownState::Base(to)
    };
    let because = because(why);
    if because == to.id() {
        return format!("{from} → {to}");
    }
    format!("{from} → {to}: {because}")
}

/// The reason of a state, with what misses the service.
fn because(why: &HealthChangeReason) -> String {
    let stack = why.stack.as_ref();
    reason::beside(
        reason::of(&why.reason, stack),
        affected::missed(&why.missed_by, stack),
    )
}

/// `error burst: 120 errors a minute, usually 2: connection to <*> refused`.
fn error_burst(change: &ErrorBurstChange) -> String {
    match change {
        ErrorBurstChange::Began {
            per_minute,
            usual_per_minute,
            template,
        } => {
            let template = template.as_ref().map(|template| format!(": {template}"));
            let template = template.unwrap_or_default();
            format!("error burst: {per_minute} errors/min, usually {usual_per_minute}{template}")
        }
        ErrorBurstChange::Ended { took, errors } => format!(
            "error burst ended after {}: {}",
            duration(*took),
            plural(usize::try_from(*errors).unwrap_or(usize::MAX), "error")
        ),
    }
}

fn deployed(deployment: &Deployment) -> String {
    match deployment {
        Deployment::Image { from, to } => format!("deployed: {from} → {to}"),
        Deployment::Build { image } => format!("deployed: another build of {image}"),
        Deployment::Configuration => "deployed: configuration changed".to_owned(),
    }
}

fn ended(end: ProcessEnd) -> String {
    exit::words(end.code, end.out_of_memory)
}

fn operation(change: &OperationChange) -> String {
    match change {
        OperationChange::Started {
            operation,
            principal,
        } => format!(
            "{} {}, by {}",
            operation.kind.gerund(),
            targets(operation),
            by(principal)
        ),
        OperationChange::Succeeded { operation, took } => succeeded(operation, *took),
        OperationChange::Failed {
            operation,
            error,
            to_finish,
        } => format!("{}: failed, {error}{}", asked(operation), left(to_finish)),
        OperationChange::Cancelled {
            operation,
            reason,
            not_begun,
            steps,
            unfinished,
        } => cancelled(operation, *reason, (*not_begun, *steps), unfinished),
        OperationChange::HealingStopped(stop) => stop.clause(),
        OperationChange::Interrupted(operation) => InterruptedOperation::to_string(operation),
    }
}

/// What is left of an operation that failed, as the commands that finish it.
fn left(commands: &[String]) -> String {
    let shown = commands.get(..COMMANDS).unwrap_or(commands);
    let quoted: Vec<String> = shown.iter().map(|it| format!("`{it}`")).collect();
    let more = match commands.len().saturating_sub(shown.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    match commands.len() {
        0 => String::new(),
        1 => format!("; not begun: {}", quoted.join("")),
        many => format!("; {many} steps not begun: {}{more}", quoted.join(", ")),
    }
}

/// "hub/db and hub/api restarted in 4.3 s".
#[must_use]
pub fn succeeded(operation: &Operation, took: SignedDuration) -> String {
    let took = took.as_secs_f64();
    match operation.compose_stack() {
        Some(_) => format!("{} done in {took:.1} s", asked(operation)),
        None => format!(
            "{} {} in {took:.1} s",
            targets(operation),
            operation.kind.participle()
        ),
    }
}

fn cancelled(
    operation: &Operation,
    reason: SkipReason,
    (not_begun, steps): (usize, usize),
    unfinished: &[String],
) -> String {
    let (asked, reason) = (asked(operation), reason.clause());
    match operation.compose_stack() {
        Some(_) => format!("{asked}: {reason}, what it had done by then stays"),
        None => {
            let left = format!("{asked}: {reason}, {not_begun} of {steps} steps not begun");
            let all = std::iter::once(left).chain(unfinished.iter().cloned());
            all.collect::<Vec<_>>().join("; ")
        }
    }
}

/// "restart hub/db", "stop 4 services".
fn asked(operation: &Operation) -> String {
    format!("{} {}", operation.kind.verb(), targets(operation))
}

/// "hub/db with dependents", "4 services".
fn targets(operation: &Operation) -> String {
    if let Some(stack) = operation.compose_stack() {
        return stack.to_owned();
    }
    let subject = match &operation.targets[..] {
        [one] => one.to_string(),
        [one, two] => format!("{one} and {two}"),
        many => format!("{} services", many.len()),
    };
    let dependents = if operation.with_dependents {
        " with dependents"
    } else {
        ""
    };
    format!("{subject}{dependents}")
}

const fn by(principal: &Principal) -> &'static str {
    match principal {
        Principal::Terminal => "the console",
        Principal::Http(_) => "an HTTP client",
        Principal::Cli => "the command line",
        Principal::AutoHeal => "auto-heal",
    }
}

#[cfg(test)]
mod tests;
