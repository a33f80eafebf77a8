//! The calls that the socket policy lets through, against those that an engine is really asked.

use std::collections::BTreeSet;
use std::path::PathBuf;

use hubdeck::engine::ENGINE_ROUTES;
use hubdeck::model::{CallPurpose, OperationKind, Principal, Timestamp};
use hubdeck::sim::{Control, Listen, Scenario, serve};
use regex::Regex;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::sync::mpsc;

use crate::support::operations::World;
use crate::support::proxy::listen_before;

const SCENARIO: &str = r#"
name = "policy"

[[stack]]
name = "hub"

[[stack.service]]
name = "db"
image = "postgres:16-alpine"

[[stack.service]]
name = "api"
image = "example/api:1"
depends_on = ["db"]
"#;

/// Calls that are made in any case to watch.
const WATCHED: [&str; 6] = [
    "/_ping",
    "/version",
    "/containers/json",
    "/containers/{id}/json",
    "/containers/{id}/top",
    "/images/{name}/json",
];

/// Passes on what both sides send, and the lines of requests to `asked`.
async fn record(client: UnixStream, engine: UnixStream, asked: mpsc::Sender<String>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_engine, mut to_engine) = engine.into_split();
    let back = tokio::spawn(async move {
        // Either side may go at any time.
        drop(tokio::io::copy(&mut from_engine, &mut to_client).await);
    });
    let mut bytes = [0; 65_536];
    while let Ok(count @ 1..) = from_client.read(&mut bytes).await {
        let text = String::from_utf8_lossy(&bytes[..count]).into_owned();
        for line in text.lines().filter(|line| line.ends_with(" HTTP/1.1")) {
            let request = line.trim_end_matches(" HTTP/1.1");
            asked.send(request.to_owned()).await.unwrap();
        }
        if to_engine.write_all(&bytes[..count]).await.is_err() {
            break;
        }
    }
    back.abort();
}

/// An engine behind a proxy that records, and what it was asked.
async fn recorded() -> (PathBuf, mpsc::Receiver<String>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let engine = folder.path().join("engine.sock");
    let control = Control::new(Timestamp::now);
    let scenario = Scenario::parse(SCENARIO).unwrap();
    tokio::spawn(serve(
        scenario,
        Listen::Unix(engine.clone()),
        control.clone(),
    ));
    control.ready().await;
    let (sender, asked) = mpsc::channel(10_000);
    let pass = move |client, engine| record(client, engine, sender.clone());
    let path = listen_before(folder.path(), engine, pass);
    (path, asked, folder)
}

/// The first route of the policy that takes `request`: `METHOD /path?query`.
fn route_of(request: &str, with_actions: bool) -> Option<&'static str> {
    let (method, target) = request.split_once(' ').unwrap();
    let path = target.split('?').next().unwrap();
    let mut routes = ENGINE_ROUTES.iter();
    let found = routes.find(|route| {
        let is_asked = with_actions || route.purpose == CallPurpose::Watch;
        is_asked && route.method == method && Regex::new(&route.pattern()).unwrap().is_match(path)
    });
    found.map(|route| route.path)
}

#[tokio::test]
async fn watching_and_operating_make_no_call_that_the_policy_refuses() {
    let (path, mut asked, _folder) = recorded().await;
    let world = World::of(&format!("unix://{}", path.display()), "hub", 2).await;
    let engine = world.engine.borrow().clone().unwrap();
    let instance = {
        let snapshot = world.snapshots.borrow();
        snapshot.services[0].instances[0].facts.id.clone()
    };
    // What the collectors ask; an answer that the simulator has not is a call nevertheless.
    drop(engine.processes(&instance).await);
    drop(
        engine
            .inspect_raw(&instance, &hubdeck::model::secrets::KnownSecrets::default())
            .await,
    );
    drop(engine.image("postgres:16-alpine").await);
    drop(engine.platform().await);
    let mut watched = BTreeSet::new();
    while let Ok(request) = asked.try_recv() {
        let route = route_of(&request, false);
        watched.insert(route.unwrap_or_else(|| panic!("{request} is refused while watching")));
    }
    for path in WATCHED {
        assert!(watched.contains(path), "{path} was not asked: {watched:?}");
    }
    let mut acted = BTreeSet::new();
    for kind in [
        OperationKind::Pause,
        OperationKind::Unpause,
        OperationKind::Restart,
        OperationKind::Stop,
        OperationKind::Start,
    ] {
        let plan = world.plan_when_possible(kind, "hub/api").await;
        world.operator.submit(plan, Principal::Cli).unwrap();
        world.operator.idle().await;
    }
    while let Ok(request) = asked.try_recv() {
        let route = route_of(&request, true);
        let route = route.unwrap_or_else(|| panic!("{request} is refused while operating"));
        if route_of(&request, false).is_none() {
            acted.insert(route);
        }
    }
    let verbs = ["pause", "restart", "start", "stop", "unpause"];
    let expected: BTreeSet<String> = verbs
        .iter()
        .map(|verb| format!("/containers/{{id}}/{verb}"))
        .collect();
    assert_eq!(
        acted
            .iter()
            .map(|path| (*path).to_owned())
            .collect::<BTreeSet<_>>(),
        expected
    );
}
