//! The client and the collectors against a real engine; asked for by `HUBDECK_LIVE=1`.

mod counters;
mod discovery;
mod log_lines;
mod log_tails;

use std::time::Duration;

use futures_util::StreamExt as _;
use hubdeck::engine::{ConnectRequest, Engine, EngineError, EventNews};
use hubdeck::model::{
    EngineEvent, EngineEventKind, EngineFlavour, InstanceFacts, InstanceId, InstanceState, LogLine,
    LogSource,
};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use crate::support::docker::{Container, docker, live, unique};

const PATIENCE: Duration = Duration::from_secs(20);

async fn connect() -> Engine {
    let request = ConnectRequest::from_environment(None, None);
    let (engine, info) = request
        .connect()
        .await
        .expect("HUBDECK_LIVE=1 needs an engine");
    assert_ne!(info.flavour, EngineFlavour::Simulated);
    engine
}

fn busybox(arguments: &[&str], command: &[&str]) -> Container {
    let name = unique("hubdeck-engine");
    Container::run(&name, &[arguments, &["busybox:1.36"], command].concat())
}

async fn facts(engine: &Engine, container: &Container) -> InstanceFacts {
    let list = engine.list().await.unwrap();
    let listed = list
        .into_iter()
        .find(|facts| facts.name == container.name())
        .expect("it is listed");
    engine
        .inspect(&listed.id)
        .await
        .unwrap()
        .expect("it is inspected")
}

async fn logs(engine: &Engine, facts: &InstanceFacts, tail: Option<u32>) -> Vec<LogLine> {
    let source = LogSource {
        instance: facts.id.clone(),
        tty: Some(facts.tty),
    };
    engine
        .logs(&source, tail, None, false)
        .map(Result::unwrap)
        .concat()
        .await
}

#[tokio::test]
async fn facts_are_what_docker_says() {
    if !live() {
        return;
    }
    let container = busybox(
        &[
            "-e",
            "EMPTY=",
            "-e",
            "URL=a=b",
            "--label",
            "note=🦀 ünïcode",
            "--memory",
            "64m",
            "--cpus",
            "0.5",
        ],
        &["sleep", "600"],
    );
    let engine = connect().await;
    let facts = facts(&engine, &container).await;
    let asked = |format: &str| docker(&["inspect", "-f", format, container.name()]);
    assert_eq!(facts.id.as_str(), asked("{{.Id}}"));
    assert_eq!(facts.image_id, asked("{{.Image}}"));
    assert_eq!(facts.started_at, asked("{{.State.StartedAt}}").parse().ok());
    let address = asked("{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}");
    assert_eq!(
        facts.networks[0].address.map(|ip| ip.to_string()),
        Some(address)
    );
    assert_eq!(
        (facts.image.as_str(), facts.state),
        ("busybox:1.36", InstanceState::Running)
    );
    assert_eq!(facts.labels.reveal()["note"], "🦀 ünïcode");
    assert!(
        facts
            .environment
            .reveal()
            .contains(&("EMPTY".into(), String::new()))
    );
    assert!(
        facts
            .environment
            .reveal()
            .contains(&("URL".into(), "a=b".into()))
    );
    assert_eq!(
        (facts.limits.memory_bytes, facts.limits.cpus),
        (Some(64 << 20), Some(0.5))
    );
    assert!(facts.stack.is_none() && facts.service.as_str() == container.name());
}

/// Waits for exactly the events of the operations below, in any order.
async fn expect_events(kinds: &mut mpsc::Receiver<EngineEvent>, container: &InstanceId) {
    // The engine does not promise that `die` comes before `stop`, so the order is not compared.
    let mut expected = vec![
        EngineEventKind::Pause,
        EngineEventKind::Unpause,
        EngineEventKind::Restart,
        EngineEventKind::Kill { signal: Some(15) },
        EngineEventKind::Kill { signal: Some(15) },
        EngineEventKind::Die { exit_code: Some(3) },
        EngineEventKind::Die { exit_code: Some(3) },
        EngineEventKind::Stop,
        EngineEventKind::Stop,
        EngineEventKind::Start,
        EngineEventKind::Start,
    ];
    while !expected.is_empty() {
        let event = timeout(PATIENCE, kinds.recv())
            .await
            .unwrap_or_else(|_| panic!("no {expected:?}"))
            .unwrap();
        // Every start and end joins and leaves the network, which no operation asked for.
        if matches!(
            event.kind,
            EngineEventKind::Connect { .. } | EngineEventKind::Disconnect { .. }
        ) {
            continue;
        }
        let at = expected.iter().position(|kind| *kind == event.kind);
        expected.remove(at.unwrap_or_else(|| panic!("{event:?} was not expected")));
        assert_eq!(event.instance, *container);
    }
}

#[tokio::test]
async fn operations_take_effect_and_are_told_as_events() {
    if !live() {
        return;
    }
    let container = busybox(
        &[],
        &[
            "sh",
            "-c",
            "trap 'exit 3' TERM; while :; do sleep 0.1; done",
        ],
    );
    let engine = connect().await;
    let id = facts(&engine, &container).await.id;
    let mut events = engine.events(None);
    let (seen, mut kinds) = mpsc::channel::<EngineEvent>(64);
    let own = id.clone();
    tokio::spawn(async move {
        while let Some(Ok(news)) = events.next().await {
            let EventNews::Event(event) = news else {
                continue;
            };
            if event.instance == own && seen.send(event).await.is_err() {
                return;
            }
        }
    });
    sleep(Duration::from_millis(300)).await;
    engine.pause(&id).await.unwrap();
    // The engine itself confuses a pause and an unpause that follow each other at once.
    sleep(Duration::from_millis(500)).await;
    assert!(matches!(
        engine.pause(&id).await,
        Err(EngineError::Conflict { .. })
    ));
    engine.unpause(&id).await.unwrap();
    sleep(Duration::from_millis(500)).await;
    engine.restart(&id).await.unwrap();
    // The script must have set its trap.
    sleep(Duration::from_secs(1)).await;
    engine.stop(&id).await.unwrap();
    engine.stop(&id).await.expect("already stopped");
    let stopped = engine.inspect(&id).await.unwrap().unwrap();
    assert_eq!(
        (stopped.state, stopped.exit_code),
        (InstanceState::Exited, Some(3))
    );
    engine.start(&id).await.unwrap();
    expect_events(&mut kinds, &id).await;
    let missing = engine.start(&"0123456789abcdef".into()).await;
    assert!(
        matches!(missing, Err(EngineError::NotFound { .. })),
        "{missing:?}"
    );
}
