//! Secrets in what the console shows and writes of operations and of log lines.

use std::fmt::Write as _;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::support::hubdeck::eventually;
use crate::support::pty::{Terminal, key};
use crate::support::secrets::{Planted, World, exports, select};
use crate::support::server::Server;

const PLANTED: Planted = Planted(&[
    (
        "Known-Pw-01x",
        "a variable of another service, in an error of the engine",
    ),
    ("Flag-Pw-02x", "a flag in an error of the engine"),
    ("-Pw-05x", "a value with quotes in an error of the engine"),
    (
        "User-Pw-03x",
        "the user part of a URL in an error of the engine",
    ),
]);

const SCENARIO: &str = r#"
[[stack]]
name = "hub"

[[stack.service]]
name = "db"
image = "postgres:16-alpine"
env = { POSTGRES_PASSWORD = "Known-Pw-01x", BACKUP_PASSWORD = 'qu"oted\-Pw-05x' }

[[stack.service]]
name = "api"
image = "acme/api:1"
depends_on = ["db:service_started:true"]
logs_per_second = 2.0
logs = ["tried Known-Pw-01x of \u001b[31muser\u001b[0m with password=Line-Pw-04x"]

[[stack.service]]
name = "web"
image = "nginx:1.25-alpine"
"#;

const ERROR: &str = r#"{"message":"cannot run \"check --password Flag-Pw-02x postgres://app:User-Pw-03x@db\": Known-Pw-01x was refused"}"#;

const FAILING: &str = "image = \"acme/api:1\"\nhealthcheck = { test = [\"CMD\", \"check\"], interval = 1, retries = 1, failing = true }";

const LONG_ERROR: &str = r#"{"message":"the runtime gave up after a while: Known-Pw-01x and qu\"oted\\-Pw-05x were refused"}"#;

const CONFIG: &str = "[log]\nlevel = \"trace\"\nfile = \"own.log\"\n\n[logs]\nmask = false\n";

/// A world in which no container can be restarted.
fn world() -> World {
    let world = World::start(SCENARIO, CONFIG);
    world.control.forbid("/containers/*/restart");
    world
        .control
        .rewrite("/containers/*/restart", |_| ERROR.to_owned());
    world
}

fn audit(world: &World) -> String {
    std::fs::read_to_string(world.home.path().join("state/hubdeck/audit.jsonl")).unwrap()
}

#[test]
fn an_operation_that_fails_shows_and_records_no_secret_of_the_engines_error() {
    let world = world();
    let mut terminal = world.open(&[], 200, 50);
    terminal.wait_for("db");
    select(&mut terminal, "db");
    terminal.send("R");
    terminal.wait_for("Restart hub/db");
    PLANTED.look(&mut terminal, "the question");
    terminal.answer("y");
    terminal.wait_for("cannot restart hub-db-1");
    PLANTED.look(&mut terminal, "the notice");
    terminal.send("O");
    terminal.wait_for("1. restart hub-db-1: ");
    terminal.wait_for("*** was refused");
    PLANTED.look(&mut terminal, "the steps");
    terminal.send(key::ESC);
    terminal.wait_gone("esc close");
    for (view, name) in [("4", "[4 Timeline]"), ("0", "[0 hubdeck log]")] {
        terminal.send(view);
        terminal.wait_for(name);
        PLANTED.look(&mut terminal, name);
        terminal.run_for(Duration::from_millis(800));
        terminal.send("\x13");
        PLANTED.look(&mut terminal, name);
    }
    terminal.send("q");
    assert!(terminal.wait_exit().success());
    PLANTED.assert_absent("what is printed on leaving", &terminal.text());
    let record = audit(&world);
    PLANTED.assert_absent("the audit record", &record);
    let failed = record
        .lines()
        .filter(|line| line.contains("*** was refused"))
        .count();
    assert_eq!(
        failed, 2,
        "the step and the operation have the error: {record}"
    );
    assert!(PLANTED.assert_absent_in_exports(world.home.path()) >= 2);
    PLANTED.assert_absent("the hubdeck log", &world.own_log());
}

#[test]
fn what_is_left_out_on_leaving_tells_no_secret() {
    let world = World::start(
        &SCENARIO.replace(
            "[[stack.service]]\nname = \"db\"",
            "[[stack.service]]\nstops_in = 2.0\nname = \"db\"",
        ),
        CONFIG,
    );
    let mut terminal = world.open(&[], 200, 50);
    terminal.wait_for("db");
    select(&mut terminal, "db");
    terminal.send("R");
    terminal.wait_for("Restart hub/db");
    terminal.answer("y");
    terminal.wait_for("restart hub/db");
    terminal.send("q");
    terminal.wait_for("Quit while an operation is running?");
    terminal.answer("a");
    assert!(terminal.wait_exit().success());
    let text = terminal.text();
    assert!(text.contains("docker restart hub-api-1"), "{text}");
    PLANTED.assert_absent("what is printed on leaving", &text);
    PLANTED.assert_absent("the audit record", &audit(&world));
}

#[test]
fn no_form_of_the_own_log_tells_a_known_secret_of_an_engines_error() {
    for (serve, format) in [(true, "simple"), (true, "json"), (false, "simple")] {
        let config = CONFIG.replace("[log]\n", &format!("[log]\nformat = \"{format}\"\n"));
        let world = World::start(
            &SCENARIO.replace("image = \"acme/api:1\"", FAILING),
            &config,
        );
        // hubdeck reads the last words of a service that fails, and says in its log why it cannot.
        world.control.forbid("/containers/*/logs");
        world
            .control
            .rewrite("/containers/*/logs", |_| LONG_ERROR.to_owned());
        let logged = |text: &str| text.contains("*** and *** were refused").then_some(());
        if serve {
            let config = world.config.display().to_string();
            let command = world.home.piped(&["--config", &config, "--serve"]);
            let served = Server::of(command);
            eventually("the error in the file", Duration::from_secs(20), || {
                logged(&world.own_log())
            });
            let written = served.kill().join("\n");
            assert!(logged(&written).is_some(), "{written}");
            PLANTED.assert_absent("standard error", &written);
        } else {
            let mut terminal = world.open(&[], 64, 40);
            terminal.wait_for("db");
            terminal.send("0");
            terminal.wait_for("refused");
            // The error is longer than a row: a secret may stand at the end of any.
            for columns in (64..96).step_by(3) {
                terminal.resize(columns, 40);
                PLANTED.look(&mut terminal, "the log view");
            }
        }
        PLANTED.assert_absent("the file of the log", &world.own_log());
    }
}

/// Sequences by which `text` reaches the clipboard (OSC 52).
fn copied(terminal: &Terminal) -> String {
    let raw = String::from_utf8_lossy(terminal.raw()).into_owned();
    let mut all = String::new();
    for part in raw.split("\x1b]52;c;").skip(1) {
        let end = part.find(['\x1b', '\x07']).unwrap();
        let text = STANDARD.decode(&part[..end]).unwrap();
        writeln!(all, "{}", String::from_utf8_lossy(&text)).unwrap();
    }
    all
}

/// Every exported text holds `wanted` and nothing that was planted.
fn check_exports(exports: &[(String, String)], wanted: &str) {
    assert!(
        exports
            .iter()
            .all(|(_, text)| text.contains(wanted) && !text.contains("Pw-0")),
        "{exports:?}"
    );
}

#[test]
fn log_lines_are_masked_on_request_and_the_request_may_change_while_running() {
    const CLEAR: &str = "tried Known-Pw-01x of user with password=Line-Pw-04x";
    const MASKED: &str = "tried *** of user with password=***";
    let world = World::start(SCENARIO, CONFIG);
    let mut terminal = world.open(&[], 200, 50);
    terminal.wait_for("api");
    select(&mut terminal, "api");
    terminal.send("l");
    // Without the request a line is what the container wrote, also for the search and the
    // clipboard.
    terminal.wait_for(CLEAR);
    terminal.send("/Known-Pw\r");
    terminal.wait_for("search \"Known-Pw\"");
    terminal.send("y");
    eventually("the line in the clipboard", Duration::from_secs(10), || {
        terminal.run_for(Duration::from_millis(50));
        copied(&terminal).contains("Known-Pw-01x").then_some(())
    });
    // What goes into a file is masked either way.
    terminal.send("\x13");
    terminal.wait_for("hubdeck-logs-");
    let before = exports(world.home.path());
    check_exports(&before, MASKED);

    std::fs::write(&world.config, CONFIG.replace("mask = false", "mask = true")).unwrap();
    terminal.wait_for(MASKED);
    terminal.wait_gone("Known-Pw-01x of");
    terminal.wait_gone("Line-Pw-04x");
    let clear = copied(&terminal);
    // The first takes away the line that the search chose.
    terminal.send(key::ESC);
    terminal.run_for(Duration::from_millis(200));
    terminal.send(key::ESC);
    terminal.wait_gone("search \"");
    terminal.send("/tried ***\r");
    terminal.wait_for("search \"tried ***\"");
    terminal.send("y");
    eventually(
        "the masked line in the clipboard",
        Duration::from_secs(10),
        || {
            terminal.run_for(Duration::from_millis(50));
            (copied(&terminal).len() > clear.len()).then_some(())
        },
    );
    let text = copied(&terminal).split_off(clear.len());
    assert!(
        text.contains("tried ***") && !text.contains("Pw-0"),
        "{text}"
    );
    terminal.run_for(Duration::from_millis(1100));
    terminal.send("\x13");
    eventually("another export", Duration::from_secs(10), || {
        terminal.run_for(Duration::from_millis(50));
        (exports(world.home.path()).len() > before.len()).then_some(())
    });
    check_exports(&exports(world.home.path()), MASKED);

    // Lines that come after the request was taken back are as they are again.
    std::fs::write(&world.config, CONFIG).unwrap();
    // The view stays at the line that the search chose.
    terminal.send("f");
    terminal.wait_for(CLEAR);
}
