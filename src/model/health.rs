//! Health: one state, why, overlays beside it, and the two verdicts it was made from.

use super::{
    Contact, DockerHealth, Finding, HealthState, Overlay, ProbeKind, ProbePhases, Reason,
    ServiceId, Timestamp,
};

/// The verdict of hubdeck's own probe on a service: the latest result, the worst over its instances.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbeVerdict {
    /// Kind of probe.
    pub kind: ProbeKind,
    /// What was probed, secrets masked.
    pub target: String,
    /// Whether it succeeded.
    pub success: bool,
    /// How far it came.
    pub contact: Contact,
    /// Duration in milliseconds, when there was an answer.
    pub latency_ms: Option<f64>,
    /// The time of each part, where it was measured.
    pub phases: Option<ProbePhases>,
    /// End of the certificate that was shown; `None` without TLS.
    pub certificate_until: Option<Timestamp>,
    /// End of the probe.
    pub checked_at: Timestamp,
    /// What it found.
    pub finding: Finding,
    /// Whether the verdict counts for the state: a guessed probe that never worked does so only
    /// when it was an answer.
    pub counts: bool,
}

/// The health of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Health {
    /// Base state.
    pub state: HealthState,
    /// When the base state was entered.
    pub since: Timestamp,
    /// Why it is in that state, without what misses it.
    pub reason: Reason,
    /// Conditions beside the state, sorted.
    pub overlays: Vec<Overlay>,
    /// Failing services at the root of this one's trouble.
    pub blocked_by: Vec<ServiceId>,
    /// Running services that cannot work without this one while none of its processes runs, sorted.
    pub missed_by: Vec<ServiceId>,
    /// Docker's verdict; `None` when no instance runs, and when it could not be read.
    pub docker: Option<DockerHealth>,
    /// Our own verdict; `None` when nothing was probed yet.
    pub probe: Option<ProbeVerdict>,
}

impl Health {
    /// Not checked yet.
    #[must_use]
    pub fn unknown(since: Timestamp) -> Self {
        Self {
            state: HealthState::Unknown,
            since,
            reason: Reason::NotChecked,
            overlays: Vec::new(),
            blocked_by: Vec::new(),
            missed_by: Vec::new(),
            docker: None,
            probe: None,
        }
    }

    /// Whether `overlay` is on.
    #[must_use]
    pub fn has(&self, overlay: Overlay) -> bool {
        self.overlays.contains(&overlay)
    }
}
