//! A command in a running container: made, started attached without a TTY, and asked for its exit
//! code.

mod attached;
mod streams;

use std::time::Duration;

use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout_at};

use super::frames::LogDecoder;
use super::transport::{HttpMethod, encoded};
use super::{Engine, EngineError, target, wire};
use crate::model::{InstanceId, LogLine};
pub use attached::{AttachedExec, ExecChannels, ExecStart};

const OPERATION: &str = "run a command in";
/// Bytes of output that are waited for; of what comes after nothing is read.
const OUTPUT_LIMIT: usize = 1 << 20;
/// Characters kept of the last line of output.
const LINE_KEPT: usize = 4_096;
/// Pause before asking again whether a command has ended whose output has.
const AGAIN: Duration = Duration::from_millis(20);
/// What a shell says of a command that is not there, and of one that may not be run.
const NOT_FOUND: i64 = 127;
const NOT_EXECUTABLE: i64 = 126;
/// How an engine begins what it writes in place of a command that it could not start.
const NOT_STARTED: &str = "OCI runtime exec failed";

/// How a command in a container ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandEnd {
    /// With an exit code.
    Exited {
        /// The code; 126 and 127 also where the engine itself could not start the command.
        code: i64,
        /// The last line of its output that is not empty, at most 4,096 characters; may hold
        /// secrets.
        last_line: String,
    },
    /// It was still running when the time was over. It is left behind: the engine has no call to
    /// end it.
    Running,
    /// It wrote more than 1 MiB; it was not waited for.
    Talkative,
    /// The container does not run.
    NotRunning,
}

/// Commands.
impl Engine {
    /// Runs `command` in a running container and waits for its end, `limit` at most.
    ///
    /// # Errors
    /// When the engine does not answer or refuses; what becomes of the command is a [`CommandEnd`].
    pub async fn run(
        &self,
        id: &InstanceId,
        command: &[String],
        limit: Duration,
    ) -> Result<CommandEnd, EngineError> {
        let deadline = Instant::now() + limit;
        let target = target(id);
        let what = (OPERATION, target.as_str());
        let request =
            json!({ "AttachStdout": true, "AttachStderr": true, "Tty": false, "Cmd": command });
        let Some(made) = self.make_exec(id, &request, limit, what).await? else {
            return Ok(CommandEnd::NotRunning);
        };
        let path = format!("/exec/{}", encoded(&made.id));
        let mut output = Output::of(id);
        match timeout_at(deadline, self.attach(&path, limit, &mut output, what)).await {
            Err(_elapsed) => return Ok(CommandEnd::Running),
            Ok(Err(error)) => return not_started(error),
            Ok(Ok(())) if output.is_too_much() => return Ok(CommandEnd::Talkative),
            Ok(Ok(())) => {}
        }
        let last_line = output.finish();
        let code = match timeout_at(deadline, self.exit_code(&path, limit, what)).await {
            Err(_elapsed) => return Ok(CommandEnd::Running),
            Ok(code) => code?,
        };
        Ok(exited(code, last_line))
    }

    /// Makes the command; `None` where the container does not run or exist.
    async fn make_exec(
        &self,
        id: &InstanceId,
        request: &Value,
        limit: Duration,
        what: (&'static str, &str),
    ) -> Result<Option<wire::ExecCreated>, EngineError> {
        let path = format!("/containers/{}/exec", encoded(id.as_str()));
        match self.transport.post(&path, request, limit, what).await {
            Ok(made) => Ok(Some(made)),
            Err(EngineError::Conflict { .. } | EngineError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Starts the command and reads what it writes until it has ended or wrote too much.
    async fn attach(
        &self,
        path: &str,
        limit: Duration,
        output: &mut Output,
        what: (&'static str, &str),
    ) -> Result<(), EngineError> {
        let request = json!({ "Detach": false, "Tty": false });
        let path = format!("{path}/start");
        let post = HttpMethod::Post;
        let mut body = self.transport.open_with(post, &path, Some(&request), limit);
        let failed = |error| EngineError::from_client(what.0, what.1, &error);
        while let Some(chunk) = body.next().await {
            output.push(chunk.map_err(failed)?.as_ref());
            if output.is_too_much() {
                break;
            }
        }
        Ok(())
    }

    /// The exit code; the engine records it a moment after the output has ended.
    async fn exit_code(
        &self,
        path: &str,
        limit: Duration,
        what: (&'static str, &str),
    ) -> Result<i64, EngineError> {
        loop {
            let state: wire::ExecState = self
                .transport
                .get(&format!("{path}/json"), limit, what)
                .await?;
            match state.exit_code.filter(|_| !state.running) {
                Some(code) => return Ok(code),
                None => sleep(AGAIN).await,
            }
        }
    }
}

/// The end of a command with `code`; what the engine writes in place of a command that it could not
/// start is no output.
fn exited(code: i64, last_line: String) -> CommandEnd {
    match last_line.strip_prefix(NOT_STARTED).and_then(shell_code) {
        Some(code) => CommandEnd::Exited {
            code,
            last_line: String::new(),
        },
        None => CommandEnd::Exited { code, last_line },
    }
}

/// What an error of the start says of the command: older engines say so when it is not there.
fn not_started(error: EngineError) -> Result<CommandEnd, EngineError> {
    match &error {
        EngineError::Conflict { .. } | EngineError::NotFound { .. } => Ok(CommandEnd::NotRunning),
        EngineError::Unreachable { .. } | EngineError::Forbidden { .. } => Err(error),
        _ => match shell_code(error.cause()) {
            Some(code) => Ok(CommandEnd::Exited {
                code,
                last_line: String::new(),
            }),
            None => Err(error),
        },
    }
}

/// The exit code a shell would give for what the engine says of a command that it could not start;
/// the engine's own differ by version.
fn shell_code(words: &str) -> Option<i64> {
    let words = words.to_ascii_lowercase();
    if words.contains("permission denied") {
        Some(NOT_EXECUTABLE)
    } else if words.contains("file not found") || words.contains("no such file") {
        Some(NOT_FOUND)
    } else {
        None
    }
}

/// The last line of what a command writes, in bounded memory.
struct Output {
    decoder: LogDecoder,
    lines: Vec<LogLine>,
    last: String,
    bytes: usize,
}

impl Output {
    fn of(id: &InstanceId) -> Self {
        let decoder = LogDecoder::new(id.clone(), Some(false));
        Self {
            decoder,
            lines: Vec::new(),
            last: String::new(),
            bytes: 0,
        }
    }

    fn push(&mut self, chunk: &[u8]) {
        self.bytes += chunk.len();
        self.decoder.push(chunk, &mut self.lines);
        if let Some(last) = last_of(self.lines.drain(..)) {
            self.last = last;
        }
    }

    fn is_too_much(&self) -> bool {
        self.bytes > OUTPUT_LIMIT
    }

    /// The last line, also where no line end follows it.
    fn finish(self) -> String {
        let Self {
            decoder,
            mut lines,
            last,
            ..
        } = self;
        decoder.finish(&mut lines);
        last_of(lines).unwrap_or(last)
    }
}

fn last_of(
    lines: impl IntoIterator<Item = LogLine, IntoIter: DoubleEndedIterator>,
) -> Option<String> {
    let last = lines
        .into_iter()
        .rev()
        .find(|line| !line.text.trim().is_empty())?;
    Some(last.text.chars().take(LINE_KEPT).collect())
}
