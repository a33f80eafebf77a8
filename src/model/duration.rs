//! Durations as people write them.

use std::time::Duration;

use jiff::SignedDuration;

/// A duration of zero or more: `500ms`, `30s`, `2m`, `1h30m`, or a bare number of seconds.
#[must_use]
pub fn parse_duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    match text.parse() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        Err(_not_bare) => Duration::try_from(text.parse::<SignedDuration>().ok()?).ok(),
    }
}
