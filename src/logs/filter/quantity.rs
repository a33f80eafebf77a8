//! Numbers and durations in values of fields.

use std::cmp::Ordering;

/// Numbers from here on may not be exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number, or a duration with its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Quantity {
    /// The number as written; of several with units (`1m30s`), seconds.
    number: f64,
    /// Seconds that 1 of it takes; `None` without a unit.
    unit: Option<f64>,
}

impl Quantity {
    /// Reads `200`, `-1.5`, `200ms`, `1.5s`, `1m30s`.
    pub fn read(text: &str) -> Option<Self> {
        let (number, rest) = number(text)?;
        if rest.is_empty() {
            return Some(Self { number, unit: None });
        }
        let (unit, rest) = unit(rest)?;
        if rest.is_empty() {
            return Some(Self {
                number,
                unit: Some(unit),
            });
        }
        Some(Self {
            number: number * unit + seconds(rest)?,
            unit: Some(1.0),
        })
    }

    /// A number without a unit.
    pub const fn of(number: f64) -> Self {
        Self { number, unit: None }
    }

    /// How this value of the field `key` compares with `wanted`. Where only one of both has a unit:
    /// a field without one is in the unit that its name ends with, else in seconds; a wanted number
    /// without one is in the unit of the field.
    pub fn compare(self, key: &str, wanted: Self) -> Option<Ordering> {
        match (self.unit, wanted.unit) {
            (_, None) => self.number.partial_cmp(&wanted.number),
            (own, Some(unit)) => {
                let own = own.or_else(|| unit_of(key)).unwrap_or(1.0);
                let (own, wanted) = (self.number * own, wanted.number * unit);
                // Both went through a multiplication: 1500 ms are 1.5 s.
                if (own - wanted).abs() <= wanted.abs() * 1e-12 {
                    return Some(Ordering::Equal);
                }
                own.partial_cmp(&wanted)
            }
        }
    }

    /// Whether it is exact, so that another value is another number.
    pub fn is_exact(self) -> bool {
        self.number.abs() < EXACT
    }
}

/// The decimal number that `text` begins with, and what follows it.
fn number(text: &str) -> Option<(f64, &str)> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let (number, rest) = text.split_at_checked(text.len() - rest.len())?;
    Some((number.parse().ok()?, rest))
}

/// The unit that `text` begins with, in seconds, and what follows it.
fn unit(text: &str) -> Option<(f64, &str)> {
    let rest = text.trim_start_matches(char::is_alphabetic);
    let (word, rest) = text.split_at_checked(text.len() - rest.len())?;
    let unit = match word {
        "ns" => 1e-9,
        "us" | "µs" | "μs" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3_600.0,
        _ => return None,
    };
    Some((unit, rest))
}

/// Several numbers with units, in seconds.
fn seconds(text: &str) -> Option<f64> {
    let mut sum = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let (number, after) = number(rest)?;
        let (unit, after) = unit(after)?;
        sum += number * unit;
        rest = after;
    }
    Some(sum)
}

/// The unit that the name of a field ends with (`duration_ms`, `elapsedMs`, `elapsedMS`,
/// `took.seconds`), in seconds.
fn unit_of(key: &str) -> Option<f64> {
    let mut before = ' ';
    let words = key.char_indices().filter_map(|(at, c)| {
        let last = std::mem::replace(&mut before, c);
        match c {
            // Several capitals are one word.
            c if c.is_uppercase() && !last.is_uppercase() => Some(at),
            c if !c.is_alphanumeric() => Some(at + c.len_utf8()),
            _ => None,
        }
    });
    let start = words.last()?;
    match key.get(start..)?.to_ascii_lowercase().as_str() {
        "ns" | "nanos" | "nanoseconds" => Some(1e-9),
        "us" | "micros" | "microseconds" => Some(1e-6),
        "ms" | "millis" | "milliseconds" => Some(1e-3),
        "s" | "sec" | "secs" | "seconds" => Some(1.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_durations_compare() {
        use Ordering::{Equal, Greater, Less};
        for (key, value, wanted, order) in [
            ("status", "500", "500", Some(Equal)),
            ("status", "499", "500", Some(Less)),
            ("n", "-2.5", "-3", Some(Greater)),
            ("duration_ms", "1500", "1.5s", Some(Equal)),
            ("durationMs", "200", "0.3s", Some(Less)),
            ("durationMS", "200", "0.3s", Some(Less)),
            ("DURATION_MS", "200", "0.3s", Some(Less)),
            ("took", "350ms", "200", Some(Greater)),
            ("took", "350ms", "0.2s", Some(Greater)),
            ("took", "1m30.5s", "90s", Some(Greater)),
            ("took", "1m30s", "90s", Some(Equal)),
            ("request_time", "0.250", "250ms", Some(Equal)),
            ("latency_us", "900", "1ms", Some(Less)),
            ("items", "3", "2s", Some(Greater)),
        ] {
            let read = |text| Quantity::read(text).expect(text);
            let found = read(value).compare(key, read(wanted));
            assert_eq!(found, order, "{key}={value} / {wanted}");
        }
    }

    #[test]
    fn other_words_are_no_quantities() {
        for text in [
            "", "-", ".", "1.2.3", "12e5", "inf", "nan", "0x1f", "5 s", "5x", "s", "1m30",
        ] {
            assert_eq!(Quantity::read(text), None, "{text}");
        }
    }
}
