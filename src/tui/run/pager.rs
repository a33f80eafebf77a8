//! `$PAGER`, which has the terminal while it runs.

use std::io;

use tokio::process::Command;

use super::program::{self, ProgramEnd};

/// The program where `$PAGER` names none.
const USUAL: &str = "less -R";

/// Shows `text` in `$PAGER` and waits until it ends, or until `stop` gives the signal that ends the
/// program. The text goes through a pipe: nothing is left on disk.
///
/// # Errors
/// When it cannot be started, or does not take the text.
pub async fn show(text: String, stop: impl Future<Output = i32>) -> io::Result<ProgramEnd> {
    let pager = std::env::var("PAGER").unwrap_or_default();
    let pager = if pager.trim().is_empty() {
        USUAL
    } else {
        &pager
    };
    // A shell, as `$PAGER` may hold arguments; `git` and `man` do the same.
    let mut command = Command::new("sh");
    command.arg("-c").arg(pager);
    program::run(command, Some(text), stop).await
}
