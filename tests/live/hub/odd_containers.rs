//! Containers outside of the stack, in every state.

use std::time::Duration;

use serde_json::Value;

use super::services;
use crate::support::docker::{Container, docker, live, unique};
use crate::support::hubdeck::Home;
use crate::support::pty::key;

/// Containers that other tools fell over.
fn odd_containers(prefix: &str) -> Vec<Container> {
    let run =
        |name: &str, arguments: &[&str]| Container::run(&format!("{prefix}-{name}"), arguments);
    let sleep = "sleep 600";
    let long_line = "head -c 90000 /dev/zero | tr '\\0' x; echo; sleep 600";
    let binary = "head -c 20000 /dev/urandom; printf '\\033[2J\\033[?1049l\\007'; sleep 600";
    let rocket = "com.docker.compose.service=🚀-rakete-👩‍👩‍👧‍👦";
    let project = format!("com.docker.compose.project={prefix}");
    let containers = vec![
        run(
            "empty-value",
            &[
                "-e",
                "EMPTY=",
                "-e",
                "ODD==",
                "busybox:1.36",
                "sh",
                "-c",
                sleep,
            ],
        ),
        run("long-line", &["busybox:1.36", "sh", "-c", long_line]),
        run("binary", &["busybox:1.36", "sh", "-c", binary]),
        run("binary-tty", &["-t", "busybox:1.36", "sh", "-c", binary]),
        run(
            "emoji",
            &[
                "-l",
                rocket,
                "-l",
                &project,
                "busybox:1.36",
                "sh",
                "-c",
                sleep,
            ],
        ),
        run("plain", &["busybox:1.36", "sh", "-c", sleep]),
        run("paused", &["busybox:1.36", "sh", "-c", sleep]),
        run("looping", &["--restart", "always", "busybox:1.36", "false"]),
    ];
    docker(&["pause", &format!("{prefix}-paused")]);
    containers
}

#[test]
fn odd_containers_are_all_drawn() {
    if !live() {
        return;
    }
    let prefix = unique("odd");
    let containers = odd_containers(&prefix);
    let home = Home::with_live_engine();
    let mut terminal = home.open(&[], 160, 50);
    terminal.wait_for("[1 Map]");
    terminal.send("2");
    terminal.send("/");
    terminal.send(&prefix);
    terminal.send(key::ENTER);
    for container in containers
        .iter()
        .filter(|container| !container.name().ends_with("-emoji"))
    {
        terminal.wait_for(container.name());
    }
    terminal.wait_for("rakete");
    terminal.wait_for("paused");
    terminal.wait_for("crash loop");
    for _ in &containers {
        // Every tab of the details, the logs, and back to the table, one row further down.
        terminal.send(key::ENTER);
        for _ in 0..7 {
            terminal.send(key::TAB);
            terminal.run_for(Duration::from_millis(120));
        }
        terminal.send(key::ESC);
        terminal.send("l");
        terminal.run_for(Duration::from_millis(300));
        terminal.send("2");
        terminal.send(key::DOWN);
        terminal.run_for(Duration::from_millis(100));
        assert!(
            terminal.screen().alternate_screen(),
            "log bytes reached the terminal:\n{}",
            terminal.text()
        );
    }
    terminal.send("q");
    assert!(terminal.wait_exit().success());
    terminal.assert_restored();

    let told = home.run(&["status", "--json"]);
    let document: Value = serde_json::from_str(&told.stdout).expect("one JSON document");
    let names = services(&document);
    assert!(names.contains_key("🚀-rakete-👩‍👩‍👧‍👦"), "{:?}", names.keys());
}
