//! What the requests of all clients share: who failed or acted how often, and the plans that were
//! asked for.

use std::sync::Arc;

use super::actions::RememberedPlans;
use super::peer::ClientPeer;
use super::rate::RateLimit;

/// Requests with a wrong token that one peer may send in a minute.
const FAILURES: usize = 10;
/// Operations that one token may ask for in a minute.
const ACTIONS: usize = 6;

/// Counts and plans, in bounded memory.
pub struct RequestGate {
    /// Requests with a wrong token, by peer.
    pub failures: RateLimit<ClientPeer>,
    /// Operations that were asked for, by the name of the token.
    pub actions: RateLimit<Option<Arc<str>>>,
    /// Plans that were asked for.
    pub plans: RememberedPlans,
}

impl Default for RequestGate {
    fn default() -> Self {
        Self {
            failures: RateLimit::new(FAILURES),
            actions: RateLimit::new(ACTIONS),
            plans: RememberedPlans::default(),
        }
    }
}
