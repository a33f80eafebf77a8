//! Flags of the console without a console: in force, or refused.

use crate::support::hubdeck::Home;
use crate::support::server::Engine;

#[test]
fn a_flag_that_the_command_does_not_use_is_refused() {
    for (arguments, refused) in [
        (
            &["status", "--theme", "light"][..],
            "--theme works in the console only",
        ),
        (
            &["map", "--view", "logs"],
            "--view works in the console only",
        ),
        (
            &["explain", "db", "--stack", "hub"],
            "--stack works in the console, status, map, wait, logs and commands that operate only",
        ),
        (
            &["--serve", "--stack", "hub"],
            "--stack works in the console, status, map, wait, logs and commands that operate only",
        ),
        (
            &["config", "example", "--theme", "light"],
            "--theme works in the console only",
        ),
        (
            &["check", "--view", "logs"],
            "--view works in the console only",
        ),
    ] {
        let output = Home::new().run(arguments);
        assert_eq!(output.code, Some(2), "{arguments:?}: {output:?}");
        let expected = format!("hubdeck: {refused}; leave it out\n");
        assert_eq!(output.stderr, expected, "{arguments:?}");
        assert_eq!(output.stdout, "", "{arguments:?}");
    }
}

#[test]
fn what_the_console_would_refuse_is_refused_where_its_output_is_piped() {
    for (arguments, said) in [
        (
            ["--view", "foo"],
            "flag --view: there is no view \"foo\"; there are: map, services",
        ),
        (["--theme", "foo"], "flag --theme: "),
    ] {
        let output = Home::new().run(&arguments);
        assert_eq!(output.code, Some(2), "{output:?}");
        assert!(output.stderr.contains(said), "{output:?}");
        assert_eq!(output.stdout, "", "{arguments:?}");
    }
}

#[test]
fn one_stack_is_printed_or_those_there_are_named() {
    let engine = Engine::start();
    let home = engine.home();
    for command in [
        &[][..],
        &["status"],
        &["status", "--json"],
        &["map"],
        &["map", "--format", "json"],
    ] {
        let unknown = home.run(&[command, &["--stack", "typo"]].concat());
        assert_eq!(unknown.code, Some(2), "{command:?}: {unknown:?}");
        assert_eq!(
            unknown.stderr, "hubdeck: there is no stack typo; there are: hub, ops\n",
            "{command:?}"
        );
        let known = home.run(&[command, &["--stack", "ops"]].concat());
        assert!(
            known.stdout.contains("grafana") && !known.stdout.contains("hub/db"),
            "{command:?}: {known:?}"
        );
    }
}
