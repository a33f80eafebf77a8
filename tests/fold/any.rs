//! Whatever is observed in whatever order: no panic, bounded, consistent.

use std::collections::HashSet;
use std::sync::Arc;

use hubdeck::model::*;
use hubdeck::store::Store;
use proptest::prelude::*;

use crate::support::store::{With, at, numbered};

const NAMES: [&str; 4] = ["a/db", "a/api", "b/db", "solo"];

fn any_facts() -> impl Strategy<Value = InstanceFacts> {
    let states = prop::sample::select(vec![
        InstanceState::Created,
        InstanceState::Running,
        InstanceState::Paused,
        InstanceState::Restarting,
        InstanceState::Removing,
        InstanceState::Exited,
        InstanceState::Dead,
    ]);
    let docker = prop::sample::select(vec![
        DockerStatus::None,
        DockerStatus::Starting,
        DockerStatus::Healthy,
        DockerStatus::Unhealthy,
    ]);
    let policy = prop::sample::select(vec!["", "no", "always", "on-failure", "unless-stopped"]);
    let needs = prop::sample::select(vec![
        "",
        "db:healthy",
        "api:completed db:started",
        "db:completed",
    ]);
    let times = (
        prop::option::of(-50..400_i64),
        prop::option::of(-50..400_i64),
    );
    (
        0..4_usize,
        1..3_u32,
        states,
        docker,
        policy,
        needs,
        times,
        any::<(bool, bool, u8)>(),
    )
        .prop_map(
            |(
                name,
                number,
                state,
                docker,
                policy,
                needs,
                (started, finished),
                (inspected, port, id),
            )| {
                let facts = numbered(NAMES[name], number).docker(docker).needs(needs);
                let facts = if port { facts.port(80) } else { facts };
                facts.with(|facts| {
                    // A few ids in all, so that renames and replacements happen too.
                    facts.id = InstanceId::from(format!("id-{}", id % 6));
                    facts.state = state;
                    facts.restart_policy = policy.into();
                    facts.exit_code = Some(i64::from(id) % 3);
                    facts.restarts = u64::from(id) % 4;
                    facts.inspected = inspected;
                    (facts.started_at, facts.finished_at) = (started.map(at), finished.map(at));
                })
            },
        )
}

fn any_event() -> impl Strategy<Value = EngineEventKind> {
    use EngineEventKind as E;
    prop::sample::select(vec![
        E::Create,
        E::Start,
        E::Restart,
        E::Die { exit_code: Some(0) },
        E::Die {
            exit_code: Some(137),
        },
        E::Die { exit_code: None },
        E::Oom,
        E::Kill { signal: Some(15) },
        E::Kill { signal: Some(9) },
        E::Stop,
        E::Pause,
        E::Unpause,
        E::Rename,
        E::Update,
        E::Destroy,
        E::HealthStatus,
    ])
}

fn any_probe() -> impl Strategy<Value = (ProbeOutcome, ProbeOrigin, ProbeKind)> {
    use ProbeOutcome::{Failure, Inconclusive, Starting, Success, Warning};
    (
        prop::sample::select(vec![
            Success,
            Warning,
            Starting,
            Failure,
            Failure,
            Inconclusive,
        ]),
        prop::sample::select(vec![ProbeOrigin::Config, ProbeOrigin::Port]),
        prop::sample::select(vec![ProbeKind::Http, ProbeKind::Docker]),
    )
}

fn any_status() -> impl Strategy<Value = EngineStatus> {
    (0..3_u8, 0..400_i64).prop_map(|(kind, time)| match kind {
        0 => EngineStatus::Connecting,
        1 => EngineStatus::Connected { since: at(time) },
        _ => EngineStatus::Lost {
            since: at(time),
            error: "gone".into(),
            retry_at: at(time + 1),
        },
    })
}

fn any_rule() -> impl Strategy<Value = ServiceRule> {
    let pattern = prop::sample::select(vec!["*", "a/*", "db", "solo", "x", "x/y", ""]);
    (pattern, any::<(bool, bool, bool, bool)>()).prop_map(
        |(pattern, (hide, no_probe, url, needs))| ServiceRule {
            layer: hide.then_some(Layer::Data),
            probe: url.then(|| ProbeSpec {
                url: Some("http://x/".into()),
                ..ProbeSpec::new(ProbeKind::Http, 80, ProbeOrigin::Config)
            }),
            no_probe,
            hide,
            depends_on: if needs {
                vec!["db".into(), "a/api".into()]
            } else {
                vec![]
            },
            ..ServiceRule::of(pattern)
        },
    )
}

/// An observation without its time.
#[derive(Clone, Debug)]
enum Fact {
    List(Vec<InstanceFacts>, i64),
    Inspect(Box<InstanceFacts>, i64),
    Gone(InstanceId),
    Event(InstanceId, EngineEventKind, i64),
    Probe(
        usize,
        Option<InstanceId>,
        (ProbeOutcome, ProbeOrigin, ProbeKind),
    ),
    Sample(InstanceId),
    Engine(EngineStatus),
    Rules(Vec<ServiceRule>),
    Clear,
}

fn any_fact() -> impl Strategy<Value = Fact> {
    let id = || (0..6_u8).prop_map(|id| InstanceId::from(format!("id-{id}")));
    prop_oneof![
        1 => (prop::collection::vec(any_facts(), 0..8), 0..20_i64).prop_map(|(list, age)| {
            let mut ids = HashSet::new();
            Fact::List(list.into_iter().filter(|facts| ids.insert(facts.id.clone())).collect(), age)
        }),
        4 => (any_facts(), 0..20_i64).prop_map(|(facts, age)| Fact::Inspect(Box::new(facts), age)),
        1 => id().prop_map(Fact::Gone),
        6 => (id(), any_event(), -20..20_i64).prop_map(|(id, kind, ahead)| Fact::Event(id, kind, ahead)),
        6 => (0..5_usize, prop::option::of(id()), any_probe())
            .prop_map(|(name, instance, probe)| Fact::Probe(name, instance, probe)),
        2 => id().prop_map(Fact::Sample),
        1 => any_status().prop_map(Fact::Engine),
        1 => prop::collection::vec(any_rule(), 0..3).prop_map(Fact::Rules),
        1 => Just(Fact::Clear),
    ]
}

fn observe(fact: Fact, now: Timestamp) -> Observation {
    let before = |seconds: i64| now - SignedDuration::from_secs(seconds);
    match fact {
        Fact::List(list, age) => Observation::Listed {
            at: before(age),
            done_at: now,
            next_at: now,
            instances: list.into_iter().map(Arc::new).collect(),
        },
        Fact::Inspect(facts, age) => Observation::Inspected {
            at: before(age),
            facts: Arc::new(*facts),
        },
        Fact::Gone(instance) => Observation::Gone { at: now, instance },
        Fact::Event(instance, kind, ahead) => {
            let at = before(-ahead);
            Observation::Event(EngineEvent {
                at,
                instance,
                stack: None,
                kind,
            })
        }
        Fact::Probe(name, instance, (outcome, origin, kind)) => Observation::Probed {
            service: ServiceId::new(NAMES.get(name).copied().unwrap_or("x")),
            instance,
            result: ProbeResult {
                kind,
                origin,
                latency_ms: Some(1.0),
                finding: crate::support::store::reasons::finding("m"),
                ..ProbeResult::of(outcome, now)
            },
        },
        Fact::Sample(instance) => Observation::Sampled {
            instance,
            sample: Sample::empty(now),
        },
        Fact::Engine(status) => Observation::Engine {
            status,
            attempts: Vec::new(),
        },
        Fact::Rules(rules) => Observation::Rules {
            policy: HealthPolicy::default(),
            rules: rules.into(),
            layers: Arc::default(),
            problem: None,
        },
        Fact::Clear => Observation::ClearCache { at: now },
    }
}

fn check(snapshot: &Snapshot) {
    assert_eq!(snapshot.totals().all(), snapshot.services.len());
    let in_stacks: usize = snapshot.stacks.iter().map(|stack| stack.totals.all()).sum();
    assert_eq!(
        in_stacks,
        snapshot
            .services
            .iter()
            .filter(|service| service.stack.is_some())
            .count()
    );
    assert!(snapshot.stacks.is_sorted_by(|a, b| a.name < b.name));
    assert!(snapshot.services.is_sorted_by(|a, b| a.id < b.id));
    assert!(snapshot.edges.is_sorted());
    assert!(snapshot.timeline.len() <= 1_000);
    assert!(
        snapshot
            .timeline
            .is_sorted_by(|a, b| a.sequence < b.sequence)
    );
    for edge in snapshot.edges.iter() {
        assert!(edge.from != edge.to);
        assert!(
            snapshot
                .service(&edge.from)
                .unwrap()
                .depends_on
                .contains(&edge.to)
        );
        assert!(
            snapshot
                .service(&edge.to)
                .unwrap()
                .needed_by
                .contains(&edge.from)
        );
    }
    for service in &snapshot.services {
        check_service(snapshot, service);
    }
}

fn check_service(snapshot: &Snapshot, service: &Service) {
    let health = &service.health;
    let reason = hubdeck::explain::short(service);
    assert!(!reason.is_empty() && !reason.contains('\n'));
    assert!(
        health.overlays.is_sorted_by(|a, b| a < b),
        "{:?}",
        health.overlays
    );
    assert_eq!(health.has(Overlay::Blocked), !health.blocked_by.is_empty());
    assert_eq!(
        health.has(Overlay::Stale),
        matches!(snapshot.engine.status, EngineStatus::Lost { .. })
            && service.source == Source::Docker
    );
    assert!(service.probe_log.len() <= 50);
    assert_eq!(
        service.instances.is_empty(),
        service.source == Source::Config
    );
    // Nothing is said of a healthcheck that nobody read of.
    let mut running = service
        .instances
        .iter()
        .filter(|instance| instance.facts.is_running());
    assert_eq!(
        health.docker.is_some(),
        running.any(|instance| instance.facts.knows_healthcheck())
    );
    for root in &health.blocked_by {
        let state = snapshot.service(root).unwrap().health.state;
        assert!(
            matches!(state, HealthState::Unhealthy | HealthState::Stopped),
            "{root} is {state}"
        );
    }
    for instance in &service.instances {
        assert_eq!(instance.facts.service_id(), service.id);
        assert!(instance.sample.is_none() || instance.facts.is_running());
    }
}

/// What an attached console gets of `now` after `before`, of which it has `seen`.
fn sent(before: Option<(&Snapshot, &Snapshot)>, now: &Snapshot) -> Snapshot {
    let update = SnapshotUpdate::between(before.map(|(sent, _)| sent), now);
    let bytes = compact::to_bytes(&update).unwrap();
    let read: SnapshotUpdate = compact::from_bytes(&bytes).unwrap();
    read.apply(before.map(|(_, seen)| seen)).unwrap()
}

fn written(snapshot: &Snapshot) -> Vec<u8> {
    compact::to_bytes(&SnapshotUpdate::between(None, snapshot)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_observations_gives_a_consistent_snapshot(
        steps in prop::collection::vec((any_fact(), 0..40_i64, any::<bool>()), 1..60)
    ) {
        let mut store = Store::new(at(0));
        let mut now = at(0);
        let mut last = store.snapshot(now);
        let mut seen = sent(None, &last);
        for (fact, wait, look) in steps {
            now += SignedDuration::from_secs(wait);
            let _ = store.tick(now);
            prop_assert!(store.next_deadline().is_none_or(|deadline| deadline > now), "tick makes progress");
            let _ = store.apply(observe(fact, now), now);
            if look {
                let next = store.snapshot(now);
                prop_assert!(next.revision == last.revision || next.revision == last.revision + 1);
                prop_assert!(Arc::ptr_eq(&next, &store.snapshot(now)));
                check(&next);
                seen = sent(Some((&last, &seen)), &next);
                prop_assert!(written(&seen) == written(&next), "what is sent is what is there");
                last = next;
            }
        }
        check(&store.snapshot(now));
    }
}
