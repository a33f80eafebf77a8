//! What ends containers or removes them.

use super::*;
use crate::model::{Mount, RestartPolicy, Stack, Totals};
use crate::plan::testing::change;

fn made(kind: OperationKind, targets: &str, snapshot: &Snapshot) -> Plan {
    plan(&operation(kind, targets, false), snapshot).expect("a plan")
}

fn volume(name: &str) -> Mount {
    Mount {
        kind: "volume".into(),
        source: name.into(),
        target: "/data".into(),
        writable: true,
    }
}

#[test]
fn a_stop_that_destroys_its_container_says_so() {
    let mut snapshot = world("db+ job+", "job>db");
    let mut change = |name: &str, patch: fn(&mut InstanceFacts)| {
        let at = snapshot
            .services
            .iter()
            .position(|service| service.name.as_str() == name)
            .expect("a service");
        let service = Arc::make_mut(&mut snapshot.services[at]);
        patch(Arc::make_mut(&mut service.instances[0].facts));
        snapshot.clone()
    };
    let whole = change("job", |_| ());
    let with_rm = change("job", |facts| facts.auto_remove = true);
    let unread = change("db", |facts| {
        facts.inspected = false;
        facts.unread.inspection = Some("not permitted".into());
    });
    let made = |kind, targets: &str, with, snapshot: &Snapshot| {
        plan(&operation(kind, targets, with), snapshot).expect("a plan")
    };
    let stop = made(Stop, "job", false, &with_rm);
    assert_eq!(stop.removes, ["job-1"]);
    assert_eq!(
        stop.warnings,
        ["job-1 was made with --rm: stopping it destroys the container and what is in it"]
    );
    assert_ne!(
        stop.hash,
        made(Stop, "job", false, &whole).hash,
        "it is another plan"
    );
    assert_eq!(
        made(Stop, "db", true, &with_rm).removes,
        ["job-1"],
        "dependents as well"
    );
    assert!(
        made(Restart, "job", false, &with_rm).removes.is_empty(),
        "the engine keeps what it restarts"
    );
    assert!(made(Pause, "job", false, &with_rm).removes.is_empty());
    assert_eq!(
        made(Stop, "db", true, &unread).warnings[1],
        "whether stopping db-1 also removes it (--rm) is not known: details could not be read: not permitted"
    );
    assert_eq!(
        made(Restart, "db job", false, &unread).warnings,
        [
            "job has no healthcheck; \"running\" is taken as ready",
            "it is not known whether db has a healthcheck; \"running\" is taken as ready"
        ]
    );
}

#[test]
fn a_kill_takes_down_what_depends_on_it_where_its_signal_ends_a_program() {
    let mut snapshot = world("db+ api+", "api>db");
    change(&mut snapshot, "db", |facts| {
        facts.restart_policy = RestartPolicy::Always;
    });
    for (signal, hard, warning) in [
        (
            "KILL",
            1,
            "the restart policy does not start db again: the engine takes a kill for a stop",
        ),
        (
            "TERM",
            1,
            "the restart policy may start db again where SIGTERM is not the stop signal",
        ),
        (
            "HUP",
            0,
            "SIGHUP need not end a program: some read their configuration again, others ignore it",
        ),
    ] {
        let plan = made(kill(signal), "db", &snapshot);
        assert_eq!(plan.impact.hard.len(), hard, "{signal}");
        assert_eq!(plan.warnings, [warning]);
    }
    let api = made(kill("KILL"), "api", &snapshot);
    assert!(api.warnings.is_empty(), "{:?}", api.warnings);
    assert_eq!(
        api.steps[0].docker_command().as_deref(),
        Some("docker kill api-1")
    );
    let reload = made(kill("hup"), "api", &snapshot);
    assert_eq!(
        reload.steps[0].docker_command().as_deref(),
        Some("docker kill --signal SIGHUP api-1")
    );
    change(&mut snapshot, "api", |facts| facts.auto_remove = true);
    let destroyed = made(kill("KILL"), "api", &snapshot);
    assert_eq!(destroyed.removes, ["api-1"]);
    assert_eq!(
        destroyed.warnings,
        ["api-1 was made with --rm: killing it destroys the container and what is in it"]
    );
}

#[test]
fn a_removal_says_what_is_lost_what_stays_and_what_comes_back() {
    let mut snapshot = world("db+- api-", "api>db");
    let anonymous = "0123456789abcdef".repeat(4);
    change(&mut snapshot, "db", |facts| {
        facts.stack = Some("hub".into());
        facts.labels = [("com.docker.compose.project", "hub")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into();
        facts.mounts = vec![volume("hub_db-data"), volume(&anonymous)];
    });
    let db = snapshot
        .services
        .iter_mut()
        .find(|it| it.name.as_str() == "db");
    Arc::make_mut(db.expect("db")).stack = Some("hub".into());
    snapshot.stacks = vec![Stack {
        name: "hub".into(),
        totals: Totals::default(),
        working_dir: Some("/srv/hub".to_owned()),
    }];
    let lost = "the logs are lost, and what was written outside of volumes and mounts";
    let plan = made(REMOVE, "db", &snapshot);
    assert_eq!(show(&plan), "db-2");
    assert_eq!(plan.removes, ["db-2"]);
    assert_eq!(
        plan.warnings,
        [
            lost,
            "the volume hub_db-data stays with its data",
            "1 anonymous volume stays: `docker volume ls -f dangling=true` lists it",
            "db comes from a Compose file: the next `up` creates it again, as by `docker compose -p hub \
             --project-directory /srv/hub up -d db`",
            "db-1 is running and stays: stop it first, or force its removal",
        ]
    );
    assert_eq!(
        plan.steps[0].docker_command().as_deref(),
        Some("docker rm db-2")
    );
    let force = made(FORCE_REMOVE, "db", &snapshot);
    assert_eq!(force.removes, ["db-1", "db-2"]);
    assert_ne!(force.hash, plan.hash);
    let killed = "db-1 is running: the engine kills it without its grace period";
    assert_eq!(force.warnings.last().map(String::as_str), Some(killed));
    assert_eq!(
        force.steps[0].docker_command().as_deref(),
        Some("docker rm --force db-1")
    );
    assert_eq!(made(REMOVE, "api", &snapshot).warnings, [lost]);
}

#[test]
fn what_uses_the_network_of_a_container_that_ends_is_stopped_before() {
    let mut snapshot = world("vpn+ torrent+", "torrent>vpn");
    change(&mut snapshot, "torrent", |facts| {
        facts.network_mode = "container:id-vpn-1".into();
    });
    let calls = |plan: &Plan| plan.steps.iter().map(Step::call).collect::<Vec<_>>();
    let killed = made(kill("KILL"), "vpn", &snapshot);
    assert_eq!(calls(&killed), ["stop torrent-1", "kill vpn-1"]);
    let told = "torrent uses the network of vpn and is stopped before it";
    assert!(
        killed.warnings.contains(&told.to_owned()),
        "{:?}",
        killed.warnings
    );
    assert_eq!(calls(&made(kill("HUP"), "vpn", &snapshot)), ["kill vpn-1"]);
    let removed = made(FORCE_REMOVE, "vpn", &snapshot);
    assert_eq!(calls(&removed), ["stop torrent-1", "remove vpn-1"]);
    let stranded = "torrent uses the network of vpn and must be recreated after it: it cannot be started again";
    assert!(
        removed.warnings.contains(&stranded.to_owned()),
        "{:?}",
        removed.warnings
    );
    assert_eq!(removed.removes, ["vpn-1"]);
    let both = made(FORCE_REMOVE, "vpn torrent", &snapshot);
    assert_eq!(calls(&both), ["remove torrent-1", "remove vpn-1"]);
    assert!(!both.warnings.contains(&stranded.to_owned()));
}

#[test]
fn what_goes_on_with_other_replicas_is_no_loss() {
    let mut snapshot = world("db++ api+", "api>db");
    let restart = made(Restart, "db", &snapshot);
    assert!(restart.impact.is_empty(), "{:?}", restart.impact);
    let service = Arc::make_mut(&mut snapshot.services[1]);
    assert_eq!(service.name.as_str(), "db");
    Arc::make_mut(&mut service.instances[1].facts).state = InstanceState::Exited;
    let remove = |force| made(OperationKind::Remove { force }, "db", &snapshot);
    assert!(remove(false).impact.is_empty(), "one is removed, one runs");
    assert_eq!(remove(true).impact.hard, [ServiceId::from("api")]);
}

#[test]
fn what_an_operation_ends_does_not_only_notice_it() {
    let snapshot = world("db+ web+", "web-db");
    let stop = |with| plan(&operation(Stop, "db", with), &snapshot).expect("a plan");
    assert_eq!(stop(false).impact.soft, [ServiceId::from("web")]);
    let whole = stop(true);
    assert_eq!(whole.impact.hard, [ServiceId::from("web")]);
    assert!(whole.impact.soft.is_empty());
}

#[test]
fn a_kill_of_a_paused_container_says_that_it_unpauses() {
    let snapshot = world("dbp api+", "");
    for signal in ["KILL", "HUP"] {
        let warnings = made(kill(signal), "db", &snapshot).warnings;
        let told = "db-1 is paused: a kill unpauses it".to_owned();
        assert!(warnings.contains(&told), "{warnings:?}");
    }
    let api = made(kill("KILL"), "api", &snapshot).warnings;
    assert!(!api.iter().any(|it| it.contains("paused")), "{api:?}");
}

#[test]
fn what_concerns_several_removed_containers_is_one_warning() {
    let mut snapshot = world("a+ b+ c+", "");
    for service in &mut snapshot.services {
        let service = Arc::make_mut(service);
        service.stack = Some("hub".into());
        let facts = Arc::make_mut(&mut service.instances[0].facts);
        facts.labels = [("com.docker.compose.project".to_owned(), "hub".to_owned())]
            .into_iter()
            .collect::<std::collections::BTreeMap<_, _>>()
            .into();
    }
    let operation = operation(FORCE_REMOVE, "a b c", false);
    let warnings = plan(&operation, &snapshot).expect("a plan").warnings;
    let expected = [
        "the logs are lost, and what was written outside of volumes and mounts",
        "a, b, c come from Compose files: the next `up` creates them again",
        "a-1, b-1, c-1 are running: the engine kills them without their grace period",
    ];
    assert_eq!(warnings, expected);
}
