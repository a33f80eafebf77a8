//! A command with somebody at its other end: input, output and the size of its terminal.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadHalf, WriteHalf};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use super::super::hijack::Hijacked;
use super::super::transport::{HttpMethod, READ_TIMEOUT, encoded};
use super::super::{Engine, EngineError};
use super::streams::Frames;
use super::{CommandEnd, NOT_STARTED, OPERATION, not_started, shell_code};
use crate::model::{ExecEnd, InstanceId, LogStream, TerminalSize};

/// What is done while a command runs, for errors.
const ATTENDING: &str = "follow the command in";
/// How long the first output on a terminal is waited for: it shows whether the command could be
/// started. A prompt is there at once, and what writes nothing is there all the same.
const FIRST_OUTPUT: Duration = Duration::from_secs(1);
/// Bytes read at a time.
const PIECE: usize = 16 << 10;
/// How often the first size is set again, and the pause before: the engine refuses it until the
/// process runs. The docker command does the same.
const SIZE_TRIES: u32 = 10;
const SIZE_PAUSE: Duration = Duration::from_millis(10);
/// What a terminal sends for Ctrl-C and Ctrl-D. The engine has no call to end a command, and does
/// not end it with its connection.
const INTERRUPT: &[u8] = b"\x03";
const END: &[u8] = b"\x04";
/// Pause before Ctrl-D and between two: an interrupt, and a shell that begins a line, drop what was
/// typed before.
const END_PAUSE: Duration = Duration::from_millis(50);
/// How long a command whose terminal is closed may take to end.
const LEAVING: Duration = Duration::from_millis(500);

/// How the start of a command went.
pub enum ExecStart {
    /// It runs.
    Attached(Box<AttachedExec>),
    /// The container does not run or exist.
    NotRunning,
    /// The command could not be started: the exit code that a shell has for that, 126 where it may
    /// not be run and 127 where it is not there.
    NotStarted(i64),
}

/// What leads to whoever the command is run for.
pub struct ExecChannels {
    /// What it reads; its input ends with the last sender.
    pub input: mpsc::Receiver<Vec<u8>>,
    /// What it writes; everything is standard output where it has a terminal. Whoever drops the
    /// receiver closes its terminal.
    pub output: mpsc::Sender<(LogStream, Vec<u8>)>,
    /// The size of its terminal.
    pub sizes: watch::Receiver<TerminalSize>,
}

/// A command that was started.
pub struct AttachedExec {
    engine: Engine,
    /// Of the command, in the API.
    path: String,
    target: String,
    connection: Hijacked,
    /// Output that was read already.
    first: Vec<u8>,
    has_terminal: bool,
}

/// Commands that somebody is attached to.
impl Engine {
    /// Starts `command` in the running container `id`, called `name`, on a terminal of the size `terminal` or without one,
    /// with standard input where `input` says so.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn exec(
        &self,
        (id, name): (&InstanceId, &str),
        command: &[String],
        terminal: Option<TerminalSize>,
        input: bool,
    ) -> Result<ExecStart, EngineError> {
        let target = name.to_owned();
        let what = (OPERATION, target.as_str());
        let has_terminal = terminal.is_some();
        let mut create = json!({
            "AttachStdin": input, "AttachStdout": true, "AttachStderr": true,
            "Tty": has_terminal, "Cmd": command,
        });
        let mut start = json!({ "Detach": false, "Tty": has_terminal });
        if let Some(TerminalSize { columns, rows }) = terminal {
            // From API 1.42 on the process has its size from the start.
            create["ConsoleSize"] = json!([rows, columns]);
            start["ConsoleSize"] = json!([rows, columns]);
        }
        let made = self.make_exec(id, &create, READ_TIMEOUT, what).await?;
        let Some(made) = made else {
            return Ok(ExecStart::NotRunning);
        };
        let path = format!("/exec/{}", encoded(&made.id));
        let start_path = format!("{path}/start");
        let hijacked = self
            .transport
            .hijack(&start_path, &start, READ_TIMEOUT, what);
        let connection = match hijacked.await {
            Ok(connection) => connection,
            Err(error) => {
                return Ok(match not_started(error)? {
                    CommandEnd::Exited { code, .. } => ExecStart::NotStarted(code),
                    _ => ExecStart::NotRunning,
                });
            }
        };
        let mut attached = AttachedExec {
            engine: self.clone(),
            path,
            target,
            connection,
            first: Vec::new(),
            has_terminal,
        };
        Ok(match attached.read_first().await {
            Some(code) => ExecStart::NotStarted(code),
            None => ExecStart::Attached(Box::new(attached)),
        })
    }
}

impl AttachedExec {
    /// Reads the first output on a terminal; gives the exit code where that is what the engine
    /// writes in place of a command that it could not start.
    async fn read_first(&mut self) -> Option<i64> {
        if !self.has_terminal {
            return None;
        }
        let mut piece = vec![0; PIECE];
        // What cannot be read now cannot be read later either, and is reported then.
        let read = timeout(FIRST_OUTPUT, self.connection.read(&mut piece)).await;
        piece.truncate(read.ok()?.ok()?);
        let refused = could_not_start(&piece);
        self.first = piece;
        refused
    }

    /// Carries input, output and sizes until the command ends, or whoever it was run for leaves.
    ///
    /// # Errors
    /// When the connection to the engine breaks.
    pub async fn run(self, channels: ExecChannels) -> Result<ExecEnd, EngineError> {
        let ExecChannels {
            input,
            output,
            sizes,
        } = channels;
        let Self {
            engine,
            path,
            target,
            connection,
            first,
            has_terminal,
        } = self;
        let (mut reader, mut writer) = tokio::io::split(connection);
        let what = (ATTENDING, target.as_str());
        let written = {
            let reading = carry_output(&mut reader, output, first, has_terminal);
            let resizing = async {
                if has_terminal {
                    follow_sizes(&engine, &path, sizes, what).await;
                }
                std::future::pending::<()>().await
            };
            let typing = async {
                carry_input(&mut writer, input).await;
                if !has_terminal {
                    end_input(&mut writer).await;
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                written = reading => written,
                // A terminal whose keys have ended is closed.
                () = typing => Ok(Written::ReaderGone),
                () = resizing => Ok(Written::ReaderGone),
            }
        };
        match written {
            Ok(Written::All(code)) => {
                if let Some(code) = code {
                    return Ok(ExecEnd::NotStarted(code));
                }
                let asked = engine.exit_code(&path, READ_TIMEOUT, what);
                let code = timeout(READ_TIMEOUT, asked)
                    .await
                    .map_err(|_elapsed| EngineError::timed_out(what.0, what.1))??;
                Ok(ExecEnd::Exited(code))
            }
            Ok(Written::ReaderGone) => {
                if has_terminal {
                    leave(reader, writer).await;
                }
                Ok(ExecEnd::HungUp)
            }
            Err(error) => Err(EngineError::broken(what.0, what.1, &error)),
        }
    }
}

/// How far the output came.
enum Written {
    /// To its end; the exit code where the engine wrote that it could not start the command.
    All(Option<i64>),
    /// Nobody takes it any more.
    ReaderGone,
}

/// Hands on what the command writes, until it has ended or nobody takes it any more.
async fn carry_output(
    reader: &mut ReadHalf<Hijacked>,
    output: mpsc::Sender<(LogStream, Vec<u8>)>,
    first: Vec<u8>,
    has_terminal: bool,
) -> std::io::Result<Written> {
    let mut frames = (!has_terminal).then(Frames::default);
    // What the engine writes in place of a command is all there is, and no output of it.
    let (mut refused, mut is_begin) = (None, true);
    let (mut piece, mut has_ended) = (first, false);
    while !has_ended {
        if !piece.is_empty() {
            let pieces = match &mut frames {
                Some(frames) => frames.take(&piece),
                None => vec![(LogStream::Stdout, std::mem::take(&mut piece))],
            };
            for each in pieces {
                if std::mem::take(&mut is_begin) {
                    refused = could_not_start(&each.1);
                }
                if refused.is_some() {
                    continue;
                }
                if output.send(each).await.is_err() {
                    return Ok(Written::ReaderGone);
                }
            }
        }
        piece = vec![0; PIECE];
        let read = tokio::select! {
            read = reader.read(&mut piece) => read?,
            () = output.closed() => return Ok(Written::ReaderGone),
        };
        piece.truncate(read);
        has_ended = read == 0;
    }
    Ok(Written::All(refused))
}

/// Hands on what is typed, to its end.
async fn carry_input(writer: &mut WriteHalf<Hijacked>, mut input: mpsc::Receiver<Vec<u8>>) {
    while let Some(bytes) = input.recv().await {
        if let Err(error) = write(writer, &bytes).await {
            // The command does not read any more; its output shows how it ends.
            tracing::debug!("input of a command was not taken: {error}");
            return std::future::pending().await;
        }
    }
}

/// Ends the input of a command, which goes on.
async fn end_input(writer: &mut WriteHalf<Hijacked>) {
    if let Err(error) = writer.shutdown().await {
        tracing::debug!("the input of a command was closed already: {error}");
    }
}

async fn write(writer: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> std::io::Result<()> {
    writer.write_all(bytes).await?;
    writer.flush().await
}

/// Gives the terminal of the command the size of ours, at first and after each change.
async fn follow_sizes(
    engine: &Engine,
    path: &str,
    mut sizes: watch::Receiver<TerminalSize>,
    what: (&'static str, &str),
) {
    let mut tries = SIZE_TRIES;
    loop {
        let TerminalSize { columns, rows } = *sizes.borrow_and_update();
        let path = format!("{path}/resize?h={rows}&w={columns}");
        let resized = engine
            .transport
            .call(HttpMethod::Post, &path, READ_TIMEOUT, what);
        match resized.await {
            Err(_not_yet) if tries > 1 => {
                tries -= 1;
                sleep(SIZE_PAUSE).await;
                continue;
            }
            Err(error) => tracing::warn!("the size of the terminal was not passed on: {error}"),
            Ok(_) => {}
        }
        tries = 1;
        if sizes.changed().await.is_err() {
            return;
        }
    }
}

/// Ends a command whose terminal is closed, as far as keys can.
async fn leave(mut reader: ReadHalf<Hijacked>, mut writer: WriteHalf<Hijacked>) {
    let typing = async {
        write(&mut writer, INTERRUPT).await?;
        loop {
            sleep(END_PAUSE).await;
            write(&mut writer, END).await?;
        }
    };
    let ending = async {
        let mut piece = vec![0; PIECE];
        while reader.read(&mut piece).await? > 0 {}
        Ok(())
    };
    let leaving = async {
        tokio::select! {
            failed = typing => failed,
            ended = ending => ended,
        }
    };
    match timeout(LEAVING, leaving).await {
        Ok(Ok::<(), std::io::Error>(())) => {}
        Ok(Err(error)) => tracing::debug!("a command was gone when it was left: {error}"),
        Err(_elapsed) => tracing::warn!("a command in a container may run on without a terminal"),
    }
}

/// The exit code where `output` is what the engine writes in place of a command that it could not
/// start.
fn could_not_start(output: &[u8]) -> Option<i64> {
    let text = String::from_utf8_lossy(output);
    text.strip_prefix(NOT_STARTED).and_then(shell_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_engine_writes_in_place_of_a_command_is_its_exit_code() {
        let text = |cause: &str| {
            let text = format!("OCI runtime exec failed: exec failed: \"x\": {cause}: unknown");
            could_not_start(text.as_bytes())
        };
        assert_eq!(text("executable file not found in $PATH"), Some(127));
        assert_eq!(text("permission denied"), Some(126));
        assert_eq!(could_not_start(b"/ # "), None);
    }
}
