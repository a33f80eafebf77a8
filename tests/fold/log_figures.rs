//! Figures of logs: kept with their service, bursts as events, secrets masked.

use hubdeck::model::*;

use crate::support::store::{With, World, at, facts};

fn pattern(template: &str, count: u64) -> ErrorPattern {
    ErrorPattern {
        template: template.to_owned(),
        count,
        first_seen: Some(at(10)),
        last_seen: Some(at(20)),
        is_new: true,
    }
}

fn figures(until: i64, burst: Option<ErrorBurst>) -> LogFigures {
    LogFigures {
        at: at(until),
        is_estimate: false,
        last_minute: LogWindow::default(),
        last_quarter: LogWindow::default(),
        history: Vec::new(),
        request_history: Vec::new(),
        routes: Vec::new(),
        burst,
        errors: vec![pattern("connection to <*> refused", 34)],
    }
}

fn burst(since: i64, until: Option<i64>) -> Option<ErrorBurst> {
    Some(ErrorBurst {
        since: at(since),
        until: until.map(at),
        errors: 1_200,
        peak_per_s: 2.0,
        usual_per_s: 0.03,
    })
}

fn observed(figures: LogFigures) -> Observation {
    Observation::LogFigures {
        service: "a/api".into(),
        figures,
    }
}

#[test]
fn a_service_has_the_figures_of_its_log() {
    let mut world = World::of(vec![facts("a/api")]);
    assert_eq!(world.service("a/api").log_figures, None);
    let _ = world.apply(observed(figures(100, None)));
    let _ = world.apply(observed(figures(50, None)));
    let found = world.service("a/api").log_figures.clone().unwrap();
    assert_eq!(found.at, at(100), "what is older changes nothing");
    let elsewhere = Observation::LogFigures {
        service: "a/gone".into(),
        figures: figures(1, None),
    };
    assert!(!world.apply(elsewhere).is_yes());
}

#[test]
fn a_burst_begins_and_ends_once() {
    let mut world = World::of(vec![facts("a/api")]);
    let skip = world.told(0).len();
    for (until, burst) in [
        (90, None),
        (100, burst(95, None)),
        (110, burst(95, None)),
        (160, burst(95, Some(140))),
        (170, burst(95, Some(140))),
    ] {
        let _ = world.apply(observed(figures(until, burst)));
    }
    assert_eq!(
        world.told(skip),
        [
            "error burst: 120 errors/min, usually 2: connection to <*> refused",
            "error burst ended after 45s: 1,200 errors",
        ]
    );
    // One that began and ended between two readings.
    let _ = world.apply(observed(figures(300, burst(200, Some(230)))));
    assert_eq!(world.told(skip).len(), 4);
}

#[test]
fn a_template_holds_no_secret() {
    let api = facts("a/api").with(|facts| {
        let environment = facts.environment.reveal_mut();
        environment.push(("DB_PASSWORD".into(), "hunter2hunter2".into()));
    });
    let mut world = World::of(vec![api]);
    let mut figures = figures(100, burst(95, None));
    figures.errors = vec![pattern("login with hunter2hunter2 failed", 3)];
    let skip = world.told(0).len();
    let _ = world.apply(observed(figures));
    let found = world.service("a/api").log_figures.clone().unwrap();
    assert!(!found.errors[0].template.contains("hunter2"), "{found:?}");
    assert!(!world.told(skip)[0].contains("hunter2"));
}
