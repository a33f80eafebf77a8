//! What the audit record holds at the start.

use std::path::Path;

use crate::model::{InterruptedOperation, Observation, Timestamp};
use crate::operate;

/// The stops in the audit record, which the store has to know before any container.
pub(super) fn recorded_stops(audit: Option<&Path>, at: Timestamp) -> Option<Observation> {
    let audit = audit.filter(|path| !path.as_os_str().is_empty())?;
    let own = |text: String| Observation::Own { at, text };
    Some(operate::recorded_stops(audit).map_or_else(own, Observation::RecordedStops))
}

/// What the audit record holds of operations that were under way when an earlier run ended.
pub(super) fn interrupted(
    audit: Option<&Path>,
    at: Timestamp,
) -> (Vec<InterruptedOperation>, Option<Observation>) {
    let Some(audit) = audit.filter(|path| !path.as_os_str().is_empty()) else {
        return Default::default();
    };
    match operate::interrupted(audit, at) {
        Ok(operations) => {
            operations
                .iter()
                .for_each(|operation| tracing::warn!("{operation}"));
            (
                operations.clone(),
                Some(Observation::Interrupted { at, operations }),
            )
        }
        Err(text) => (Vec::new(), Some(Observation::Own { at, text })),
    }
}
