//! Lines that no logger wrote: the first lines of panics, tracebacks and exceptions, and messages of
//! command line tools.

use crate::logs::head::Head;
use crate::model::LineLevel;

/// Begins of lines that report an error whatever follows.
const BEGINS: [&str; 12] = [
    "Traceback (most recent call last)",
    "panic: ",
    "fatal error: ",
    "Exception in thread",
    "Unhandled exception",
    "Unhandled Exception",
    "Uncaught ",
    "UnhandledPromiseRejection",
    "Segmentation fault",
    "npm ERR!",
    "npm error",
    "Caused by: ",
];

/// A line that is an error by its begin, or a warning of Python.
pub(in crate::logs) fn head(line: &str) -> Option<Head<'_>> {
    if let Some(message) = warned(line) {
        return Some(Head {
            level: Some(LineLevel::Warning),
            message,
            ..Head::default()
        });
    }
    (begins(line) || is_panic(line) || names_exception(line)).then(|| Head {
        level: Some(LineLevel::Error),
        message: line,
        ..Head::default()
    })
}

/// `/app/a.py:7: UserWarning: message` (`warnings.formatwarning`): the message with its category.
fn warned(line: &str) -> Option<&str> {
    let (_, rest) = line.split_at_checked(memchr::memchr(b':', line.as_bytes())? + 1)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = rest.split_at_checked(digits)?;
    let message = rest.strip_prefix(": ").filter(|_| !number.is_empty())?;
    let (category, _) = message.split_once(": ")?;
    let is_word = category.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_word && category.ends_with("Warning")).then_some(message)
}

fn begins(line: &str) -> bool {
    let first = line.as_bytes().first();
    BEGINS
        .iter()
        .any(|begin| begin.as_bytes().first() == first && line.starts_with(begin))
}

/// `thread 'main' panicked at src/main.rs:2:5:` of Rust, perhaps with the thread's number.
pub(in crate::logs) fn is_panic(line: &str) -> bool {
    line.starts_with("thread '") && line.contains("' panicked at ")
        || line.starts_with("thread '") && line.contains(") panicked at ")
}

/// `java.lang.IllegalStateException: x`, `TypeError: x`, `app.errors.NotFound: x` is no such name.
pub(in crate::logs) fn names_exception(line: &str) -> bool {
    let end = line
        .bytes()
        .position(|byte| !(byte.is_ascii_alphanumeric() || b"._$:".contains(&byte)))
        .unwrap_or(line.len());
    let name = line.get(..end).unwrap_or_default().trim_end_matches(':');
    let ends = [
        "Error",
        "Exception",
        "Throwable",
        "KeyboardInterrupt",
        "SystemExit",
    ]
    .iter()
    .any(|end| name.ends_with(end));
    let rest = line.get(name.len()..).unwrap_or_default();
    ends && name.len() > 5 && (rest.is_empty() || rest.starts_with(':'))
}
