//! Why a step failed.

use crate::engine::EngineError;

/// Why a step failed, and whether that is only because the operation was cancelled.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct StepFailure {
    /// One sentence.
    pub text: String,
    /// Whether it would have gone on, had nobody cancelled the operation: what it had begun was
    /// taken back or stays, as the sentence says.
    pub is_cancelled: bool,
}

impl From<String> for StepFailure {
    fn from(text: String) -> Self {
        let is_cancelled = false;
        Self { text, is_cancelled }
    }
}

impl StepFailure {
    /// Of two failures of a wave the one that says how the operation ends: one that failed by itself
    /// says more than one that was cancelled.
    pub fn or(self, first: Option<Self>) -> Self {
        match first {
            Some(first) if self.is_cancelled || !first.is_cancelled => first,
            _ => self,
        }
    }
}

/// Why a new container did not take the place of the one before.
pub(super) struct ReplaceError {
    /// One sentence.
    pub text: String,
    pub fault: ReplaceFault,
}

/// Whose fault it is that a new container did not take the place of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReplaceFault {
    /// The image's: the engine could not run it, or it did not become healthy.
    Image,
    /// Nobody's: the operation was cancelled.
    Cancelled,
    Other,
}

impl ReplaceError {
    /// The engine refused to do `what`.
    pub fn of_engine(what: &str, error: &EngineError) -> Self {
        Self::other(format!("cannot {what}: {}", error.cause()))
    }

    /// The engine did not start the container `name`.
    pub fn of_start(name: &str, error: &EngineError) -> Self {
        let failed = Self::of_engine(&format!("start {name}"), error);
        if error.is_unreachable() {
            failed
        } else {
            Self::of_image(failed.text)
        }
    }

    pub fn of_image(text: String) -> Self {
        let fault = ReplaceFault::Image;
        Self { text, fault }
    }

    pub fn cancelled(text: String) -> Self {
        let fault = ReplaceFault::Cancelled;
        Self { text, fault }
    }

    pub fn other(text: String) -> Self {
        let fault = ReplaceFault::Other;
        Self { text, fault }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_more_than_a_cancelled_step() {
        let failed = |text: &str| StepFailure::from(text.to_owned());
        let cancelled = || StepFailure {
            is_cancelled: true,
            ..failed("cancelled")
        };
        assert_eq!(failed("b").or(Some(failed("a"))), failed("a"));
        assert_eq!(failed("b").or(Some(cancelled())), failed("b"));
        assert_eq!(cancelled().or(Some(failed("a"))), failed("a"));
        assert_eq!(cancelled().or(None), cancelled());
    }
}
