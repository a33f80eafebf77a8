//! Standard output and standard error.

use std::io::{self, Write as _};

use super::CommandError;
use super::charset::{Charset, charset_of_locale, encoded};

/// Writes to standard output and gives the exit code of success; a reader that went away is no
/// failure.
///
/// # Errors
/// When standard output cannot be written to.
pub fn print(text: &str) -> Result<u8, CommandError> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(CommandError::Output(error)),
        _ => Ok(0),
    }
}

/// The same for people, in the characters of `charset`.
///
/// # Errors
/// When standard output cannot be written to.
pub(super) fn print_text(text: &str, charset: Charset) -> Result<u8, CommandError> {
    print(&encoded(text, charset))
}

/// Tells the shell on standard error; a terminal that is gone has no one left to tell.
pub fn say(text: &str) {
    let _ = writeln!(io::stderr(), "hubdeck: {}", in_locale(text));
}

/// Gives the shell a command to copy.
pub fn say_command(command: &str) {
    let _ = writeln!(io::stderr(), "  {}", in_locale(command));
}

/// The text in the characters that the locale has.
fn in_locale(text: &str) -> String {
    encoded(text, charset_of_locale()).into_owned()
}
