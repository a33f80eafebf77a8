//! Counting results in a row: for the state of a service, for its breaker, and for the order in
//! which failures are sent.

/// How many results of one kind came in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ConsecutiveResults {
    failures: u32,
    /// Warnings are successes.
    successes: u32,
    warnings: u32,
}

impl ConsecutiveResults {
    /// A success without a warning.
    pub const fn succeeded(&mut self) {
        self.failures = 0;
        self.successes = self.successes.saturating_add(1);
        self.warnings = 0;
    }

    /// A success with a warning.
    pub const fn warned(&mut self) {
        self.failures = 0;
        self.successes = self.successes.saturating_add(1);
        self.warnings = self.warnings.saturating_add(1);
    }

    /// A failure.
    pub const fn failed(&mut self) {
        (self.successes, self.warnings) = (0, 0);
        self.failures = self.failures.saturating_add(1);
    }

    /// A failure that does not count: it ends a run of successes but is not added to the failures.
    pub const fn failed_uncounted(&mut self) {
        self.successes = 0;
    }

    /// Failures in a row.
    pub const fn failures(&self) -> u32 {
        self.failures
    }

    /// Successes in a row, warnings among them.
    pub const fn successes(&self) -> u32 {
        self.successes
    }

    /// Warnings in a row.
    pub const fn warnings(&self) -> u32 {
        self.warnings
    }
}
