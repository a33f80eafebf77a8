//! `$PAGER`, which has the terminal while it runs.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{self, OptionalActions};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

/// The program where `$PAGER` names none.
const USUAL: &str = "less -R";

/// How long a pager may take to end that was asked to.
const END: Duration = Duration::from_secs(1);

/// How a pager ended.
pub enum PagerEnd {
    /// By itself.
    Left(ExitStatus),
    /// With hubdeck, which is asked to end by this signal.
    Stopped(i32),
}

/// Shows `text` in `$PAGER` and waits until it ends, or until `stop` gives the signal that ends the
/// program. The text goes through a pipe: nothing is left on disk. The terminal has the modes
/// afterwards that it had before.
///
/// # Errors
/// When it cannot be started, or does not take the text.
pub async fn show(text: String, stop: impl Future<Output = i32>) -> io::Result<PagerEnd> {
    let pager = std::env::var("PAGER").unwrap_or_default();
    let pager = if pager.trim().is_empty() {
        USUAL
    } else {
        &pager
    };
    // Not every pager that is stopped restores them.
    let modes = termios::tcgetattr(io::stdout());
    // A shell, as `$PAGER` may hold arguments; `git` and `man` do the same.
    let mut command = Command::new("sh");
    let mut child = command.arg("-c").arg(pager).stdin(Stdio::piped()).spawn()?;
    let stdin = child.stdin.take();
    let writing = async {
        match stdin {
            Some(mut stdin) => stdin.write_all(text.as_bytes()).await,
            None => Ok(()),
        }
    };
    let ended = tokio::select! {
        ended = async { tokio::join!(writing, child.wait()) } => Ok(ended),
        signal = stop => Err(signal),
    };
    let end = match ended {
        // Most pagers are left before they have read everything.
        Ok((Err(error), _)) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        Ok((_, status)) => status.map(PagerEnd::Left),
        Err(signal) => stop_child(&mut child)
            .await
            .map(|()| PagerEnd::Stopped(signal)),
    };
    let restored = modes.and_then(|it| termios::tcsetattr(io::stdout(), OptionalActions::Now, &it));
    if let Err(error) = restored {
        tracing::debug!("the modes of the terminal are as the pager left them: {error}");
    }
    end
}

/// Asks `child` to end, so that it can restore the terminal, and ends it where it does not.
async fn stop_child(child: &mut Child) -> io::Result<()> {
    let id = child.id().and_then(|id| i32::try_from(id).ok());
    if let Some(pid) = id.and_then(Pid::from_raw) {
        kill_process(pid, Signal::TERM)?;
        if let Ok(ended) = tokio::time::timeout(END, child.wait()).await {
            return ended.map(drop);
        }
    }
    child.kill().await
}
