//! The recording of the README: the demo in a pseudo terminal, keys pressed as an operator would,
//! written as an asciinema cast (version 2) and as an animated SVG made from the same screens.
//!
//! `cargo run --release --example recording -- target/release/hubdeck screenshots`

#[path = "screenshots/demo.rs"]
mod demo;
#[path = "../tests/support/pty.rs"]
#[allow(dead_code, reason = "the tests use the rest of it")]
mod pty;
#[path = "screenshots/svg/mod.rs"]
#[allow(dead_code, reason = "the screenshots use the rest of it")]
mod svg;

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use pty::{Terminal, key};

const COLUMNS: u16 = 120;
const ROWS: u16 = 34;
/// Time between two looks at the screen.
const LOOK: Duration = Duration::from_millis(50);
/// Time between two pictures of the SVG, unless a key was pressed.
const PICTURE: Duration = Duration::from_millis(500);
/// How long the demo runs before the recording begins, so that there are figures.
const BEFORE: Duration = Duration::from_secs(4);
/// How long the last picture stays.
const END: Duration = Duration::from_secs(1);

/// One step: what has to be on screen first, how long it is looked at, and what is pressed then.
struct Step {
    shows: &'static str,
    seconds: f64,
    keys: &'static str,
}

const STEPS: &[Step] = &[
    // A healthy hub, until its database is killed.
    step("OOM", 2.0, key::DOWN),
    // The root cause is selected: why?
    step("db", 1.5, key::ENTER),
    step("Evidence", 4.0, "l"),
    // Its log before the end; back to the map, and start it.
    step("following", 2.5, key::ESC),
    step("Interfaces", 1.0, "S"),
    // What depends on it recovers.
    step("Interfaces", 6.5, "4"),
    step("started", 2.0, ""),
];

const fn step(shows: &'static str, seconds: f64, keys: &'static str) -> Step {
    Step {
        shows,
        seconds,
        keys,
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, folder] = arguments.as_slice() else {
        return Err("usage: recording PROGRAM FOLDER".into());
    };
    let folder = Path::new(folder);
    std::fs::create_dir_all(folder)?;
    let mut take = Take::of(&std::fs::canonicalize(program)?)?;
    for step in STEPS {
        take.play(step);
    }
    take.watch(END);
    std::fs::write(folder.join("demo.cast"), take.cast()?)?;
    let length = take.began.elapsed();
    let film = svg::Film::new(take.pictures, length);
    std::fs::write(folder.join("demo.svg"), film.draw(&svg::DARK))?;
    Ok(())
}

/// A recording while it is made.
struct Take {
    terminal: Terminal,
    _home: tempfile::TempDir,
    began: Instant,
    /// What the program wrote, and when.
    output: Vec<(Duration, Vec<u8>)>,
    /// Bytes of it that were read.
    read: usize,
    pictures: Vec<(Duration, vt100::Screen)>,
}

impl Take {
    /// Starts the demo of `program` in a home of its own.
    fn of(program: &Path) -> Result<Self, Box<dyn Error>> {
        let (home, mut terminal) = demo::start(program, &["demo"], (COLUMNS, ROWS))?;
        terminal.wait_for("backend");
        terminal.run_for(BEFORE);
        let mut take = Self {
            began: Instant::now(),
            read: 0,
            output: Vec::new(),
            pictures: Vec::new(),
            terminal,
            _home: home,
        };
        take.look(true);
        Ok(take)
    }

    /// Waits for the step's sign, looks at the screen for its time, presses its keys.
    fn play(&mut self, step: &Step) {
        let deadline = Instant::now() + pty::PATIENCE;
        while !self.terminal.text().contains(step.shows) {
            assert!(
                Instant::now() < deadline,
                "no {:?} on screen:\n{}",
                step.shows,
                self.terminal.text()
            );
            self.watch(LOOK);
        }
        self.watch(Duration::from_secs_f64(step.seconds));
        self.terminal.send(step.keys);
        // What a key did is seen at once.
        self.terminal.run_for(Duration::from_millis(100));
        self.look(!step.keys.is_empty());
    }

    /// Records for `duration`.
    fn watch(&mut self, duration: Duration) {
        let end = Instant::now() + duration;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            self.terminal.run_for(left.min(LOOK));
            self.look(false);
            if left.is_zero() {
                break;
            }
        }
    }

    /// Records what was written since the last look, and a picture where it is time for one.
    fn look(&mut self, at_once: bool) {
        let now = self.began.elapsed();
        let written = self.terminal.raw().get(self.read..).unwrap_or_default();
        if !written.is_empty() {
            self.read += written.len();
            self.output.push((now, written.to_vec()));
        }
        let last = self.pictures.last();
        let due = last.is_none_or(|(at, _)| now - *at >= PICTURE);
        let screen = self.terminal.screen();
        let changed = last
            .is_none_or(|(_, before)| before.contents_formatted() != screen.contents_formatted());
        if changed && (due || at_once) {
            self.pictures.push((now, screen.clone()));
        }
    }

    /// The recording as an asciinema cast: a head and one line an output, each JSON.
    fn cast(&self) -> Result<String, Box<dyn Error>> {
        let head = serde_json::json!({
            "version": 2, "width": COLUMNS, "height": ROWS, "title": "hubdeck demo",
            "env": { "TERM": "xterm-256color" },
        });
        let mut cast = format!("{head}\n");
        let mut rest = Vec::new();
        for (at, bytes) in &self.output {
            rest.extend_from_slice(bytes);
            // A character may be cut in two by the end of what was read.
            let whole = match std::str::from_utf8(&rest) {
                Ok(text) => text.len(),
                Err(error) => error.valid_up_to(),
            };
            let after = rest.split_off(whole);
            let text = String::from_utf8(std::mem::replace(&mut rest, after))?;
            let event = serde_json::json!([at.as_secs_f64(), "o", text]);
            writeln!(cast, "{event}")?;
        }
        Ok(cast)
    }
}
