//! The built program on a simulated engine: what one-shot commands and `--serve` do with settings, projects and
//! signals.

#![allow(clippy::unwrap_used, clippy::panic)] // tests

mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use support::hubdeck::{Background, Home, PROGRAM, eventually, free_port, get, pause};

/// How long anything may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(20);

/// The demo stack on a socket, in a process of its own.
struct Engine {
    _server: Background,
    folder: tempfile::TempDir,
}

impl Engine {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("engine.sock");
        let mut command = Command::new(PROGRAM);
        command.args(["sim", "--listen", &format!("unix:{}", socket.display())]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let server = Background(command.spawn().unwrap());
        eventually("the simulated engine listens", LIMIT, || socket.exists().then_some(()));
        Self { _server: server, folder }
    }

    fn home(&self) -> Home {
        Home::with_engine(&format!("unix://{}/engine.sock", self.folder.path().display()))
    }
}

/// A running `hubdeck --serve` and the lines of its log.
struct Server {
    child: Child,
    port: u16,
    lines: mpsc::Receiver<String>,
}

impl Server {
    fn start(home: &Home, arguments: &[&str]) -> Self {
        let port = free_port();
        let mut command = home.piped(&[&["--serve"], arguments].concat());
        command.env("HUBDECK_SERVE_PORT", port.to_string());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                // The test may have ended.
                drop(sender.send(line));
            }
        });
        Self { child, port, lines }
    }

    /// Waits for a line of the log that holds `text`.
    fn line(&self, text: &str) -> String {
        let deadline = Instant::now() + LIMIT;
        let mut seen = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            if line.contains(text) {
                return line;
            }
            seen.push(line);
        }
        panic!("no line with {text:?} in {seen:#?}");
    }

    /// Sends SIGTERM; gives the exit code and the lines that were not read yet.
    fn stop(mut self) -> (Option<i32>, Vec<String>) {
        let id = i32::try_from(self.child.id()).unwrap();
        rustix::process::kill_process(
            rustix::process::Pid::from_raw(id).unwrap(),
            rustix::process::Signal::TERM,
        )
        .unwrap();
        let code = self.child.wait().unwrap().code();
        (code, self.lines.iter().collect())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write_config(home: &Home, text: &str) {
    let folder = home.path().join("config/hubdeck");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config.toml"), text).unwrap();
}

#[test]
fn an_unknown_project_is_an_error_that_names_those_there_are() {
    let engine = Engine::start();
    let home = engine.home();
    for command in
        [&["status"][..], &["status", "--strict"], &["status", "--json"], &["map"], &["explain", "db"]]
    {
        let output = home.run(&[command, &["--project", "typo"]].concat());
        assert_eq!(output.code, Some(2), "{command:?}: {output:?}");
        assert_eq!(
            output.stderr, "hubdeck: the engine has no project typo; there are: hub, ops\n",
            "{command:?}"
        );
        assert_eq!(output.stdout, "", "{command:?}");
    }
    let known = home.run(&["status", "--project", "ops"]);
    assert!(known.stdout.contains("ops/grafana") && !known.stdout.contains("hub/db"), "{known:?}");
}

#[test]
fn switched_off_discovery_is_ready_and_says_so() {
    let engine = Engine::start();
    let home = engine.home();
    write_config(&home, "[engine]\nenable_discovery = false\n");
    let server = Server::start(&home, &[]);
    let body = eventually("ready", LIMIT, || {
        get(server.port, "/readyz").filter(|(code, _)| *code == 200).map(|(_, body)| body)
    });
    assert_eq!(body, r#"{"discovery":false,"status":"ready"}"#);
    let check = home.run(&["check", &format!("http://127.0.0.1:{}", server.port)]);
    assert_eq!(check.code, Some(0), "{check:?}");
    let status = home.run(&["status"]);
    assert_eq!(status.code, Some(0), "{status:?}");
    assert!(
        status.stdout.contains("No services: discovery is switched off (engine.enable_discovery = false)."),
        "{status:?}"
    );
}

#[test]
fn a_missing_engine_is_one_warning_with_the_reason_and_an_end_logs_no_error() {
    let home = Home::new();
    let server = Server::start(&home, &["--host", "unix:///nonexistent/engine.sock"]);
    let warning = server.line("no engine");
    assert!(warning.contains("WARN") && warning.contains("/nonexistent/engine.sock"), "{warning}");
    // Two attempts later it is still said once.
    pause(Duration::from_secs(3));
    let (code, rest) = server.stop();
    assert_eq!(code, Some(0));
    assert!(!rest.iter().any(|line| line.contains("no engine") || line.contains("ERROR")), "{rest:#?}");
}

#[test]
fn a_server_that_is_asked_to_stop_logs_no_error() {
    let engine = Engine::start();
    let home = engine.home();
    let server = Server::start(&home, &[]);
    assert!(server.line("connected to").contains("INFO"));
    eventually("services", LIMIT, || {
        get(server.port, "/api/services").filter(|(_, body)| body.contains("hub/db")).map(drop)
    });
    let (code, rest) = server.stop();
    assert_eq!(code, Some(0));
    assert!(!rest.iter().any(|line| line.contains("ERROR") || line.contains("WARN")), "{rest:#?}");
}
