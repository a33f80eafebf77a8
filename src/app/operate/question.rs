//! Asks on the terminal before an operation that interrupts.

use std::io::{self, IsTerminal as _};

use rustix::termios::{QueueSelector, tcflush};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::cli;
use crate::cli::operate::TerminalQuestion;
use crate::tui::state::SHOWN_FOR;

/// Whether somebody can be asked: the question goes to standard error, the answer comes from standard
/// input.
pub(super) fn can_be_asked() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks `question`; whether the answer goes on. What was typed before the question could be read is
/// no answer: it is dropped. After a suspension the question is asked again.
///
/// # Errors
/// When the terminal cannot be read from.
pub(super) async fn ask(question: &TerminalQuestion) -> io::Result<bool> {
    let mut continued = signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?;
    show(&question.text).await?;
    let mut shown_at = Instant::now();
    let mut reading = read_line();
    loop {
        tokio::select! {
            Some(()) = continued.recv() => {
                cli::print_question(&question.text);
                shown_at = Instant::now() + SHOWN_FOR;
            }
            answer = &mut reading => {
                let answer = answer.map_err(io::Error::other)??;
                if answer.is_empty() {
                    // The terminal was left at the question.
                    cli::print_line("");
                } else if Instant::now() < shown_at {
                    reading = read_line();
                    continue;
                }
                return Ok(question.is_confirmed_by(&answer));
            }
        }
    }
}

/// Prints a question, and drops what was typed until it could be read.
async fn show(question: &str) -> io::Result<()> {
    cli::print_question(question);
    tokio::time::sleep(SHOWN_FOR).await;
    tcflush(io::stdin(), QueueSelector::IFlush)?;
    Ok(())
}

/// Reads a line of standard input; an empty text is its end.
fn read_line() -> JoinHandle<io::Result<String>> {
    tokio::task::spawn_blocking(|| {
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).map(|_| answer)
    })
}
