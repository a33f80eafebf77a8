//! Since when a service is in its state, and whether that is known.

use hubdeck::model::*;

use crate::support::store::{With, World, at, facts};

#[test]
fn only_the_first_sight_is_known_of_a_paused_container() {
    let paused = facts("hub/db").with(|facts| facts.state = InstanceState::Paused);
    let mut world = World::of(vec![paused]);
    let health = world.service("hub/db").health.clone();
    assert_eq!(
        (health.since, health.known_since()),
        (world.now, None),
        "it may be paused for hours"
    );
    // One that is paused while hubdeck looks on is dated by the event.
    let db = facts("hub/db");
    let mut world = World::of(vec![db.clone()]);
    world.wait(30);
    let _ = world.event(&db, EngineEventKind::Pause);
    assert_eq!(
        world.service("hub/db").health.known_since(),
        Some(world.now)
    );
}

#[test]
fn a_service_that_never_failed_a_check_is_healthy_since_before_its_need_went() {
    let db = facts("hub/db").port(5432);
    let api = facts("hub/api")
        .needs("db:healthy")
        .docker(DockerStatus::Healthy)
        .port(80);
    let mut world = World::of(vec![db.clone(), api.clone()]);
    let _ = world.probe(&api, ProbeOrigin::Config, ProbeOutcome::Success);
    assert_eq!(world.service("hub/api").health.since, at(0));
    let _ = world.event(&db, EngineEventKind::Pause);
    assert_eq!(
        world.health("hub/api"),
        "degraded: depends on db, which is down"
    );
    world.wait(5);
    let _ = world.probe(&api, ProbeOrigin::Config, ProbeOutcome::Success);
    assert_eq!(
        world.health("hub/api"),
        "healthy: docker: healthy; probe: 200 OK"
    );
    let health = world.service("hub/api").health.clone();
    assert_eq!(
        health.known_since(),
        Some(at(0)),
        "its process started then"
    );
}

#[test]
fn two_roots_at_once_are_two_incidents_with_their_own_begin() {
    let (db, cache) = (facts("hub/db"), facts("hub/cache"));
    let api = facts("hub/api").needs("db:healthy cache:healthy").port(80);
    let web = facts("hub/web").needs("api:healthy").port(80);
    let mut world = World::of(vec![db.clone(), cache.clone(), api.clone(), web]);
    let first = world.now;
    let _ = world.die(&db, 1);
    world.wait(20);
    let second = world.now;
    let _ = world.die(&cache, 137);
    for _ in 0..3 {
        let _ = world.probe(&api, ProbeOrigin::Config, ProbeOutcome::Failure);
        world.wait(5);
    }
    let snapshot = world.snapshot();
    let open = snapshot.open_incidents();
    let mut open: Vec<_> = open
        .map(|incident| (incident.opened_at, incident.root.clone()))
        .collect();
    open.sort();
    assert_eq!(
        open,
        [
            (first, IncidentRoot::Service("hub/db".into())),
            (second, IncidentRoot::Service("hub/cache".into())),
        ]
    );
    for incident in snapshot.open_incidents() {
        assert!(incident.blocked.contains(&"hub/api".into()), "{incident:?}");
    }
}

#[test]
fn what_the_first_inspection_shows_may_be_so_for_long() {
    let db = facts("hub/db").with(|facts| facts.network_mode = "hub_data".into());
    let listed = db.clone().with(|facts| facts.inspected = false);
    let mut world = World::of(vec![listed]);
    world.wait(1);
    let _ = world.inspect(db);
    let service = world.service("hub/db");
    assert_eq!(service.health.reason, Reason::CutOff);
    assert_eq!(service.health.known_since(), None);
}
