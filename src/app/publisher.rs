//! The one task that owns the store: drains observations, publishes snapshots, and goes on with a
//! fresh store where one failed.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep, sleep_until};

use super::logging::OwnLog;
use super::supervise::{Streak, Supervisor};
use crate::model::{Observation, Part, PartDown, PartFailure, Snapshot, Timestamp};
use crate::store::{Changed, Store};

/// Least time between two publications; the first change after a quiet moment goes out at once.
pub const PAUSE: Duration = Duration::from_millis(100);
/// How many times as long where nothing but figures was measured again: with many services some are
/// all the time.
const MEASURED: u32 = 10;
/// Longest sleep until time itself changes the snapshot (start periods, results that stay away): the
/// system's clock may be set meanwhile.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// Observations taken from the queue at once.
const BATCH: usize = 256;
/// Failures in a row after which there is no use in a fresh store: what it meets makes it fail.
const GIVE_UP: u32 = 3;
/// How long the last snapshot stays while a fresh store has no list yet.
const HOLD: Duration = Duration::from_secs(20);

/// Folds one observation; [`Store::apply`] but in tests.
pub type Fold = fn(&mut Store, Observation, Timestamp) -> Changed;

/// What the store's task works with.
pub struct Publisher {
    /// What is to be folded.
    pub observations: mpsc::Receiver<Observation>,
    /// Asks for a snapshot of everything that is in the queue; answered once it is published.
    pub flushes: mpsc::Receiver<oneshot::Sender<()>>,
    /// Where snapshots go.
    pub snapshots: watch::Sender<Arc<Snapshot>>,
    /// The hubdeck log, which hides the secrets that become known; `None` where nothing is
    /// logged.
    pub log: Option<OwnLog>,
    /// Least time between two snapshots.
    pub pause: Duration,
    /// What a fresh store has to know before anything else: rules, settings, recorded stops.
    pub basis: Box<dyn Fn() -> Vec<Observation> + Send>,
    /// How one observation is folded.
    pub fold: Fold,
}

impl Publisher {
    /// Runs until every sender of observations is gone, or `supervisor` shuts down.
    ///
    /// A store that panics is replaced by a fresh one, and every collector begins anew to fill it.
    ///
    /// # Errors
    /// The last failure, once that happened too often in a row.
    pub async fn run(mut self, store: Store, supervisor: Supervisor) -> Result<(), PartDown> {
        let mut streak = Streak::default();
        let mut store = Some(store);
        loop {
            let fresh = store.is_none();
            let work = AssertUnwindSafe(self.work(store.take(), &supervisor))
                .catch_unwind()
                .await;
            if work.is_ok() {
                return Ok(());
            }
            let down = streak.failed(Part::Store, PartFailure::Panicked, Timestamp::now());
            self.show_down(down, fresh, &supervisor);
            if down.failures >= GIVE_UP {
                return Err(down);
            }
            supervisor.begin_anew();
            tokio::select! {
                () = sleep(streak.pause()) => {}
                () = supervisor.ending() => return Ok(()),
            }
        }
    }

    /// Shows in the last snapshot that the store is down: nothing else could.
    fn show_down(&self, down: PartDown, again: bool, supervisor: &Supervisor) {
        let again = if again { " again" } else { "" };
        tracing::error!(
            "hubdeck's store {}{again}; everything is read once more",
            down.failure
        );
        let mut parts = supervisor.down();
        parts.insert(0, down);
        self.snapshots.send_modify(|snapshot| {
            let snapshot = Arc::make_mut(snapshot);
            (snapshot.revision, snapshot.parts_down) = (snapshot.revision + 1, parts);
        });
    }

    /// A store that takes over from one that failed.
    fn replacement(&self, supervisor: &Supervisor) -> Store {
        let now = Timestamp::now();
        let mut store = Store::after(&self.snapshots.borrow());
        let text = "hubdeck's store failed on a bug in hubdeck and was filled again; \
                    open incidents and mutes begin anew";
        let state = [
            Observation::Parts(supervisor.down()),
            Observation::Own {
                at: now,
                text: text.to_owned(),
            },
        ];
        for observation in (self.basis)().into_iter().chain(state) {
            let _ = (self.fold)(&mut store, observation, now);
        }
        store
    }

    /// Folds and publishes until every sender is gone. Without a store, with a fresh one, whose
    /// first snapshot waits for a list: an empty one would look as if every service was gone.
    async fn work(&mut self, store: Option<Store>, supervisor: &Supervisor) {
        let mut held_until = store.is_none().then(|| Instant::now() + HOLD);
        let mut store = store.unwrap_or_else(|| self.replacement(supervisor));
        // What was only measured again may wait longer.
        let usual = self.pause;
        let pause = |changed: Changed| {
            if changed == Changed::Measured {
                usual * MEASURED
            } else {
                usual
            }
        };
        let mut dirty = Changed::from(held_until.is_some());
        // The first snapshot waits for the first list, or for the word that there will be none:
        // publishing the mere connection just before would hold the services back for a pause.
        let mut first = true;
        let mut flushed = None::<oneshot::Sender<()>>;
        let mut published = Instant::now();
        loop {
            let due = published + pause(dirty);
            let due = held_until.map_or(due, |held| due.max(held));
            tokio::select! {
                observation = self.observations.recv() => {
                    let Some(observation) = observation else { return };
                    let folded = self.fold_queued(&mut store, Some(observation), BATCH);
                    dirty = dirty.max(folded.changed);
                    if folded.opens && std::mem::take(&mut first) {
                        published = now_less(pause(Changed::Yes));
                        held_until = None;
                    }
                }
                Some(done) = self.flushes.recv() => {
                    let waiting = self.observations.len();
                    let next = self.observations.try_recv().ok();
                    dirty = dirty.max(self.fold_queued(&mut store, next, waiting).changed);
                    (published, flushed) = (now_less(pause(dirty)), Some(done));
                }
                () = supervisor.ending() => return,
                () = sleep(left(store.next_deadline())) => dirty = dirty.max(store.tick(Timestamp::now())),
                () = sleep_until(due), if dirty.is_yes() => {}
            }
            let held = held_until.is_some_and(|until| Instant::now() < until);
            if dirty.is_yes() && !held && published.elapsed() >= pause(dirty) {
                held_until = None;
                let snapshot = store.snapshot(Timestamp::now());
                // Before anybody can act on the snapshot, and log what came of that.
                if let Some(log) = &self.log {
                    log.hide(&snapshot.secrets);
                }
                self.snapshots.send_replace(snapshot);
                published = Instant::now();
                dirty = Changed::No;
            }
            // Whoever asked may have gone meanwhile.
            let _ = flushed.take().map(|done| done.send(()));
        }
    }

    /// Folds `next` and what waits behind it, `limit` in all.
    fn fold_queued(
        &mut self,
        store: &mut Store,
        mut next: Option<Observation>,
        limit: usize,
    ) -> Folded {
        let now = Timestamp::now();
        let mut folded = Folded {
            changed: Changed::No,
            opens: false,
        };
        let mut left = limit;
        // One by one: what follows one that the store fails on must not be lost with it.
        while let Some(observation) = next {
            folded.opens |= opens_the_snapshot(&observation);
            folded.changed = folded.changed.max((self.fold)(store, observation, now));
            left = left.saturating_sub(1);
            next = if left > 0 {
                self.observations.try_recv().ok()
            } else {
                None
            };
        }
        folded
    }
}

/// What came of folding several observations.
struct Folded {
    changed: Changed,
    /// Whether one of them is what the first snapshot waits for.
    opens: bool,
}

fn opens_the_snapshot(observation: &Observation) -> bool {
    match observation {
        Observation::Listed { .. } => true,
        Observation::Engine { status, .. } => status.is_lost(),
        _ => false,
    }
}

/// How long to sleep until `deadline`.
fn left(deadline: Option<Timestamp>) -> Duration {
    deadline.map_or(LONGEST_SLEEP, |deadline| {
        let left = deadline.duration_since(Timestamp::now());
        Duration::try_from(left).map_or(Duration::ZERO, |left| left.min(LONGEST_SLEEP))
    })
}

fn now_less(pause: Duration) -> Instant {
    Instant::now()
        .checked_sub(pause)
        .unwrap_or_else(Instant::now)
}

#[cfg(test)]
mod tests;
