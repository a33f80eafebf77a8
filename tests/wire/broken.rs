//! A connection that breaks while the engine acts: the container tells whether the call was carried
//! out.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hubdeck::model::{KillSignal, OperationKind, StepState, Timestamp};
use hubdeck::sim::{Bound, Control, Listen, Scenario, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::support::operations::World;
use crate::support::proxy::listen_before;

const SCENARIO: &str = r#"
name = "broken"

[[stack]]
name = "hub"

[[stack.service]]
name = "db"
image = "postgres:16-alpine"
healthcheck = { test = ["CMD", "pg_isready"], interval = 1, retries = 3, ready_after = 0.3 }
stops_in = 0.5

[[stack.service]]
name = "web"
image = "example/web:1"
depends_on = ["db:service_healthy"]

[[stack.service]]
name = "tasks"
image = "example/tasks:1"
swarm = true
replicas = 2
restart = "no"
"#;

/// What the proxy does to a call that acts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Breaks {
    /// The call is passed on, and the side of the client is closed at once.
    AfterSending,
    /// The call is not passed on.
    BeforeSending,
}

/// Passes a connection on up to a call that acts, and counts the calls it broke.
async fn pass(
    mut client: UnixStream,
    mut engine: UnixStream,
    breaks: Breaks,
    broken: Arc<AtomicUsize>,
) {
    let (mut asked, mut answered) = ([0; 16 * 1024], [0; 16 * 1024]);
    loop {
        tokio::select! {
            count = client.read(&mut asked) => {
                let Ok(count @ 1..) = count else { return };
                if !asked.starts_with(b"POST ") && !asked.starts_with(b"DELETE ") {
                    engine.write_all(&asked[..count]).await.unwrap();
                    continue;
                }
                broken.fetch_add(1, Ordering::SeqCst);
                if breaks == Breaks::AfterSending {
                    engine.write_all(&asked[..count]).await.unwrap();
                    // A document may follow its head.
                    let rest = tokio::time::timeout(Duration::from_millis(50), client.read(&mut asked)).await;
                    if let Ok(Ok(count)) = rest {
                        engine.write_all(&asked[..count]).await.unwrap();
                    }
                    drop(client);
                    // The engine goes on only as long as somebody waits for its answer.
                    let _ = engine.read(&mut answered).await;
                }
                return;
            }
            count = engine.read(&mut answered) => {
                let Ok(count @ 1..) = count else { return };
                if client.write_all(&answered[..count]).await.is_err() {
                    return;
                }
            }
        }
    }
}

struct Behind {
    world: World,
    broken: Arc<AtomicUsize>,
    _dir: tempfile::TempDir,
}

async fn behind(breaks: Breaks) -> Behind {
    let dir = tempfile::tempdir().unwrap();
    let control = Control::new(Timestamp::now);
    let listen = Listen::Unix(dir.path().join("engine.sock"));
    tokio::spawn(serve(
        Scenario::parse(SCENARIO).unwrap(),
        listen,
        control.clone(),
    ));
    let Bound::Unix(engine) = control.ready().await else {
        panic!("a unix socket")
    };
    let broken = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&broken);
    let path = listen_before(dir.path(), engine, move |client, engine| {
        pass(client, engine, breaks, Arc::clone(&counted))
    });
    let world = World::of(&format!("unix://{}", path.display()), "hub", 3).await;
    Behind {
        world,
        broken,
        _dir: dir,
    }
}

#[tokio::test]
async fn every_verb_that_was_carried_out_succeeds_although_the_connection_broke() {
    let Behind {
        world,
        broken,
        _dir,
        ..
    } = behind(Breaks::AfterSending).await;
    for (number, kind) in [
        OperationKind::Restart,
        OperationKind::Pause,
        OperationKind::Unpause,
        OperationKind::Stop,
        OperationKind::Start,
        OperationKind::Kill {
            signal: KillSignal::KILL,
        },
        OperationKind::Remove { force: false },
    ]
    .into_iter()
    .enumerate()
    {
        let plan = world.plan_when_possible(kind, "hub/db").await;
        let status = world.end(world.submit(&plan).unwrap()).await;
        assert_eq!(
            (&status.error, &status.steps[..]),
            (&None, &[StepState::Succeeded][..]),
            "{kind:?}"
        );
        assert_eq!(
            broken.load(Ordering::SeqCst),
            number + 1,
            "{kind:?}: the call was broken, and made once"
        );
    }
    assert!(
        world
            .records()
            .iter()
            .all(|record| record["result"] == "succeeded")
    );
}

#[tokio::test]
async fn a_restart_goes_on_to_the_dependents_after_the_connection_broke() {
    let Behind {
        world,
        broken,
        _dir,
        ..
    } = behind(Breaks::AfterSending).await;
    let before = ["hub-db-1", "hub-web-1"].map(|name| world.started_at(name));
    let plan = world.plan(OperationKind::Restart, &["hub/db"], true);
    let status = world.end(world.submit(&plan).unwrap()).await;
    assert_eq!((status.error, broken.load(Ordering::SeqCst)), (None, 2));
    let after = ["hub-db-1", "hub-web-1"].map(|name| world.started_at(name));
    assert!(before[0] < after[0] && before[1] < after[1]);
    assert!(
        after[1].duration_since(after[0]).as_millis() >= 300,
        "the gate was waited for"
    );
}

#[tokio::test]
async fn a_call_that_never_reached_the_engine_fails_and_leaves_the_rest_out() {
    let Behind { world, _dir, .. } = behind(Breaks::BeforeSending).await;
    let before = world.started_at("hub-db-1");
    let plan = world.plan(OperationKind::Restart, &["hub/db"], true);
    let status = world.end(world.submit(&plan).unwrap()).await;
    let error = status.error.expect("an error");
    assert!(
        error.starts_with("cannot restart hub-db-1: the connection broke (")
            && error.ends_with("), and the engine did not do it"),
        "{error}"
    );
    assert!(matches!(
        status.steps[..],
        [StepState::Failed { .. }, StepState::Skipped { .. }]
    ));
    assert_eq!(world.started_at("hub-db-1"), before);
}

#[tokio::test]
async fn a_swarm_service_is_updated_once_although_the_connection_broke() {
    let Behind {
        world,
        broken,
        _dir,
    } = behind(Breaks::AfterSending).await;
    let plan = world.plan(OperationKind::Restart, &["hub/tasks"], false);
    let status = world.end(world.submit(&plan).unwrap()).await;
    assert_eq!(
        (status.error, &status.steps[..]),
        (None, &[StepState::Succeeded][..])
    );
    assert_eq!(broken.load(Ordering::SeqCst), 1);
}
