//! Background tasks that never end without a word.

use std::future::Future;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::model::{Observation, Timestamp};

/// Pause before a task that ended is started again.
const RESTART_PAUSE: Duration = Duration::from_secs(1);

/// Starts tasks, restarts those that end or panic, and tells the store about it.
#[derive(Clone)]
pub struct Supervisor {
    tracker: TaskTracker,
    shutdown: CancellationToken,
    out: mpsc::Sender<Observation>,
}

impl Supervisor {
    /// A supervisor whose tasks end when `shutdown` is cancelled and whose news go to `out`.
    #[must_use]
    pub fn new(shutdown: CancellationToken, out: mpsc::Sender<Observation>) -> Self {
        Self { tracker: TaskTracker::new(), shutdown, out }
    }

    /// Runs the task that `make` makes, again and again until shutdown.
    pub fn spawn<F, T>(&self, name: &'static str, mut make: F)
    where
        F: FnMut() -> T + Send + 'static,
        T: Future<Output = ()> + Send + 'static,
    {
        let supervisor = self.clone();
        self.tracker.spawn(async move {
            while !supervisor.shutdown.is_cancelled() {
                let task = tokio::spawn(make());
                let abort = task.abort_handle();
                let ended = tokio::select! {
                    biased;
                    () = supervisor.shutdown.cancelled() => { abort.abort(); return }
                    ended = task => ended,
                };
                if supervisor.shutdown.is_cancelled() {
                    // It ended because what it reads from ended first.
                    return;
                }
                supervisor.report(name, ended.err().is_some_and(|error| error.is_panic())).await;
                tokio::select! {
                    () = supervisor.shutdown.cancelled() => return,
                    () = tokio::time::sleep(RESTART_PAUSE) => {}
                }
            }
        });
    }

    /// Ends every task and waits for them, at most `limit`.
    pub async fn stop(&self, limit: Duration) {
        self.shutdown.cancel();
        self.tracker.close();
        if tokio::time::timeout(limit, self.tracker.wait()).await.is_err() {
            tracing::warn!("some background tasks did not end within {} s", limit.as_secs());
        }
    }

    async fn report(&self, name: &str, panicked: bool) {
        let how = if panicked { "failed on a bug in hubdeck" } else { "ended early" };
        let text = format!("hubdeck's {name} task {how}; it is started again");
        tracing::error!("{text}");
        let news = Observation::Own { at: Timestamp::now(), text };
        if self.out.send(news).await.is_err() {
            // The store is gone, so the program is on its way out; the log has the line.
            tracing::debug!("nobody is left to hear about the {name} task");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_task_that_ends_or_panics_is_told_and_started_again() {
        let (out, mut heard) = mpsc::channel(8);
        let supervisor = Supervisor::new(CancellationToken::new(), out);
        let runs = Arc::new(AtomicUsize::new(0));
        let counter = runs.clone();
        supervisor.spawn("test", move || {
            let run = counter.fetch_add(1, Ordering::Relaxed);
            async move {
                match run {
                    0 => {}
                    1 => panic!("on purpose"),
                    _ => std::future::pending().await,
                }
            }
        });
        for expected in ["ended early", "failed on a bug"] {
            let Some(Observation::Own { text, .. }) = heard.recv().await else { panic!("no news") };
            assert!(text.contains(expected), "{text}");
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(runs.load(Ordering::Relaxed), 3);
        supervisor.stop(Duration::from_secs(1)).await;
    }
}
