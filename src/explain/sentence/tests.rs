//! Clauses and sentences.

use HealthState::{Degraded, Healthy, Running, Starting, Stopped, Unhealthy, Unknown};

use super::*;
use crate::explain::testing;
use crate::model::{HealthState, ServiceName, StackName, Timestamp};
use crate::topology::testing::ids;

fn service(state: HealthState, reason: &str) -> Service {
    let stack = Some(StackName::new("hub"));
    let mut service = Service::unknown(stack, ServiceName::new("db"), Timestamp::UNIX_EPOCH);
    service.health.state = state;
    service.health.reason = testing::reason(state, reason);
    assert_eq!(crate::explain::short(&service), reason);
    service
}

/// State and reason of a service, and the clause.
const OF_REASONS: &[(HealthState, &str, &str)] = &[
    (
        Unhealthy,
        "probe: connection refused, 3 failures in a row",
        "refuses connections",
    ),
    (
        Unhealthy,
        "probe: connection refused",
        "refuses connections",
    ),
    (
        Degraded,
        "probe: 200 healthy 1.4.2, slow: 2.5 s, limit 2 s",
        "is slow (2.5 s)",
    ),
    (
        Degraded,
        "probe: PONG, slow: 2.5 s, limit 2 s, 2 failures in a row",
        "is slow (2.5 s)",
    ),
    (
        Unhealthy,
        "not attached to any network",
        "is not attached to any network",
    ),
    (Unhealthy, "probe: host unreachable", "is unreachable"),
    (
        Unhealthy,
        "probe: no answer within 5 s, 3 failures in a row",
        "does not answer within 5 s",
    ),
    (
        Unhealthy,
        "probe: 503 unhealthy 1.4.2, 7 failures in a row",
        "answers 503 unhealthy 1.4.2",
    ),
    (
        Unhealthy,
        "probe: 502 Bad Gateway",
        "answers 502 Bad Gateway",
    ),
    (
        Unhealthy,
        "probe: 200 healthy 1.4.2, 2 failures in a row",
        "answers 200 healthy 1.4.2",
    ),
    (
        Unhealthy,
        "probe: recovering (1 of 2 good probes)",
        "is recovering (1 of 2 good probes)",
    ),
    (
        Unhealthy,
        "exited with code 1: boom",
        "exited with code 1: boom",
    ),
    (
        Unhealthy,
        "OOM-killed (exit code 137)",
        "was OOM-killed (exit code 137)",
    ),
    (
        Unhealthy,
        "crash loop: exited with code 1, 7 restarts",
        "is in a crash loop: exited with code 1, 7 restarts",
    ),
    (
        Unhealthy,
        "cannot start: port is already allocated",
        "cannot start: port is already allocated",
    ),
    (
        Unhealthy,
        "docker: unhealthy, no route",
        "fails its healthcheck: no route",
    ),
    (
        Unhealthy,
        "docker: unhealthy, 4 failed checks in a row",
        "fails its healthcheck",
    ),
    (
        Degraded,
        "docker: 1 of 3 failed checks in a row, timeout",
        "fails its healthcheck: timeout",
    ),
    (
        Degraded,
        "hub-db-2 fails: exited",
        "is degraded: hub-db-2 fails: exited",
    ),
    (
        Unhealthy,
        "2 of 2 replicas fail: probe: x",
        "fails in 2 of 2 replicas: probe: x",
    ),
    (
        Degraded,
        "memory at 93 % of its limit",
        "is degraded: memory at 93 % of its limit",
    ),
    (Unhealthy, "", "is unhealthy"),
    (
        Unknown,
        "no result for 90 s",
        "is unknown: no result for 90 s",
    ),
    (Starting, "starting; not checked yet", "is still starting"),
    (Stopped, "stopped", "is stopped"),
    (Stopped, "stopped (exit code 137)", "is stopped (exit 137)"),
    (Stopped, "being removed", "is stopped"),
    (
        Unhealthy,
        "stopped with exit code 0",
        "was stopped (exit 0)",
    ),
    (Unhealthy, "created, never started", "was never started"),
    (Unhealthy, "paused", "is paused"),
    (Running, "no check", "is running (not checked)"),
    (Healthy, "200", "is healthy"),
];

#[test]
fn reasons_become_clauses() {
    for &(state, reason, expected) in OF_REASONS {
        assert_eq!(clause(&service(state, reason)), expected, "{reason}");
    }
    let secret = service(
        Unhealthy,
        "docker: unhealthy, redis://:hunter2@cache refused",
    );
    assert_eq!(
        clause(&secret),
        "fails its healthcheck: redis://***@cache refused"
    );
}

#[test]
fn sentences_name_what_is_blocked() {
    let db = service(HealthState::Unhealthy, "probe: connection refused");
    for (blocked, expected) in [
        ("", "db refuses connections"),
        ("hub/api", "db refuses connections; this blocks api"),
        (
            "hub/api hub/web",
            "db refuses connections; this blocks api and web",
        ),
        (
            "hub/api hub/proxy shop/web",
            "db refuses connections; this blocks api, proxy and shop/web",
        ),
        (
            "hub/a hub/b hub/c hub/d hub/e hub/f",
            "db refuses connections; this blocks a, b, c, d and 2 others",
        ),
    ] {
        assert_eq!(root(&db, &ids(blocked)), expected);
    }
    assert_eq!(
        near(&ServiceId::new("hubby/db"), Some(&StackName::new("hub"))),
        "hubby/db"
    );
}

#[test]
fn an_age_below_one_second_is_left_out() {
    let mut slow = service(Degraded, "probe: 200, slow: 2.5 s, limit 2 s");
    slow.health.since = Timestamp::UNIX_EPOCH;
    let mut ended = service(Unhealthy, "exited with code 1");
    ended.health.since = Timestamp::UNIX_EPOCH;
    for (millis, expected) in [
        (-5_000, ["is slow (2.5 s)", "exited with code 1"]),
        (999, ["is slow (2.5 s)", "exited with code 1"]),
        (
            1_000,
            [
                "has been slow for 1 s: 2.5 s, limit 2 s",
                "exited with code 1 1 s ago",
            ],
        ),
    ] {
        let now = Timestamp::from_millisecond(millis).expect("a time");
        assert_eq!(
            [aged(&slow, now), aged(&ended, now)],
            expected,
            "{millis} ms"
        );
    }
}

#[test]
fn a_restart_is_a_crash_loop_only_where_the_fact_says_so() {
    let mut db = service(Unhealthy, "crash loop: exited with code 1, 4 restarts");
    assert_eq!(
        clause(&db),
        "is in a crash loop: exited with code 1, 4 restarts"
    );
    let crate::model::Reason::Restarting {
        is_loop, restarts, ..
    } = &mut db.health.reason
    else {
        panic!("a restart");
    };
    (*is_loop, *restarts) = (false, 1);
    assert_eq!(
        clause(&db),
        "exited with code 1 (restarted by the restart policy)"
    );
}
