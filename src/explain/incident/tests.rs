use super::*;
use crate::explain::testing;
use crate::model::{HealthState, IncidentEntry, IncidentId, SignedDuration, StackName, Timestamp};

fn at(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
}

/// An incident with this `fact` that blocks backend, and is over for the reason `end`.
fn incident(root: IncidentRoot, fact: IncidentFact, end: Option<IncidentFact>) -> Incident {
    let entry = |seconds, fact: &IncidentFact| IncidentEntry {
        at: at(seconds),
        fact: fact.clone(),
    };
    let mut log = vec![entry(0, &fact)];
    log.extend(end.iter().map(|end| entry(22, end)));
    Incident {
        id: IncidentId(1),
        root,
        opened_at: at(0),
        updated_at: at(22),
        closed_at: end.map(|_| at(22)),
        fact,
        blocked: vec!["hub/backend".into()],
        log,
    }
}

fn broken(words: &str) -> IncidentFact {
    IncidentFact::Broken(BrokenService {
        stack: Some(StackName::new("hub")),
        state: HealthState::Unhealthy,
        reason: testing::reason(HealthState::Unhealthy, words),
        missed_by: Vec::new(),
        blocked: vec!["hub/backend".into()],
    })
}

#[test]
fn what_is_over_is_told_in_the_past_with_its_end() {
    let db = || IncidentRoot::Service("hub/db".into());
    let after = SignedDuration::from_secs(22);
    let recovered = IncidentFact::Recovered { after };
    let open = incident(db(), broken("probe: connection refused"), None);
    assert_eq!(
        sentence(&open),
        "db refuses connections; this blocks backend"
    );
    for (words, past) in [
        ("probe: connection refused", "had refused connections"),
        ("probe: 503 down", "had answered 503 (down)"),
        (
            "docker: unhealthy, no route",
            "had failed its healthcheck: no route",
        ),
        ("exited with code 1", "exited with code 1"),
        ("stopped with exit code 0", "was stopped (exit 0)"),
        ("paused", "had been paused"),
        (
            "probe: certificate expired 3 days ago",
            "had a certificate that had expired",
        ),
    ] {
        assert_eq!(
            sentence(&incident(db(), broken(words), Some(recovered.clone()))),
            format!("db {past}; this blocked backend; resolved after 22 s: hub/db recovered")
        );
    }
    for (root, fact, end, expected) in [
        (
            IncidentRoot::Engine,
            IncidentFact::EngineLost,
            IncidentFact::EngineBack,
            "the engine did not answer; resolved: the engine answers again",
        ),
        (
            IncidentRoot::Host,
            IncidentFact::DiskFull {
                percent: 95,
                path: "/var".to_owned(),
            },
            IncidentFact::DiskHasRoom,
            "the disk of the host was 95 % full (/var); resolved: the disk of the host has room again",
        ),
        (
            IncidentRoot::Network,
            IncidentFact::Suspected { failing: 3, of: 4 },
            IncidentFact::MostRecovered { all: true, after },
            "3 of 4 services failed at once without a common cause; resolved after 22 s: all services recovered",
        ),
    ] {
        assert_eq!(sentence(&incident(root, fact, Some(end))), expected);
    }
}
