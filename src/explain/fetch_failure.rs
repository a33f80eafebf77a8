//! Why something could not be fetched, in words.

use super::finding::finding;
use crate::model::FetchFailure;
use crate::model::words;

/// One clause: "HTTP 503", "no answer within 5 s".
#[must_use]
#[allow(clippy::cast_precision_loss)] // a size in words is rounded
pub fn fetch_failure(failure: &FetchFailure) -> String {
    match failure {
        FetchFailure::Failed(found) => finding(found),
        FetchFailure::Status(status) => format!("HTTP {status}"),
        FetchFailure::TooLarge(most) => {
            format!("the answer is larger than {}", words::bytes(*most as f64))
        }
        FetchFailure::NotJson => "the answer is not JSON".to_owned(),
    }
}
