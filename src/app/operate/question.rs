//! Asks on the terminal before an operation that interrupts.

use std::io::{self, IsTerminal as _};

use rustix::termios::{QueueSelector, tcflush};

use crate::cli;
use crate::cli::operate::is_yes;
use crate::tui::state::SHOWN_FOR;

/// Whether somebody can be asked: the question goes to standard error, the answer comes from standard
/// input.
pub(super) fn can_be_asked() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks `question`; whether the answer is yes. What was typed before the question could be read is no
/// answer: it is dropped.
///
/// # Errors
/// When the terminal cannot be read from.
pub(super) async fn ask(question: &str) -> io::Result<bool> {
    cli::print_question(&format!("{question} [y/N]"));
    tokio::time::sleep(SHOWN_FOR).await;
    tcflush(io::stdin(), QueueSelector::IFlush)?;
    let read = tokio::task::spawn_blocking(|| {
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).map(|_| answer)
    });
    let answer = read.await.map_err(io::Error::other)??;
    if answer.is_empty() {
        // The terminal was left at the question.
        cli::print_line("");
    }
    Ok(is_yes(&answer))
}
