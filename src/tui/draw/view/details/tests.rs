use super::*;
use crate::model::{
    DockerStatus, FailureLog, HealthcheckLog, Hidden, HostPort, Inspection, InstanceId, LogBatch,
    LogLine, LogStream, Port, ProbePhases, ServiceId, Snapshot, UnboundPort,
};
use crate::tui::fixture;
use crate::tui::fixture::SnapshotBuilder;
use crate::tui::input::action::Direction;
use crate::tui::state::DetailsState;
use crate::tui::test_console::assert_screen;
use crate::tui::update::details::act;
use crate::tui::update::logs::ring::push;

fn ui(width: u16, height: u16, service: &str, tab: DetailsTab) -> UiState {
    let mut ui = fixture::ui(width, height);
    let service = ServiceId::from(service);
    ui.details = Some(DetailsState::of(service, tab));
    ui
}

fn show(builder: &SnapshotBuilder, ui: &UiState, ascii: bool) -> String {
    fixture::screen(&fixture::frame(&builder.snapshot(), ui, ascii, draw).0)
}

fn troubled() -> SnapshotBuilder {
    let mut builder = fixture::failing();
    builder.change("hub/worker", |make| {
        make.facts(|facts| {
            facts.docker.status = DockerStatus::Healthy;
            facts.restarts = 3;
            facts.health_log.insert(
                0,
                HealthcheckLog {
                    at: fixture::ago(22),
                    exit_code: 1,
                    output: "wget: can't connect to remote host\nhttp://***@db refused".to_owned(),
                },
            );
        });
        make.service.instances.truncate(2);
    });
    let words = |text: &str, seconds| LogLine {
        at: Some(fixture::ago(seconds)),
        instance: InstanceId::new("db"),
        stream: LogStream::Stderr,
        text: text.to_owned(),
        cut_bytes: 0,
        ..LogLine::default()
    };
    let lines = [
        words("LOG:  checkpoint starting: time", 170),
        words(
            "PANIC:  could not write to file \"pg_wal/xlogtemp.29\": No space left on device",
            161,
        ),
    ];
    let words = std::sync::Arc::new(FailureLog {
        instance: InstanceId::new("db"),
        at: fixture::ago(158),
        lines: lines.into(),
    });
    builder.change("hub/db", |make| {
        make.service.failure_log = Some(words.clone())
    });
    builder
}

macro_rules! shots {
    ($($name:ident: $service:expr, $tab:ident, $width:expr, $height:expr, $ascii:expr;)*) => {
        $(#[test]
        fn $name() {
            let ui = ui($width, $height, $service, DetailsTab::$tab);
            assert_screen(concat!("details_", stringify!($name)), &show(&troubled(), &ui, $ascii));
        })*
    };
}

shots! {
    why_root_80x40: "hub/db", Why, 80, 40, false;
    why_root_160x40: "hub/db", Why, 160, 40, false;
    why_blocked_80x30_ascii: "hub/backend", Why, 80, 30, true;
    why_40x10: "hub/db", Why, 40, 10, false;
    overview_40x10: "hub/worker", Overview, 40, 10, false;
    overview_80x40: "hub/worker", Overview, 80, 40, false;
    overview_160x40: "hub/backend", Overview, 160, 40, false;
    overview_dead_120x38_ascii: "hub/db", Overview, 120, 38, true;
    charts_80x22: "hub/backend", Charts, 80, 22, false;
    charts_160x44: "hub/worker", Charts, 160, 44, false;
    charts_80x22_ascii: "hub/backend", Charts, 80, 22, true;
    probes_80x30: "hub/worker", Probes, 80, 30, false;
    probes_160x24: "hub/worker", Probes, 160, 24, false;
    dependencies_80x22: "hub/backend", Dependencies, 80, 22, false;
    dependencies_160x20: "hub/db", Dependencies, 160, 20, false;
    environment_80x30: "hub/backend", Environment, 80, 30, false;
    environment_120x20: "hub/backend", Environment, 120, 20, false;
}

/// The newest probe of backend was over TLS, with a certificate that ends in so many days.
fn over_tls(days: i64) -> SnapshotBuilder {
    let mut builder = fixture::nine();
    builder.change("hub/backend", |make| {
        let log = std::sync::Arc::make_mut(&mut make.service.probe_log);
        let newest = log.back_mut().unwrap();
        newest.target = "https://172.18.0.4:8443/health".to_owned();
        newest.certificate_until = Some(fixture::ago(-days * 86_400 - 60));
        newest.phases = Some(ProbePhases {
            dns_ms: Some(2.0),
            connect_ms: Some(0.4),
            tls_ms: Some(12.3),
            first_byte_ms: Some(1_300.0),
        });
    });
    builder
}

#[test]
fn probes_over_tls_80x14() {
    let screen = show(
        &over_tls(61),
        &ui(80, 14, "hub/backend", DetailsTab::Probes),
        false,
    );
    assert_screen("details_probes_over_tls_80x14", &screen);
}

#[test]
fn probes_with_a_certificate_that_expired_50x14_ascii() {
    let screen = show(
        &over_tls(-4),
        &ui(50, 14, "hub/backend", DetailsTab::Probes),
        true,
    );
    assert_screen(
        "details_probes_with_a_certificate_that_expired_50x14_ascii",
        &screen,
    );
}

#[test]
fn secrets_are_masked() {
    let screen = show(
        &fixture::nine(),
        &ui(120, 40, "hub/db", DetailsTab::Environment),
        false,
    );
    assert!(
        !screen.contains("hunter2") && !screen.contains("hub:pw"),
        "{screen}"
    );
    assert!(screen.contains("DB_PASSWORD"), "{screen}");
}

#[test]
fn what_could_not_be_read_is_said_and_nothing_asserted() {
    let mut builder = fixture::nine();
    builder.change("hub/backend", |make| {
        make.service.health.docker = None;
        make.facts(|facts| {
            (facts.inspected, facts.restarts, facts.healthcheck) = (false, 0, None);
            facts.docker.status = DockerStatus::None;
            facts.unread.inspection = Some("not permitted".to_owned());
        });
    });
    for tab in [DetailsTab::Overview, DetailsTab::Probes] {
        let screen = show(&builder, &ui(120, 40, "hub/backend", tab), false);
        assert!(
            screen.contains("details could not be read: not permitted"),
            "{screen}"
        );
        assert!(!screen.contains("no healthcheck"), "{screen}");
    }
    let screen = show(
        &builder,
        &ui(120, 40, "hub/backend", DetailsTab::Overview),
        false,
    );
    let instance = screen
        .lines()
        .find(|line| line.contains("hub-backend-1 "))
        .expect("a row");
    assert!(instance.contains(" ? "), "restarts are unknown: {instance}");
}

#[test]
fn ports_are_told_as_publications() {
    let mut builder = fixture::nine();
    builder.change("hub/backend", |make| {
        make.facts(|facts| {
            let port = |container, published: Option<u16>, address: Option<&str>| Port {
                container,
                protocol: "tcp".into(),
                published,
                address: address.map(str::to_owned),
            };
            facts.ports = vec![
                port(80, Some(8080), Some("0.0.0.0")),
                port(80, Some(8080), Some("::")),
                port(81, None, None),
                port(443, None, None),
            ];
            let protocol = "tcp".into();
            facts.unbound_ports = vec![UnboundPort {
                container: 443,
                protocol,
                host: HostPort::Range {
                    first: 28_000,
                    last: 28_010,
                },
            }];
        });
    });
    let screen = show(
        &builder,
        &ui(160, 40, "hub/backend", DetailsTab::Overview),
        true,
    );
    assert!(
        screen.contains("8080->80/tcp, 81/tcp not published, 28000-28010->443/tcp"),
        "{screen}"
    );
}

#[test]
fn the_inspection_waits_fails_and_scrolls() {
    let builder = fixture::nine();
    let mut ui = ui(60, 12, "hub/db", DetailsTab::Inspect);
    assert!(show(&builder, &ui, false).contains("asking the engine"));
    let set = |ui: &mut UiState, answer| ui.details.as_mut().unwrap().inspect = Some(answer);
    let answer = |text: String| Inspection::new(text, Hidden::default());
    set(&mut ui, Err("no such container: db".to_owned()));
    assert!(show(&builder, &ui, false).contains("no such container"));
    set(
        &mut ui,
        Ok(answer(
            (0..40).map(|n| format!("  \"Key{n}\": {n},\n")).collect(),
        )),
    );
    ui.drawn = fixture::frame(&builder.snapshot(), &ui, false, draw).1;
    act(&mut ui, &Action::Last, &fixture::nine().snapshot());
    let screen = show(&builder, &ui, false);
    assert!(
        screen.contains("Key39: 39") && !screen.contains("Key29"),
        "{screen}"
    );
}

#[test]
fn scrolling_stays_inside_the_page() {
    let builder = troubled();
    let snapshot = builder.snapshot();
    let mut ui = ui(60, 10, "hub/worker", DetailsTab::Overview);
    for (action, moves) in [
        (Action::Page(-1), false),
        (Action::Move(Direction::Down), true),
        (Action::Page(1), true),
        (Action::Last, true),
        (Action::Move(Direction::Down), false),
        (Action::First, true),
    ] {
        ui.drawn = fixture::frame(&snapshot, &ui, false, draw).1;
        let before = ui.details.as_ref().unwrap().top;
        act(&mut ui, &action, &fixture::nine().snapshot());
        let after = ui.details.as_ref().unwrap().top;
        assert_eq!(
            before != after,
            moves,
            "{action:?} went from {before} to {after}"
        );
    }
}

#[test]
fn tabs_go_round_and_answer_the_mouse() {
    let snapshot = fixture::nine().snapshot();
    let mut ui = ui(120, 20, "hub/db", DetailsTab::Overview);
    for (by, expected) in [
        (-1, DetailsTab::Why),
        (-1, DetailsTab::Inspect),
        (1, DetailsTab::Why),
        (1, DetailsTab::Overview),
        (2, DetailsTab::Logs),
    ] {
        act(&mut ui, &Action::Pane(by), &fixture::nine().snapshot());
        assert_eq!(ui.details.as_ref().unwrap().tab, expected);
    }
    let (buffer, hits) = fixture::frame(&snapshot, &ui, false, draw);
    let (x, y) = fixture::find(&buffer, "Probes").unwrap();
    assert_eq!(
        hits.at(x, y),
        Some(&Hit::Do(Action::Details(DetailsTab::Probes)))
    );
    act(&mut ui, &Action::Quit, &fixture::nine().snapshot());
    assert_eq!(ui.details.as_ref().unwrap().tab, DetailsTab::Logs);
}

#[test]
fn logs_are_drawn_in_their_tab() {
    let builder = fixture::nine();
    let mut ui = ui(80, 12, "hub/db", DetailsTab::Logs);
    ui.logs.services = vec![ServiceId::from("hub/db")];
    let line = LogLine {
        at: None,
        instance: InstanceId::from("x"),
        stream: LogStream::Stderr,
        text: "ready to accept".to_owned(),
        cut_bytes: 0,
        ..LogLine::default()
    };
    push(&mut ui.logs, LogBatch::of(vec![line], 0), 10, 1000);
    assert!(show(&builder, &ui, false).contains("ready to accept"));
}

#[test]
fn a_service_that_vanished_is_told() {
    let screen = show(
        &fixture::nine(),
        &ui(40, 6, "hub/gone", DetailsTab::Overview),
        false,
    );
    assert!(screen.contains("hub/gone is gone"), "{screen}");
}

#[test]
fn no_size_panics_in_any_tab() {
    let snapshots = [
        (troubled().snapshot(), "hub/worker"),
        (fixture::strange().snapshot(), "数据库服务"),
    ];
    let frame =
        |width: u16, height: u16, tab: DetailsTab, (snapshot, service): &(Snapshot, &str)| {
            let mut ui = ui(width, height, service, tab);
            ui.details.as_mut().unwrap().top = usize::from(height) * 3;
            fixture::frame(snapshot, &ui, height.is_multiple_of(2), draw);
        };
    // Every size in some tab, and every tab in some sizes.
    for width in 0..=60 {
        for height in 0..=30 {
            let step = usize::from(width + height);
            frame(
                width,
                height,
                DetailsTab::ALL[step % 7],
                &snapshots[step % 2],
            );
        }
    }
    for tab in DetailsTab::ALL {
        for (width, height) in [
            (1, 1),
            (9, 3),
            (20, 5),
            (39, 12),
            (71, 9),
            (72, 20),
            (110, 21),
            (111, 30),
            (300, 100),
        ] {
            snapshots
                .iter()
                .for_each(|builder| frame(width, height, tab, builder));
        }
    }
}

#[test]
fn charts_show_log_lines_and_the_busiest_routes() {
    let builder = fixture::with_log_figures(fixture::nine());
    for (service, width, height) in [("proxy", 80, 30), ("proxy", 160, 44), ("db", 80, 22)] {
        let ui = ui(width, height, &format!("hub/{service}"), DetailsTab::Charts);
        let screen = show(&builder, &ui, false);
        assert_screen(
            &format!("details_charts_log_{service}_{width}x{height}"),
            &screen,
        );
    }
}

#[test]
fn the_overview_says_whether_the_registry_has_a_newer_image() {
    let mut snapshot = fixture::nine().snapshot();
    let ui = ui(160, 60, "hub/db", DetailsTab::Overview);
    let shown =
        |snapshot: &Snapshot| fixture::screen(&fixture::frame(snapshot, &ui, false, draw).0);
    assert!(!shown(&snapshot).contains("newer image"));
    fixture::add_newer_image(&mut snapshot, "hub/db");
    let screen = shown(&snapshot);
    assert!(screen.contains("yes, sha256:5f3c8a1e9b7d"), "{screen}");
}
