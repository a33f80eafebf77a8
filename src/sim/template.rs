//! Log lines with variables: `GET $path $status`, filled in as a pure function of time and chance.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::clock::{Nanos, SECOND, instant};
use super::id::mix;

/// A line of text with `$variables`, parsed once.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Template {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Variable(Variable),
}

#[derive(Clone, Copy, Debug)]
enum Variable {
    Time,
    Clock,
    Access,
    Plain,
    Correlation,
    Milliseconds,
    Number,
    Address,
    Path,
    Status,
    Bytes,
    Job,
}

const VARIABLES: [(&str, Variable); 12] = [
    ("time", Variable::Time),
    ("clock", Variable::Clock),
    ("access", Variable::Access),
    ("plain", Variable::Plain),
    ("cid", Variable::Correlation),
    ("ms", Variable::Milliseconds),
    ("n", Variable::Number),
    ("ip", Variable::Address),
    ("path", Variable::Path),
    ("status", Variable::Status),
    ("bytes", Variable::Bytes),
    ("job", Variable::Job),
];

const PATHS: [&str; 8] = [
    "/api/orders",
    "/api/orders/4711",
    "/api/customers",
    "/api/search?q=valve",
    "/api/stock",
    "/",
    "/assets/app.js",
    "/api/session",
];
const STATUSES: [u16; 8] = [200, 200, 200, 201, 200, 304, 204, 404];
const JOBS: [&str; 5] = [
    "invoice.render",
    "mail.send",
    "stock.sync",
    "report.daily",
    "thumbnail.make",
];

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut parts = text.split('$');
        let mut pieces = vec![Piece::Text(parts.next().unwrap_or_default().to_owned())];
        for part in parts {
            let end = part
                .find(|c: char| !c.is_ascii_lowercase())
                .unwrap_or(part.len());
            let (name, rest) = part.split_at(end);
            let Some((_, variable)) = VARIABLES.iter().find(|(known, _)| *known == name) else {
                let known: Vec<_> = VARIABLES
                    .iter()
                    .map(|(name, _)| format!("${name}"))
                    .collect();
                return Err(format!(
                    "unknown variable `${name}`; known are {}",
                    known.join(" ")
                ));
            };
            pieces.push(Piece::Variable(*variable));
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Self { text, pieces })
    }
}

impl From<Template> for String {
    fn from(template: Template) -> Self {
        template.text
    }
}

impl Template {
    /// Appends the line of instant `at`; `number` is its number, `chance` decides what is drawn.
    pub(super) fn render(&self, at: Nanos, number: u64, chance: u64, out: &mut String) {
        for (turn, piece) in (0_u64..).zip(&self.pieces) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Variable(variable) => variable.render(at, number, mix(chance ^ turn), out),
            }
        }
    }
}

impl Variable {
    fn render(self, at: Nanos, number: u64, chance: u64, out: &mut String) {
        let pick = |length: usize| usize::try_from(chance % length as u64).unwrap_or(0);
        // Writing to a string cannot fail.
        let _ = match self {
            Self::Time => write!(out, "{:.3}", instant(at)),
            Self::Clock => write!(out, "{}", instant(at).strftime("%d %b %Y %H:%M:%S%.3f")),
            Self::Access => write!(out, "{}", instant(at).strftime("%d/%b/%Y:%H:%M:%S +0000")),
            Self::Plain => write!(out, "{}", instant(at).strftime("%Y-%m-%d %H:%M:%S%.3f")),
            Self::Correlation => write!(out, "{:016x}", correlation(at, chance)),
            Self::Milliseconds => write!(out, "{}", 2 + chance % 60 + (chance >> 32) % 9 * 11),
            Self::Number => write!(out, "{number}"),
            Self::Address => write!(out, "203.0.113.{}", 1 + chance % 254),
            Self::Path => out.write_str(PATHS[pick(PATHS.len())]),
            Self::Status => write!(out, "{}", STATUSES[pick(STATUSES.len())]),
            Self::Bytes => write!(out, "{}", 120 + chance % 48_000),
            Self::Job => out.write_str(JOBS[pick(JOBS.len())]),
        };
    }
}

/// Of each two seconds, three requests: services that log in the same moment share them, as if one
/// had called the other.
fn correlation(at: Nanos, chance: u64) -> u64 {
    mix(mix((at / (2 * SECOND)) as u64) ^ (chance % 3))
}
