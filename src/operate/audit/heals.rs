//! What auto-heal reads of the record, and writes to it beside its operations.

use std::path::Path;

use serde_json::json;

use crate::model::{HealStop, ServiceId, Timestamp};

use super::past::recorded;
use super::past_line::{PastEvent, PastLine};
use super::{append, explain};

/// An operation on a service that the record holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::operate) struct PastOperation {
    /// When its last line was written.
    pub at: Timestamp,
    /// Whether it was one of auto-heal.
    pub heals: bool,
}

/// How auto-heal is called in a record.
pub(super) const AUTO_HEAL: &str = "auto-heal";

/// The operations on `service` that the end of the audit record `path` holds, of every hubdeck that
/// writes to it, each with the time of its last line; those that call nothing are left out.
///
/// # Errors
/// One sentence when the record is there and cannot be read.
pub(in crate::operate) fn operations_on(
    path: &Path,
    service: &ServiceId,
) -> Result<Vec<PastOperation>, String> {
    let lines = recorded(path)?;
    let is_meant = |line: &&PastLine| {
        let mut steps = line.steps.iter();
        line.event == PastEvent::Accepted
            && !matches!(line.call.operation.as_str(), "silence" | "lift" | "exec")
            && steps.any(|step| step.target == service.as_str())
    };
    let last_at = |begun: &PastLine| {
        let own = lines
            .iter()
            .filter(|it| it.correlation == begun.correlation);
        own.map(|line| line.time).max().unwrap_or(begun.time)
    };
    let meant = lines.iter().filter(is_meant);
    let past = meant.map(|line| PastOperation {
        at: last_at(line),
        heals: line.source == AUTO_HEAL,
    });
    Ok(past.collect())
}

/// Records that `stop` holds from now on.
///
/// # Errors
/// One sentence when that cannot be written.
pub(in crate::operate) fn record_heal_stop(path: &Path, stop: &HealStop) -> Result<(), String> {
    let line = json!({
        "time": stop.at,
        "event": "healing_stopped",
        "correlation": format!("{AUTO_HEAL}-{:x}-{:08x}", stop.at.as_millisecond(), fastrand::u32(..)),
        "principal": AUTO_HEAL,
        "source": AUTO_HEAL,
        "operation": AUTO_HEAL,
        "targets": [stop.service],
        "result": "failed",
        "error": stop.clause(),
    });
    append(path, &line).map_err(|error| explain(path, &error))
}
