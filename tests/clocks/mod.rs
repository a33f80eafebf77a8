//! Clocks: time enters as a value, and few read one. A wall clock says when something was; a steady
//! clock measures deadlines and durations of what waits.

use super::{code, files_by_room, module_of};

/// A module with everything below it, as a path below `src/`, that reads a clock.
type Reader = &'static str;

/// Who dates what happens.
const WALL: &[Reader] = &["app", "collect", "operate", "tui::run"];

const WALL_CLOCKS: &[&str] = &[
    "Timestamp::now(",
    "SystemTime::now(",
    "Zoned::now(",
    "DateTime::now(",
    "Utc::now(",
    "Local::now(",
];

/// Who waits for something outside, so that it has deadlines and durations to measure.
const STEADY: &[Reader] = &[
    "app",
    "cli::check",
    "collect",
    "engine",
    "operate",
    "probe",
    "tui::run",
    "tui::terminal::output",
];

/// Without brackets: both are also handed over as functions.
const STEADY_CLOCKS: &[&str] = &["Instant::now", "Instant::elapsed", ".elapsed()"];

/// The first of `clocks` that `code` reads.
fn clock_in(code: &str, clocks: &[&'static str]) -> Option<&'static str> {
    clocks.iter().copied().find(|clock| code.contains(clock))
}

fn is_below(module: &str, reader: Reader) -> bool {
    module
        .strip_prefix(reader)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Who reads one of `clocks` and stands not below one of `readers`, and which of these reads none.
fn misread(clocks: &[&'static str], readers: &[Reader]) -> (Vec<String>, Vec<Reader>) {
    let mut broken = Vec::new();
    let mut idle = readers.to_vec();
    for (_, file) in files_by_room() {
        let Some(clock) = clock_in(&code(&file), clocks) else {
            continue;
        };
        let module = module_of(&file).join("::");
        idle.retain(|reader| !is_below(&module, reader));
        if !readers.iter().any(|reader| is_below(&module, reader)) {
            broken.push(format!("{module}: {clock}"));
        }
    }
    (broken, idle)
}

#[test]
fn few_read_a_clock() {
    for (clocks, readers) in [(WALL_CLOCKS, WALL), (STEADY_CLOCKS, STEADY)] {
        let (broken, idle) = misread(clocks, readers);
        assert!(
            broken.is_empty(),
            "they read a clock; take the time as a value:\n{}",
            broken.join("\n")
        );
        assert!(
            idle.is_empty(),
            "they read no clock: take them from the list: {idle:?}"
        );
    }
}

#[test]
fn the_reader_of_clocks_sees_them() {
    for (code, clock) in [
        ("let at = jiff::Zoned::now();", "Zoned::now("),
        ("std::time::SystemTime::now()", "SystemTime::now("),
        ("at: Timestamp::now(),", "Timestamp::now("),
    ] {
        assert_eq!(clock_in(code, WALL_CLOCKS), Some(clock));
        assert_eq!(clock_in(code, STEADY_CLOCKS), None);
    }
    for (code, clock) in [
        ("tokio::time::Instant::now()", "Instant::now"),
        (".map_or_else(Instant::now, at)", "Instant::now"),
        ("begun.elapsed() > limit", ".elapsed()"),
    ] {
        assert_eq!(clock_in(code, STEADY_CLOCKS), Some(clock));
        assert_eq!(clock_in(code, WALL_CLOCKS), None);
    }
    assert!(is_below("tui::run::session", "tui::run"));
    assert!(!is_below("tui::runner", "tui::run"));
    let (broken, _) = misread(WALL_CLOCKS, &["app", "collect", "tui::run"]);
    assert!(broken.iter().any(|one| one.starts_with("operate::")));
    let (_, idle) = misread(WALL_CLOCKS, &["model"]);
    assert_eq!(idle, ["model"]);
}
