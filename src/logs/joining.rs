//! Which lines belong to the one before them: stack traces, details, objects over several lines.
//!
//! Threads that write at the same time may put lines of their own in between: the record ends
//! there, and what is left of the trace stands alone.

use super::forms::{failure, java};
use super::shape::Glance;

/// What a record expects of the next line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joining {
    /// A line of a known form, or of none.
    Line { known: bool },
    /// Stack frames were seen.
    Frames,
    /// The frames of a traceback of Python.
    Python,
    /// The exception below a traceback of Python was seen.
    PythonEnd,
    /// A panic of Go: goroutines and their frames.
    Go,
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
const TRACEBACK: &str = "Traceback (most recent call last):";
/// What Python writes between the tracebacks of a chain.
const CHAINS: [&str; 2] = [
    "During handling of the above exception",
    "The above exception was the direct cause",
];

impl Joining {
    /// What `text`, the first line of a record, expects; `None` where nothing belongs to it.
    pub(super) fn begin(text: &str, glance: Glance) -> Option<Self> {
        if text.starts_with('{') {
            let depth = open_brackets(text);
            return (depth > 0).then_some(Self::Object(depth));
        }
        if !glance.may_go_on {
            return None;
        }
        Some(Self::of_trace(text).unwrap_or(Self::Line {
            known: glance.begins,
        }))
    }

    fn of_trace(text: &str) -> Option<Self> {
        match text.as_bytes().first()? {
            b'T' if text.starts_with(TRACEBACK) => Some(Self::Python),
            b'p' if text.starts_with("panic: ") => Some(Self::Go),
            b'f' if text.starts_with("fatal error: ") => Some(Self::Go),
            b'g' if text.starts_with("goroutine ") && text.ends_with("]:") => Some(Self::Go),
            b't' if failure::is_panic(text) => Some(Self::Rust),
            b'A'..=b'Z' if java::head(text).is_some() => Some(Self::Java),
            _ => None,
        }
    }

    /// Whether the next line belongs to the record.
    pub(super) fn takes(&mut self, text: &str, glance: Glance) -> bool {
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
                return !glance.begins;
            }
            Self::Java => {
                *self = Self::Line { known: true };
                return java::level(text).is_some();
            }
            _ => {}
        }
        if text.is_empty() {
            return matches!(self, Self::PythonEnd | Self::Go);
        }
        let taken = match self {
            Self::Line { known } => Self::first(text, glance, *known),
            Self::Frames => is_within(text).then_some(Self::Frames),
            Self::Python => python(text, glance),
            Self::PythonEnd => chained(text),
            Self::Go => is_of_go(text, glance).then_some(Self::Go),
            Self::Rust | Self::Java | Self::Object(_) => None,
        };
        *self = taken.unwrap_or(*self);
        taken.is_some()
    }

    /// Whether nothing more belongs to the record.
    pub(super) const fn is_complete(self) -> bool {
        matches!(self, Self::Object(0))
    }

    /// The first line below one of a known form (`known`), or of none.
    fn first(text: &str, glance: Glance, known: bool) -> Option<Self> {
        let indented = is_indented(text);
        if is_frame(text) || (indented && known) {
            return Some(if is_frame(text) {
                Self::Frames
            } else {
                Self::Line { known }
            });
        }
        if indented || !known {
            return None;
        }
        if glance.belongs {
            return Some(Self::Line { known });
        }
        let trace = Self::of_trace(text).filter(|it| matches!(it, Self::Python | Self::Go));
        // Java's loggers write the exception, with its package, below the message.
        let exception = || {
            let name = text.split([':', ' ']).next().unwrap_or_default();
            (name.contains('.') && failure::names_exception(text)).then_some(Self::Frames)
        };
        let within = || (is_within(text) && !text.starts_with('}')).then_some(Self::Frames);
        trace.or_else(exception).or_else(within)
    }
}

fn python(text: &str, glance: Glance) -> Option<Joining> {
    if is_indented(text) {
        return Some(Joining::Python);
    }
    // The exception looks like a record of its own: by its name it is an error.
    let is_exception = !glance.begins || failure::names_exception(text);
    is_exception.then_some(Joining::PythonEnd)
}

fn chained(text: &str) -> Option<Joining> {
    let goes_on = text.starts_with(TRACEBACK) || CHAINS.iter().any(|it| text.starts_with(it));
    if text.starts_with(TRACEBACK) {
        return Some(Joining::Python);
    }
    (goes_on || is_indented(text)).then_some(Joining::PythonEnd)
}

/// A frame of Go, a goroutine, or what stands between them.
fn is_of_go(text: &str, glance: Glance) -> bool {
    let begins = [
        "goroutine ",
        "created by ",
        "[signal ",
        "exit status ",
        "...",
        "runtime: ",
    ];
    is_indented(text)
        || begins.iter().any(|it| text.starts_with(it))
        || (!glance.begins && text.ends_with(')') && text.contains('('))
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

fn brackets(text: &str) -> (usize, usize) {
    let (mut open, mut closed, mut quoted, mut escaped) = (0, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => open += 1,
            b'}' | b']' if !quoted => closed += 1,
            _ => {}
        }
    }
    (open, closed)
}
