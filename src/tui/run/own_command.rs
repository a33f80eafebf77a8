//! A command of the operator's own: its record, the terminal for it, how it ended.

use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use tokio::process::Command;
use tokio::sync::oneshot;

use crate::model::{CommandRequest, ExecEnd, Principal, Timestamp};
use crate::operate::CommandRecord;
use crate::tui::terminal::{RawMode, Terminal};
use crate::tui::update::toast;

use super::background::{FAILED, TaskResult};
use super::event_reader::TerminalReader;
use super::program::{self, ProgramEnd};
use super::session::ConsoleSession;
use super::signals::Signals;
use super::{Borrower, Next};

/// What is added to the number of a signal that killed a program, as shells do.
const KILLED: i32 = 128;

/// A command whose record is begun.
pub struct RecordedCommand {
    pub request: CommandRequest,
    pub record: CommandRecord,
}

/// How a command left the terminal.
pub enum OwnCommandEnd {
    /// By itself, with this exit code.
    Left(i32),
    /// With hubdeck, which is asked to end by this signal.
    Stopped(i32),
}

/// Gives the terminal, which is not ours now, to the command until it ends or a signal ends hubdeck,
/// and records how it ended.
///
/// # Errors
/// When it cannot be started.
pub async fn show(
    RecordedCommand { request, record }: RecordedCommand,
    terminal: &mut Terminal,
    signals: &mut Signals,
) -> io::Result<OwnCommandEnd> {
    let ended = run(&request, terminal, signals).await;
    record
        .end(match &ended {
            Ok(OwnCommandEnd::Left(code)) => Ok(ExecEnd::Exited((*code).into())),
            Ok(OwnCommandEnd::Stopped(_)) => Ok(ExecEnd::HungUp),
            Err(error) => Err(format!("it cannot be started: {error}")),
        })
        .await;
    let Ok(OwnCommandEnd::Left(code)) = ended else {
        return ended;
    };
    if request.wait.unwrap_or(code != 0) {
        let stopped = wait(&request.name, code, terminal, signals).await?;
        return Ok(stopped.map_or(OwnCommandEnd::Left(code), OwnCommandEnd::Stopped));
    }
    Ok(OwnCommandEnd::Left(code))
}

async fn run(
    request: &CommandRequest,
    terminal: &mut Terminal,
    signals: &mut Signals,
) -> io::Result<OwnCommandEnd> {
    let Some((program, arguments)) = request.words.split_first() else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    terminal.pass(format!("$ {}\r\n", request.shown()).as_bytes())?;
    // It writes to the terminal itself: nothing of ours may come in between.
    terminal.idle().await;
    let mut command = Command::new(program);
    command.args(arguments);
    let ended = program::run(command, None, signals.end_beside_another()).await?;
    Ok(match ended {
        ProgramEnd::Left(status) => OwnCommandEnd::Left(exit_code(status)),
        ProgramEnd::Stopped(signal) => OwnCommandEnd::Stopped(signal),
    })
}

fn exit_code(status: ExitStatus) -> i32 {
    let killed = status.signal().map(|signal| KILLED + signal);
    status.code().or(killed).unwrap_or(KILLED)
}

/// Keeps what the command wrote on the screen until Enter is pressed; gives the signal that ends
/// hubdeck where one does.
async fn wait(
    name: &str,
    code: i32,
    terminal: &mut Terminal,
    signals: &mut Signals,
) -> io::Result<Option<i32>> {
    let _raw = RawMode::enter()?;
    let line = format!("\r\n{name} exited with code {code}. Enter returns to hubdeck");
    terminal.pass(line.as_bytes())?;
    let mut keys = TerminalReader::open_raw()?;
    let stopped = loop {
        tokio::select! {
            typed = keys.events.recv() => match typed {
                // Enter, Ctrl-C, Ctrl-D, Esc.
                Some(bytes) if bytes.iter().any(|key| matches!(key, b'\r' | b'\n' | 3 | 4 | 27)) => {
                    break None;
                }
                Some(_) => {}
                None => break None,
            },
            signal = signals.end_beside_another() => break Some(signal),
        }
    };
    keys.close();
    terminal.pass(b"\r\n")?;
    Ok(stopped)
}

impl ConsoleSession {
    /// Has the record of a command begun; the console goes on until it is.
    pub(super) fn begin_command(&mut self, request: CommandRequest) {
        let begun = self
            .operations
            .begin_command(request.clone(), Principal::Terminal);
        let (opening, given_up) = oneshot::channel();
        self.background.opening = Some(opening);
        let failed = TaskResult::Begun(Box::new((request.clone(), Some(Err(FAILED.to_owned())))));
        self.background.spawn(failed, async move {
            let begun = tokio::select! {
                _ = given_up => None,
                begun = begun => Some(match begun {
                    Ok(begun) => begun.map_err(|refusal| refusal.to_string()),
                    Err(_gone) => Err(FAILED.to_owned()),
                }),
            };
            TaskResult::Begun(Box::new((request, begun)))
        });
    }

    /// Takes a record that was begun, or why it was not.
    pub(super) fn command_begun(
        &mut self,
        (request, begun): (CommandRequest, Option<Result<CommandRecord, String>>),
    ) -> Next {
        let was_waited_for = self.background.opening.take().is_some();
        match begun {
            Some(Ok(record)) if was_waited_for => {
                return Next::Lend(Borrower::Command(Box::new(RecordedCommand {
                    request,
                    record,
                })));
            }
            Some(Err(sentence)) => toast(&mut self.ui, &sentence, true, Timestamp::now()),
            Some(Ok(_)) | None => {}
        }
        Next::DrawNow
    }

    /// Takes how the command called `name` for `container` ended.
    pub(super) fn command_left(&mut self, name: &str, container: &str, left: io::Result<i32>) {
        let (sentence, warns) = match left {
            Ok(code) => (
                format!("{name} for {container} exited with code {code}"),
                false,
            ),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (
                format!("{name} cannot be run: there is no such program"),
                true,
            ),
            Err(error) => (format!("{name} cannot be run: {error}"), true),
        };
        toast(&mut self.ui, &sentence, warns, Timestamp::now());
    }
}
