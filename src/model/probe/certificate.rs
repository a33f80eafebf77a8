//! What is said of a certificate's end.

use jiff::SignedDuration;

use crate::model::words::span;

/// A certificate that ends sooner than this is a warning.
pub const CERTIFICATE_ENDS_SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

/// `certificate ends in 9 days`, `certificate expired 3 days ago`, by the time that it still holds.
#[must_use]
pub fn certificate_words(left: SignedDuration) -> String {
    if left.is_positive() {
        format!("certificate ends in {}", span(left))
    } else {
        format!("certificate expired {} ago", span(left.abs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_the_largest_unit_that_tells_something() {
        for (seconds, expected) in [
            (0, "certificate expired 0 s ago"),
            (-59, "certificate expired 59 s ago"),
            (-259_200, "certificate expired 3 days ago"),
            (60, "certificate ends in 1 min"),
            (7_199, "certificate ends in 119 min"),
            (7_200, "certificate ends in 2 h"),
            (172_799, "certificate ends in 47 h"),
            (172_800, "certificate ends in 2 days"),
        ] {
            assert_eq!(
                certificate_words(SignedDuration::from_secs(seconds)),
                expected,
                "{seconds}"
            );
        }
    }
}
