//! The console on the log of one container.

use std::time::Duration;

use crate::support::docker::{Container, live, unique};
use crate::support::hubdeck::Home;
use crate::support::pty::{Terminal, key};

/// A console that shows the log of the container `name`.
pub fn with_log_of(home: &Home, name: &str) -> Terminal {
    let mut terminal = home.open(&[], 120, 40);
    terminal.wait_for("[1 Map]");
    for keys in ["2", "/", name, key::ENTER] {
        terminal.send(keys);
    }
    terminal.run_for(Duration::from_millis(500));
    terminal.send("l");
    terminal
}

#[test]
fn a_driver_without_lines_and_a_log_without_any_are_told_in_the_console() {
    if !live() {
        return;
    }
    let home = Home::with_live_engine();
    for (arguments, words) in [
        (
            &["--log-driver", "none"][..],
            "its logging driver \"none\" keeps no lines",
        ),
        (&[], "no lines yet; new ones appear here"),
    ] {
        let name = unique("hubdeck-e-none");
        let sleeping = ["busybox:1.36", "sleep", "600"];
        let _container = Container::run(&name, &[arguments, &sleeping].concat());
        with_log_of(&home, &name).wait_for(words);
    }
}
