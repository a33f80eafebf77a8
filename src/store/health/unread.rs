//! What could not be read of a container is said, and nothing is asserted of it.

use crate::model::{HealthState, InstanceFacts};

use super::Judgement;

/// What is known of a running container when neither Docker nor our probe gave a verdict, and not
/// everything was read that might tell of one; `None` where it was.
pub(super) fn without_verdict(facts: &InstanceFacts) -> Option<Judgement> {
    (!facts.knows_healthcheck() || !facts.unread.is_empty()).then(|| unknown(facts))
}

/// A container of which not even the state could be read.
pub(super) fn unknown(facts: &InstanceFacts) -> Judgement {
    Judgement::new(HealthState::Unknown, facts.unread_words())
}

/// `judgement`, with what could not be read.
pub(super) fn remarked(judgement: Judgement, facts: &InstanceFacts) -> Judgement {
    match facts.unread.words() {
        Some(words) if judgement.reason != words => Judgement {
            reason: format!("{}; {words}", judgement.reason),
            ..judgement
        },
        _ => judgement,
    }
}
