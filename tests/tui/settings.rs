//! The console on a simulated engine in a pseudo terminal: settings that are set while it runs
//! hold.

use std::fs;
use std::time::Duration;

use crate::on_demo_stack::{console, write_config};
use crate::support::hubdeck::Home;
use crate::support::pty::{Terminal, key};

#[test]
fn read_only_set_while_the_console_runs_refuses_and_unset_allows() {
    let (_engine, home, mut terminal) = console("");
    terminal.wait_for("backend");
    write_config(&home, "[engine]\nread_only = true\n");
    terminal.wait_for("read-only");
    terminal.send(key::DOWN);
    terminal.send("r");
    terminal.run_for(Duration::from_millis(500));
    assert!(
        !terminal.text().contains("Restart "),
        "a plan was offered:\n{}",
        terminal.text()
    );
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
    for view in ["1", "2"] {
        terminal.send(view);
        terminal.wait_for(if view == "1" {
            "[1 Map]"
        } else {
            "[2 Services]"
        });
        terminal.wait_for("project typo has no containers; there are: hub, ops");
    }
}

#[test]
fn switched_off_discovery_is_said() {
    let (_engine, _home, mut terminal) = console("[engine]\nenable_discovery = false\n");
    terminal.wait_for("discovery is switched off (engine.enable_discovery = false)");
}

#[test]
fn the_mouse_and_the_columns_set_while_the_console_runs_hold() {
    let (_engine, home, mut terminal) = console("");
    terminal.wait_for("backend");
    terminal.wait_until("the mouse is captured", |screen| {
        screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None
    });
    write_config(
        &home,
        "[ui]\nmouse = false\ncolumns = [\"name\", \"image\"]\n",
    );
    terminal.wait_until("the mouse is released", |screen| {
        screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    });
    terminal.wait_for("ui.mouse and ui.columns changed");
    terminal.send("2");
    terminal.wait_until("the columns", |screen| {
        let text = screen.contents();
        text.contains("IMAGE") && !text.contains("MEM")
    });
}

#[test]
fn what_needs_a_restart_stays_on_the_screen_until_it_is_taken_back() {
    let (_engine, home, mut terminal) = console("");
    terminal.wait_for("backend");
    write_config(
        &home,
        "[engine]\nhost = \"tcp://10.0.0.1:2375\"\n[serve]\nport = 7\n",
    );
    terminal.wait_for("engine.host takes effect after a restart");
    assert!(
        !terminal.text().contains("serve.port"),
        "the console has no HTTP:\n{}",
        terminal.text()
    );
    write_config(&home, "");
    terminal.wait_gone("takes effect after a restart");
    write_config(&home, "[ui]\nthem = 1\n");
    terminal.wait_for("config not applied:");
    write_config(&home, "");
    terminal.wait_gone("config not applied:");
}

#[test]
fn a_binding_that_takes_a_key_from_another_action_is_named() {
    let (_engine, home, mut terminal) = console("[keys]\nrestart = [\"l\"]\n");
    terminal.wait_for("l is now bound to restart, no longer to logs (preset default)");
    // The message goes; the timeline keeps it.
    terminal.wait_gone("l is now bound to restart");
    terminal.send("4");
    terminal.wait_for("l is now bound to restart");
    write_config(
        &home,
        "[keys]\nrestart = [\"l\"]\nlogs = [\"r\"]\nstop = [\"k\"]\n",
    );
    terminal.wait_for("k is now bound to stop, no longer to up (preset default), which keeps up");
    let check = home.run(&["config", "check"]);
    assert_eq!(check.code, Some(0), "{check:?}");
    assert!(
        check
            .stdout
            .contains("config.toml, line 4: k is now bound to stop, no longer to up (preset default), which keeps up"),
        "{check:?}"
    );
    assert!(check.stdout.starts_with("warning: "), "{check:?}");
}

#[test]
fn a_theme_chosen_with_a_key_stays_when_another_setting_changes() {
    let (_engine, home, mut terminal) = console("");
    terminal.wait_for("backend");
    let colors = |terminal: &Terminal| {
        terminal
            .screen()
            .cell(0, 0)
            .map(|cell| (cell.fgcolor(), cell.bgcolor()))
            .unwrap()
    };
    let dark = colors(&terminal);
    terminal.send("T");
    terminal.wait_for("theme light");
    let light = colors(&terminal);
    assert_ne!(dark, light, "another theme has other colours");
    write_config(&home, "[logs]\ntail = 7\n");
    terminal.wait_for("logs.tail changed");
    assert_eq!(colors(&terminal), light);
    write_config(&home, "[ui]\ntheme = \"high-contrast\"\n");
    terminal.wait_for("ui.theme and logs.tail changed");
    assert_ne!(colors(&terminal), light);
}

#[test]
fn a_console_that_is_left_or_asked_to_end_logs_no_warning() {
    for leave in ["q", "SIGTERM"] {
        let (_engine, home, mut terminal) =
            console("[log]\nfile = \"own.log\"\nlevel = \"info\"\n");
        terminal.wait_for("backend");
        if leave == "q" {
            terminal.send("q");
        } else {
            terminal.signal(rustix::process::Signal::TERM);
        }
        terminal.wait_exit();
        terminal.assert_restored();
        let log = fs::read_to_string(home.path().join("own.log")).unwrap();
        assert!(log.contains("connected to"), "{leave}: {log}");
        assert!(
            !log.contains("WARN") && !log.contains("ERROR"),
            "{leave}: {log}"
        );
    }
}

#[test]
fn every_mistake_in_the_keys_is_named_with_its_places() {
    let (_engine, home, mut terminal) = console("");
    terminal.wait_for("backend");
    write_config(
        &home,
        "[keys]\nstart = [\"a\"]\nstop = [\"a\"]\nrestrt = [\"b\"]\n",
    );
    terminal.wait_for("config not applied:");
    let check = home.run(&["config", "check"]);
    assert_eq!(check.code, Some(2), "{check:?}");
    let both = "line 2: [keys] a is bound to both start and stop; give it to one of them (stop: ";
    assert!(check.stdout.contains(both), "{check:?}");
    assert!(check.stdout.contains("config.toml, line 3)"), "{check:?}");
    assert!(
        check
            .stdout
            .contains("line 4: [keys] restrt: there is no such action"),
        "{check:?}"
    );
}

#[test]
fn the_console_begins_with_the_view_and_the_stack_that_are_named() {
    let home = Home::new();
    let mut terminal = home.open(&["demo", "--view", "logs", "--stack", "hub"], 120, 40);
    terminal.wait_for("stack hub: ");
    terminal.send(key::ESC);
    terminal.wait_gone("stack hub: ");
    let mut terminal = home.open(&["demo", "--view", "logz"], 120, 40);
    assert_eq!(terminal.wait_exit().exit_code(), 2);
    assert!(
        terminal
            .text()
            .contains("there is no view \"logz\"; there are: map, services, logs")
    );
    let mut terminal = home.open(&["demo", "--stack", "hup"], 120, 40);
    assert_eq!(terminal.wait_exit().exit_code(), 2);
    assert!(
        terminal
            .text()
            .contains("there is no stack hup; there are: "),
        "{}",
        terminal.text()
    );
}
