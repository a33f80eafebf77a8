//! Swarm tasks.

use hubdeck::model::*;

use super::shared_network::started;
use crate::support::store::{With, World, numbered};

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
    assert!(
        web.health.state.is_fine(),
        "{}",
        hubdeck::explain::short(&web)
    );
    assert_eq!(world.incidents(), [""; 0]);
    tell_swarm(&mut world, 2, 2);
    assert!(world.service("shop/web").health.state.is_fine());
    tell_swarm(&mut world, 3, 2);
    assert_eq!(
        world.health("shop/web"),
        "degraded: 2 of 3 tasks are running"
    );
}

#[test]
fn a_swarm_service_without_a_task_here() {
    for (code, told, state) in [
        (
            137,
            None,
            "stopped: no task on this node; the Swarm may run it on another one",
        ),
        (3, None, "unhealthy: exited with code 3"),
        (137, Some((0, 0)), "stopped: scaled to 0 tasks"),
        (
            137,
            Some((2, 2)),
            "running: 2 of 2 tasks are running, on other nodes",
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
        "unhealthy: crash loop: exited with code 3"
    );
    world.wait(60);
    assert!(world.service("shop/web").health.state.is_fine(), "it lasts");
}
