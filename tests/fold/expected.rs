//! The store waits for a probe exactly where one is derived.

use std::sync::Arc;
use std::time::Duration;

use hubdeck::model::{
    HealthPolicy, InstanceFacts, Observation, Port, ProbeKind, ProbeOrigin, ProbeSpec, ServiceRule,
};
use hubdeck::probe::derive;

use crate::support::store::{With, World, facts};

fn of_image(image: &str) -> InstanceFacts {
    facts("a/x").with(|facts| facts.image = image.into())
}

fn labelled(value: &str) -> InstanceFacts {
    facts("a/x").port(80).with(|facts| {
        facts
            .labels
            .reveal_mut()
            .insert(ProbeSpec::LABEL.into(), value.into());
    })
}

fn udp(port: u16) -> InstanceFacts {
    facts("a/x").with(|facts| {
        facts.ports = vec![Port {
            container: port,
            protocol: "udp".into(),
            published: None,
            address: None,
        }];
    })
}

#[test]
fn a_probe_is_awaited_where_one_is_derived() {
    for (container, rule) in [
        (facts("a/x"), None),
        (facts("a/x").port(80), None),
        (facts("a/x").port(5432), None),
        (udp(53), None),
        (udp(123), None),
        (of_image("redis:7"), None),
        (of_image("containrrr/watchtower:1"), None),
        (labelled("redis://:6379"), None),
        (labelled("none"), None),
        (labelled(" off "), None),
        (facts("a/x"), Some(ProbeKind::Exec)),
        (facts("a/x"), Some(ProbeKind::Postgres)),
        (facts("a/x").port(80), Some(ProbeKind::Docker)),
    ] {
        let shown = format!(
            "{} {:?} {:?} {rule:?}",
            container.image, container.ports, container.labels
        );
        let mut world = World::of(vec![container]);
        let probe = rule.map(|kind| ProbeSpec::new(kind, 1, ProbeOrigin::Config));
        let _ = world.apply(Observation::Rules {
            policy: HealthPolicy::default(),
            rules: vec![ServiceRule {
                probe,
                ..ServiceRule::of("x")
            }]
            .into(),
            layers: Arc::default(),
            problem: None,
        });
        let service = world.service("a/x");
        let spec = derive(&service, Duration::from_secs(5), None).spec;
        let derived = spec.is_some_and(|spec| spec.kind != ProbeKind::Docker);
        let expected = if derived {
            "unknown: not checked yet"
        } else {
            "running: no check"
        };
        assert_eq!(world.health("a/x"), expected, "{shown}");
    }
}
