//! What a service answered to a check, and how that is judged.

use crate::model::ProbeOutcome;

/// A service that works as far as anybody may ask.
pub(super) const WANTS_PASSWORD: &str = "answers, wants a password";

/// What the other side answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// How it is to be judged.
    pub outcome: ProbeOutcome,
    /// What it said, for the operator.
    pub message: String,
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
    pub fn works(message: impl Into<String>) -> Self {
        let (outcome, message) = (ProbeOutcome::Success, message.into());
        Self {
            outcome,
            message,
            version: None,
            goodbye: b"",
            complains: false,
        }
    }

    /// An answer that is judged as `outcome`.
    pub fn judged(outcome: ProbeOutcome, message: impl Into<String>) -> Self {
        Self {
            outcome,
            ..Self::works(message)
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
