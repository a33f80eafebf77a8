//! A line of the audit record as it is read again.

use serde::Deserialize;

use crate::model::{ServiceId, Timestamp};

/// What of a line is read again. Lines of earlier versions have no `event`: they record a result.
#[derive(Debug, Deserialize)]
pub(super) struct PastLine {
    pub time: Timestamp,
    #[serde(default)]
    pub event: PastEvent,
    #[serde(default)]
    pub correlation: String,
    #[serde(flatten)]
    pub origin: PastOrigin,
    #[serde(default)]
    pub operation: String,
    /// The step that the line is about, by its place in the plan from 0.
    #[serde(default)]
    pub step: usize,
    /// Its service.
    #[serde(default)]
    pub target: String,
    #[serde(default)]
    pub container: String,
    #[serde(default)]
    pub container_id: String,
    #[serde(default)]
    pub targets: Vec<ServiceId>,
    #[serde(default)]
    pub steps: Vec<PastStep>,
    #[serde(default)]
    pub result: String,
    #[serde(default)]
    pub error: Option<String>,
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub duration_ms: u64,
}

/// Who asked, and where.
#[derive(Debug, Default, Deserialize)]
pub(super) struct PastOrigin {
    #[serde(default)]
    pub principal: String,
    #[serde(default)]
    pub source: String,
}

/// What a line records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum PastEvent {
    Accepted,
    Intent,
    #[default]
    Result,
    Ended,
    Interrupted,
}

/// A step in the line of the whole plan.
#[derive(Debug, Deserialize)]
pub(super) struct PastStep {
    pub operation: String,
    #[serde(default)]
    pub target: String,
    pub container: String,
    #[serde(default)]
    pub container_id: String,
}
