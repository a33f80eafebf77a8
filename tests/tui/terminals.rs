//! The demo in terminals of every kind: what the environment says of them is what the program
//! writes.

use std::time::Duration;

use portable_pty::CommandBuilder;
use rustix::process::Signal;

use crate::support::hubdeck::{Background, Home, eventually, pause};
use crate::support::pty::{Terminal, key};

/// Most colours that the bytes may ask for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Colors {
    True,
    Indexed,
    Named,
    None,
}

/// Whether bytes beyond ASCII are written.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Charset {
    Utf8,
    Ascii,
}

/// A terminal as its environment describes it; an empty variable is not set.
struct Row {
    term: &'static str,
    colorterm: &'static str,
    tmux: &'static str,
    sty: &'static str,
    no_color: &'static str,
    lc_all: &'static str,
    lang: &'static str,
}

impl Row {
    fn command(&self, home: &Home, arguments: &[&str]) -> CommandBuilder {
        let mut command = home.command(arguments);
        for (name, value) in [
            ("TERM", self.term),
            ("COLORTERM", self.colorterm),
            ("TMUX", self.tmux),
            ("STY", self.sty),
            ("NO_COLOR", self.no_color),
            ("LC_ALL", self.lc_all),
            ("LANG", self.lang),
        ] {
            if value.is_empty() {
                command.env_remove(name);
            } else {
                command.env(name, value);
            }
        }
        command
    }
}

/// The kinds of colours that the SGR sequences in `bytes` ask for.
fn colors(bytes: &[u8]) -> Colors {
    let mut most = Colors::None;
    let text = String::from_utf8_lossy(bytes);
    for sequence in text.split("\x1b[").skip(1) {
        let Some(end) = sequence.find(|c: char| !c.is_ascii_digit() && c != ';') else {
            continue;
        };
        if !sequence[end..].starts_with('m') {
            continue;
        }
        let codes: Vec<u8> = sequence[..end]
            .split(';')
            .filter_map(|code| code.parse().ok())
            .collect();
        let mut at = 0;
        while let Some(code) = codes.get(at) {
            match (code, codes.get(at + 1)) {
                (38 | 48, Some(2)) => return Colors::True,
                (38 | 48, Some(5)) => {
                    most = Colors::Indexed;
                    at += 3;
                }
                (30..=37 | 40..=47 | 90..=97 | 100..=107, _) => {
                    if most == Colors::None {
                        most = Colors::Named;
                    }
                    at += 1;
                }
                _ => at += 1,
            }
        }
    }
    most
}

#[test]
fn colours_and_characters_are_those_that_the_environment_tells() {
    use Charset::{Ascii, Utf8};
    use Colors::{Indexed, Named, None, True};
    #[rustfmt::skip]
    let table = [
        // TERM,            COLORTERM,   TMUX, STY, NO_COLOR, LC_ALL,   LANG
        ("xterm-256color",  "truecolor", "",   "",  "",       "",       "C.UTF-8",     True,    Utf8),
        ("xterm-256color",  "",          "",   "",  "",       "",       "",            Indexed, Utf8),
        ("xterm-kitty",     "",          "",   "",  "",       "",       "en_US.UTF-8", True,    Utf8),
        ("xterm",           "",          "",   "",  "",       "C",      "",            Named,   Ascii),
        ("xterm-256color",  "truecolor", "",   "",  "1",      "",       "C.UTF-8",     None,    Utf8),
        ("screen-256color", "truecolor", "",   "",  "",       "",       "C.UTF-8",     Indexed, Utf8),
        ("screen",          "truecolor", "",   "s", "",       "",       "C.UTF-8",     Indexed, Utf8),
        ("screen-256color", "truecolor", "t",  "",  "",       "POSIX",  "C.UTF-8",     True,    Ascii),
        ("tmux-256color",   "truecolor", "t",  "s", "",       "",       "C.UTF-8",     True,    Utf8),
        ("linux",           "truecolor", "",   "",  "",       "",       "de_DE.ISO-8859-1", Named, Ascii),
        ("vt220",           "",          "",   "",  "",       "",       "C",           None,    Ascii),
        ("no-such-terminal", "",         "",   "",  "",       "C.UTF-8", "C",          Named,   Utf8),
    ];
    for (term, colorterm, tmux, sty, no_color, lc_all, lang, most, charset) in table {
        let row = Row {
            term,
            colorterm,
            tmux,
            sty,
            no_color,
            lc_all,
            lang,
        };
        let name = format!("{term} {colorterm} {tmux} {sty} {no_color} {lc_all} {lang}");
        let home = Home::new();
        let mut terminal = Terminal::start(row.command(&home, &["demo"]), 100, 30);
        terminal.wait_for("backend");
        terminal.send("2");
        terminal.wait_for("grafana");
        terminal.send("q");
        terminal.wait_exit();
        terminal.assert_restored();
        assert_eq!(colors(terminal.raw()), most, "{name}");
        assert_eq!(terminal.raw().is_ascii(), charset == Ascii, "{name}");
    }
}

#[test]
fn a_terminal_without_a_screen_gets_the_printed_poll_and_why() {
    for (term, why) in [("dumb", "TERM=dumb"), ("", "TERM is not set")] {
        let row = Row {
            term,
            colorterm: "truecolor",
            tmux: "",
            sty: "",
            no_color: "",
            lc_all: "C",
            lang: "",
        };
        let home = Home::new();
        let mut terminal = Terminal::start(row.command(&home, &["demo"]), 120, 60);
        terminal.wait_exit();
        let text = String::from_utf8_lossy(terminal.raw()).into_owned();
        assert!(
            text.contains(why) && text.contains("backend"),
            "{term:?}: {text}"
        );
        assert!(
            !text.contains('\x1b') && text.is_ascii(),
            "{term:?}: {text:?}"
        );
    }
}

/// The lowest row and the column furthest to the right that cursor addressing names.
fn furthest(bytes: &[u8]) -> (u16, u16) {
    let (mut rows, mut columns) = (0, 0);
    let text = String::from_utf8_lossy(bytes);
    for sequence in text.split("\x1b[").skip(1) {
        let Some((place, _)) = sequence.split_once('H') else {
            continue;
        };
        if !place.chars().all(|c| c.is_ascii_digit() || c == ';') {
            continue;
        }
        let (row, column) = place.split_once(';').unwrap_or((place, "1"));
        rows = rows.max(row.parse().unwrap_or(1));
        columns = columns.max(column.parse().unwrap_or(1));
    }
    (rows, columns)
}

#[test]
fn a_terminal_without_a_size_is_drawn_on_and_asked_again() {
    for (columns, lines, height, width) in [("", "", 24, 80), ("100", "30", 30, 100)] {
        let home = Home::new();
        let mut command = home.command(&["demo"]);
        for (name, value) in [("COLUMNS", columns), ("LINES", lines)] {
            if !value.is_empty() {
                command.env(name, value);
            }
        }
        let mut terminal = Terminal::start(command, 0, 0);
        let drawn =
            |terminal: &Terminal| String::from_utf8_lossy(terminal.raw()).contains("backend");
        for _ in 0..100 {
            if drawn(&terminal) {
                break;
            }
            terminal.run_for(Duration::from_millis(100));
        }
        assert!(drawn(&terminal), "nothing was drawn");
        let (rows, reached) = furthest(terminal.raw());
        assert_eq!(rows, height, "the footer stands in the last row");
        assert!(
            reached <= width && reached > width / 2,
            "column {reached} of {width}"
        );
        terminal.resize(120, 40);
        terminal.wait_until("the footer in the last row", |screen| {
            screen
                .rows(0, 120)
                .nth(39)
                .is_some_and(|row| !row.trim().is_empty())
        });
        terminal.send("q");
        terminal.wait_exit();
    }
}

/// The demo in a terminal that nobody reads, with more to write than fits into its buffer.
fn blocked(home: &Home) -> Terminal {
    let mut terminal = home.open(&["demo"], 200, 60);
    terminal.wait_for("backend");
    terminal.stop_reading();
    for round in 0..60 {
        terminal.resize(200 + round % 2, 60);
        crate::support::hubdeck::pause(Duration::from_millis(60));
    }
    terminal
}

#[test]
fn a_terminal_that_nobody_reads_costs_nothing_and_ends_with_a_signal() {
    std::thread::scope(|scope| {
        for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
            scope.spawn(move || nobody_reads_until(signal));
        }
    });
}

/// A terminal that is not read costs nothing, and `signal` ends the program all the same.
fn nobody_reads_until(signal: Signal) {
    let home = Home::new();
    let mut terminal = blocked(&home);
    let before = terminal.processor_time();
    pause(Duration::from_secs(2));
    let used = terminal.processor_time() - before;
    assert!(
        used < Duration::from_millis(400),
        "{used:?} of processor time in 2 s"
    );
    terminal.signal(signal);
    assert!(
        terminal.ends_within(Duration::from_secs(2)),
        "{signal:?}: it runs on"
    );
    terminal.read_again();
    terminal.wait_exit();
    terminal.assert_restored();
}

/// The demo with the log of everything in a pager that sets modes of its own and ignores its keys.
fn in_pager(home: &Home, pager: &str) -> Terminal {
    let mut command = home.command(&["demo"]);
    command.env("PAGER", pager);
    let mut terminal = Terminal::start(command, 120, 40);
    terminal.wait_for("backend");
    terminal.send("3");
    terminal.wait_for("[3 Logs]");
    terminal.send("V");
    terminal.wait_for("the pager has it");
    terminal
}

#[test]
fn a_signal_ends_the_program_beside_a_pager_and_the_terminal_is_restored() {
    let stubborn = "stty raw -echo; printf 'the pager has it'; cat >/dev/null; exec sleep 60";
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let home = Home::new();
        let mut terminal = in_pager(&home, stubborn);
        terminal.signal(signal);
        assert_eq!(terminal.wait_exit().exit_code(), code, "{signal:?}");
        terminal.assert_restored();
    }
}

#[test]
fn the_console_goes_on_after_a_pager() {
    let home = Home::new();
    let rude = "stty raw -echo; printf 'the pager has it'; cat >/dev/null; sleep 1";
    let mut terminal = in_pager(&home, rude);
    terminal.wait_for("[3 Logs]");
    terminal.send("1");
    terminal.wait_for("[1 Map]");
    terminal.send("q");
    assert!(terminal.wait_exit().success());
    terminal.assert_restored();
}

#[test]
fn a_terminal_that_is_read_again_shows_the_whole_screen() {
    let home = Home::new();
    let mut terminal = blocked(&home);
    crate::support::hubdeck::pause(Duration::from_millis(1200));
    terminal.send("2");
    terminal.read_again();
    terminal.wait_for("[2 Services]");
    terminal.wait_for("grafana");
    terminal.send("1");
    terminal.wait_for("Operations");
    terminal.send(key::CTRL_C);
    assert!(terminal.wait_exit().success());
    terminal.assert_restored();
}

#[test]
fn printed_text_keeps_to_the_locale_and_the_setting_is_stronger() {
    let home = Home::new();
    let socket = home.path().join("engine.sock");
    let listen = format!("unix:{}", socket.display());
    let _engine = Background(home.piped(&["sim", "--listen", &listen]).spawn().unwrap());
    eventually(
        "the simulated engine listens",
        Duration::from_secs(10),
        || socket.exists().then_some(()),
    );
    let host = format!("unix://{}", socket.display());
    for (lc_all, lang, flag, ascii) in [
        ("C", "C.UTF-8", None, true),
        ("POSIX", "C.UTF-8", None, true),
        ("", "en_US.ISO-8859-1", None, true),
        ("C.UTF-8", "C", None, false),
        ("", "", None, false),
        ("", "C.UTF-8", Some("true"), true),
        ("C", "C", Some("false"), false),
    ] {
        for command in [&["status"][..], &["map"], &["explain", "hub/backend"]] {
            let mut run = home.piped(&[&["--host", &host], command].concat());
            run.env("LC_ALL", lc_all).env("LANG", lang);
            if let Some(value) = flag {
                run.env("HUBDECK_UI_ASCII", value);
            }
            let output = run.output().unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(text.contains("backend"), "{command:?}: {text}");
            if ascii || command[0] != "explain" {
                assert_eq!(
                    text.is_ascii(),
                    ascii,
                    "{command:?} {lc_all:?} {lang:?} {flag:?}: {text}"
                );
            }
        }
    }
}
