//! Background tasks that never end without a word.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};
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

/// Starts parts, restarts those that end or panic, and tells the store about it.
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

/// How one run of a part ended.
enum End {
    Shutdown,
    Renewed,
    Failed(PartFailure),
}

impl Supervisor {
    /// A supervisor whose parts end when `shutdown` is cancelled and whose news go to `out`.
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
                Ok(Err(down)) => {
                    supervisor.given_up.send_replace(Some(down));
                    return;
                }
                Ok(Ok(())) => PartFailure::Ended,
                Err(_panic) => PartFailure::Panicked,
            };
            if !supervisor.shutdown.is_cancelled() {
                let down = Streak::default().failed(part, failure, Timestamp::now());
                supervisor.given_up.send_replace(Some(down));
            }
        });
    }

    /// Runs what `make` makes, again and again until shutdown, or until it ends after `ending` was
    /// cancelled. It tells the store nothing that would have to be told anew.
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
        while !self.shutdown.is_cancelled() {
            generation.mark_unchanged();
            let run = async { make().await };
            let failure = match self.attend(part, run, &mut generation, &mut streak).await {
                End::Shutdown => return,
                End::Renewed => continue,
                // It ended because it was asked to, or because what it reads from ended first.
                End::Failed(_) if ending.is_cancelled() || self.shutdown.is_cancelled() => return,
                End::Failed(failure) => failure,
            };
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

    /// One run of a part; a part that failed in it before is up again once it ran for a while.
    async fn attend(
        &self,
        part: Part,
        run: impl Future<Output = ()>,
        generation: &mut watch::Receiver<u64>,
        streak: &mut Streak,
    ) -> End {
        let mut run = pin!(AssertUnwindSafe(run).catch_unwind());
        let steady = Instant::now() + STEADY;
        loop {
            tokio::select! {
                biased;
                () = self.shutdown.cancelled() => return End::Shutdown,
                _ = generation.changed() => return End::Renewed,
                ended = &mut run => return End::Failed(match ended {
                    Ok(()) => PartFailure::Ended,
                    Err(_panic) => PartFailure::Panicked,
                }),
                () = sleep_until(steady), if streak.failures > 0 => {
                    *streak = Streak::default();
                    self.set(part, None).await;
                }
            }
        }
    }

    /// Lets every part in the background begin anew, so that everything it ever told is told once
    /// more.
    pub fn begin_anew(&self) {
        self.generation.send_modify(|generation| *generation += 1);
    }

    /// The parts that are down now, sorted.
    #[must_use]
    pub fn down(&self) -> Vec<PartDown> {
        self.down.borrow().clone()
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
        if tokio::time::timeout(limit, self.tracker.wait())
            .await
            .is_err()
        {
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
        self.tell(Observation::Own {
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
            self.tell(Observation::Parts(self.down())).await;
        }
    }

    async fn tell(&self, news: Observation) {
        if self.out.send(news).await.is_err() {
            // The store is gone, so the program is on its way out; the log has the line.
            tracing::debug!("nobody is left to hear how hubdeck's parts are");
        }
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
