//! A command in a container, which has the terminal while it runs.

use std::cell::Cell;
use std::io;

use crate::model::{ExecEnd, TerminalSize};
use crate::operate::ExecSession;
use crate::tui::terminal::{Measured, RawMode, Terminal};

use super::event_reader::TerminalReader;
use super::signals::{Signal, Signals};

/// How the command left the terminal.
pub enum ShellEnd {
    /// By itself.
    Left(ExecEnd),
    /// With hubdeck, which is asked to end by this signal.
    Stopped(i32),
}

/// Gives the command of `session` the terminal, which is not ours now, until it ends or a signal
/// ends the program. Keys are sent as they are, ctrl-c as well.
///
/// # Errors
/// When the terminal cannot be read from or written to.
pub async fn show(
    session: ExecSession,
    container: &str,
    terminal: &mut Terminal,
    signals: &mut Signals,
) -> io::Result<ShellEnd> {
    let _raw = RawMode::enter()?;
    let head = format!("{container}: exit returns to hubdeck\r\n");
    terminal.pass(head.as_bytes())?;
    let mut keys = TerminalReader::open_raw()?;
    let stopped = Cell::new(None);
    let ended = session
        .relay(
            async || keys.events.recv().await,
            async |_, bytes| {
                terminal.pass(&bytes)?;
                // What a terminal does not read is not read from the container either.
                terminal.idle().await;
                Ok(())
            },
            async || resized(signals, &stopped).await,
        )
        .await;
    keys.close();
    match stopped.get() {
        Some(signal) => Ok(ShellEnd::Stopped(signal)),
        None => ended.map(ShellEnd::Left),
    }
}

/// Waits for another size of the terminal; `None` where a signal ends the program, which is left in
/// `stopped`.
async fn resized(signals: &mut Signals, stopped: &Cell<Option<i32>>) -> Option<TerminalSize> {
    match signals.next().await {
        Signal::End(number) => {
            stopped.set(Some(number));
            None
        }
        Signal::Resized | Signal::Continued => Some(Measured::now().cells()),
    }
}
