//! What a service answered to a check, and how that is judged.

use crate::model::{Finding, HttpAnswer, ProbeOutcome, Statement};

/// What the other side answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// How it is to be judged.
    pub outcome: ProbeOutcome,
    /// What it is.
    pub finding: Finding,
    /// The version in the answer.
    pub version: Option<String>,
    /// Bytes sent before the connection is closed (such as QUIT), so that the server logs no aborted
    /// connection.
    pub goodbye: &'static [u8],
    /// Whether the service wrote a line into its log for this, and there is a question that it
    /// writes none for.
    pub writes_log_line: bool,
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
            writes_log_line: false,
        }
    }

    /// The same with the version of the server.
    pub fn of_version(mut self, version: Option<String>) -> Self {
        self.version = version;
        self
    }

    /// The same of a service that writes a line into its log for every such question.
    pub fn with_log_line(mut self) -> Self {
        self.writes_log_line = true;
        self
    }

    /// The same, left with `goodbye`.
    pub fn leaving(mut self, goodbye: &'static [u8]) -> Self {
        self.goodbye = goodbye;
        self
    }
}
