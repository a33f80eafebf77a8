//! Lines that no logger wrote: the first lines of panics, tracebacks and exceptions, and messages of
//! command line tools.

use crate::logs::head::Head;
use crate::logs::without_colours;
use crate::model::LineLevel;

/// Begins of lines that report an error whatever follows.
const BEGINS: [&str; 20] = [
    TRACEBACK,
    "panic: ",
    "http: panic serving ",
    "fatal error: ",
    "unexpected fault address ",
    "SIGSEGV: ",
    "SIGBUS: ",
    "SIGABRT: ",
    "fatal runtime error: ",
    "terminate called ",
    "Exception in thread",
    "Unhandled exception",
    "Unhandled Exception",
    "Uncaught ",
    "UnhandledPromiseRejection",
    "[UnhandledPromiseRejection",
    "Segmentation fault",
    "npm ERR!",
    "npm error",
    "Caused by: ",
];
/// What a traceback of Python begins with.
pub(in crate::logs) const TRACEBACK: &str = "Traceback (most recent call last)";
/// What a traceback of several exceptions begins with, indented.
const GROUP: &str = "+ Exception Group Traceback (most recent call last)";

/// A line that is an error by its begin, or a warning of Python.
pub(in crate::logs) fn head(line: &str) -> Option<Head<'_>> {
    if let Some(message) = warned(line) {
        return Some(Head {
            level: Some(LineLevel::Warning),
            message,
            ..Head::default()
        });
    }
    is_head(line).then(|| Head {
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

/// Whether `line`, without colours, is the first line of a panic, a traceback or an exception.
pub(in crate::logs) fn is_head(line: &str) -> bool {
    begins(line) || is_panic(line) || names_exception(line) || is_group(line) || is_of_ruby(line)
}

/// Whether `line`, without colours, tells of a failure below the first line of a record. A logger may
/// indent an exception; only its package tells it from a setting then.
pub(in crate::logs) fn is_below(line: &str) -> bool {
    let inner = line.trim_ascii_start();
    let is_indented = inner.len() < line.len();
    is_head(line) || is_indented && is_qualified(inner)
}

/// The level of a record with the lines `below` its first one: an error where one tells of a failure.
pub(in crate::logs) fn level_below(below: &str) -> Option<LineLevel> {
    let is_failure = |line| is_below(&without_colours(line));
    below
        .split('\n')
        .any(is_failure)
        .then_some(LineLevel::Error)
}

/// An exception with its package, as Java and .NET write it: `java.lang.IllegalStateException: x`.
pub(in crate::logs) fn is_qualified(line: &str) -> bool {
    exception_name(line).is_some_and(|it| it.contains('.'))
}

/// `  + Exception Group Traceback (most recent call last):`, which Python indents.
pub(in crate::logs) fn is_group(line: &str) -> bool {
    line.starts_with(' ') && is_group_traceback(line)
}

/// The same whether or not what stands before it was taken away.
pub(in crate::logs) fn is_group_traceback(line: &str) -> bool {
    line.trim_ascii_start().starts_with(GROUP)
}

/// `/app/a.rb:3:in 'Integer#/': divided by 0 (ZeroDivisionError)`, with a backtick before Ruby 3.4.
fn is_of_ruby(line: &str) -> bool {
    (line.ends_with("Error)") || line.ends_with("Exception)"))
        && [":in '", ":in `"].iter().any(|it| line.contains(it))
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
    exception_name(line).is_some()
}

/// The name of the exception that `line` begins with, with its package.
pub(in crate::logs) fn exception_name(line: &str) -> Option<&str> {
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
    // `Error: x` is a level.
    let is_name = name.len() > 5 && (rest.is_empty() || rest.starts_with(':'));
    (ends && (is_name || begins_with_code(rest))).then_some(name)
}

/// ` [ERR_INVALID_ARG_TYPE]: message`, as Node writes it behind the name of an error.
fn begins_with_code(rest: &str) -> bool {
    rest.strip_prefix(" [")
        .and_then(|rest| rest.split_once("]:"))
        .is_some_and(|(code, _)| {
            code.bytes()
                .all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_')
        })
}
