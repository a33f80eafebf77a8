//! Usual causes of trouble: a data file of patterns, parsed once and matched against what is known.

use std::sync::OnceLock;

use regex_lite::{Regex, RegexBuilder};
use serde::Deserialize;

/// The built-in data file.
const BUILTIN: &str = include_str!("diagnosis.toml");
/// Characters of a line that are looked at.
const LINE: usize = 500;
/// Shortest literal that is looked for before its pattern.
const LITERAL: usize = 3;

/// Why a file of diagnoses cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DiagnosisError {
    /// Not TOML, or not of this shape.
    #[error("the file of diagnoses cannot be read: {0}")]
    Parse(#[from] toml::de::Error),
    /// A pattern that is no regular expression.
    #[error("the pattern {pattern:?} of the diagnosis {id:?} is no regular expression: {error}")]
    Pattern {
        /// The diagnosis.
        id: String,
        /// The pattern.
        pattern: String,
        /// The parser's words.
        error: regex_lite::Error,
    },
}

/// One block of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    id: String,
    words: String,
    hint: String,
    r#try: Vec<String>,
    #[serde(default)]
    text: Vec<String>,
    #[serde(default)]
    engine: Vec<String>,
    #[serde(default)]
    check: Vec<String>,
    #[serde(default)]
    log: Vec<String>,
    #[serde(default)]
    probe: Vec<String>,
    #[serde(default)]
    exit: Vec<i64>,
    #[serde(default)]
    oom: bool,
}

#[derive(Deserialize)]
struct File {
    diagnosis: Vec<Block>,
}

/// One usual cause.
#[derive(Debug)]
pub struct Cause {
    /// Its name, such as `port-in-use`.
    pub id: String,
    /// A few words.
    pub words: String,
    /// What is usually behind it.
    pub hint: String,
    /// What to try, in order.
    pub try_next: Vec<String>,
    text: Vec<Pattern>,
    engine: Vec<Pattern>,
    check: Vec<Pattern>,
    log: Vec<Pattern>,
    probe: Vec<Pattern>,
    exit: Vec<i64>,
    oom: bool,
}

/// A pattern behind the longest text that every match of it holds: most lines never meet the
/// regular expression.
#[derive(Debug)]
struct Pattern {
    literal: String,
    regex: Regex,
}

impl Pattern {
    fn new(id: &str, pattern: &str) -> Result<Self, DiagnosisError> {
        let regex = RegexBuilder::new(pattern).case_insensitive(true).build().map_err(|error| {
            DiagnosisError::Pattern { id: id.to_owned(), pattern: pattern.to_owned(), error }
        })?;
        Ok(Self { literal: literal(pattern), regex })
    }

    fn is_in(&self, line: &Line<'_>) -> bool {
        line.lower.contains(&self.literal) && self.regex.is_match(line.text)
    }
}

/// The longest plain text that stands outside of groups, classes and repetitions; empty when there is
/// none of some length, or the pattern is an alternative as a whole.
fn literal(pattern: &str) -> String {
    let (mut best, mut run) = (String::new(), String::new());
    let mut depth = 0_usize;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        let plain = match c {
            '\\' => chars.next().filter(|next| !next.is_alphanumeric()),
            '(' | '[' => {
                depth += 1;
                None
            }
            ')' | ']' => {
                depth = depth.saturating_sub(1);
                None
            }
            '|' if depth == 0 => return String::new(),
            '{' => {
                while chars.next().is_some_and(|next| next != '}') {}
                None
            }
            '.' | '^' | '$' | '*' | '+' | '?' | '|' => None,
            c => Some(c),
        };
        let optional = matches!(chars.peek(), Some('?' | '*' | '{'));
        match plain.filter(|_| depth == 0 && !optional) {
            Some(c) => run.extend(c.to_lowercase()),
            None => {
                if run.len() > best.len() {
                    best = std::mem::take(&mut run);
                }
                run.clear();
            }
        }
    }
    let best = if run.len() > best.len() { run } else { best };
    if best.len() < LITERAL { String::new() } else { best }
}

/// A line as patterns look at it.
struct Line<'a> {
    text: &'a str,
    lower: String,
}

impl<'a> Line<'a> {
    fn new(text: &'a str) -> Self {
        let end = text.char_indices().nth(LINE).map_or(text.len(), |(end, _)| end);
        let text = text.get(..end).unwrap_or_default();
        Self { text, lower: text.to_lowercase() }
    }
}

/// What is known of a service in trouble.
#[derive(Clone, Debug, Default)]
pub struct Symptoms<'a> {
    /// Exit code of the process that ended.
    pub exit_code: Option<i64>,
    /// Whether the kernel killed it for lack of memory.
    pub out_of_memory: bool,
    /// The engine's error of the last start; empty when there is none.
    pub engine: &'a str,
    /// Message of the failing probe; empty when there is none.
    pub probe: &'a str,
    /// Lines that the failing healthcheck wrote.
    pub check: Vec<&'a str>,
    /// Log lines, oldest first.
    pub log: Vec<&'a str>,
}

/// A cause with what fits it.
#[derive(Clone, Debug)]
pub struct Match<'a> {
    /// The cause.
    pub cause: &'static Cause,
    /// The line; empty where only an exit code or the kernel tells.
    pub line: &'a str,
}

/// All usual causes, in the order of the file.
#[derive(Debug, Default)]
pub struct Diagnoses {
    causes: Vec<Cause>,
}

impl Diagnoses {
    /// The ones that are part of the program.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILT: OnceLock<Diagnoses> = OnceLock::new();
        // A test parses the file, so that the fallback to "knows nothing" cannot happen unnoticed.
        BUILT.get_or_init(|| Self::parse(BUILTIN).unwrap_or_default())
    }

    /// Reads a file of the shape that the head of `diagnosis.toml` describes.
    ///
    /// # Errors
    /// When it is not TOML of that shape, or a pattern is none.
    pub fn parse(text: &str) -> Result<Self, DiagnosisError> {
        let file: File = toml::from_str(text)?;
        let causes: Result<_, _> = file.diagnosis.into_iter().map(cause).collect();
        Ok(Self { causes: causes? })
    }

    /// The first cause that fits `symptoms`.
    #[must_use]
    pub fn find<'a>(&'static self, symptoms: &Symptoms<'a>) -> Option<Match<'a>> {
        let lines = Lines::of(symptoms);
        self.causes.iter().find_map(|cause| {
            if cause.is_ending(symptoms) {
                return Some(Match { cause, line: "" });
            }
            Some(Match { cause, line: cause.line(&lines)? })
        })
    }
}

/// What there is to look at, as patterns look at it.
struct Lines<'a> {
    engine: [Line<'a>; 1],
    probe: [Line<'a>; 1],
    check: Vec<Line<'a>>,
    /// The latest first: the one that fits and is nearest to the end tells most.
    log: Vec<Line<'a>>,
}

impl<'a> Lines<'a> {
    fn of(symptoms: &Symptoms<'a>) -> Self {
        Self {
            engine: [Line::new(symptoms.engine)],
            probe: [Line::new(symptoms.probe)],
            check: symptoms.check.iter().map(|line| Line::new(line)).collect(),
            log: symptoms.log.iter().rev().map(|line| Line::new(line)).collect(),
        }
    }
}

fn cause(block: Block) -> Result<Cause, DiagnosisError> {
    let patterns = |patterns: &[String]| -> Result<Vec<Pattern>, DiagnosisError> {
        patterns.iter().map(|pattern| Pattern::new(&block.id, pattern)).collect()
    };
    Ok(Cause {
        text: patterns(&block.text)?,
        engine: patterns(&block.engine)?,
        check: patterns(&block.check)?,
        log: patterns(&block.log)?,
        probe: patterns(&block.probe)?,
        exit: block.exit,
        oom: block.oom,
        id: block.id,
        words: block.words,
        hint: block.hint,
        try_next: block.r#try,
    })
}

impl Cause {
    /// Whether the end of the process alone tells it.
    fn is_ending(&self, symptoms: &Symptoms<'_>) -> bool {
        (self.oom && symptoms.out_of_memory)
            || symptoms.exit_code.is_some_and(|code| self.exit.contains(&code))
    }

    /// The line that fits, the strongest source first.
    fn line<'a>(&self, lines: &Lines<'a>) -> Option<&'a str> {
        let first = |patterns: &[Pattern], lines: &[Line<'a>]| {
            let fits = |line: &&Line<'a>| patterns.iter().any(|pattern| pattern.is_in(line));
            lines.iter().filter(|line| !line.text.is_empty()).find(fits).map(|line| line.text)
        };
        first(&self.engine, &lines.engine)
            .or_else(|| first(&self.text, &lines.engine))
            .or_else(|| first(&self.probe, &lines.probe))
            .or_else(|| first(&self.log, &lines.log))
            .or_else(|| first(&self.text, &lines.log))
            .or_else(|| first(&self.check, &lines.check))
            .or_else(|| first(&self.text, &lines.check))
    }
}

#[cfg(test)]
mod tests;
