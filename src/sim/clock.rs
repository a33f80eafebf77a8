//! Instants and the forms the simulated engine writes them in.

use std::fmt::Write as _;

use crate::model::Timestamp;

/// Nanoseconds since 1970 UTC, or a length of time in nanoseconds.
pub(super) type Nanos = i64;

/// One second.
pub(super) const SECOND: Nanos = 1_000_000_000;

/// Go's zero time, which stands for "never".
pub(super) const NEVER: &str = "0001-01-01T00:00:00Z";

/// The instant in the simulation's own unit.
pub(super) fn nanos(at: Timestamp) -> Nanos {
    Nanos::try_from(at.as_nanosecond()).unwrap_or(Nanos::MAX)
}

/// `seconds` as nanoseconds.
pub(super) fn seconds(seconds: f64) -> Nanos {
    (seconds * SECOND as f64) as Nanos
}

/// The instant as jiff has it; 1970 when out of range.
pub(super) fn instant(at: Nanos) -> Timestamp {
    Timestamp::from_nanosecond(i128::from(at)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// RFC 3339 with as many decimals as needed; 0 is "never".
pub(super) fn stamp(at: Nanos) -> String {
    if at == 0 {
        NEVER.into()
    } else {
        instant(at).to_string()
    }
}

/// Appends RFC 3339 with exactly nine decimals, the form of log timestamps.
pub(super) fn write_stamp(at: Nanos, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = write!(out, "{:.9}", instant(at));
}

/// The form of the `Date` header: `Tue, 15 Nov 1994 08:12:31 GMT`.
pub(super) fn date(at: Nanos) -> String {
    instant(at)
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string()
}

/// A `since`/`until` parameter: Unix seconds with decimals, or RFC 3339.
pub(super) fn parse(text: &str) -> Option<Nanos> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Nanos::try_from(instant.as_nanosecond()).ok();
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let whole: Nanos = whole.parse().ok()?;
    if !decimals.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let nanos: Nanos = decimals
        .chars()
        .chain("000000000".chars())
        .take(9)
        .collect::<String>()
        .parse()
        .ok()?;
    whole.checked_mul(SECOND)?.checked_add(nanos)
}

/// How long ago, in the words of `docker ps`.
pub(super) fn human(age: Nanos) -> String {
    let seconds = age.max(0) / SECOND;
    let (minutes, hours) = (seconds / 60, (seconds + 1800) / 3600);
    match seconds {
        0 => "Less than a second".into(),
        1 => "1 second".into(),
        2..60 => format!("{seconds} seconds"),
        60..120 => "About a minute".into(),
        120..3600 => format!("{minutes} minutes"),
        _ if hours == 1 => "About an hour".into(),
        _ if hours < 48 => format!("{hours} hours"),
        _ if hours < 24 * 14 => format!("{} days", hours / 24),
        _ if hours < 24 * 60 => format!("{} weeks", hours / 24 / 7),
        _ if hours < 24 * 730 => format!("{} months", hours / 24 / 30),
        _ => format!("{} years", hours / 24 / 365),
    }
}
