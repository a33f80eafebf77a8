//! What goes in which order, in Docker's own events: replicas under their names, stacks that need
//! each other, containers in the network of another one; and what a stop removes.

use hubdeck::model::Timestamp;
use serde_json::json;

use super::{Event, PATIENCE, WORKS, called, document, events, first, waves};
use crate::project::Project;
use crate::support::docker::{Container, docker, live, unique};
use crate::support::hubdeck::{Home, eventually};
use crate::support::pty::key;

/// A service that runs `script` and is healthy as soon as the command `check` succeeds.
fn service(script: &str, check: &str) -> serde_json::Value {
    json!({
        "image": "busybox:1.36",
        "command": ["sh", "-c", script.replace('$', "$$")],
        "pull_policy": "never",
        "healthcheck": {"test": check, "interval": "1s", "retries": 30},
    })
}

/// A store, and in another stack three replicas that are given its address, of which one is renamed
/// and one removed.
struct Stacks {
    /// Removed before the network that it uses goes with the other one.
    shop: Project,
    data: Project,
    /// The replicas that are left, in their order.
    replicas: [String; 2],
}

impl Stacks {
    fn up() -> Self {
        let shared = unique("hubdeck-test-order-shared");
        let network = |external: bool| {
            let network = if external {
                json!({"name": shared, "external": true})
            } else {
                json!({"name": shared})
            };
            json!({ "shared": network })
        };
        let on_network = |mut service: serde_json::Value| {
            service["networks"] = json!(["shared"]);
            service
        };
        let db = on_network(service(WORKS, "test -e /up"));
        let data = json!({"services": {"db": db}, "networks": network(false)});
        let mut web = on_network(service(WORKS, "test -e /up"));
        web["environment"] = json!({"STORE_URL": "tcp://db:5432"});
        let shop = json!({"services": {"web": web}, "networks": network(true)});
        let data = Project::up("hubdeck-test-order-data", &data.to_string());
        let shop = Project::up("hubdeck-test-order-shop", &shop.to_string());
        shop.compose(&["scale", "web=3"]);
        let renamed = format!("{}-blue", shop.name);
        docker(&["rename", &format!("{}-web-2", shop.name), &renamed]);
        docker(&["rm", "-f", &format!("{}-web-1", shop.name)]);
        Self {
            replicas: [renamed, format!("{}-web-3", shop.name)],
            data,
            shop,
        }
    }

    /// All containers that are left, in the order in which they have to restart.
    fn all(&self) -> [String; 3] {
        let [blue, last] = self.replicas.clone();
        [format!("{}-db-1", self.data.name), blue, last]
    }

    fn events(&self, since: Timestamp) -> Vec<Event> {
        let mut all = events(&self.data.name, since);
        all.extend(events(&self.shop.name, since));
        all.sort();
        all
    }
}

/// Each of `containers` was left alone until the one before was healthy again, and started once.
fn one_after_the_other(events: &[Event], containers: &[String]) {
    for pair in containers.windows(2) {
        let [before, after] = pair else { continue };
        let healthy = first(events, "health_status: healthy", before);
        let begun = first(events, "kill", after);
        assert!(
            healthy.is_some() && healthy < begun,
            "{after} is restarted when {before} is healthy: {events:#?}"
        );
    }
    for container in containers {
        let starts = events
            .iter()
            .filter(|event| event.1 == "start" && event.2 == *container);
        assert_eq!(starts.count(), 1, "{container}: {events:#?}");
    }
}

#[test]
fn replicas_roll_under_their_names_after_what_they_need_in_another_stack() {
    if !live() {
        return;
    }
    let stacks = Stacks::up();
    let home = Home::with_live_engine();
    let all = stacks.all();
    let projects = [
        "--project",
        &stacks.data.name,
        "--project",
        &stacks.shop.name,
    ];
    let (since, db) = (Timestamp::now(), stacks.data.id("db"));
    let arguments = [
        "restart",
        &db,
        "--with-dependents",
        "--wait",
        "--yes",
        "--json",
    ];
    let output = home.run(&[&arguments[..], &projects].concat());
    assert_eq!(output.code, Some(0), "{output:?}");
    let planned: Vec<String> = waves(&document(&output)).into_values().flatten().collect();
    assert_eq!(planned, all);
    assert_eq!(
        waves(&document(&output)).len(),
        3,
        "each is a wave: {output:?}"
    );
    one_after_the_other(&stacks.events(since), &all);
    assert_eq!(called(&home), all);

    let since = Timestamp::now();
    marked_restart(&home, &projects);
    one_after_the_other(&stacks.events(since), &all);
    assert_eq!(called(&home)[3..], all);
}

/// Marks both services in the console, restarts them and waits until that has ended.
fn marked_restart(home: &Home, projects: &[&str]) {
    let mut terminal = home.open(projects, 130, 40);
    terminal.wait_for("web");
    terminal.send("2");
    terminal.wait_for("[2 Services]");
    // From the first row on, whichever is selected.
    for keys in [key::UP, key::UP, " ", key::DOWN, " ", "r"] {
        terminal.send(keys);
        terminal.run_for(std::time::Duration::from_millis(100));
    }
    terminal.wait_for("Restart 2 services?");
    terminal.answer("y");
    // Several services are asked about twice.
    terminal.wait_for("confirm it with another key");
    terminal.answer("a");
    terminal.wait_for("2 services restarted in");
}

/// Healthy as long as it has the network of its owner.
const HAS_NETWORK: &str = "test -e /sys/class/net/eth0";
/// Ends at once when it is asked to.
const IDLE: &str = "trap 'exit 0' TERM; while :; do sleep 0.1; done";

#[test]
fn who_uses_a_network_restarts_after_its_owner_and_has_one_again() {
    if !live() {
        return;
    }
    let mut torrent = service(IDLE, HAS_NETWORK);
    torrent["network_mode"] = json!("service:vpn");
    let services = json!({"services": {"vpn": service(WORKS, "test -e /up"), "torrent": torrent}});
    let project = Project::up("hubdeck-test-network", &services.to_string());
    let (vpn, torrent) = (
        format!("{}-vpn-1", project.name),
        format!("{}-torrent-1", project.name),
    );
    let network = format!("container:{vpn}");
    let check = ["--health-cmd", HAS_NETWORK, "--health-interval", "1s"];
    let label = format!("com.docker.compose.project={}", project.name);
    let joined = [
        "--network",
        network.as_str(),
        "--label",
        label.as_str(),
        "--label",
        "com.docker.compose.service=seed",
        "busybox:1.36",
        "sh",
        "-c",
        IDLE,
    ];
    let seed = unique("hubdeck-test-seed");
    let _seed = Container::run(&seed, &[&check[..], &joined].concat());
    let (home, since) = (Home::with_live_engine(), Timestamp::now());
    let owner = project.id("vpn");
    let output = home.run(&["restart", &owner, "--wait", "--yes", "--json"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    let told = document(&output)["warnings"].clone();
    assert_eq!(
        told[0],
        "seed uses the network of vpn and is restarted after it"
    );
    let events = events(&project.name, since);
    let up = first(&events, "health_status: healthy", &vpn);
    for user in [&torrent, &seed] {
        assert!(
            up.is_some() && up < first(&events, "kill", user),
            "{events:#?}"
        );
        // Without the owner's new network the healthcheck, and so the step, would have failed.
        assert!(
            first(&events, "health_status: healthy", user).is_some(),
            "{events:#?}"
        );
    }
    assert_eq!(called(&home).len(), 3);
}

#[test]
fn a_stop_of_what_was_made_with_rm_is_said_and_asked_as_a_removal() {
    if !live() {
        return;
    }
    let name = unique("hubdeck-test-rm");
    let made = ["--rm", "busybox:1.36", "sh", "-c", IDLE];
    let container = Container::run(&name, &made);
    let home = Home::with_live_engine();
    let plan = document(&home.run(&["stop", &name, "--dry-run", "--json"]));
    assert_eq!(plan["removes"], json!([name]));
    let told =
        format!("{name} was made with --rm: stopping it destroys the container and what is in it");
    assert_eq!(plan["warnings"], json!([told]));
    let mut terminal = home.open(&["stop", &name], 160, 20);
    terminal.wait_for(&format!("Stop {name} and remove 1 container? [y/N]"));
    terminal.answer("n\r");
    assert_eq!(terminal.wait_exit().exit_code(), 2);
    let state = || {
        docker(&[
            "inspect",
            "-f",
            "{{.Id}} {{.State.Status}}",
            container.name(),
        ])
    };
    let before = state();
    assert!(before.ends_with(" running"), "{before}");
    // The engine keeps it over a restart, and the plan counts no removal.
    let restarted = home.run(&["restart", &name, "--yes", "--json"]);
    assert_eq!(restarted.code, Some(0), "{restarted:?}");
    assert_eq!(document(&restarted)["removes"], json!([]));
    assert_eq!(state(), before);
    let stopped = home.run(&["stop", &name, "--yes"]);
    assert_eq!(stopped.code, Some(0), "{stopped:?}");
    // The engine removes it by itself, a moment after its end.
    let filter = format!("name={name}");
    eventually("the container is gone", PATIENCE, || {
        let left = docker(&["ps", "-aq", "--filter", &filter]);
        left.is_empty().then_some(())
    });
    assert_eq!(called(&home), [name.clone(), name]);
}
