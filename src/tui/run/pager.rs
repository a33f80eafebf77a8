//! `$PAGER`, which has the terminal while it runs.

use std::io;
use std::process::{ExitStatus, Stdio};

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// The program where `$PAGER` names none.
const USUAL: &str = "less -R";

/// Shows `text` in `$PAGER` and waits until it ends. The text goes through a pipe: nothing is left
/// on disk.
///
/// # Errors
/// When it cannot be started, or does not take the text.
pub async fn show(text: String) -> io::Result<ExitStatus> {
    let pager = std::env::var("PAGER").unwrap_or_default();
    let pager = if pager.trim().is_empty() {
        USUAL
    } else {
        &pager
    };
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
    let (written, status) = tokio::join!(writing, child.wait());
    match written {
        // Most pagers are left before they have read everything.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => status,
    }
}
