//! When an incident opens for a root that is found at the start or soon after.

use ProbeOrigin::{Config, Port};
use ProbeOutcome::{Failure, Success};
use hubdeck::model::*;

use super::{begin, incidents, opened_at};
use crate::support::store::{With, facts};

#[test]
fn a_root_below_an_open_incident_has_its_own_begin_and_end() {
    let (quotes, gateway) = (
        facts("hub/quotes"),
        facts("hub/gateway").needs("quotes:healthy").port(80),
    );
    let mut world = begin(&[quotes.clone(), gateway.clone()], 60);
    let _ = world.inspect(quotes.clone());
    let _ = world.inspect(gateway.clone());
    for _ in 0..3 {
        let _ = world.probe(&gateway, Config, Failure);
        world.wait(20);
    }
    assert_eq!(
        incidents(&mut world),
        ["1 hub/gateway [] gateway refuses connections"]
    );
    let crashed_at = world.now;
    let _ = world.die(&quotes, 1);
    world.wait(4);
    assert_eq!(
        incidents(&mut world),
        ["2 hub/quotes [hub/gateway] quotes exited with code 1; this blocks gateway"]
    );
    assert_eq!(opened_at(&mut world), crashed_at);
    let told = world.told_of_incidents();
    assert!(told.iter().any(|text| {
        text.ends_with("hub/gateway is blocked by hub/quotes: merged into incident #2")
    }));
}

#[test]
fn a_new_root_waits_until_what_it_needs_is_confirmed() {
    let orders = facts("hub/orders").port(80);
    let gateway = facts("hub/gateway").needs("orders:healthy").port(80);
    // The gateway fails three times in a row, and orders as often as told.
    let failing = |times: usize| {
        let mut world = begin(&[orders.clone(), gateway.clone()], 600);
        for facts in [&orders, &gateway] {
            let _ = world.inspect(facts.clone());
            let _ = world.probe(facts, Config, Success);
        }
        for failure in 0..3 {
            world.wait(5);
            let _ = world.probe(&gateway, Config, Failure);
            let outcome = if failure >= 3 - times {
                Failure
            } else {
                Success
            };
            let _ = world.probe(&orders, Config, outcome);
        }
        world
    };
    let gateway_alone = ["1 hub/gateway [] gateway refuses connections"];
    assert_eq!(
        incidents(&mut failing(0)),
        gateway_alone,
        "nothing else fails"
    );
    let mut world = failing(2);
    assert!(
        incidents(&mut world).is_empty(),
        "orders has failed twice and may be the root"
    );
    world.wait(5);
    let _ = world.probe(&orders, Config, Failure);
    let one = ["1 hub/orders [hub/gateway] orders refuses connections; this blocks gateway"];
    assert_eq!(incidents(&mut world), one, "one incident, of the root");
    let mut world = failing(2);
    assert!(incidents(&mut world).is_empty(), "it waits");
    world.wait(26);
    assert_eq!(
        incidents(&mut world),
        gateway_alone,
        "what is not confirmed in time is waited for no longer"
    );
}

#[test]
fn what_the_first_look_finds_failing_did_not_fail_at_once() {
    let all: Vec<InstanceFacts> = ["a", "b", "c", "d", "e"]
        .iter()
        .map(|name| facts(&format!("hub/{name}")).port(80))
        .collect();
    let mut world = begin(&all, 600);
    for facts in &all {
        let _ = world.inspect(facts.clone());
        let _ = world.probe_saying(
            facts,
            Port,
            (Failure, Contact::Answered, "500 Internal Server Error"),
        );
    }
    let roots: Vec<IncidentRoot> = world
        .snapshot()
        .open_incidents()
        .map(|incident| incident.root.clone())
        .collect();
    assert_eq!(roots.len(), 5, "{roots:?}");
    assert!(
        roots.iter().all(|root| root.service().is_some()),
        "{roots:?}"
    );
}
