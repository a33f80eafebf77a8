//! Times and how long something lasts, as people read them.

use std::time::Duration;

use jiff::tz::TimeZone;

use crate::model::{SignedDuration, Timestamp};

/// A duration in its largest unit: `45s`, `3m`, `2h`, `5d`. A negative one counts as zero.
#[must_use]
pub fn duration(value: SignedDuration) -> String {
    let seconds = value.as_secs().max(0);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m", seconds / 60),
        3600..172_800 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// A duration in its two largest units: `45s`, `3m 12s`, `2h 5m`, `5d 3h`.
#[must_use]
pub fn duration_long(value: SignedDuration) -> String {
    let seconds = value.as_secs().max(0);
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let (large, small) = match seconds {
        0..60 => (format!("{seconds}s"), None),
        60..3600 => (format!("{minutes}m"), Some((seconds % 60, 's'))),
        3600..86_400 => (format!("{hours}h"), Some((minutes % 60, 'm'))),
        _ => (format!("{days}d"), Some((hours % 24, 'h'))),
    };
    match small {
        Some((count, unit)) if count > 0 => format!("{large} {count}{unit}"),
        _ => large,
    }
}

/// Time from `then` to `now` in its largest unit.
#[must_use]
pub fn age(then: Timestamp, now: Timestamp) -> String {
    duration(now.duration_since(then))
}

/// The time of day in `zone`: `14:02:11`.
#[must_use]
pub fn clock(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string()
}

/// The time of day in `zone` to the millisecond: `14:02:11.123`.
#[must_use]
pub fn clock_millis(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%H:%M:%S%.3f")
        .to_string()
}

/// The time in `zone`, with the date when it is another day than `now`: `14:02:11`, `03-28
/// 14:02:11`.
#[must_use]
pub fn moment(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let zoned = at.to_zoned(zone.clone());
    if zoned.date() == now.to_zoned(zone.clone()).date() {
        return zoned.strftime("%H:%M:%S").to_string();
    }
    zoned.strftime("%m-%d %H:%M:%S").to_string()
}

/// How long something took, in its two largest units: `45 s`, `3 min 12 s`, `2 h 5 min`. A negative
/// one counts as zero.
#[must_use]
pub fn elapsed(value: SignedDuration) -> String {
    let seconds = value.as_secs().max(0);
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds / 60 % 60),
    }
}

/// How far something is away, in the largest unit of which there are two: `45 s`, `119 min`, `47 h`,
/// `9 days`.
#[must_use]
pub fn span(duration: SignedDuration) -> String {
    let minutes = duration.as_mins();
    match minutes {
        0 => format!("{} s", duration.as_secs()),
        1..120 => format!("{minutes} min"),
        120..2_880 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1_440),
    }
}

/// `5 s`, `2.5 s`, `0.25 s`, `40 ms`.
#[must_use]
pub fn seconds(duration: Duration) -> String {
    if duration < Duration::from_millis(100) {
        format!("{} ms", duration.as_millis())
    } else if duration < Duration::from_secs(1) {
        format!("{:.2} s", duration.as_secs_f64())
    } else {
        let tenths = format!("{:.1}", duration.as_secs_f64());
        format!("{} s", tenths.trim_end_matches(".0"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_use_their_largest_units() {
        for (seconds, short, long) in [
            (-3, "0s", "0s"),
            (45, "45s", "45s"),
            (180, "3m", "3m"),
            (192, "3m", "3m 12s"),
            (7500, "2h", "2h 5m"),
            (100_000, "27h", "1d 3h"),
            (445_000, "5d", "5d 3h"),
        ] {
            let value = SignedDuration::from_secs(seconds);
            assert_eq!(
                (duration(value).as_str(), duration_long(value).as_str()),
                (short, long)
            );
        }
    }

    #[test]
    fn moments_of_another_day_have_a_date() {
        let now: Timestamp = "2026-03-28T14:00:00Z".parse().unwrap();
        let zone = TimeZone::UTC;
        assert_eq!(
            moment("2026-03-28T13:59:01Z".parse().unwrap(), now, &zone),
            "13:59:01"
        );
        assert_eq!(
            moment("2026-03-27T23:59:01Z".parse().unwrap(), now, &zone),
            "03-27 23:59:01"
        );
    }

    #[test]
    fn what_something_took_is_told_in_two_units() {
        for (seconds, expected) in [
            (-3, "0 s"),
            (59, "59 s"),
            (60, "1 min 0 s"),
            (192, "3 min 12 s"),
            (7_500, "2 h 5 min"),
        ] {
            assert_eq!(elapsed(SignedDuration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn short_times_have_the_digits_that_tell_something() {
        for (millis, expected) in [
            (40, "40 ms"),
            (250, "0.25 s"),
            (5_000, "5 s"),
            (2_540, "2.5 s"),
            (9_999, "10 s"),
        ] {
            assert_eq!(seconds(Duration::from_millis(millis)), expected);
        }
    }
}
