//! What the console keeps from one run to the next.

use std::fs;

use crate::on_demo_stack::{console, write_config};
use crate::support::hubdeck::Home;
use crate::support::pty::{Terminal, key};

const FILE: &str = "state/hubdeck/console.json";

/// Whether the table has a column with this head.
fn has_column(screen: &vt100::Screen, head: &str) -> bool {
    let text = screen.contents();
    let heads = text.lines().find(|line| line.contains("STATE"));
    heads.is_some_and(|line| line.contains(head))
}

fn quit(mut terminal: Terminal) {
    terminal.send("q");
    terminal.wait_exit();
}

#[test]
fn columns_order_and_commands_are_there_in_the_next_run() {
    let (_engine, home, mut terminal) =
        console("[ui]\ncolumns = [\"state\", \"name\", \"memory\"]\n");
    terminal.wait_for("backend");
    terminal.send(":sort memory\r");
    terminal.wait_until("sorted by memory", |screen| has_column(screen, "MEM ↓"));
    terminal.send("|");
    terminal.wait_for("[x] name");
    // To the first column that is hidden, which is shown then.
    terminal.send(&key::DOWN.repeat(3));
    terminal.send(" ");
    terminal.wait_until("a fourth column", |screen| {
        screen.contents().matches("[x]").count() == 4
    });
    terminal.send(key::ENTER);
    terminal.wait_gone("[x] name");
    quit(terminal);
    let kept = fs::read_to_string(home.path().join(FILE)).unwrap();
    assert!(kept.contains("sort memory"), "{kept}");

    let mut terminal = home.open(&[], 120, 40);
    terminal.wait_for("backend");
    terminal.send("2");
    terminal.wait_until("the stack and the order", |screen| {
        has_column(screen, "MEM ↓") && has_column(screen, "STACK")
    });
    write_config(&home, "[ui]\ncolumns = [\"state\", \"name\", \"image\"]\n");
    terminal.wait_for("the columns chosen in the console stay");
    let check = home.run(&["config", "check"]).stdout;
    assert!(
        check.contains("columns chosen in the console replace ui.columns"),
        "{check}"
    );
    terminal.send("|r\r");
    terminal.wait_until("those of config", |screen| has_column(screen, "IMAGE"));
    terminal.send(&format!(":{}", key::UP));
    terminal.wait_for(":sort memory");
    terminal.send(key::ESC);
    terminal.wait_gone(":sort memory");
    quit(terminal);
    let check = home.run(&["config", "check"]).stdout;
    assert!(!check.contains("chosen in the console"), "{check}");
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_left_alone() {
    let (_engine, home, terminal) = console("");
    quit(terminal);
    let file = home.path().join(FILE);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "no json").unwrap();
    let mut terminal = home.open(&[], 160, 40);
    terminal.wait_for("columns, sort order and typed commands are not kept: cannot use");
    terminal.send("2");
    terminal.wait_for("backend");
    terminal.send(">");
    quit(terminal);
    assert_eq!(fs::read_to_string(&file).unwrap(), "no json");
}

#[test]
fn the_demo_keeps_nothing() {
    let home = Home::new();
    let mut terminal = home.open(&["demo"], 120, 40);
    terminal.wait_for("backend");
    terminal.send(":sort memory\r");
    terminal.wait_until("sorted", |screen| has_column(screen, "MEM ↓"));
    quit(terminal);
    assert!(!home.path().join(FILE).exists());
}
