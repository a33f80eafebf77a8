//! Usual causes of trouble: a data file of patterns with what each needs and what rules it out,
//! parsed once and matched against what is known.

mod advice;
mod claim;
mod file;
mod level;
mod pattern;
mod probed;
mod select;
mod symptoms;

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::model::{EvidenceSource, FindingCode, ReasonCode, Timestamp};

use pattern::Pattern;
use probed::Status;

pub use advice::{Advice, Name};
pub use level::reports_error;
pub use symptoms::{Condition, LogLineAt, Place, Symptoms};

/// `diagnosis.toml` as `build.rs` made it JSON.
const BUILTIN: &str = include_str!(concat!(env!("OUT_DIR"), "/diagnosis.json"));

/// Why a file of diagnoses cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DiagnosisError {
    /// Not JSON, or not of this shape.
    #[error("the file of diagnoses cannot be read: {0}")]
    Parse(#[from] serde_json::Error),
    /// A pattern that is no regular expression.
    #[error("the pattern {pattern:?} of the diagnosis {id:?} is no regular expression: {error}")]
    Pattern {
        /// The diagnosis.
        id: String,
        /// The pattern.
        pattern: String,
        /// The parser's words.
        error: regex::Error,
    },
    /// A name in braces, of a group or of another diagnosis that does not exist.
    #[error("the diagnosis {id:?} names {name:?}, which does not exist")]
    Name {
        /// The diagnosis.
        id: String,
        /// The name.
        name: String,
    },
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
    pub advice: Vec<Advice>,
    needs: Vec<Condition>,
    unless: Vec<Condition>,
    general: bool,
    passing: bool,
    yields_to: Vec<String>,
    text: Vec<Pattern>,
    engine: Vec<Pattern>,
    check: Vec<Pattern>,
    log: Vec<Pattern>,
    vague: Vec<Pattern>,
    probe: Vec<Pattern>,
    finding: Vec<FindingCode>,
    status: Vec<Status>,
    reasons: Vec<ReasonCode>,
    suspect: Vec<Pattern>,
    around: Vec<Pattern>,
    alike: Vec<Pattern>,
    not: Vec<Pattern>,
    exit: Vec<i64>,
    oom: bool,
}

/// How much a piece of evidence proves; of candidates only the strongest are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// A warning, or something logged long before the end.
    Aside,
    /// It shows a symptom, hardly the cause: an exit code, silence, a refused connection, a traceback.
    General,
    /// An error that names what is wrong: of a probe, a healthcheck, or a log line at the change.
    Told,
    /// The engine itself reports why it cannot start the container, or that it was OOM-killed.
    Certain,
}

/// A cause with the evidence that fits it.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// The cause.
    pub cause: &'static Cause,
    /// How much the evidence proves.
    pub strength: Strength,
    /// Where it comes from.
    pub source: EvidenceSource,
    /// The line as it is shown; empty where the reason of the service is all there is.
    pub line: Cow<'a, str>,
    /// What somebody else wrote in that line; empty where all of it are words of hubdeck.
    pub foreign: Cow<'a, str>,
    /// The log line before the first error around it.
    pub context: Option<&'a str>,
    /// When a log line was written.
    pub at: Option<Timestamp>,
    /// Names that the line holds.
    pub names: Vec<(Name, &'a str)>,
}

impl Candidate<'_> {
    /// The name that the line holds as `name`.
    #[must_use]
    pub fn name(&self, name: Name) -> Option<&str> {
        self.names
            .iter()
            .find(|(each, _)| *each == name)
            .map(|(_, value)| *value)
    }
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

    /// Reads JSON of the shape that the head of `diagnosis.toml` describes.
    ///
    /// # Errors
    /// When it is not JSON of that shape, a pattern is none, or a name does not exist.
    pub fn parse(text: &str) -> Result<Self, DiagnosisError> {
        Ok(Self {
            causes: file::parse(text)?,
        })
    }

    /// All causes, in the order of the file.
    #[must_use]
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }

    /// The causes that the strongest evidence fits, the likeliest first; several where the
    /// evidence does not distinguish them.
    #[must_use]
    pub fn find<'a>(&'static self, symptoms: &Symptoms<'a>) -> Vec<Candidate<'a>> {
        select::candidates(&self.causes, symptoms)
    }
}

impl Cause {
    /// Whether what holds of the service allows it.
    fn is_possible(&self, symptoms: &Symptoms<'_>) -> bool {
        self.needs.iter().all(|condition| symptoms.has(*condition))
            && !self.unless.iter().any(|condition| symptoms.has(*condition))
    }
}

#[cfg(test)]
mod tests;
