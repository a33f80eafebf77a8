//! Operations from the command line, as processes on a simulated engine that is one, too.

mod audit;
mod compose;
mod cut_off;

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::hubdeck::{Home, Output};
use crate::support::server::Engine;

/// `db` takes a while to be healthy; `api` and `web` depend on it, `bad` never gets healthy.
const SCENARIO: &str = r#"
name = "operate"

[[stack]]
name = "hub"

[[stack.service]]
name = "db"
image = "postgres:16-alpine"
healthcheck = { test = ["CMD", "pg_isready"], interval = 1, retries = 3, ready_after = 0.5 }

[[stack.service]]
name = "api"
image = "example/api:1"
depends_on = ["db:service_healthy:true"]
healthcheck = { test = ["CMD", "check"], interval = 1, retries = 3, ready_after = 0.3 }

[[stack.service]]
name = "web"
image = "example/web:1"
depends_on = ["api:service_healthy"]

[[stack.service]]
name = "broken"
image = "example/broken:1"
restart = "no"
state = "exited"
exit_code = 3
runs_for = 0.2

[[stack.service]]
name = "after"
image = "example/after:1"
restart = "no"
state = "exited"
exit_code = 1
depends_on = ["broken:service_started"]

[[stack.service]]
name = "unit"
image = "example/unit:1"
labels = { PODMAN_SYSTEMD_UNIT = "unit.service" }
"#;

/// The audit record of `home`.
fn record(home: &Home) -> PathBuf {
    home.path().join("state/hubdeck/audit.jsonl")
}

/// Its lines.
fn recorded(home: &Home) -> Vec<Value> {
    let text = fs::read_to_string(record(home)).unwrap_or_default();
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().expect("JSON lines")
}

/// Which containers were called, in that order.
fn called(home: &Home) -> Vec<String> {
    let lines = recorded(home).into_iter();
    let intents = lines.filter(|line| line["event"] == "intent");
    intents
        .map(|line| line["container"].as_str().expect("a name").to_owned())
        .collect()
}

fn document(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

#[test]
fn what_may_not_be_done_is_refused_before_anything_is_begun() {
    let engine = Engine::of(SCENARIO);
    let home = engine.home();
    for (arguments, code, said) in [
        (
            &["restart", "db"][..],
            2,
            "hubdeck: nobody can be asked here, as standard input or standard error is no terminal; add --yes",
        ),
        (
            &["stop", "db", "--yes", "--read-only"],
            2,
            "hubdeck: hubdeck runs read-only",
        ),
        (
            &["stop", "dbb", "--yes"],
            2,
            "hubdeck: there is no service dbb; did you mean hub/db",
        ),
        (
            &["stop", "db", "--yes", "--stack", "other"],
            2,
            "hubdeck: there is no stack other; there are: hub",
        ),
        (
            &["stop", "--all", "--yes"],
            2,
            "hubdeck: --all needs the stack: add --stack NAME",
        ),
        (
            &["restart", "unit", "--yes"],
            2,
            "hubdeck: hub/unit is run by a systemd unit, which would start it again or remove it; run `systemctl \
             restart unit.service`",
        ),
        (&["stop", "--yes"], 2, "error: the following required"),
        (
            &["stop", "db", "--yes", "--host", "unix:///nowhere.sock"],
            3,
            "hubdeck: nothing was done: no container engine answers at unix:///nowhere.sock",
        ),
    ] {
        let output = home.run(arguments);
        assert_eq!(output.code, Some(code), "{arguments:?}: {output:?}");
        assert!(output.stderr.starts_with(said), "{arguments:?}: {output:?}");
        assert_eq!(output.stdout, "", "{arguments:?}");
    }
    assert!(!record(&home).exists(), "nothing was begun");
}

#[test]
fn a_dry_run_prints_the_plan_and_does_nothing() {
    let engine = Engine::of(SCENARIO);
    let home = engine.home();
    let arguments = ["restart", "hub/db", "--with-dependents", "--dry-run"];
    let text = home.run(&[&arguments[..], &["--wait", "--read-only"]].concat());
    assert_eq!((text.code, text.stderr.as_str()), (Some(0), ""));
    let json = document(&home.run(&[&arguments[..], &["--json"]].concat()));
    let hash = json["hash"].as_str().expect("a hash");
    let expected = format!(
        "Restart hub/db and its 2 dependents\n  \
           ! web has no healthcheck; \"running\" is taken as ready\n  \
           Unavailable while this runs: api and web\n  \
           1. restart hub-db-1, then wait until healthy\n  \
           2. restart hub-api-1, then wait until healthy\n  \
           3. restart hub-web-1, then wait until healthy\n  \
           plan {hash}\n"
    );
    assert_eq!(text.stdout, expected);
    assert_eq!(json["targets"], serde_json::json!(["hub/db"]));
    assert_eq!(
        json["impact"]["hard"],
        serde_json::json!(["hub/api", "hub/web"])
    );
    let steps = json["steps"].as_array().expect("steps");
    let step = |step: &Value| {
        let word = |name: &str| step[name].as_str().expect(name).to_owned();
        (step["wave"].as_u64(), word("wait"), word("command"))
    };
    let steps: Vec<_> = steps.iter().map(step).collect();
    let expected = [
        (0, "healthy", "docker restart hub-db-1"),
        (1, "healthy", "docker restart hub-api-1"),
        (2, "no", "docker restart hub-web-1"),
    ]
    .map(|(wave, wait, command)| (Some(wave), wait.to_owned(), command.to_owned()));
    assert_eq!(
        steps, expected,
        "without --wait the last wave is not waited for"
    );
    assert!(!record(&home).exists(), "nothing was done");
}

#[test]
fn a_restart_goes_wave_by_wave_and_tells_each_step() {
    let engine = Engine::of(SCENARIO);
    let home = engine.home();
    let output = home.run(&["restart", "db", "--with-dependents", "--wait", "--yes"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(
        output
            .stdout
            .starts_with("hub/db with dependents restarted in "),
        "{output:?}"
    );
    let steps: Vec<&str> = output
        .stderr
        .lines()
        .filter_map(|line| line.split_once(" after ").map(|(what, _)| what))
        .collect();
    let expected = [
        "1/3 hub/db restarted, healthy",
        "2/3 hub/api restarted, healthy",
        "3/3 hub/web restarted, running",
    ];
    assert_eq!(steps, expected, "{output:?}");
    assert_eq!(called(&home), ["hub-db-1", "hub-api-1", "hub-web-1"]);
    let lines = recorded(&home);
    assert!(lines.iter().all(|line| line["source"] == "cli"));
}

#[test]
fn without_wait_the_last_wave_is_called_and_not_waited_for() {
    let engine = Engine::of(SCENARIO);
    let home = engine.home();
    let output = home.run(&["restart", "api", "db", "--yes", "--json"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    let json = document(&output);
    assert_eq!(json["result"], "succeeded");
    let steps = json["steps"].as_array().expect("steps");
    let step = |step: &Value| {
        let word = |name: &str| step[name].as_str().expect(name).to_owned();
        assert!(step["duration_ms"].is_u64(), "{step}");
        (word("container"), word("wait"), word("state"))
    };
    let steps: Vec<_> = steps.iter().map(step).collect();
    let expected = [
        ("hub-db-1", "healthy", "succeeded"),
        ("hub-api-1", "no", "succeeded"),
    ]
    .map(|(name, wait, state)| (name.to_owned(), wait.to_owned(), state.to_owned()));
    assert_eq!(steps, expected);
    let api = steps_took(&json, 1);
    assert!(api < 300, "it was not waited for: {api} ms");
}

/// How long step `index` took, in milliseconds.
fn steps_took(json: &Value, index: usize) -> u64 {
    json["steps"][index]["duration_ms"]
        .as_u64()
        .expect("a duration")
}

#[test]
fn what_is_as_it_is_wanted_is_no_failure() {
    let engine = Engine::of(SCENARIO);
    let home = engine.home();
    let output = home.run(&["start", "db"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert_eq!(
        output.stderr,
        "hubdeck: nothing to do: hub/db is already running\n"
    );
    let output = home.run(&["pause", "broken", "--yes"]);
    assert_eq!(output.code, Some(2), "it is not paused: {output:?}");
}

#[test]
fn a_step_that_fails_leaves_the_rest_to_commands_that_finish_it() {
    let engine = Engine::of(SCENARIO);
    let home = engine.home();
    let output = home.run(&["start", "broken", "--with-dependents", "--json"]);
    assert_eq!(output.code, Some(1), "{output:?}");
    let end: Vec<&str> = output.stderr.lines().rev().take(3).collect();
    let [last, command, headline] = end[..] else {
        panic!("{output:?}")
    };
    assert!(
        last.starts_with("hubdeck: start hub/broken with dependents: failed, ")
            && last.contains("code 3"),
        "{output:?}"
    );
    assert_eq!(command, "  docker start hub-after-1");
    assert_eq!(
        headline,
        "hubdeck: 1 step was not begun; this command finishes it:"
    );
    let json = document(&output);
    let states: Vec<_> = [0, 1].map(|at| json["steps"][at]["state"].clone()).to_vec();
    assert_eq!(states, ["failed", "skipped"]);
    assert_eq!(json["result"], "failed");
    assert_eq!(called(&home), ["hub-broken-1"]);
}

#[test]
fn without_a_record_nothing_is_done() {
    let engine = Engine::of(SCENARIO);
    let home = engine.home();
    fs::create_dir(home.path().join("state")).expect("a directory");
    // What is no directory cannot be written to by anybody, not even root.
    fs::write(home.path().join("state/hubdeck"), "").expect("a file");
    let output = home.run(&["stop", "web", "--yes"]);
    assert_eq!(output.code, Some(1), "{output:?}");
    let last = output.stderr.lines().last().expect("a line");
    assert!(
        last.starts_with("hubdeck: nothing was done: cannot write the audit record "),
        "{output:?}"
    );
    let running = home.run(&["stop", "web", "--dry-run"]);
    assert_eq!(running.code, Some(0), "it still runs: {running:?}");

    // The record can be written, the directory of what is under way cannot.
    fs::remove_file(home.path().join("state/hubdeck")).expect("removed");
    fs::create_dir(home.path().join("state/hubdeck")).expect("a directory");
    fs::write(home.path().join("state/hubdeck/operations"), "").expect("a file");
    let output = home.run(&["stop", "web", "--yes"]);
    assert_eq!(output.code, Some(1), "{output:?}");
    assert!(output.stderr.contains("nothing was done: cannot write "));
    assert!(called(&home).is_empty());
}

#[test]
fn a_kill_names_its_signal_and_a_removal_is_asked_for_as_one() {
    let engine = Engine::of(SCENARIO);
    let home = engine.home();
    let dry = home.run(&["kill", "db", "--signal", "hup", "--dry-run"]);
    let step = "  kill hub-db-1\n";
    assert!(
        dry.stdout.starts_with("Kill hub/db with SIGHUP\n") && dry.stdout.contains(step),
        "{dry:?}"
    );
    assert!(!dry.stdout.contains("depends"), "it goes on: {dry:?}");
    let json = document(&home.run(&["kill", "db", "-s", "HUP", "--dry-run", "--json"]));
    assert_eq!(
        json["steps"][0]["command"],
        "docker kill --signal SIGHUP hub-db-1"
    );
    let unknown = home.run(&["kill", "db", "--signal", "nope", "--yes"]);
    assert_eq!(unknown.code, Some(2), "{unknown:?}");

    assert_eq!(
        home.run(&["remove", "after"]).code,
        Some(2),
        "nobody can be asked"
    );
    let removed = home.run(&["remove", "after", "--yes"]);
    assert_eq!(removed.code, Some(0), "{removed:?}");
    assert!(
        removed.stderr.starts_with("Remove hub/after\n"),
        "{removed:?}"
    );
    assert_eq!(called(&home), ["hub-after-1"]);
    let again = home.run(&["remove", "after", "--yes"]);
    assert_eq!(again.code, Some(2), "it is gone: {again:?}");
}

#[test]
fn yes_alone_does_not_answer_for_production() {
    let engine = Engine::of(SCENARIO);
    let home = engine.home();
    home.write_config("[operations]\nproduction = [\"hub/d*\", \"prod-*\"]\n");
    let refused = home.run(&["restart", "db", "--yes"]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(
        refused.stderr.contains("add --yes-production 'hub/db'"),
        "{refused:?}"
    );
    let other = home.run(&["restart", "db", "--yes-production", "db"]);
    assert_eq!(other.code, Some(2), "{other:?}");
    assert!(called(&home).is_empty());
    // What is not production needs no name, and neither does what interrupts nothing.
    assert_eq!(home.run(&["restart", "web", "--yes"]).code, Some(0));
    assert_eq!(home.run(&["start", "db"]).code, Some(0));
    let plan = document(&home.run(&["restart", "db", "--dry-run", "--json"]));
    assert_eq!(plan["production"], serde_json::json!(["hub/db"]));
    let done = home.run(&["restart", "db", "--yes-production", "hub/db"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    // The Compose file says that `api` restarts with `db`.
    assert_eq!(called(&home), ["hub-web-1", "hub-db-1", "hub-api-1"]);
}
