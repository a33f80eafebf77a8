//! The built program, in a home of its own, so that nothing of the machine's user leaks into a
//! test.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use super::pty::Terminal;

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_hubdeck");

/// An empty home, the environment that leads to it, and nothing else.
pub struct Home {
    folder: TempDir,
    docker_host: Option<String>,
}

impl Home {
    /// A home whose engine is found as on any machine.
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            docker_host: None,
        }
    }

    /// A home whose engine is at `url`.
    pub fn with_engine(url: &str) -> Self {
        Self {
            docker_host: Some(url.to_owned()),
            ..Self::new()
        }
    }

    /// A home on the engine that the tests themselves use.
    pub fn with_live_engine() -> Self {
        Self {
            docker_host: std::env::var("DOCKER_HOST").ok(),
            ..Self::new()
        }
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes its config file.
    pub fn write_config(&self, text: &str) {
        let folder = self.path().join("config/hubdeck");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("config.toml"), text).expect("a file");
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let home = self.path().display().to_string();
        let mut environment = vec![
            ("PATH", std::env::var("PATH").unwrap_or_default()),
            ("XDG_CONFIG_HOME", format!("{home}/config")),
            ("XDG_STATE_HOME", format!("{home}/state")),
            ("XDG_DATA_HOME", format!("{home}/data")),
            ("XDG_CACHE_HOME", format!("{home}/cache")),
            ("HOME", home),
            ("TERM", "xterm-256color".to_owned()),
            ("COLORTERM", "truecolor".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            ("TZ", "UTC".to_owned()),
        ];
        environment.extend(
            self.docker_host
                .iter()
                .map(|url| ("DOCKER_HOST", url.clone())),
        );
        environment
    }

    /// `hubdeck ARGS` for a terminal.
    pub fn command(&self, arguments: &[&str]) -> CommandBuilder {
        self.shell(PROGRAM, arguments)
    }

    /// Any program in this home.
    pub fn shell(&self, program: &str, arguments: &[&str]) -> CommandBuilder {
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        for (name, value) in self.environment() {
            command.env(name, value);
        }
        command.cwd(self.path());
        command
    }

    /// `hubdeck ARGS` in a terminal of `columns` × `rows`.
    pub fn open(&self, arguments: &[&str], columns: u16, rows: u16) -> Terminal {
        Terminal::start(self.command(arguments), columns, rows)
    }

    /// `hubdeck ARGS` without a terminal, not started yet.
    pub fn piped(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .args(arguments)
            .env_clear()
            .envs(self.environment())
            .current_dir(self.path());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Run `hubdeck ARGS` without a terminal to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let output = self.piped(arguments).output().expect("the program starts");
        Output {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// What a run without a terminal left.
#[derive(Debug)]
pub struct Output {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// A child process that does not outlive its test.
pub struct Background(pub Child);

impl Drop for Background {
    fn drop(&mut self) {
        // It may have ended by itself; that is for the test to notice, not for the clearing up.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Status and body of `GET path` on this machine's `port`; `None` while nobody answers.
pub fn get(port: u16, path: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let status = answer.split(' ').nth(1)?.parse().ok()?;
    let body = answer.split_once("\r\n\r\n")?.1;
    Some((status, body.to_owned()))
}

/// A port that nothing listens on now.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// Ask `condition` every 50 ms until it gives a value.
pub fn eventually<T>(
    what: &str,
    patience: Duration,
    mut condition: impl FnMut() -> Option<T>,
) -> T {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(Instant::now() < deadline, "not within {patience:?}: {what}");
        pause(Duration::from_millis(50));
    }
}

/// Wait in a test, which has no runtime to keep free.
#[allow(clippy::disallowed_methods, reason = "a test's own thread may sleep")]
pub fn pause(duration: Duration) {
    std::thread::sleep(duration);
}
