//! What broke, in words: clauses and sentences about services in trouble. Pure.

mod engine_error;
mod missed;
mod short;

use crate::model::secrets::mask_urls;
use crate::model::text::middle;
use crate::model::{Health, HealthState, InstanceState, Overlay, Service, ServiceId, StackName};

use super::checks;
use missed::parts;

pub use crate::model::words::near;
pub use engine_error::engine_error;
pub use missed::{missed, missed_beside, own_reason};
pub use short::shorter;

/// Longest clause, in characters.
const CLAUSE: usize = 200;
/// The reason of a running container that no network leads to.
pub const CUT_OFF: &str = "cut off: attached to no network";
/// Names told in full before "and 7 others" stands for the rest.
const NAMES: usize = 5;

/// What is wrong with a service, as the rest of a sentence that begins with its name: "refuses
/// connections", "exited with code 1", "is stopped".
#[must_use]
pub fn clause(service: &Service) -> String {
    let (_, missed) = parts(service);
    match missed {
        Some(missed) => format!("{}; {missed}", fact(service)),
        None => fact(service),
    }
}

/// The same without what misses it.
#[must_use]
pub fn fact(service: &Service) -> String {
    if let Some(clause) = super::missing::clause(service) {
        return cut(&clause);
    }
    let health = &service.health;
    let created = service
        .primary()
        .is_some_and(|each| each.facts.state == InstanceState::Created);
    match health.state {
        HealthState::Healthy => "works".to_owned(),
        HealthState::Running => "is running, and nothing checks it".to_owned(),
        HealthState::Completed => "has finished".to_owned(),
        HealthState::Stopped if health.has(Overlay::Paused) => "is paused".to_owned(),
        HealthState::Stopped if created => "was never started".to_owned(),
        HealthState::Stopped if health.reason.starts_with("stopped") => {
            format!("is {}", health.reason)
        }
        HealthState::Stopped => "is stopped".to_owned(),
        HealthState::Starting if created => "is not started yet".to_owned(),
        HealthState::Starting => "is still starting".to_owned(),
        HealthState::Unknown => format!("is unknown: {}", cut(&health.reason)),
        HealthState::Degraded | HealthState::Unhealthy => {
            cut(&trouble(parts(service).0, health.state))
        }
    }
}

fn cut(text: &str) -> String {
    mask_urls(&middle(text, CLAUSE))
}

/// A reason of the store as a clause.
fn trouble(reason: &str, state: HealthState) -> String {
    if let Some(rest) = reason.strip_prefix("restarting: ") {
        return format!("restarts again and again: {rest}");
    }
    if let Some(rest) = reason.strip_prefix("killed for lack of memory") {
        return format!("was killed for lack of memory{rest}");
    }
    if let Some(rest) = reason.strip_prefix("docker: ") {
        let output = rest.split_once(", ").map_or("", |(_, output)| output);
        let told = rest.starts_with("unhealthy, ") && output.ends_with("failed checks in a row");
        return if output.is_empty() || told {
            "fails its healthcheck".to_owned()
        } else {
            format!("fails its healthcheck: {output}")
        };
    }
    if let Some(rest) = reason.strip_prefix("probe: ") {
        return probe(rest);
    }
    if let Some((count, rest)) = reason.split_once(": ")
        && let Some(count) = count.strip_suffix("instances fail")
    {
        return format!("fails in {}instances: {rest}", count);
    }
    if reason == CUT_OFF || reason == "paused" {
        return format!("is {reason}");
    }
    if ["exited", "cannot start", "dead"]
        .iter()
        .any(|start| reason.starts_with(start))
    {
        return if reason.starts_with("dead") {
            format!("is {reason}")
        } else {
            reason.to_owned()
        };
    }
    if reason.starts_with("stopped") {
        return format!("was {reason}");
    }
    if reason == "created, never started" {
        return "was never started".to_owned();
    }
    if reason.is_empty() {
        format!("is {state}")
    } else {
        format!("is {state}: {reason}")
    }
}

/// What our probe met as a clause.
fn probe(message: &str) -> String {
    let message = message
        .split(", ")
        .filter(|part| !part.ends_with("failures in a row"));
    let message = message.collect::<Vec<_>>().join(", ");
    if let Some(time) = slow_time(&message) {
        return format!("answers slowly ({time})");
    }
    let number = message
        .split(|c: char| !c.is_ascii_digit())
        .next()
        .unwrap_or_default();
    match message.as_str() {
        text if text.starts_with("works again") => "has just begun to work again".to_owned(),
        text if number.len() == 3 => format!("answers {text}"),
        text => match BEGINS
            .iter()
            .find_map(|(begin, words)| Some((words, text.strip_prefix(begin)?)))
        {
            Some((words, rest)) => format!("{words}{rest}"),
            None => format!("fails its probe: {text}"),
        },
    }
}

/// The time in a probe's message that tells of a slow answer.
fn slow_time(message: &str) -> Option<&str> {
    let (_, time) = message.rsplit_once(", slow: ")?;
    time.split(", ").next()
}

/// How long a service takes that answers slowly; `None` for one that does not, or not at all.
#[must_use]
pub fn slowness(health: &Health) -> Option<&str> {
    slow_time(&health.reason)
}

/// Whether a service gives no answer in time, to our probe or to its healthcheck.
#[must_use]
pub fn is_silent(health: &Health) -> bool {
    const SIGNS: [&str; 3] = [
        "no answer within",
        "no complete answer within",
        "Health check exceeded timeout",
    ];
    SIGNS.iter().any(|sign| health.reason.contains(sign))
}

/// How the messages of probes begin, and how the clause begins that is made of each.
const BEGINS: [(&str, &str); 22] = [
    ("connection refused", "refuses connections"),
    ("host unreachable", "cannot be reached"),
    ("name not resolved", "cannot be found by its name"),
    (
        "connection closed without an answer",
        "hangs up without an answer",
    ),
    ("no answer within", "gives no answer within"),
    (
        "no complete answer within",
        "gives no complete answer within",
    ),
    ("redirected more than", "redirects more than"),
    (
        "certificate not accepted",
        "has a certificate that is not accepted",
    ),
    ("certificate expired", "has a certificate that expired"),
    ("certificate ends", "has a certificate that ends"),
    ("login refused", "refuses the login"),
    ("the answer does not hold", "answers without"),
    ("/", "answers that /"),
    ("sealed", "is sealed"),
    ("not initialised", "is not initialised"),
    ("removed from its cluster", "was removed from its cluster"),
    ("no leader", "has no leader"),
    ("red,", "is red,"),
    ("yellow,", "is yellow,"),
    ("standby that", "is a standby that"),
    ("unhealthy", "says that it is unhealthy"),
    ("database failing", "says that its database is failing"),
];

/// What a failed healthcheck says: the error of its first program that is there, or of the engine
/// that could not run it. `test` is `Config.Healthcheck.Test`, empty when it is not known.
#[must_use]
pub fn check_error(output: &str, test: &[String]) -> String {
    engine_error(&checks::first_error(output, test))
}

/// "backend", "backend and worker", "a, b, c, d and 7 others".
#[must_use]
pub fn names(ids: &[ServiceId], stack: Option<&StackName>) -> String {
    let all: Vec<&str> = ids.iter().map(|id| near(id, stack)).collect();
    let told = if all.len() > NAMES {
        NAMES - 1
    } else {
        all.len()
    };
    let (first, rest) = all.split_at(told);
    let others = format!("{} others", rest.len());
    match (first, rest.len()) {
        ([], _) => String::new(),
        ([head @ .., last], 0) if !head.is_empty() => format!("{} and {last}", head.join(", ")),
        (first, 0) => first.concat(),
        (first, _) => format!("{} and {others}", first.join(", ")),
    }
}

/// "backend and worker are blocked by it"; `None` when nothing is.
#[must_use]
pub fn blocks(blocked: &[ServiceId], stack: Option<&StackName>) -> Option<String> {
    let verb = if blocked.len() == 1 { "is" } else { "are" };
    (!blocked.is_empty()).then(|| format!("{} {verb} blocked by it", names(blocked, stack)))
}

/// What broke and what that blocks: "db refuses connections; backend and worker are blocked by it".
#[must_use]
pub fn root(service: &Service, blocked: &[ServiceId]) -> String {
    let stack = service.stack.as_ref();
    let broken = format!("{} {}", near(&service.id, stack), fact(service));
    let parts = [
        Some(broken),
        missed_beside(service, blocked),
        blocks(blocked, stack),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests;
