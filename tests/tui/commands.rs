//! Commands of the operator's own in a terminal: what runs, what is recorded, what is refused.

use std::time::Duration;

use crate::on_demo_stack::{console, write_config};
use crate::support::hubdeck::Home;
use crate::support::pty::{Terminal, key};

const CONFIG: &str = r#"
[[command]]
name = "tell"
key = "ctrl-g"
run = "sh -c 'printf \"<%s>\" \"$@\"; read line; exit $line' sh {container} '{service} of {stack}'"
match = "redis"

[[command]]
name = "missing"
run = "no-such-program-here {id}"
"#;

fn audit(home: &Home) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(home.path().join("state/hubdeck/audit.jsonl"));
    let text = text.unwrap_or_default();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn select(terminal: &mut Terminal, service: &str) {
    terminal.wait_for("backend");
    terminal.send("2/");
    terminal.send(service);
    terminal.wait_for(&format!("/{service}"));
    terminal.send(key::ENTER);
    terminal.run_for(Duration::from_millis(300));
}

#[test]
fn a_command_has_the_terminal_and_its_exit_code_is_said_and_recorded() {
    let (_engine, home, mut terminal) = console(CONFIG);
    select(&mut terminal, "redis");
    terminal.send("\x07");
    terminal.wait_for("<hub-redis-1><redis of hub>");
    assert!(!terminal.screen().alternate_screen());
    let begun = audit(&home);
    assert_eq!(begun.len(), 1, "{begun:?}");
    assert_eq!(begun[0]["event"], "accepted");
    assert_eq!(begun[0]["operation"], "command");
    assert_eq!(begun[0]["container"], "hub-redis-1");
    let line = begun[0]["command"].as_str().unwrap();
    assert!(line.ends_with("sh hub-redis-1 'redis of hub'"), "{line}");
    terminal.send("3\r");
    terminal.wait_for("tell exited with code 3. Enter returns to hubdeck");
    let ended = audit(&home);
    assert_eq!(ended[1]["event"], "ended");
    assert_eq!(ended[1]["exit_code"], 3);
    terminal.send(key::ENTER);
    terminal.wait_for("tell for hub-redis-1 exited with code 3");
    assert!(terminal.screen().alternate_screen());
    // One that ends well does not wait.
    terminal.send("\x07");
    terminal.wait_until("what it writes a second time", |screen| {
        screen.contents().matches("<hub-redis-1>").count() == 2
    });
    terminal.send("0\r");
    terminal.wait_for("tell for hub-redis-1 exited with code 0");
    terminal.send("q");
    assert!(terminal.wait_exit().success());
    terminal.assert_restored();
}

#[test]
fn a_signal_ends_hubdeck_with_the_command() {
    let (_engine, home, mut terminal) = console(CONFIG);
    select(&mut terminal, "redis");
    terminal.send("\x07");
    terminal.wait_for("<hub-redis-1>");
    terminal.signal(rustix::process::Signal::TERM);
    assert_eq!(terminal.wait_exit().exit_code(), 143);
    terminal.assert_restored();
    let last = audit(&home).pop().unwrap();
    assert_eq!(last["result"], "cancelled", "{last}");
}

#[test]
fn commands_are_listed_where_they_fit_and_refused_where_not() {
    let (_engine, home, mut terminal) = console(CONFIG);
    select(&mut terminal, "proxy");
    terminal.send("\x07");
    terminal.wait_for("only for services that match redis");
    terminal.send("x");
    terminal.wait_for("Actions on hub/proxy");
    terminal.send("G");
    terminal.wait_for("missing");
    assert!(!terminal.text().contains("tell"), "{}", terminal.text());
    terminal.send(key::ENTER);
    terminal.wait_for("missing cannot be run: there is no such program");
    assert_eq!(audit(&home)[1]["result"], "failed");
    terminal.send("?");
    terminal.wait_for("Esc closes");
    terminal.send("G");
    terminal.wait_for("Commands of your own");
    terminal.send(key::ESC);
    // A reload brings another key, and one that is taken is refused as a whole.
    write_config(
        &home,
        "[[command]]\nname = \"hi\"\nkey = \"f9\"\nrun = \"sh -c 'echo hello; exit 4'\"\n",
    );
    terminal.wait_for("config reloaded: command changed");
    terminal.send("\x1b[20~");
    terminal.wait_for("hi exited with code 4. Enter returns to hubdeck");
    terminal.send(key::ENTER);
    terminal.wait_for("[2 Services]");
    write_config(
        &home,
        "[[command]]\nname = \"hi\"\nkey = \"r\"\nrun = \"ls\"\n",
    );
    terminal.wait_for("r is the key of restart");
    write_config(
        &home,
        "[engine]\nread_only = true\n[[command]]\nname = \"hi\"\nkey = \"f9\"\nrun = \"ls\"\n",
    );
    terminal.wait_for("read-only");
    let lines = audit(&home).len();
    terminal.send("\x1b[20~");
    terminal.run_for(Duration::from_millis(500));
    assert_eq!(audit(&home).len(), lines, "nothing is run read-only");
    terminal.send("q");
    assert!(terminal.wait_exit().success());
}
