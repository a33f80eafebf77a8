//! Where the commands get their snapshot from.

use std::sync::Arc;
use std::time::Duration;

use crate::model::Snapshot;

/// One poll of what runs services. The program starts everything for it and ends it afterwards.
pub trait Poller {
    /// The first complete snapshot, or what is known when time is up or nothing answers; with an
    /// engine, once it also holds what is `wanted`.
    ///
    /// # Errors
    /// One sentence when a part of hubdeck fails that it cannot go on without.
    fn poll(
        &self,
        wanted: Option<Wanted>,
    ) -> impl Future<Output = Result<Arc<Snapshot>, String>> + Send;
}

/// What a command waits for after the first complete snapshot.
#[derive(Clone, Copy)]
pub struct Wanted {
    /// For how long at most; time being up is no failure.
    pub limit: Duration,
    /// Whether a snapshot holds it.
    pub is_there: fn(&Snapshot) -> bool,
}
