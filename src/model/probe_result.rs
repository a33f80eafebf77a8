//! What came of one probe.

use serde::{Deserialize, Serialize};

use super::{
    Contact, Finding, ProbeKind, ProbeOrigin, ProbeOutcome, ProbePhases, Timestamp, Uncounted,
};

/// Result of one probe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeResult {
    /// How it ended.
    pub outcome: ProbeOutcome,
    /// How far it came.
    pub contact: Contact,
    /// What ran.
    pub kind: ProbeKind,
    /// Where the specification came from.
    pub origin: ProbeOrigin,
    /// What was probed, secrets masked (`http://172.18.0.4:8000/health`).
    pub target: String,
    /// End of the probe.
    pub checked_at: Timestamp,
    /// Milliseconds until the verdict; `None` when nothing answered.
    pub latency_ms: Option<f64>,
    /// The time of each part, where it was measured.
    pub phases: Option<ProbePhases>,
    /// End of the certificate that was shown; `None` without TLS.
    pub certificate_until: Option<Timestamp>,
    /// What it found.
    pub finding: Finding,
    /// The version in the answer of the service, when it has one.
    pub version: Option<String>,
}

impl ProbeResult {
    /// A result of which only the outcome and the time are known.
    #[must_use]
    pub fn of(outcome: ProbeOutcome, checked_at: Timestamp) -> Self {
        let contact = match outcome {
            ProbeOutcome::Inconclusive => Contact::NotAsked,
            _ => Contact::Answered,
        };
        Self {
            outcome,
            contact,
            kind: ProbeKind::Http,
            origin: ProbeOrigin::Config,
            target: String::new(),
            checked_at,
            latency_ms: None,
            phases: None,
            certificate_until: None,
            finding: Finding::default(),
            version: None,
        }
    }

    /// Why it does not count, where it does not.
    #[must_use]
    pub const fn uncounted(&self) -> Uncounted {
        match self.contact {
            // It says itself that no way leads there.
            _ if matches!(self.outcome, ProbeOutcome::Inconclusive) => Uncounted::Inconclusive,
            Contact::NotAsked | Contact::NothingLeft => Uncounted::Inconclusive,
            Contact::Unreachable | Contact::NoAnswer | Contact::Refused => Uncounted::OutOfReach,
            Contact::OtherProtocol | Contact::WrongAnswer | Contact::Answered => Uncounted::Guessed,
        }
    }
}
