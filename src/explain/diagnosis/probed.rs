//! What our probe found, as diagnoses look at it: by code, by HTTP status, and by what others wrote
//! in it; never by the words that hubdeck has for it.

use std::iter;

use crate::model::{Finding, FindingCode};

use super::Cause;
use super::claim::fits;
use super::pattern::{Line, Pattern};

/// An HTTP status that a cause names.
#[derive(Debug)]
pub(super) struct Status {
    code: u16,
    /// What everything in the answer beside the status has to fit.
    says: Option<Pattern>,
}

impl Status {
    pub const fn new(code: u16, says: Option<Pattern>) -> Self {
        Self { code, says }
    }
}

/// What of a finding diagnoses look at.
pub(super) struct FindingParts {
    /// The codes of the finding and of the answers inside it.
    codes: Vec<FindingCode>,
    status: Option<u16>,
    texts: Vec<String>,
    /// All texts as one.
    foreign: String,
}

impl FindingParts {
    pub fn of(finding: &Finding) -> Self {
        let inside = iter::successors(Some(finding), |finding| match finding {
            Finding::Slow { answer, .. } | Finding::CertificateEnds { answer, .. } => Some(answer),
            Finding::NotTried { found, .. } => Some(found),
            _ => None,
        });
        let texts = texts(finding);
        Self {
            codes: inside.map(Finding::code).collect(),
            status: finding.http_status(),
            foreign: texts.join(SEPARATOR),
            texts,
        }
    }

    /// Whether `cause` recognises it.
    pub fn fits(&self, cause: &Cause) -> bool {
        let says = |pattern: &Pattern| pattern.is_in(&Line::new(&self.foreign));
        let answers = |status: &Status| {
            self.status == Some(status.code) && status.says.as_ref().is_none_or(says)
        };
        let any = |patterns: &[Pattern]| {
            let mut lines = self.texts.iter().map(|text| Line::new(text));
            lines.any(|line| fits(patterns, &line))
        };
        let recognised = self.codes.iter().any(|code| cause.finding.contains(code))
            || cause.status.iter().any(answers)
            || any(&cause.probe);
        recognised && !any(&cause.not)
    }
}

/// Between two texts of one finding: no word before the name of a host.
const SEPARATOR: &str = ": ";

/// What others wrote in a finding: the service, its server, a library.
pub(super) fn foreign(finding: &Finding) -> String {
    texts(finding).join(SEPARATOR)
}

fn texts(finding: &Finding) -> Vec<String> {
    let mut texts = Vec::new();
    finding.texts(&mut |text| {
        if !text.is_empty() {
            texts.push(text.clone());
        }
    });
    texts
}
