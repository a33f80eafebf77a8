//! Slow answers in, the service that makes others slow out.

use hubdeck::explain::explain;
use hubdeck::model::*;
use jiff::tz::TimeZone;

use crate::support::store::{With, World, facts};

const SLOW: (ProbeOutcome, Contact, &str) = (
    ProbeOutcome::Warning,
    Contact::Answered,
    "200 OK, slow: 2.5 s",
);
const FAST: (ProbeOutcome, Contact, &str) = (ProbeOutcome::Success, Contact::Answered, "200 OK");
const SILENT: (ProbeOutcome, Contact, &str) = (
    ProbeOutcome::Failure,
    Contact::NoAnswer,
    "no answer within 5 s",
);

/// Three rounds in which each of `all` answers so.
fn rounds(world: &mut World, all: &[(&InstanceFacts, (ProbeOutcome, Contact, &str))]) {
    for _ in 0..3 {
        for (facts, answer) in all {
            let _ = world.probe_saying(facts, ProbeOrigin::Config, *answer);
        }
        world.wait(5);
    }
}

fn hub() -> (InstanceFacts, InstanceFacts, InstanceFacts, World) {
    let db = facts("hub/db").port(5432);
    let backend = facts("hub/backend").needs("db:healthy").port(80);
    let proxy = facts("hub/proxy").needs("backend:healthy").port(80);
    let mut world = World::of(vec![db.clone(), backend.clone(), proxy.clone()]);
    rounds(&mut world, &[(&db, FAST), (&backend, FAST), (&proxy, FAST)]);
    (db, backend, proxy, world)
}

fn roots(world: &mut World, id: &str) -> Vec<String> {
    let service = world.service(id);
    let roots = service.health.blocked_by.iter();
    roots.map(ToString::to_string).collect()
}

fn sentence(world: &mut World, id: &str) -> String {
    let service = world.service(id);
    explain(&service, &world.snapshot(), &TimeZone::UTC).sentence
}

#[test]
fn a_proxy_is_slow_because_its_backend_is() {
    let (_, backend, proxy, mut world) = hub();
    rounds(&mut world, &[(&backend, SLOW), (&proxy, SLOW)]);
    assert_eq!(roots(&mut world, "hub/proxy"), ["hub/backend"]);
    assert!(roots(&mut world, "hub/backend").is_empty());
    assert_eq!(
        sentence(&mut world, "hub/proxy"),
        "proxy is slow (2.5 s) because backend is (2.5 s)"
    );
    assert!(
        world.incidents().is_empty(),
        "everything works: {:?}",
        world.incidents()
    );
    rounds(&mut world, &[(&backend, FAST), (&proxy, FAST)]);
    assert!(roots(&mut world, "hub/proxy").is_empty());
}

#[test]
fn a_proxy_that_fails_for_a_slow_backend_is_the_victim_of_its_incident() {
    let (db, backend, proxy, mut world) = hub();
    rounds(
        &mut world,
        &[(&db, FAST), (&backend, SLOW), (&proxy, SILENT)],
    );
    assert_eq!(roots(&mut world, "hub/proxy"), ["hub/backend"]);
    // The incident waits until what its root needs would have been checked.
    world.wait(11);
    let snapshot = world.snapshot();
    let open: Vec<_> = snapshot.open_incidents().collect();
    assert_eq!(open.len(), 1, "{:?}", world.incidents());
    assert_eq!(
        (&open[0].root, &open[0].blocked),
        (
            &IncidentRoot::Service("hub/backend".into()),
            &vec!["hub/proxy".into()]
        )
    );
    rounds(&mut world, &[(&backend, FAST), (&proxy, FAST)]);
    world.wait(60);
    assert!(world.incidents().is_empty());
}

#[test]
fn what_is_slow_for_a_broken_need_is_blocked_by_that_one() {
    let (db, backend, proxy, mut world) = hub();
    let _ = world.die(&db, 1);
    rounds(&mut world, &[(&backend, SLOW), (&proxy, SLOW)]);
    assert_eq!(roots(&mut world, "hub/backend"), ["hub/db"]);
    assert_eq!(roots(&mut world, "hub/proxy"), ["hub/db"]);
}
