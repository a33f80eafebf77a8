//! Containers that share the network of another one.

use std::sync::Arc;

use super::*;
use crate::model::{EdgeKind, NeedSource, Operation, Plan, Service, Timestamp};
use crate::plan::plan;
use crate::plan::testing::world;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).expect("a time")
}

fn change(snapshot: &mut Snapshot, name: &str, change: impl FnOnce(&mut Service)) {
    let found = snapshot
        .services
        .iter_mut()
        .find(|service| service.name.as_str() == name)
        .expect("a service");
    change(Arc::make_mut(found));
}

/// Every instance of `user` uses the network of the first container of `owner`.
fn lend(snapshot: &mut Snapshot, user: &str, owner: &str) {
    change(snapshot, user, |service| {
        for instance in &mut service.instances {
            Arc::make_mut(&mut instance.facts).network_mode = format!("container:id-{owner}-1");
        }
    });
}

fn ended(snapshot: &mut Snapshot, name: &str, seconds: i64) {
    change(snapshot, name, |service| {
        Arc::make_mut(&mut service.instances[0].facts).finished_at = Some(at(seconds));
    });
}

fn gone(snapshot: &mut Snapshot, name: &str) {
    change(snapshot, name, |service| {
        let told_by = NeedSource::NetworkNamespace {
            container: InstanceId::new("0123456789abcdef"),
        };
        service.missing = vec![MissingNeed {
            name: "vpn".into(),
            kind: EdgeKind::Hard,
            told_by,
        }];
    });
}

fn made(kind: OperationKind, targets: &str, snapshot: &Snapshot) -> Result<Plan, String> {
    let targets = targets.split(' ').map(ServiceId::new).collect();
    let operation = Operation {
        kind,
        targets,
        with_dependents: false,
        image: None,
    };
    plan(&operation, snapshot).map_err(|refusal| refusal.to_string())
}

/// `restart vpn-1 | restart torrent-1`.
fn show(plan: &Plan) -> String {
    let mut text = String::new();
    let mut wave = 0;
    for step in &plan.steps {
        if !text.is_empty() {
            text.push_str(if step.wave == wave { " + " } else { " | " });
        }
        wave = step.wave;
        text.push_str(&format!("{} {}", step.kind.id(), step.name));
    }
    text
}

use OperationKind::{Pause, Restart, Start, Stop};

#[test]
fn users_of_a_network_go_along_with_its_owner() {
    let edges = "torrent>vpn peek>torrent";
    for (services, kind, targets, expected) in [
        (
            "vpn+ torrent+ peek+ web+",
            Restart,
            "vpn",
            "restart vpn-1 | restart torrent-1 | restart peek-1",
        ),
        (
            "vpn+ torrent+ peek+ web+",
            Restart,
            "torrent",
            "restart torrent-1 | restart peek-1",
        ),
        (
            "vpn+ torrent+ peek+ web+",
            Stop,
            "vpn",
            "stop peek-1 | stop torrent-1 | stop vpn-1",
        ),
        (
            "vpn+ torrent+ peek+ web+",
            Restart,
            "vpn torrent",
            "restart vpn-1 | restart torrent-1 | restart peek-1",
        ),
        ("vpn+ torrent+ peek+ web+", Pause, "vpn", "pause vpn-1"),
        // What does not run stays as it is, and so does what uses its network.
        ("vpn+ torrent- peek+ web+", Restart, "vpn", "restart vpn-1"),
        (
            "vpn- torrent+ peek+ web+",
            Start,
            "vpn",
            "start vpn-1 | restart torrent-1 | restart peek-1",
        ),
        (
            "vpn+ torrent++ peek- web+",
            Restart,
            "vpn",
            "restart vpn-1 | restart torrent-1 | restart torrent-2",
        ),
    ] {
        let mut snapshot = world(services, edges);
        lend(&mut snapshot, "torrent", "vpn");
        lend(&mut snapshot, "peek", "torrent");
        let made = made(kind, targets, &snapshot).expect("a plan");
        assert_eq!(show(&made), expected, "{kind:?} {targets} of {services}");
    }
}

#[test]
fn a_start_takes_along_what_was_stopped_with_the_owner() {
    for (own, expected) in [
        (Some(95), "start vpn-1 | start torrent-1"),
        (Some(103), "start vpn-1 | start torrent-1"),
        // Stopped by itself, long before.
        (Some(30), "start vpn-1"),
        (None, "start vpn-1"),
    ] {
        let mut snapshot = world("vpn- torrent-", "torrent>vpn");
        lend(&mut snapshot, "torrent", "vpn");
        ended(&mut snapshot, "vpn", 100);
        if let Some(own) = own {
            ended(&mut snapshot, "torrent", own);
        }
        assert_eq!(
            show(&made(Start, "vpn", &snapshot).expect("a plan")),
            expected,
            "ended at {own:?}"
        );
    }
}

#[test]
fn the_plan_says_what_goes_along() {
    let mut snapshot = world("vpn+ torrent+", "torrent>vpn");
    lend(&mut snapshot, "torrent", "vpn");
    let warnings = |kind, targets: &str| made(kind, targets, &snapshot).expect("a plan").warnings;
    assert_eq!(
        warnings(Stop, "vpn"),
        ["torrent uses the network of vpn and is stopped before it"]
    );
    assert!(
        warnings(Restart, "vpn")
            .contains(&"torrent uses the network of vpn and is restarted after it".into())
    );
    assert_eq!(
        warnings(Stop, "vpn torrent"),
        [""; 0],
        "both were asked for"
    );
}

#[test]
fn without_its_owner_a_user_is_not_started() {
    let mut snapshot = world("vpn- torrent+ web+", "torrent>vpn");
    lend(&mut snapshot, "torrent", "vpn");
    let down = "torrent uses the network of vpn, which is not running; start vpn first";
    assert_eq!(made(Restart, "torrent", &snapshot), Err(down.to_owned()));
    assert_eq!(
        show(&made(Restart, "torrent vpn", &snapshot).expect("a plan")),
        "restart vpn-1 | restart torrent-1",
        "they are started together"
    );
    let both = made(Restart, "torrent web", &snapshot).expect("a plan");
    assert_eq!(show(&both), "restart web-1");
    assert!(
        both.warnings.contains(&down.to_owned()),
        "{:?}",
        both.warnings
    );
    assert_eq!(
        show(&made(Stop, "torrent", &snapshot).expect("a plan")),
        "stop torrent-1"
    );
}

#[test]
fn a_user_of_a_network_that_is_gone_has_to_be_recreated() {
    let mut snapshot = world("torrent+ web+", "web>torrent");
    lend(&mut snapshot, "torrent", "vpn");
    gone(&mut snapshot, "torrent");
    let needs = "uses the network of a container that is gone: vpn (0123456789ab)";
    let alone = format!(
        "torrent must be recreated, not started: it {needs}; recreate it with `--network \
         container:…` of the new one"
    );
    assert_eq!(made(Restart, "torrent", &snapshot), Err(alone));
    change(&mut snapshot, "torrent", |service| {
        service.stack = Some("hub".into())
    });
    let of_compose = format!(
        "torrent must be recreated, not started: it {needs}; run `docker compose -p hub up -d \
         --force-recreate --no-deps torrent`"
    );
    assert_eq!(made(Start, "torrent", &snapshot), Err(of_compose));
    change(&mut snapshot, "torrent", |service| {
        service.stack = Some("hub;reboot".into());
    });
    let refused = made(Start, "torrent", &snapshot).expect_err("no plan");
    assert!(
        refused.ends_with("recreate it from its Compose file"),
        "{refused}"
    );
    change(&mut snapshot, "torrent", |service| {
        service.stack = Some("hub".into())
    });
    assert_eq!(
        show(&made(Stop, "torrent", &snapshot).expect("a plan")),
        "stop torrent-1"
    );
}
