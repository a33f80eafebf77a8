//! `hubdeck logs`: what is written, exit codes, and what is refused.

use std::collections::VecDeque;
use std::io::{self, BufRead as _, BufReader, Write};
use std::process::Command;
use std::sync::Arc;

use clap::Parser as _;
use hubdeck::cli::logs::{LogsRequest, Tail, print, services};
use hubdeck::cli::{Charset, ExitStatus};
use hubdeck::config::Settings;
use hubdeck::config::arguments::{Cli, CliCommand};
use hubdeck::model::{LogBatch, LogLine, LogMark, LogStream, ServiceId, Snapshot};
use jiff::tz::TimeZone;

use crate::support::hubdeck::{Home, eventually};
use crate::support::server::{Engine, LIMIT};
use crate::support::snapshots::{at, hub};

/// Batches that are there already.
struct Batches(VecDeque<LogBatch>);

impl Tail for Batches {
    fn waiting(&mut self) -> Option<LogBatch> {
        self.0.pop_front()
    }

    fn next(&mut self) -> Option<LogBatch> {
        None
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::new(hub(7))
    }
}

fn request(arguments: &[&str]) -> LogsRequest {
    let cli = Cli::parse_from([&["hubdeck", "logs"], arguments].concat());
    let Some(CliCommand::Logs(args)) = cli.command else {
        panic!("no logs");
    };
    LogsRequest::read(*args, &Settings::default(), at(0), TimeZone::UTC, false).unwrap()
}

fn instance(service: &str) -> hubdeck::model::InstanceId {
    let snapshot = hub(7);
    let service = snapshot.service(&service.into()).unwrap();
    service.instances[0].facts.id.clone()
}

fn line(service: &str, second: i64, text: &str) -> LogLine {
    LogLine {
        at: Some(at(second)),
        instance: instance(service),
        text: text.to_owned(),
        ..LogLine::default()
    }
}

/// Status, standard output and standard error.
fn printed(
    services: &[&str],
    arguments: &[&str],
    batches: Vec<LogBatch>,
) -> (ExitStatus, String, String) {
    let services: Vec<ServiceId> = services.iter().map(|id| (*id).into()).collect();
    let (mut out, mut errors) = (Vec::new(), Vec::new());
    let tail = Batches(batches.into());
    let request = request(arguments);
    let status = print(
        tail,
        &services,
        &request,
        Charset::Utf8,
        &mut out,
        &mut errors,
    )
    .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status, text(out), text(errors))
}

#[test]
fn lines_of_several_services_begin_with_their_names() {
    let batches = vec![LogBatch::of(
        [
            line("hub/db", 1, "ready"),
            line("hub/backend", 2, "GET /\n  at x"),
            LogLine {
                stream: LogStream::Stderr,
                ..line("hub/db", 3, "oops")
            },
        ],
        0,
    )];
    let (status, out, errors) = printed(&["hub/backend", "hub/db"], &[], batches);
    assert_eq!(
        out,
        "db       | ready\nbackend  | GET /\nbackend  |   at x\ndb       | oops\n"
    );
    assert_eq!((status, errors.as_str()), (ExitStatus::Success, ""));
    let oops = LogLine {
        stream: LogStream::Stderr,
        ..line("hub/db", 3, "oops")
    };
    let batches = vec![LogBatch::of([oops], 0)];
    let ids = ["hub/backend", "hub/db"];
    let (_, out, _) = printed(&ids, &["--no-log-prefix"], batches);
    assert_eq!(out, "oops\n", "of several, both streams are one");
}

#[test]
fn services_that_come_while_all_are_followed_have_their_names() {
    let batches = || {
        let lines = [line("hub/db", 1, "ready"), line("hub/backend", 2, "up")];
        vec![LogBatch::of(lines, 0)]
    };
    let (_, out, _) = printed(&["hub/db"], &["-f"], batches());
    assert_eq!(out, "db  | ready\nbackend  | up\n");
    let (_, out, _) = printed(&["hub/db"], &["-f", "--json"], batches());
    let last = out.lines().last().unwrap_or_default();
    assert!(last.contains(r#""service":"hub/backend""#), "{out}");
    let (_, out, _) = printed(&["hub/db"], &["-f", "db"], vec![batches().remove(0)]);
    assert!(
        out.starts_with("ready\n"),
        "one that is named is bare: {out}"
    );
}

#[test]
fn lines_of_one_service_are_bare_and_keep_their_streams() {
    let batches = || {
        vec![LogBatch::of(
            [
                line("hub/db", 1, "\x1b[31mred\x1b[0m"),
                LogLine {
                    stream: LogStream::Stderr,
                    ..line("hub/db", 2, "oops")
                },
                line("hub/db", 3, "end"),
            ],
            0,
        )]
    };
    let (_, out, errors) = printed(&["hub/db"], &[], batches());
    assert_eq!(
        (out.as_str(), errors.as_str()),
        ("\x1b[31mred\x1b[0m\nend\n", "oops\n")
    );
    let (_, out, _) = printed(
        &["hub/db"],
        &["-t", "--no-color", "--until", "2026-05-01T12:00:02Z"],
        batches(),
    );
    assert_eq!(out, "2026-05-01T12:00:01.000000000Z red\n");
    let (_, out, errors) = printed(&["hub/db"], &["--json", "--grep", "oops|end"], batches());
    let documents: Vec<serde_json::Value> = out
        .lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    assert_eq!(documents[0]["stream"], "stderr");
    assert_eq!(documents[1]["service"], "hub/db");
    assert_eq!((documents.len(), errors.as_str()), (2, ""));
}

#[test]
fn what_is_missing_is_reported_between_the_lines() {
    let mark = LogLine {
        mark: Some(LogMark::NewContainer),
        ..line("hub/db", 2, "")
    };
    let batches = vec![
        LogBatch::of([line("hub/db", 1, "one")], 0),
        LogBatch::of([mark, line("hub/db", 3, "two")], 1_200),
        LogBatch::Failed(
            instance("hub/db"),
            "cannot be read: PASSWORD=hunter2".into(),
        ),
        LogBatch::Ended(instance("hub/db")),
    ];
    let (status, out, errors) = printed(&["hub/db"], &[], batches);
    assert_eq!(out, "one\ntwo\n");
    insta::assert_snapshot!(errors);
    assert_eq!(status, ExitStatus::Failure);
}

#[test]
fn patterns_stand_in_a_table_instead_of_the_lines() {
    let lines = (0..30).map(|second| line("hub/db", second, &format!("order {second} stored")));
    let batches = vec![
        LogBatch::of(lines, 0),
        LogBatch::of([line("hub/db", 60, "stopped")], 0),
    ];
    let (_, out, _) = printed(&["hub/db"], &["--patterns"], batches);
    insta::assert_snapshot!(out);
}

#[test]
fn a_closed_pipe_is_a_success() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let tail = Batches([LogBatch::of([line("hub/db", 1, "one")], 0)].into());
    let (ids, request) = (["hub/db".into()], request(&[]));
    let mut errors = Vec::new();
    let status = print(
        tail,
        &ids,
        &request,
        Charset::Utf8,
        &mut Closed,
        &mut errors,
    );
    assert_eq!((status.unwrap(), errors.len()), (ExitStatus::Success, 0));
}

#[test]
fn services_are_named_as_elsewhere() {
    let (snapshot, settings) = (Arc::new(hub(7)), Settings::default());
    let named = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let found = services(&snapshot, &settings, &names);
        found.map_err(|error| error.to_string())
    };
    assert_eq!(
        named(&["db", "hub/backend", "db"]).unwrap(),
        ["hub/backend".into(), "hub/db".into()]
    );
    assert_eq!(named(&[]).unwrap().len(), snapshot.services.len());
    // As `docker logs` is asked: by the container's name, or the first characters of its id.
    for container in ["hub-db-1", "db-0123456789abcdef", "db-012"] {
        assert_eq!(named(&[container]).unwrap(), ["hub/db".into()]);
    }
    let error = named(&["db-01"]).unwrap_err();
    assert!(error.starts_with("there is no service db-01"), "{error}");
    let error = named(&["bakend"]).unwrap_err();
    assert!(
        error.starts_with("there is no service bakend; did you mean hub/backend?"),
        "{error}"
    );
}

#[test]
fn one_of_several_replicas_is_not_taken_for_its_service() {
    let mut snapshot = hub(7);
    let place = snapshot
        .services
        .iter()
        .position(|it| it.id.as_str() == "hub/db");
    let service = Arc::make_mut(&mut snapshot.services[place.unwrap()]);
    let mut second = service.instances[0].clone();
    Arc::make_mut(&mut second.facts).name = "hub-db-2".into();
    service.instances.push(second);
    let names = ["hub-db-2".to_owned()];
    let error = services(&Arc::new(snapshot), &Settings::default(), &names).unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no service hub-db-2; did you mean hub/db?"
    );
}

#[test]
fn a_mistake_in_the_arguments_is_named_before_an_engine_is_asked() {
    for (arguments, expected) in [
        (
            &["--grep", "a(b"][..],
            "--grep: the regular expression is wrong at column 2: unclosed group",
        ),
        (
            &["--field", "status"],
            "--field: a condition such as status>=500 is missing at column 1",
        ),
        (&["--filter", "x \"y"], "--filter: unclosed \" at column 3"),
        (
            &["--filter", "@slow"],
            "no filter is called slow; the section [logs.filters] of the config file has none",
        ),
        (
            &["--level", "loud"],
            "--level: no level is called \"loud\"; there are trace, debug, info, warning and error",
        ),
        (
            &["--level", "none"],
            "--level: no level is called \"none\"; there are trace, debug, info, warning and error",
        ),
        (&["--filter", "-x \"y"], "--filter: unclosed \" at column 4"),
        (
            &["--field", "-status"],
            "--field: a condition such as status>=500 is missing at column 2",
        ),
    ] {
        let output = Home::new().run(&[&["logs"], arguments].concat());
        assert_eq!(output.code, Some(2), "{output:?}");
        assert_eq!(output.stderr, format!("hubdeck: {expected}\n"));
    }
    for arguments in [
        &["-v"][..],
        &["--tail", "some"],
        &["--since", "soon"],
        &["--json", "--patterns"],
        &["-f", "--patterns"],
    ] {
        let output = Home::new().run(&[&["logs"], arguments].concat());
        assert_eq!(
            (output.code, output.stdout.as_str()),
            (Some(2), ""),
            "{arguments:?}"
        );
    }
}

#[test]
fn saved_filters_are_read_and_their_mistakes_have_a_place() {
    use super::config::{errors, load};
    let text = "[logs.filters]\nslow = \"took>1s\"\nfailed = \"level:error\"\n[logs.fields]\n\"hub/*\" = [\"status\"]\n\"*\" = []";
    let logs = load(text, &[]).unwrap().settings.logs;
    let names: Vec<&str> = logs.filters.iter().map(|each| each.name.as_str()).collect();
    assert_eq!(names, ["slow", "failed"]);
    let fields = |id, name| hubdeck::model::LogFields::of(&logs.fields, id, name);
    assert_eq!(fields("hub/db", "db"), Some(&["status".to_owned()][..]));
    assert_eq!(fields("lone", "lone"), Some(&[][..]));
    let mistakes = errors(
        "[logs.filters]\na = \"x \\\"y\"\nb = 7\n[logs.fields]\ndb = \"status\"\n[logs.filters.c]\nd = 1\n[logs.others]\n",
    );
    insta::assert_snapshot!(mistakes);
    let home = Home::new();
    let folder = home.path().join("config/hubdeck");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), text).unwrap();
    let output = home.run(&["logs", "--filter", "@fast"]);
    assert_eq!(
        output.stderr,
        "hubdeck: no filter is called fast; there are: slow, failed\n"
    );
}

#[test]
fn lines_of_a_simulated_engine_are_written() {
    let engine = Engine::calm("10");
    let home = engine.home();
    let line = || Some(home.run(&["logs", "db", "-n", "1"])).filter(|it| !it.stdout.is_empty());
    let output = eventually("a line", LIMIT, line);
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""));
    assert_eq!(output.stdout.lines().count(), 1, "{output:?}");
    let output = home.run(&["logs", "nobody"]);
    assert_eq!(output.code, Some(2), "{output:?}");
    let output = Home::with_engine("unix:///nowhere.sock").run(&["logs"]);
    assert_eq!(output.code, Some(3), "{output:?}");
}

#[test]
fn following_ends_with_its_reader_and_with_a_signal() {
    let engine = Engine::calm("10");
    let home = engine.home();
    let mut child = home.piped(&["logs", "-f"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    lines.read_line(&mut String::new()).unwrap();
    drop(lines);
    let ended = eventually("the end after the pipe is closed", LIMIT, || {
        child.try_wait().unwrap()
    });
    assert_eq!(ended.code(), Some(0));

    let mut child = home.piped(&["logs", "-f", "db"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    lines.read_line(&mut String::new()).unwrap();
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(killed.unwrap().success());
    let ended = eventually("the end after the signal", LIMIT, || {
        child.try_wait().unwrap()
    });
    assert_eq!(ended.code(), Some(130));
}

#[test]
fn a_log_that_is_followed_up_to_a_time_has_every_line_before_it() {
    let engine = Engine::calm("10");
    let home = engine.home();
    let until = hubdeck::model::Timestamp::now() + std::time::Duration::from_secs(3);
    let until = until.to_string();
    let written = |more: &[&str]| {
        let arguments = ["logs", "-t", "--no-color", "--until", &until];
        let output = home.run(&[&arguments[..], more].concat());
        assert_eq!(output.code, Some(0), "{output:?}");
        let mut lines: Vec<String> = output.stdout.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let followed = written(&["-f"]);
    assert!(!followed.is_empty());
    assert_eq!(followed, written(&[]));
}
