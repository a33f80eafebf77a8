//! The console on a simulated engine in a pseudo terminal: settings that are set while it runs hold.

#![allow(clippy::unwrap_used)] // tests

mod support;

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use support::hubdeck::{Background, Home, PROGRAM, eventually};
use support::pty::{Terminal, key};

/// The console on the demo stack with `config` as its file.
fn console(config: &str) -> (Background, Home, Terminal) {
    let folder = tempfile::tempdir().unwrap().keep();
    let socket = folder.join("engine.sock");
    let mut command = Command::new(PROGRAM);
    command.args(["sim", "--listen", &format!("unix:{}", socket.display())]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let engine = Background(command.spawn().unwrap());
    eventually("the simulated engine listens", Duration::from_secs(20), || socket.exists().then_some(()));
    let home = Home::with_engine(&format!("unix://{}", socket.display()));
    write_config(&home, config);
    let terminal = home.open(&[], 120, 40);
    (engine, home, terminal)
}

fn write_config(home: &Home, text: &str) {
    let folder = home.path().join("config/hubdeck");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config.toml"), text).unwrap();
}

#[test]
fn read_only_set_while_the_console_runs_refuses_and_unset_allows() {
    let (_engine, home, mut terminal) = console("");
    terminal.wait_for("backend");
    write_config(&home, "[engine]\nread_only = true\n");
    terminal.wait_for("read-only");
    terminal.send(key::DOWN);
    terminal.send("r");
    terminal.run_for(Duration::from_millis(500));
    assert!(!terminal.text().contains("Restart "), "a plan was offered:\n{}", terminal.text());
    write_config(&home, "[engine]\nread_only = false\n");
    terminal.wait_gone("read-only");
    terminal.send("r");
    terminal.wait_for("Restart ");
}

#[test]
fn the_stack_of_the_settings_is_shown_first_and_can_be_left() {
    let (_engine, _home, mut terminal) = console("[ui]\nstack = \"ops\"\n");
    terminal.wait_for("grafana");
    assert!(!terminal.text().contains("backend"), "{}", terminal.text());
    terminal.send("c");
    terminal.wait_for("backend");
}

#[test]
fn a_project_that_is_not_there_is_said_with_those_that_are() {
    let (_engine, _home, mut terminal) = console("[engine]\nprojects = [\"typo\"]\n");
    terminal.wait_for("project typo has no containers; there are: hub, ops");
}

#[test]
fn switched_off_discovery_is_said() {
    let (_engine, _home, mut terminal) = console("[engine]\nenable_discovery = false\n");
    terminal.wait_for("discovery is switched off (engine.enable_discovery = false)");
}
