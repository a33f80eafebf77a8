//! What could not be read of a container is named, and nothing is asserted of it.

use crate::model::{HealthState, InstanceFacts, Reason};

use super::Judgement;

/// What is known of a running container when neither Docker nor our probe gave a verdict, and not
/// everything was read that might show one; `None` where it was.
pub(super) fn without_verdict(facts: &InstanceFacts) -> Option<Judgement> {
    (!facts.knows_healthcheck() || !facts.unread.is_empty()).then(|| unknown(facts))
}

/// A container of which not even the state could be read.
pub(super) fn unknown(facts: &InstanceFacts) -> Judgement {
    Judgement::new(HealthState::Unknown, Reason::Unread(facts.unread.clone()))
}

/// `judgement`, with what could not be read.
pub(super) fn remarked(judgement: Judgement, facts: &InstanceFacts) -> Judgement {
    if facts.unread.is_empty() || matches!(judgement.reason, Reason::Unread(_)) {
        return judgement;
    }
    Judgement {
        reason: Reason::WithUnread {
            reason: Box::new(judgement.reason),
            unread: facts.unread.clone(),
        },
        ..judgement
    }
}
