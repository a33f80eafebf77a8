//! What could not be read of a container is said, and nothing is asserted of it.

use crate::model::{HealthState, InstanceFacts};

use super::Judgement;

/// What is known of a running container when neither Docker nor our probe gave a verdict, and it is not
/// known whether Docker checks it; `None` where that is known.
pub(super) fn without_verdict(facts: &InstanceFacts) -> Option<Judgement> {
    (!facts.knows_healthcheck()).then(|| unknown(facts))
}

/// A container of which not even the state could be read.
pub(super) fn unknown(facts: &InstanceFacts) -> Judgement {
    Judgement::new(HealthState::Unknown, facts.unread_words())
}

/// `judgement`, with what could not be read.
pub(super) fn remarked(judgement: Judgement, facts: &InstanceFacts) -> Judgement {
    match facts.unread.words() {
        Some(words) if judgement.reason != words => {
            Judgement { reason: format!("{}; {words}", judgement.reason), ..judgement }
        }
        _ => judgement,
    }
}
