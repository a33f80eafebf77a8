use super::*;
use crate::model::{EngineGaps, EngineStatus, Feature, HealthState, Snapshot, StackName};
use crate::tui::fixture;
use crate::tui::test_console::{TestConsole, dressed};

/// The two lines of the header at that width.
fn lines(snapshot: &Snapshot, width: u16) -> [String; 2] {
    let mut console = TestConsole::new(snapshot.clone(), width, 24);
    let screen = console.screen();
    let mut lines = screen.lines().map(str::to_owned);
    [lines.next().unwrap(), lines.next().unwrap()]
}

fn failing() -> Snapshot {
    dressed(fixture::failing().snapshot())
}

#[test]
fn the_worst_incident_is_shortened_and_never_cut() {
    let snapshot = failing();
    for (width, end) in [
        (160, "✖ #1 hub/db exit 1 · 2m · blocks 3"),
        (80, "✖ #1 hub/db exit 1 · 2m · blocks 3"),
        (70, "✖ #1 hub/db exit 1 · 2m"),
        (65, "✖ #1 db exit 1 · 2m"),
        (60, "✖ db exit 1 · 2m"),
        (56, "✖ db exit 1"),
    ] {
        let [_, second] = lines(&snapshot, width);
        assert!(second.ends_with(end), "{width}: {second:?}");
    }
    for width in 30..=170 {
        let [_, second] = lines(&snapshot, width);
        assert!(
            !second.contains('…') && second.contains("✖ 4"),
            "{width}: {second:?}"
        );
    }
}

#[test]
fn a_young_incident_has_its_age_in_seconds() {
    let mut snapshot = failing();
    let incident = std::sync::Arc::make_mut(&mut snapshot.incidents[0]);
    incident.opened_at = fixture::ago(12);
    let [_, second] = lines(&snapshot, 160);
    assert!(second.contains("exit 1 · 12s ·"), "{second:?}");
}

#[test]
fn a_root_that_works_again_is_recovering() {
    let mut snapshot = failing();
    let at = snapshot
        .services
        .iter()
        .position(|service| service.id.as_str() == "hub/db")
        .unwrap();
    let db = std::sync::Arc::make_mut(&mut snapshot.services[at]);
    db.health.state = HealthState::Healthy;
    let [_, second] = lines(&snapshot, 160);
    assert!(
        second.ends_with("◐ #1 hub/db recovering · 2m · waits for 3"),
        "{second:?}"
    );
}

#[test]
fn an_incident_without_a_service_comes_first() {
    let mut snapshot = failing();
    fixture::lose_engine(&mut snapshot, 20);
    let [_, second] = lines(&snapshot, 160);
    assert!(second.contains("5 Incidents ✖2 "), "{second:?}");
    assert!(second.ends_with("✖ #9 engine lost · 20s"), "{second:?}");
}

#[test]
fn counts_and_incidents_are_those_in_view() {
    let mut builder = fixture::sixty();
    fixture::fail(&mut builder, "hub");
    let mut console = TestConsole::new(dressed(builder.snapshot()), 160, 24);
    console.ui.scope.stack = Some(StackName::from("lab"));
    let screen = console.screen();
    let second = screen.lines().nth(1).unwrap();
    assert!(!second.contains('✖'), "{second:?}");
    console.ui.scope.stack = Some(StackName::from("hub"));
    let screen = console.screen();
    let second = screen.lines().nth(1).unwrap();
    assert!(second.contains("5 Incidents ✖1 "), "{second:?}");
}

#[test]
fn data_is_live_only_while_events_report_every_change() {
    let snapshot = failing();
    let first = |change: &dyn Fn(&mut Snapshot)| {
        let mut snapshot = snapshot.clone();
        change(&mut snapshot);
        let [first, _] = lines(&snapshot, 160);
        first
    };
    assert!(first(&|_| ()).ends_with("live · checked 10s ago"));
    let now = first(&|it| it.engine.last_poll = Some(fixture::ago(3)));
    assert!(now.ends_with("live · checked now"), "{now:?}");
    for change in [
        (&|it: &mut Snapshot| {
            it.engine.refused = vec![(Feature::Events, "403".to_owned())];
        }) as &dyn Fn(&mut Snapshot),
        &|it| {
            it.engine.gaps = EngineGaps {
                unannounced_since: Some(fixture::ago(9)),
                ..EngineGaps::default()
            }
        },
        &|it| it.engine.discovery = false,
    ] {
        let first = first(change);
        assert!(first.ends_with("data 10s old"), "{first:?}");
    }
    let old = first(&|it| it.engine.last_poll = Some(fixture::ago(300)));
    assert!(old.ends_with("data 5m old"), "{old:?}");
    let lost = first(&|it| it.engine.status = fixture::lost().engine.clone());
    assert!(lost.ends_with("data 10s old"), "{lost:?}");
    assert!(!lost.contains("cpu"), "{lost:?}");
}

#[test]
fn the_host_is_shown_where_it_can_be_read() {
    let [first, _] = lines(&failing(), 160);
    assert!(
        first.contains("cpu ▃▄▇▅█ 41%  mem ███▎···· 3.1/7.7G  disk 12%"),
        "{first:?}"
    );
    let [first, _] = lines(&failing(), 80);
    assert!(
        first.contains("hub-01") && first.contains("cpu 41%  mem 3.1/7.7G  disk 12%"),
        "{first:?}"
    );
    assert!(first.contains("own 0.3%"), "{first:?}");
    assert!(first.ends_with("live"), "{first:?}");
}

#[test]
fn of_a_host_elsewhere_the_sum_of_its_containers_is_shown_as_such() {
    let mut snapshot = failing();
    snapshot.engine.host = None;
    snapshot.engine.disk = None;
    let [first, _] = lines(&snapshot, 160);
    assert!(first.contains("containers: cpu "), "{first:?}");
    assert!(!first.contains("disk"), "absent is not zero: {first:?}");
    for service in &mut snapshot.services {
        for instance in &mut std::sync::Arc::make_mut(service).instances {
            instance.sample = None;
        }
    }
    let [first, _] = lines(&snapshot, 160);
    assert!(!first.contains("cpu "), "absent is not zero: {first:?}");
}

#[test]
fn only_a_figure_beyond_its_threshold_stands_out() {
    let mut snapshot = failing();
    let role = |snapshot: &Snapshot| {
        let mut console = TestConsole::new(snapshot.clone(), 160, 24);
        console.theme = fixture::theme();
        let buffer = console.draw();
        let (x, y) = fixture::find(&buffer, "% ").unwrap();
        fixture::role_at(&buffer, x, y)
    };
    assert_eq!(role(&snapshot), Some(Role::Text));
    let host = snapshot.engine.host.as_mut().unwrap();
    host.latest.cpu_percent = Some(80.6);
    assert_eq!(role(&snapshot), Some(Role::Degraded));
}

#[test]
fn no_width_panics() {
    let mut snapshot = failing();
    snapshot.engine.status = EngineStatus::Connecting;
    for width in 0..=170 {
        for height in [1, 12, 24] {
            TestConsole::new(snapshot.clone(), width, height).screen();
        }
    }
}
