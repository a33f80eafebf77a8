//! A shell in containers of a real engine.
#![allow(clippy::print_stdout, reason = "prints its figures with --nocapture")]

use std::io::Write as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::support::docker::{Container, Forwarder, docker, live, unique};
use crate::support::hubdeck::{Home, eventually};
use crate::support::pty::{Terminal, key};

/// The console with `container` selected.
fn console(home: &Home, container: &str, term: &str) -> Terminal {
    let mut command = home.command(&["--view", "services"]);
    command.env("TERM", term);
    let mut terminal = Terminal::start(command, 100, 30);
    terminal.wait_for(container);
    terminal.send("/");
    terminal.send(container);
    terminal.wait_for("1 of ");
    terminal.send(key::ENTER);
    terminal.run_for(Duration::from_millis(300));
    terminal
}

#[test]
fn a_shell_in_a_real_container_has_the_terminal_and_gives_it_back() {
    if !live() {
        return;
    }
    for (image, term) in [
        ("busybox:1.36", "xterm-256color"),
        ("redis:7-alpine", "screen"),
        ("postgres:16-alpine", "tmux-256color"),
        ("nginx:1.25-alpine", "never-heard-of-it"),
    ] {
        let name = unique("shell");
        let container = Container::run(&name, &["--entrypoint", "sleep", image, "600"]);
        let home = Home::with_live_engine();
        let mut terminal = console(&home, container.name(), term);
        let pressed = Instant::now();
        terminal.send("e");
        let shown = terminal.wait_until("a prompt", |screen| {
            screen.contents().contains("exit returns to hubdeck")
                && screen.contents().trim_end().ends_with(['#', '$'])
        });
        println!(
            "{image}: {} ms from the key to the prompt",
            (shown - pressed).as_millis()
        );
        terminal.send("stty size; echo in-$((40+2))\r");
        terminal.wait_for("in-42");
        assert!(terminal.text().contains("30 100"), "{}", terminal.text());
        terminal.resize(91, 26);
        terminal.run_for(Duration::from_millis(500));
        terminal.send("stty size\r");
        terminal.wait_for("26 91");
        terminal.send("sleep 60\r");
        terminal.run_for(Duration::from_millis(300));
        terminal.send(key::CTRL_C);
        terminal.send("echo alive-$((1+1))\r");
        terminal.wait_for("alive-2");
        terminal.send("exit 0\r");
        terminal.wait_for("[2 Services]");
        assert!(terminal.screen().alternate_screen());
        terminal.send("q");
        assert!(terminal.wait_exit().success());
        terminal.assert_restored();
    }
}

#[test]
fn the_console_is_back_when_a_real_container_is_killed_or_the_engine_is_lost() {
    if !live() {
        return;
    }
    let container = Container::run(&unique("shell"), &["busybox:1.36", "sleep", "600"]);
    let mut forwarder = Forwarder::open();
    let home = Home::with_engine(&forwarder.url());
    let mut terminal = console(&home, container.name(), "xterm-256color");
    terminal.send("e");
    terminal.wait_for("/ #");
    docker(&["kill", container.name()]);
    terminal.wait_for("or the container ended");
    docker(&["start", container.name()]);
    terminal.run_for(Duration::from_secs(2));
    terminal.send("e");
    terminal.wait_for("/ #");
    forwarder.cut();
    terminal.wait_for("is lost");
    terminal.send("q");
    terminal.wait_exit();
    terminal.assert_restored();
}

/// A signal leaves a command without a terminal to itself, and says so.
fn leave(home: &Home, container: &str) {
    let mut sleeping = home.piped(&["exec", container, "sleep", "20"]);
    let child = sleeping.spawn().unwrap();
    let runs = || {
        docker(&["top", container])
            .contains("sleep 20")
            .then_some(())
    };
    eventually("the command runs", Duration::from_secs(20), runs);
    let pid = rustix::process::Pid::from_raw(child.id().try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, Signal::TERM).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(143));
    let errors = String::from_utf8(output.stderr).unwrap();
    let said = format!("the command goes on in {container}");
    assert!(errors.contains(&said), "{errors}");
}

/// A command of the operator's own runs the real docker program for the container.
fn own_command(home: &Home, container: &str) {
    let folder = home.path().join("config/hubdeck");
    std::fs::create_dir_all(&folder).unwrap();
    let config =
        "[[command]]\nname = \"sh\"\nkey = \"ctrl-g\"\nrun = \"docker exec -it {container} sh\"\n";
    std::fs::write(folder.join("config.toml"), config).unwrap();
    let mut terminal = console(home, container, "xterm-256color");
    terminal.send("\x07");
    terminal.wait_for("/ #");
    terminal.send("exit 5\r");
    terminal.wait_for("sh exited with code 5. Enter returns to hubdeck");
    terminal.send(key::ENTER);
    terminal.wait_for("[2 Services]");
    terminal.send("q");
    assert!(terminal.wait_exit().success());
    terminal.assert_restored();
}

#[test]
fn commands_run_from_the_command_line_as_by_docker() {
    if !live() {
        return;
    }
    let container = Container::run(&unique("shell"), &["busybox:1.36", "sleep", "600"]);
    let home = Home::with_live_engine();
    let run = |words: &[&str]| home.run(&[&["exec", container.name()], words].concat());
    for (words, code) in [
        (&["true"][..], 0),
        (&["sh", "-c", "exit 42"], 42),
        (&["no-such-command"], 127),
        (&["/etc"], 126),
    ] {
        assert_eq!(run(words).code, Some(code), "{words:?}");
    }
    let both = run(&["sh", "-c", "echo out; echo error >&2"]);
    assert_eq!(
        (both.stdout.as_str(), both.stderr.as_str()),
        ("out\n", "error\n")
    );
    let absent = run(&["no-such-command"]);
    assert_eq!(absent.stdout, "", "no words of the engine");
    assert!(
        absent
            .stderr
            .contains("cannot run no-such-command: there is no such command"),
        "{absent:?}"
    );
    leave(&home, container.name());
    own_command(&home, container.name());
    let mut counting = home.piped(&["exec", container.name(), "wc", "-c"]);
    let mut child = counting.stdin(Stdio::piped()).spawn().unwrap();
    let text = vec![b'x'; 300_000];
    child.stdin.take().unwrap().write_all(&text).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "300000");
    let much = run(&["sh", "-c", "yes | head -c 3000000"]);
    assert_eq!(much.stdout.len(), 3_000_000);
}

#[test]
fn nothing_is_left_in_a_container_when_hubdeck_is_ended() {
    if !live() {
        return;
    }
    let container = Container::run(&unique("shell"), &["busybox:1.36", "sleep", "600"]);
    for arguments in [&["--view", "services"][..], &["exec", container.name()]] {
        let home = Home::with_live_engine();
        let mut terminal = if arguments.len() == 2 && arguments[0] == "exec" {
            home.open(arguments, 100, 30)
        } else {
            let mut terminal = console(&home, container.name(), "xterm-256color");
            terminal.send("e");
            terminal
        };
        terminal.wait_for("/ #");
        terminal.send("sleep 500\r");
        terminal.run_for(Duration::from_millis(500));
        assert!(docker(&["top", container.name()]).contains("sleep 500"));
        terminal.signal(Signal::TERM);
        assert_eq!(terminal.wait_exit().exit_code(), 143);
        let left = docker(&["top", container.name()]);
        assert!(
            !left.contains("sleep 500") && !left.contains("ash"),
            "{left}"
        );
    }
}
