//! What a service answered to a check, and how that is judged.

use crate::model::{Finding, HttpAnswer, ProbeOutcome, Statement};

/// What the other side answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// How it is to be judged.
    pub outcome: ProbeOutcome,
    /// What it is.
    pub finding: Finding,
    /// Version it told.
    pub version: Option<String>,
    /// What is said before leaving, so that the other side does not wonder.
    pub goodbye: &'static [u8],
    /// Whether the service wrote a line into its log for this, and there is a question that it
    /// writes none for.
    pub complains: bool,
}

impl Answer {
    /// An answer of a service that works.
    pub fn works(statement: Statement) -> Self {
        Self::judged(ProbeOutcome::Success, statement)
    }

    /// An answer that is judged as `outcome`.
    pub fn judged(outcome: ProbeOutcome, statement: Statement) -> Self {
        Self::found(outcome, Finding::Says(statement))
    }

    /// An HTTP answer that is judged as `outcome`.
    pub fn http(outcome: ProbeOutcome, answer: HttpAnswer) -> Self {
        Self::found(outcome, Finding::Http(answer))
    }

    /// An answer in the service's own words that is judged as `outcome`.
    pub fn said(outcome: ProbeOutcome, text: String) -> Self {
        Self::found(outcome, Finding::Answered { text })
    }

    fn found(outcome: ProbeOutcome, finding: Finding) -> Self {
        Self {
            outcome,
            finding,
            version: None,
            goodbye: b"",
            complains: false,
        }
    }

    /// The same with the version that the other side told.
    pub fn of_version(mut self, version: Option<String>) -> Self {
        self.version = version;
        self
    }

    /// The same of a service that writes a line into its log for every such question.
    pub fn complaining(mut self) -> Self {
        self.complains = true;
        self
    }

    /// The same, left with `goodbye`.
    pub fn leaving(mut self, goodbye: &'static [u8]) -> Self {
        self.goodbye = goodbye;
        self
    }
}
