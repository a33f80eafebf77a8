//! A program of this machine, which has the terminal while it runs.

use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{self, OptionalActions};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

/// How long a program may take to end that was asked to.
const END: Duration = Duration::from_secs(1);

/// How a program ended.
pub enum ProgramEnd {
    /// By itself.
    Left(ExitStatus),
    /// With hubdeck, which is asked to end by this signal.
    Stopped(i32),
}

/// Runs `command` until it ends, or until `stop` gives the signal that ends hubdeck; its standard
/// input is `text`, else the terminal. The terminal has the modes afterwards that it had before.
///
/// # Errors
/// When it cannot be started, or does not take the text.
pub async fn run(
    mut command: Command,
    text: Option<String>,
    stop: impl Future<Output = i32>,
) -> io::Result<ProgramEnd> {
    if text.is_some() {
        command.stdin(Stdio::piped());
    } else if !io::stdin().is_terminal() {
        command.stdin(File::open("/dev/tty")?);
    }
    // Not every program that is stopped restores them.
    let modes = termios::tcgetattr(io::stdout());
    let mut child = command.spawn()?;
    let stdin = child.stdin.take();
    let writing = async {
        match (stdin, text) {
            (Some(mut stdin), Some(text)) => stdin.write_all(text.as_bytes()).await,
            _ => Ok(()),
        }
    };
    let ended = tokio::select! {
        ended = async { tokio::join!(writing, child.wait()) } => Ok(ended),
        signal = stop => Err(signal),
    };
    let end = match ended {
        // Most pagers are left before they have read everything.
        Ok((Err(error), _)) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        Ok((_, status)) => status.map(ProgramEnd::Left),
        Err(signal) => stop_child(&mut child)
            .await
            .map(|()| ProgramEnd::Stopped(signal)),
    };
    let restored = modes.and_then(|it| termios::tcsetattr(io::stdout(), OptionalActions::Now, &it));
    if let Err(error) = restored {
        tracing::debug!("the modes of the terminal are as the program left them: {error}");
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
