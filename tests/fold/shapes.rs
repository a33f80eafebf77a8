//! Shapes of containers: networks of other containers, needs without a container, Swarm tasks,
//! memory.

use std::sync::Arc;

use crate::support::store::{With, World, at, facts, numbered};
use hubdeck::explain::explain;
use hubdeck::model::*;

/// A container of `service` that uses the network of `owner`'s.
fn user(service: &str, owner: &InstanceFacts) -> InstanceFacts {
    facts(service).with(|facts| facts.network_mode = format!("container:{}", owner.id))
}

fn started(facts: InstanceFacts, seconds: i64) -> InstanceFacts {
    facts.with(|facts| facts.started_at = Some(at(seconds)))
}

fn sentence(world: &mut World, id: &str) -> String {
    let snapshot = world.snapshot();
    let service = snapshot.service(&ServiceId::new(id)).expect("a service");
    explain(service, &snapshot, &jiff::tz::TimeZone::UTC).sentence
}

fn evidence(world: &mut World, id: &str) -> Vec<String> {
    let snapshot = world.snapshot();
    let service = snapshot.service(&ServiceId::new(id)).expect("a service");
    let all = explain(service, &snapshot, &jiff::tz::TimeZone::UTC).evidence;
    all.into_iter()
        .filter(|each| each.source == EvidenceSource::Needs)
        .map(|each| each.text)
        .collect()
}

fn advice(world: &mut World, id: &str) -> Vec<String> {
    let snapshot = world.snapshot();
    let service = snapshot.service(&ServiceId::new(id)).expect("a service");
    explain(service, &snapshot, &jiff::tz::TimeZone::UTC).try_next
}

fn edges(world: &mut World) -> Vec<String> {
    let snapshot = world.snapshot();
    snapshot
        .edges
        .iter()
        .map(|edge| format!("{} {} {}", edge.from, edge.to, edge.evidence[0].words()))
        .collect()
}

#[test]
fn a_user_of_a_network_whose_owner_started_later_is_unhealthy_at_first_sight() {
    for (owner_started, user_started, lost) in
        [(900, 100, true), (100, 100, false), (100, 900, false)]
    {
        let vpn = started(facts("vpn"), owner_started);
        let torrent = started(user("torrent", &vpn), user_started).docker(DockerStatus::Healthy);
        let mut world = World::of(vec![vpn, torrent]);
        let found = world.service("torrent");
        assert_eq!(
            found.health.state == HealthState::Unhealthy,
            lost,
            "{}",
            found.health.reason
        );
        if lost {
            assert_eq!(found.health.reason, "its network ended when vpn restarted");
            assert_eq!(found.health.since, at(900), "the time of the fact");
            assert_eq!(
                found.health.blocked_by,
                [],
                "the owner works: it is its own root"
            );
            assert_eq!(
                world.incidents(),
                ["torrent lost its network when vpn restarted"]
            );
            assert!(
                sentence(&mut world, "torrent")
                    .starts_with("torrent lost its network when vpn restarted at ")
            );
            assert_eq!(
                advice(&mut world, "torrent")[0],
                "restart torrent: it then joins the network of vpn again"
            );
            assert_eq!(
                evidence(&mut world, "torrent")[0],
                "torrent: its network ended when vpn restarted"
            );
        }
        assert!(world.service("vpn").health.state.is_fine());
    }
}

#[test]
fn a_restart_of_the_owner_is_seen_and_one_of_the_user_ends_it() {
    let vpn = facts("hub/vpn");
    let torrent = started(user("hub/torrent", &vpn), 1);
    let mut world = World::of(vec![vpn.clone(), torrent.clone()]);
    assert!(world.service("hub/torrent").health.state.is_fine());
    let _ = world.die(&vpn, 0);
    let _ = world.event(&vpn, EngineEventKind::Start);
    assert_eq!(
        world.health("hub/torrent"),
        "unhealthy: its network ended when vpn restarted"
    );
    world.wait(5);
    let _ = world.inspect(started(torrent, 1_004));
    assert!(
        world.service("hub/torrent").health.state.is_fine(),
        "{}",
        world.health("hub/torrent")
    );
}

#[test]
fn starts_that_events_told_are_in_no_order_within_a_moment() {
    let vpn = facts("vpn").exited(0, 900);
    let torrent = user("torrent", &vpn).exited(0, 900);
    let mut world = World::of(vec![vpn.clone(), torrent.clone()]);
    let _ = world.event(&vpn, EngineEventKind::Start);
    // The engine notes the start of the user before the event of the owner's is sent.
    let noted = world.now - SignedDuration::from_millis(20);
    let _ = world.inspect(user("torrent", &vpn).with(|facts| facts.started_at = Some(noted)));
    assert!(
        world.service("torrent").health.state.is_fine(),
        "{}",
        world.health("torrent")
    );
}

#[test]
fn a_user_of_a_network_whose_owner_is_down_names_it() {
    let vpn = facts("vpn").exited(0, 900);
    let torrent = user("torrent", &vpn);
    let mut world = World::of(vec![vpn, torrent]);
    world.wait(10);
    assert_eq!(
        world.health("torrent"),
        "unhealthy: vpn, whose network it uses, is stopped"
    );
    let torrent = world.service("torrent");
    assert_eq!(torrent.health.blocked_by, [ServiceId::new("vpn")]);
    assert_eq!(
        torrent.lost_networks[0].cause,
        NetworkEnd::OwnerDown {
            state: InstanceState::Exited
        }
    );
}

#[test]
fn an_owner_that_was_made_again_leaves_its_users_with_a_name_and_an_edge() {
    let vpn = started(facts("vpn"), 0).with(|facts| facts.id = "0123456789abcdef".into());
    let torrent = started(user("torrent", &vpn), 1);
    let mut world = World::of(vec![vpn.clone(), torrent.clone()]);
    let _ = world.event(&vpn, EngineEventKind::Destroy);
    let again = started(facts("vpn"), 1_000).with(|facts| facts.id = "fedcba9876543210".into());
    let _ = world.inspect(again);
    let words = "needs the network of a container that is gone: vpn (0123456789ab)";
    assert_eq!(world.health("torrent"), format!("unhealthy: {words}"));
    assert_eq!(world.service("torrent").missing[0].words(), words);
    assert_eq!(
        edges(&mut world),
        ["torrent vpn declared: shared network namespace of container 0123456789ab, which is gone"]
    );
    assert!(evidence(&mut world, "torrent").contains(&words.to_owned()));
    assert!(advice(&mut world, "torrent")[0].starts_with("remove torrent and make it again"));
}

#[test]
fn an_owner_that_was_gone_before_is_asked_for_and_named_by_compose_label() {
    let stack = |owner: Option<InstanceFacts>| {
        let vpn =
            started(facts("hub/vpn"), 1_000).with(|facts| facts.id = "fedcba9876543210".into());
        let torrent = facts("hub/torrent").with(|facts| {
            facts.network_mode = "container:0123456789abcdef".into();
            facts.depends_on = vec![Dependency {
                service: "vpn".into(),
                condition: DependencyCondition::ServiceStarted,
                restart: true,
            }];
        });
        let mut world = World::of(vec![vpn, torrent]);
        assert!(
            world.service("hub/torrent").health.state.is_fine(),
            "nobody knows yet"
        );
        let (at, container) = (world.now, InstanceId::new("0123456789abcdef"));
        let _ = world.apply(Observation::NetworkOwner {
            at,
            container,
            facts: owner.map(Arc::new),
        });
        world
    };
    let mut world = stack(None);
    assert_eq!(
        world.health("hub/torrent"),
        "unhealthy: needs the network of a container that is gone: vpn (0123456789ab)"
    );
    assert_eq!(edges(&mut world).len(), 1, "{:?}", edges(&mut world));
    assert_eq!(
        world.service("hub/torrent").depends_on,
        [ServiceId::new("hub/vpn")]
    );
    let made_again = "`docker compose up -d --force-recreate --no-deps torrent`";
    assert!(advice(&mut world, "hub/torrent")[0].ends_with(made_again));
    // A filter leaves it out, but it is there.
    let elsewhere = |seconds| {
        started(facts("other/gate"), seconds).with(|facts| facts.id = "0123456789abcdef".into())
    };
    let mut world = stack(Some(elsewhere(-1)));
    assert!(world.service("hub/torrent").health.state.is_fine());
    assert_eq!(world.service("hub/torrent").missing, []);
    let mut world = stack(Some(elsewhere(500)));
    assert_eq!(
        world.health("hub/torrent"),
        "unhealthy: its network ended when gate restarted"
    );
}

#[test]
fn a_user_of_a_user_loses_the_network_with_it() {
    let vpn = started(facts("vpn"), 900);
    let torrent = started(user("torrent", &vpn), 100);
    let peek = started(user("peek", &torrent), 200);
    let mut world = World::of(vec![vpn, torrent, peek]);
    assert_eq!(
        world.health("peek"),
        "unhealthy: its network ended when vpn restarted"
    );
    assert_eq!(
        world.service("peek").health.blocked_by,
        [ServiceId::new("torrent")]
    );
}

#[test]
fn a_port_of_the_owner_that_a_lost_user_answered_on_accuses_the_user() {
    let vpn = started(facts("vpn"), 0).port(80);
    let torrent = started(user("torrent", &vpn), 1);
    let mut world = World::of(vec![vpn.clone(), torrent]);
    let _ = world.probe(&vpn, ProbeOrigin::Port, ProbeOutcome::Success);
    assert_eq!(world.service("vpn").health.state, HealthState::Healthy);
    let _ = world.die(&vpn, 0);
    let _ = world.event(&vpn, EngineEventKind::Start);
    world.wait(100);
    for _ in 0..4 {
        let _ = world.probe(&vpn, ProbeOrigin::Port, ProbeOutcome::Failure);
        world.wait(1);
    }
    assert!(
        world.service("vpn").health.state.is_fine(),
        "{}",
        world.health("vpn")
    );
    assert_eq!(world.service("torrent").health.blocked_by, []);
    assert_eq!(
        world.incidents(),
        ["torrent lost its network when vpn restarted"]
    );
}

#[test]
fn a_needed_service_without_a_container_is_named() {
    for (condition, state, missing) in [
        (
            "healthy",
            "degraded: needs zip, which has no container",
            &["needs zip, which has no container"][..],
        ),
        ("started", "running", &["uses zip, which has no container"]),
        // A one-shot that did its work is removed by `--rm` and `down`.
        ("completed", "running", &[]),
    ] {
        let web = facts("hub/web").needs(&format!("zip:{condition}"));
        let mut world = World::of(vec![web]);
        assert!(
            world.health("hub/web").starts_with(state),
            "{condition}: {}",
            world.health("hub/web")
        );
        let told: Vec<String> = world
            .service("hub/web")
            .missing
            .iter()
            .map(MissingNeed::words)
            .collect();
        assert_eq!(told, missing, "{condition}");
        let told = evidence(&mut world, "hub/web");
        assert_eq!(told.len(), missing.len(), "{told:?}");
    }
    let waits = facts("hub/web")
        .needs("init:completed")
        .with(|facts| facts.state = InstanceState::Created);
    let mut world = World::of(vec![waits]);
    assert_eq!(
        world.service("hub/web").missing[0].words(),
        "needs init, which has no container"
    );
}

#[test]
fn a_service_that_fails_says_what_has_no_container() {
    let web = facts("hub/web")
        .needs("zip:started")
        .docker(DockerStatus::Unhealthy);
    let mut world = World::of(vec![web]);
    let told = sentence(&mut world, "hub/web");
    assert!(
        told.ends_with("; it uses zip, which has no container"),
        "{told}"
    );
    assert_eq!(
        advice(&mut world, "hub/web")[0],
        "make zip with `docker compose up -d zip`"
    );
}

#[test]
fn a_container_that_is_removed_is_missed_from_then_on_and_not_once_it_is_back() {
    let zip = facts("hub/zip").docker(DockerStatus::Healthy);
    let web = facts("hub/web")
        .needs("zip:healthy")
        .docker(DockerStatus::Healthy);
    let mut world = World::of(vec![zip.clone(), web]);
    assert_eq!(world.service("hub/web").missing, []);
    let _ = world.die(&zip, 0);
    let _ = world.event(&zip, EngineEventKind::Destroy);
    let since = world.now;
    world.wait(20);
    assert_eq!(
        world.health("hub/web"),
        "degraded: needs zip, which has no container"
    );
    assert_eq!(world.service("hub/web").health.since, since);
    assert!(
        sentence(&mut world, "hub/web").starts_with("web needs zip, which has no container since ")
    );
    let _ = world.inspect(zip.with(|facts| facts.id = "another".into()));
    assert_eq!(world.service("hub/web").missing, []);
    assert_eq!(world.service("hub/web").health.state, HealthState::Healthy);
}

#[test]
fn what_config_hides_is_not_missing() {
    let mut world = World::of(vec![
        facts("hub/zip"),
        facts("hub/web").needs("zip:healthy"),
    ]);
    let rules = Arc::from([ServiceRule {
        hide: true,
        ..ServiceRule::of("hub/zip")
    }]);
    let (policy, layers) = (HealthPolicy::default(), Arc::default());
    let _ = world.apply(Observation::Rules {
        policy,
        rules,
        layers,
        problem: None,
    });
    assert_eq!(world.service("hub/web").missing, []);
}

/// Task `name` of slot `slot` of the Swarm service `shop_web`.
fn task(slot: u32, name: &str) -> InstanceFacts {
    numbered("shop/web", slot).with(|facts| {
        facts.name = format!("shop_web.{slot}.{name}");
        facts.id = name.into();
        facts.restart_policy = "no".into();
        facts.labels = [
            ("com.docker.stack.namespace", "shop"),
            ("com.docker.swarm.service.id", "ga9vph4f"),
            ("com.docker.swarm.service.name", "shop_web"),
            ("com.docker.swarm.task.name", facts.name.as_str()),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
    })
}

fn tell_swarm(world: &mut World, desired: u64, running: u64) {
    let service = SwarmService {
        id: "ga9vph4f".into(),
        name: "shop_web".into(),
        desired: Some(desired),
        running: Some(running),
    };
    let at = world.now;
    let _ = world.apply(Observation::SwarmServices {
        at,
        services: vec![service],
    });
}

#[test]
fn tasks_are_instances_of_one_service_and_what_was_replaced_is_history() {
    let old = |slot, name| task(slot, name).exited(137, 900);
    let mut world = World::of(vec![
        task(1, "a"),
        task(2, "b"),
        old(1, "c"),
        old(2, "d"),
        old(3, "scaled-away"),
    ]);
    let web = world.service("shop/web");
    assert_eq!(web.replicas(), (2, 2));
    assert!(web.health.state.is_fine(), "{}", web.health.reason);
    assert_eq!(world.incidents(), [""; 0]);
    tell_swarm(&mut world, 2, 2);
    assert!(world.service("shop/web").health.state.is_fine());
    tell_swarm(&mut world, 3, 2);
    assert_eq!(world.health("shop/web"), "degraded: 2 of 3 tasks run");
}

#[test]
fn a_swarm_service_without_a_task_here() {
    for (code, told, state) in [
        (
            137,
            None,
            "stopped: no task here; the Swarm may run it on another node",
        ),
        (3, None, "unhealthy: exited with code 3"),
        (137, Some((0, 0)), "stopped: scaled to 0 tasks"),
        (
            137,
            Some((2, 2)),
            "running: 2 of 2 tasks run on other nodes",
        ),
        (3, Some((1, 0)), "unhealthy: exited with code 3"),
    ] {
        let mut world = World::of(vec![task(1, "a").exited(code, 900)]);
        if let Some((desired, running)) = told {
            tell_swarm(&mut world, desired, running);
        }
        assert_eq!(world.health("shop/web"), state, "{code} {told:?}");
    }
}

#[test]
fn a_task_that_is_replaced_again_and_again_is_a_loop() {
    let dead = |name, seconds| task(1, name).exited(3, seconds);
    let young = started(task(1, "a"), 998);
    let mut world = World::of(vec![young, dead("b", 995), dead("c", 990), dead("d", 985)]);
    assert_eq!(
        world.health("shop/web"),
        "unhealthy: restarting: exited with code 3"
    );
    world.wait(60);
    assert!(world.service("shop/web").health.state.is_fine(), "it lasts");
}

#[test]
fn a_process_inside_that_was_killed_for_memory_is_no_death() {
    let job = facts("job").with(|facts| {
        facts.restart_policy = "no".into();
        facts.oom_killed = true;
    });
    let mut world = World::of(vec![job.clone().exited(0, 990)]);
    let told =
        "completed: finished with exit code 0; a process inside was killed for lack of memory";
    assert_eq!(world.health("job"), told);
    assert_eq!(world.incidents(), [""; 0]);
    let mut world = World::of(vec![job.clone().exited(3, 990)]);
    let told = "unhealthy: exited with code 3; a process inside was killed for lack of memory";
    assert_eq!(world.health("job"), told);
    let mut world = World::of(vec![job.exited(137, 990)]);
    assert_eq!(
        world.health("job"),
        "unhealthy: killed for lack of memory (exit code 137)"
    );
    let runs = facts("web");
    let mut world = World::of(vec![runs.clone()]);
    let _ = world.event(&runs, EngineEventKind::Oom);
    assert_eq!(
        world.health("web"),
        "degraded: the kernel killed a process in it for lack of memory"
    );
}
