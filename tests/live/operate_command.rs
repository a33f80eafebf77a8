//! `hubdeck restart` on a real engine: order and gates in Docker's own events, a gate that fails, a kill in the middle.

mod disturbed;
mod order;

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use hubdeck::model::Timestamp;
use serde_json::Value;

use crate::support::docker::{Container, Example, docker, live, unique};
use crate::support::hubdeck::{Background, Home, Output, eventually};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Time in nanoseconds, action and container of an event.
type Event = (i64, String, String);

/// The events of the containers of `project` since `since`, oldest first.
fn events(project: &str, since: Timestamp) -> Vec<Event> {
    let second =
        |at: Timestamp, more: f64| format!("{:.3}", at.as_millisecond() as f64 / 1000.0 + more);
    let (since, until) = (second(since, 0.0), second(Timestamp::now(), 0.1));
    let filter = format!("label=com.docker.compose.project={project}");
    let text = docker(&[
        "events",
        "--since",
        &since,
        "--until",
        &until,
        "--filter",
        &filter,
        "--format",
        "{{.TimeNano}}\t{{.Action}}\t{{.Actor.Attributes.name}}",
    ]);
    let read = |line: &str| {
        let mut words = line.split('\t').map(str::to_owned);
        Some((words.next()?.parse().ok()?, words.next()?, words.next()?))
    };
    text.lines().filter_map(read).collect()
}

/// When `action` first happened to `container`.
fn first(events: &[Event], action: &str, container: &str) -> Option<i64> {
    let is = |event: &&Event| event.1 == action && event.2 == container;
    events.iter().find(is).map(|event| event.0)
}

fn document(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// The lines of the audit record of `home`, which is whole: it ends with its last line, and every
/// intent has a result or belongs to an operation that is said to have been interrupted.
pub fn recorded(home: &Home) -> Vec<Value> {
    let text = fs::read_to_string(home.path().join("state/hubdeck/audit.jsonl")).expect("a record");
    assert!(text.ends_with('\n'), "{text}");
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let of = |event: &'static str, operation: &Value| {
        let operation = operation["correlation"].clone();
        let lines = lines.iter();
        lines.filter(move |each| each["event"] == event && each["correlation"] == operation)
    };
    for intent in lines.iter().filter(|line| line["event"] == "intent") {
        let has_result = of("result", intent).any(|each| each["step"] == intent["step"]);
        let is_told = of("interrupted", intent).count() == 1;
        assert!(has_result || is_told, "{intent} has no result: {text}");
    }
    lines
}

/// Which containers were called, in that order.
fn called(home: &Home) -> Vec<String> {
    let lines = recorded(home).into_iter();
    let intents = lines.filter(|line| line["event"] == "intent");
    intents
        .map(|line| line["container"].as_str().expect("a name").to_owned())
        .collect()
}

/// The containers of each wave of the plan.
fn waves(document: &Value) -> BTreeMap<u64, Vec<String>> {
    let mut waves: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for step in document["steps"].as_array().expect("steps") {
        let name = step["container"].as_str().expect("a name").to_owned();
        let wave = step["wave"].as_u64().expect("a wave");
        waves.entry(wave).or_default().push(name);
    }
    waves
}

#[test]
fn the_database_of_the_hub_restarts_with_its_dependents_in_order_and_each_waits_for_its_gate() {
    if !live() {
        return;
    }
    let hub = Example::hub();
    let (home, since) = (Home::with_live_engine(), Timestamp::now());
    let project = ["--project", hub.project()];
    let arguments = [
        "restart",
        "db",
        "--with-dependents",
        "--wait",
        "--yes",
        "--json",
    ];
    let output = home.run(&[&arguments[..], &project].concat());
    assert_eq!(output.code, Some(0), "{output:?}");
    let waves = waves(&document(&output));
    assert_eq!(waves[&0], [hub.container("db")]);
    assert!(waves.len() > 1, "{waves:?}");
    let events = events(hub.project(), since);
    let started = |name: &String| {
        first(&events, "start", name).unwrap_or_else(|| panic!("{name}: {events:#?}"))
    };
    for (before, after) in waves.values().zip(waves.values().skip(1)) {
        let gates = before.iter().map(|name| {
            first(&events, "health_status: healthy", name).unwrap_or_else(|| started(name))
        });
        let (open, begun) = (gates.max(), after.iter().map(started).min());
        assert!(open < begun, "{before:?} before {after:?}: {events:#?}");
    }
    let called: Vec<&String> = waves.values().flatten().collect();
    let others = events
        .iter()
        .filter(|event| event.1 == "start" && !called.contains(&&event.2));
    assert_eq!(others.count(), 0, "nothing else was restarted: {events:#?}");
}

/// A container of `service` in the stack `stack` that runs `script`, needing `needs`.
fn container(stack: &str, service: &str, needs: &str, script: &str) -> Container {
    let labels = [
        format!("com.docker.compose.project={stack}"),
        format!("com.docker.compose.service={service}"),
        "com.docker.compose.container-number=1".to_owned(),
        "com.docker.compose.oneoff=False".to_owned(),
        format!("com.docker.compose.depends_on={needs}"),
    ];
    let labels: Vec<&str> = labels
        .iter()
        .flat_map(|label| ["--label", label.as_str()])
        .collect();
    let check = [
        "--health-cmd",
        "test -e /up",
        "--health-interval",
        "1s",
        "--health-retries",
        "9",
    ];
    let program = ["busybox:1.36", "sh", "-c", script];
    Container::run(
        &format!("{stack}-{service}-1"),
        &[&labels[..], &check, &program].concat(),
    )
}

/// Ends at once when it is asked to; healthy a second after its start.
const WORKS: &str =
    "rm -f /up; trap 'exit 0' TERM; (sleep 1; touch /up) & while :; do sleep 0.1; done";
/// The same at its first start; ends with code 3 at every later one.
const FAILS_LATER: &str =
    "[ -e /once ] && exit 3; touch /once /up; trap 'exit 0' TERM; while :; do sleep 0.1; done";

#[test]
fn a_dependent_that_fails_its_gate_stops_the_rest() {
    if !live() {
        return;
    }
    let stack = unique("hubdeck-gate");
    let _containers = [
        container(&stack, "db", "", WORKS),
        container(&stack, "api", "db:service_healthy:true", FAILS_LATER),
        container(&stack, "web", "api:service_healthy:true", WORKS),
    ];
    let (home, since) = (Home::with_live_engine(), Timestamp::now());
    let output = home.run(&[
        "restart",
        "db",
        "--with-dependents",
        "--wait",
        "--yes",
        "--json",
        "--project",
        &stack,
    ]);
    assert_eq!(output.code, Some(1), "{output:?}");
    let json = document(&output);
    let states: Vec<_> = [0, 1, 2]
        .map(|at| json["steps"][at]["state"].clone())
        .to_vec();
    assert_eq!(states, ["succeeded", "failed", "skipped"], "{output:?}");
    let finish = format!("\n  docker restart {stack}-web-1\n");
    assert!(output.stderr.contains(&finish), "{output:?}");
    let last = output.stderr.lines().last().expect("a line");
    assert!(last.contains("it ended with exit code 3"), "{output:?}");
    let events = events(&stack, since);
    assert_eq!(
        first(&events, "start", &format!("{stack}-web-1")),
        None,
        "{events:#?}"
    );
}

#[test]
fn a_killed_restart_is_told_by_the_next_command_with_the_state_of_the_container() {
    if !live() {
        return;
    }
    let stack = unique("hubdeck-kill");
    let _containers = [
        container(&stack, "db", "", WORKS),
        container(&stack, "web", "db:service_healthy:true", WORKS),
    ];
    let home = Home::with_live_engine();
    let record = home.path().join("state/hubdeck/audit.jsonl");
    let project = ["--project", &stack];
    let arguments = ["restart", "db", "--with-dependents", "--wait", "--yes"];
    let mut run = Background(
        home.piped(&[&arguments[..], &project].concat())
            .spawn()
            .unwrap(),
    );
    eventually("the first call", PATIENCE, || {
        let text = fs::read_to_string(&record).ok()?;
        text.contains("\"intent\"").then_some(())
    });
    run.0.kill().unwrap();
    run.0.wait().unwrap();
    let next = home.run(&[&["restart", "web", "--yes"][..], &project].concat());
    assert_eq!(next.code, Some(0), "{next:?}");
    let told: Vec<&str> = next.stderr.lines().take(2).collect();
    assert!(
        told[0].contains(&format!(
            "outcome unknown: restart {stack}-db-1; not begun: restart {stack}-web-1"
        )),
        "{next:?}"
    );
    assert!(
        told[1].starts_with(&format!("hubdeck: now {stack}-db-1 is ")),
        "{next:?}"
    );
    assert!(
        recorded(&home)
            .iter()
            .any(|line| line["event"] == "interrupted")
    );
}
