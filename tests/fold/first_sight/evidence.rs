//! What the engine's counters, Docker's healthcheck log and the first answers of probes prove.

use DockerStatus as Docker;
use HealthState::{Degraded, Healthy, Starting, Unhealthy};
use ProbeOrigin::{Catalog, Config, Healthcheck as Check, Label, Port};
use ProbeOutcome::{Failure, Success, Warning};
use hubdeck::explain::explain;
use hubdeck::model::*;
use jiff::tz::TimeZone;

use super::{FAULT, begin, inspect};
use crate::support::store::{With, at, facts, numbered};

#[test]
fn restarts_that_the_engine_counted_are_a_loop() {
    for (restarts, ago, docker, expected) in [
        (
            7,
            8,
            Docker::None,
            "unhealthy: crash loop: exited, 7 restarts",
        ),
        (
            7,
            8,
            Docker::Starting,
            "unhealthy: crash loop: exited, 7 restarts",
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
        let loops = expected.contains("crash loop");
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
        (oom(137), "unhealthy: OOM-killed (exit code 137)"),
        // The kernel kills with 137: another code is that of a process that lived on.
        (
            oom(1),
            "unhealthy: exited with code 1; a process inside was OOM-killed",
        ),
        (
            oom(0),
            "completed: finished with exit code 0; a process inside was OOM-killed",
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
            "no answer within 5 s",
            Docker::Healthy,
            format!("healthy: docker: healthy; {away}: no answer within 5 s"),
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
            "no answer within 5 s",
            Docker::Healthy,
            format!("healthy: docker: healthy; {away}: no answer within 5 s"),
        ),
        (
            Label,
            silent,
            "no answer within 5 s",
            Docker::None,
            "unhealthy: probe: no answer within 5 s".to_owned(),
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
        let rest = format!("{} more replicas", 11 - failing.len());
        assert!(process.last().unwrap().starts_with(&rest), "{process:?}");
    }
}
