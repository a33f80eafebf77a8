//! How soon the console shows that a service died, what the root is and what that blocks, on a real
//! engine.
#![allow(clippy::print_stdout, reason = "the measured times are for people")]

use std::time::{Duration, Instant};

use hubdeck::model::Timestamp;

use crate::support::docker::{Example, died_at, docker, live};
use crate::support::hubdeck::Home;

/// Two probe intervals: whatever takes longer is wrong.
const LIMIT: Duration = Duration::from_secs(60);

#[test]
fn a_death_is_told_with_its_root_and_everything_blocked() {
    if !live() {
        return;
    }
    let hub = Example::hub();
    let home = Home::with_live_engine();
    let mut terminal = home.open(&["--project", hub.project()], 200, 60);
    // The seven services that run; a guessed probe counts once it has succeeded, and its card tells
    // how fast.
    terminal.wait_for("● 7");
    terminal.wait_until("every first probe", |screen| {
        screen.contents().matches(" ms ").count() >= 6
    });
    terminal.run_for(Duration::from_secs(2));
    let before = Timestamp::now();
    docker(&["kill", &hub.container("db")]);
    let died_ms = died_at(&hub.container("db"), before) / 1_000_000;
    let after = |shown: Instant| {
        let ago = i64::try_from(shown.elapsed().as_millis()).expect("short");
        Timestamp::now().as_millisecond() - ago - died_ms
    };

    let red = terminal.wait_within(LIMIT, "the death on its card", |screen| {
        screen.contents().contains("137")
    });
    println!("death → its card red: {} ms", after(red));
    let root = format!(" {}/db ", hub.project());
    let header = |screen: &vt100::Screen| screen.contents().lines().take(2).collect::<String>();
    let named = terminal.wait_within(LIMIT, "the root in the header", |screen| {
        header(screen).contains(&root)
    });
    println!("death → root named in the header: {} ms", after(named));
    let blocked = terminal.wait_within(LIMIT, "both dependents blocked", |screen| {
        header(screen).contains("blocks 2")
            && screen.contents().matches("blocked by db").count() >= 2
    });
    println!(
        "death → both dependents blocked on screen: {} ms",
        after(blocked)
    );
}
