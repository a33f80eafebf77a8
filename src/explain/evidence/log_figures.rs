//! What the figures of the log tell: errors that did not come before the last start or deploy.

use super::{line, piece};
use crate::explain::symptoms::failure_begin;
use crate::model::{Evidence, EvidenceOutcome, EvidenceSource, Service};

/// The newest pattern of errors that is new since the last start or deploy, where it goes on in the
/// failure of `service`.
pub(super) fn new_error(service: &Service) -> Option<Evidence> {
    if service.health.state.is_fine() {
        return None;
    }
    let pattern = service.log_figures.as_deref()?.newest_error()?;
    let begin = failure_begin(service);
    pattern.last_seen.filter(|last| *last >= begin)?;
    let times = if pattern.count == 1 {
        "once".to_owned()
    } else {
        format!("{} times", pattern.count)
    };
    let text = format!(
        "new error since the last start, {times}: {}",
        line(&pattern.template)
    );
    let found = piece(EvidenceSource::Log, pattern.first_seen, &text);
    Some(found.with(Some(EvidenceOutcome::Failure)))
}
