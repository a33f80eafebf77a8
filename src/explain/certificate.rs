//! How long a certificate holds, in words.

use crate::model::SignedDuration;
use crate::model::words::span;

/// `certificate expires in 9 days`, `certificate expired 3 days ago`, by the time that it still holds.
#[must_use]
pub fn words(left: SignedDuration) -> String {
    format!("certificate {}", validity(left))
}

/// `expires in 9 days`, `expired 3 days ago`, by the time that it still holds.
#[must_use]
pub fn validity(left: SignedDuration) -> String {
    if left.is_positive() {
        format!("expires in {}", span(left))
    } else {
        format!("expired {} ago", span(left.abs()))
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
            (60, "certificate expires in 1 min"),
            (7_199, "certificate expires in 119 min"),
            (7_200, "certificate expires in 2 h"),
            (172_799, "certificate expires in 47 h"),
            (172_800, "certificate expires in 2 days"),
        ] {
            assert_eq!(
                words(SignedDuration::from_secs(seconds)),
                expected,
                "{seconds}"
            );
        }
    }
}
