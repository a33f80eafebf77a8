//! The terminal for another program.

use std::io;
use std::process::ExitStatus;

use crate::model::Timestamp;
use crate::tui::terminal::{Terminal, TerminalError};
use crate::tui::update::toast;

use super::event_reader::EventReader;
use super::own_command::{self, OwnCommandEnd, RecordedCommand};
use super::pager;
use super::program::ProgramEnd;
use super::session::ConsoleSession;
use super::shell::{self, ShellEnd};
use super::signals::Signals;
use super::{Borrower, listen};

/// Gives the terminal to `borrower`, and takes it again; gives the signal that ended both where one
/// did.
pub(super) async fn lend(
    session: &mut ConsoleSession,
    reader: &mut EventReader,
    signals: &mut Signals,
    terminal: &mut Terminal,
    borrower: Borrower,
) -> Result<Option<i32>, TerminalError> {
    reader.close();
    terminal.give_back();
    let stopped = match borrower {
        Borrower::Pager(text) => match pager::show(text, signals.end_beside_another()).await {
            Ok(ProgramEnd::Stopped(signal)) => Some(signal),
            Ok(ProgramEnd::Left(status)) => {
                session.paged(Ok(status));
                None
            }
            Err(error) => {
                session.paged(Err(error));
                None
            }
        },
        Borrower::Command(command) => run_command(session, *command, terminal, signals).await,
        Borrower::Shell(container, command) => {
            match shell::show(command, &container, terminal, signals).await {
                Ok(ShellEnd::Stopped(signal)) => Some(signal),
                Ok(ShellEnd::Left(end)) => {
                    session.shell_left(&container, Ok(end));
                    None
                }
                Err(error) => {
                    session.shell_left(&container, Err(error));
                    None
                }
            }
        }
    };
    let taken = terminal.take_after_another();
    if stopped.is_some() {
        // What was left on the screen goes as ours would; with a hangup it is gone.
        if let Err(error) = taken {
            tracing::debug!("not taken again after another program: {error}");
        }
        return Ok(stopped);
    }
    taken?;
    // It may have been resized meanwhile.
    session.measure();
    // What was typed and sent meanwhile was meant for the other program.
    (*reader, *signals) = listen()?;
    Ok(None)
}

/// Runs a command of the operator's own; gives the signal that ended hubdeck where one did.
async fn run_command(
    session: &mut ConsoleSession,
    command: RecordedCommand,
    terminal: &mut Terminal,
    signals: &mut Signals,
) -> Option<i32> {
    let (name, container) = (
        command.request.name.clone(),
        command.request.container.clone(),
    );
    let left = match own_command::show(command, terminal, signals).await {
        Ok(OwnCommandEnd::Stopped(signal)) => return Some(signal),
        Ok(OwnCommandEnd::Left(code)) => Ok(code),
        Err(error) => Err(error),
    };
    session.command_left(&name, &container, left);
    None
}

impl ConsoleSession {
    /// Takes how a pager ended.
    fn paged(&mut self, left: io::Result<ExitStatus>) {
        let sentence = match left {
            Ok(status) if status.code() == Some(127) => {
                "the pager cannot be found; set PAGER to one that is installed".to_owned()
            }
            // `less` that is interrupted, and a pipe that it does not read to its end.
            Ok(status) if status.success() || matches!(status.code(), None | Some(130 | 141)) => {
                return;
            }
            Ok(status) => format!("the pager ended with {status}"),
            Err(error) => format!("the pager cannot be started: {error}"),
        };
        toast(&mut self.ui, &sentence, true, Timestamp::now());
    }
}
