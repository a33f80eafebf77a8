use std::sync::Arc;

use super::*;
use crate::model::{
    OperationId, OperationKind, ProcessEnd, ProductionPatterns, RestartPolicy, ServiceName,
};
use crate::plan::testing::world;
use NotHealed::{Blocked, Condition, Job, NotFailing, Stopped, Unmanaged};

fn at(second: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
}

/// The time at which everything is asked about.
const NOW: i64 = 1_000;
const SETTLES: SignedDuration = SignedDuration::from_secs(10);

fn settings(patterns: &[&str]) -> AutoHealSettings {
    AutoHealSettings {
        enabled: true,
        services: patterns.iter().map(|it| (*it).to_owned()).collect(),
    }
}

/// `api`, which failed at 900 and depends on `db`, changed by `change`.
fn failing(change: impl FnOnce(&mut Service)) -> Snapshot {
    let mut snapshot = world("api- db+", "api>db");
    let mut services = snapshot.services.iter_mut();
    let api = services.find(|it| it.id.as_str() == "api");
    let api = Arc::make_mut(api.expect("api"));
    api.health.state = HealthState::Unhealthy;
    api.health.since = at(900);
    api.health.reason = Reason::Exit {
        end: ProcessEnd {
            code: Some(1),
            out_of_memory: false,
        },
        error: String::new(),
    };
    change(api);
    snapshot
}

fn why(snapshot: &Snapshot, settings: &AutoHealSettings) -> Option<NotHealed> {
    let api = snapshot.services.first().expect("api");
    why_not(api, snapshot, settings, (at(NOW), SETTLES))
}

type Change = fn(&mut Service);

/// A failing service, what is changed of it, and why it is left alone.
const CASES: [(&str, Change, Option<NotHealed>); 15] = [
    ("root", |_| {}, None),
    (
        "well",
        |it| it.health.state = HealthState::Healthy,
        Some(NotFailing),
    ),
    (
        "stopped",
        |it| it.health.state = HealthState::Stopped,
        Some(NotFailing),
    ),
    (
        "degraded",
        |it| it.health.state = HealthState::Degraded,
        Some(NotFailing),
    ),
    (
        "just now",
        |it| it.health.since = at(NOW - 9),
        Some(NotFailing),
    ),
    (
        "blocked",
        |it| it.health.blocked_by = vec!["db".into()],
        Some(Blocked),
    ),
    (
        "paused",
        |it| it.health.overlays = vec![Overlay::Paused],
        Some(Condition),
    ),
    (
        "muted",
        |it| it.health.overlays = vec![Overlay::Maintenance],
        Some(Condition),
    ),
    (
        "restarted by its policy",
        |it| it.health.overlays = vec![Overlay::Restarting],
        Some(Condition),
    ),
    (
        "stale",
        |it| it.health.overlays = vec![Overlay::Stale],
        Some(Condition),
    ),
    (
        "flapping",
        |it| it.health.overlays = vec![Overlay::Flapping],
        None,
    ),
    (
        "stopped by hand",
        |it| it.health.reason = Reason::StoppedWhileNeeded { code: Some(0) },
        Some(Stopped),
    ),
    ("no container", |it| it.instances.clear(), Some(Unmanaged)),
    (
        "ended, and the engine does not start it again as its policy says: by hand",
        |it| {
            let facts = Arc::make_mut(&mut it.instances[0].facts);
            facts.state = InstanceState::Exited;
            facts.restart_policy = RestartPolicy::UnlessStopped;
        },
        Some(Stopped),
    ),
    (
        "job",
        |it| {
            it.name = ServiceName::new("migrate");
            let facts = Arc::make_mut(&mut it.instances[0].facts);
            facts.restart_policy = RestartPolicy::No;
            facts.ports = Default::default();
        },
        Some(Job),
    ),
];

#[test]
fn only_a_root_that_fails_and_that_nobody_holds_back_is_restarted() {
    for (name, change, expected) in CASES {
        assert_eq!(why(&failing(change), &settings(&["*"])), expected, "{name}");
    }
}

#[test]
fn a_service_has_to_be_named_and_production_by_its_id() {
    for (patterns, production, expected) in [
        (&["*"][..], "", None),
        (&["ap*"][..], "", None),
        (&["db"][..], "", Some(NotHealed::NotNamed)),
        (&[][..], "", Some(NotHealed::NotNamed)),
        (&["*"][..], "api", Some(NotHealed::Production)),
        (&["ap*"][..], "a*", Some(NotHealed::Production)),
        (&["api"][..], "a*", None),
    ] {
        let mut snapshot = failing(|_| {});
        let production = ProductionPatterns::new(vec![production.to_owned()]);
        snapshot.production = Arc::new(production);
        let found = why(&snapshot, &settings(patterns));
        assert_eq!(found, expected, "{patterns:?}");
    }
}

/// A restart of `api` that `principal` asked for and that ended at `finished_at`.
fn operation(principal: Principal, finished_at: Option<i64>) -> OperationStatus {
    let restart = crate::model::Operation {
        kind: OperationKind::Restart,
        targets: vec!["api".into()],
        with_dependents: false,
        image: None,
    };
    OperationStatus {
        id: OperationId(1),
        principal,
        plan: crate::plan::plan(&restart, &world("api+", "")).expect("a plan"),
        steps: Vec::new(),
        times: Vec::new(),
        calls: Vec::new(),
        started_at: at(NOW - 100),
        finished_at: finished_at.map(at),
        error: None,
        cancelled: None,
        activities: Default::default(),
        output: Default::default(),
    }
}

#[test]
fn what_somebody_operated_on_just_now_is_left_alone() {
    for (principal, finished_at, expected) in [
        (Principal::Cli, None, Some(NotHealed::Operated)),
        (Principal::AutoHeal, None, Some(NotHealed::Operated)),
        (
            Principal::Terminal,
            Some(NOW - 59),
            Some(NotHealed::Operated),
        ),
        (Principal::Terminal, Some(NOW - 60), None),
        (Principal::AutoHeal, Some(NOW - 1), None),
    ] {
        let mut snapshot = failing(|_| {});
        snapshot.operations = vec![Arc::new(operation(principal.clone(), finished_at))];
        let found = why(&snapshot, &settings(&["*"]));
        assert_eq!(found, expected, "{principal:?} {finished_at:?}");
    }
}

#[test]
fn three_restarts_within_ten_minutes_are_the_budget() {
    let past = |ages: &[i64], heals: bool| -> Vec<PastOperation> {
        let past = ages.iter().map(|age| PastOperation {
            at: at(NOW - age),
            heals,
        });
        past.collect()
    };
    let cases: [(&[i64], HealDecision); 8] = [
        (&[], HealDecision::Restart),
        (&[9], HealDecision::Wait),
        (&[10], HealDecision::Restart),
        (&[60, 30], HealDecision::Restart),
        (&[90, 60, 30], HealDecision::Stop { restarts: 3 }),
        (&[120, 90, 60, 5], HealDecision::Wait),
        (&[600, 60, 30], HealDecision::Restart),
        (&[599, 60, 30], HealDecision::Stop { restarts: 3 }),
    ];
    for (ages, expected) in cases {
        assert_eq!(
            decide(&past(ages, true), (at(NOW), SETTLES)),
            expected,
            "{ages:?}"
        );
    }
    for (age, expected) in [(59, HealDecision::Wait), (60, HealDecision::Restart)] {
        assert_eq!(decide(&past(&[age], false), (at(NOW), SETTLES)), expected);
    }
}

#[test]
fn a_stop_holds_until_the_service_works_or_somebody_operates_on_it() {
    let stop = HealStop {
        service: "api".into(),
        at: at(NOW - 200),
        restarts: 3,
    };
    let holds = |snapshot: &Snapshot, settings: &AutoHealSettings| {
        let mut stops = BTreeMap::from([(stop.service.clone(), stop.clone())]);
        lift(&mut stops, snapshot, settings);
        !stops.is_empty()
    };
    let all = settings(&["*"]);
    assert!(holds(&failing(|_| {}), &all));
    let up = failing(|it| it.health.state = HealthState::Running);
    assert!(!holds(&up, &all));
    assert!(!holds(&world("db+", ""), &all), "it is gone");
    assert!(!holds(&failing(|_| {}), &settings(&["db"])));
    let off = AutoHealSettings {
        enabled: false,
        ..settings(&["*"])
    };
    assert!(!holds(&failing(|_| {}), &off));
    for (principal, expected) in [(Principal::Cli, false), (Principal::AutoHeal, true)] {
        let mut snapshot = failing(|_| {});
        snapshot.operations = vec![Arc::new(operation(principal.clone(), Some(NOW - 50)))];
        assert_eq!(holds(&snapshot, &all), expected, "{principal:?}");
    }
}
