//! The services that a trouble concerns, in words: what a service blocks, and what misses it.

use crate::model::words::near;
use crate::model::{Health, HealthState, ServiceId, StackName};

/// Names written in full before "and 7 others" stands for the rest.
const NAMES: usize = 5;

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

/// What a root of trouble does to those that depend on it: one that works only slows them down.
#[must_use]
pub const fn effect(root: HealthState) -> &'static str {
    if root.works() { "slows down" } else { "blocks" }
}

/// What a service is by the root of its trouble.
#[must_use]
pub fn affected_by(service: &Health) -> &'static str {
    if service.slowness().is_some() {
        "slowed down by"
    } else {
        "blocked by"
    }
}

/// "this blocks backend and worker", by a `root` in this state; `None` when nothing is blocked.
#[must_use]
pub fn blocks(
    root: HealthState,
    blocked: &[ServiceId],
    stack: Option<&StackName>,
) -> Option<String> {
    let effect = effect(root);
    (!blocked.is_empty()).then(|| format!("this {effect} {}", names(blocked, stack)))
}

/// The same of what is over: "this blocked backend and worker".
pub(super) fn blocked(blocked: &[ServiceId], stack: Option<&StackName>) -> Option<String> {
    (!blocked.is_empty()).then(|| format!("this blocked {}", names(blocked, stack)))
}

/// "backend depends on it", "backend and worker depend on it"; `None` when nothing misses it.
#[must_use]
pub fn missed(ids: &[ServiceId], stack: Option<&StackName>) -> Option<String> {
    let verb = if ids.len() == 1 { "depends" } else { "depend" };
    (!ids.is_empty()).then(|| format!("{} {verb} on it", names(ids, stack)))
}

/// The same, unless all of that is known to be `blocked` (sorted) by it.
#[must_use]
pub fn missed_beside(
    missed_by: &[ServiceId],
    blocked: &[ServiceId],
    stack: Option<&StackName>,
) -> Option<String> {
    let told = missed_by.iter().all(|id| blocked.binary_search(id).is_ok());
    if told { None } else { missed(missed_by, stack) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::reason;
    use crate::explain::sentence::{clause, fact, root};
    use crate::model::{HealthState, Reason, Service, ServiceName, Timestamp};
    use crate::topology::testing::ids;

    fn database() -> Service {
        let stack = Some(StackName::new("hub"));
        let mut db = Service::unknown(stack, ServiceName::new("db"), Timestamp::UNIX_EPOCH);
        db.health.state = HealthState::Unhealthy;
        db.health.reason = Reason::StoppedWhileNeeded { code: Some(0) };
        db
    }

    #[test]
    fn what_is_missed_is_told_once() {
        let mut db = database();
        db.health.missed_by = ids("hub/backend hub/worker");
        assert_eq!(reason::own(&db), "stopped with exit code 0");
        assert_eq!(
            reason::short(&db),
            "stopped with exit code 0; backend and worker depend on it"
        );
        assert_eq!(fact(&db), "was stopped (exit 0)");
        assert_eq!(
            clause(&db),
            "was stopped (exit 0); backend and worker depend on it"
        );
        for (blocked, expected) in [
            (
                "",
                "db was stopped (exit 0); backend and worker depend on it",
            ),
            (
                "hub/backend",
                "db was stopped (exit 0); backend and worker depend on it; this blocks backend",
            ),
            (
                "hub/backend hub/worker",
                "db was stopped (exit 0); this blocks backend and worker",
            ),
        ] {
            assert_eq!(root(&db, &ids(blocked)), expected);
        }
    }
}
