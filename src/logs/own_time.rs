//! The times that lines have themselves, at the begin of a text.

use crate::model::{SignedDuration, Timestamp, calendar};

/// The time that a line has itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OwnTime {
    /// A moment: the line says its zone, or a number since the epoch.
    Moment(Timestamp),
    /// A date and time without a zone, as if it were UTC.
    Local(Timestamp),
    /// Seconds since the process or system started.
    Relative(f64),
    /// A date without its year, and a time without a zone: as if in the year 2000, in UTC.
    WithoutYear(Timestamp),
    /// A time of some day, without a zone: the time since midnight.
    WithoutDate(SignedDuration),
}

const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];
const WEEKDAYS: [&[u8; 3]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
/// Zones whose abbreviation says no offset for certain: the time counts as local.
const ZONES: [&[u8]; 12] = [
    b"CET", b"CEST", b"EET", b"EEST", b"WET", b"BST", b"EST", b"EDT", b"CST", b"CDT", b"PST",
    b"PDT",
];
/// A leap year for dates without one.
const NO_YEAR: i64 = 2000;
/// Numbers since the epoch: from here on seconds, milliseconds, microseconds, nanoseconds. Smaller
/// ones are seconds since a start.
const EPOCH: f64 = 1e8;

/// The time at the begin of `text`, and how many bytes it takes.
#[must_use]
pub fn at_begin(text: &str) -> Option<(OwnTime, usize)> {
    let bytes = text.as_bytes();
    let mut cursor = Cursor(bytes);
    let time = match bytes {
        [b'0'..=b'9', _, b':', ..] => cursor.time_of_day().map(clock),
        [b'0'..=b'9', _, _, _, b'-' | b'/', ..] => cursor.year_first(),
        [b'0'..=b'9', b' ' | b'-' | b'/', ..] | [b'0'..=b'9', _, b' ' | b'-' | b'/', ..] => {
            cursor.day_first()
        }
        [b'0'..=b'9', ..] => cursor.epoch(),
        [b'A'..=b'Z', ..] => cursor.month_first(),
        _ => None,
    }?;
    Some((time, bytes.len() - cursor.0.len()))
}

/// The time that the whole of `text` is.
#[must_use]
pub fn whole(text: &str) -> Option<OwnTime> {
    let (time, length) = at_begin(text)?;
    (length == text.len()).then_some(time)
}

/// The time that the number `value` is: since the epoch in whatever unit fits, or since a start.
#[must_use]
pub fn number(value: f64) -> Option<OwnTime> {
    let micros = match value {
        _ if !(0.0..1e20).contains(&value) => return None,
        _ if value < EPOCH => return Some(OwnTime::Relative(value)),
        _ if value < 1e11 => value * 1e6,
        _ if value < 1e14 => value * 1e3,
        _ if value < 1e17 => value,
        _ => value / 1e3,
    };
    // Below 1e17, and a float holds no finer time of our days.
    Timestamp::from_microsecond(micros.round() as i64)
        .ok()
        .map(OwnTime::Moment)
}

fn clock((seconds, nanos): (i64, i32)) -> OwnTime {
    OwnTime::WithoutDate(SignedDuration::new(seconds, nanos))
}

/// Bytes that are read from the left.
#[derive(Clone, Copy)]
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    /// A number of exactly `digits` digits.
    fn number(&mut self, digits: usize) -> Option<i64> {
        let (head, rest) = self.0.split_at_checked(digits)?;
        let mut value = 0;
        for byte in head {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            value = value * 10 + i64::from(digit);
        }
        self.0 = rest;
        Some(value)
    }

    /// A day of one or two digits, or of one behind a space.
    fn day(&mut self) -> Option<i64> {
        self.one_of(b" ");
        self.number(2).or_else(|| self.number(1))
    }

    /// One byte out of `wanted`.
    fn one_of(&mut self, wanted: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        wanted.contains(first).then(|| self.0 = rest)?;
        Some(*first)
    }

    fn month(&mut self) -> Option<i64> {
        let (head, rest) = self.0.split_at_checked(3)?;
        let index = MONTHS.iter().position(|month| *month == head)?;
        self.0 = rest;
        i64::try_from(index + 1).ok()
    }

    /// `HH:MM:SS` with or without a fraction, as seconds and nanoseconds.
    fn time_of_day(&mut self) -> Option<(i64, i32)> {
        let hour = self.number(2)?;
        self.one_of(b":")?;
        let minute = self.number(2)?;
        self.one_of(b":")?;
        let second = self.number(2)?;
        (hour < 24 && minute < 60 && second < 61).then_some(())?;
        Some((hour * 3_600 + minute * 60 + second, self.fraction()))
    }

    /// `.123` or `,123` in nanoseconds; 0 where there is none.
    fn fraction(&mut self) -> i32 {
        let mut ahead = *self;
        if ahead.one_of(b".,").is_none() {
            return 0;
        }
        let (mut nanos, mut unit) = (0, 100_000_000);
        let before = ahead.0.len();
        while let Some(digit) = ahead.number(1) {
            nanos += unit * i32::try_from(digit).unwrap_or_default();
            unit /= 10;
        }
        if ahead.0.len() < before {
            *self = ahead;
        }
        nanos
    }

    /// A zone behind a time: its offset in seconds, `None` where the time is local.
    fn offset(&mut self) -> Option<i64> {
        let mut ahead = *self;
        let is_apart = ahead.one_of(b" ").is_some();
        let letters = ahead
            .0
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count();
        let (word, rest) = ahead.0.split_at_checked(letters)?;
        if matches!(word, b"Z" | b"UTC" | b"GMT") {
            self.0 = rest;
            return Some(0);
        }
        if ZONES.contains(&word) {
            self.0 = rest;
            return None;
        }
        let sign = if ahead.one_of(b"+-")? == b'-' { -1 } else { 1 };
        let hours = ahead.number(2)?;
        ahead.one_of(b":");
        let minutes = ahead.number(2);
        // Behind a blank, `-12` is a number of the message.
        if is_apart && minutes.is_none() {
            return None;
        }
        let minutes = minutes.unwrap_or(0);
        *self = ahead;
        Some(sign * (hours * 3_600 + minutes * 60))
    }

    /// What a date and the time behind it are, with or without a zone.
    fn moment(&mut self, (year, month, day): (i64, i64, i64)) -> Option<OwnTime> {
        let (seconds, nanos) = self.time_of_day()?;
        let offset = self.offset();
        self.on(
            (year, month, day),
            (seconds - offset.unwrap_or(0), nanos),
            |at| {
                if offset.is_some() {
                    OwnTime::Moment(at)
                } else {
                    OwnTime::Local(at)
                }
            },
        )
    }

    fn on(
        self,
        (year, month, day): (i64, i64, i64),
        (seconds, nanos): (i64, i32),
        what: impl FnOnce(Timestamp) -> OwnTime,
    ) -> Option<OwnTime> {
        let second = calendar::midnight(year, month, day)? + seconds;
        Timestamp::new(second, nanos).ok().map(what)
    }

    /// `2026-03-28T14:02:11.123Z`, `2026/03/28 14:02:11`.
    fn year_first(&mut self) -> Option<OwnTime> {
        let year = self.number(4)?;
        self.one_of(b"-/")?;
        let month = self.number(2)?;
        self.one_of(b"-/")?;
        let day = self.number(2)?;
        self.one_of(b"T t")?;
        // Gin writes `2026/03/28 - 14:02:11`.
        if self.0.starts_with(b"- ") {
            self.0 = self.0.split_at(2).1;
        }
        self.moment((year, month, day))
    }

    /// `28 Mar 2026 14:02:11`, `28/Mar/2026:14:02:11 +0000`, `28-Mar-2026 14:02:11`.
    fn day_first(&mut self) -> Option<OwnTime> {
        let day = self.day()?;
        let separator = self.one_of(b" -/")?;
        let month = self.month()?;
        self.one_of(&[separator])?;
        let year = self.number(4)?;
        self.one_of(b" :")?;
        self.moment((year, month, day))
    }

    /// `Mar 28 14:02:11`, `Sat Mar 28 14:02:11.123 2026`.
    fn month_first(&mut self) -> Option<OwnTime> {
        if let Some((head, rest)) = self.0.split_at_checked(3)
            && WEEKDAYS.iter().any(|weekday| *weekday == head)
        {
            self.0 = rest;
            self.one_of(b" ")?;
        }
        let month = self.month()?;
        self.one_of(b" ")?;
        let day = self.day()?;
        if self.one_of(b",").is_some() {
            return self.american(month, day);
        }
        self.one_of(b" ")?;
        let time = self.time_of_day()?;
        let mut ahead = *self;
        if ahead.one_of(b" ").is_some()
            && let Some(year) = ahead.number(4)
            && !ahead.0.first().is_some_and(u8::is_ascii_alphanumeric)
        {
            *self = ahead;
            return self.on((year, month, day), time, OwnTime::Local);
        }
        self.on((NO_YEAR, month, day), time, OwnTime::WithoutYear)
    }

    /// `2026 2:02:11 PM` behind `Mar 28,`, as Java writes it; newer ones with a narrow blank.
    fn american(&mut self, month: i64, day: i64) -> Option<OwnTime> {
        self.one_of(b" ")?;
        let year = self.number(4)?;
        self.one_of(b" ")?;
        let hour = self.number(2).or_else(|| self.number(1))?;
        self.one_of(b":")?;
        let minute = self.number(2)?;
        self.one_of(b":")?;
        let second = self.number(2)?;
        let rest = self.0.strip_prefix("\u{202f}".as_bytes());
        let rest = rest.or_else(|| self.0.strip_prefix(b" "))?;
        let (half, rest) = rest.split_at_checked(2)?;
        let noon = match half {
            b"AM" => 0,
            b"PM" => 12,
            _ => return None,
        };
        self.0 = rest;
        ((1..=12).contains(&hour) && minute < 60 && second < 61).then_some(())?;
        let seconds = (hour % 12 + noon) * 3_600 + minute * 60 + second;
        self.on((year, month, day), (seconds, 0), OwnTime::Local)
    }

    /// Seconds (10 digits, perhaps with a fraction) since the epoch, or finer.
    fn epoch(&mut self) -> Option<OwnTime> {
        let digits = self
            .0
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let scale = match digits {
            10 => 1_000_000_000,
            13 => 1_000_000,
            16 => 1_000,
            19 => 1,
            _ => return None,
        };
        let value = self.number(digits)?;
        let fraction = if digits == 10 { self.fraction() } else { 0 };
        if self.0.first().is_some_and(u8::is_ascii_alphanumeric) {
            return None;
        }
        let nanos = i128::from(value) * scale + i128::from(fraction);
        Timestamp::from_nanosecond(nanos).ok().map(OwnTime::Moment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn moments_say_their_zone() {
        for (text, expected) in [
            ("2026-03-28T14:02:11.123Z x", "2026-03-28T14:02:11.123Z"),
            (
                "2026-03-28 14:02:11.123 UTC [1]",
                "2026-03-28T14:02:11.123Z",
            ),
            ("2026-03-28 14:02:11 +0200", "2026-03-28T12:02:11Z"),
            (
                "2026-03-28T14:02:11.123456-05:30",
                "2026-03-28T19:32:11.123456Z",
            ),
            ("28/Mar/2026:14:02:11 +0100]", "2026-03-28T13:02:11Z"),
            ("1774706531: x", "2026-03-28T14:02:11Z"),
            ("1774706531.25 x", "2026-03-28T14:02:11.25Z"),
            ("1774706531123 x", "2026-03-28T14:02:11.123Z"),
            ("1774706531123456 x", "2026-03-28T14:02:11.123456Z"),
            ("1774706531123456789", "2026-03-28T14:02:11.123456789Z"),
            ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"),
            ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
        ] {
            let found = at_begin(text).map(|found| found.0);
            assert_eq!(found, Some(OwnTime::Moment(utc(expected))), "{text}");
        }
    }

    #[test]
    fn other_times_are_told_apart() {
        let day = utc("2026-03-28T14:02:11Z");
        let no_year = OwnTime::WithoutYear(utc("2000-03-08T14:02:11Z"));
        for (text, expected, length) in [
            ("2026/03/28 14:02:11 [emerg]", OwnTime::Local(day), 19),
            ("2026/03/28 - 14:02:11 | 200", OwnTime::Local(day), 21),
            ("28 Mar 2026 14:02:11 * x", OwnTime::Local(day), 20),
            ("28-Mar-2026 14:02:11] x", OwnTime::Local(day), 20),
            ("2026-03-28 14:02:11 CET x", OwnTime::Local(day), 23),
            ("2026-03-28 14:02:11 -12 degrees", OwnTime::Local(day), 19),
            ("Sat Mar 28 14:02:11 2026] x", OwnTime::Local(day), 24),
            ("Mar 28, 2026 2:02:11 PM a.B c", OwnTime::Local(day), 23),
            (
                "Mar 28, 2026 2:02:11\u{202f}PM a.B c",
                OwnTime::Local(day),
                25,
            ),
            ("Mar  8 14:02:11 host app: x", no_year, 15),
            ("Mar 08 14:02:11 2 x", no_year, 15),
        ] {
            assert_eq!(at_begin(text), Some((expected, length)), "{text}");
        }
        let time = OwnTime::WithoutDate(SignedDuration::new(50_531, 500_000_000));
        assert_eq!(at_begin("14:02:11,5 x"), Some((time, 10)));
        assert_eq!(number(12.5), Some(OwnTime::Relative(12.5)));
        assert_eq!(
            number(1_774_706_531_000.0),
            Some(OwnTime::Moment(day)),
            "milliseconds"
        );
    }

    #[test]
    fn what_only_looks_like_a_time_is_none() {
        for text in [
            "",
            "2026",
            "2026-03-28",
            "2026-13-28 14:02:11",
            "25:00:00",
            "12345",
            "Mary 12",
            "Mar 28, 2026 14:02:11 PM",
            "Mar 28, 2026",
            "1.2.3.4",
            "2026-03-28x14:02:11",
            "12345678901",
            "Mar",
            "1774706531abc",
        ] {
            assert_eq!(at_begin(text), None, "{text}");
        }
    }
}
