//! What broke, in words: clauses and sentences about services in trouble. Pure.

use crate::model::text::{mask_urls, one_line};
use crate::model::{HealthState, InstanceState, Overlay, Service, ServiceId, StackName};

pub use missed::{missed, missed_beside};

use missed::parts;

mod missed;

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
    if let Some(clause) = super::shape::clause(service) {
        return cut(&clause);
    }
    let health = &service.health;
    let created = service.primary().is_some_and(|each| each.facts.state == InstanceState::Created);
    match health.state {
        HealthState::Healthy => "works".to_owned(),
        HealthState::Running => "is running, and nothing checks it".to_owned(),
        HealthState::Completed => "has finished".to_owned(),
        HealthState::Stopped if health.has(Overlay::Paused) => "is paused".to_owned(),
        HealthState::Stopped if created => "was never started".to_owned(),
        HealthState::Stopped if health.reason.starts_with("stopped") => format!("is {}", health.reason),
        HealthState::Stopped => "is stopped".to_owned(),
        HealthState::Starting if created => "is not started yet".to_owned(),
        HealthState::Starting => "is still starting".to_owned(),
        HealthState::Unknown => format!("is unknown: {}", cut(&health.reason)),
        HealthState::Degraded | HealthState::Unhealthy => cut(&trouble(parts(service).0, health.state)),
    }
}

fn cut(text: &str) -> String {
    mask_urls(&one_line(text, CLAUSE))
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
    if ["exited", "cannot start", "dead"].iter().any(|start| reason.starts_with(start)) {
        return if reason.starts_with("dead") { format!("is {reason}") } else { reason.to_owned() };
    }
    if reason.starts_with("stopped") {
        return format!("was {reason}");
    }
    if reason == "created, never started" {
        return "was never started".to_owned();
    }
    if reason.is_empty() { format!("is {state}") } else { format!("is {state}: {reason}") }
}

/// What our probe met as a clause.
fn probe(message: &str) -> String {
    let message = message.split(", ").filter(|part| !part.ends_with("failures in a row"));
    let message = message.collect::<Vec<_>>().join(", ");
    if let Some((_, time)) = message.rsplit_once(", slow: ") {
        return format!("answers slowly ({time})");
    }
    let number = message.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    match message.as_str() {
        text if text.starts_with("works again") => "has just begun to work again".to_owned(),
        text if number.len() == 3 => format!("answers {text}"),
        text => match BEGINS.iter().find_map(|(begin, words)| Some((words, text.strip_prefix(begin)?))) {
            Some((words, rest)) => format!("{words}{rest}"),
            None => format!("fails its probe: {text}"),
        },
    }
}

/// How the messages of probes begin, and how the clause begins that is made of each.
const BEGINS: [(&str, &str); 22] = [
    ("connection refused", "refuses connections"),
    ("host unreachable", "cannot be reached"),
    ("name not resolved", "cannot be found by its name"),
    ("connection closed without an answer", "hangs up without an answer"),
    ("no answer within", "gives no answer within"),
    ("no complete answer within", "gives no complete answer within"),
    ("redirected more than", "redirects more than"),
    ("certificate not accepted", "has a certificate that is not accepted"),
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

/// What an engine's error tells: without the layers of programs that hand it on.
#[must_use]
pub fn engine_error(error: &str) -> &str {
    const LAYERS: [&str; 7] = [
        "Error response from daemon: ",
        "failed to create task for container: ",
        "failed to create shim task: ",
        "OCI runtime create failed: ",
        "runc create failed: ",
        "unable to start container process: ",
        "error during container init: ",
    ];
    let mut rest = error.trim();
    while let Some(inner) = LAYERS.iter().find_map(|layer| rest.strip_prefix(layer)) {
        rest = inner;
    }
    rest.strip_suffix(": unknown").unwrap_or(rest)
}

/// A service's name as people of its stack say it: without the stack where that is the same.
#[must_use]
pub fn near<'a>(id: &'a ServiceId, stack: Option<&StackName>) -> &'a str {
    let text = id.as_str();
    stack
        .and_then(|stack| text.strip_prefix(stack.as_str())?.strip_prefix('/'))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(text)
}

/// "backend", "backend and worker", "a, b, c, d and 7 others".
#[must_use]
pub fn names(ids: &[ServiceId], stack: Option<&StackName>) -> String {
    let all: Vec<&str> = ids.iter().map(|id| near(id, stack)).collect();
    let told = if all.len() > NAMES { NAMES - 1 } else { all.len() };
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
    let parts = [Some(broken), missed_beside(service, blocked), blocks(blocked, stack)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ServiceName, Timestamp};
    use crate::topology::testing::ids;

    fn service(state: HealthState, reason: &str) -> Service {
        let stack = Some(StackName::new("hub"));
        let mut service = Service::unknown(stack, ServiceName::new("db"), Timestamp::UNIX_EPOCH);
        service.health.state = state;
        service.health.reason = reason.to_owned();
        service
    }

    #[test]
    fn messages_of_probes_become_clauses() {
        use HealthState::{Degraded, Unhealthy};
        for (state, reason, expected) in [
            (
                Unhealthy,
                "probe: certificate expired 3 days ago, 3 failures in a row",
                "has a certificate that expired 3 days ago",
            ),
            (
                Unhealthy,
                "probe: certificate not accepted: made out to a, b, not to c",
                "has a certificate that is not accepted: made out to a, b, not to c",
            ),
            (
                Degraded,
                "probe: 200 OK, certificate ends in 9 days",
                "answers 200 OK, certificate ends in 9 days",
            ),
            (
                Unhealthy,
                "probe: login refused: 401 Unauthorized, 3 failures in a row",
                "refuses the login: 401 Unauthorized",
            ),
            (
                Unhealthy,
                "probe: name not resolved within 5.0 s, 3 failures in a row",
                "cannot be found by its name within 5.0 s",
            ),
            (Unhealthy, "probe: name not resolved", "cannot be found by its name"),
            (Unhealthy, "probe: no complete answer within 5.0 s", "gives no complete answer within 5.0 s"),
            (Unhealthy, "probe: redirected more than 5 times", "redirects more than 5 times"),
            (
                Unhealthy,
                "probe: /status is \"down\" instead of \"ok\"",
                "answers that /status is \"down\" instead of \"ok\"",
            ),
            (Unhealthy, "probe: the answer does not hold \"ready\"", "answers without \"ready\""),
            (Unhealthy, "probe: sealed, 3 failures in a row", "is sealed"),
            (Unhealthy, "probe: not initialised", "is not initialised"),
            (Unhealthy, "probe: removed from its cluster", "was removed from its cluster"),
            (Unhealthy, "probe: no leader", "has no leader"),
            (Unhealthy, "probe: red, 12 unassigned shards", "is red, 12 unassigned shards"),
            (Degraded, "probe: yellow, 1 unassigned shard", "is yellow, 1 unassigned shard"),
            (
                Degraded,
                "probe: standby that cannot reach the active node",
                "is a standby that cannot reach the active node",
            ),
            (Unhealthy, "probe: unhealthy: ALARM NOSPACE", "says that it is unhealthy: ALARM NOSPACE"),
            (Unhealthy, "probe: database failing", "says that its database is failing"),
            (
                Unhealthy,
                "probe: the head of the answer is too large",
                "fails its probe: the head of the answer is too large",
            ),
        ] {
            assert_eq!(clause(&service(state, reason)), expected, "{reason}");
        }
    }

    #[test]
    fn reasons_become_clauses() {
        use HealthState::{Degraded, Healthy, Running, Starting, Stopped, Unhealthy, Unknown};
        for (state, reason, expected) in [
            (Unhealthy, "probe: connection refused, 3 failures in a row", "refuses connections"),
            (Unhealthy, "probe: connection refused", "refuses connections"),
            (Degraded, "probe: 200 healthy 1.4.2, slow: 2.5 s", "answers slowly (2.5 s)"),
            (Degraded, "probe: PONG, slow: 2.5 s, 2 failures in a row", "answers slowly (2.5 s)"),
            (Unhealthy, "cut off: attached to no network", "is cut off: attached to no network"),
            (Unhealthy, "probe: host unreachable", "cannot be reached"),
            (Unhealthy, "probe: no answer within 5 s, 3 failures in a row", "gives no answer within 5 s"),
            (Unhealthy, "probe: 503 unhealthy 1.4.2, 7 failures in a row", "answers 503 unhealthy 1.4.2"),
            (Unhealthy, "probe: 502 Bad Gateway", "answers 502 Bad Gateway"),
            (Unhealthy, "probe: the answer is not HTTP", "fails its probe: the answer is not HTTP"),
            (
                Unhealthy,
                "probe: certificate not accepted: expired",
                "has a certificate that is not accepted: expired",
            ),
            (Unhealthy, "probe: works again, 1 of 2 successes", "has just begun to work again"),
            (Unhealthy, "exited with code 1: boom", "exited with code 1: boom"),
            (
                Unhealthy,
                "killed for lack of memory (exit code 137)",
                "was killed for lack of memory (exit code 137)",
            ),
            (
                Unhealthy,
                "restarting: exited with code 1, 7 restarts",
                "restarts again and again: exited with code 1, 7 restarts",
            ),
            (Unhealthy, "cannot start: port is already allocated", "cannot start: port is already allocated"),
            (Unhealthy, "docker: unhealthy, no route", "fails its healthcheck: no route"),
            (Unhealthy, "docker: unhealthy, 4 failed checks in a row", "fails its healthcheck"),
            (Degraded, "docker: 1 of 3 failed checks in a row, timeout", "fails its healthcheck: timeout"),
            (Degraded, "hub-db-2 fails: exited", "is degraded: hub-db-2 fails: exited"),
            (Unhealthy, "2 of 2 instances fail: probe: x", "fails in 2 of 2 instances: probe: x"),
            (Degraded, "memory at 93 % of its limit", "is degraded: memory at 93 % of its limit"),
            (Unhealthy, "", "is unhealthy"),
            (Unknown, "no result for 90 s", "is unknown: no result for 90 s"),
            (Starting, "starting; not checked yet", "is still starting"),
            (Stopped, "stopped", "is stopped"),
            (Stopped, "stopped (exit code 137)", "is stopped (exit code 137)"),
            (Stopped, "being removed", "is stopped"),
            (Unhealthy, "stopped with exit code 0", "was stopped with exit code 0"),
            (Unhealthy, "created, never started", "was never started"),
            (Unhealthy, "paused", "is paused"),
            (Running, "no check", "is running, and nothing checks it"),
            (Healthy, "200", "works"),
        ] {
            assert_eq!(clause(&service(state, reason)), expected, "{reason}");
        }
        let secret = service(Unhealthy, "docker: unhealthy, redis://:hunter2@cache refused");
        assert_eq!(clause(&secret), "fails its healthcheck: redis://***@cache refused");
    }

    #[test]
    fn engine_errors_lose_what_hands_them_on() {
        for (error, expected) in [
            (
                "failed to create task for container: failed to create shim task: OCI runtime create failed: \
                 runc create failed: unable to start container process: exec: \"x\": executable file not found \
                 in $PATH: unknown",
                "exec: \"x\": executable file not found in $PATH",
            ),
            (
                "Bind for 0.0.0.0:80 failed: port is already allocated",
                "Bind for 0.0.0.0:80 failed: port is already allocated",
            ),
            ("", ""),
        ] {
            assert_eq!(engine_error(error), expected);
        }
    }

    #[test]
    fn sentences_name_what_is_blocked() {
        let db = service(HealthState::Unhealthy, "probe: connection refused");
        for (blocked, expected) in [
            ("", "db refuses connections"),
            ("hub/api", "db refuses connections; api is blocked by it"),
            ("hub/api hub/web", "db refuses connections; api and web are blocked by it"),
            (
                "hub/api hub/proxy shop/web",
                "db refuses connections; api, proxy and shop/web are blocked by it",
            ),
            (
                "hub/a hub/b hub/c hub/d hub/e hub/f",
                "db refuses connections; a, b, c, d and 2 others are blocked by it",
            ),
        ] {
            assert_eq!(root(&db, &ids(blocked)), expected);
        }
        assert_eq!(near(&ServiceId::new("hubby/db"), Some(&StackName::new("hub"))), "hubby/db");
    }
}
