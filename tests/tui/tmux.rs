//! A shell in a container and back inside a real tmux, where it is installed.

use std::process::Command;
use std::time::Duration;

use crate::shell::Engine;
use crate::support::hubdeck::{Home, PROGRAM, eventually};

/// A tmux server of its own, which ends with the test.
struct Tmux {
    home: Home,
    socket: String,
}

impl Tmux {
    /// A shell in a window of 100 × 30; `None` where tmux is not installed.
    fn start(home: Home) -> Option<Self> {
        Command::new("tmux").arg("-V").output().ok()?;
        let socket = home.path().join("tmux").display().to_string();
        let tmux = Self { home, socket };
        let size = ["-d", "-x", "100", "-y", "30", "env PS1='prompt> ' sh"];
        tmux.run(&[&["-f", "/dev/null", "new-session"], &size[..]].concat());
        Some(tmux)
    }

    fn run(&self, arguments: &[&str]) -> String {
        let mut command = self.home.piped(&[]);
        let environment: Vec<_> = command
            .get_envs()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
            .collect();
        command = Command::new("tmux");
        command.env_clear().envs(environment);
        command.args(["-S", &self.socket]).args(arguments);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn type_in(&self, keys: &[&str]) {
        self.run(&[&["send-keys"], keys].concat());
    }

    fn screen(&self) -> String {
        self.run(&["capture-pane", "-p"])
    }

    fn wait_for(&self, text: &str) {
        eventually(text, Duration::from_secs(20), || {
            self.screen().contains(text).then_some(())
        });
    }

    /// Alternate screen, cursor and mouse of the pane.
    fn modes(&self) -> String {
        let modes = "#{alternate_on} #{cursor_flag} #{mouse_any_flag}";
        self.run(&["display-message", "-p", modes])
            .trim()
            .to_owned()
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        self.run(&["kill-server"]);
    }
}

#[test]
fn a_shell_and_back_leaves_the_pane_as_it_was() {
    let engine = Engine::start();
    let Some(tmux) = Tmux::start(engine.home()) else {
        return;
    };
    tmux.wait_for("prompt>");
    tmux.type_in(&["echo before", "Enter"]);
    tmux.type_in(&[&format!("{PROGRAM} --view services"), "Enter"]);
    tmux.wait_for("bare");
    assert_eq!(tmux.modes(), "1 0 1");
    tmux.type_in(&["-l", "/db"]);
    tmux.wait_for("/db");
    tmux.type_in(&["Enter"]);
    for round in 0..2 {
        // The table, until the key of the shell is pressed.
        tmux.wait_for("[2 Services]");
        tmux.type_in(&["-l", "e"]);
        tmux.wait_for("exit returns to hubdeck");
        assert_eq!(tmux.modes(), "0 1 0", "round {round}");
        tmux.type_in(&["-l", "printf '\\033[?1000h\\033[?25l'"]);
        tmux.type_in(&["Enter"]);
        tmux.type_in(&["-l", "exit 0"]);
        tmux.type_in(&["Enter"]);
    }
    tmux.wait_for("[2 Services]");
    assert_eq!(tmux.modes(), "1 0 1");
    tmux.type_in(&["-l", "q"]);
    eventually("the terminal is back", Duration::from_secs(20), || {
        (tmux.modes() == "0 1 0").then_some(())
    });
    tmux.type_in(&["-l", "echo after"]);
    tmux.type_in(&["Enter"]);
    tmux.wait_for("\nafter");
    let screen = tmux.screen();
    assert_eq!(tmux.modes(), "0 1 0");
    assert_eq!(screen.matches("exit 0").count(), 2, "{screen}");
    let line = |text: &str| screen.lines().position(|line| line == text);
    assert!(line("before") < line("after"), "{screen}");
}
