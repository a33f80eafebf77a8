//! What happens in the demo, and when.

use super::{NOW, read};
use crate::model::DockerStatus;
use crate::sim::clock::SECOND;
use crate::sim::scenario::Scenario;
use crate::sim::schema::SimState;
use crate::sim::world::World;

#[test]
fn the_demo_incident_reaches_dependents_and_passes() {
    let mut world = World::build(&Scenario::demo(), NOW);
    let health = |world: &World, name: &str| world.get(world.find(name).unwrap()).unwrap().health;
    let services = [
        "hub-db-1",
        "hub-backend-1",
        "hub-backend-2",
        "hub-aggregator-1",
        "hub-worker-1",
        "hub-proxy-1",
    ];
    let all = |world: &World, status| services.iter().all(|name| health(world, name) == status);
    world.advance(NOW + 7 * SECOND);
    assert!(all(&world, DockerStatus::Healthy));
    world.advance(NOW + 9 * SECOND);
    let db = world.get(world.find("hub-db-1").unwrap()).unwrap();
    assert_eq!(
        (db.state, db.exit_code, db.oom_killed),
        (SimState::Exited, 137, true),
        "something breaks within ten seconds"
    );
    world.advance(NOW + 40 * SECOND);
    assert!(all(&world, DockerStatus::Unhealthy));
    assert_eq!(health(&world, "hub-redis-1"), DockerStatus::Healthy);
    world.advance(NOW + 75 * SECOND);
    assert!(all(&world, DockerStatus::Healthy), "all of it recovers");
}

#[test]
fn the_log_tells_why_before_the_end() {
    let mut world = World::build(&Scenario::demo(), NOW);
    world.advance(NOW + 9 * SECOND);
    let log = read(&world, "hub-db-1", Some(20), 0, NOW + 9 * SECOND);
    let at = |words: &str| log.iter().position(|line| line.contains(words));
    let (slow, killed) = (at("temporary file"), at("terminated by signal 9"));
    assert!(slow.is_some() && slow < killed, "{log:?}");
}

#[test]
fn what_an_operator_stopped_stays_down_at_the_end_of_an_incident() {
    let mut world = World::build(&Scenario::demo(), NOW);
    let db = world.find("hub-db-1").unwrap();
    world.advance(NOW + 10 * SECOND);
    world.start(db, NOW + 15 * SECOND).unwrap();
    world.stop(db, NOW + 25 * SECOND).unwrap();
    world.advance(NOW + 75 * SECOND);
    assert_eq!(world.get(db).unwrap().state, SimState::Exited);
}

#[test]
fn starting_the_root_ends_the_incident() {
    let mut world = World::build(&Scenario::demo(), NOW);
    world.advance(NOW + 20 * SECOND);
    let failing = |world: &World| {
        world
            .all()
            .any(|(_, container)| container.failing().is_some())
    };
    assert!(failing(&world));
    let db = world.find("hub-db-1").unwrap();
    world.start(db, NOW + 20 * SECOND).unwrap();
    world.advance(NOW + 24 * SECOND);
    assert!(!failing(&world));
}

#[test]
fn what_degrades_is_slow_and_stays_healthy() {
    let mut world = World::build(&Scenario::demo(), NOW);
    let backend = world.find("hub-backend-1").unwrap();
    world.advance(NOW + 95 * SECOND);
    let container = world.get(backend).unwrap();
    let delay = container.ailment().map(|ailment| ailment.delay);
    assert_eq!((delay, container.failing()), (Some(2600.0), None));
    assert_eq!(container.health, DockerStatus::Healthy);
    world.advance(NOW + 121 * SECOND);
    assert!(world.get(backend).unwrap().ailment().is_none());
}

#[test]
fn a_job_runs_again_and_ends() {
    let mut world = World::build(&Scenario::demo(), NOW);
    let job = world.find("hub-cleanup-1").unwrap();
    world.advance(NOW + 31 * SECOND);
    assert_eq!(world.get(job).unwrap().state, SimState::Running);
    world.advance(NOW + 40 * SECOND);
    let job = world.get(job).unwrap();
    assert_eq!((job.state, job.exit_code), (SimState::Exited, 0));
}
