//! The timestamps before the lines of a log.

use crate::model::{self, Timestamp};

/// Length of `2006-01-02T15:04:05`.
const SECONDS: usize = 19;

/// The time that the engine writes before a line: RFC 3339 with nanoseconds, in UTC nearly always.
pub(super) fn timestamp(stamp: &[u8]) -> Option<Timestamp> {
    utc(stamp).or_else(|| std::str::from_utf8(stamp).ok()?.parse().ok())
}

/// The usual form, read in a tenth of the time that the general parser takes.
fn utc(stamp: &[u8]) -> Option<Timestamp> {
    let (head, rest) = stamp.split_at_checked(SECONDS)?;
    let [
        year @ ..,
        b'-',
        m1,
        m2,
        b'-',
        d1,
        d2,
        b'T',
        h1,
        h2,
        b':',
        n1,
        n2,
        b':',
        s1,
        s2,
    ] = head
    else {
        return None;
    };
    let fraction = rest.strip_suffix(b"Z")?;
    let fraction = match fraction.strip_prefix(b".") {
        Some(digits) if (1..=9).contains(&digits.len()) => digits,
        None if fraction.is_empty() => fraction,
        _ => return None,
    };
    let two = |high: &u8, low: &u8| number(&[*high, *low]);
    let (year, month, day) = (number(year)?, two(m1, m2)?, two(d1, d2)?);
    let (hour, minute, second) = (two(h1, h2)?, two(n1, n2)?, two(s1, s2)?);
    // A leap second is left to the general parser.
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let midnight = model::calendar::midnight(year, month, day)?;
    let seconds = midnight + hour * 3_600 + minute * 60 + second;
    let scale = 10_i64.pow(9 - u32::try_from(fraction.len()).ok()?);
    let nanos = i32::try_from(number(fraction)? * scale).ok()?;
    Timestamp::new(seconds, nanos).ok()
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |value, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| value * 10 + i64::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_fast_way_gives_what_the_general_parser_gives(
            second in -62_000_000_000_i64..250_000_000_000, nanos in 0..1_000_000_000, digits in 0..=9_usize
        ) {
            let at = Timestamp::new(second, nanos).expect("a time");
            let text = format!("{at:.digits$}");
            prop_assert_eq!(timestamp(text.as_bytes()), text.parse().ok());
        }

        #[test]
        fn any_bytes_are_read_as_the_general_parser_reads_them(text in "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{0,10})?(Z|\\+01:00|)") {
            prop_assert_eq!(timestamp(text.as_bytes()), text.parse().ok());
        }
    }
}
