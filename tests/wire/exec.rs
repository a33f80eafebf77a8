//! Commands in containers: the real client against the simulated engine.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hubdeck::collect::probes;
use hubdeck::engine::{CommandEnd, Engine, EngineError};
use hubdeck::model::{
    HealthPolicy, InstanceId, Layers, Observation, ProbeKind, ProbeOrigin, ProbeOutcome,
    ProbeResult, ProbeSpec, ServiceRule, Timestamp,
};
use hubdeck::probing::ProbeOptions;
use hubdeck::store::Store;
use tokio::sync::{Notify, mpsc, watch};

use crate::sim::Sim;

const SCENARIO: &str = r#"
name = "commands"
[[container]]
name = "db"
image = "postgres:16"
[container.commands]
ready = { output = "starting\n\n/tmp:5432 - accepting connections\n\n" }
refusing = { exit_code = 2, output = "no response\r\nconnecting with password=hunter2", stderr = true }
silent = {}
leaking = { exit_code = 1, output = "dragonfruit is not accepted" }
talkative = { output = "more of the same ", times = 20000 }
endless = { output = "y\n", times = 4000000 }
hanging = { output = "connecting", lasts = inf }
slow = { output = "done", lasts = 0.3 }
[container.env]
API_KEY = "dragonfruit"
[[container]]
name = "paused"
image = "busybox"
state = "paused"
[[container]]
name = "ended"
image = "busybox"
state = "exited"
"#;

impl Sim {
    /// Commands that were started so far.
    fn starts(&self) -> u64 {
        self.control
            .calls()
            .get("POST /exec/{id}/start")
            .copied()
            .unwrap_or_default()
    }

    async fn run(
        &self,
        container: &str,
        command: &str,
        limit: Duration,
    ) -> Result<CommandEnd, EngineError> {
        let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
        self.engine
            .run(&InstanceId::new(container), &words, limit)
            .await
    }
}

fn exited(code: i64, last_line: &str) -> CommandEnd {
    CommandEnd::Exited {
        code,
        last_line: last_line.into(),
    }
}

#[tokio::test]
async fn commands_end_with_their_code_and_last_line() {
    let sim = Sim::start(SCENARIO).await;
    for (container, command, end) in [
        (
            "db",
            "ready -U hub",
            exited(0, "/tmp:5432 - accepting connections"),
        ),
        (
            "db",
            "refusing",
            exited(2, "connecting with password=hunter2"),
        ),
        ("db", "silent", exited(0, "")),
        ("db", "slow", exited(0, "done")),
        ("db", "nonsense", exited(127, "")),
        (
            "db",
            "talkative",
            exited(0, &"more of the same ".repeat(241)[..4_096]),
        ),
        ("db", "endless", CommandEnd::Talkative),
        ("paused", "ready", CommandEnd::NotRunning),
        ("ended", "ready", CommandEnd::NotRunning),
        ("gone", "ready", CommandEnd::NotRunning),
    ] {
        let found = sim.run(container, command, Duration::from_secs(20)).await;
        assert_eq!(found, Ok(end), "{command} in {container}");
    }
}

#[tokio::test]
async fn a_command_that_never_ends_is_left_when_the_time_is_over() {
    let sim = Sim::start(SCENARIO).await;
    let begun = Instant::now();
    assert_eq!(
        sim.run("db", "hanging", Duration::from_millis(200)).await,
        Ok(CommandEnd::Running)
    );
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(
        sim.run("db", "silent", Duration::from_secs(20)).await,
        Ok(exited(0, ""))
    );
}

#[tokio::test]
async fn an_engine_that_dies_or_refuses_says_nothing_of_the_service() {
    let sim = Sim::start(SCENARIO).await;
    for path in ["containers/*/exec", "exec/*/start", "exec/*/json"] {
        sim.control.forbid(path);
        let refused = sim.run("db", "ready", Duration::from_secs(20)).await;
        assert!(
            matches!(refused, Err(EngineError::Forbidden { .. })),
            "{path}: {refused:?}"
        );
        sim.control.allow_all();
    }
    let started = sim.starts();
    let dies = async {
        while sim.starts() == started {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        sim.control.cut_connections();
    };
    let (found, ()) = tokio::join!(sim.run("db", "hanging", Duration::from_secs(20)), dies);
    assert!(
        found.as_ref().is_err_and(EngineError::is_unreachable),
        "{found:?}"
    );
    let found = sim.run("db", "ready", Duration::from_secs(20)).await;
    assert!(
        found.as_ref().is_err_and(EngineError::is_unreachable),
        "{found:?}"
    );
}

/// The probe loop over the simulated engine, with one command as the probe of `db`.
async fn probed(sim: &Sim, command: &str, linked: bool, read_only: bool) -> ProbeResult {
    let mut store = store_with_probe(sim, command).await;
    let probed = first_result(&mut store, linked.then(|| sim.engine.clone()), read_only).await;
    // The store masks what it takes in.
    let _folded = store.apply(probed, Timestamp::now());
    let snapshot = store.snapshot(Timestamp::now());
    let mut results = snapshot.services.iter().flat_map(|service| {
        service
            .probe_log
            .iter()
            .map(|result| (service.id.as_str(), result.clone()))
    });
    let (service, result) = results.next().expect("a result in the snapshot");
    assert_eq!(
        (service, results.next()),
        ("db", None),
        "other services have no probe"
    );
    result
}

/// The containers of `sim`, and a rule that probes `db` with `command`.
async fn store_with_probe(sim: &Sim, command: &str) -> Store {
    let now = Timestamp::now();
    let mut store = Store::new(now);
    let mut instances = Vec::new();
    for facts in sim.engine.list().await.unwrap() {
        instances.push(Arc::new(
            sim.engine.inspect(&facts.id).await.unwrap().unwrap(),
        ));
    }
    let spec = ProbeSpec {
        command: command.split(' ').map(str::to_owned).collect(),
        // Only one command is meant to be too slow, however busy the machine is.
        timeout: Duration::from_millis(if command == "hanging" { 700 } else { 20_000 }),
        ..ProbeSpec::new(ProbeKind::Exec, 0, ProbeOrigin::Config)
    };
    let rule = ServiceRule {
        probe: Some(spec),
        ..ServiceRule::of("db")
    };
    let rules = Observation::Rules {
        policy: HealthPolicy::default(),
        rules: Arc::from([rule]),
        layers: Arc::new(Layers::default()),
        problem: None,
    };
    let _ruled = store.apply(rules, now);
    let _listed = store.apply(
        Observation::Listed {
            at: now,
            done_at: now,
            next_at: now,
            instances,
        },
        now,
    );
    store
}

/// The first result of the probe loop on what `store` holds.
async fn first_result(store: &mut Store, engine: Option<Engine>, read_only: bool) -> Observation {
    let (_snapshots, snapshots) = watch::channel(store.snapshot(Timestamp::now()));
    let (_link, link) = watch::channel(engine);
    let (_options, options) = watch::channel(ProbeOptions {
        read_only,
        ..ProbeOptions::default()
    });
    let (out, mut results) = mpsc::channel(8);
    let running = tokio::spawn(probes::run(
        link,
        snapshots,
        options,
        Arc::new(Notify::new()),
        watch::Sender::new(false),
        out,
    ));
    let probed = loop {
        let next = tokio::time::timeout(Duration::from_secs(20), results.recv()).await;
        if let Some(probed @ Observation::Probed { .. }) = next.expect("a result in time") {
            break probed;
        }
    };
    running.abort();
    probed
}

#[tokio::test]
async fn the_probe_loop_judges_commands() {
    use ProbeOutcome::{Failure, Inconclusive, Success};
    let sim = Sim::start(SCENARIO).await;
    for (command, outcome, message) in [
        ("ready -U hub", Success, "/tmp:5432 - accepting connections"),
        ("silent", Success, "exit code 0"),
        (
            "refusing",
            Failure,
            "exit code 2: connecting with password=***",
        ),
        ("leaking", Failure, "exit code 1: *** is not accepted"),
        (
            "nonsense",
            Failure,
            "exit code 127: no such command in the container",
        ),
        ("hanging", Failure, "no answer within 0.70 s"),
        (
            "endless",
            Failure,
            "more than 1 MiB of output, not waited for",
        ),
    ] {
        let result = probed(&sim, command, true, false).await;
        assert_eq!(
            (
                result.outcome,
                hubdeck::explain::finding(&result.finding).as_str()
            ),
            (outcome, message),
            "{command}"
        );
        let word = command.split(' ').next().unwrap();
        assert_eq!(
            (result.kind, result.target),
            (ProbeKind::Exec, format!("exec: {word}"))
        );
    }
    let unlinked = probed(&sim, "ready", false, false).await;
    assert_eq!(
        (
            unlinked.outcome,
            hubdeck::explain::finding(&unlinked.finding).as_str()
        ),
        (Inconclusive, "not checked: the engine does not answer")
    );
    let read_only = probed(&sim, "ready", true, true).await;
    assert_eq!(read_only.outcome, Inconclusive);
    let makes = sim.starts();
    sim.control.forbid("containers/*/exec");
    let refused = probed(&sim, "ready", true, false).await;
    assert_eq!(
        (
            refused.outcome,
            hubdeck::explain::finding(&refused.finding).as_str()
        ),
        (Inconclusive, "not checked: run a command in: not permitted")
    );
    assert_eq!(sim.starts(), makes, "nothing ran");
}
