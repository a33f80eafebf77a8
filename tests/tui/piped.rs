//! The program without a terminal: it prints, it ends, and its exit code means something.

use std::time::Duration;

use crate::support::hubdeck::{Background, Home, eventually};

#[test]
fn the_demo_prints_map_and_table_and_ends() {
    let output = Home::new().run(&["demo"]);
    for word in ["Edge", "Operations", "backend", "redis", "migrate"] {
        assert!(output.stdout.contains(word), "no {word:?} in\n{output:?}");
    }
    assert!(
        !output.stdout.contains('\x1b'),
        "escape sequences without a terminal:\n{output:?}"
    );
    assert!(matches!(output.code, Some(0 | 1)), "{output:?}");
}

#[test]
fn no_engine_is_told_and_has_an_exit_code_of_its_own() {
    let home = Home::new();
    let codes = [&[][..], &["status"], &["status", "--json"]].map(|arguments| {
        let output =
            home.run(&[&["--host", "unix:///nonexistent/engine.sock"], arguments].concat());
        let said = format!("{}{}", output.stdout, output.stderr);
        assert!(
            said.contains("/nonexistent/engine.sock"),
            "{arguments:?}: {output:?}"
        );
        assert!(!said.contains("panicked"), "{arguments:?}: {output:?}");
        output.code
    });
    assert!(
        codes
            .iter()
            .all(|code| *code == codes[0] && *code != Some(0)),
        "{codes:?}"
    );
}

#[test]
fn status_is_one_json_document_of_the_simulated_engine() {
    let home = Home::new();
    let socket = home.path().join("engine.sock");
    let _engine = Background(
        home.piped(&[
            "sim",
            "--listen",
            &format!("unix:{}", socket.display()),
            "--containers",
            "12",
            "--stopped",
            "3",
        ])
        .spawn()
        .expect("the program starts"),
    );
    eventually(
        "the simulated engine listens",
        Duration::from_secs(10),
        || socket.exists().then_some(()),
    );
    let output = home.run(&[
        "--host",
        &format!("unix://{}", socket.display()),
        "status",
        "--json",
    ]);
    let document: serde_json::Value =
        serde_json::from_str(&output.stdout).expect("one JSON document");
    assert_eq!(
        document["services"].as_array().map(Vec::len),
        Some(12 + 3),
        "{}",
        output.stdout
    );
}

#[test]
fn a_wrong_word_on_the_command_line_is_told_and_exits_2() {
    let output = Home::new().run(&["--no-such-flag"]);
    assert_eq!(output.code, Some(2), "{output:?}");
    assert!(output.stderr.contains("--no-such-flag"), "{output:?}");
}
