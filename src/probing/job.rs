//! One probe to run, and what came of it.

use std::time::Duration;

use crate::model::{InstanceId, OutOfReach, ProbeResult, ProbeTarget, ServiceId, Shortage};
use crate::probe::Report;

use super::breaker::Depth;
use super::correction::ProtocolCorrection;
use super::key::TargetKey;

/// One probe that is to run now.
#[derive(Clone, Debug)]
pub struct ProbeJob {
    /// The target in the schedule.
    pub key: TargetKey,
    /// The same target as the prober takes it.
    pub target: ProbeTarget,
    /// Why no address of it can be reached; `None` where one can. Then nothing is to be sent.
    pub out_of_reach: Option<OutOfReach>,
    /// Whether its specification may be corrected.
    pub may_correct: bool,
    /// How much of it runs.
    pub depth: Depth,
    /// When it starts.
    pub started: Duration,
}

/// What came of a [`ProbeJob`].
#[derive(Debug)]
pub struct JobOutcome {
    /// The report; `None` where there was nothing to probe, as a container that ended.
    pub report: Option<Report>,
    /// The correction under which `report` was made.
    pub correction: Option<ProtocolCorrection>,
}

/// A result for the store.
#[derive(Clone, Debug, PartialEq)]
pub struct Probed {
    /// The service.
    pub service: ServiceId,
    /// The instance; `None` for the service as a whole.
    pub instance: Option<InstanceId>,
    /// What was found.
    pub result: ProbeResult,
}

/// What follows from a finished job.
#[derive(Debug, Default)]
pub struct FinishedJob {
    /// The resource hubdeck ran out of.
    pub shortage: Option<Shortage>,
    /// The results to send, in this order; none where this one is held back.
    pub probed: Vec<Probed>,
}
