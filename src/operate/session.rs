//! A command in a container as whoever asked for it has it, and why it is refused.

use std::io;

use tokio::sync::{mpsc, oneshot, watch};

use crate::model::{ExecEnd, LogStream, TerminalSize};

/// Why a command is not run; one sentence for the operator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExecRefusal {
    /// `--read-only`.
    #[error(
        "hubdeck runs read-only; start it without --read-only and engine.read_only to run commands"
    )]
    ReadOnly,
    /// The engine is lost.
    #[error("the engine does not answer; nothing was run")]
    EngineLost,
    /// The container of this name does not run.
    #[error("{0} is not running; start or unpause it first")]
    NotRunning(String),
    /// The container of this name has no shell.
    #[error(
        "{0} has no shell (bash, ash or sh): `docker top {0}` lists its processes, `docker cp {0}:PATH .` copies files"
    )]
    NoShell(String),
    /// The command cannot be started.
    #[error("{container} cannot run {command}: {}", not_started(*.code))]
    NotStarted {
        /// The container's name.
        container: String,
        /// The command without its arguments.
        command: String,
        /// 126 where it may not be run, 127 where it is not there.
        code: i64,
    },
    /// The engine refuses; one sentence.
    #[error("{0}")]
    Refused(String),
    /// The audit record cannot be written; one sentence why.
    #[error("nothing was run: {0}")]
    Unrecorded(String),
    /// hubdeck is about to end.
    #[error("hubdeck is shutting down; nothing was run")]
    ShuttingDown,
}

const fn not_started(code: i64) -> &'static str {
    if code == 126 {
        "it may not be executed"
    } else {
        "there is no such command"
    }
}

/// The record of a command of the operator's own that is about to run. Whoever drops it leaves the
/// command without an end of its own.
#[derive(Debug)]
pub struct CommandRecord {
    pub(super) ended: oneshot::Sender<Result<ExecEnd, String>>,
    pub(super) recorded: oneshot::Receiver<()>,
}

impl CommandRecord {
    /// Records how the command ended, an error being one sentence why it was not run; returns once
    /// that is on disk, or cannot be.
    pub async fn end(self, end: Result<ExecEnd, String>) {
        // Where nobody takes the end, hubdeck ends, and nothing is recorded any more.
        if self.ended.send(end).is_ok() {
            drop(self.recorded.await);
        }
    }
}

/// A command that runs. Whoever drops it closes the terminal of the command.
#[derive(Debug)]
pub struct ExecSession {
    pub(super) input: mpsc::Sender<Vec<u8>>,
    pub(super) output: mpsc::Receiver<(LogStream, Vec<u8>)>,
    pub(super) sizes: watch::Sender<TerminalSize>,
    pub(super) end: oneshot::Receiver<ExecEnd>,
}

impl ExecSession {
    /// Relays until the command has ended: `read` gives what is typed, `None` at the end of the
    /// input; `write` takes what the command writes; `resized` waits for a new size of the terminal,
    /// and gives `None` where the command is to be left.
    ///
    /// # Errors
    /// When what the command writes cannot be written.
    pub async fn relay(
        self,
        mut read: impl AsyncFnMut() -> Option<Vec<u8>>,
        mut write: impl AsyncFnMut(LogStream, Vec<u8>) -> io::Result<()>,
        mut resized: impl AsyncFnMut() -> Option<TerminalSize>,
    ) -> io::Result<ExecEnd> {
        let Self {
            input,
            mut output,
            sizes,
            end,
        } = self;
        let reading = async move {
            while let Some(bytes) = read().await {
                if input.send(bytes).await.is_err() {
                    break;
                }
            }
            drop(input);
            std::future::pending::<()>().await;
        };
        let writing = async {
            while let Some((stream, bytes)) = output.recv().await {
                write(stream, bytes).await?;
            }
            Ok::<_, io::Error>(())
        };
        let resizing = async {
            while let Some(size) = resized().await {
                sizes.send_replace(size);
            }
        };
        tokio::select! {
            written = writing => written?,
            () = reading => {}
            () = resizing => return Ok(ExecEnd::HungUp),
        }
        let lost =
            || ExecEnd::Lost("it failed on a bug in hubdeck; see the hubdeck log".to_owned());
        Ok(end.await.unwrap_or_else(|_| lost()))
    }
}
