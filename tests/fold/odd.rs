//! What could not be read of containers and of the engine's answers, folded: said, and nothing
//! asserted of it.

use hubdeck::document::json::{ServiceDocument, StatusDocument};
use hubdeck::explain::timeline::words;
use hubdeck::model::*;

use crate::support::store::{With, World, at, facts};

fn unread(facts: InstanceFacts, fields: &[&str]) -> InstanceFacts {
    facts.with(|facts| {
        facts.unread.fields = fields.iter().map(|field| (*field).to_owned()).collect()
    })
}

fn refused(facts: InstanceFacts) -> InstanceFacts {
    facts.with(|facts| {
        facts.inspected = false;
        facts.unread.inspection = Some("not permitted".into());
    })
}

#[test]
fn a_running_container_that_was_not_read_whole_is_not_healthy() {
    for (container, expected) in [
        (
            refused(facts("hub/api")),
            "unknown: details could not be read: not permitted",
        ),
        (
            unread(facts("hub/api"), &["RestartCount"]),
            "unknown: details could not be read: RestartCount",
        ),
        (
            unread(facts("hub/api"), &["Config.Healthcheck.Test"]),
            "unknown: details could not be read: Config.Healthcheck.Test",
        ),
        (
            facts("hub/api").with(|facts| facts.inspected = false),
            "unknown: not inspected yet",
        ),
        (
            refused(facts("hub/api").docker(DockerStatus::Healthy)),
            "healthy: docker: healthy; details could not be read: not permitted",
        ),
        (
            unread(
                facts("hub/api").with(|facts| facts.state = InstanceState::Unknown),
                &["State"],
            ),
            "unknown: details could not be read: State",
        ),
    ] {
        let mut world = World::of(vec![container]);
        assert_eq!(world.health("hub/api"), expected);
        assert!(
            world.snapshot().open_incidents().next().is_none(),
            "{expected}: nobody knows of trouble"
        );
    }
}

#[test]
fn nothing_is_given_out_of_what_was_not_read() {
    let mut world = World::of(vec![refused(facts("hub/api")), facts("hub/db")]);
    let snapshot = world.snapshot();
    let document = |id: &str| {
        let service = snapshot.service(&ServiceId::from(id)).expect("a service");
        serde_json::to_value(ServiceDocument::of(service, &snapshot)).expect("JSON")
    };
    let (api, db) = (document("hub/api"), document("hub/db"));
    assert!(api["health"]["docker"].is_null() && api["limits"].is_null());
    assert!(
        api["instances"][0]["restarts"].is_null() && api["instances"][0]["oom_killed"].is_null()
    );
    assert_eq!(
        api["instances"][0]["unread"],
        "details could not be read: not permitted"
    );
    assert_eq!(db["health"]["docker"]["status"], "none");
    assert_eq!(
        (
            &db["instances"][0]["restarts"],
            &db["instances"][0]["oom_killed"]
        ),
        (&0.into(), &false.into())
    );
    assert!(
        db["instances"][0].get("unread").is_none(),
        "nothing is missing"
    );
}

#[test]
fn what_was_known_before_an_inspection_failed_stays() {
    let api = facts("hub/api").docker(DockerStatus::Healthy);
    let mut world = World::of(vec![api.clone()]);
    assert_eq!(world.health("hub/api"), "healthy: docker: healthy");
    world.wait(10);
    let _ = world.inspect(
        api.clone()
            .with(|facts| facts.unread.inspection = Some("HTTP status 500".into())),
    );
    assert_eq!(
        world.health("hub/api"),
        "healthy: docker: healthy; details could not be read: HTTP status 500"
    );
    world.wait(10);
    let _ = world.inspect(api);
    assert_eq!(world.health("hub/api"), "healthy: docker: healthy");
}

#[test]
fn ports_that_are_not_bound_and_ports_of_both_address_families() {
    let port = |published: Option<u16>, address: Option<&str>| Port {
        container: 80,
        protocol: "tcp".into(),
        published,
        address: address.map(str::to_owned),
    };
    let unbound = |host| UnboundPort {
        container: 80,
        protocol: "tcp".into(),
        host,
    };
    let range = HostPort::Range {
        first: 28_000,
        last: 28_010,
    };
    for (ports, waiting, expected, endpoints) in [
        (
            vec![
                port(Some(8080), Some("0.0.0.0")),
                port(Some(8080), Some("::")),
            ],
            vec![],
            r#"[{"container":80,"protocol":"tcp","published":8080,"address":"0.0.0.0"}]"#,
            r#"["0.0.0.0:8080","[::]:8080"]"#,
        ),
        (
            vec![port(None, None)],
            vec![unbound(HostPort::Random)],
            r#"[{"container":80,"protocol":"tcp","published":null,"address":null,"planned":"random"}]"#,
            "[]",
        ),
        (
            vec![port(None, None)],
            vec![unbound(range)],
            r#"[{"container":80,"protocol":"tcp","published":null,"address":null,"planned":"28000-28010"}]"#,
            "[]",
        ),
        (
            vec![port(None, None)],
            vec![],
            r#"[{"container":80,"protocol":"tcp","published":null,"address":null}]"#,
            "[]",
        ),
    ] {
        let mut world =
            World::of(vec![facts("hub/api").with(|facts| {
                (facts.ports, facts.unbound_ports) = (ports, waiting)
            })]);
        let snapshot = world.snapshot();
        let status = serde_json::to_value(StatusDocument::from(&*snapshot)).expect("JSON");
        let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
        assert_eq!(status["services"][0]["ports"], json(expected));
        assert_eq!(status["services"][0]["endpoints"], json(endpoints));
    }
}

#[test]
fn gaps_are_kept_and_told_when_they_are_news() {
    let mut world = World::of(vec![facts("hub/api")]);
    let skip = world.snapshot().timeline.len();
    let gap = |gap| Observation::Gap { at: at(1), gap };
    for (news, changed) in [
        (EngineGap::Containers(0), false),
        (EngineGap::Containers(1), true),
        (EngineGap::Containers(1), false),
        (EngineGap::Containers(2), true),
        (EngineGap::Containers(0), true),
        (EngineGap::Events(3), true),
        (EngineGap::Events(1), true),
        (EngineGap::Unannounced(0), false),
        (EngineGap::Unannounced(1), true),
        (EngineGap::Unannounced(1), true),
    ] {
        assert_eq!(world.apply(gap(news)).is_yes(), changed, "{news:?}");
    }
    let snapshot = world.snapshot();
    let told: Vec<String> = snapshot
        .timeline
        .iter()
        .skip(skip)
        .map(|event| words(&event.change))
        .collect();
    assert_eq!(
        told,
        [
            "one container in the engine's list could not be read and is not shown",
            "2 containers in the engine's list could not be read and are not shown",
            "3 lines of the engine's event stream could not be read",
            "changes were found by polling that no event announced; the event stream may be filtered",
        ]
    );
    let gaps = snapshot.engine.gaps;
    assert_eq!(
        (
            gaps.unreadable_containers,
            gaps.unreadable_events,
            gaps.unannounced_changes
        ),
        (0, 4, 2)
    );
    let status = serde_json::to_value(StatusDocument::from(&*snapshot)).expect("JSON");
    assert_eq!(status["engine"]["gaps"]["unreadable_events"], 4);

    let _ = world.apply(Observation::Engine {
        status: EngineStatus::Connected { since: at(60) },
        attempts: Vec::new(),
    });
    assert_eq!(
        world.snapshot().engine.gaps.unannounced_since,
        None,
        "another connection, another stream"
    );
}
