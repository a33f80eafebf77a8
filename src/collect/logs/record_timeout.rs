//! How long a record waits for further lines that may belong to it.

use std::time::Duration;

use tokio::time::Instant;

/// How long a record waits for its next line.
const NEXT_LINE: Duration = Duration::from_millis(100);
/// How long it waits in all, however many lines come.
const IN_ALL: Duration = Duration::from_secs(1);

/// The oldest record that waits, and since when. Time runs for it alone: what comes after it on the
/// other stream tells nothing about it.
#[derive(Default)]
pub(super) struct RecordTimeout {
    oldest: Option<Waiting>,
}

struct Waiting {
    /// Number and lines of the record.
    record: (u64, usize),
    /// When it became the oldest.
    began: Instant,
    /// When it took its last line.
    grew: Instant,
}

impl RecordTimeout {
    /// Takes number and lines of the record that is the oldest at `now`.
    pub fn note(&mut self, oldest: Option<(u64, usize)>, now: Instant) {
        let before = self.oldest.take();
        self.oldest = oldest.map(|record| match before {
            Some(same) if same.record == record => same,
            Some(grown) if grown.record.0 == record.0 => Waiting {
                record,
                grew: now,
                ..grown
            },
            _ => Waiting {
                record,
                began: now,
                grew: now,
            },
        });
    }

    /// When the oldest record has to leave.
    pub fn deadline(&self) -> Option<Instant> {
        let oldest = self.oldest.as_ref()?;
        Some((oldest.grew + NEXT_LINE).min(oldest.began + IN_ALL))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_lines_let_a_record_wait_longer() {
        let begin = Instant::now();
        let at = |ms| begin + Duration::from_millis(ms);
        let mut timeout = RecordTimeout::default();
        assert_eq!(timeout.deadline(), None);
        timeout.note(Some((7, 1)), at(0));
        timeout.note(Some((7, 1)), at(50));
        assert_eq!(timeout.deadline(), Some(at(100)), "a line of the other");
        timeout.note(Some((7, 2)), at(90));
        assert_eq!(timeout.deadline(), Some(at(190)));
        timeout.note(Some((7, 12)), at(980));
        assert_eq!(timeout.deadline(), Some(at(1_000)), "not for ever");
        timeout.note(Some((8, 1)), at(990));
        assert_eq!(timeout.deadline(), Some(at(1_090)));
        timeout.note(None, at(995));
        assert_eq!(timeout.deadline(), None);
    }
}
