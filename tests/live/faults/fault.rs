//! The example stacks with hubdeck beside them, and faults as data: what breaks, what must be said
//! of it, what mends it.

use std::time::Duration;

use super::side::Side;

/// Two probe intervals: what a fault may take to be told, and its end to be seen.
pub const LIMIT: Duration = Duration::from_secs(60);

/// One thing that goes wrong.
pub struct Fault {
    /// What happens, in a few words.
    pub name: &'static str,
    /// Breaks it.
    pub breaks: fn(&Side),
    /// The service that must be named as the root of one incident.
    pub root: &'static str,
    /// Whether there must be an incident; what only warns opens none.
    pub incident: bool,
    /// Exactly the services that must be blocked by it, sorted.
    pub blocked: &'static [&'static str],
    /// What the explanation's sentence must match.
    pub sentence: &'static str,
    /// The usual cause that must be recognised.
    pub diagnosis: Option<&'static str>,
    /// Mends it.
    pub mends: fn(&Side),
}

/// What came of a fault; times are since it was made and since it was mended.
pub struct Outcome {
    pub name: &'static str,
    pub named: Option<Duration>,
    pub complete: Option<Duration>,
    pub closed: Option<Duration>,
    pub sentence: String,
    /// What was not as expected, one line each.
    pub wrong: Vec<String>,
}
