//! Asks on the terminal before an operation that interrupts.

use std::io::{self, IsTerminal as _};

use rustix::process::Signal;
use rustix::termios::{QueueSelector, tcflush};
use tokio::signal::unix::{SignalKind, signal};

use crate::cli;
use crate::cli::operate::is_yes;
use crate::tui::state::SHOWN_FOR;

/// Whether somebody can be asked: the question goes to standard error, the answer comes from standard
/// input.
pub(super) fn can_be_asked() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Prints `question`, and drops what was typed until it could be read.
async fn show(question: &str) -> io::Result<()> {
    cli::print_question(&format!("{question} [y/N]"));
    tokio::time::sleep(SHOWN_FOR).await;
    tcflush(io::stdin(), QueueSelector::IFlush)?;
    Ok(())
}

/// Asks `question`; whether the answer is yes. What was typed before the question could be read is no
/// answer: it is dropped, also after a stop (ctrl-z) and `fg`.
///
/// # Errors
/// When the terminal cannot be read from.
pub(super) async fn ask(question: &str) -> io::Result<bool> {
    let mut continued = signal(SignalKind::from_raw(Signal::CONT.as_raw()))?;
    show(question).await?;
    let answer = loop {
        let mut read = tokio::task::spawn_blocking(|| {
            let mut answer = String::new();
            io::stdin().read_line(&mut answer).map(|_| answer)
        });
        let mut was_stopped = false;
        let answer = loop {
            tokio::select! {
                answer = &mut read => break answer.map_err(io::Error::other)??,
                Some(()) = continued.recv() => {
                    // The shell wrote over the question; what was typed there is no answer.
                    show(question).await?;
                    was_stopped = read.is_finished();
                }
            }
        };
        // A line that was read before the question could be.
        if !was_stopped {
            break answer;
        }
    };
    if answer.is_empty() {
        // The terminal was left at the question.
        cli::print_line("");
    }
    Ok(is_yes(&answer))
}
