mod common;
mod world;

use proptest::prelude::*;

use super::*;
use crate::model::{
    Contact, DiskUse, HealthPolicy, HealthState, Overlay, ProbeKind, ProbeVerdict, Reason, Service,
    ServiceName, SignedDuration, StackName,
};
use world::World;

#[test]
fn an_incident_opens_grows_and_closes_when_all_works_again() {
    let mut world = World::of("db api web");
    assert_eq!(world.set("db:unhealthy").open(), "1 db<");
    assert_eq!(world.wait(5).set("api:unhealthy<db").open(), "1 db<api");
    assert_eq!(world.set("web:degraded<db").open(), "1 db<api,web");
    assert_eq!(
        world
            .wait(60)
            .set("db:healthy api:unhealthy web:healthy")
            .open(),
        "1 db<api,web"
    );
    assert_eq!(world.wait(9).open(), "1 db<api,web", "not proven yet");
    assert_eq!(world.set("api:healthy").wait(2).open(), "");
    assert_eq!(
        world.told(),
        [
            "incident #1 opened: db refuses connections",
            "incident #1 updated: db refuses connections; this blocks api",
            "incident #1 updated: db refuses connections; this blocks api and web",
            "incident #1 resolved after 1 min 15 s: hub/db recovered",
        ]
    );
    let closed = &world.incidents.share()[0];
    assert_eq!(closed.blocked.len(), 2, "what it ever blocked");
    assert_eq!(closed.log.len(), 4);
}

#[test]
fn two_successes_close_at_once_and_a_relapse_stays_in_the_incident() {
    let mut world = World::of("db api");
    assert_eq!(
        world
            .set("db:unhealthy")
            .set("db:healthy")
            .settle("db")
            .open(),
        ""
    );
    let mut world = World::of("db api");
    world
        .set("db:unhealthy")
        .set("db:healthy")
        .wait(5)
        .set("db:unhealthy")
        .wait(100);
    assert_eq!(world.open(), "1 db<");
}

#[test]
fn a_deeper_root_has_an_incident_of_its_own() {
    let mut world = World::of("db api web");
    let began = world.now;
    assert_eq!(world.set("api:unhealthy").wait(60).open(), "1 api<");
    assert_eq!(
        world.set("db:unhealthy api:unhealthy<db").open(),
        "2 db<api"
    );
    let all = world.incidents.share();
    assert_eq!(all[0].opened_at, began);
    assert_eq!(
        (all[0].closed_at, all[1].opened_at),
        (Some(world.now), world.now),
        "its own begin and end"
    );
    assert!(world.told()[2].ends_with("hub/api is blocked by hub/db: merged into incident #2"));
    assert_eq!(
        world
            .set("db:healthy api:unhealthy")
            .settle("db")
            .wait(31)
            .open(),
        "3 api<"
    );
    assert_eq!(
        world.incidents.share()[2].opened_at,
        began,
        "it fails since then"
    );
    let mut world = World::of("db api web");
    assert_eq!(
        world.set("db:unhealthy").set("web:unhealthy").open(),
        "1 db< 2 web<"
    );
    assert_eq!(
        world.set("web:unhealthy<db").open(),
        "1 db<web",
        "joins the open one"
    );
    assert!(world.told().contains(
        &"incident #2 resolved: hub/web is blocked by hub/db: merged into incident #1".to_owned()
    ));
}

#[test]
fn an_incident_waits_for_what_comes_back_one_after_the_other() {
    let mut world = World::of("db api web");
    world
        .set("db:unhealthy api:unhealthy<db web:unhealthy<db")
        .wait(60);
    // The last one is blocked by the one before it: both are part of the same trouble.
    world
        .set("db:healthy api:unhealthy web:unhealthy<api")
        .settle("db");
    assert_eq!(world.open(), "1 db<api,web");
    assert_eq!(
        world.set("api:healthy web:unhealthy").open(),
        "1 db<api,web"
    );
    assert_eq!(world.set("web:healthy").open(), "");
}

#[test]
fn what_was_blocked_is_part_of_the_incident_while_its_root_still_starts() {
    let mut world = World::of("db api web");
    world
        .set("db:unhealthy api:unhealthy<db web:unhealthy<db")
        .wait(60);
    // Started again: nothing is blocked by what starts, but all of it is the same trouble.
    assert_eq!(
        world
            .set("db:starting api:unhealthy web:unhealthy<api")
            .wait(20)
            .open(),
        "1 db<api,web"
    );
    assert_eq!(
        world.set("db:healthy").settle("db").open(),
        "1 db<api,web",
        "not back yet"
    );
    assert_eq!(world.set("api:healthy web:healthy").open(), "");
    assert_eq!(
        world
            .told()
            .iter()
            .filter(|text| text.starts_with("incident #1 opened: "))
            .count(),
        1
    );
}

#[test]
fn what_does_not_come_back_after_its_root_gets_an_incident_of_its_own() {
    let mut world = World::of("db api");
    world
        .set("db:unhealthy api:unhealthy<db")
        .wait(60)
        .set("db:healthy api:unhealthy");
    assert_eq!(world.wait(29).open(), "1 db<api");
    assert_eq!(world.wait(2).open(), "2 api<");
}

#[test]
fn stopped_and_silenced_services() {
    let mut world = World::of("db api");
    assert_eq!(
        world.set("db:stopped").open(),
        "",
        "on purpose, and nothing suffers"
    );
    assert_eq!(world.set("api:unhealthy<db").open(), "1 db<api");
    assert!(world.told()[0].starts_with("incident #1 opened: db is stopped; this blocks api"));
    let mut world = World::of("db api");
    world.change("db", |db| db.health.overlays = vec![Overlay::Maintenance]);
    assert_eq!(
        world.set("db:unhealthy api:unhealthy<db").open(),
        "",
        "silenced with what it blocks"
    );
    world.change("db", |db| db.health.overlays.clear());
    world.step();
    assert_eq!(world.open(), "1 db<api");
    world.change("db", |db| db.health.overlays = vec![Overlay::Maintenance]);
    world.step();
    assert_eq!(world.open(), "");
}

#[test]
fn an_incident_begins_when_its_root_broke_as_far_as_that_is_known() {
    let mut world = World::of("db");
    let (now, before) = (world.now, |seconds| {
        world.now - SignedDuration::from_secs(seconds)
    });
    let (listed, inspected) = (before(60), before(80));
    let mut change = |since, rounded| {
        world.rounded = rounded;
        world.change("db", |db| db.health.state = HealthState::Unhealthy);
        world.change("db", |db| db.health.since = since);
        world.step();
        let all = world.incidents.share();
        (
            all.len(),
            all[0].opened_at,
            all[0].log[0].at,
            all[0].log.len(),
        )
    };
    assert_eq!(change(listed, true), (1, listed, listed, 1));
    assert_eq!(
        change(inspected, false),
        (1, inspected, inspected, 1),
        "the same one, told exactly"
    );
    assert_eq!(
        change(now, false),
        (1, inspected, inspected, 1),
        "it failed again: still the same one"
    );
}

/// A service `api` with a container that needs a service `db` with a probe.
fn api_needs_db() -> World {
    let mut world = World::of("api db");
    let now = world.now;
    world.change("api", |api| {
        api.depends_on = vec!["hub/db".into()];
        let running = crate::probe::testing::service(crate::probe::testing::facts("hub/api"));
        api.instances = running.instances;
    });
    world.change("db", |db| {
        db.health.probe = Some(common::verdict(now, Contact::Answered));
    });
    world.wait(30);
    world
}

#[test]
fn an_incident_waits_until_what_its_root_needs_is_checked() {
    let check = |world: &mut World, state, contact| {
        let now = world.now;
        world.change("db", |db| {
            db.health.state = state;
            db.health.probe = Some(common::verdict(now, contact));
        });
        world.step();
    };
    // Docker's healthcheck found the service before hubdeck's next probe of the database.
    let mut world = api_needs_db();
    assert_eq!(world.set("api:unhealthy").wait(4).open(), "");
    check(&mut world, HealthState::Degraded, Contact::Unreachable);
    assert_eq!(world.wait(12).open(), "", "not confirmed yet");
    world.change("api", |api| api.health.blocked_by = vec!["hub/db".into()]);
    check(&mut world, HealthState::Unhealthy, Contact::Unreachable);
    assert_eq!(world.open(), "1 db<api");
    assert_eq!(world.told().len(), 1, "one failure, one incident");

    let mut world = api_needs_db();
    world.set("api:unhealthy").wait(4);
    check(&mut world, HealthState::Healthy, Contact::Answered);
    assert_eq!(world.open(), "1 api<", "what it needs works");

    let mut world = api_needs_db();
    assert_eq!(world.set("api:unhealthy").wait(9).open(), "");
    assert_eq!(world.wait(1).open(), "1 api<", "no check came");
}

fn any_change() -> impl Strategy<Value = (usize, HealthState, usize, bool, i64)> {
    let states = prop::sample::select(HealthState::ALL.to_vec());
    let states = prop_oneof![2 => Just(HealthState::Unhealthy), 1 => states];
    (
        0..6_usize,
        states,
        0..12_usize,
        prop::bool::weighted(0.1),
        0..40_i64,
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn one_open_incident_a_root_and_all_close_when_all_is_well(
        changes in prop::collection::vec(any_change(), 1..40)
    ) {
        let names = ["a", "b", "c", "d", "e", "f"];
        let mut world = World::of("a b c d e f");
        for (at, state, root, silenced, wait) in changes {
            world.wait(wait);
            world.change(names[at], |service| {
                service.health.state = state;
                service.health.overlays = if silenced { vec![Overlay::Maintenance] } else { Vec::new() };
                let root = names.get(root).filter(|_| root != at && state.is_problem());
                service.health.blocked_by = root.map(|name| format!("hub/{name}").into()).into_iter().collect();
            });
            world.step();
            let roots: BTreeSet<IncidentRoot> =
                world.incidents.open.iter().map(|open| open.incident.root.clone()).collect();
            prop_assert_eq!(roots.len(), world.incidents.open.len(), "one open incident a root");
            let all = world.incidents.share();
            prop_assert!(all.is_sorted_by(|a, b| a.id < b.id));
            prop_assert!(all.iter().all(|each| each.log.len() <= 50 && each.blocked.is_sorted()));
        }
        for name in names {
            world.change(name, |service| {
                service.health.state = HealthState::Healthy;
                service.health.blocked_by.clear();
            });
        }
        world.step();
        world.wait(31);
        prop_assert_eq!(world.open(), "");
        let told = world.timeline.share();
        let count = |wanted: IncidentChange| {
            told.iter().filter(|event| matches!(event.change, Change::Incident { change, .. } if change == wanted)).count()
        };
        prop_assert_eq!(count(IncidentChange::Opened), count(IncidentChange::Closed));
        prop_assert_eq!(u64::try_from(count(IncidentChange::Opened)).unwrap(), world.incidents.last_id);
    }
}

/// After a pause Docker's healthcheck fails for a while; after a minute of errors the process ends.
#[test]
fn what_is_over_is_told_with_its_cause_and_not_with_what_came_last() {
    let cause = |world: &World| world.incidents.share()[0].fact.reason().cloned();
    let mut world = World::of("redis");
    world
        .set("redis:unhealthy")
        .because("redis", Reason::Paused);
    let after = Reason::Docker {
        output: "timeout".to_owned(),
        streak: 3,
    };
    world.wait(2).because("redis", after.clone());
    assert_eq!(
        cause(&world),
        Some(after.clone()),
        "while it is open: what is wrong now"
    );
    world.set("redis:healthy").settle("redis");
    assert_eq!(cause(&world), Some(Reason::Paused));
    let end = Reason::CannotStart {
        error: "no such file".to_owned(),
    };
    let mut world = World::of("api");
    world.set("api:unhealthy").because("api", after.clone());
    world.wait(60).because("api", end.clone());
    world.set("api:healthy").settle("api");
    assert_eq!(
        cause(&world),
        Some(after.clone()),
        "a minute of failed checks"
    );
    let mut world = World::of("api");
    world.set("api:unhealthy").because("api", after);
    world.wait(1).because("api", end.clone());
    world.set("api:healthy").settle("api");
    assert_eq!(
        cause(&world),
        Some(end),
        "the end of the process, noticed a second later"
    );
}
