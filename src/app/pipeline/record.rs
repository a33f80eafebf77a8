//! What the audit record holds at the start.

use std::path::Path;

use crate::model::{InterruptedOperation, Observation, Timestamp};
use crate::operate;

/// The stops in the audit record, which the store has to know before any container, and how long
/// restarts took.
pub(super) fn recorded(audit: Option<&Path>, at: Timestamp) -> Vec<Observation> {
    let Some(audit) = audit.filter(|path| !path.as_os_str().is_empty()) else {
        return Vec::new();
    };
    let stops = operate::recorded_stops(audit).map(Observation::RecordedStops);
    // Where the record cannot be read, that is said once.
    let restarts = operate::recorded_restarts(audit).map(Observation::RecordedRestarts);
    let own = |text: String| Observation::Own { at, text };
    let stops = stops.unwrap_or_else(own);
    let bad = operate::bad_images(audit).map(Observation::BadImages);
    let bad = bad.unwrap_or_else(own);
    [stops, bad].into_iter().chain(restarts.ok()).collect()
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
