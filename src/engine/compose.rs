//! `docker compose`, run as a program of its own on the engine that hubdeck is connected to.

mod group;
mod output;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::future::Future;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::pin::{Pin, pin};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::endpoint::{DockerAddress, Endpoint};
use super::refused::system_words;
use crate::model::secrets::KnownSecrets;
use crate::model::{ComposeEnd, ComposeInvocation, OutputLine};

use group::ProcessGroup;

/// The program.
const DOCKER: &str = "docker";
/// How long a program that was interrupted may take until it is killed: Compose ends the call of the
/// engine that it makes.
const GRACE: Duration = Duration::from_secs(10);
/// How long after the end of the program its output is read: what it started may hold it open for
/// ever, such as a login of ssh that is shared.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// Time in which the program has to say whether it has Compose.
const VERSION_LIMIT: Duration = Duration::from_secs(30);
/// Variables that would change which project is meant, or what is read of it.
const COMPOSE_VARIABLES: &str = "COMPOSE_";

/// Why `docker compose` was not run, or how it ended is not known; one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// There is no such program.
    #[error(
        "the docker program is not installed here; install Docker's command line with its Compose plugin"
    )]
    NoProgram,
    /// The program does not have Compose.
    #[error(
        "the docker program has no Compose plugin here; install it until `docker compose version` works"
    )]
    NoPlugin,
    /// A file or directory of the project is not there.
    #[error("{} is not on this machine, {}", path.display(), missing_why(remote.as_deref()))]
    Missing {
        /// The file or directory.
        path: PathBuf,
        /// The engine's address where it runs on another machine.
        remote: Option<String>,
    },
    /// The program could not be started or waited for; one clause.
    #[error("docker cannot be run: {0}")]
    Failed(String),
}

/// What follows for whoever misses a file.
fn missing_why(remote: Option<&str>) -> String {
    match remote {
        Some(engine) => format!(
            "as the project was made elsewhere (the engine is {engine}); run hubdeck where its files are"
        ),
        None => {
            "where the labels of its containers expect it; put it back, or run `docker compose up` where it is now"
                .to_owned()
        }
    }
}

/// Runs `docker compose` on one engine; cheap to clone.
#[derive(Clone, Debug)]
pub struct ComposeRunner {
    program: OsString,
    address: Arc<DockerAddress>,
}

impl ComposeRunner {
    /// On the engine at `address`.
    pub(super) fn to(address: Arc<DockerAddress>) -> Self {
        Self {
            program: DOCKER.into(),
            address,
        }
    }

    /// The same with another program: tests have one of their own.
    #[must_use]
    pub fn with_program(self, program: impl Into<OsString>) -> Self {
        Self {
            program: program.into(),
            ..self
        }
    }

    /// Runs `invocation` to its end. Its lines go to `lines` as they come, safe to draw, with what is
    /// `known` and what marks itself as secret masked; where nobody receives them, they are dropped.
    ///
    /// Once `cancelled` is ready, the program and all that it started get SIGINT, as by Ctrl-C, and
    /// after ten seconds SIGKILL. They get SIGINT also when the call is dropped.
    ///
    /// # Errors
    /// When there is no such program, it has no Compose, or a file of the project is not here: then
    /// nothing was run.
    pub async fn run(
        &self,
        invocation: &ComposeInvocation,
        known: Arc<KnownSecrets>,
        lines: mpsc::Sender<OutputLine>,
        cancelled: impl Future<Output = ()>,
    ) -> Result<ComposeEnd, ComposeError> {
        self.check(invocation).await?;
        let mut command = self.command(invocation);
        let mut child = command.spawn().map_err(|error| not_started(&error))?;
        let group = ProcessGroup::of(&child);
        if let (Some(mut stdin), Some(text)) = (child.stdin.take(), invocation.input()) {
            // One that has ended already says why in what it wrote.
            let _ = stdin.write_all(text.as_bytes()).await;
        }
        let (out, errors) = (child.stdout.take(), child.stderr.take());
        let reading = output::read(out, errors, known, lines);
        let run = ComposeRun { child, group };
        run.until_ended(pin!(reading), pin!(cancelled)).await
    }

    /// Whether `invocation` can be run here: the program, its plugin and the files are there.
    ///
    /// # Errors
    /// What is missing.
    pub async fn check(&self, invocation: &ComposeInvocation) -> Result<(), ComposeError> {
        self.check_files(invocation).await?;
        self.check_plugin().await
    }

    /// Whether every file of the project is here.
    async fn check_files(&self, invocation: &ComposeInvocation) -> Result<(), ComposeError> {
        let project = &invocation.project;
        let directory = project.directory.as_deref().map(Path::new);
        let files = project.files.iter().chain(&project.environment_files);
        let files = files.map(|file| directory.unwrap_or(Path::new("")).join(file));
        for path in files.chain(directory.map(Path::to_owned)) {
            if let Err(error) = tokio::fs::metadata(&path).await {
                return Err(match error.kind() {
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                        let remote = self.address.remote.clone();
                        ComposeError::Missing { path, remote }
                    }
                    _ => ComposeError::Failed(format!(
                        "cannot read {}: {}",
                        path.display(),
                        system_words(&error)
                    )),
                });
            }
        }
        Ok(())
    }

    /// Whether the program is there and has Compose: what it says otherwise differs from version to
    /// version.
    async fn check_plugin(&self) -> Result<(), ComposeError> {
        let mut command = Command::new(&self.program);
        command
            .args(["compose", "version", "--short"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true);
        let mut child = command.spawn().map_err(|error| not_started(&error))?;
        match timeout(VERSION_LIMIT, child.wait()).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(_)) => Err(ComposeError::NoPlugin),
            Ok(Err(error)) => Err(not_started(&error)),
            Err(_elapsed) => Err(ComposeError::Failed(format!(
                "`docker compose version` does not answer within {} s",
                VERSION_LIMIT.as_secs()
            ))),
        }
    }

    fn command(&self, invocation: &ComposeInvocation) -> Command {
        let mut command = Command::new(&self.program);
        command.args(invocation.arguments());
        let names = std::env::vars_os().map(|(name, _)| name);
        let of_compose = names.filter(|name| name.to_string_lossy().starts_with(COMPOSE_VARIABLES));
        of_compose.for_each(|name| {
            command.env_remove(name);
        });
        for (name, value) in &self.address.variables {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
            .env("NO_COLOR", "1")
            .env("DOCKER_CLI_HINTS", "false");
        if let Some(directory) = &invocation.project.directory {
            // Files may name what is in `$PWD`.
            command.current_dir(directory).env("PWD", directory);
        }
        command
            .stdin(
                invocation
                    .input()
                    .map_or_else(Stdio::null, |_| Stdio::piped()),
            )
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A key that interrupts hubdeck in the terminal is not meant for it.
            .process_group(0);
        command
    }
}

/// A program that runs, with all that it starts.
struct ComposeRun {
    child: Child,
    group: ProcessGroup,
}

impl ComposeRun {
    async fn until_ended(
        mut self,
        mut reading: Pin<&mut impl Future<Output = ()>>,
        mut cancelled: Pin<&mut impl Future<Output = ()>>,
    ) -> Result<ComposeEnd, ComposeError> {
        let mut has_read = false;
        let mut kill_at: Option<Instant> = None;
        let status = loop {
            let deadline = kill_at.unwrap_or_else(Instant::now);
            tokio::select! {
                status = self.child.wait() => break status,
                () = &mut reading, if !has_read => has_read = true,
                () = &mut cancelled, if kill_at.is_none() => {
                    self.group.interrupt();
                    kill_at = Some(Instant::now() + GRACE);
                }
                () = sleep_until(deadline), if kill_at.is_some() => {
                    self.group.kill();
                    break self.child.wait().await;
                }
            }
        };
        if kill_at.is_some() {
            self.group.kill();
        }
        if !has_read {
            // What is not read by then is held open by something that goes on.
            let _ = timeout(LAST_WORDS, reading).await;
        }
        self.group.leave();
        let status = status.map_err(|error| not_started(&error))?;
        Ok(end(status, kill_at.is_some()))
    }
}

fn end(status: ExitStatus, cancelled: bool) -> ComposeEnd {
    match (status.code(), status.signal()) {
        // It was done before it was interrupted.
        (Some(0), _) => ComposeEnd::Exited(0),
        _ if cancelled => ComposeEnd::Cancelled,
        (Some(code), _) => ComposeEnd::Exited(code),
        (None, signal) => ComposeEnd::Signalled(signal.unwrap_or_default()),
    }
}

fn not_started(error: &io::Error) -> ComposeError {
    match error.kind() {
        io::ErrorKind::NotFound => ComposeError::NoProgram,
        _ => ComposeError::Failed(system_words(error)),
    }
}

impl Endpoint {
    /// How the `docker` program calls the same engine.
    pub(super) fn docker_address(&self) -> DockerAddress {
        let set = |name, value: OsString| (name, Some(value));
        let host = match self {
            Self::Unix(path) => {
                let mut host = OsString::from("unix://");
                host.push(path);
                host
            }
            Self::Tcp(address) | Self::Tls(address, _) => format!("tcp://{address}").into(),
            Self::Ssh(ssh) => ssh.target().shown().into(),
        };
        // A context would be used where the address is none of its.
        let mut variables = vec![set("DOCKER_HOST", host), ("DOCKER_CONTEXT", None)];
        if let Self::Tls(_, files) = self {
            let verify = if files.verify {
                "DOCKER_TLS_VERIFY"
            } else {
                "DOCKER_TLS"
            };
            let other = if files.verify {
                "DOCKER_TLS"
            } else {
                "DOCKER_TLS_VERIFY"
            };
            variables.extend([set(verify, "1".into()), (other, None)]);
            let client = files.client.as_ref().map(|(certificate, _)| certificate);
            let directory = files.ca.as_ref().or(client).and_then(|file| file.parent());
            variables.extend(directory.map(|path| set("DOCKER_CERT_PATH", path.into())));
        } else {
            variables.extend([("DOCKER_TLS", None), ("DOCKER_TLS_VERIFY", None)]);
        }
        DockerAddress {
            variables,
            remote: (!self.is_local()).then(|| self.shown()),
        }
    }
}
