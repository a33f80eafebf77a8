//! What an engine was asked to change, and what it answered.

use std::sync::Arc;

use tokio::sync::watch;

use crate::model::EngineCall;

/// The calls that change something of every engine that is recorded to it, in the order of their
/// answers. A watch channel, as it is looked at and changed in one go.
#[derive(Clone, Debug, Default)]
pub struct CallLog(Arc<watch::Sender<Vec<EngineCall>>>);

impl CallLog {
    pub(super) fn add(&self, call: EngineCall) {
        self.0.send_modify(|calls| calls.push(call));
    }

    /// The calls since the last time.
    #[must_use]
    pub fn take(&self) -> Vec<EngineCall> {
        self.0.send_replace(Vec::new())
    }
}
