//! The plans that clients were shown, so that a hash is enough to run one.

use std::collections::VecDeque;

use tokio::sync::watch;

use crate::model::{Plan, SignedDuration, Timestamp};

/// Plans that are kept; the oldest goes first.
const KEPT: usize = 256;
/// How long one is kept.
const FOR: SignedDuration = SignedDuration::from_mins(10);

/// Plans by their hash, in bounded memory.
pub struct RememberedPlans {
    /// A watch channel, as it is looked at and changed in one go. The newest is the last.
    plans: watch::Sender<VecDeque<(Timestamp, Plan)>>,
}

impl Default for RememberedPlans {
    fn default() -> Self {
        Self {
            plans: watch::Sender::new(VecDeque::new()),
        }
    }
}

impl RememberedPlans {
    /// Keeps `plan`, which is shown at `now`.
    pub fn remember(&self, plan: Plan, now: Timestamp) {
        self.plans.send_if_modified(|plans| {
            plans.retain(|(at, kept)| kept.hash != plan.hash && is_kept(*at, now));
            plans.push_back((now, plan));
            let surplus = plans.len().saturating_sub(KEPT);
            plans.drain(..surplus);
            false
        });
    }

    /// The plan with this hash.
    pub fn find(&self, hash: &str, now: Timestamp) -> Option<Plan> {
        let plans = self.plans.borrow();
        let mut plans = plans.iter();
        let found = plans.find(|(at, plan)| plan.hash == hash && is_kept(*at, now));
        found.map(|(_, plan)| plan.clone())
    }
}

fn is_kept(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at) < FOR
}
