//! Safe hands at the keyboard: the program in a terminal on a simulated engine.

use std::path::PathBuf;
use std::time::Duration;

use hubdeck::model::Timestamp;
use hubdeck::sim::{Control, Listen, Scenario, serve};
use rustix::process::Signal;
use tokio::runtime::Runtime;

use crate::support::hubdeck::Home;
use crate::support::pty::{Terminal, key};

/// `db` takes two seconds to stop and two to be healthy; `api` and `web` depend on it.
const SCENARIO: &str = r#"
name = "safe"

[[stack]]
name = "hub"

[[stack.service]]
name = "db"
image = "postgres:16-alpine"
healthcheck = { test = ["CMD", "pg_isready"], interval = 1, retries = 3, ready_after = 2 }
stops_in = 2.0

[[stack.service]]
name = "api"
image = "example/db-api:1"
depends_on = ["db:service_healthy:false"]
healthcheck = { test = ["CMD", "true"], interval = 1, retries = 3, ready_after = 1 }

[[stack.service]]
name = "web"
image = "example/web:1"
depends_on = ["api:service_started:false"]
healthcheck = { test = ["CMD", "true"], interval = 1, retries = 3, ready_after = 1 }
"#;

/// An engine and a home for consoles on it.
struct Hub {
    home: Home,
    control: Control,
    _runtime: Runtime,
    _folder: tempfile::TempDir,
}

impl Hub {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("engine.sock");
        let home = Home::with_engine(&format!("unix://{}", path.display()));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let control = Control::new(Timestamp::now);
        runtime.spawn(serve(
            Scenario::parse(SCENARIO).unwrap(),
            Listen::Unix(path),
            control.clone(),
        ));
        runtime.block_on(control.ready());
        Self {
            home,
            control,
            _runtime: runtime,
            _folder: folder,
        }
    }

    /// The table in a console, with `db` selected.
    fn open(&self) -> Terminal {
        let mut terminal = self.home.open(&[], 130, 40);
        terminal.wait_for("db");
        terminal.send("2/db\r");
        terminal.wait_for("[2 Services]");
        terminal.run_for(Duration::from_millis(300));
        terminal
    }

    /// The same, one second into a restart of `db` with its dependents.
    fn restarting(&self) -> Terminal {
        let mut terminal = self.open();
        terminal.send("R");
        terminal.wait_for("Restart hub/db");
        terminal.answer("y");
        terminal.wait_for("restart hub/db");
        terminal.run_for(Duration::from_millis(500));
        terminal
    }

    /// How often a container was restarted by a call.
    fn restarts(&self) -> u64 {
        self.control
            .calls()
            .iter()
            .filter(|(call, _)| call.ends_with("/restart"))
            .map(|(_, count)| count)
            .sum()
    }

    fn audit(&self) -> PathBuf {
        self.home.path().join("state/hubdeck/audit.jsonl")
    }

    /// Event, container and result of each line of the audit record.
    fn record(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.audit()).unwrap_or_default();
        let lines = text
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let word = |line: &serde_json::Value, name: &str| {
            line[name].as_str().unwrap_or_default().to_owned()
        };
        let words = |line: serde_json::Value| {
            ["event", "container", "result"].map(|name| word(&line, name))
        };
        lines
            .map(|line| words(line).join(" ").trim_end().to_owned())
            .collect()
    }
}

/// The record of a restart that was ended during its first call.
const LEFT_OUT: [&str; 6] = [
    "accepted",
    "intent hub-db-1",
    "result hub-db-1 unverified",
    "result hub-api-1 skipped",
    "result hub-web-1 skipped",
    "ended  cancelled",
];

#[test]
fn keys_typed_ahead_or_pasted_restart_and_stop_nothing() {
    let hub = Hub::start();
    let mut terminal = hub.open();
    let bracketed = "\x1b[200~ry\x1b[201~";
    for keys in [
        "retry",
        "sy",
        "ry",
        "s\t\r",
        "Ryyyyyyyyyyyyyyyyyyyy",
        bracketed,
        "M\r",
    ] {
        terminal.send(keys);
        terminal.run_for(Duration::from_millis(900));
        terminal.send(key::ESC);
        terminal.run_for(Duration::from_millis(200));
    }
    assert!(hub.record().is_empty(), "{:?}", hub.record());
    assert!(
        hub.control
            .calls()
            .keys()
            .all(|call| !call.starts_with("POST")),
        "{:?}",
        hub.control.calls()
    );
    for letter in ["r", "e", "t", "r", "y"] {
        terminal.send(letter);
        terminal.run_for(Duration::from_millis(120));
    }
    terminal.run_for(Duration::from_millis(500));
    terminal.send(key::ESC);
    terminal.run_for(Duration::from_millis(200));
    assert!(hub.record().is_empty(), "{:?}", hub.record());
    // A person's answer counts.
    terminal.send("r");
    terminal.wait_for("Restart hub/db?");
    terminal.answer("y");
    terminal.wait_for("hub/db restarted in");
    assert_eq!(hub.restarts(), 1);
}

#[test]
fn a_plan_that_the_terminal_is_too_small_to_show_is_not_carried_out() {
    let hub = Hub::start();
    let mut terminal = hub.open();
    for (columns, rows) in [(1, 1), (20, 5)] {
        terminal.resize(columns, rows);
        terminal.run_for(Duration::from_millis(500));
        terminal.send("s");
        terminal.run_for(Duration::from_secs(1));
        if columns > 1 {
            let text = terminal
                .text()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            assert!(
                text.contains("The terminal is too small to show the plan"),
                "{text}"
            );
        }
        terminal.send("y");
        terminal.run_for(Duration::from_millis(500));
        terminal.send(key::ESC);
        terminal.run_for(Duration::from_millis(300));
    }
    assert!(hub.record().is_empty(), "{:?}", hub.record());
    assert!(
        hub.control
            .calls()
            .keys()
            .all(|call| !call.starts_with("POST")),
        "{:?}",
        hub.control.calls()
    );
    terminal.resize(130, 40);
    terminal.send("s");
    terminal.wait_for("Stop hub/db?");
    terminal.answer("y");
    terminal.wait_for("hub/db stopped in");
}

#[test]
fn leaving_during_a_restart_asks_and_aborting_finishes_the_call_and_tells_the_rest() {
    let hub = Hub::start();
    let mut terminal = hub.restarting();
    terminal.send("q");
    terminal.wait_for("Quit while an operation is running?");
    terminal.answer("a");
    terminal.wait_for("quitting after the current step");
    assert!(terminal.wait_exit().success());
    terminal.assert_restored();
    let text = terminal.text();
    assert!(
        text.contains("2 steps were not begun; these commands finish them, in this order:"),
        "{text}"
    );
    assert!(
        text.contains("docker restart hub-api-1") && text.contains("docker restart hub-web-1"),
        "{text}"
    );
    assert_eq!(hub.record(), LEFT_OUT);
    assert_eq!(hub.restarts(), 1);
}

#[test]
fn waiting_leaves_after_the_operation_and_staying_does_not() {
    let hub = Hub::start();
    let mut terminal = hub.restarting();
    terminal.send(key::CTRL_C);
    terminal.wait_for("Quit while an operation is running?");
    terminal.answer(key::ESC);
    terminal.wait_gone("Quit while an operation is running?");
    terminal.send("q");
    terminal.wait_for("Quit while an operation is running?");
    terminal.answer("w");
    terminal.wait_for("quitting when the operation has ended");
    assert!(terminal.wait_exit().success());
    terminal.assert_restored();
    assert_eq!(hub.restarts(), 3, "everything was done");
    assert_eq!(
        hub.record().last().map(String::as_str),
        Some("ended  succeeded")
    );
}

#[test]
fn a_signal_waits_for_the_call_and_leaves_the_rest_out() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129)] {
        let hub = Hub::start();
        let mut terminal = hub.restarting();
        terminal.signal(signal);
        terminal.wait_for("waiting for the engine to finish: restart hub-db-1");
        assert_eq!(terminal.wait_exit().exit_code(), code, "{signal:?}");
        terminal.assert_restored();
        assert!(
            terminal.text().contains("docker restart hub-web-1"),
            "{}",
            terminal.text()
        );
        assert_eq!(
            (hub.record(), hub.restarts()),
            (LEFT_OUT.map(str::to_owned).to_vec(), 1),
            "{signal:?}"
        );
    }
}

#[test]
fn a_killed_run_is_told_by_the_next_one_once() {
    let hub = Hub::start();
    let mut terminal = hub.restarting();
    terminal.signal(Signal::KILL);
    terminal.wait_exit();
    assert_eq!(hub.record(), LEFT_OUT[..2]);
    let told = "outcome unknown: restart hub-db-1; not begun: restart hub-api-1, restart hub-web-1";
    for (run, expected) in [("the next", true), ("the one after", false)] {
        let mut terminal = hub.home.open(&[], 220, 40);
        terminal.wait_for("db");
        let first = terminal.text();
        assert_eq!(
            first.contains("hubdeck ended during restart hub/db"),
            expected,
            "{run} run:\n{first}"
        );
        terminal.send("4");
        terminal.wait_for("[4 Timeline]");
        terminal.run_for(Duration::from_millis(500));
        let text = terminal.text();
        assert_eq!(text.contains(told), expected, "{run} run:\n{text}");
        assert_eq!(
            text.contains("hubdeck ended during restart hub/db"),
            expected,
            "{run} run:\n{text}"
        );
        terminal.send("q");
        terminal.wait_exit();
    }
    assert_eq!(hub.record()[2..], ["interrupted"]);
}

#[test]
fn a_running_plan_is_looked_at_and_cancelled() {
    let hub = Hub::start();
    let mut terminal = hub.restarting();
    terminal.send("O");
    terminal.wait_for("1. restart hub-db-1: ");
    terminal.wait_for("2. restart hub-api-1: pending");
    terminal.send("C");
    terminal.wait_for("2. restart hub-api-1: skipped: cancelled");
    terminal.wait_for("cancelled after");
    terminal.send(key::ESC);
    terminal.wait_gone("cancelled after");
    assert_eq!(
        (hub.record(), hub.restarts()),
        (LEFT_OUT.map(str::to_owned).to_vec(), 1)
    );
    terminal.send("q");
    assert!(terminal.wait_exit().success(), "nothing runs any more");
}

#[test]
fn an_operation_without_a_record_is_refused_where_the_key_was_pressed() {
    let hub = Hub::start();
    // Not even root can write to a file that is a directory.
    std::fs::create_dir_all(hub.audit()).unwrap();
    let mut terminal = hub.open();
    terminal.send("r");
    terminal.wait_for("Restart hub/db?");
    terminal.answer("y");
    terminal.wait_for("nothing was done: cannot write the audit record");
    assert_eq!(hub.restarts(), 0);
    terminal.send("q");
    assert!(terminal.wait_exit().success());
}
