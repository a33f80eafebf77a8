//! Rules and settings of the config file, folded.

use std::sync::Arc;

use hubdeck::model::*;

use crate::support::store::{With, World, facts};

fn rules(rules: Vec<ServiceRule>) -> Observation {
    Observation::Rules {
        policy: HealthPolicy::default(),
        rules: rules.into(),
        layers: Arc::default(),
        problem: None,
    }
}

/// `[engine] enable_discovery`, `[timeline] max_events` and `[engine] projects`.
pub fn settings(discovery: bool, max_events: usize, projects: &[&str]) -> Observation {
    let projects = projects.iter().map(|name| (*name).to_owned()).collect();
    Observation::Settings {
        discovery,
        projects,
        max_events,
        production: ProductionPatterns::default(),
        waiting: Vec::new(),
    }
}

#[test]
fn projects_that_are_chosen_anew_go_and_come_back_without_an_event() {
    let all = || vec![facts("a/api"), facts("b/db"), facts("lone")];
    let mut world = World::of(all());
    let events = world.snapshot().timeline.len();
    let ids = |world: &mut World| -> Vec<String> {
        world
            .snapshot()
            .services
            .iter()
            .map(|service| service.id.to_string())
            .collect()
    };
    let _ = world.apply(settings(true, 100, &["b"]));
    assert_eq!(ids(&mut world), ["b/db"], "at once");
    world.wait(1);
    let _ = world.list(vec![facts("b/db")]);
    let _ = world.apply(Observation::Projects(vec![
        StackName::new("a"),
        StackName::new("b"),
    ]));
    let _ = world.apply(settings(true, 100, &[]));
    assert_eq!(world.snapshot().engine.projects, None, "all are watched");
    world.wait(1);
    let _ = world.list(all());
    assert_eq!(ids(&mut world), ["a/api", "b/db", "lone"]);
    assert_eq!(
        world.snapshot().timeline.len(),
        events,
        "{:?}",
        world.told(events)
    );
    // From then on what goes and comes is told again.
    world.wait(1);
    let _ = world.list(vec![facts("b/db"), facts("lone"), facts("a/new")]);
    assert_eq!(
        world.told(events),
        [
            "container a-api-1 removed",
            "container a-new-1 created",
            "container a-new-1 started"
        ]
    );
}

#[test]
fn layers_and_names_follow_the_file_and_the_labels() {
    let labelled = |service: &str, layer: &str, name: &str| {
        facts(service).with(|facts| {
            facts
                .labels
                .reveal_mut()
                .insert("hubdeck.layer".into(), layer.into());
            facts
                .labels
                .reveal_mut()
                .insert("hubdeck.name".into(), name.into());
        })
    };
    let mut world = World::of(vec![
        labelled("a/api", "batch", "Public\n API"),
        labelled("a/db", "", " "),
    ]);
    let api = world.service("a/api");
    assert_ne!(
        api.layer.origin,
        LayerOrigin::Label,
        "there is no such layer yet"
    );
    assert!(
        api.layer
            .reason
            .ends_with("the label hubdeck.layer=\"batch\" is no layer and was ignored")
    );
    assert_eq!(
        (api.title(), &*api.full_title()),
        ("Public API", "a/Public API")
    );
    assert_eq!(world.service("a/db").display_name, None);
    let batch = LayerName {
        layer: Layer::Added(0),
        id: "batch".into(),
        title: "Nightly work".into(),
    };
    let named = |name: &str| ServiceRule {
        name: Some(name.into()),
        ..ServiceRule::of("api")
    };
    let _ = world.apply(Observation::Rules {
        policy: HealthPolicy::default(),
        rules: vec![named("Orders")].into(),
        layers: Arc::new(Layers::new(vec![batch])),
        problem: None,
    });
    let api = world.service("a/api");
    assert_eq!(
        (api.layer.layer, api.layer.confidence),
        (Layer::Added(0), 100)
    );
    assert_eq!(
        (api.title(), api.name.as_str()),
        ("Orders", "api"),
        "the file is stronger than the label"
    );
    let _ = world.apply(rules(vec![]));
    let api = world.service("a/api");
    assert_eq!((api.layer.layer, api.title()), (Layer::App, "Public API"));
}

fn url_probe() -> Option<ProbeSpec> {
    Some(ProbeSpec {
        tls: true,
        url: Some("https://example.com/".into()),
        ..ProbeSpec::new(ProbeKind::Http, 443, ProbeOrigin::Config)
    })
}

#[test]
fn rules_override_hide_and_connect() {
    let mut world = World::of(vec![facts("a/api"), facts("a/db"), facts("a/secret")]);
    let _ = world.apply(rules(vec![
        ServiceRule {
            layer: Some(Layer::Ui),
            depends_on: vec!["db".into()],
            ..ServiceRule::of("a/api")
        },
        ServiceRule {
            hide: true,
            ..ServiceRule::of("secret")
        },
        ServiceRule {
            layer: Some(Layer::Edge),
            probe: url_probe(),
            ..ServiceRule::of("a*")
        },
    ]));
    let snapshot = world.snapshot();
    assert_eq!(snapshot.services.len(), 2);
    assert_eq!(snapshot.totals().all(), 2);
    let api = world.service("a/api");
    assert_eq!(
        (api.layer.layer, api.layer.origin),
        (Layer::Ui, LayerOrigin::Config)
    );
    assert_eq!(api.depends_on, [ServiceId::new("a/db")]);
    assert_eq!(api.probe_rule, url_probe());
    assert_eq!(world.service("a/db").needed_by, [ServiceId::new("a/api")]);
    let before = world.told(0).len();
    let _ = world.die(&facts("a/secret"), 1);
    assert_eq!(
        world.told(before),
        Vec::<String>::new(),
        "hidden means hidden"
    );
    // A later container gets the rules too.
    let _ = world.inspect(facts("b/secret"));
    assert_eq!(world.snapshot().services.len(), 2);
    let _ = world.apply(rules(vec![]));
    assert_eq!(world.snapshot().services.len(), 4);
    assert!(world.snapshot().edges.is_empty());
}

#[test]
fn a_rule_with_a_url_and_no_container_is_an_external_service() {
    let mut world = World::of(vec![facts("a/api")]);
    let external = ServiceRule {
        probe: url_probe(),
        ..ServiceRule::of("partner")
    };
    let not_external = ServiceRule {
        probe: url_probe(),
        ..ServiceRule::of("api")
    };
    let _ = world.apply(rules(vec![external, not_external]));
    assert_eq!(world.snapshot().services.len(), 2);
    assert_eq!(world.service("partner").source, Source::Config);
    assert_eq!(world.health("partner"), "unknown: not checked yet");
    let result = ProbeResult {
        target: "https://example.com/".into(),
        latency_ms: Some(12.0),
        finding: crate::support::store::reasons::finding("200 OK"),
        ..ProbeResult::of(ProbeOutcome::Success, world.now)
    };
    let _ = world.apply(Observation::Probed {
        service: "partner".into(),
        instance: None,
        result,
    });
    assert_eq!(world.health("partner"), "healthy: probe: 200 OK");
    assert_eq!(world.service("partner").latency.len(), 1);
    world.wait(90);
    assert_eq!(world.health("partner"), "unknown: no result for 90 s");
    // A container of that name takes its place, and gives it back.
    let _ = world.inspect(facts("partner"));
    assert_eq!(world.service("partner").source, Source::Docker);
    let _ = world.apply(Observation::Gone {
        at: world.now,
        instance: "id-partner".into(),
    });
    assert_eq!(world.service("partner").source, Source::Config);
    let _ = world.apply(rules(vec![]));
    assert_eq!(world.snapshot().services.len(), 1);
}
