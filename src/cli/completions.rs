//! `hubdeck completions SHELL`: what a shell sources to complete the command line.

use miniz_oxide::inflate::decompress_to_vec;

use crate::config::arguments::CompletionShell;

use super::output::print;
use super::{CommandError, ExitStatus};

/// Packed by `build.rs`.
const BASH: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/hubdeck.bash"));
const ZSH: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/_hubdeck"));
const FISH: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/hubdeck.fish"));

/// Prints the completions of `shell`.
///
/// # Errors
/// When standard output cannot be written to.
pub fn run(shell: CompletionShell) -> Result<ExitStatus, CommandError> {
    print(&text(shell)?)
}

/// The completions of `shell`.
///
/// # Errors
/// When what was packed cannot be unpacked, which a test rules out.
pub fn text(shell: CompletionShell) -> Result<String, CommandError> {
    let packed = match shell {
        CompletionShell::Bash => BASH,
        CompletionShell::Zsh => ZSH,
        CompletionShell::Fish => FISH,
    };
    let unpacked = decompress_to_vec(packed).map_err(|error| error.to_string());
    unpacked
        .and_then(|bytes| String::from_utf8(bytes).map_err(|error| error.to_string()))
        .map_err(|error| CommandError::Poll(format!("cannot unpack the completions: {error}")))
}
