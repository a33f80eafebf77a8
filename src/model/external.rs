//! Figures of another program, such as a dashboard, that are shown beside hubdeck's own.

use super::{Finding, Timestamp};

/// Why figures could not be fetched.
#[derive(Clone, Debug, PartialEq)]
pub enum FetchFailure {
    /// Nothing answered as it should.
    Failed(Finding),
    /// The answer had this HTTP status.
    Status(u16),
    /// The answer is larger than this, in bytes.
    TooLarge(usize),
    /// The answer is no JSON.
    NotJson,
}

/// What is known of the other program.
#[derive(Clone, Debug, PartialEq)]
pub struct ExternalView {
    /// The last answer, as JSON without spaces and with secrets hidden; `None` before the first.
    pub json: Option<String>,
    /// When it arrived.
    pub fetched_at: Option<Timestamp>,
    /// When it was asked last.
    pub asked_at: Timestamp,
    /// Why there was no answer then; `None` where there was.
    pub failure: Option<FetchFailure>,
}
