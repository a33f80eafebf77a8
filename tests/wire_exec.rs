//! Commands in containers: the real client against the simulated engine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests fail like tests

use std::time::{Duration, Instant};

use hubdeck::engine::{CommandEnd, ConnectRequest, Engine, EngineError};
use hubdeck::model::{InstanceId, Timestamp};
use hubdeck::sim::{Control, Listen, Scenario, serve};

const SCENARIO: &str = r#"
name = "commands"
[[container]]
name = "db"
image = "postgres:16"
[container.commands]
ready = { output = "starting\n\n/tmp:5432 - accepting connections\n\n" }
refusing = { exit_code = 2, output = "no response\r\nconnecting with password=hunter2", stderr = true }
silent = {}
talkative = { output = "more of the same ", times = 20000 }
endless = { output = "y\n", times = 4000000 }
hanging = { output = "connecting", lasts = inf }
slow = { output = "done", lasts = 0.3 }
[[container]]
name = "paused"
image = "busybox"
state = "paused"
[[container]]
name = "ended"
image = "busybox"
state = "exited"
"#;

/// A simulated engine with a client; it ends with the test.
struct Sim {
    control: Control,
    engine: Engine,
    _dir: tempfile::TempDir,
}

impl Sim {
    async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("engine.sock");
        let control = Control::new(Timestamp::now);
        let scenario = Scenario::parse(SCENARIO).unwrap();
        tokio::spawn(serve(scenario, Listen::Unix(path.clone()), control.clone()));
        control.ready().await;
        let request = ConnectRequest::to_host(format!("unix://{}", path.display()));
        let (engine, _) = request.connect().await.expect("the simulator answers");
        Self { control, engine, _dir: dir }
    }

    /// Commands that were started so far.
    fn starts(&self) -> u64 {
        self.control.calls().get("POST /exec/{id}/start").copied().unwrap_or_default()
    }

    async fn run(&self, container: &str, command: &str, limit: Duration) -> Result<CommandEnd, EngineError> {
        let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
        self.engine.run(&InstanceId::new(container), &words, limit).await
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.control.shutdown();
    }
}

fn exited(code: i64, last_line: &str) -> CommandEnd {
    CommandEnd::Exited { code, last_line: last_line.into() }
}

#[tokio::test]
async fn commands_end_with_their_code_and_last_line() {
    let sim = Sim::start().await;
    for (container, command, end) in [
        ("db", "ready -U hub", exited(0, "/tmp:5432 - accepting connections")),
        ("db", "refusing", exited(2, "connecting with password=hunter2")),
        ("db", "silent", exited(0, "")),
        ("db", "slow", exited(0, "done")),
        ("db", "nonsense", exited(127, "")),
        ("db", "talkative", exited(0, &"more of the same ".repeat(241)[..4_096])),
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
    let sim = Sim::start().await;
    let begun = Instant::now();
    assert_eq!(sim.run("db", "hanging", Duration::from_millis(200)).await, Ok(CommandEnd::Running));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(sim.run("db", "silent", Duration::from_secs(20)).await, Ok(exited(0, "")));
}

#[tokio::test]
async fn an_engine_that_dies_or_refuses_says_nothing_of_the_service() {
    let sim = Sim::start().await;
    for path in ["containers/*/exec", "exec/*/start", "exec/*/json"] {
        sim.control.forbid(path);
        let refused = sim.run("db", "ready", Duration::from_secs(20)).await;
        assert!(matches!(refused, Err(EngineError::Forbidden { .. })), "{path}: {refused:?}");
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
    assert!(found.as_ref().is_err_and(EngineError::is_unreachable), "{found:?}");
    let found = sim.run("db", "ready", Duration::from_secs(20)).await;
    assert!(found.as_ref().is_err_and(EngineError::is_unreachable), "{found:?}");
}
