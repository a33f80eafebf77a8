//! What broke, in words: clauses and sentences about services in trouble. Pure.

use std::time::Duration;

use crate::model::{Health, Service, ServiceId, SignedDuration, Timestamp, words};

use super::subject::ClauseSubject;

pub use super::affected::{blocks, missed, missed_beside, names};
pub use crate::model::words::near;

/// What is wrong with a service, as the rest of a sentence that begins with its name: "refuses
/// connections", "exited with code 1", "is stopped".
#[must_use]
pub fn clause(service: &Service) -> String {
    ClauseSubject::from(service).clause()
}

/// The same without what misses it.
#[must_use]
pub fn fact(service: &Service) -> String {
    ClauseSubject::from(service).fact()
}

/// [`fact`] with its age at `now`: "exited with code 137 (killed) 65 s ago", "has refused connections
/// for 3 min"; without one where only the first sight of it is known, or it began within the last
/// second: nothing has been so "for 0 s".
#[must_use]
pub fn aged(service: &Service, now: Timestamp) -> String {
    let clause = ClauseSubject::from(service).parts();
    let age = service.health.known_since();
    let age = age.map(|since| now.duration_since(since));
    match age.filter(|age| *age >= SignedDuration::from_secs(1)) {
        Some(age) => clause.aged(&words::span(age)),
        None => clause.now(),
    }
}

/// How long a service takes that answers slowly; `None` for one that does not, or not at all.
#[must_use]
pub fn slowness(health: &Health) -> Option<Duration> {
    health.slowness()
}

/// Whether a service gives no answer in time, to our probe or to its healthcheck.
#[must_use]
pub fn is_silent(health: &Health) -> bool {
    health.is_silent()
}

/// What broke and what that blocks: "db refuses connections; this blocks backend and worker".
#[must_use]
pub fn root(service: &Service, blocked: &[ServiceId]) -> String {
    ClauseSubject::from(service).root(blocked)
}

impl ClauseSubject<'_> {
    /// What is wrong, with what misses it.
    pub(super) fn clause(self) -> String {
        super::reason::beside(self.fact(), missed(self.missed_by, self.stack))
    }

    /// What broke and what that blocks.
    pub(super) fn root(self, blocked: &[ServiceId]) -> String {
        let broken = format!("{} {}", near(self.id, self.stack), self.fact());
        let parts = [
            Some(broken),
            missed_beside(self.missed_by, blocked, self.stack),
            blocks(self.state, blocked, self.stack),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests;
