//! Every kind of change in the words of the timeline.

use super::*;
use crate::explain::testing;
use crate::model::{
    BrokenService, EngineGap, HealthState, IncidentFact, IncidentId, IncidentRoot, OperationKind,
    Reason, Shortage, Timestamp,
};

fn assert_words<const N: usize>(cases: [(Change, &str); N]) {
    for (change, expected) in cases {
        assert_eq!(words(&change), expected, "{change:?}");
    }
}

fn restart(targets: &[&str], with_dependents: bool) -> Operation {
    Operation {
        kind: OperationKind::Restart,
        targets: targets.iter().map(|id| (*id).into()).collect(),
        with_dependents,
        image: None,
    }
}

#[test]
fn containers_come_and_go() {
    let container = || "hub-db-1".to_owned();
    let image = |from: &str, to: &str| Deployment::Image {
        from: from.to_owned(),
        to: to.to_owned(),
    };
    let build = Deployment::Build {
        image: "hub/api:1".to_owned(),
    };
    assert_words([
        (
            Change::Created {
                container: container(),
            },
            "container hub-db-1 created",
        ),
        (
            Change::Recreated {
                container: container(),
            },
            "container hub-db-1 recreated",
        ),
        (
            Change::Scaled {
                container: container(),
            },
            "scaled: container hub-db-1 created",
        ),
        (
            Change::Removed {
                container: container(),
            },
            "container hub-db-1 removed",
        ),
        (
            Change::Deployed(image("db:15", "db:16")),
            "deployed: db:15 → db:16",
        ),
        (
            Change::Deployed(build),
            "deployed: another build of hub/api:1",
        ),
        (
            Change::Deployed(Deployment::Configuration),
            "deployed: configuration changed",
        ),
    ]);
}

#[test]
fn processes_start_and_end() {
    let end = |code, out_of_memory| ProcessEnd {
        code,
        out_of_memory,
    };
    let started = Change::Started {
        container: "hub-db-1".to_owned(),
    };
    assert_words([
        (started, "container hub-db-1 started"),
        (Change::Finished, "finished with exit code 0"),
        (
            Change::Ended(end(Some(127), false)),
            "exited with code 127 (command not found)",
        ),
        (Change::Ended(end(None, false)), "exited"),
        (
            Change::Ended(end(Some(137), true)),
            "OOM-killed (exit code 137)",
        ),
        (Change::Restarted, "exited, restarted by the restart policy"),
        (Change::OutOfMemory, "OOM kill"),
        (Change::Stopped { end: None }, "stopped"),
        (
            Change::Stopped {
                end: Some(end(Some(0), false)),
            },
            "stopped, exited with code 0",
        ),
        (Change::Paused, "paused"),
        (Change::Unpaused, "unpaused"),
    ]);
}

#[test]
fn services_networks_and_the_engine_change() {
    let network = || "hub_data".to_owned();
    let incident = |change| Change::Incident {
        id: IncidentId(1),
        change,
        root: IncidentRoot::Service("hub/db".into()),
        fact: Box::new(IncidentFact::Broken(BrokenService {
            stack: Some("hub".into()),
            state: HealthState::Unhealthy,
            reason: testing::reason(HealthState::Unhealthy, "probe: connection refused"),
            missed_by: Vec::new(),
            blocked: Vec::new(),
        })),
    };
    let lost = Change::EngineLost {
        error: "connection refused".to_owned(),
    };
    assert_words([
        (
            health(),
            "healthy → unhealthy: docker: unhealthy, 3 failed checks in a row; api depends on it",
        ),
        (
            Change::NetworkJoined { network: network() },
            "connected to network hub_data",
        ),
        (
            Change::NetworkLeft { network: network() },
            "disconnected from network hub_data",
        ),
        (
            incident(IncidentChange::Opened),
            "incident #1 opened: db refuses connections",
        ),
        (
            incident(IncidentChange::Updated),
            "incident #1 updated: db refuses connections",
        ),
        (
            incident(IncidentChange::Closed),
            "incident #1 resolved: db refuses connections",
        ),
        (lost, "engine unreachable: connection refused"),
        (Change::EngineBack, "engine is back"),
        (
            Change::EngineGap(EngineGap::Containers(2)),
            "2 containers in the engine's list could not be read and are not shown",
        ),
        (
            Change::EngineGap(EngineGap::Unannounced(3)),
            "changes were found by polling that no event announced; the event stream may be filtered",
        ),
    ]);
}

#[test]
fn operations_name_what_was_asked_for() {
    let interrupted = InterruptedOperation {
        began_at: Timestamp::UNIX_EPOCH,
        verb: "stop".to_owned(),
        targets: vec!["hub/db".into()],
        unknown: Vec::new(),
        not_begun: Vec::new(),
    };
    let started = OperationChange::Started {
        operation: restart(&["hub/db"], true),
        principal: Principal::Http(crate::model::HttpCaller {
            token: None,
            correlation_id: "1".into(),
        }),
    };
    let succeeded = OperationChange::Succeeded {
        operation: restart(&["hub/db", "hub/api"], false),
        took: SignedDuration::from_millis(4_260),
    };
    let failed = OperationChange::Failed {
        operation: restart(&["a", "b", "c"], false),
        error: "cannot restart a: no such image".to_owned(),
        to_finish: Vec::new(),
    };
    let cancelled = OperationChange::Cancelled {
        operation: restart(&["hub/db"], false),
        reason: SkipReason::Quit,
        not_begun: 2,
        steps: 5,
        unfinished: vec!["the container before is back".to_owned()],
    };
    assert_words(
        [
            (
                started,
                "restarting hub/db with dependents, by an HTTP client",
            ),
            (succeeded, "hub/db and hub/api restarted in 4.3 s"),
            (
                failed,
                "restart 3 services: failed, cannot restart a: no such image",
            ),
            (
                cancelled,
                "restart hub/db: aborted on quitting hubdeck, 2 of 5 steps not begun; the container before is back",
            ),
            (
                OperationChange::Interrupted(interrupted),
                "hubdeck ended during stop hub/db, begun at 1970-01-01T00:00:00Z",
            ),
        ]
        .map(|(change, expected)| (Change::Operation(change), expected)),
    );
}

#[test]
fn hubdeck_itself_changes() {
    let shortage = Shortage::FileHandles { limit: Some(64) };
    assert_words([
        (
            Change::Own(OwnChange::Message("config reloaded: no change".to_owned())),
            "config reloaded: no change",
        ),
        (
            Change::Own(OwnChange::Shortage(shortage)),
            "hubdeck is out of file handles (limit 64); raise the limit (ulimit -n, LimitNOFILE= or \
             --ulimit nofile=)",
        ),
    ]);
}

fn health() -> Change {
    Change::Health {
        from: HealthState::Healthy,
        to: HealthState::Unhealthy,
        why: Box::new(HealthChangeReason {
            reason: Reason::Docker {
                output: String::new(),
                streak: 3,
            },
            missed_by: vec!["hub/api".into()],
            stack: Some("hub".into()),
        }),
    }
}

#[test]
fn an_operation_that_failed_names_the_commands_that_finish_it() {
    let left = |count: usize| {
        Change::Operation(OperationChange::Failed {
            operation: restart(&["a"], true),
            error: "a-1 is not healthy: it ended".to_owned(),
            to_finish: (1..=count)
                .map(|n| format!("docker restart b-{n}"))
                .collect(),
        })
    };
    assert_words([
        (
            left(1),
            "restart a with dependents: failed, a-1 is not healthy: it ended; not begun: `docker restart b-1`",
        ),
        (
            left(4),
            "restart a with dependents: failed, a-1 is not healthy: it ended; 4 steps not begun: \
             `docker restart b-1`, `docker restart b-2`, `docker restart b-3` and 1 more",
        ),
    ]);
}
