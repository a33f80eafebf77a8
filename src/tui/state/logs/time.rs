//! A moment as it is typed.

use jiff::civil;
use jiff::tz::TimeZone;

use crate::model::{SignedDuration, Timestamp};

/// Reads a moment: `14:02`, `14:02:11`, `2026-11-30 14:02`, `2026-11-30T14:02:11Z`, or how long ago:
/// `10m`. A time without a date is the latest one before `now`.
///
/// # Errors
/// One sentence that says what can be typed.
pub fn moment(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, String> {
    let refused = || format!("{text} is no time; type 14:02, 14:02:11, a date and time, or 10m");
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let local = |at: civil::DateTime| at.to_zoned(zone.clone()).map(|at| at.timestamp());
    if let Ok(at) = text.parse::<civil::DateTime>() {
        return local(at).map_err(|_| refused());
    }
    let Ok(time) = text.parse::<civil::Time>() else {
        let age = text.parse::<SignedDuration>().ok();
        let age = age.filter(|age| age.is_positive()).ok_or_else(refused)?;
        return now.checked_sub(age).map_err(|_| refused());
    };
    let today = now.to_zoned(zone.clone()).date();
    let at = local(today.to_datetime(time)).map_err(|_| refused())?;
    if at <= now {
        return Ok(at);
    }
    let yesterday = today.yesterday().map_err(|_| refused())?;
    local(yesterday.to_datetime(time)).map_err(|_| refused())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let now: Timestamp = "2026-11-30T10:00:00Z".parse().unwrap();
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        for (text, expected) in [
            ("10:30", Some("2026-11-30T09:30:00Z")),
            ("10:30:15", Some("2026-11-30T09:30:15Z")),
            ("11:30", Some("2026-11-29T10:30:00Z")),
            ("2026-11-01 08:00", Some("2026-11-01T07:00:00Z")),
            ("2026-11-01T08:00:00Z", Some("2026-11-01T08:00:00Z")),
            ("15m", Some("2026-11-30T09:45:00Z")),
            ("soon", None),
            ("", None),
            ("25:00", None),
        ] {
            let expected = expected.map(|at| at.parse::<Timestamp>().unwrap());
            assert_eq!(moment(text, now, &zone).ok(), expected, "{text}");
        }
        let error = moment("soon", now, &zone).unwrap_err();
        assert_eq!(
            error,
            "soon is no time; type 14:02, 14:02:11, a date and time, or 10m"
        );
    }
}
