//! Rules, operations and the shape of snapshots.

use std::sync::Arc;

use crate::support::store::{With, World, at, facts};
use hubdeck::model::*;
use hubdeck::store::{Changed, Store};
use hubdeck::topology::bands::bands;

fn rules(rules: Vec<ServiceRule>) -> Observation {
    Observation::Rules {
        policy: HealthPolicy::default(),
        rules: rules.into(),
        layers: Arc::default(),
        problem: None,
    }
}

fn settings(discovery: bool, max_events: usize, projects: &[&str]) -> Observation {
    let projects = projects.iter().map(|name| (*name).to_owned()).collect();
    Observation::Settings {
        discovery,
        projects,
        max_events,
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
        message: "200 OK".into(),
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

#[test]
fn operations_are_followed_and_forgotten() {
    let mut world = World::of(vec![facts("a/db")]);
    let step = Step {
        kind: OperationKind::Restart,
        service: "a/db".into(),
        instance: "id-a-db-1".into(),
        name: "a-db-1".into(),
        swarm_service: None,
        wait_healthy: false,
        wave: 0,
    };
    let operation = Operation {
        kind: OperationKind::Restart,
        targets: vec!["a/db".into()],
        with_dependents: false,
    };
    let plan = Plan {
        operation,
        steps: vec![step],
        impact: Impact::default(),
        removes: Vec::new(),
        warnings: vec![],
        hash: "0".into(),
    };
    let news = |world: &mut World, progress| {
        let at = world.now;
        world.apply(Observation::Operation {
            id: OperationId(1),
            at,
            progress,
        })
    };
    assert_eq!(
        news(&mut world, OperationProgress::Succeeded),
        Changed::No,
        "never begun"
    );
    let started = OperationProgress::Started {
        principal: Principal::Terminal,
        plan: Box::new(plan),
    };
    assert_eq!(news(&mut world, started), Changed::Yes);
    let running = OperationProgress::Step {
        index: 0,
        state: StepState::Running,
    };
    assert_eq!(news(&mut world, running), Changed::Yes);
    let beyond = OperationProgress::Step {
        index: 1,
        state: StepState::Running,
    };
    assert_eq!(news(&mut world, beyond), Changed::No);
    assert_eq!(world.snapshot().operations[0].steps, [StepState::Running]);
    world.wait(3);
    let _ = news(
        &mut world,
        OperationProgress::Failed {
            error: "permission denied".into(),
        },
    );
    assert_eq!(
        world.told(0),
        [
            "restart a/db: started by the console",
            "restart a/db: failed, permission denied"
        ]
    );
    world.wait(299);
    assert_eq!(world.snapshot().operations.len(), 1);
    world.wait(1);
    assert_eq!(world.snapshot().operations.len(), 1, "the last one stays");
}

#[test]
fn an_operation_that_was_cancelled_or_interrupted_is_told() {
    let mut world = World::of(vec![facts("a/db")]);
    let interrupted = InterruptedOperation {
        began_at: at(0),
        verb: "restart".into(),
        targets: vec!["a/db".into()],
        unknown: vec!["restart a-db-1".into()],
        not_begun: vec!["restart a-web-1".into()],
    };
    let now = world.now;
    let told = Observation::Interrupted {
        at: now,
        operations: vec![interrupted.clone()],
    };
    assert_eq!(world.apply(told), Changed::Yes);
    assert_eq!(world.told(0), [interrupted.to_string()]);
    assert_eq!(world.snapshot().timeline[0].service, Some("a/db".into()));
    let none = Observation::Interrupted {
        at: now,
        operations: Vec::new(),
    };
    assert_eq!(world.apply(none), Changed::No);

    let step = |name: &str| Step {
        kind: OperationKind::Restart,
        service: "a/db".into(),
        instance: "id-a-db-1".into(),
        name: name.into(),
        swarm_service: None,
        wait_healthy: false,
        wave: 0,
    };
    let plan = Plan {
        operation: Operation {
            kind: OperationKind::Restart,
            targets: vec!["a/db".into()],
            with_dependents: true,
        },
        steps: vec![step("a-db-1"), step("a-web-1")],
        impact: Impact::default(),
        removes: Vec::new(),
        warnings: vec![],
        hash: "0".into(),
    };
    let reason = SkipReason::Cancelled;
    for progress in [
        OperationProgress::Started {
            principal: Principal::Terminal,
            plan: Box::new(plan),
        },
        OperationProgress::Step {
            index: 0,
            state: StepState::Unverified,
        },
        OperationProgress::Step {
            index: 1,
            state: StepState::Skipped { reason },
        },
        OperationProgress::Cancelled { reason },
    ] {
        let at = world.now;
        let _ = world.apply(Observation::Operation {
            id: OperationId(1),
            at,
            progress,
        });
    }
    assert_eq!(
        world.told(2),
        ["restart a/db with dependents: cancelled, 1 of 2 steps not begun"]
    );
    let status = world.snapshot().operations[0].clone();
    assert_eq!((status.cancelled, &status.error), (Some(reason), &None));
}

#[test]
fn the_revision_grows_only_with_changes_and_the_rest_is_shared() {
    let mut store = Store::new(at(0));
    assert_eq!(store.snapshot(at(1)).revision, 0);
    let mut world = World::of(vec![facts("a/api").port(80), facts("a/db")]);
    let first = world.snapshot();
    assert!(Arc::ptr_eq(&first, &world.snapshot()));
    let _ = world.probe(&facts("a/api"), ProbeOrigin::Config, ProbeOutcome::Success);
    let second = world.snapshot();
    assert_eq!(second.revision, first.revision + 1);
    assert!(!Arc::ptr_eq(&first.services[0], &second.services[0]));
    assert!(Arc::ptr_eq(&first.services[1], &second.services[1]));
    assert!(
        Arc::ptr_eq(&first.edges, &second.edges) && Arc::ptr_eq(&first.timeline, &second.timeline)
    );
}

#[test]
fn refused_features_are_listed_until_they_work() {
    let mut world = World::of(vec![]);
    let refuse = |reason: Option<&str>| Observation::Refused {
        feature: Feature::Stats,
        reason: reason.map(str::to_owned),
    };
    assert_eq!(world.apply(refuse(None)), Changed::No);
    assert_eq!(world.apply(refuse(Some("not permitted"))), Changed::Yes);
    assert_eq!(world.apply(refuse(Some("not permitted"))), Changed::No);
    assert_eq!(
        world.snapshot().engine.refused,
        [(Feature::Stats, "not permitted".to_owned())]
    );
    assert_eq!(world.apply(refuse(None)), Changed::Yes);
    assert!(world.snapshot().engine.refused.is_empty());
}

#[test]
fn the_timeline_is_bounded() {
    let mut world = World::of(vec![]);
    for number in 0..1_200 {
        let _ = world.apply(Observation::Own {
            at: world.now,
            text: number.to_string(),
        });
    }
    let timeline = Arc::clone(&world.snapshot().timeline);
    assert_eq!(timeline.len(), 1_000);
    assert_eq!(
        (timeline[0].text.as_str(), timeline[0].sequence),
        ("200", 200)
    );
}

#[test]
fn a_stopped_service_keeps_its_band_and_its_place() {
    let entry = facts("a/zeta")
        .port(443)
        .needs("y10:healthy")
        .with(|facts| {
            facts.ports[0].published = Some(443);
        });
    let mut world = World::of(vec![
        entry.clone(),
        facts("a/y10"),
        facts("a/y2"),
        facts("a/y1"),
    ]);
    let order = |world: &mut World| -> Vec<String> {
        let snapshot = world.snapshot();
        let names = |band: &hubdeck::topology::bands::Band| {
            band.services
                .iter()
                .map(|service| format!("{} {}", band.layer.id, service.id))
                .collect::<Vec<_>>()
        };
        bands(&snapshot.services, &snapshot.layers)
            .iter()
            .flat_map(names)
            .collect()
    };
    let before = order(&mut world);
    assert_eq!(before, ["edge a/zeta", "app a/y1", "app a/y2", "app a/y10"]);
    world.wait(5);
    let _ = world.die(&entry, 1);
    let stopped = entry.exited(1, 1_005).with(|facts| facts.ports.clear());
    let _ = world.inspect(stopped);
    let _ = world.inspect(facts("a/y1").with(|facts| facts.image = "acme/other".into()));
    assert_eq!(order(&mut world), before);
}

#[test]
fn the_timeline_keeps_as_many_events_as_the_settings_say() {
    let mut world = World::of(vec![facts("a/api")]);
    let push = |world: &mut World, count: usize| {
        for number in 0..count {
            let _ = world.apply(Observation::Own {
                at: at(1),
                text: format!("event {number}"),
            });
        }
    };
    let _ = world.apply(settings(true, 20, &[]));
    push(&mut world, 30);
    let texts = |world: &mut World| -> Vec<String> {
        world
            .snapshot()
            .timeline
            .iter()
            .map(|event| event.text.clone())
            .collect()
    };
    let kept = texts(&mut world);
    assert_eq!(
        (kept.len(), kept.last().map(String::as_str)),
        (20, Some("event 29"))
    );
    let _ = world.apply(settings(true, 10, &[]));
    assert_eq!(texts(&mut world), kept[10..], "a reload drops the oldest");
    let _ = world.apply(settings(true, 40, &[]));
    push(&mut world, 40);
    assert_eq!(texts(&mut world).len(), 40);
}

#[test]
fn snapshots_say_that_discovery_is_off_and_which_projects_there_are() {
    let mut world = World::of(vec![facts("a/api")]);
    assert!(world.snapshot().engine.discovery && world.snapshot().engine.projects.is_none());
    let _ = world.apply(settings(false, 10, &[]));
    let _ = world.apply(Observation::Projects(vec![
        StackName::new("a"),
        StackName::new("b"),
    ]));
    let engine = world.snapshot().engine.clone();
    assert!(!engine.discovery);
    assert_eq!(
        engine.projects,
        Some(vec![StackName::new("a"), StackName::new("b")])
    );
}
