//! Containers that had ended before hubdeck was started: when, and whether that was asked for.

use HealthState::{Degraded, Unhealthy};
use ProbeOrigin::{Catalog, Healthcheck as Check};
use ProbeOutcome::{Failure, Success};
use hubdeck::explain::explain;
use hubdeck::model::*;
use jiff::tz::TimeZone;

use super::{FAULT, begin, db, hub, incidents, inspect, opened_at};
use crate::support::store::{With, at, facts};

/// Faults of the database: facts, the reason of its state, the sentence of its incident.
fn faults() -> Vec<(InstanceFacts, &'static str, &'static str)> {
    vec![
        (
            db().exited(137, FAULT),
            "exited with code 137 (killed); backend depends on it",
            "db exited with code 137 (killed); this blocks backend and proxy",
        ),
        (
            db().exited(0, FAULT),
            "stopped with exit code 0; backend depends on it",
            "db was stopped (exit 0); this blocks backend and proxy",
        ),
        (
            db().exited(0, FAULT)
                .with(|facts| facts.restart_policy = "no".into()),
            "stopped with exit code 0; backend depends on it",
            "db was stopped (exit 0); this blocks backend and proxy",
        ),
        (
            db().exited(1, FAULT),
            "exited with code 1; backend depends on it",
            "db exited with code 1; this blocks backend and proxy",
        ),
        (
            db().exited(1, FAULT)
                .with(|facts| facts.state = InstanceState::Restarting),
            "exited with code 1, restarted by the restart policy; backend depends on it",
            "db exited with code 1 (restarted by the restart policy); this blocks backend and proxy",
        ),
        (
            db().with(|facts| facts.state = InstanceState::Paused),
            "paused; backend depends on it",
            "db is paused; this blocks backend and proxy",
        ),
        (
            db().with(|facts| {
                (facts.state, facts.started_at) = (InstanceState::Created, None);
                facts.created_at = Some(at(FAULT - 100));
            }),
            "created, never started; backend depends on it",
            "db was never started; this blocks backend and proxy",
        ),
    ]
}

#[test]
fn a_dead_database_is_the_root_in_the_first_snapshot() {
    for (db, reason, sentence) in faults() {
        for ago in [5, 60, 600] {
            let list = hub(db.clone());
            let mut world = begin(&list, ago);
            let expected = format!("1 hub/db [hub/backend hub/proxy] {sentence}");
            assert_eq!(
                incidents(&mut world),
                [expected.as_str()],
                "{ago} s after: the first list"
            );
            assert_eq!(world.health("hub/db"), format!("unhealthy: {reason}"));
            for each in ["hub/backend", "hub/proxy"] {
                let health = world.service(each).health.clone();
                assert_eq!(
                    (health.state, health.blocked_by),
                    (Degraded, vec!["hub/db".into()])
                );
            }
            for facts in &list {
                let _ = world.inspect(facts.clone());
            }
            assert_eq!(
                incidents(&mut world),
                [expected.as_str()],
                "{ago} s after: inspected"
            );
            for facts in &list[1..] {
                let told = (
                    Failure,
                    Contact::Answered,
                    "503 unhealthy: database db:5432: no such host",
                );
                let _ = world.probe_saying(facts, Check, told);
            }
            assert_eq!(
                incidents(&mut world),
                [expected.as_str()],
                "{ago} s after: probed"
            );
            for each in ["hub/backend", "hub/proxy"] {
                let health = world.service(each).health.clone();
                assert_eq!(
                    (health.state, health.blocked_by),
                    (Unhealthy, vec!["hub/db".into()])
                );
            }
            assert!(
                world
                    .told(0)
                    .iter()
                    .all(|text| !text.contains("→ unhealthy: exited")),
                "no news"
            );
            if db.finished_at.is_some() {
                assert_eq!(opened_at(&mut world), at(FAULT), "{ago} s after");
                assert_eq!(world.service("hub/db").health.since, at(FAULT));
            }
        }
    }
}

#[test]
fn a_list_dates_what_ended_and_the_inspection_corrects_it() {
    let list = hub(db().exited(137, FAULT - 31));
    let mut world = begin(&list, 5);
    assert_eq!(
        opened_at(&mut world),
        at(FAULT),
        "as the list says in round numbers"
    );
    let _ = world.inspect(list[0].clone());
    assert_eq!(opened_at(&mut world), at(FAULT - 31));
    assert_eq!(world.service("hub/db").health.since, at(FAULT - 31));
    let snapshot = world.snapshot();
    let explanation = explain(
        snapshot.service(&"hub/db".into()).unwrap(),
        &snapshot,
        &TimeZone::UTC,
    );
    let clock = at(FAULT - 31).strftime("%H:%M:%S");
    assert_eq!(
        explanation.sentence,
        format!("db exited with code 137 (killed) at {clock} UTC; this blocks backend and proxy")
    );
}

#[test]
fn what_nothing_needs_is_stopped_by_a_code_that_a_stop_leaves() {
    for (code, policy, oom, expected) in [
        (0, "unless-stopped", false, "stopped: stopped"),
        (0, "no", false, "stopped: stopped"),
        (130, "no", false, "stopped: stopped"),
        (143, "no", false, "stopped: stopped"),
        (137, "always", false, "stopped: stopped (exit code 137)"),
        (137, "on-failure", false, "stopped: stopped (exit code 137)"),
        (137, "no", false, "unhealthy: exited with code 137 (killed)"),
        (137, "always", true, "unhealthy: OOM-killed (exit code 137)"),
        (1, "always", false, "unhealthy: exited with code 1"),
        (
            139,
            "unless-stopped",
            false,
            "unhealthy: exited with code 139 (segmentation fault)",
        ),
    ] {
        let alone = db().exited(code, FAULT).with(|facts| {
            (facts.restart_policy, facts.oom_killed) = (policy.into(), oom);
        });
        let mut world = begin(std::slice::from_ref(&alone), 60);
        let _ = world.inspect(alone);
        assert_eq!(world.health("hub/db"), expected, "{code} {policy}");
        assert!(
            world.told(0).is_empty(),
            "first sight is no news: {:?}",
            world.told(0)
        );
        assert_eq!(world.service("hub/db").health.since, at(FAULT));
        assert_eq!(
            world.incidents().is_empty(),
            expected.starts_with("stopped")
        );
    }
}

#[test]
fn a_stop_by_hubdeck_that_is_on_record_was_asked_for() {
    // (what stood in the audit record, seconds from the stop to the end of the process, what is
    // said)
    for (id, later, expected) in [
        ("hub/db", 0, "stopped: stopped"),
        ("hub/db", 60, "unhealthy: exited with code 137 (killed)"),
        ("hub/db", -60, "unhealthy: exited with code 137 (killed)"),
        ("hub/other", 0, "unhealthy: exited with code 137 (killed)"),
    ] {
        let alone = db()
            .exited(137, FAULT + later)
            .with(|facts| facts.restart_policy = "no".into());
        let mut world = begin(std::slice::from_ref(&alone), 120);
        let stop = RecordedStop {
            instance: facts(id).id,
            began_at: at(FAULT - 10),
            ended_at: at(FAULT + 1),
        };
        let now = world.now;
        let _ = world
            .store
            .apply(Observation::RecordedStops(vec![stop]), now);
        let _ = world.inspect(alone);
        assert_eq!(world.health("hub/db"), expected, "{id} {later}");
    }
    // What something needs is trouble, whoever stopped it, and the sentence says which.
    let list = hub(db().exited(137, FAULT));
    let mut world = begin(&list, 60);
    let stop = RecordedStop {
        instance: list[0].id.clone(),
        began_at: at(FAULT - 10),
        ended_at: at(FAULT),
    };
    let now = world.now;
    let _ = world
        .store
        .apply(Observation::RecordedStops(vec![stop]), now);
    inspect(&mut world, &list);
    assert_eq!(
        world.health("hub/db"),
        "unhealthy: stopped with exit code 137; backend depends on it"
    );
}

#[test]
fn a_whole_stack_that_was_stopped_is_no_trouble() {
    let stack: Vec<InstanceFacts> = hub(db())
        .into_iter()
        .map(|facts| facts.exited(143, FAULT))
        .collect();
    let mut world = begin(&stack, 60);
    inspect(&mut world, &stack);
    assert_eq!(world.snapshot().totals().stopped, 3);
    assert!(world.incidents().is_empty());
}

#[test]
fn a_stop_that_was_seen_is_trouble_all_the_same_where_something_runs_that_needs_it() {
    let list = hub(db());
    let mut world = begin(&list, 60);
    inspect(&mut world, &list);
    let _ = world.event(&list[0], EngineEventKind::Kill { signal: Some(15) });
    let _ = world.die(&list[0], 0);
    let _ = world.event(&list[0], EngineEventKind::Stop);
    let stopped_at = world.now;
    assert_eq!(
        world.health("hub/db"),
        "stopped: stopped",
        "a restart takes it away for a moment"
    );
    assert!(world.incidents().is_empty());
    world.wait(3);
    assert_eq!(
        world.health("hub/db"),
        "unhealthy: stopped with exit code 0; backend depends on it"
    );
    assert_eq!(
        world.incidents(),
        ["db was stopped (exit 0); this blocks backend and proxy"]
    );
    assert_eq!(opened_at(&mut world), stopped_at);
    let _ = world.event(&list[0], EngineEventKind::Start);
    for _ in 0..2 {
        let _ = world.probe(&list[0], Catalog, Success);
    }
    world.wait(11);
    assert!(world.incidents().is_empty());
}
