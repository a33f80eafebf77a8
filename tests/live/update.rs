//! Updates through a registry of their own on this machine: what becomes of good and of bad images.
#![allow(clippy::print_stdout, reason = "a skipped test says so")]

mod shop;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use hubdeck::collect::newer_images::{self, ImageCheckOptions};
use hubdeck::model::{
    ImageState, Operation, OperationKind, OperationStatus, Plan, Snapshot, StepState,
};
use hubdeck::operate::bad_images;
use hubdeck::plan::plan;
use tokio::sync::watch;

use crate::support::docker::{Container, docker, live, unique};
use crate::support::operations::World;
use shop::{REGISTRY, SERVER, Shop, Visitor, answer};

const SOCKET: &str = "unix:///var/run/docker.sock";
const UPDATE: OperationKind = OperationKind::Update {
    with_volumes: false,
};
fn planned(world: &World, shop: &Shop, kind: OperationKind, image: Option<&str>) -> Plan {
    let operation = Operation {
        kind,
        targets: vec![shop.service()],
        with_dependents: false,
        image: image.map(str::to_owned),
    };
    plan(&operation, &world.snapshots.borrow()).unwrap()
}

/// Runs the operation; how it ended and for how long the server was away.
async fn run(
    world: &World,
    shop: &Shop,
    kind: OperationKind,
    image: Option<&str>,
) -> (OperationStatus, Duration) {
    world.seen(&shop.container()).await;
    let plan = planned(world, shop, kind, image);
    let visitor = Visitor::of(shop.port);
    let status = world.end(world.submit(&plan).unwrap()).await;
    (status, visitor.outage())
}

fn has_registry() -> bool {
    let found = Command::new("docker")
        .args(["image", "inspect", REGISTRY])
        .output();
    let found = found.is_ok_and(|output| output.status.success());
    if !found {
        println!("not run: the image {REGISTRY} is missing");
    }
    found
}

fn engine_host() -> String {
    std::env::var("DOCKER_HOST").unwrap_or_else(|_| SOCKET.to_owned())
}

fn error(status: &OperationStatus) -> &str {
    status.error.as_deref().unwrap_or_default()
}

#[tokio::test]
async fn a_good_image_is_taken_and_a_bad_one_rolled_back() {
    if !live() || !has_registry() {
        return;
    }
    let shop = Shop::open();
    let world = World::of(&engine_host(), &shop.stack, 1).await;
    let (_, restart) = run(&world, &shop, OperationKind::Restart, None).await;

    shop.build("two", &SERVER.replace("VERSION", "two"));
    asks_registries(&world);
    newer_image_is_seen(&shop, &world, false).await;
    shop.publish("two");
    docker(&["rmi", &shop.image("two")]);
    newer_image_is_seen(&shop, &world, true).await;
    let (status, outage) = run(&world, &shop, UPDATE, None).await;
    assert_eq!(status.error, None);
    assert_eq!(status.steps, [StepState::Succeeded]);
    assert!(
        status
            .activities
            .pull(0)
            .is_some_and(|pull| pull.layers > 0),
        "{:?}",
        status.activities
    );
    assert_eq!(answer(shop.port).as_deref(), Some("two"));
    shop.assert_no_drift();
    assert_eq!(shop.names(), [shop.container()], "nothing is left");
    let environment = docker(&["inspect", "-f", "{{.Config.Env}}", &shop.container()]);
    assert!(
        environment.contains("OWN=kept") && environment.contains("RELEASE=two"),
        "{environment}"
    );
    println!("restart: away {restart:?}; update: away {outage:?}");
    newer_image_is_seen(&shop, &world, false).await;
    assert!(
        outage <= restart + Duration::from_millis(700),
        "{outage:?}, a restart {restart:?}"
    );

    let (status, outage) = run(&world, &shop, UPDATE, None).await;
    assert_eq!(
        (status.error, status.steps),
        (None, vec![StepState::Unchanged])
    );
    assert!(outage < Duration::from_millis(500), "{outage:?}");
    bad_images_leave_the_old_one(&shop, &world).await;
    the_file_decides(&shop, &world).await;
    direct_updates(&shop, &world).await;
    a_changed_file_is_applied(&shop, &world).await;
}

/// Asks the registry every second which image is the newest.
fn asks_registries(world: &World) {
    let options = watch::channel(ImageCheckOptions {
        enabled: true,
        every: Duration::from_secs(1),
        ..ImageCheckOptions::default()
    });
    let (link, snapshots, out) = (
        world.engine.subscribe(),
        world.snapshots.clone(),
        world.out.clone(),
    );
    tokio::spawn(async move {
        // The sender lives as long as the checks do.
        let (_sender, options) = options;
        newer_images::run(link, snapshots, options, out).await;
    });
}

/// Waits until the image that runs was checked and is, or is not, the newest.
async fn newer_image_is_seen(shop: &Shop, world: &World, expected: bool) {
    let service = shop.service();
    let mut snapshots = world.snapshots.clone();
    let is_so = |snapshot: &Arc<Snapshot>| {
        let checks = snapshot.service(&service);
        let check = checks.and_then(|found| snapshot.image_checks.of(found));
        check.is_some_and(|check| match check.state {
            ImageState::Newer { .. } => expected,
            ImageState::Current => !expected,
            // It was pushed, never pulled, or the registry did not answer.
            _ => false,
        })
    };
    let seen = tokio::time::timeout(Duration::from_secs(20), snapshots.wait_for(is_so)).await;
    let checks = Arc::clone(&world.snapshots.borrow().image_checks);
    assert!(seen.is_ok(), "newer: {expected}, {checks:?}");
}

/// Images that do not work are found before anything is stopped.
async fn bad_images_leave_the_old_one(shop: &Shop, world: &World) {
    shop.build(
        "crash",
        "FROM busybox:1.36\nCMD [\"sh\", \"-c\", \"exit 3\"]\n",
    );
    let sick = SERVER
        .replace("VERSION", "sick")
        .replace("wget -q -O- 127.0.0.1 || exit 1", "false");
    shop.build("sick", &sick);
    foreign(shop);
    let old = shop.image_of_container();
    for (tag, expected) in [
        (
            "crash",
            "web-1_hubdeck_trial is not healthy: it ended with exit code 3; the running container was not touched",
        ),
        (
            "sick",
            "web-1_hubdeck_trial is not healthy: its healthcheck fails",
        ),
        (
            "foreign",
            "is for linux/arm64, and this engine runs linux/amd64; nothing was stopped",
        ),
    ] {
        shop.publish(tag);
        let (status, outage) = run(world, shop, UPDATE, None).await;
        assert!(
            error(&status).contains(expected),
            "{tag}: {}",
            error(&status)
        );
        println!("{tag}: away {outage:?}");
        assert!(outage < Duration::from_millis(500), "{tag}: {outage:?}");
        assert_eq!(shop.image_of_container(), old);
        assert_eq!(shop.names(), [shop.container()]);
        shop.assert_no_drift();
    }
    let bad = bad_images(world.audit()).unwrap();
    assert_eq!(bad.len(), 2, "{bad:?}");
    shop.publish("crash");
    let (status, _) = run(world, shop, UPDATE, None).await;
    assert!(
        error(&status).contains("names now failed at"),
        "{}",
        error(&status)
    );
    let (status, _) = run(world, shop, UPDATE, Some(&shop.image("1"))).await;
    assert!(
        error(&status).contains("it ended with exit code 3"),
        "it is tried again: {}",
        error(&status)
    );
    shop.assert_no_drift();
    docker(&["tag", &old, &shop.image("1")]);
    shop.publish("1");
}

/// An image of another architecture.
fn foreign(shop: &Shop) {
    let empty = shop.dir.path().join("empty.tar");
    std::fs::write(&empty, [0; 10_240]).unwrap();
    let empty = empty.to_string_lossy();
    docker(&[
        "import",
        "--platform",
        "linux/arm64",
        &empty,
        &shop.image("foreign"),
    ]);
}

/// What the Compose file says is not overruled, and what does not exist stops nothing.
async fn the_file_decides(shop: &Shop, world: &World) {
    let (status, _) = run(world, shop, UPDATE, Some(&shop.image("none"))).await;
    let line = format!("line 4 of {} decides its image", shop.file().display());
    assert!(error(&status).contains(&line), "{}", error(&status));
    let digest = docker(&[
        "image",
        "inspect",
        "-f",
        "{{index .RepoDigests 0}}",
        &shop.image("1"),
    ]);
    let (status, _) = run(world, shop, UPDATE, Some(&digest)).await;
    assert_eq!(
        status.error, None,
        "a digest of the same repository is taken"
    );
    shop.assert_no_drift();
    let none = format!("{}@sha256:{}", shop.repository, "0".repeat(64));
    let (status, outage) = run(world, shop, UPDATE, Some(&none)).await;
    assert!(
        error(&status).contains("cannot be pulled"),
        "{}",
        error(&status)
    );
    assert!(outage < Duration::from_millis(500), "{outage:?}");
    shop.assert_no_drift();
}

/// With data volumes there is no trial: the old container comes back.
async fn direct_updates(shop: &Shop, world: &World) {
    shop.write_file("1", "    volumes: [\"/data\"]\n");
    shop.compose(&["up", "-d", "--pull", "never"]);
    docker(&[
        "exec",
        &shop.container(),
        "sh",
        "-c",
        "echo data > /data/file",
    ]);
    world.seen_with_volume(&shop.container()).await;
    let with_volumes = OperationKind::Update { with_volumes: true };
    shop.publish("crash");
    let (status, outage) = run(world, shop, with_volumes, Some(&shop.image("1"))).await;
    println!("crash with a volume: away {outage:?}");
    let told =
        "web-1 is not healthy: it ended with exit code 3; the container before is back and up";
    assert!(error(&status).contains(told), "{}", error(&status));
    assert_eq!(shop.names(), [shop.container()]);
    assert_eq!(answer(shop.port).as_deref(), Some("two"));
    shop.assert_no_drift();
    shop.build("three", &SERVER.replace("VERSION", "three"));
    shop.publish("three");
    let (status, _) = run(world, shop, with_volumes, None).await;
    assert_eq!(status.error, None);
    assert_eq!(answer(shop.port).as_deref(), Some("three"));
    let file = docker(&["exec", &shop.container(), "cat", "/data/file"]);
    assert_eq!(file, "data", "the volume without a name is attached again");
    shop.assert_no_drift();
    let (status, _) = run(world, shop, OperationKind::Recreate, None).await;
    assert_eq!(status.error, None);
    assert_eq!(
        docker(&["exec", &shop.container(), "cat", "/data/file"]),
        "data"
    );
    shop.assert_no_drift();
    assert!(Path::new(world.audit()).exists());
}

/// Another tag in the file is what an update applies; anything else is for Compose to apply.
async fn a_changed_file_is_applied(shop: &Shop, world: &World) {
    let volumes = "    volumes: [\"/data\"]\n";
    let update = OperationKind::Update { with_volumes: true };
    for (tag, file) in [
        ("four", SERVER.replace("VERSION", "four")),
        (
            "broken",
            "FROM busybox:1.36\nCMD [\"sh\", \"-c\", \"exit 4\"]\n".to_owned(),
        ),
    ] {
        shop.build(tag, &file);
        docker(&["push", "-q", &shop.image(tag)]);
        docker(&["rmi", &shop.image(tag)]);
    }
    shop.write_file("four", volumes);
    let (status, _) = run(world, shop, update, None).await;
    assert_eq!(status.error, None);
    assert_eq!(answer(shop.port).as_deref(), Some("four"));
    shop.assert_no_drift();
    shop.write_file("broken", volumes);
    let (status, _) = run(world, shop, update, None).await;
    let told = "the container before is back and up";
    assert!(error(&status).contains(told), "{}", error(&status));
    assert_eq!(answer(shop.port).as_deref(), Some("four"));
    shop.write_file("four", volumes);
    shop.assert_no_drift();
    shop.write_file(
        "four",
        &format!("{volumes}    labels:\n      note: changed\n"),
    );
    for kind in [OperationKind::Recreate, update] {
        let (status, outage) = run(world, shop, kind, None).await;
        let told = format!("`hubdeck compose up {}`", shop.service());
        assert!(error(&status).contains(&told), "{}", error(&status));
        assert!(outage < Duration::from_millis(500), "{outage:?}");
    }
    assert_eq!(
        docker(&["exec", &shop.container(), "cat", "/data/file"]),
        "data"
    );
    assert_eq!(shop.names(), [shop.container()]);
}

/// A container of `service` in `stack` that no Compose file defines.
fn own(stack: &str, service: &str, port: &str, arguments: &[&str]) -> Container {
    let labels = [
        format!("com.docker.compose.project={stack}"),
        format!("com.docker.compose.service={service}"),
        "com.docker.compose.oneoff=False".to_owned(),
    ];
    let labels = labels.iter().flat_map(|label| ["--label", label.as_str()]);
    let server = ["busybox:1.36", "httpd", "-f", "-p", port, "-h", "/etc"];
    let all: Vec<&str> = ["--init"]
        .into_iter()
        .chain(labels)
        .chain(arguments.iter().copied())
        .chain(server)
        .collect();
    Container::run(&format!("{stack}-{service}"), &all)
}

#[tokio::test]
async fn a_container_of_its_own_is_recreated_with_what_uses_its_network() {
    if !live() {
        return;
    }
    let stack = unique("hubdeck-test-recreate");
    let subnet = format!("10.{}.{}.0/24", 100 + fastrand::u8(..100), fastrand::u8(..));
    docker(&["network", "create", "--subnet", &subnet, &stack]);
    let address = subnet.replace(".0/24", ".7");
    let fixed = [
        "--network",
        &stack,
        "--ip",
        &address,
        "--network-alias",
        "www",
        "-m",
        "64m",
        "-v",
        "/data",
    ];
    let vpn = own(&stack, "vpn", "80", &fixed);
    let user = own(
        &stack,
        "user",
        "81",
        &["--network", &format!("container:{stack}-vpn")],
    );
    let world = World::of(&engine_host(), &stack, 2).await;
    let field =
        |format: &str, name: &str| docker(&["inspect", "-f", format, &format!("{stack}-{name}")]);
    let old = field("{{.Id}} {{(index .Mounts 0).Name}}", "vpn");
    let plan = world.plan(OperationKind::Recreate, &[&format!("{stack}/vpn")], false);
    let calls: Vec<String> = plan.steps.iter().map(|step| step.call()).collect();
    let names = ["vpn", "user"].map(|name| format!("recreate {stack}-{name}"));
    assert_eq!(calls, names, "{:?}", plan.steps);
    let status = world.end(world.submit(&plan).unwrap()).await;
    assert_eq!(status.error, None);
    let new = field("{{.Id}} {{(index .Mounts 0).Name}}", "vpn");
    let ((old_id, old_volume), (id, volume)) =
        (old.split_once(' ').unwrap(), new.split_once(' ').unwrap());
    assert_ne!(old_id, id);
    assert_eq!(old_volume, volume);
    assert_eq!(
        field("{{.HostConfig.NetworkMode}}", "user"),
        format!("container:{id}")
    );
    assert_eq!(
        field("{{.HostConfig.Memory}}", "vpn"),
        (64 << 20).to_string()
    );
    let network = format!(
        "{{{{with index .NetworkSettings.Networks \"{stack}\"}}}}{{{{.IPAddress}}}} {{{{.Aliases}}}}{{{{end}}}}"
    );
    assert_eq!(field(&network, "vpn"), format!("{address} [www]"));
    drop((user, vpn));
    docker(&["network", "rm", &stack]);
}
