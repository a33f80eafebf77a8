//! Keeps keys that were typed before a question could be read from answering it.

use std::time::Duration;

/// How long a question is shown before an answer counts.
pub const SHOWN_FOR: Duration = Duration::from_millis(300);
/// Keys that follow each other faster were pasted, typed ahead, or repeated by a held key.
const BURST: Duration = Duration::from_millis(50);

/// Since when the question is on screen and nothing else is typed. Times are since the console was
/// opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Guard {
    shown_at: Option<Duration>,
}

impl Guard {
    /// The question is on screen since `at` at the latest.
    pub fn shown(&mut self, at: Duration) {
        self.shown_at.get_or_insert(at);
    }

    /// The question is not on screen, or not so that it can be read: no answer counts until it is.
    pub fn unreadable(&mut self) {
        self.shown_at = None;
    }

    /// A key without a meaning here was read at `at`: somebody types without looking, and the time
    /// begins anew.
    pub fn disturbed(&mut self, at: Duration) {
        self.shown_at = self.shown_at.map(|shown| shown.max(at));
    }

    /// Whether the question has been on screen long enough at `at` for its answer to be typed.
    #[must_use]
    pub fn is_shown(self, at: Duration) -> bool {
        self.shown_at
            .is_some_and(|shown| at >= shown.saturating_add(SHOWN_FOR))
    }

    /// Whether a key that was read at `at` counts as an answer, with the key before it read at
    /// `last`.
    #[must_use]
    pub fn admits(self, at: Duration, last: Option<Duration>) -> bool {
        self.is_shown(at) && last.is_none_or(|last| at >= last.saturating_add(BURST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_300_ms_after_the_question_was_drawn_and_alone() {
        let ms = Duration::from_millis;
        let mut guard = Guard::default();
        assert!(!guard.admits(ms(5_000), None), "never drawn");
        guard.shown(ms(1_000));
        guard.shown(ms(1_200));
        for (at, last, expected) in [
            (900, None, false),
            (1_000, Some(990), false),
            (1_299, Some(900), false),
            (1_300, Some(900), true),
            (1_300, None, true),
            (9_000, Some(8_951), false),
            (9_000, Some(8_950), true),
        ] {
            assert_eq!(
                guard.admits(ms(at), last.map(ms)),
                expected,
                "{at} after {last:?}"
            );
        }
        guard.disturbed(ms(2_000));
        assert!(!guard.admits(ms(2_299), None) && guard.admits(ms(2_300), None));
        guard.unreadable();
        assert!(
            !guard.admits(ms(9_000), None),
            "the terminal became too small"
        );
        guard.shown(ms(9_000));
        assert!(!guard.admits(ms(9_299), None) && guard.admits(ms(9_300), None));
    }
}
