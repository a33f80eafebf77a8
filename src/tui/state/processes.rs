//! The processes of the container whose details are shown.

use std::time::Duration;

use crate::model::{Process, Timestamp};

/// Time between two lists while they are on screen.
pub const EVERY: Duration = Duration::from_secs(2);

/// What is known of the processes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProcessList {
    /// The last list, with commands masked; `None` before the first, an error is one sentence.
    pub answer: Option<Result<Vec<Process>, String>>,
    /// When the last one was asked for.
    pub asked_at: Option<Timestamp>,
    /// Whether its answer is still awaited.
    pub waits: bool,
}

impl ProcessList {
    /// Nothing was asked for.
    pub const NONE: Self = Self {
        answer: None,
        asked_at: None,
        waits: false,
    };

    /// Whether a list is to be asked for at `now`; one at a time.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        let due = |asked: Timestamp| asked.checked_add(EVERY).is_ok_and(|due| due <= now);
        // A clock that was set back asks at once.
        !self.waits && self.asked_at.is_none_or(|asked| due(asked) || asked > now)
    }
}
