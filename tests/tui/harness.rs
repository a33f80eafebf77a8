//! The harness itself: what it reports of a known program must be so, or every other PTY test
//! proves nothing.

use crate::support::hubdeck::Home;
use crate::support::pty::{Terminal, key};

fn shell(script: &str) -> Terminal {
    Terminal::start(Home::new().shell("sh", &["-c", script]), 40, 10)
}

#[test]
fn keys_go_in_and_the_screen_comes_out() {
    let mut terminal = shell("read word; printf 'got <%s>' \"$word\"; read -r _");
    terminal.send("hello");
    terminal.send(key::ENTER);
    terminal.wait_for("got <hello>");
    assert!(terminal.bytes_written() >= "got <hello>".len() as u64);
}

#[test]
fn a_size_reaches_the_program() {
    let mut terminal = shell("trap 'stty size' WINCH; echo ready; while :; do sleep 0.05; done");
    terminal.wait_for("ready");
    terminal.resize(70, 20);
    terminal.wait_for("20 70");
}

#[test]
fn an_exit_code_is_told() {
    assert_eq!(shell("exit 7").wait_exit().exit_code(), 7);
}

#[test]
#[should_panic(expected = "the alternate screen was not left")]
fn a_terminal_left_on_the_alternate_screen_is_noticed() {
    let mut terminal = shell("printf '\\033[?1049h'");
    terminal.wait_exit();
    terminal.assert_restored();
}

#[test]
#[should_panic(expected = "raw mode is still on")]
fn a_terminal_left_raw_is_noticed() {
    let mut terminal = shell("stty raw -echo; echo raw; sleep 5");
    terminal.wait_for("raw");
    terminal.assert_restored();
}
