//! Operations that are cut off: by a signal, a kill, an engine that is gone, a second hubdeck.

use std::io::Read as _;
use std::process::Child;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::hubdeck::{Background, Home, eventually};
use crate::support::server::{Engine, LIMIT};

use super::{called, recorded};

/// How many run at once.
const AT_ONCE: usize = 6;

/// `db` is healthy three seconds after its start; `web` depends on it, `other` on nothing.
const SLOW: &str = r#"
name = "slow"

[[stack]]
name = "hub"

[[stack.service]]
name = "db"
image = "postgres:16-alpine"
healthcheck = { test = ["CMD", "pg_isready"], interval = 1, retries = 9, ready_after = 3 }

[[stack.service]]
name = "web"
image = "example/web:1"
depends_on = ["db:service_healthy:true"]

[[stack.service]]
name = "other"
image = "example/other:1"
"#;

const RESTART: [&str; 5] = ["restart", "db", "--with-dependents", "--wait", "--yes"];

/// A restart of `db` whose call has been made, and which waits until it is healthy.
fn waiting(home: &Home) -> Background {
    let before = called(home).len();
    let run = Background(home.piped(&RESTART).spawn().expect("the program starts"));
    eventually("the first call", LIMIT, || {
        (called(home).len() > before).then_some(())
    });
    run
}

/// Its exit code and what it wrote to standard error.
fn end(child: &mut Child) -> (Option<i32>, String) {
    let mut text = String::new();
    let stderr = child.stderr.as_mut().expect("it is piped");
    stderr.read_to_string(&mut text).expect("text");
    (child.wait().expect("it ends").code(), text)
}

#[test]
fn a_signal_finishes_the_call_and_leaves_the_rest_to_commands() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130)] {
        let engine = Engine::of(SLOW);
        let home = engine.home();
        let mut run = waiting(&home);
        let id = i32::try_from(run.0.id()).expect("an id");
        kill_process(Pid::from_raw(id).expect("an id"), signal).expect("it runs");
        let (ended, said) = end(&mut run.0);
        assert_eq!(ended, Some(code), "{said}");
        let last: Vec<&str> = said.lines().rev().take(3).collect();
        assert_eq!(
            last,
            [
                "hubdeck: restart hub/db with dependents: hubdeck was terminated, 1 of 2 steps not begun",
                "  docker restart hub-web-1",
                "hubdeck: 1 step was not begun; this command finishes it:",
            ],
            "{said}"
        );
        let lines = recorded(&home);
        let end = lines.last().expect("a line");
        assert_eq!(
            (&end["event"], &end["result"]),
            (&"ended".into(), &"cancelled".into())
        );
    }
}

#[test]
fn after_a_kill_the_next_command_says_what_was_under_way_and_how_it_stands() {
    let engine = Engine::of(SLOW);
    let home = engine.home();
    let mut run = waiting(&home);
    run.0.kill().expect("it runs");
    assert_eq!(end(&mut run.0).0, None, "it was killed");
    let shown = home.run(&["audit"]).stdout;
    assert!(
        shown.contains("restart hub/db with dependents  interrupted\n  restart hub-db-1  outcome unknown\n  restart hub-web-1  not begun\n"),
        "{shown}"
    );
    // The service is nobody's any more.
    let next = home.run(&["restart", "db", "--yes"]);
    assert_eq!(next.code, Some(0), "{next:?}");
    let mut lines = next.stderr.lines();
    let first = lines.next().expect("a line");
    assert!(
        first.starts_with("hubdeck: hubdeck ended during restart hub/db, begun at ")
            && first.ends_with("; outcome unknown: restart hub-db-1; not begun: restart hub-web-1"),
        "{next:?}"
    );
    let second = lines.next().expect("a line");
    assert!(
        second.starts_with("hubdeck: now hub-db-1 is running, hub/db is "),
        "{next:?}"
    );
    let again = home.run(&["restart", "other", "--yes"]);
    assert!(
        !again.stderr.contains("hubdeck ended during"),
        "it is said once: {again:?}"
    );
    recorded(&home);
}

#[test]
fn an_engine_that_is_gone_fails_the_rest() {
    let mut engine = Engine::of(SLOW);
    let home = engine.home();
    let mut run = waiting(&home);
    engine.kill();
    // Without an engine nothing is seen to be healthy; a signal ends the wait.
    let id = i32::try_from(run.0.id()).expect("an id");
    kill_process(Pid::from_raw(id).expect("an id"), Signal::TERM).expect("it runs");
    let (code, said) = end(&mut run.0);
    assert!(matches!(code, Some(1 | 143)), "{said}");
    assert!(said.contains("  docker restart hub-web-1\n"), "{said}");
    assert_eq!(called(&home), ["hub-db-1"]);
    let after = home.run(&["restart", "db", "--yes"]);
    assert_eq!(after.code, Some(3), "{after:?}");
}

#[test]
fn a_second_hubdeck_leaves_a_service_alone_that_the_first_works_on() {
    let engine = Engine::of(SLOW);
    let home = engine.home();
    let mut run = waiting(&home);
    let second = home.run(&["stop", "web", "--yes"]);
    assert_eq!(second.code, Some(1), "{second:?}");
    let last = second.stderr.lines().last().expect("a line");
    assert_eq!(
        last,
        "hubdeck: another hubdeck is restarting hub/web; nothing was done: wait until it has ended, or see `hubdeck audit`"
    );
    assert!(
        !second.stderr.contains("hubdeck ended during"),
        "the first one goes on: {second:?}"
    );
    let shown = home.run(&["audit"]).stdout;
    assert!(
        shown.contains("restart hub/db with dependents  under way\n"),
        "{shown}"
    );
    let other = home.run(&["restart", "other", "--yes"]);
    assert_eq!(other.code, Some(0), "{other:?}");
    let (code, said) = end(&mut run.0);
    assert_eq!(code, Some(0), "{said}");
    let after = home.run(&["stop", "web", "--yes"]);
    assert_eq!(after.code, Some(0), "{after:?}");
}

#[test]
fn hubdecks_that_record_at_once_keep_every_line_whole() {
    let service =
        |at: usize| format!("[[stack.service]]\nname = \"s{at}\"\nimage = \"example/s:1\"\n\n");
    let services: String = (0..AT_ONCE).map(service).collect();
    let engine = Engine::of(&format!(
        "name = \"many\"\n\n[[stack]]\nname = \"hub\"\n\n{services}"
    ));
    let home = engine.home();
    let names: Vec<String> = (0..AT_ONCE).map(|at| format!("s{at}")).collect();
    for verb in ["pause", "unpause", "restart"] {
        let begin = |name: &String| {
            Background(
                home.piped(&[verb, name, "--yes"])
                    .spawn()
                    .expect("it starts"),
            )
        };
        let mut runs: Vec<Background> = names.iter().map(begin).collect();
        for run in &mut runs {
            let (code, said) = end(&mut run.0);
            assert_eq!(code, Some(0), "{verb}: {said}");
        }
    }
    let lines = recorded(&home);
    for event in ["accepted", "intent", "result", "ended"] {
        let count = lines.iter().filter(|line| line["event"] == event).count();
        assert_eq!(count, 3 * AT_ONCE, "{event}");
    }
    assert!(
        std::fs::read(super::record(&home))
            .expect("the record")
            .ends_with(b"}\n")
    );
}
