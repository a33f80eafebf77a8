//! The probe loop: hands snapshots and the time to [`Probing`], runs the probes that it gives, and
//! sends its results to the store. All decisions are [`Probing`]'s.

mod ask;
mod exec;
mod location;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{Instant, sleep_until};

use crate::engine::Engine;
use crate::model::{Observation, Snapshot, Timestamp};
use crate::probe::Prober;
use crate::probing::{JobOutcome, ProbeJob, ProbeOptions, Probed, Probing};

use ask::{Asker, Network};
use location::OwnMachine;

/// Probes the services of `snapshots` until every sender or the receiver of `out` is gone.
///
/// `refresh` probes all of them now, changed `options` hold from the next sync on. Commands are run
/// by the engine of `link`. Results are never dropped: while the store is busy, fewer probes start.
/// `complete` becomes true when every target of the latest snapshot was probed once and its result
/// sent.
pub async fn run(
    link: watch::Receiver<Option<Engine>>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    options: watch::Receiver<ProbeOptions>,
    refresh: Arc<Notify>,
    complete: watch::Sender<bool>,
    out: mpsc::Sender<Observation>,
) {
    match Prober::new() {
        Ok(prober) => {
            let network = Network {
                prober,
                link,
                options: options.clone(),
            };
            Loop::new(snapshots, options, out, network)
                .run(&refresh, &complete)
                .await;
        }
        Err(error) => {
            complete.send_replace(true);
            without_prober(error.to_string(), &out).await;
        }
    }
}

/// Reports why nothing is probed. Trying again would fail again; the engine's verdicts go on.
async fn without_prober(text: String, out: &mpsc::Sender<Observation>) {
    let at = Timestamp::now();
    if out.send(Observation::Own { at, text }).await.is_ok() {
        out.closed().await;
    }
}

struct Loop<A> {
    snapshots: watch::Receiver<Arc<Snapshot>>,
    options: watch::Receiver<ProbeOptions>,
    out: mpsc::Sender<Observation>,
    asker: A,
    machine: OwnMachine,
    probing: Probing,
    /// What all durations are counted from.
    origin: Instant,
}

impl<A: Asker> Loop<A> {
    fn new(
        snapshots: watch::Receiver<Arc<Snapshot>>,
        options: watch::Receiver<ProbeOptions>,
        out: mpsc::Sender<Observation>,
        asker: A,
    ) -> Self {
        let probing = Probing::new(options.borrow().clone());
        let (machine, origin) = (OwnMachine::read(), Instant::now());
        Self {
            snapshots,
            options,
            out,
            asker,
            machine,
            probing,
            origin,
        }
    }

    async fn run(mut self, refresh: &Notify, complete: &watch::Sender<bool>) {
        let mut running = FuturesUnordered::new();
        let mut sync_at = Instant::now();
        let mut sync = true;
        loop {
            if sync && Instant::now() >= sync_at {
                if self.sync().await.is_err() {
                    return;
                }
                let pause = self.options.borrow().look_every;
                (sync, sync_at) = (false, Instant::now() + pause);
            }
            for job in self.probing.next(self.origin.elapsed()) {
                running.push(self.start(job));
            }
            if !sync && running.is_empty() && self.has_probed_all() {
                complete.send_if_modified(|complete| !std::mem::replace(complete, true));
            }
            let deadline = self.probing.next_deadline().map(|at| self.origin + at);
            tokio::select! {
                Some((job, outcome)) = running.next() => {
                    if self.finish(&job, outcome).await.is_err() { return }
                }
                changed = self.snapshots.changed(), if !sync => match changed {
                    Ok(()) => sync = true,
                    Err(_) => return,
                },
                changed = self.options.changed() => match changed {
                    Ok(()) => (sync, sync_at) = (true, Instant::now()),
                    Err(_) => return,
                },
                () = refresh.notified() => self.probing.refresh(self.origin.elapsed()),
                () = sleep_until(sync_at), if sync => {}
                () = sleep_until(deadline.unwrap_or(self.origin)), if deadline.is_some() => {
                    let late = self.probing.expired(self.origin.elapsed());
                    if self.send_probed(late).await.is_err() { return }
                }
                () = self.out.closed() => return,
            }
        }
    }

    /// Whether every target of the latest snapshot was probed and its result sent.
    fn has_probed_all(&self) -> bool {
        let snapshot = self.snapshots.borrow();
        !snapshot.has_changed() && self.probing.has_probed_all(&snapshot)
    }

    /// Takes over the targets of the latest snapshot.
    async fn sync(&mut self) -> Result<(), Closed> {
        self.probing
            .set_options(self.options.borrow_and_update().clone());
        let snapshot = Arc::clone(&self.snapshots.borrow_and_update());
        let location = self.machine.location(&snapshot);
        let now = self.origin.elapsed();
        let free = self.probing.sync(snapshot, location, now);
        self.send_probed(free).await?;
        for text in self.probing.warnings() {
            let at = Timestamp::now();
            self.send(Observation::Own { at, text }).await?;
        }
        Ok(())
    }

    fn start(&self, job: ProbeJob) -> impl Future<Output = (ProbeJob, JobOutcome)> + use<A> {
        let asker = self.asker.clone();
        async move {
            let outcome = ask::run(&asker, &job).await;
            (job, outcome)
        }
    }

    async fn finish(&mut self, job: &ProbeJob, outcome: JobOutcome) -> Result<(), Closed> {
        let (now, at) = (self.origin.elapsed(), Timestamp::now());
        let snapshot = Arc::clone(&self.snapshots.borrow());
        let finished = self.probing.finished(job, outcome, &snapshot, now, at);
        if let Some(shortage) = finished.shortage {
            self.send(Observation::Shortage { at, shortage }).await?;
        }
        self.send_probed(finished.probed).await
    }

    /// Sends results in this order.
    async fn send_probed(&self, results: Vec<Probed>) -> Result<(), Closed> {
        for probed in results {
            self.send(Observation::Probed {
                service: probed.service,
                instance: probed.instance,
                result: probed.result,
            })
            .await?;
        }
        Ok(())
    }

    async fn send(&self, observation: Observation) -> Result<(), Closed> {
        self.out.send(observation).await.map_err(|_| Closed)
    }
}

/// The store is gone: the program shuts down.
struct Closed;
