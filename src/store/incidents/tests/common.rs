//! Troubles of many services at once, of the engine and of the host.

use super::*;

fn unreachable(service: &mut Service) {
    service.health.state = HealthState::Unhealthy;
    service.health.probe = Some(verdict(Timestamp::UNIX_EPOCH, Contact::Unreachable));
}

/// The verdict of a probe that ended at `checked_at`; it succeeded if there was an answer.
pub(super) fn verdict(checked_at: Timestamp, contact: Contact) -> ProbeVerdict {
    let success = contact == Contact::Answered;
    let finding = if success {
        crate::model::Finding::default()
    } else {
        crate::model::Finding::Unreachable
    };
    ProbeVerdict {
        kind: ProbeKind::Tcp,
        target: String::new(),
        success,
        contact,
        latency_ms: None,
        phases: None,
        certificate_until: None,
        checked_at,
        finding,
        counts: true,
    }
}

#[test]
fn most_failing_at_once_without_a_root_is_one_incident_of_what_is_under_them() {
    let mut world = World::of("a b c d e f");
    assert_eq!(
        world.set("a:unhealthy b:unhealthy c:unhealthy").open(),
        "1 a< 2 b< 3 c<"
    );
    assert_eq!(world.set("d:unhealthy").open(), "4 the host<a,b,c,d");
    assert_eq!(
        world.wait(5).set("e:unhealthy").open(),
        "4 the host<a,b,c,d,e"
    );
    let text = &crate::explain::incident::sentence(&world.incidents.open[0].incident);
    assert!(
        text.starts_with(
            "5 of 6 services failed at once without a common cause; check the host first"
        ),
        "{text}"
    );
    world.set("a:healthy b:healthy c:healthy");
    assert_eq!(
        world.wait(11).open(),
        "5 d< 6 e<",
        "the rest is told by itself"
    );
    // The engine was unreachable a moment ago; only our probes fail.
    for (was_away, root) in [(true, "the engine"), (false, "our own network")] {
        let mut world = World::of("a b c d e f");
        world.back_since = was_away.then_some(world.now);
        for name in ["a", "b", "c", "d"] {
            world.change(name, unreachable);
        }
        world.step();
        assert_eq!(world.open(), format!("1 {root}<a,b,c,d"));
    }
}

#[test]
fn a_common_root_or_failures_apart_are_no_panic() {
    let mut world = World::of("a b c d e f");
    assert_eq!(
        world
            .set("a:unhealthy b:unhealthy<a c:unhealthy<a d:unhealthy<a")
            .open(),
        "1 a<b,c,d"
    );
    let mut world = World::of("a b c d e f");
    world.set("a:unhealthy b:unhealthy").wait(50);
    assert_eq!(
        world.set("c:unhealthy d:unhealthy").open(),
        "1 a< 2 b< 3 c< 4 d<"
    );
}

#[test]
fn a_lost_engine_is_an_incident() {
    let mut world = World::of("db");
    world.lost_since = Some(world.now);
    world.step();
    assert_eq!(world.open(), "1 the engine<");
    world.lost_since = None;
    world.step();
    assert_eq!(world.open(), "");
    assert_eq!(
        world.told()[1],
        "incident #1 resolved: the engine answers again"
    );
}

#[test]
fn a_full_disk_is_an_incident_of_the_host() {
    let mut world = World::of("db");
    let mut told = String::new();
    for percent in [89, 90, 99, 89, 88, 87, 50] {
        world.disk = DiskUse::new(
            world.now,
            "/data".to_owned(),
            100,
            100 - percent,
            100 - percent,
        );
        world.step();
        told.push(if world.open().is_empty() { '.' } else { 'x' });
    }
    assert_eq!(told, ".xxxx..");
    assert_eq!(
        world.told()[0],
        "incident #1 opened: the disk of the host is 90 % full (/data)"
    );
}
