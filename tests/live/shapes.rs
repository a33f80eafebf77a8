//! Shapes of containers on a real engine: networks of other containers, needs without a container,
//! Swarm services, memory inside a container.

use std::process::Command;
use std::time::Duration;

use hubdeck::model::OperationKind;

use crate::project::Project;
use crate::support::docker::{Container, docker, live, unique};
use crate::support::hubdeck::{Home, eventually};
use crate::support::operations::World;

const SLEEP: [&str; 3] = ["busybox:1.36", "sleep", "3600"];

/// `hubdeck ARGS --json` on the real engine.
fn json(arguments: &[&str]) -> serde_json::Value {
    let output = Home::with_live_engine().run(&[arguments, &["--json"]].concat());
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// The service `id` in `hubdeck status --json`.
fn status(id: &str) -> serde_json::Value {
    let document = json(&["status"]);
    let services = document["services"].as_array().expect("services");
    services
        .iter()
        .find(|service| service["id"] == id)
        .cloned()
        .unwrap_or_else(|| panic!("no {id}"))
}

fn health(id: &str) -> String {
    let service = status(id);
    let text = |key: &str| {
        service["health"][key]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    format!("{}: {}", text("state"), text("reason"))
}

const NETWORK: &str = "
services:
  vpn: {image: 'busybox:1.36', command: sleep 3600, pull_policy: never, stop_grace_period: 1s}
  torrent: {image: 'busybox:1.36', command: sleep 3600, pull_policy: never, stop_grace_period: 1s, network_mode: 'service:vpn'}
";

#[test]
fn a_user_of_a_network_is_stranded_by_its_owner() {
    if !live() {
        return;
    }
    let (owner, user) = (unique("shapes-vpn"), unique("shapes-torrent"));
    let vpn = Container::run(&owner, &[&["--stop-timeout", "1"], &SLEEP[..]].concat());
    let network = format!("container:{owner}");
    let torrent = Container::run(
        &user,
        &[&["--stop-timeout", "1", "--network", &network], &SLEEP[..]].concat(),
    );
    assert!(!health(&user).starts_with("unhealthy"), "{}", health(&user));
    docker(&["restart", vpn.name()]);
    assert_eq!(
        health(&user),
        format!("unhealthy: its network ended when {owner} restarted")
    );
    let sentence = json(&["explain", torrent.name()])["sentence"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert!(
        sentence.starts_with(&format!(
            "{user} lost its network when {owner} restarted at "
        )),
        "{sentence}"
    );
    docker(&["restart", torrent.name()]);
    assert!(!health(&user).starts_with("unhealthy"), "{}", health(&user));
    docker(&["stop", vpn.name()]);
    assert!(
        health(&user).starts_with(&format!(
            "unhealthy: {owner}, whose network it uses, is stopped"
        )),
        "{}",
        health(&user)
    );
    let gone = docker(&["inspect", "-f", "{{.Id}}", vpn.name()]);
    docker(&["rm", "-f", vpn.name()]);
    let _again = Container::run(&owner, &SLEEP);
    let needs = format!(
        "uses the network of a container that is gone: {}",
        &gone[..12]
    );
    assert_eq!(
        health(&user),
        format!("unhealthy: {needs}"),
        "it was gone before hubdeck started"
    );
}

#[test]
fn compose_made_an_owner_again() {
    if !live() {
        return;
    }
    let project = Project::up("shapes-net", NETWORK);
    let gone = docker(&[
        "inspect",
        "-f",
        "{{.Id}}",
        &format!("{}-vpn-1", project.name),
    ]);
    project.compose(&["up", "-d", "--force-recreate", "--no-deps", "vpn"]);
    let torrent = status(&project.id("torrent"));
    let needs = format!(
        "uses the network of a container that is gone: vpn ({})",
        &gone[..12]
    );
    assert_eq!(torrent["health"]["reason"], *needs);
    assert_eq!(torrent["missing"][0]["container"], *gone);
    assert_eq!(
        torrent["depends_on"],
        serde_json::json!([project.id("vpn")])
    );
}

#[test]
fn a_dependency_without_a_container_is_named() {
    if !live() {
        return;
    }
    let services = "
services:
  zip: {image: 'busybox:1.36', command: sleep 3600, pull_policy: never, stop_grace_period: 1s, healthcheck: {test: 'true', interval: 1s}}
  init: {image: 'busybox:1.36', command: 'true', pull_policy: never}
  web:
    image: busybox:1.36
    command: sleep 3600
    pull_policy: never
    stop_grace_period: 1s
    depends_on: {zip: {condition: service_healthy}, init: {condition: service_completed_successfully}}
";
    let project = Project::up("shapes-zip", services);
    assert_eq!(status(&project.id("web"))["missing"], serde_json::json!([]));
    project.compose(&["rm", "-sf", "zip", "init"]);
    let web = status(&project.id("web"));
    assert_eq!(
        web["health"]["reason"],
        "depends on zip, which has no container"
    );
    assert_eq!(web["health"]["state"], "degraded");
    assert_eq!(
        web["missing"].as_array().map(Vec::len),
        Some(1),
        "the one-shot did its work: {}",
        web["missing"]
    );
    let evidence = json(&["explain", &project.id("web")])["evidence"].to_string();
    assert!(
        evidence.contains("depends on zip, which has no container (depends_on service_healthy)"),
        "{evidence}"
    );
}

#[test]
fn memory_inside_a_container_that_ended_well() {
    if !live() {
        return;
    }
    let name = unique("shapes-oom");
    let script = "python3 -c 'bytearray(300<<20)'; exit 0";
    let _job = Container::run(
        &name,
        &["-m", "32m", "python:3.12-alpine", "sh", "-c", script],
    );
    docker(&["wait", &name]);
    let told = "completed: finished with exit code 0; a process inside was OOM-killed";
    assert_eq!(health(&name), told);
}

/// A Swarm of this engine alone. Dropping it leaves the Swarm, which removes its services.
struct Swarm;

impl Swarm {
    /// `None` where the engine is in a Swarm already, which is not ours to change.
    fn begin() -> Option<Self> {
        let state = docker(&["info", "-f", "{{.Swarm.LocalNodeState}}"]);
        (state == "inactive").then(|| {
            docker(&["swarm", "init", "--advertise-addr", "127.0.0.1"]);
            Self
        })
    }
}

impl Drop for Swarm {
    fn drop(&mut self) {
        // Failing here would hide what the test itself reports.
        let _ = Command::new("docker")
            .args(["swarm", "leave", "--force"])
            .output();
    }
}

/// Waits until so many tasks of the service `web` run.
fn wait_for_tasks(stack: &str, count: usize) {
    let filter = format!("name={stack}_web");
    eventually("the tasks run", Duration::from_secs(60), || {
        let running = docker(&["ps", "-q", "--filter", &filter]);
        (running.lines().count() == count).then_some(())
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_of_a_stack_are_one_service_and_restarted_through_it() {
    if !live() {
        return;
    }
    let Some(_swarm) = Swarm::begin() else { return };
    let (stack, folder) = (
        unique("shapes-stack"),
        tempfile::tempdir().expect("a folder"),
    );
    let file = folder.path().join("stack.yaml");
    let services = "version: '3.8'\nservices:\n  web: {image: 'busybox:1.36', command: sleep 3600, \
                    stop_grace_period: 1s, deploy: {replicas: 2}}\n";
    std::fs::write(&file, services).expect("a file");
    docker(&[
        "stack",
        "deploy",
        "--resolve-image",
        "never",
        "-c",
        &file.display().to_string(),
        &stack,
    ]);
    let id = format!("{stack}/web");
    wait_for_tasks(&stack, 2);
    let web = status(&id);
    assert_eq!(
        web["replicas"],
        serde_json::json!({ "running": 2, "total": 2 }),
        "{web}"
    );
    assert_eq!(web["swarm"]["name"], format!("{stack}_web"));
    let host =
        std::env::var("DOCKER_HOST").unwrap_or_else(|_| "unix:///var/run/docker.sock".to_owned());
    let world = World::of(&host, &stack, 1).await;
    let plan = world.plan(OperationKind::Restart, &[&id], false);
    let ended = world.end(world.submit(&plan).unwrap()).await;
    assert_eq!(ended.error, None);
    wait_for_tasks(&stack, 2);
    let web = status(&id);
    assert_eq!(
        web["replicas"],
        serde_json::json!({ "running": 2, "total": 2 }),
        "old tasks are history: {web}"
    );
    assert_ne!(web["health"]["state"], "unhealthy");
    let stop = Home::with_live_engine().run(&["stop", &id, "--yes"]);
    let command = format!("`docker service scale {stack}_web=0` stops all of them");
    assert_eq!(stop.code, Some(2), "{stop:?}");
    assert!(stop.stderr.contains(&command), "{stop:?}");
    docker(&["service", "scale", "--detach", &format!("{stack}_web=1")]);
    wait_for_tasks(&stack, 1);
    assert_eq!(
        status(&id)["replicas"],
        serde_json::json!({ "running": 1, "total": 1 })
    );
}
