//! Times of lines, and which of them come after a time.

use crate::model::{LogLine, SignedDuration, Timestamp};

/// The next time that the engine can tell from `at`.
pub(super) fn just_after(at: Timestamp) -> Timestamp {
    at.checked_add(SignedDuration::from_nanos(1)).unwrap_or(at)
}

/// The first time among `lines`.
pub(super) fn first_time(lines: &[LogLine]) -> Option<Timestamp> {
    lines.iter().find_map(|line| line.at)
}

/// Some engines round `since` down to the second.
pub(super) fn is_new(line: &LogLine, since: Option<Timestamp>) -> bool {
    match (line.at, since) {
        (Some(at), Some(since)) => at >= since,
        _ => true,
    }
}
