//! Which lines belong to the one before them: stack traces, details, objects over several lines.
//!
//! Threads that write at the same time may put lines of their own in between: the record ends
//! there, and what is left of the trace stands alone.

use super::forms::failure::{self, TRACEBACK};
use super::forms::java;
use super::shape::LineSummary;
use crate::model::LineLevel;

/// What a record expects of the next line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joining {
    /// A line of a known form, or of none; of a warning or an error a trace may follow.
    Line { known: bool, warns: bool },
    /// Stack frames were seen.
    Frames,
    /// The frames of a traceback of Python.
    Python,
    /// The exception below a traceback of Python was seen.
    PythonEnd,
    /// What stands before the next traceback of a chain of Python was seen.
    PythonChain,
    /// A traceback of a group of exceptions of Python.
    PythonGroup,
    /// A panic of Go: goroutines and their frames.
    Go,
    /// The address of a fault, which Go writes before the panic.
    GoFault,
    /// The first line of a panic of Rust, whose message follows.
    Rust,
    /// The first line of `java.util.logging`, whose level and message follow.
    Java,
    /// A JSON object, that deep.
    Object(usize),
}

/// Begins of lines within and below a trace, whatever the language.
const WITHIN: [&str; 16] = [
    "Caused by: ",
    "Suppressed: ",
    "Wrapped by: ",
    "... ",
    "--- End of ",
    "--> ",
    "Stack trace:",
    "[stacktrace]",
    "stack backtrace:",
    "note: run with `RUST_BACKTRACE",
    "note: Some details are omitted",
    "thrown in ",
    "goroutine ",
    "#",
    "}",
    "^",
];
/// What Python writes between the tracebacks of a chain.
const CHAINS: [&str; 2] = [
    "During handling of the above exception",
    "The above exception was the direct cause",
];

impl Joining {
    /// What `text`, the first line of a record, expects; `None` where nothing belongs to it.
    pub(super) fn begin(text: &str, summary: LineSummary) -> Option<Self> {
        if text.starts_with('{') {
            let depth = open_brackets(text);
            return (depth > 0).then_some(Self::Object(depth));
        }
        if !summary.may_go_on {
            return None;
        }
        // Behind an exception that stands alone only what is part of it follows.
        let is_alone = || failure::is_head(text).then_some(Self::Frames);
        let line = Self::Line {
            known: summary.begins,
            warns: warns(summary.level),
        };
        Some(Self::of_trace(text).or_else(is_alone).unwrap_or(line))
    }

    fn of_trace(text: &str) -> Option<Self> {
        match text.as_bytes().first()? {
            b'T' if text.starts_with(TRACEBACK) => Some(Self::Python),
            b' ' if failure::is_group(text) => Some(Self::PythonGroup),
            b'u' if text.starts_with("unexpected fault address ") => Some(Self::GoFault),
            b'S' if text.starts_with("SIG") && text.contains(": ") => Some(Self::Go),
            b'p' if text.starts_with("panic: ") => Some(Self::Go),
            b'f' if text.starts_with("fatal error: ") => Some(Self::Go),
            b'g' if text.starts_with("goroutine ") && text.ends_with("]:") => Some(Self::Go),
            b't' if failure::is_panic(text) => Some(Self::Rust),
            b'A'..=b'Z' if java::head(text).is_some() => Some(Self::Java),
            _ => None,
        }
    }

    /// Whether the next line belongs to the record.
    pub(super) fn takes(&mut self, text: &str, summary: LineSummary) -> bool {
        match self {
            Self::Object(depth) => {
                // Whoever writes an object over several lines indents it.
                let inside = is_indented(text) || text.starts_with(['}', ']', '"']);
                let after = depth.saturating_add(open_brackets(text));
                *depth = after.saturating_sub(closed_brackets(text));
                return inside;
            }
            Self::Rust => {
                *self = Self::Frames;
                return !summary.begins;
            }
            Self::Java => {
                let level = java::level(text).map(|(level, _)| level);
                *self = Self::Line {
                    known: true,
                    warns: warns(level),
                };
                return level.is_some();
            }
            _ => {}
        }
        if text.is_empty() {
            return matches!(
                self,
                Self::PythonEnd | Self::PythonChain | Self::PythonGroup | Self::Go
            );
        }
        let taken = match self {
            Self::Line { known, warns } => Self::first(text, summary, *known, *warns),
            Self::Frames => is_within(text).then_some(Self::Frames),
            Self::Python => python(text, summary),
            Self::PythonEnd => ended(text),
            Self::PythonChain => chained(text),
            Self::PythonGroup => grouped(text),
            Self::GoFault => text.starts_with("fatal error: ").then_some(Self::Go),
            Self::Go => is_of_go(text, summary).then_some(Self::Go),
            Self::Rust | Self::Java | Self::Object(_) => None,
        };
        *self = taken.unwrap_or(*self);
        taken.is_some()
    }

    /// Whether nothing more belongs to the record.
    pub(super) const fn is_complete(self) -> bool {
        matches!(self, Self::Object(0))
    }

    /// The first line below one of a known form (`known`), or of none. A failure below what neither
    /// warns nor is an error is a record of its own.
    fn first(text: &str, summary: LineSummary, known: bool, warns: bool) -> Option<Self> {
        let same = Self::Line { known, warns };
        if is_frame(text) {
            return Some(Self::Frames);
        }
        if !known || !warns && failure::is_head(text) {
            return None;
        }
        if failure::is_group(text) {
            return Some(Self::PythonGroup);
        }
        if is_indented(text) || summary.belongs {
            return Some(same);
        }
        let goes_on = |it: &Self| matches!(it, Self::Python | Self::Go | Self::GoFault);
        let trace = Self::of_trace(text).filter(goes_on);
        // Java's loggers write the exception, with its package, below the message.
        let exception = || failure::is_qualified(text).then_some(Self::Frames);
        let within = || (is_within(text) && !text.starts_with('}')).then_some(Self::Frames);
        trace.or_else(exception).or_else(within)
    }
}

/// Whether a program may write an exception below a line of `level`.
fn warns(level: Option<LineLevel>) -> bool {
    level >= Some(LineLevel::Warning)
}

fn python(text: &str, summary: LineSummary) -> Option<Joining> {
    if is_indented(text) {
        return Some(Joining::Python);
    }
    // The exception looks like a record of its own: by its name it is an error.
    let is_exception = !summary.begins || failure::names_exception(text);
    is_exception.then_some(Joining::PythonEnd)
}

/// Below the exception of Python: its further lines, or that another belongs to it.
fn ended(text: &str) -> Option<Joining> {
    if CHAINS.iter().any(|it| text.starts_with(it)) {
        return Some(Joining::PythonChain);
    }
    is_indented(text).then_some(Joining::PythonEnd)
}

fn chained(text: &str) -> Option<Joining> {
    if failure::is_group(text) {
        return Some(Joining::PythonGroup);
    }
    text.starts_with(TRACEBACK).then_some(Joining::Python)
}

/// Lines of a group have a margin: `  | ValueError: x`, `  +-+---------------- 1 ----------------`.
fn grouped(text: &str) -> Option<Joining> {
    let inner = text.trim_ascii_start();
    if is_indented(text) && !failure::is_group(text) && inner.starts_with(['|', '+']) {
        return Some(Joining::PythonGroup);
    }
    ended(text).filter(|_| !is_indented(text))
}

/// A frame of Go, a goroutine, or what stands between them.
fn is_of_go(text: &str, summary: LineSummary) -> bool {
    let begins = [
        "PC=",
        "signal arrived ",
        "runtime stack:",
        "goroutine ",
        "created by ",
        "[signal ",
        "exit status ",
        "...",
        "runtime: ",
    ];
    is_indented(text)
        || begins.iter().any(|it| text.starts_with(it))
        || (!summary.begins && text.ends_with(')') && text.contains('('))
        || is_register(text)
}

/// `rax    0x0`, as Go writes the registers behind the goroutines.
fn is_register(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace();
    let value = words.nth(1).filter(|_| words.next().is_none());
    value.is_some_and(|it| it.starts_with("0x"))
}

fn is_indented(text: &str) -> bool {
    text.starts_with([' ', '\t'])
}

/// A stack frame of Java, .NET, Node, Ruby, Python, PHP or Rust.
fn is_frame(text: &str) -> bool {
    let inner = text.trim_start();
    if inner.len() == text.len() {
        return false;
    }
    ["at ", "from ", "File \"", "... ", "^"]
        .iter()
        .any(|begin| inner.starts_with(begin))
}

fn is_within(text: &str) -> bool {
    is_indented(text)
        || WITHIN.iter().any(|begin| match *begin {
            // PHP numbers its frames; a comment is none.
            "#" => text
                .strip_prefix('#')
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())),
            "}" => text == "}",
            begin => text.starts_with(begin),
        })
}

/// Brackets that `text` opens and does not close.
fn open_brackets(text: &str) -> usize {
    let (open, closed) = brackets(text);
    open.saturating_sub(closed)
}

/// Brackets that `text` closes and did not open.
fn closed_brackets(text: &str) -> usize {
    let (open, closed) = brackets(text);
    closed.saturating_sub(open)
}

/// Brackets outside quotes: those that open, and those that close.
fn brackets(text: &str) -> (usize, usize) {
    let (mut open, mut closed, mut rest) = (0, 0, text.as_bytes());
    loop {
        let quote = memchr::memchr(b'"', rest).unwrap_or(rest.len());
        let (outside, quoted) = rest.split_at(quote);
        for byte in outside {
            match byte {
                b'{' | b'[' => open += 1,
                b'}' | b']' => closed += 1,
                _ => {}
            }
        }
        let Some(inside) = quoted.get(1..) else {
            return (open, closed);
        };
        rest = behind_quote(inside);
    }
}

/// What follows the quote that ends the text that `rest` begins with.
fn behind_quote(mut rest: &[u8]) -> &[u8] {
    while let Some(at) = memchr::memchr2(b'"', b'\\', rest) {
        let is_end = rest.get(at) == Some(&b'"');
        // The character behind a backslash means itself.
        rest = rest
            .get(at + if is_end { 1 } else { 2 }..)
            .unwrap_or_default();
        if is_end {
            return rest;
        }
    }
    &[]
}
