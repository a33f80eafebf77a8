//! What cannot work without a service that does not run, in words.

use super::names;
use crate::model::{Service, ServiceId, StackName};

/// "backend needs it", "backend and worker need it"; `None` when nothing misses it.
#[must_use]
pub fn missed(ids: &[ServiceId], stack: Option<&StackName>) -> Option<String> {
    let verb = if ids.len() == 1 { "needs" } else { "need" };
    (!ids.is_empty()).then(|| format!("{} {verb} it", names(ids, stack)))
}

/// The same, unless all of that is known to be `blocked` (sorted) by it.
#[must_use]
pub fn missed_beside(service: &Service, blocked: &[ServiceId]) -> Option<String> {
    let ids = &service.health.missed_by;
    let told = ids.iter().all(|id| blocked.binary_search(id).is_ok());
    if told {
        None
    } else {
        missed(ids, service.stack.as_ref())
    }
}

/// The reason of a service's state without what misses it.
#[must_use]
pub fn own_reason(service: &Service) -> &str {
    parts(service).0
}

/// The reason of a service's state without what misses it, and what misses it.
pub(super) fn parts(service: &Service) -> (&str, Option<String>) {
    let reason = service.health.reason.as_str();
    let missed = missed(&service.health.missed_by, service.stack.as_ref());
    let alone = missed
        .as_deref()
        .and_then(|missed| reason.strip_suffix(missed)?.strip_suffix("; "));
    (alone.unwrap_or(reason), missed)
}

#[cfg(test)]
mod tests {
    use super::super::{clause, fact, root};
    use super::*;
    use crate::model::{HealthState, ServiceName, Timestamp};
    use crate::topology::testing::ids;

    fn database() -> Service {
        let stack = Some(StackName::new("hub"));
        let mut db = Service::unknown(stack, ServiceName::new("db"), Timestamp::UNIX_EPOCH);
        db.health.state = HealthState::Unhealthy;
        db.health.reason = "stopped with exit code 0; backend and worker need it".to_owned();
        db
    }

    #[test]
    fn what_is_missed_is_told_once() {
        let mut db = database();
        db.health.missed_by = ids("hub/backend hub/worker");
        assert_eq!(fact(&db), "was stopped with exit code 0");
        assert_eq!(
            clause(&db),
            "was stopped with exit code 0; backend and worker need it"
        );
        for (blocked, expected) in [
            (
                "",
                "db was stopped with exit code 0; backend and worker need it",
            ),
            (
                "hub/backend",
                "db was stopped with exit code 0; backend and worker need it; backend is blocked by it",
            ),
            (
                "hub/backend hub/worker",
                "db was stopped with exit code 0; backend and worker are blocked by it",
            ),
        ] {
            assert_eq!(root(&db, &ids(blocked)), expected);
        }
    }
}
