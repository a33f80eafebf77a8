//! A shell in a simulated container: the terminal is handed over and comes back as it was.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;

use crate::support::hubdeck::{Background, Home, PROGRAM, eventually};
use crate::support::pty::{Terminal, key};

const SCENARIO: &str = r#"
name = "shells"
[[container]]
name = "db"
image = "postgres:16"
command = ["postgres", "--password=dragonfruit"]
[container.commands]
sh = { shell = true }
fish = { shell = true }
report = { output = "what it writes\n", exit_code = 3 }
fails = { output = "no such table\n", stderr = true, exit_code = 1 }
[[container]]
name = "bare"
image = "scratch"
[[container]]
name = "ended"
image = "busybox"
state = "exited"
"#;

/// A simulated engine with the containers above.
pub struct Engine {
    server: Background,
    socket: PathBuf,
}

impl Engine {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap().keep();
        let scenario = folder.join("shells.toml");
        std::fs::write(&scenario, SCENARIO).unwrap();
        let socket = folder.join("engine.sock");
        let mut command = Command::new(PROGRAM);
        command.args(["sim", "--listen", &format!("unix:{}", socket.display())]);
        command.arg("--scenario").arg(scenario);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let server = Background(command.spawn().unwrap());
        eventually(
            "the simulated engine listens",
            Duration::from_secs(20),
            || socket.exists().then_some(()),
        );
        Self { server, socket }
    }

    pub fn home(&self) -> Home {
        Home::with_engine(&format!("unix://{}", self.socket.display()))
    }

    fn post(&self, path: &str) {
        let mut stream = UnixStream::connect(&self.socket).unwrap();
        let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        stream.read_to_string(&mut String::new()).unwrap();
    }
}

/// The console with the service of that name selected, under `TERM=term`.
fn console(home: &Home, term: &str, service: &str, arguments: &[&str]) -> Terminal {
    let mut command = home.command(&[&["--view", "services"], arguments].concat());
    command.env("TERM", term);
    let mut terminal = Terminal::start(command, 100, 30);
    terminal.wait_for("bare");
    terminal.send("/");
    terminal.send(service);
    terminal.wait_for(&format!("/{service}"));
    terminal.send(key::ENTER);
    terminal.run_for(Duration::from_millis(200));
    terminal
}

/// The same with its shell open.
fn in_shell(home: &Home, term: &str) -> Terminal {
    let mut terminal = console(home, term, "db", &[]);
    terminal.send("e");
    terminal.wait_for("$ ");
    terminal
}

fn audit(home: &Home) -> String {
    std::fs::read_to_string(home.path().join("state/hubdeck/audit.jsonl")).unwrap_or_default()
}

#[test]
fn the_terminal_is_handed_over_and_comes_back_whatever_it_is() {
    let engine = Engine::start();
    for term in [
        "xterm-256color",
        "tmux-256color",
        "screen",
        "never-heard-of-it",
    ] {
        let home = engine.home();
        let mut terminal = in_shell(&home, term);
        assert!(!terminal.screen().alternate_screen(), "{term}");
        assert!(!terminal.screen().hide_cursor(), "{term}");
        assert!(!terminal.screen().bracketed_paste(), "{term}");
        terminal.send("stty size\r");
        terminal.wait_for("30 100");
        terminal.resize(90, 25);
        terminal.run_for(Duration::from_millis(300));
        terminal.send("stty size\r");
        terminal.wait_for("25 90");
        // What a program leaves behind that is killed.
        terminal.send("printf '\\033[?1000h\\033[?2004h\\033[?1h\\033[5;9r\\033[?25l\\033(0'\r");
        terminal.send("\x03");
        terminal.wait_for("^C");
        terminal.send("exit 0\r");
        terminal.wait_for("[2 Services]");
        assert!(terminal.screen().alternate_screen(), "{term}");
        assert!(!terminal.screen().application_cursor(), "{term}");
        let shown = terminal.text();
        assert!(!shown.contains("stty"), "{term}: {shown}");
        terminal.send("?");
        terminal.wait_for("Help");
        terminal.send(key::ESC);
        terminal.run_for(Duration::from_millis(200));
        terminal.send("q");
        assert!(terminal.wait_exit().success(), "{term}");
        terminal.assert_restored();
    }
}

#[test]
fn what_shells_wrote_stands_above_the_prompt_that_comes_back() {
    let engine = Engine::start();
    let home = engine.home();
    let mut terminal = in_shell(&home, "xterm-256color");
    terminal.send("stty size\r");
    terminal.wait_for("30 100");
    terminal.send("exit 0\r");
    terminal.wait_for("[2 Services]");
    terminal.send("e");
    terminal.wait_for("$ ");
    terminal.send("exit 0\r");
    terminal.wait_for("[2 Services]");
    terminal.send("q");
    assert!(terminal.wait_exit().success());
    let left = terminal.text();
    assert_eq!(left.matches("exit 0").count(), 2, "{left}");
    assert!(left.contains("30 100"), "{left}");
}

#[test]
fn a_shell_is_recorded_with_its_begin_and_end() {
    let engine = Engine::start();
    let home = engine.home();
    let mut terminal = in_shell(&home, "xterm-256color");
    let begun = audit(&home);
    assert!(
        begun.contains(r#""event":"accepted""#)
            && begun.contains(r#""command":"docker exec -it db sh""#)
            && !begun.contains(r#""event":"ended""#),
        "{begun}"
    );
    terminal.send("exit 7\r");
    terminal.wait_for("the shell in db exited with code 7");
    let ended = audit(&home);
    assert!(
        ended.contains(r#""event":"ended""#)
            && ended.contains(r#""operation":"exec""#)
            && ended.contains(r#""exit_code":7"#),
        "{ended}"
    );
}

#[test]
fn the_console_is_back_when_container_or_engine_go() {
    let mut engine = Engine::start();
    let home = engine.home();
    let mut terminal = in_shell(&home, "xterm-256color");
    engine.post("/containers/db/kill");
    terminal.wait_for("the shell in db was killed with signal 9, or the container ended");
    engine.post("/containers/db/start");
    terminal.wait_gone("or the container ended");
    terminal.run_for(Duration::from_millis(500));
    terminal.send("e");
    terminal.wait_for("$ ");
    engine.server.0.kill().unwrap();
    terminal.wait_for("the shell in db is lost");
    terminal.send("q");
    assert!(terminal.wait_exit().success());
    terminal.assert_restored();
}

#[test]
fn a_signal_ends_hubdeck_with_the_shell() {
    let engine = Engine::start();
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let home = engine.home();
        let mut terminal = in_shell(&home, "xterm-256color");
        terminal.signal(signal);
        assert_eq!(terminal.wait_exit().exit_code(), code, "{signal:?}");
        terminal.assert_restored();
        assert!(
            audit(&home).contains(r#""result":"cancelled""#),
            "{signal:?}"
        );
    }
}

#[test]
fn what_has_no_shell_says_so_and_nothing_else_happens() {
    let engine = Engine::start();
    let home = engine.home();
    for (service, arguments, sentence) in [
        (
            "bare",
            &[][..],
            "bare has no shell (bash, ash or sh): `docker top bare`",
        ),
        ("ended", &[], "ended is not running"),
        ("db", &["--read-only"], "read-only"),
    ] {
        let mut terminal = console(&home, "xterm-256color", service, arguments);
        terminal.send("e");
        terminal.wait_for(sentence);
        assert!(terminal.screen().alternate_screen());
        terminal.send("q");
        terminal.wait_exit();
    }
    let mut terminal = home.open(&["demo"], 100, 30);
    terminal.wait_for("backend");
    terminal.send(key::DOWN);
    terminal.send("e");
    terminal.wait_for("the containers of the demo are simulated");
}

#[test]
fn a_record_that_cannot_be_written_refuses_the_shell() {
    let engine = Engine::start();
    let home = engine.home();
    std::fs::create_dir_all(home.path().join("state/hubdeck/audit.jsonl")).unwrap();
    let mut terminal = console(&home, "xterm-256color", "db", &[]);
    terminal.send("e");
    terminal.wait_for("nothing was run: cannot write the audit record");
}

#[test]
fn the_shell_may_be_another_command() {
    let engine = Engine::start();
    let home = engine.home();
    super::on_demo_stack::write_config(
        &home,
        "[[service]]\nmatch = \"d*\"\nshell = [\"fish\", \"-l\"]\n",
    );
    let mut terminal = console(&home, "xterm-256color", "db", &[]);
    terminal.send("e");
    terminal.wait_for("$ ");
    assert!(audit(&home).contains("docker exec -it db fish -l"));
}

#[test]
fn the_command_line_runs_commands_with_their_exit_code() {
    let engine = Engine::start();
    let home = engine.home();
    for (arguments, code, out, errors) in [
        (&["db", "report", "--all"][..], 3, "what it writes\n", ""),
        (&["db", "--", "fails"], 1, "", "no such table\n"),
        (&["nothing", "x"], 2, "", "nothing"),
        (&["ended", "report"], 1, "", "ended is not running"),
    ] {
        let output = home.run(&[&["exec"], arguments].concat());
        assert_eq!(output.code, Some(code), "{arguments:?}: {output:?}");
        assert_eq!(output.stdout, out, "{arguments:?}");
        assert!(output.stderr.contains(errors), "{arguments:?}: {output:?}");
    }
    assert_eq!(home.run(&["exec", "db", "absent"]).code, Some(127));
    let refused = home.run(&["--read-only", "exec", "db", "report"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("read-only"), "{refused:?}");

    let mut terminal = home.open(&["exec", "db"], 70, 20);
    terminal.wait_for("$ ");
    terminal.send("stty size\r");
    terminal.wait_for("20 70");
    terminal.send("exit 5\r");
    assert_eq!(terminal.wait_exit().exit_code(), 5);
    terminal.assert_restored();
}

#[test]
fn what_cannot_be_started_says_so_without_a_terminal_as_with_one() {
    let engine = Engine::start();
    let home = engine.home();
    for (arguments, sentence) in [
        (
            &["bare"][..],
            "hubdeck: bare has no shell (bash, ash or sh): `docker top bare`",
        ),
        (
            &["db", "absent"],
            "hubdeck: db cannot run absent: there is no such command",
        ),
    ] {
        let output = home.run(&[&["exec"], arguments].concat());
        assert_eq!(output.code, Some(127), "{output:?}");
        assert_eq!(output.stdout, "", "nothing of the engine's own words");
        assert!(output.stderr.contains(sentence), "{output:?}");
        let mut terminal = home.open(&[&["exec"], arguments].concat(), 120, 20);
        assert_eq!(terminal.wait_exit().exit_code(), 127);
        assert!(terminal.text().contains(sentence), "{}", terminal.text());
    }
    let ended = audit(&home);
    assert!(ended.contains("\"exit_code\":127"), "{ended}");
}

#[test]
fn the_command_line_resets_the_terminal_and_says_that_the_container_ended() {
    let engine = Engine::start();
    let home = engine.home();
    let mut terminal = home.open(&["exec", "db"], 80, 20);
    terminal.wait_for("$ ");
    terminal.send("printf '\\033[?1049h\\033[?1000h\\033[?2004h\\033[?25l'\r");
    terminal.run_for(Duration::from_millis(300));
    engine.post("/containers/db/kill");
    terminal.wait_for("db ended, or the command in it was killed (SIGKILL)");
    assert_eq!(terminal.wait_exit().exit_code(), 137);
    terminal.assert_restored();
}

#[test]
fn processes_are_listed_with_secrets_masked() {
    let engine = Engine::start();
    let home = engine.home();
    let mut terminal = console(&home, "xterm-256color", "db", &[]);
    terminal.send(":processes db\r");
    terminal.wait_for("COMMAND");
    terminal.wait_for("postgres --password=***");
    engine.post("/containers/db/stop");
    terminal.wait_for("it is not running: there are no processes");
    engine.post("/containers/db/start");
    terminal.wait_for("postgres --password=***");
}
