//! Background tasks: what ends or panics is reported and started again.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::model::SortShared as _;
use crate::model::{Observation, Part, PartDown, PartFailure, Timestamp};

/// Pause before a part that failed is started again; doubled with every failure in a row.
const RESTART_PAUSE: Duration = Duration::from_secs(1);
/// Longest such pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// A part that ran this long since its last failure works again.
const STEADY: Duration = Duration::from_secs(30);

/// Starts parts, restarts those that end or panic, and reports that to the store.
#[derive(Clone)]
pub struct Supervisor {
    tracker: TaskTracker,
    shutdown: CancellationToken,
    out: mpsc::Sender<Observation>,
    down: watch::Sender<Vec<PartDown>>,
    /// Grows each time that every part has to begin anew.
    generation: watch::Sender<u64>,
    given_up: watch::Sender<Option<PartDown>>,
}

impl Supervisor {
    /// A supervisor whose parts end when `shutdown` is cancelled and whose state goes to `out`.
    #[must_use]
    pub fn new(shutdown: CancellationToken, out: mpsc::Sender<Observation>) -> Self {
        Self {
            tracker: TaskTracker::new(),
            shutdown,
            out,
            down: watch::Sender::default(),
            generation: watch::Sender::default(),
            given_up: watch::Sender::default(),
        }
    }

    /// Runs what `make` makes in the background, again and again until shutdown.
    pub fn spawn<F, T>(&self, part: Part, make: F)
    where
        F: FnMut() -> T + Send + 'static,
        T: Future<Output = ()> + Send + 'static,
    {
        let supervisor = self.clone();
        self.tracker.spawn(async move {
            let (ending, generation) = (&supervisor.shutdown, supervisor.generation.subscribe());
            supervisor.run(part, ending, generation, make).await;
        });
    }

    /// Runs `task` in the background, which hubdeck cannot go on without and which starts its own
    /// work again. Its error is the failure after which it gave up. Where it ends by itself or
    /// panics before shutdown, hubdeck cannot go on either.
    pub fn spawn_essential(
        &self,
        part: Part,
        task: impl Future<Output = Result<(), PartDown>> + Send + 'static,
    ) {
        let supervisor = self.clone();
        self.tracker.spawn(async move {
            let failure = match AssertUnwindSafe(task).catch_unwind().await {
                Ok(Err(down)) => return supervisor.give_up(down),
                Ok(Ok(())) => PartFailure::Ended,
                Err(_panic) => PartFailure::Panicked,
            };
            if !supervisor.shutdown.is_cancelled() {
                supervisor.give_up(Streak::default().failed(part, failure, Timestamp::now()));
            }
        });
    }

    /// Runs what `make` makes, again and again until shutdown, or until it ends after `ending` was
    /// cancelled. It is not started anew with a fresh store, as it has sent the store nothing.
    pub async fn keep<T: Future<Output = ()>>(
        &self,
        part: Part,
        ending: &CancellationToken,
        make: impl FnMut() -> T,
    ) {
        let never = watch::Sender::default();
        self.run(part, ending, never.subscribe(), make).await;
    }

    async fn run<T: Future<Output = ()>>(
        &self,
        part: Part,
        ending: &CancellationToken,
        mut generation: watch::Receiver<u64>,
        mut make: impl FnMut() -> T,
    ) {
        let mut streak = Streak::default();
        loop {
            generation.mark_unchanged();
            let failure = tokio::select! {
                biased;
                () = self.shutdown.cancelled() => return,
                _ = generation.changed() => continue,
                failure = self.run_once(part, async { make().await }, &mut streak) => failure,
            };
            // It ended because it was asked to, or because what it reads from ended first.
            if ending.is_cancelled() || self.shutdown.is_cancelled() {
                return;
            }
            let down = streak.failed(part, failure, Timestamp::now());
            self.report(down).await;
            tokio::select! {
                () = self.shutdown.cancelled() => return,
                _ = generation.changed() => {}
                () = sleep(streak.pause()) => {}
            }
            if streak.failures == 1 {
                self.set(part, None).await;
            }
        }
    }

    /// One run of a part; a part that failed before is up again once it ran for a while.
    async fn run_once(
        &self,
        part: Part,
        run: impl Future<Output = ()>,
        streak: &mut Streak,
    ) -> PartFailure {
        let mut failure = pin!(failure_of(run));
        if streak.failures > 0 {
            if let Ok(failure) = timeout(STEADY, &mut failure).await {
                return failure;
            }
            *streak = Streak::default();
            self.set(part, None).await;
        }
        failure.await
    }

    /// Starts every part in the background anew, so that everything it ever sent is sent once
    /// more.
    pub fn begin_anew(&self) {
        self.generation.send_modify(|generation| *generation += 1);
    }

    /// The parts that are down now, sorted.
    #[must_use]
    pub fn down(&self) -> Vec<PartDown> {
        self.down.borrow().clone()
    }

    fn give_up(&self, down: PartDown) {
        self.given_up.send_replace(Some(down));
    }

    /// Returns once hubdeck cannot go on, with what keeps it from going on.
    pub async fn given_up(&self) -> PartDown {
        match self
            .given_up
            .subscribe()
            .wait_for(Option::is_some)
            .await
            .map(|down| *down)
        {
            Ok(Some(down)) => down,
            // The sender is ours: it cannot be gone.
            _ => std::future::pending().await,
        }
    }

    /// Returns once every part is asked to end.
    pub async fn ending(&self) {
        self.shutdown.cancelled().await;
    }

    /// Ends every background task and waits for them, at most `limit`.
    pub async fn stop(&self, limit: Duration) {
        self.shutdown.cancel();
        self.tracker.close();
        if timeout(limit, self.tracker.wait()).await.is_err() {
            tracing::warn!(
                "some background tasks did not end within {} s",
                limit.as_secs()
            );
        }
    }

    async fn report(&self, down: PartDown) {
        let PartDown {
            part,
            failure,
            failures,
            ..
        } = down;
        let again = if failures > 1 {
            format!(" again (failure {failures})")
        } else {
            String::new()
        };
        let text = format!("hubdeck's {part} task {failure}{again}; it is started again");
        tracing::error!("{text}");
        self.set(part, Some(down)).await;
        self.send(Observation::Own {
            at: Timestamp::now(),
            text,
        })
        .await;
    }

    async fn set(&self, part: Part, down: Option<PartDown>) {
        let changed = self.down.send_if_modified(|all| {
            let before = all.clone();
            all.retain(|each| each.part != part);
            all.extend(down);
            all.sort_shared_by_key(|each| each.part);
            *all != before
        });
        if changed {
            self.send(Observation::Parts(self.down())).await;
        }
    }

    async fn send(&self, observation: Observation) {
        if self.out.send(observation).await.is_err() {
            // The store is gone, so the program is on its way out; the log has the line.
            tracing::debug!("no store is left to take the state of hubdeck's parts");
        }
    }
}

/// How `run`, which should not end, ended.
async fn failure_of(run: impl Future<Output = ()>) -> PartFailure {
    match AssertUnwindSafe(run).catch_unwind().await {
        Ok(()) => PartFailure::Ended,
        Err(_panic) => PartFailure::Panicked,
    }
}

/// Failures of a part in a row.
#[derive(Debug, Default)]
pub struct Streak {
    failures: u32,
    since: Option<Timestamp>,
    last: Option<Instant>,
}

impl Streak {
    /// One more failure.
    pub fn failed(&mut self, part: Part, failure: PartFailure, now: Timestamp) -> PartDown {
        if self
            .last
            .is_some_and(|last| last.elapsed() > STEADY + LONGEST_PAUSE)
        {
            *self = Self::default();
        }
        self.failures = self.failures.saturating_add(1);
        self.last = Some(Instant::now());
        PartDown {
            part,
            since: *self.since.get_or_insert(now),
            failures: self.failures,
            failure,
        }
    }

    /// How long to wait until it is started again.
    #[must_use]
    pub fn pause(&self) -> Duration {
        let doublings = self.failures.saturating_sub(1).min(10);
        RESTART_PAUSE
            .saturating_mul(1 << doublings)
            .min(LONGEST_PAUSE)
    }
}

#[cfg(test)]
mod tests;
