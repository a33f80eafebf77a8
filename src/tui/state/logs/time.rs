//! A moment as it is typed in a log.

use jiff::tz::TimeZone;

use crate::model::{Moment, Timestamp};

/// Reads a moment: `14:02`, `2026-11-30 14:02`, `10m` for ten minutes before `now`.
///
/// # Errors
/// One sentence that says what can be typed.
pub fn moment(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, String> {
    let text = text.trim();
    let moment: Moment = text
        .parse()
        .map_err(|what| format!("\"{text}\" is no time: {what}"))?;
    let at = moment.resolve(now, zone);
    at.ok_or_else(|| format!("\"{text}\" is beyond every calendar"))
}
