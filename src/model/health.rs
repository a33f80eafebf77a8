//! Health: one state, why, overlays beside it, and the two verdicts it was made from.

use serde::{Deserialize, Serialize};

use std::time::Duration;

use super::{
    Contact, DockerHealth, Finding, HealthState, Overlay, ProbeKind, ProbePhases, Reason,
    ServiceId, Timestamp,
};

/// What Docker writes of a healthcheck that took too long.
const TIMED_OUT: &str = "Health check exceeded timeout";

/// The verdict of hubdeck's own probe on a service: the latest result, the worst over its instances.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

/// How exactly it is known since when a service is in its state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SincePrecision {
    /// hubdeck observed the change.
    #[default]
    Observed,
    /// The state was so when the service was first seen; its start is not known.
    FirstSeen,
    /// Computed from an entry of the list, where ages are round numbers.
    Rounded,
    /// A fact with its time.
    Exact,
}

/// The health of a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// Base state.
    pub state: HealthState,
    /// When the base state was entered; when it was first seen where that is not known.
    pub since: Timestamp,
    /// How exactly that is known.
    pub precision: SincePrecision,
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
            precision: SincePrecision::default(),
            reason: Reason::NotChecked,
            overlays: Vec::new(),
            blocked_by: Vec::new(),
            missed_by: Vec::new(),
            docker: None,
            probe: None,
        }
    }

    /// When the base state was entered; `None` where only the first sight of it is known.
    #[must_use]
    pub fn known_since(&self) -> Option<Timestamp> {
        (self.precision != SincePrecision::FirstSeen).then_some(self.since)
    }

    /// How long it takes to answer; `None` where it is not slow, or does not answer.
    #[must_use]
    pub fn slowness(&self) -> Option<Duration> {
        self.reason.finding()?.slowness()
    }

    /// Whether it gives no answer in time, to our probe or to its healthcheck.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        match self.reason.innermost() {
            Reason::Docker { output, .. } | Reason::DockerFailing { output, .. } => {
                output.contains(TIMED_OUT)
            }
            _ => self.reason.finding().is_some_and(is_silence),
        }
    }

    /// Whether it answers slowly or not in time.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.state.is_problem() && (self.slowness().is_some() || self.is_silent())
    }

    /// Whether `overlay` is on.
    #[must_use]
    pub fn has(&self, overlay: Overlay) -> bool {
        self.overlays.contains(&overlay)
    }
}

fn is_silence(finding: &Finding) -> bool {
    match finding {
        Finding::NotTried { found, .. } => is_silence(found),
        other => other.is_silence(),
    }
}
