//! A moment as people type it.

use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::{SignedDuration, Timestamp};

/// A moment: what `docker logs --since` takes, and the time of a clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Moment {
    /// So long before now: `10m`, `1h30m`.
    Ago(SignedDuration),
    /// Date and time with a zone, or seconds since 1970.
    At(Timestamp),
    /// Date, or date and time, without a zone.
    Local(DateTime),
    /// The latest time at which a clock showed this.
    Clock(Time),
}

impl Moment {
    /// The moment, where it is `now` in `zone`; `None` where no calendar has it.
    #[must_use]
    pub fn resolve(self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::Ago(duration) => now.checked_sub(duration).ok(),
            Self::At(at) => Some(at),
            Self::Local(local) => Some(local.to_zoned(zone.clone()).ok()?.timestamp()),
            Self::Clock(time) => {
                let today = now.to_zoned(zone.clone()).date();
                let at = clock(time, today, zone)?;
                if at <= now {
                    return Some(at);
                }
                clock(time, today.yesterday().ok()?, zone)
            }
        }
    }

    /// The same, but of a clock time the first moment later than `after` at which a clock shows it.
    #[must_use]
    pub fn resolve_after(
        self,
        after: Timestamp,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Option<Timestamp> {
        let Self::Clock(time) = self else {
            return self.resolve(now, zone);
        };
        let day = after.to_zoned(zone.clone()).date();
        let at = clock(time, day, zone)?;
        if at > after {
            return Some(at);
        }
        clock(time, day.tomorrow().ok()?, zone)
    }
}

/// When a clock shows `time` on `date`.
fn clock(time: Time, date: Date, zone: &TimeZone) -> Option<Timestamp> {
    let at = date.to_datetime(time).to_zoned(zone.clone()).ok()?;
    Some(at.timestamp())
}

impl FromStr for Moment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(at) = seconds(text) {
            return Ok(Self::At(at));
        }
        // Before durations, which may be written so too.
        let is_clock = text.contains(':') && !text.contains(['-', 'T']);
        let clock = is_clock.then(|| text.parse().ok()).flatten();
        if let Some(clock) = clock {
            return Ok(Self::Clock(clock));
        }
        // `10m`, `-10m` and `10m ago` mean the same to who asks for what was.
        let ago = text.parse().map(|it: SignedDuration| Self::Ago(it.abs()));
        ago.or_else(|_| text.parse().map(Self::At))
            .or_else(|_| text.parse().map(Self::Local))
            .map_err(|_| {
                "give a duration such as 10m, a time such as 14:02, 2026-03-28T14:02:11Z or 2026-03-28, or seconds since 1970"
            })
    }
}

/// Seconds since 1970, with up to nine digits after a point.
fn seconds(text: &str) -> Option<Timestamp> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(part) || part.len() > 9 {
        return None;
    }
    let nanoseconds = format!("{part:0<9}").parse().ok()?;
    Timestamp::new(whole.parse().ok()?, nanoseconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_time_after_another_moment_is_the_first_one_behind_it() {
        let at = |text: &str| -> Timestamp { text.parse().expect("a time") };
        let (now, zone) = (at("2026-03-28T14:00:00Z"), TimeZone::UTC);
        for (text, after, expected) in [
            ("15:30", "2026-03-28T14:00:00Z", "2026-03-28T15:30:00Z"),
            ("13:30", "2026-03-28T13:00:00Z", "2026-03-28T13:30:00Z"),
            ("13:30", "2026-03-26T13:30:00Z", "2026-03-27T13:30:00Z"),
            ("10m", "2026-03-28T13:00:00Z", "2026-03-28T13:50:00Z"),
        ] {
            let read: Moment = text.parse().expect(text);
            let read = read.resolve_after(at(after), now, &zone);
            assert_eq!(read, Some(at(expected)), "{text} after {after}");
        }
    }

    #[test]
    fn moments_are_read_as_docker_reads_them() {
        let now: Timestamp = "2026-03-28T14:00:00Z".parse().expect("a time");
        let zone = TimeZone::get("Europe/Berlin").expect("a zone");
        for (text, expected) in [
            ("10m", "2026-03-28T13:50:00Z"),
            ("1h30m", "2026-03-28T12:30:00Z"),
            ("10m ago", "2026-03-28T13:50:00Z"),
            ("-10m", "2026-03-28T13:50:00Z"),
            ("1.5s", "2026-03-28T13:59:58.5Z"),
            ("1774706531", "2026-03-28T14:02:11Z"),
            ("1774706531.25", "2026-03-28T14:02:11.25Z"),
            ("2026-03-28T14:02:11.5+02:00", "2026-03-28T12:02:11.5Z"),
            ("2026-03-28T14:02:11", "2026-03-28T13:02:11Z"),
            ("2026-03-28 14:02", "2026-03-28T13:02:00Z"),
            ("2026-03-28", "2026-03-27T23:00:00Z"),
            ("14:02", "2026-03-28T13:02:00Z"),
            ("14:02:11", "2026-03-28T13:02:11Z"),
            ("15:30", "2026-03-27T14:30:00Z"),
        ] {
            let read: Moment = text.parse().expect(text);
            let expected: Timestamp = expected.parse().expect("a time");
            assert_eq!(read.resolve(now, &zone), Some(expected), "{text}");
        }
        for text in ["", "soon", "10", "10x", "2026-13-01"] {
            let read = text.parse::<Moment>();
            assert_eq!(read.is_ok(), text == "10", "{text}");
        }
    }
}
