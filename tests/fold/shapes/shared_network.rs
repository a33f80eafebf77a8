//! Containers that use the network of another container.

use std::sync::Arc;

use hubdeck::model::*;

use super::{advice, edges, evidence, sentence};
use crate::support::store::{With, World, at, facts};

/// A container of `service` that uses the network of `owner`'s.
fn user(service: &str, owner: &InstanceFacts) -> InstanceFacts {
    facts(service).with(|facts| facts.network_mode = format!("container:{}", owner.id))
}

pub fn started(facts: InstanceFacts, seconds: i64) -> InstanceFacts {
    facts.with(|facts| facts.started_at = Some(at(seconds)))
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
            hubdeck::explain::short(&found)
        );
        if lost {
            assert_eq!(
                hubdeck::explain::short(&found),
                "its network ended when vpn restarted"
            );
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
    let words = "uses the network of a container that is gone: vpn (0123456789ab)";
    assert_eq!(world.health("torrent"), format!("unhealthy: {words}"));
    assert_eq!(
        hubdeck::model::words::need(&world.service("torrent").missing[0]),
        words
    );
    assert_eq!(
        edges(&mut world),
        ["torrent vpn shared network namespace of container 0123456789ab, which is gone"]
    );
    assert!(evidence(&mut world, "torrent").contains(&words.to_owned()));
    assert!(advice(&mut world, "torrent")[0].starts_with("recreate torrent with"));
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
        "unhealthy: uses the network of a container that is gone: vpn (0123456789ab)"
    );
    assert_eq!(edges(&mut world).len(), 1, "{:?}", edges(&mut world));
    assert_eq!(
        world.service("hub/torrent").depends_on,
        [ServiceId::new("hub/vpn")]
    );
    let made_again = "`docker compose -p hub up -d --force-recreate --no-deps torrent`";
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
