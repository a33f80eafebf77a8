//! The log of a whole example stack under load: `hubdeck logs`, once and followed, beside
//! `docker logs --timestamps` of every container.

#![allow(clippy::print_stdout, reason = "the number of lines is for people")]

use std::collections::BTreeMap;
use std::process::Command;
use std::thread;
use std::time::Duration;

use hubdeck::logs::without_colours;
use hubdeck::model::Timestamp;
use serde_json::Value;

use super::Followed;
use crate::support::docker::{Example, docker, unique};
use crate::support::hubdeck::Home;

/// How long a line may come after younger ones of other containers before it counts as missing.
const LATE: Duration = Duration::from_millis(1_500);

/// One line of a log.
#[derive(Debug)]
struct Line {
    /// The engine's time; of `hubdeck`, `None` for lines that were joined to the one before.
    at: Option<Timestamp>,
    text: String,
}

/// One record as `hubdeck logs --json` writes it.
#[derive(Debug)]
struct Record {
    at: Timestamp,
    /// The container and the stream.
    source: (String, String),
    text: String,
}

/// The lines of each container and stream, in the order in which they were written.
type Lines = BTreeMap<(String, String), Vec<Line>>;

/// One followed record in so many may come behind a younger one of another container: lines wait
/// 250 ms for older ones, and a busy machine may stop for longer.
const LATE_IN: usize = 100;

/// Asks the proxy `proxy` of `example` for each of `urls` (with curl's ranges) fifty times a second,
/// for a few seconds.
pub fn load(example: &Example, proxy: &str, urls: &[&str]) {
    let container = example.container(proxy);
    thread::scope(|scope| {
        for url in urls {
            let script = format!("timeout 4 curl -ks --rate 50/s -o /dev/null '{url}'; true");
            let container = &container;
            scope.spawn(move || docker(&["exec", container, "sh", "-c", &script]));
        }
    });
}

/// How the log of `example` under load differs from what docker gives: lines that are missing, are
/// there twice or have another time, and lines that are in the wrong order. `urls` are those of
/// [`load`]; the path of the first is asked for last.
pub fn differences(example: &Example, proxy: &str, urls: &[&str]) -> Vec<String> {
    let home = Home::with_live_engine();
    let begin = Timestamp::now();
    let all = ["--json", "--project", example.project()];
    let since = begin.to_string();
    let followed = Followed::start(&home, &[&all[..], &["--since", &since]].concat());
    load(example, proxy, urls);
    let last = unique("the-last-request");
    let base = urls[0].split('?').next().unwrap_or_default();
    load(example, proxy, &[&format!("{base}?{last}")]);
    let end = Timestamp::now();
    let is_last = |line: &str| {
        let record = record(line);
        record.source.0 == example.container(proxy) && record.text.contains(&last)
    };
    let mut lines = followed.until_line(&last, is_last);
    lines.extend(followed.during(LATE));
    drop(followed);
    let live: Vec<Record> = lines.iter().map(|line| record(line)).collect();

    let until = end.to_string();
    let output = home.run(&[&["logs"], &all[..], &["--until", &until]].concat());
    let read: Vec<Record> = output.stdout.lines().map(record).collect();

    let mut expected = of_docker(example.project());
    expected.retain(|_, lines| {
        lines.retain(|line| line.at < Some(end));
        !lines.is_empty()
    });
    let mut found = compared("read once", &lines_of(&read), &expected);
    found.extend(disordered("read once", &read));
    let is_live = |record: &&Record| record.at < end;
    let live_lines = lines_of(live.iter().filter(is_live));
    expected.retain(|_, lines| {
        lines.retain(|line| line.at >= Some(begin));
        !lines.is_empty()
    });
    let count: usize = expected.values().map(Vec::len).sum();
    println!(
        "{}: {count} lines of {} logs under load",
        example.project(),
        expected.len()
    );
    found.extend(compared("followed", &live_lines, &expected));
    let late = disordered("followed", &live);
    println!("{} of {} records are late", late.len(), live.len());
    if late.len() > live.len() / LATE_IN {
        found.extend(late);
    }
    found
}

/// What `docker logs` gives of every container of a project.
fn of_docker(project: &str) -> Lines {
    let filter = format!("label=com.docker.compose.project={project}");
    let names = docker(&["ps", "-a", "--filter", &filter, "--format", "{{.Names}}"]);
    let mut lines = Lines::new();
    for name in names.lines() {
        let output = Command::new("docker")
            .args(["logs", "--timestamps", name])
            .output()
            .unwrap();
        for (stream, bytes) in [("stdout", output.stdout), ("stderr", output.stderr)] {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let read = |line: &str| {
                let (at, text) = line.split_once(' ').unwrap();
                let at = Some(at.parse().unwrap());
                let text = plain(text);
                Line { at, text }
            };
            let source = (name.to_owned(), stream.to_owned());
            let of_it = text.lines().map(read).filter(|line| !line.text.is_empty());
            lines.insert(source, of_it.collect());
        }
    }
    lines
}

fn record(line: &str) -> Record {
    let record: Value = serde_json::from_str(line).unwrap();
    let text = |key: &str| record[key].as_str().expect(key).to_owned();
    Record {
        at: text("time").parse().unwrap(),
        source: (text("container"), text("stream")),
        text: text("text"),
    }
}

/// The text without what only matters on screen: colours and blanks.
fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    without_colours(&words.join(" ")).into_owned()
}

fn lines_of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Lines {
    let mut lines = Lines::new();
    for record in records {
        let of_it = lines.entry(record.source.clone()).or_default();
        for (number, text) in record.text.split('\n').enumerate() {
            let at = (number == 0).then_some(record.at);
            of_it.push(Line {
                at,
                text: plain(text),
            });
        }
        of_it.retain(|line| !line.text.is_empty());
    }
    lines
}

/// The first line of each log that is not as docker gives it.
fn compared(how: &str, given: &Lines, expected: &Lines) -> Vec<String> {
    let is_same = |given: &Line, expected: &Line| {
        given.text == expected.text && (given.at.is_none() || given.at == expected.at)
    };
    let none = Vec::new();
    let sources = given.keys().chain(expected.keys());
    let sources: std::collections::BTreeSet<_> = sources.collect();
    let differ = sources.into_iter().filter_map(|source| {
        let (given, expected) = (
            given.get(source).unwrap_or(&none),
            expected.get(source).unwrap_or(&none),
        );
        let same = given.iter().zip(expected);
        let same = same.take_while(|(given, it)| is_same(given, it)).count();
        let is_all = same == given.len() && same == expected.len();
        (!is_all).then(|| {
            format!(
                "{how}, {source:?}: line {same} of {} is {:?}, docker gives {:?} of {}",
                given.len(),
                given.get(same),
                expected.get(same),
                expected.len()
            )
        })
    });
    differ.collect()
}

/// Records after younger ones of other containers. The engine itself may write a line of one stream
/// before an older one of the other: within a container its order stays.
fn disordered(how: &str, records: &[Record]) -> Vec<String> {
    let pairs = records.windows(2);
    let wrong = pairs.filter(|it| it[0].source.0 != it[1].source.0 && it[0].at > it[1].at);
    wrong
        .map(|pair| format!("{how}, in the wrong order: {pair:?}"))
        .collect()
}
