//! A real Docker Engine for the live tests: the `docker` command, the example stacks, odd
//! containers, a socket to cut.
#![allow(clippy::print_stdout, reason = "a skipped test says so")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use hubdeck::model::Timestamp;
use tokio::net::{UnixListener, UnixStream};
use tokio::task::{JoinHandle, JoinSet};

use super::hubdeck::pause;

/// Whether live tests were asked for. Where they were, a missing engine fails them.
pub fn live() -> bool {
    let asked = std::env::var("HUBDECK_LIVE").is_ok_and(|value| value == "1");
    if !asked {
        println!("skipped: HUBDECK_LIVE=1 asks for tests on a real engine");
    }
    asked
}

/// Run `docker ARGS` and give what it printed; a failure fails the test.
pub fn docker(arguments: &[&str]) -> String {
    let output = run(Command::new("docker").args(arguments));
    assert!(
        output.status.success(),
        "docker {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The moment of the container's last `die` event, by the engine's clock, in nanoseconds since
/// 1970.
pub fn died_at(container: &str, since: Timestamp) -> i64 {
    let since = format!("{:.3}", since.as_millisecond() as f64 / 1000.0);
    let until = format!(
        "{:.3}",
        Timestamp::now().as_millisecond() as f64 / 1000.0 + 0.1
    );
    let filter = format!("container={container}");
    let arguments = [
        "events",
        "--since",
        &since,
        "--until",
        &until,
        "--filter",
        &filter,
        "--filter",
        "event=die",
        "--format",
    ];
    let events = docker(&[&arguments[..], &["{{.TimeNano}}"]].concat());
    events
        .lines()
        .last()
        .and_then(|line| line.parse().ok())
        .expect("a die event")
}

/// What runc says when a process of the container did not reach a point where it can be frozen.
/// With version 1 of control groups that happens to any container on a busy machine, and the next
/// attempt succeeds.
const NOT_FROZEN_YET: &str = "unable to freeze";
const PAUSE_ATTEMPTS: usize = 20;

fn run(command: &mut Command) -> Output {
    let mut output = command.output().expect("the docker command is installed");
    for _ in 1..PAUSE_ATTEMPTS {
        if !String::from_utf8_lossy(&output.stderr).contains(NOT_FROZEN_YET) {
            break;
        }
        pause(Duration::from_millis(500));
        output = command.output().expect("the docker command is installed");
    }
    output
}

/// A name that no other run uses.
pub fn unique(prefix: &str) -> String {
    format!("{prefix}-{}-{}", std::process::id(), fastrand::u32(..))
}

/// One of the example stacks, running under a project name and a port of its own. Dropping it
/// removes it.
pub struct Example {
    folder: &'static str,
    port_variable: &'static str,
    project: String,
    port: u16,
}

impl Example {
    /// `examples/hub`, as its README tells to bring it up.
    pub fn hub() -> Self {
        Self::up("hub", "HUB_PORT")
    }

    /// `examples/exchange`, as its README tells to bring it up.
    pub fn exchange() -> Self {
        Self::up("exchange", "EXCHANGE_PORT")
    }

    fn up(folder: &'static str, port_variable: &'static str) -> Self {
        let (project, port) = (unique("hubdeck-live"), super::hubdeck::free_port());
        let example = Self {
            folder,
            port_variable,
            project,
            port,
        };
        example.compose(&["up", "-d", "--wait"]);
        example
    }

    /// The Compose project.
    pub fn project(&self) -> &str {
        &self.project
    }

    /// The port the proxy is published on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The name of the only container of `service`.
    pub fn container(&self, service: &str) -> String {
        format!("{}-{service}-1", self.project)
    }

    /// Run `docker compose ARGS` on it; a failure fails the test.
    pub fn compose(&self, arguments: &[&str]) {
        let output = run(&mut self.command(arguments));
        assert!(
            output.status.success(),
            "compose {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// `docker compose ARGS` on it, not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("examples")
            .join(self.folder)
            .join("compose.yaml");
        let mut command = Command::new("docker");
        command
            .args(["compose", "-p", &self.project, "-f"])
            .arg(file)
            .args(arguments);
        command.env(self.port_variable, self.port.to_string());
        command
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        // A paused container cannot be stopped, and failing here would hide the failure that the
        // test itself reports.
        let _ = run(&mut self.command(&["unpause"]));
        let _ = run(&mut self.command(&["--profile", "*", "down", "-v", "-t", "2"]));
    }
}

/// One container outside the examples. Dropping it removes it.
pub struct Container {
    name: String,
}

impl Container {
    /// `docker run -d --name NAME ARGS`.
    pub fn run(name: &str, arguments: &[&str]) -> Self {
        let container = Self::adopt(name);
        docker(&[&["run", "-d", "--pull", "never", "--name", name], arguments].concat());
        container
    }

    /// One that exists already.
    pub fn adopt(name: &str) -> Self {
        Self {
            name: name.to_owned(),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let _ = run(Command::new("docker").args(["rm", "-f", "-v", &self.name]));
    }
}

/// A socket in front of the engine's own that can be cut and opened again: an engine that is lost
/// and comes back, without stopping the one that everything else on the machine uses.
pub struct Forwarder {
    runtime: tokio::runtime::Runtime,
    accepting: Option<JoinHandle<()>>,
    path: PathBuf,
    target: PathBuf,
    _folder: tempfile::TempDir,
}

impl Forwarder {
    /// An open forwarder to the engine at `DOCKER_HOST`, else the default socket.
    pub fn open() -> Self {
        let host = std::env::var("DOCKER_HOST").unwrap_or_default();
        let target = host
            .strip_prefix("unix://")
            .unwrap_or("/var/run/docker.sock");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut forwarder = Self {
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .expect("a runtime"),
            accepting: None,
            path: folder.path().join("engine.sock"),
            target: PathBuf::from(target),
            _folder: folder,
        };
        forwarder.reopen();
        forwarder
    }

    /// Its address, as `DOCKER_HOST` wants it.
    pub fn url(&self) -> String {
        format!("unix://{}", self.path.display())
    }

    /// Close the socket and every connection through it.
    pub fn cut(&mut self) {
        let Some(accepting) = self.accepting.take() else {
            return;
        };
        accepting.abort();
        // An aborted task answers with an error that says so; awaiting it makes sure its sockets
        // are closed.
        let _ = self.runtime.block_on(accepting);
        std::fs::remove_file(&self.path).expect("the socket's file");
    }

    /// Listen again on the same path.
    pub fn reopen(&mut self) {
        let (path, target) = (self.path.clone(), self.target.clone());
        let listener = self
            .runtime
            .block_on(async { UnixListener::bind(path) })
            .expect("a socket to listen on");
        self.accepting = Some(self.runtime.spawn(forward(listener, target)));
    }
}

/// Pass every connection on; dropping the set of them closes them all.
async fn forward(listener: UnixListener, target: PathBuf) {
    let mut connections = JoinSet::new();
    while let Ok((mut client, _)) = listener.accept().await {
        let target = target.clone();
        connections.spawn(async move {
            if let Ok(mut engine) = UnixStream::connect(target).await {
                // Either side hanging up ends the connection; that is not this test's concern.
                let _ = tokio::io::copy_bidirectional(&mut client, &mut engine).await;
            }
        });
    }
}
