//! Standard output and standard error.

use std::io::{self, Write as _};

use super::charset::{Charset, charset_of_locale, encoded};
use super::{CommandError, ExitStatus};
use crate::model::text::clean;

/// Writes to standard output and gives the status of success; a reader that went away is no
/// failure.
///
/// # Errors
/// When standard output cannot be written to.
pub fn print(text: &str) -> Result<ExitStatus, CommandError> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(CommandError::Output(error)),
        _ => Ok(ExitStatus::Success),
    }
}

/// The same for people, in the characters of `charset`.
///
/// # Errors
/// When standard output cannot be written to.
pub(super) fn print_text(text: &str, charset: Charset) -> Result<ExitStatus, CommandError> {
    print(&encoded(text, charset))
}

/// Writes one line to standard error; one that cannot be written to is no failure.
pub fn print_error(text: &str) {
    let _ = writeln!(io::stderr(), "hubdeck: {}", in_locale(text));
}

/// Writes a line of a longer text to standard error.
pub fn print_line(text: &str) {
    let _ = writeln!(io::stderr(), "{}", in_locale(text));
}

/// Writes a question to standard error, behind which the answer is typed.
pub fn print_question(text: &str) {
    let mut out = io::stderr();
    let _ = write!(out, "{} ", in_locale(text)).and_then(|()| out.flush());
}

/// Writes a command to be copied to standard error.
pub fn print_command(command: &str) {
    let _ = writeln!(io::stderr(), "  {}", in_locale(command));
}

/// The text in the characters that the locale has, without what a terminal could act on: it may hold
/// names from labels.
pub(super) fn in_locale(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(clean).collect();
    encoded(&lines.join("\n"), charset_of_locale()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_in_an_error_acts_on_the_terminal() {
        let text = in_locale("there is no stack hup; there are: \x1b[2Jhub\u{202e}\nsee the file");
        assert_eq!(
            text,
            "there is no stack hup; there are:  [2Jhub\nsee the file"
        );
    }
}
