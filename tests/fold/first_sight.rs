//! What a hubdeck says that is started when something is already broken.

use std::time::Duration;

use crate::support::store::{With, World, at, facts, numbered};
use hubdeck::explain::explain;
use hubdeck::model::*;
use jiff::tz::TimeZone;

use DockerStatus as Docker;
use HealthState::{Completed, Degraded, Healthy, Running, Starting, Stopped, Unhealthy};
use ProbeOrigin::{Catalog, Config, Healthcheck as Check, Label, Port};
use ProbeOutcome::{Failure, Success, Warning};

/// When the fault happened in the worlds of this file.
const FAULT: i64 = 5_000;

/// `facts` as a list tells them, `ago` seconds after the fault.
fn listed(facts: &InstanceFacts, ago: u64) -> InstanceFacts {
    let ended = matches!(
        facts.state,
        InstanceState::Exited | InstanceState::Restarting
    );
    InstanceFacts {
        inspected: false,
        started_at: None,
        finished_at: None,
        ended_ago: ended.then(|| Duration::from_secs(ago)),
        restart_policy: String::new(),
        oom_killed: false,
        error: String::new(),
        restarts: 0,
        healthcheck: None,
        health_log: Vec::new(),
        docker: DockerHealth {
            checked_at: None,
            failing_streak: 0,
            ..facts.docker.clone()
        },
        ..facts.clone()
    }
}

/// A world that begins `ago` seconds after the fault with this list.
fn begin(list: &[InstanceFacts], ago: u64) -> World {
    let seconds = FAULT + i64::try_from(ago).unwrap();
    World::beginning(
        list.iter().map(|facts| listed(facts, ago)).collect(),
        at(seconds),
    )
}

fn inspect(world: &mut World, list: &[InstanceFacts]) {
    for facts in list {
        let _ = world.inspect(facts.clone());
    }
}

/// The database, a backend that cannot work without it, and a proxy that cannot work without that
/// one.
fn hub(db: InstanceFacts) -> Vec<InstanceFacts> {
    let checked = |facts: InstanceFacts| {
        facts
            .docker(Docker::Healthy)
            .with(|facts| facts.docker.checked_at = Some(at(FAULT - 103)))
    };
    vec![
        db,
        checked(facts("hub/backend").needs("db:healthy")),
        checked(facts("hub/proxy").needs("backend:healthy")),
    ]
}

fn db() -> InstanceFacts {
    facts("hub/db").with(|facts| facts.image = "postgres:16-alpine".into())
}

/// The open incidents: number, root, what is blocked, sentence.
fn incidents(world: &mut World) -> Vec<String> {
    let snapshot = world.snapshot();
    let told = snapshot.open_incidents().map(|incident| {
        let blocked: Vec<&str> = incident.blocked.iter().map(ServiceId::as_str).collect();
        format!(
            "{} {} [{}] {}",
            incident.id,
            incident.root.words(),
            blocked.join(" "),
            incident.sentence
        )
    });
    told.collect()
}

fn opened_at(world: &mut World) -> Timestamp {
    world.snapshot().open_incidents().next().unwrap().opened_at
}

/// Faults of the database: facts, the reason of its state, the sentence of its incident.
fn faults() -> Vec<(InstanceFacts, &'static str, &'static str)> {
    vec![
        (
            db().exited(137, FAULT),
            "exited with code 137 (killed); backend needs it",
            "db exited with code 137 (killed); backend and proxy are blocked by it",
        ),
        (
            db().exited(0, FAULT),
            "stopped with exit code 0; backend needs it",
            "db was stopped with exit code 0; backend and proxy are blocked by it",
        ),
        (
            db().exited(0, FAULT)
                .with(|facts| facts.restart_policy = "no".into()),
            "stopped with exit code 0; backend needs it",
            "db was stopped with exit code 0; backend and proxy are blocked by it",
        ),
        (
            db().exited(1, FAULT),
            "exited with code 1; backend needs it",
            "db exited with code 1; backend and proxy are blocked by it",
        ),
        (
            db().exited(1, FAULT)
                .with(|facts| facts.state = InstanceState::Restarting),
            "restarting: exited with code 1; backend needs it",
            "db restarts again and again: exited with code 1; backend and proxy are blocked by it",
        ),
        (
            db().with(|facts| facts.state = InstanceState::Paused),
            "paused; backend needs it",
            "db is paused; backend and proxy are blocked by it",
        ),
        (
            db().with(|facts| {
                (facts.state, facts.started_at) = (InstanceState::Created, None);
                facts.created_at = Some(at(FAULT - 100));
            }),
            "created, never started; backend needs it",
            "db was never started; backend and proxy are blocked by it",
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
        format!(
            "db exited with code 137 (killed) at {clock} UTC; backend and proxy are blocked by it"
        )
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
        (
            137,
            "always",
            true,
            "unhealthy: killed for lack of memory (exit code 137)",
        ),
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
        "unhealthy: stopped with exit code 137; backend needs it"
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
        "unhealthy: stopped with exit code 0; backend needs it"
    );
    assert_eq!(
        world.incidents(),
        ["db was stopped with exit code 0; backend and proxy are blocked by it"]
    );
    assert_eq!(opened_at(&mut world), stopped_at);
    let _ = world.event(&list[0], EngineEventKind::Start);
    for _ in 0..2 {
        let _ = world.probe(&list[0], Catalog, Success);
    }
    world.wait(11);
    assert!(world.incidents().is_empty());
}

#[test]
fn what_survives_without_its_need_is_not_blocked() {
    let list = hub(db().exited(137, FAULT));
    let mut world = begin(&list, 60);
    inspect(&mut world, &list);
    let _ = world.probe(&list[1], Check, Success);
    let backend = world.service("hub/backend").health.clone();
    assert_eq!((backend.state, backend.blocked_by), (Healthy, vec![]));
    let proxy = world.service("hub/proxy").health.clone();
    assert_eq!(
        (proxy.state, proxy.blocked_by),
        (Healthy, vec![]),
        "the one before it works"
    );
    assert_eq!(
        world.incidents(),
        ["db exited with code 137 (killed); backend needs it"]
    );
    // What Docker checks later than that tells it as well.
    let mut world = begin(&list, 60);
    let checked = list[1]
        .clone()
        .with(|facts| facts.docker.checked_at = Some(at(FAULT + 5)));
    let _ = world.inspect(checked);
    assert_eq!(world.service("hub/backend").health.state, Healthy);
    // What nothing checks runs, and is blocked.
    let unchecked = vec![list[0].clone(), facts("hub/worker").needs("db:healthy")];
    let mut world = begin(&unchecked, 60);
    let _ = world.inspect(unchecked[1].clone());
    let worker = world.service("hub/worker").health.clone();
    assert_eq!(
        (worker.state, worker.blocked_by),
        (Running, vec!["hub/db".into()])
    );
}

#[test]
fn a_stopped_service_in_between_is_missed_and_misses_what_it_needs() {
    let mut list = hub(db().exited(0, FAULT));
    list[1] = list[1].clone().exited(143, FAULT + 1);
    let mut world = begin(&list, 60);
    assert_eq!(
        world.health("hub/backend"),
        "unhealthy: stopped with exit code 143; proxy needs it"
    );
    assert_eq!(
        world.health("hub/db"),
        "unhealthy: stopped with exit code 0; backend needs it"
    );
    assert_eq!(
        incidents(&mut world),
        [
            "1 hub/db [hub/backend hub/proxy] db was stopped with exit code 0; backend and proxy are blocked by it"
        ]
    );
}

#[test]
fn one_shots_are_missed_only_when_they_failed() {
    for (job, state, expected) in [
        (facts("hub/migrate").exited(0, FAULT), Completed, vec![]),
        (
            facts("hub/migrate").exited(1, FAULT),
            Unhealthy,
            vec!["migrate exited with code 1; api is blocked by it"],
        ),
        (
            facts("hub/migrate").with(|facts| {
                (facts.state, facts.started_at) = (InstanceState::Created, None);
            }),
            Stopped,
            vec![],
        ),
    ] {
        let api = facts("hub/api").needs("migrate:completed");
        let job = job.with(|facts| facts.restart_policy = "no".into());
        let mut world = begin(&[job.clone(), api.clone()], 60);
        let _ = world.inspect(job);
        let _ = world.inspect(api);
        assert_eq!(world.service("hub/migrate").health.state, state);
        assert_eq!(world.incidents(), expected);
    }
}

#[test]
fn restarts_that_the_engine_counted_are_a_loop() {
    for (restarts, ago, docker, expected) in [
        (
            7,
            8,
            Docker::None,
            "unhealthy: restarting: exited, 7 restarts",
        ),
        (
            7,
            8,
            Docker::Starting,
            "unhealthy: restarting: exited, 7 restarts",
        ),
        (7, 8, Docker::Healthy, "healthy: docker: healthy"),
        (7, 31, Docker::None, "running: no check"),
        (1, 8, Docker::None, "running: no check"),
    ] {
        let api = facts("hub/api").docker(docker).with(|facts| {
            facts.restarts = restarts;
            facts.finished_at = Some(at(FAULT - 1));
            facts.started_at = Some(at(FAULT));
            facts.exit_code = Some(0);
        });
        let mut world = begin(std::slice::from_ref(&api), ago);
        let _ = world.inspect(api);
        assert_eq!(
            world.health("hub/api"),
            expected,
            "{restarts} restarts, {ago} s ago"
        );
        let loops = expected.contains("restarting");
        assert_eq!(
            world.overlays("hub/api").contains(&Overlay::Restarting),
            loops
        );
        assert_eq!(world.incidents().len(), usize::from(loops));
    }
}

#[test]
fn memory_kills_count_by_the_exit_code_of_the_process() {
    let oom = |code| {
        facts("oom").exited(code, FAULT).with(|facts| {
            (facts.oom_killed, facts.restart_policy) = (true, "no".into());
        })
    };
    for (container, expected) in [
        (
            oom(137),
            "unhealthy: killed for lack of memory (exit code 137)",
        ),
        // The kernel kills with 137: another code is that of a process that lived on.
        (
            oom(1),
            "unhealthy: exited with code 1; a process inside was killed for lack of memory",
        ),
        (
            oom(0),
            "completed: finished with exit code 0; a process inside was killed for lack of memory",
        ),
    ] {
        let mut world = begin(std::slice::from_ref(&container), 60);
        let _ = world.inspect(container);
        assert_eq!(world.health("oom"), expected);
    }
}

fn log(checks: &[i64]) -> Vec<HealthcheckLog> {
    let result = |second: &i64| HealthcheckLog {
        at: at(FAULT + second.abs()),
        exit_code: i64::from(*second < 0),
        output: String::new(),
    };
    checks.iter().map(result).collect()
}

#[test]
fn failing_checks_of_docker_tell_since_when_also_below_the_threshold() {
    for (streak, status, checks, state, since) in [
        (0, Docker::Healthy, &[1, 11, 21][..], Healthy, 0),
        (0, Docker::Healthy, &[-1, 11, 21], Healthy, FAULT + 11),
        (1, Docker::Healthy, &[1, 11, -21], Degraded, FAULT + 21),
        (2, Docker::Healthy, &[1, -11, -21], Degraded, FAULT + 11),
        (3, Docker::Unhealthy, &[-1, -11, -21], Unhealthy, FAULT + 1),
        (
            9,
            Docker::Unhealthy,
            &[-11, -21, -31, -41, -51],
            Unhealthy,
            FAULT - 29,
        ),
    ] {
        for probed in [None, Some(Success)] {
            let api = facts("hub/api").docker(status).with(|facts| {
                facts.docker.failing_streak = streak;
                facts.health_log = log(checks);
                facts.docker.checked_at = facts.health_log.last().map(|check| check.at);
            });
            let mut world = begin(std::slice::from_ref(&api), 60);
            let _ = world.inspect(api.clone());
            if let Some(outcome) = probed {
                let _ = world.probe(&api, Check, outcome);
            }
            let health = world.service("hub/api").health.clone();
            assert_eq!(
                (health.state, health.since),
                (state, at(since)),
                "{streak} {checks:?} {probed:?}"
            );
            assert_eq!(world.incidents().len(), usize::from(state == Unhealthy));
        }
    }
}

#[test]
#[allow(clippy::too_many_lines)] // a table
fn the_first_answer_of_a_guess_counts_and_what_cannot_be_reached_does_not() {
    let (answered, wrong, other) = (
        Contact::Answered,
        Contact::WrongAnswer,
        Contact::OtherProtocol,
    );
    let (refused, silent, lost) = (Contact::Refused, Contact::NoAnswer, Contact::Unreachable);
    let away = "cannot be reached from here";
    for (origin, contact, message, docker, expected) in [
        (
            Check,
            answered,
            "503 database db:5432: Name or service not known",
            Docker::Healthy,
            "unhealthy: probe: 503 database db:5432: Name or service not known".to_owned(),
        ),
        (
            Check,
            wrong,
            "404 Not Found",
            Docker::Healthy,
            "unhealthy: probe: 404 Not Found".to_owned(),
        ),
        (
            Check,
            other,
            "the answer is not HTTP",
            Docker::Healthy,
            "unhealthy: probe: the answer is not HTTP".to_owned(),
        ),
        (
            Check,
            refused,
            "connection refused",
            Docker::Healthy,
            format!("healthy: docker: healthy; {away}: connection refused"),
        ),
        (
            Check,
            silent,
            "no answer within 5.0 s",
            Docker::Healthy,
            format!("healthy: docker: healthy; {away}: no answer within 5.0 s"),
        ),
        (
            Port,
            answered,
            "500 Internal Server Error",
            Docker::None,
            "unhealthy: probe: 500 Internal Server Error".to_owned(),
        ),
        (
            Catalog,
            answered,
            "sealed",
            Docker::None,
            "unhealthy: probe: sealed".to_owned(),
        ),
        (
            Catalog,
            wrong,
            "404 Not Found",
            Docker::None,
            "running: our probe gets 404 Not Found (ignored: guessed)".to_owned(),
        ),
        (
            Port,
            other,
            "the answer is not HTTP",
            Docker::Healthy,
            "healthy: docker: healthy; our probe gets the answer is not HTTP (ignored: guessed)"
                .to_owned(),
        ),
        (
            Port,
            refused,
            "connection refused",
            Docker::None,
            format!("running: {away}: connection refused"),
        ),
        (
            Port,
            lost,
            "host unreachable",
            Docker::None,
            format!("running: {away}: host unreachable"),
        ),
        (
            Label,
            silent,
            "no answer within 5.0 s",
            Docker::Healthy,
            format!("healthy: docker: healthy; {away}: no answer within 5.0 s"),
        ),
        (
            Label,
            silent,
            "no answer within 5.0 s",
            Docker::None,
            "unhealthy: probe: no answer within 5.0 s".to_owned(),
        ),
        (
            Config,
            lost,
            "host unreachable",
            Docker::None,
            "unhealthy: probe: host unreachable".to_owned(),
        ),
    ] {
        let api = facts("hub/api").port(8000);
        let api = if docker == Docker::None {
            api
        } else {
            api.docker(docker)
        };
        let mut world = begin(std::slice::from_ref(&api), 60);
        let _ = world.inspect(api.clone());
        let _ = world.probe_saying(&api, origin, (Failure, contact, message));
        assert_eq!(world.health("hub/api"), expected, "{origin:?} {contact:?}");
        let counts = !expected.contains(away) && !expected.contains("ignored");
        assert_eq!(
            world
                .service("hub/api")
                .health
                .probe
                .as_ref()
                .unwrap()
                .counts,
            counts
        );
    }
}

#[test]
fn one_sample_shows_at_first_sight_of_something_older() {
    let api = facts("hub/api").port(8000);
    let mut world = begin(std::slice::from_ref(&api), 60);
    let _ = world.inspect(api.clone());
    let _ = world.probe(&api, Port, Warning);
    assert_eq!(world.service("hub/api").health.state, Degraded);
    let young = api.with(|facts| facts.started_at = Some(at(FAULT + 50)));
    let mut world = begin(std::slice::from_ref(&young), 60);
    let _ = world.inspect(young.clone());
    let _ = world.probe_saying(&young, Check, (Failure, Contact::Answered, "503"));
    assert_eq!(world.service("hub/api").health.state, Starting);
}

#[test]
fn failing_replicas_are_named() {
    for (failing, expected) in [
        (&[10][..], "degraded: hub-web-10 fails: exited with code 1"),
        (
            &[3, 10],
            "degraded: hub-web-3 and hub-web-10 fail: exited with code 1",
        ),
        (
            &[1, 3, 10],
            "degraded: hub-web-1, hub-web-3 and hub-web-10 fail: exited with code 1",
        ),
        (
            &[1, 3, 5, 10],
            "degraded: hub-web-1 and 3 more fail: exited with code 1",
        ),
    ] {
        let replicas: Vec<InstanceFacts> = (1..=11)
            .map(|number| {
                let web = numbered("hub/web", number);
                if failing.contains(&number) {
                    web.exited(1, FAULT)
                } else {
                    web
                }
            })
            .collect();
        let mut world = begin(&replicas, 60);
        inspect(&mut world, &replicas);
        assert_eq!(world.health("hub/web"), expected);
        let snapshot = world.snapshot();
        let explanation = explain(
            snapshot.service(&"hub/web".into()).unwrap(),
            &snapshot,
            &TimeZone::UTC,
        );
        let process: Vec<&str> = explanation
            .evidence
            .iter()
            .filter(|each| each.source == EvidenceSource::Process)
            .map(|each| each.text.as_str())
            .collect();
        assert!(
            process[0].starts_with(&format!("hub-web-{} ended", failing[0])),
            "{process:?}"
        );
        let rest = format!("{} more instances", 11 - failing.len());
        assert!(process.last().unwrap().starts_with(&rest), "{process:?}");
    }
}

#[test]
fn a_root_below_an_open_incident_has_its_own_begin_and_end() {
    let (quotes, gateway) = (
        facts("hub/quotes"),
        facts("hub/gateway").needs("quotes:healthy").port(80),
    );
    let mut world = begin(&[quotes.clone(), gateway.clone()], 60);
    let _ = world.inspect(quotes.clone());
    let _ = world.inspect(gateway.clone());
    for _ in 0..3 {
        let _ = world.probe(&gateway, Config, Failure);
        world.wait(20);
    }
    assert_eq!(
        incidents(&mut world),
        ["1 hub/gateway [] gateway refuses connections"]
    );
    let crashed_at = world.now;
    let _ = world.die(&quotes, 1);
    world.wait(4);
    assert_eq!(
        incidents(&mut world),
        ["2 hub/quotes [hub/gateway] quotes exited with code 1; gateway is blocked by it"]
    );
    assert_eq!(opened_at(&mut world), crashed_at);
    let told = world.told_of_incidents();
    assert!(
        told.iter()
            .any(|text| text.ends_with("hub/gateway is blocked by hub/quotes: joined incident 2"))
    );
}

#[test]
fn a_new_root_waits_until_what_it_needs_is_confirmed() {
    let orders = facts("hub/orders").port(80);
    let gateway = facts("hub/gateway").needs("orders:healthy").port(80);
    // The gateway fails three times in a row, and orders as often as told.
    let failing = |times: usize| {
        let mut world = begin(&[orders.clone(), gateway.clone()], 600);
        for facts in [&orders, &gateway] {
            let _ = world.inspect(facts.clone());
            let _ = world.probe(facts, Config, Success);
        }
        for failure in 0..3 {
            world.wait(5);
            let _ = world.probe(&gateway, Config, Failure);
            if failure >= 3 - times {
                let _ = world.probe(&orders, Config, Failure);
            }
        }
        world
    };
    let gateway_alone = ["1 hub/gateway [] gateway refuses connections"];
    assert_eq!(
        incidents(&mut failing(0)),
        gateway_alone,
        "nothing else fails"
    );
    let mut world = failing(2);
    assert!(
        incidents(&mut world).is_empty(),
        "orders has failed twice and may be the root"
    );
    world.wait(5);
    let _ = world.probe(&orders, Config, Failure);
    let one = ["1 hub/orders [hub/gateway] orders refuses connections; gateway is blocked by it"];
    assert_eq!(incidents(&mut world), one, "one incident, of the root");
    let mut world = failing(2);
    assert!(incidents(&mut world).is_empty(), "it waits");
    world.wait(21);
    assert_eq!(
        incidents(&mut world),
        gateway_alone,
        "what is not confirmed in time is waited for no longer"
    );
}

#[test]
fn what_the_first_look_finds_failing_did_not_fail_at_once() {
    let all: Vec<InstanceFacts> = ["a", "b", "c", "d", "e"]
        .iter()
        .map(|name| facts(&format!("hub/{name}")).port(80))
        .collect();
    let mut world = begin(&all, 600);
    for facts in &all {
        let _ = world.inspect(facts.clone());
        let _ = world.probe_saying(
            facts,
            Port,
            (Failure, Contact::Answered, "500 Internal Server Error"),
        );
    }
    let roots: Vec<IncidentRoot> = world
        .snapshot()
        .open_incidents()
        .map(|incident| incident.root.clone())
        .collect();
    assert_eq!(roots.len(), 5, "{roots:?}");
    assert!(
        roots.iter().all(|root| root.service().is_some()),
        "{roots:?}"
    );
}

/// What happens to a service in a random world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It works as long as what it cannot work without does.
    Works,
    /// It works whatever happens.
    Survives,
    /// It runs, and nothing checks it.
    Unchecked,
    /// Its checks fail.
    Fails,
    /// It was killed.
    Killed,
    /// It crashed.
    Crashed,
    /// Somebody stopped it.
    Stopped,
}

const FATES: [Fate; 7] = [
    Fate::Works,
    Fate::Survives,
    Fate::Unchecked,
    Fate::Fails,
    Fate::Killed,
    Fate::Crashed,
    Fate::Stopped,
];

/// Services with their fates; each may need those before it, by the bits of its second number.
fn random_world(fates: &[(usize, u8)]) -> Vec<(InstanceFacts, Fate)> {
    let name = |index: usize| char::from(b'a' + u8::try_from(index).unwrap());
    let each = |(index, (fate, needs)): (usize, &(usize, u8))| {
        let fate = FATES[*fate];
        let needed = (0..index).filter(|other| needs & (1 << other) != 0);
        let needs: Vec<String> = needed
            .map(|other| format!("{}:healthy", name(other)))
            .collect();
        let facts = facts(&format!("x/{}", name(index)))
            .needs(&needs.join(" "))
            .with(|facts| {
                facts.restart_policy = if fate == Fate::Stopped {
                    "unless-stopped"
                } else {
                    "no"
                }
                .into();
            });
        let facts = if fate == Fate::Unchecked {
            facts
        } else {
            facts.port(80).docker(Docker::Healthy)
        };
        (facts, fate)
    };
    fates.iter().enumerate().map(each).collect()
}

/// Whether a probe of each service succeeds.
fn works(world: &[(InstanceFacts, Fate)]) -> Vec<bool> {
    let mut works: Vec<bool> = Vec::new();
    for (facts, fate) in world {
        let needs = facts.depends_on.iter().all(|need| {
            let other = world
                .iter()
                .position(|(other, _)| other.service == need.service)
                .unwrap();
            works[other] || world[other].1 == Fate::Survives
        });
        works.push(match fate {
            Fate::Works | Fate::Unchecked => needs,
            Fate::Survives => true,
            _ => false,
        });
    }
    works
}

fn ends(fate: Fate) -> Option<i64> {
    match fate {
        Fate::Killed => Some(137),
        Fate::Crashed => Some(1),
        Fate::Stopped => Some(0),
        _ => None,
    }
}

fn probe_all(world: &mut World, services: &[(InstanceFacts, Fate)], works: &[bool]) {
    for ((facts, fate), works) in services.iter().zip(works) {
        if *fate != Fate::Unchecked && ends(*fate).is_none() {
            let outcome = if *works { Success } else { Failure };
            let message = if *works {
                "200 OK"
            } else {
                "503 Service Unavailable"
            };
            let _ = world.probe_saying(facts, Check, (outcome, Contact::Answered, message));
        }
    }
}

/// State, roots and what misses it, of each service; the roots of the open incidents.
fn picture(world: &mut World) -> (Vec<String>, Vec<String>) {
    let snapshot = world.snapshot();
    let services = snapshot.services.iter().map(|service| {
        let health = &service.health;
        format!(
            "{} {} {:?} {:?}",
            service.id, health.state, health.blocked_by, health.missed_by
        )
    });
    let incidents = snapshot.open_incidents().map(|incident| {
        format!(
            "{} {:?} {}",
            incident.root.words(),
            incident.blocked,
            incident.sentence
        )
    });
    let (services, mut incidents): (_, Vec<String>) = (services.collect(), incidents.collect());
    incidents.sort();
    (services, incidents)
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 300, ..Default::default() })]

    #[test]
    fn whoever_watched_and_whoever_comes_later_agree(
        fates in proptest::collection::vec((0..FATES.len(), proptest::num::u8::ANY), 1..6),
        ago in proptest::sample::select(vec![5_u64, 60, 600]),
    ) {
        let services = random_world(&fates);
        let works = works(&services);
        let list: Vec<InstanceFacts> = services.iter().map(|(facts, _)| facts.clone()).collect();
        let mut watched = World::beginning(list.clone(), at(FAULT - 100));
        probe_all(&mut watched, &services, &vec![true; services.len()]);
        watched.wait(100);
        for (facts, fate) in &services {
            let Some(code) = ends(*fate) else { continue };
            if *fate == Fate::Stopped {
                let _ = watched.event(facts, EngineEventKind::Kill { signal: Some(15) });
            }
            let _ = watched.die(facts, code);
        }
        for _ in 0..4 {
            watched.wait(5);
            probe_all(&mut watched, &services, &works);
        }
        let now: Vec<(InstanceFacts, Fate)> = services
            .iter()
            .map(|(facts, fate)| {
                let facts = facts.clone();
                (ends(*fate).map_or(facts.clone(), |code| facts.exited(code, FAULT)), *fate)
            })
            .collect();
        let list: Vec<InstanceFacts> = now.iter().map(|(facts, _)| facts.clone()).collect();
        let mut later = begin(&list, ago);
        inspect(&mut later, &list);
        probe_all(&mut later, &now, &works);
        let (seen, found) = (picture(&mut watched), picture(&mut later));
        proptest::prop_assert_eq!(seen.0, found.0);
        // That most began to fail at once, so that the host is suspected, only who watched can
        // know.
        let suspects = watched.snapshot().open_incidents().any(|incident| incident.root.service().is_none());
        if !suspects {
            proptest::prop_assert_eq!(seen.1, found.1);
        }
    }
}
