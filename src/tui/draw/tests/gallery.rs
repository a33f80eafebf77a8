//! Every view at five sizes, healthy and in trouble, in the dark, light and colourless theme and in
//! ASCII: what an operator may see, to be looked at.
//!
//! A snapshot holds the text, the ASCII text, and for each theme the runs of cells that share a
//! style: `3a12b` is three cells of style `a` and twelve of `b`; the legend says what they are.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};

use super::*;
use crate::model::{
    FailureLog, Inspection, InstanceId, LogBatch, LogLine, LogStream, Overlay, Process, ServiceId,
};
use crate::tui::draw::theme::Theme;
use crate::tui::input::action::Action;
use crate::tui::input::page::DetailsTab;
use crate::tui::state;
use crate::tui::update::logs::ring::push;

const SIZES: [(u16, u16); 5] = [(40, 12), (80, 24), (120, 35), (160, 50), (300, 80)];

const THEMES: [&str; 3] = ["dark", "light", "mono"];

/// How a scene is opened once its service is selected.
enum Open {
    Keys(&'static str),
    Tab(DetailsTab),
}

/// A name, the service that is selected, and what opens the view.
type Scene = (&'static str, Option<&'static str>, Open);

const DB: Option<&str> = Some("hub/db");
const BACKEND: Option<&str> = Some("hub/backend");

/// Sizes of what lies on top of a view or beside it.
const LAID_OVER: [(u16, u16); 2] = [(80, 24), (160, 50)];

const SCENES: &[Scene] = &[
    ("map", None, Open::Keys("")),
    ("map_selection", DB, Open::Keys("")),
    ("services", None, Open::Keys("2")),
    ("logs", DB, Open::Keys("l")),
    ("timeline", None, Open::Keys("4")),
    ("incidents", None, Open::Keys("5")),
    ("hubdeck_log", None, Open::Keys("0")),
    ("why", DB, Open::Tab(DetailsTab::Why)),
    ("overview", DB, Open::Tab(DetailsTab::Overview)),
    ("charts", Some("hub/redis"), Open::Tab(DetailsTab::Charts)),
    ("details_logs", DB, Open::Tab(DetailsTab::Logs)),
    ("processes", DB, Open::Tab(DetailsTab::Processes)),
    ("probes", BACKEND, Open::Tab(DetailsTab::Probes)),
    ("dependencies", BACKEND, Open::Tab(DetailsTab::Dependencies)),
    ("environment", BACKEND, Open::Tab(DetailsTab::Environment)),
    ("inspect", DB, Open::Keys("i")),
    ("two_stacks", None, Open::Keys("")),
    ("lost", None, Open::Keys("")),
    ("preview", DB, Open::Keys("v")),
    ("palette", None, Open::Keys(":")),
    ("help", None, Open::Keys("?")),
    ("legend", None, Open::Keys("L")),
    ("confirm", Some("hub/redis"), Open::Keys("r")),
];

/// The sizes that the scene called `name` has snapshots of.
fn sizes(name: &str) -> &'static [(u16, u16)] {
    match name {
        "lost" | "preview" | "palette" | "help" | "legend" | "confirm" => &LAID_OVER,
        _ => &SIZES,
    }
}

fn line(seconds: i64, instance: &str, text: &str) -> LogLine {
    LogLine {
        at: Some(fixture::ago(seconds)),
        instance: InstanceId::new(instance),
        stream: LogStream::Stderr,
        text: text.to_owned(),
        cut_bytes: 0,
        ..LogLine::default()
    }
}

/// The last words of the database before it died.
fn last_words() -> Vec<LogLine> {
    vec![
        line(
            3_200,
            "db",
            "LOG:  database system is ready to accept connections",
        ),
        line(170, "db", "LOG:  checkpoint starting: time"),
        line(
            161,
            "db",
            "PANIC:  could not write to file \"pg_wal/xlogtemp.29\": No space left on device",
        ),
    ]
}

fn snapshot(name: &str, trouble: bool) -> Snapshot {
    if name == "two_stacks" {
        return hub_and_exchange(trouble);
    }

    let mut builder = if trouble {
        fixture::failing()
    } else {
        fixture::nine()
    };
    if trouble {
        let log = Arc::new(FailureLog {
            instance: InstanceId::new("db"),
            at: fixture::ago(158),
            lines: last_words().into(),
        });
        builder.change("hub/db", |make| {
            make.service.failure_log = Some(log.clone())
        });
    } else {
        builder.timeline.clear();
    }
    if name != "lost" {
        return dressed(builder.snapshot());
    }
    builder.engine = fixture::lost().engine;
    for id in builder.ids() {
        builder.change(&id, |make| {
            make.overlay(Overlay::Stale);
        });
    }
    let mut snapshot = dressed(builder.snapshot());
    fixture::lose_engine(&mut snapshot, 42);
    snapshot
}

/// A stack of nine services beside one of three; in trouble the database of the first is down, and
/// the second is slow because its backend is.
fn hub_and_exchange(trouble: bool) -> Snapshot {
    let mut builder =
        fixture::nine().beside(fixture::chain("exchange", &["gateway", "quotes", "db"]));
    if trouble {
        fixture::fail(&mut builder, "hub");
        fixture::slow(&mut builder, "exchange/gateway", "exchange/quotes");
    } else {
        builder.timeline.clear();
    }
    dressed(builder.snapshot())
}

/// The console with `scene` open, and what arrives from the engine for it.
fn open(scene: &Scene, trouble: bool, (width, height): (u16, u16)) -> TestConsole {
    let (name, service, open) = scene;
    let mut console = TestConsole::new(snapshot(name, trouble), width, height);
    console.ui.selection.selected = service.map(ServiceId::from);
    match open {
        Open::Keys(keys) => {
            console.press(keys);
        }
        Open::Tab(tab) => console.act(Action::Details(*tab)),
    }
    let logs = match state::preview::shown(&console.ui) {
        Some(_) => &mut console.ui.selection.preview.logs,
        None => &mut console.ui.logs,
    };
    if !logs.services.is_empty() {
        logs.sources = vec![(InstanceId::new("db"), "db".to_owned())];
        let mut lines = last_words();
        lines.truncate(if trouble { 3 } else { 1 });
        push(logs, LogBatch::of(lines, 0), 100, 1 << 20);
    }
    if let Some(details) = &mut console.ui.details
        && details.tab == DetailsTab::Processes
        && details.processes.waits
    {
        details.processes.answer = Some(Ok(process_list()));
    }
    if let Some(details) = &mut console.ui.details
        && details.tab == DetailsTab::Inspect
    {
        let text =
            "{\n  \"Id\": \"0123456789ab\",\n  \"State\": {\n    \"Status\": \"exited\"\n  }\n}";
        details.inspect = Some(Ok(Inspection::new(
            text.to_owned(),
            crate::model::Hidden::new(text),
        )));
    }
    console
}

fn process_list() -> Vec<Process> {
    let row = |pid: &str, user: &str, cpu: &str, time: &str, command: &str| Process {
        pid: pid.to_owned(),
        user: user.to_owned(),
        cpu: cpu.to_owned(),
        time: time.to_owned(),
        command: command.to_owned(),
    };
    vec![
        row(
            "4711",
            "70",
            "0.3",
            "00:01:07",
            "postgres -c max_connections=200",
        ),
        row(
            "4790",
            "70",
            "12.5",
            "01:00:07",
            "postgres: hub hub 172.18.0.5(49152) SELECT",
        ),
        row(
            "5127",
            "systemd-resolve",
            "0.0",
            "00:00:00",
            "\u{1b}[31mred",
        ),
    ]
}

/// The runs of equal style of `buffer`, a line a row, and the legend.
fn styles(buffer: &Buffer) -> String {
    let style = |cell: &Cell| (cell.fg, cell.bg, cell.modifier);
    let mut known = vec![style(&Cell::EMPTY)];
    let mut rows = String::new();
    for row in buffer.area.rows() {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for at in row.columns() {
            let style = style(&buffer[(at.x, at.y)]);
            let letter = known
                .iter()
                .position(|one| *one == style)
                .unwrap_or_else(|| {
                    known.push(style);
                    known.len() - 1
                });
            match runs.last_mut() {
                Some((count, last)) if *last == letter => *count += 1,
                _ => runs.push((1, letter)),
            }
        }
        let runs = runs.iter().map(|(count, letter)| {
            let letter = char::from(b'a' + u8::try_from(*letter).expect("few styles"));
            format!("{count}{letter}")
        });
        rows.push_str(&runs.collect::<String>());
        rows.push('\n');
    }
    let mut legend = String::new();
    for (letter, (fg, bg, modifier)) in ('a'..).zip(&known) {
        let _ = write!(legend, "{letter} = {fg} on {bg}");
        let _ = if modifier.is_empty() {
            writeln!(legend)
        } else {
            writeln!(legend, " {modifier:?}")
        };
    }
    format!("{legend}{rows}")
}

/// Everything a snapshot holds of `scene`.
fn page(scene: &Scene, trouble: bool, size: (u16, u16)) -> String {
    let mut console = open(scene, trouble, size);
    let text = console.screen();
    let mut page = text.clone();
    console.ascii = true;
    let _ = write!(page, "\n=== ascii\n{}", console.screen());
    console.ascii = false;
    for name in THEMES {
        console.theme = Theme::load(name, &[]).expect("a shipped theme");
        let buffer = console.draw();
        assert_eq!(fixture::screen(&buffer), text, "{name} has other text");
        let _ = write!(page, "\n=== {name}\n{}", styles(&buffer));
    }
    page
}

/// Takes the snapshots of the scenes called `name`.
fn gallery(name: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/tui/snapshots/gallery"
    ));
    settings.set_prepend_module_to_snapshot(false);
    let scene = SCENES
        .iter()
        .find(|scene| scene.0 == name)
        .expect("a scene");
    for (state, trouble) in [("healthy", false), ("trouble", true)] {
        for &size in sizes(name) {
            let page = page(scene, trouble, size);
            let file = format!("{name}_{state}_{}x{}", size.0, size.1);
            settings.bind(|| insta::assert_snapshot!(file, page));
        }
    }
}

macro_rules! scenes {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            gallery(stringify!($name));
        })*

        #[test]
        fn every_scene_has_its_test() {
            let tested = [$(stringify!($name)),*];
            let scenes: Vec<&str> = SCENES.iter().map(|scene| scene.0).collect();
            assert_eq!(scenes, tested);
        }
    };
}

scenes! {
    map map_selection services logs timeline incidents hubdeck_log why overview charts details_logs processes probes
    dependencies environment inspect two_stacks lost preview palette help legend confirm
}
