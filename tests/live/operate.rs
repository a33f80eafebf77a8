//! Operations and probes on a real engine.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hubdeck::collect::probes::run;
use hubdeck::model::{
    Observation, OperationKind, ProbeKind, ProbeOrigin, ProbeOutcome, ProbeResult, StepState,
};
use hubdeck::probing::ProbeOptions;
use tokio::sync::{Notify, mpsc, watch};

use crate::support::docker::{Container, docker, live, unique};
use crate::support::operations::World;

const SOCKET: &str = "unix:///var/run/docker.sock";

/// A container of `service` in the stack `stack`, as Compose labels it.
fn container(stack: &str, service: &str, depends_on: &str, arguments: &[&str]) -> Container {
    let labels = [
        format!("com.docker.compose.project={stack}"),
        format!("com.docker.compose.service={service}"),
        "com.docker.compose.container-number=1".to_owned(),
        "com.docker.compose.oneoff=False".to_owned(),
        format!("com.docker.compose.depends_on={depends_on}"),
    ];
    let labels: Vec<&str> = labels
        .iter()
        .flat_map(|label| ["--label", label.as_str()])
        .collect();
    Container::run(
        &format!("{stack}-{service}-1"),
        &[&labels, arguments].concat(),
    )
}

fn engine_host() -> String {
    std::env::var("DOCKER_HOST").unwrap_or_else(|_| SOCKET.to_owned())
}

/// Redis with a healthcheck, and nginx that needs it.
fn pair(stack: &str) -> [Container; 2] {
    let check = ["--health-cmd", "redis-cli ping", "--health-interval", "1s"];
    [
        container(
            stack,
            "cache",
            "",
            &[&check[..], &["redis:7-alpine"]].concat(),
        ),
        container(
            stack,
            "web",
            "cache:service_healthy:true",
            &["-p", "127.0.0.1::80", "nginx:1.25-alpine"],
        ),
    ]
}

#[tokio::test]
async fn a_restart_goes_through_the_dependents_and_waits() {
    if !live() {
        return;
    }
    let stack = unique("probe-operate");
    let _containers = pair(&stack);
    let world = World::of(&engine_host(), &stack, 2).await;
    let cache = format!("{stack}/cache");
    let plan = world.plan(OperationKind::Restart, &[&cache], true);
    assert_eq!(
        plan.warnings,
        ["web has no healthcheck; \"running\" is taken as ready"]
    );
    let status = world.end(world.submit(&plan).unwrap()).await;
    assert_eq!(status.error, None);
    assert!(
        status
            .steps
            .iter()
            .all(|step| *step == StepState::Succeeded),
        "{:?}",
        status.steps
    );
    let [first, second] =
        ["cache", "web"].map(|service| world.started_at(&format!("{stack}-{service}-1")));
    assert!(
        second.duration_since(first).as_secs_f64() >= 1.0,
        "web waits for the cache's first healthcheck"
    );
    assert_eq!(world.records().len(), 2);
    for (kind, state) in [
        (OperationKind::Pause, "paused"),
        (OperationKind::Unpause, "running"),
        (OperationKind::Stop, "exited"),
        (OperationKind::Start, "running"),
    ] {
        let web = format!("{stack}/web");
        let plan = world.plan_when_possible(kind, &web).await;
        assert_eq!(
            world.end(world.submit(&plan).unwrap()).await.error,
            None,
            "{kind:?}"
        );
        let name = format!("{stack}-web-1");
        assert_eq!(
            docker(&["inspect", "-f", "{{.State.Status}}", &name]),
            state,
            "{kind:?}"
        );
    }
}

/// Servers beside the pair, each probed for another reason.
fn other_servers(stack: &str) -> [Container; 4] {
    [
        container(
            stack,
            "db",
            "",
            &["-e", "POSTGRES_PASSWORD=x", "postgres:16-alpine"],
        ),
        container(stack, "bus", "", &["nats:2.10-alpine"]),
        container(
            stack,
            "page",
            "",
            &["--label", "hubdeck.probe=http://:80/", "nginx:1.25-alpine"],
        ),
        container(
            stack,
            "odd",
            "",
            &["-p", "127.0.0.1::8080", "busybox:1.36", "sleep", "600"],
        ),
    ]
}

/// The last result of each service once all of them work but `odd`; the store learns them, too.
async fn probe_results(world: &World) -> BTreeMap<String, ProbeResult> {
    let (out, mut observations) = mpsc::channel(64);
    let (_options, options) = watch::channel(ProbeOptions::default());
    let link = world.engine.subscribe();
    tokio::spawn(run(
        link,
        world.snapshots.clone(),
        options,
        Arc::new(Notify::new()),
        watch::Sender::new(false),
        out,
    ));
    let mut results: BTreeMap<String, ProbeResult> = BTreeMap::new();
    // Servers need a moment to listen: failing ones are probed again every few seconds.
    let collected = tokio::time::timeout(Duration::from_secs(60), async {
        while results.len() < 6
            || results
                .iter()
                .any(|(name, it)| name != "odd" && !it.outcome.works())
        {
            let Some(Observation::Probed {
                service,
                instance,
                result,
            }) = observations.recv().await
            else {
                continue;
            };
            let name = service.as_str().rsplit('/').next().unwrap_or_default();
            results.insert(name.to_owned(), result.clone());
            world
                .out
                .send(Observation::Probed {
                    service,
                    instance,
                    result,
                })
                .await
                .unwrap();
        }
    });
    collected.await.unwrap_or_else(|_| panic!("{results:#?}"));
    results
}

/// Service, and kind, origin and outcome of its probe.
const EXPECTED: &[(&str, ProbeKind, ProbeOrigin, ProbeOutcome)] = &[
    (
        "cache",
        ProbeKind::Redis,
        ProbeOrigin::Healthcheck,
        ProbeOutcome::Success,
    ),
    (
        "web",
        ProbeKind::Http,
        ProbeOrigin::Catalog,
        ProbeOutcome::Success,
    ),
    (
        "db",
        ProbeKind::Postgres,
        ProbeOrigin::Catalog,
        ProbeOutcome::Success,
    ),
    (
        "bus",
        ProbeKind::Nats,
        ProbeOrigin::Catalog,
        ProbeOutcome::Success,
    ),
    (
        "page",
        ProbeKind::Http,
        ProbeOrigin::Label,
        ProbeOutcome::Success,
    ),
    // Docker's port proxy accepts for a container in which nothing listens.
    (
        "odd",
        ProbeKind::Http,
        ProbeOrigin::Port,
        ProbeOutcome::Failure,
    ),
];

#[tokio::test]
async fn real_servers_are_probed_in_their_own_way() {
    if !live() {
        return;
    }
    let stack = unique("probe-kinds");
    let _pair = pair(&stack);
    let _others = other_servers(&stack);
    let world = World::of(&engine_host(), &stack, 6).await;
    let results = probe_results(&world).await;
    for (name, kind, origin, outcome) in EXPECTED {
        let result = &results[*name];
        assert_eq!(
            (result.kind, result.outcome),
            (*kind, *outcome),
            "{name}: {result:?}"
        );
        assert_eq!(result.origin, *origin, "{name}: {result:?}");
    }
}
