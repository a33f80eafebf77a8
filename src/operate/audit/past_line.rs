//! A line of the audit record as it is read again.

use serde::Deserialize;

use crate::model::{EngineCall, OperationKind, ServiceId, Timestamp};

/// What of a line is read again. Lines of earlier versions have no `event`: they record a result.
#[derive(Debug, Deserialize)]
pub(super) struct PastLine {
    pub time: Timestamp,
    #[serde(default)]
    pub event: PastEvent,
    #[serde(default)]
    pub correlation: String,
    #[serde(default)]
    pub principal: String,
    #[serde(default)]
    pub source: String,
    /// The step that the line is about, by its place in the plan from 0.
    #[serde(default)]
    pub step: usize,
    /// What is done; of a line about the whole operation the verb alone.
    #[serde(flatten)]
    pub call: PastCall,
    #[serde(default)]
    pub targets: Vec<ServiceId>,
    #[serde(default)]
    pub steps: Vec<PastCall>,
    #[serde(default)]
    pub result: String,
    #[serde(default)]
    pub error: Option<String>,
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub duration_ms: u64,
    #[serde(default)]
    pub with_dependents: bool,
    #[serde(flatten)]
    pub answer: PastAnswer,
}

/// What the engine answered.
#[derive(Debug, Default, Deserialize)]
pub(super) struct PastAnswer {
    #[serde(default)]
    pub calls: Vec<EngineCall>,
    /// Of a command in a container.
    #[serde(default)]
    pub exit_code: Option<i64>,
}

/// What a line records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum PastEvent {
    Accepted,
    Intent,
    Kept,
    #[default]
    Result,
    Ended,
    Interrupted,
    /// Auto-heal restarts the service no more.
    #[serde(rename = "healing_stopped")]
    HealingStopped,
}

/// A call, by what is called.
#[derive(Debug, Deserialize)]
pub(super) struct PastCall {
    #[serde(default)]
    pub operation: String,
    /// The service.
    #[serde(default)]
    pub target: String,
    #[serde(default)]
    pub container: String,
    #[serde(default)]
    pub container_id: String,
    /// The name under which the container is kept.
    #[serde(default)]
    pub kept_as: Option<String>,
    /// The `docker` command that does the same.
    #[serde(default)]
    pub command: Option<String>,
    /// Of a kill; lenient, as a line that cannot be read is no line.
    #[serde(default)]
    signal: Option<String>,
    /// Of a removal.
    #[serde(default)]
    force: Option<bool>,
}

impl PastLine {
    /// Whether it is about a call that ends what runs.
    pub fn ends(&self) -> bool {
        let signal = self.call.signal.as_deref();
        let signal = signal.and_then(|text| text.parse().ok());
        let kinds = [
            Some(OperationKind::Stop),
            signal.map(|signal| OperationKind::Kill { signal }),
            self.call.force.map(|force| OperationKind::Remove { force }),
        ];
        let mut kinds = kinds.into_iter().flatten();
        kinds.any(|kind| kind.id() == self.call.operation && kind.ends())
    }
}
