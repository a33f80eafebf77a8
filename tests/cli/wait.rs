//! `hubdeck wait` as a process on a simulated engine.

use std::time::{Duration, Instant};

use crate::support::hubdeck::Home;
use crate::support::server::{Engine, LIMIT};

/// A stack of one service that works and one that ended with an error.
const BROKEN: &str = r#"
[[stack]]
name = "hub"

[[stack.service]]
name = "web"
image = "nginx:1.25-alpine"

[[stack.service]]
name = "job"
image = "python:3.12-alpine"
state = "exited"
exit_code = 3
restart = "no"
"#;

#[test]
fn what_is_healthy_is_waited_for_no_longer_than_it_takes_to_look() {
    let engine = Engine::calm("3");
    let began = Instant::now();
    let output = engine.home().run(&["wait", "--timeout", "60s"]);
    assert_eq!(
        (output.code, output.stderr.as_str()),
        (Some(0), ""),
        "{output:?}"
    );
    assert!(output.stdout.starts_with("healthy after "), "{output:?}");
    assert_eq!(output.stdout.matches('/').count(), 3, "{output:?}");
    assert!(began.elapsed() < LIMIT, "{:?}", began.elapsed());
}

#[test]
fn what_does_not_come_is_named_when_time_is_up() {
    let engine = Engine::calm("2");
    let output = engine
        .home()
        .run(&["wait", "--state", "stopped", "--timeout", "1s"]);
    assert_eq!(
        (output.code, output.stdout.as_str()),
        (Some(1), ""),
        "{output:?}"
    );
    assert!(
        output
            .stderr
            .starts_with("hubdeck: not stopped within 1 s: 2 of 2 services\n  "),
        "{output:?}"
    );
}

#[test]
fn what_never_comes_is_not_waited_for() {
    let engine = Engine::of(BROKEN);
    let began = Instant::now();
    let output = engine.home().run(&["wait", "job", "--timeout", "1h"]);
    assert_eq!(output.code, Some(1), "{output:?}");
    assert!(
        output.stderr.starts_with(
            "hubdeck: not healthy, and nothing will make it so by itself: 1 of 1 services\n  hub/job is unhealthy: "
        ),
        "{output:?}"
    );
    assert!(
        began.elapsed() < Duration::from_secs(60),
        "{:?}",
        began.elapsed()
    );
    let web = engine.home().run(&["wait", "web", "--state", "running"]);
    assert_eq!(web.code, Some(0), "{web:?}");
}

#[test]
fn mistakes_and_a_missing_engine_have_their_codes() {
    let engine = Engine::calm("1");
    let unknown = engine.home().run(&["wait", "nobody"]);
    assert_eq!(unknown.code, Some(2), "{unknown:?}");
    let nowhere = Home::with_engine("unix:///nonexistent/engine.sock");
    assert_eq!(nowhere.run(&["wait"]).code, Some(3));
}
