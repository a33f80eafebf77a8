//! The tasks of an operator on a real stack, at two sizes: each with the keys that it takes, now
//! and in the console before the screen was redesigned.
//!
//! `HUBDECK_WALK_BEFORE=PROGRAM` walks that program with the keys of before instead.
#![allow(clippy::print_stdout, reason = "prints its table with --nocapture")]

use std::time::Duration;

use crate::support::docker::{Example, Forwarder, docker, live};
use crate::support::hubdeck::{Home, PROGRAM};
use crate::support::pty::{Terminal, key};

const SIZES: [(u16, u16); 2] = [(160, 50), (80, 24)];

/// What an operator wants to know or do.
struct Task {
    name: &'static str,
    /// The keys that it took before.
    before: &'static [&'static str],
    /// The keys that it takes now.
    keys: &'static [&'static str],
    /// Where that leads: what only this view shows; empty for the map that is on screen already.
    view: &'static str,
    /// What is on screen then: one of these.
    shows: &'static [&'static str],
}

/// A console that is walked at one size.
struct Console {
    home: Home,
    terminal: Terminal,
    before: bool,
}

struct Walk {
    hub: Example,
    engine: Forwarder,
    consoles: Vec<Console>,
}

impl Walk {
    fn begin() -> Self {
        let (hub, engine) = (Example::hub(), Forwarder::open());
        let old = std::env::var("HUBDECK_WALK_BEFORE").ok();
        let program = old.as_deref().unwrap_or(PROGRAM);
        let open = |(columns, rows): (u16, u16)| {
            let home = Home::with_engine(&engine.url());
            let folder = home.path().join("config/hubdeck");
            std::fs::create_dir_all(&folder).expect("a folder");
            std::fs::write(folder.join("config.toml"), "").expect("a config file");
            let command = home.shell(program, &["--project", hub.project()]);
            let terminal = Terminal::start(command, columns, rows);
            let before = old.is_some();
            Console {
                home,
                terminal,
                before,
            }
        };
        let consoles = SIZES.into_iter().map(open).collect();
        Self {
            hub,
            engine,
            consoles,
        }
    }

    /// Waits until every console shows one of `texts`.
    fn wait(&mut self, texts: &[&str]) {
        for console in &mut self.consoles {
            console.wait("", texts);
        }
    }

    /// Waits until every console shows that all services work again.
    fn wait_recovery(&mut self) {
        const TROUBLE: [char; 5] = ['✖', '▲', '■', '‖', '◐'];
        for console in &mut self.consoles {
            console
                .terminal
                .wait_within(Duration::from_secs(60), "recovery", |screen| {
                    let text = screen.contents();
                    let counts = text.lines().take(2);
                    !counts
                        .flat_map(str::chars)
                        .any(|each| TROUBLE.contains(&each))
                });
        }
    }

    /// Walks one task in every console and gives back a row of the table.
    fn walk(&mut self, task: &Task) {
        for console in &mut self.consoles {
            let keys = if console.before {
                task.before
            } else {
                task.keys
            };
            for key in keys {
                console.press(key);
            }
            console.wait(task.view, task.shows);
        }
        self.home_screen();
        row(task.name, task.before.len(), task.keys.len());
    }

    /// Goes back to the map with nothing selected, marked or filtered.
    fn home_screen(&mut self) {
        for console in &mut self.consoles {
            for _ in 0..4 {
                console.press(key::ESC);
            }
            console.press("1");
            for _ in 0..4 {
                console.press(key::ESC);
            }
        }
    }

    fn fault(&self, mode: &str) {
        let script = [
            "exec",
            "-T",
            "backend",
            "python3",
            "/app/service.py",
            "fault",
            mode,
        ];
        self.hub.compose(&script);
    }

    fn docker(&self, verb: &str, service: &str) {
        docker(&[verb, &self.hub.container(service)]);
    }
}

/// A row of the table; a task must not need more keys than before.
fn row(task: &str, before: usize, now: usize) {
    println!("| {task} | {before} | {now} |");
    assert!(now <= before, "{task} needs {now} keys, {before} before");
}

impl Console {
    fn press(&mut self, key: &str) {
        // An answer counts only after a moment, and Escape alone is not the start of a sequence.
        if matches!(key, "y") {
            self.terminal.answer(key);
        } else {
            self.terminal.send(key);
        }
        self.terminal.run_for(Duration::from_millis(150));
    }

    /// Waits until `view` is on screen with one of `texts`.
    fn wait(&mut self, view: &str, texts: &[&str]) {
        let what = format!("{view}: {texts:?}");
        self.terminal
            .wait_within(Duration::from_secs(60), &what, |screen| {
                let text = screen.contents();
                text.contains(view) && texts.iter().any(|one| text.contains(one))
            });
    }
}

#[test]
fn the_tasks_of_an_operator_need_no_more_keys_than_before() {
    if !live() {
        return;
    }
    let mut walk = Walk::begin();
    println!("| task | keys before | keys now |\n|---|---|---|");
    for name in [
        "proxy",
        "frontend",
        "backend",
        "aggregator",
        "mcp",
        "db",
        "redis",
        "migrate",
    ] {
        walk.wait(&[name]);
    }
    walk.walk(&task("what is up", &[], &[], "redis", &["● 7"]));
    why_is_it_broken(&mut walk);
    which_line_was_first(&mut walk);
    read_logs(&mut walk);
    operate(&mut walk);
    lose(&mut walk);
}

const fn task(
    name: &'static str,
    before: &'static [&'static str],
    keys: &'static [&'static str],
    view: &'static str,
    shows: &'static [&'static str],
) -> Task {
    Task {
        name,
        before,
        keys,
        view,
        shows,
    }
}

/// The root of the trouble, and why: two keys, whatever it is.
const WHY: &[&str] = &[key::DOWN, key::ENTER];

fn why_is_it_broken(walk: &mut Walk) {
    walk.docker("kill", "db");
    walk.wait(&["137"]);
    walk.walk(&task(
        "why: killed database",
        WHY,
        WHY,
        "Why",
        &["exited with code 137"],
    ));
    walk.docker("start", "db");
    walk.wait_recovery();

    walk.docker("pause", "redis");
    walk.wait(&["paused"]);
    walk.walk(&task(
        "why: paused Redis",
        WHY,
        WHY,
        "Why",
        &["redis has been paused since", "redis is paused since"],
    ));
    walk.docker("unpause", "redis");
    walk.wait_recovery();
    walk.docker("stop", "proxy");
    walk.wait(&["stopped"]);
    walk.walk(&task(
        "why: stopped proxy",
        WHY,
        WHY,
        "Why",
        &[
            "proxy was stopped at",
            "proxy has been stopped since",
            "proxy is stopped since",
        ],
    ));
    walk.docker("start", "proxy");
    walk.wait_recovery();
}

/// What only the answers of a service tell, and its log.
fn which_line_was_first(walk: &mut Walk) {
    walk.fault("slow");
    walk.wait(&["slow", "2.5 s"]);
    // Before, the first service of the map was selected, and what is only slow opened its overview.
    const FIND: &[&str] = &[
        "/",
        "b",
        "a",
        "c",
        key::ENTER,
        key::DOWN,
        key::ENTER,
        key::BACK_TAB,
    ];
    walk.walk(&task(
        "why: slow backend",
        FIND,
        WHY,
        "Why",
        &[
            "has been slow since",
            "answers slowly",
            "slow:",
            "slow (2.5 s",
        ],
    ));
    walk.fault("fail");
    walk.wait(&["500"]);
    const SEARCH: &[&str] = &[key::DOWN, "l", "/", "5", "0", "0", key::ENTER];
    // Long names of containers may take it below the first page of a small terminal.
    const EVIDENCE: &[&str] = &[key::DOWN, key::ENTER, key::PAGE_DOWN];
    walk.walk(&task(
        "which log line was first",
        SEARCH,
        EVIDENCE,
        "",
        &["last line before the first error", "Logs]"],
    ));
    walk.walk(&task(
        "an error in the logs",
        SEARCH,
        SEARCH,
        "3 Logs]",
        &["search \"500\"", "/500"],
    ));
    walk.fault("ok");
    walk.wait_recovery();
}

fn read_logs(walk: &mut Walk) {
    walk.walk(&task(
        "logs of one service",
        &[key::DOWN, "l"],
        &[key::DOWN, "l"],
        "3 Logs]",
        &["following"],
    ));
    const TWO: &[&str] = &[key::DOWN, " ", key::DOWN, " ", "l"];
    walk.walk(&task(
        "logs of two services",
        TWO,
        TWO,
        "3 Logs]",
        &["following"],
    ));
    walk.walk(&task(
        "logs of the stack",
        &["c", "l"],
        &["3"],
        "3 Logs]",
        &["7 services", "everything: ", "stack hubdeck-live"],
    ));
    walk.walk(&task(
        "timeline to logs",
        &["4", "l"],
        &["4", "l"],
        "3 Logs]",
        &["below", "following"],
    ));
    walk.walk(&task(
        "filter",
        &["/", "d", "b", key::ENTER],
        &["/", "d", "b", key::ENTER],
        "db",
        &["1 of 8", "filter db", "/db", "\"db\""],
    ));
}

/// One console after the other: an operation that runs refuses a second one.
fn operate(walk: &mut Walk) {
    const SELECT: &[&str] = &["/", "r", "e", "d", "i", "s", key::ENTER, key::DOWN];
    const RESTART: &[&str] = &["R", "y"];
    const CANCEL: &[&str] = &["C"];
    let hub = &walk.hub;
    for console in &mut walk.consoles {
        for key in SELECT.iter().chain(RESTART) {
            console.press(key);
        }
        console.wait("", &["0/6", "1/6", "2/6"]);
        for key in CANCEL {
            console.press(key);
        }
        console.wait("", &["cancelled", "skipped"]);
        hub.compose(&["up", "-d", "--wait", "--pull", "never"]);
    }
    walk.home_screen();
    walk.wait_recovery();
    row("restart with dependents", RESTART.len(), RESTART.len());
    row("cancel", CANCEL.len(), CANCEL.len());
}

fn lose(walk: &mut Walk) {
    for console in &walk.consoles {
        let file = console.home.path().join("config/hubdeck/config.toml");
        std::fs::write(file, "theme = \"drak\"\n").expect("a config file");
    }
    walk.walk(&task("wrong config", &[], &[], "", &["config not applied"]));
    walk.engine.cut();
    walk.walk(&task(
        "lost engine",
        &[],
        &[],
        "",
        &["engine lost", "engine unreachable"],
    ));
}
