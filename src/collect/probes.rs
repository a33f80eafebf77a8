//! The probe loop: reads services from the snapshot, probes each running instance on its
//! schedule, and tells the store what came of it.

mod ask;
mod book;
mod breaker;
mod exec;
mod hold;
mod lesson;
mod log_sparing;
mod look;
mod news;
mod options;
pub mod schedule;
mod sparing;
#[cfg(test)]
mod tests;
mod vantage;

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{Instant, sleep_until};

use crate::engine::Engine;
use crate::model::{InstanceFacts, Observation, ProbeResult, Snapshot, Timestamp};
use crate::probe::Prober;

use ask::{Asker, Done, Network};
use book::{Book, Outcome};
use hold::{Finished, Holds, Verdict};
use look::Seen;
use schedule::{Key, Schedule};
use vantage::Machine;

pub use options::ProbeOptions;

/// What falls due within one of these starts together: a thousand targets would wake hubdeck a
/// thousand times an interval otherwise.
const TOGETHER: Duration = Duration::from_millis(100);

/// Probes the services of `snapshots` until every sender or the receiver of `out` is gone.
///
/// A new target is probed at once, `refresh` probes all of them now, changed `options` hold from
/// their next look on. Commands are run by the engine of `link`. Results are never dropped: while
/// the store is busy, fewer probes start. `complete` becomes true when every target of the latest
/// snapshot was probed once and its result sent.
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
            let text = error.to_string();
            complete.send_replace(true);
            if out
                .send(Observation::Own {
                    at: Timestamp::now(),
                    text,
                })
                .await
                .is_ok()
            {
                // Trying again would fail again; the engine's verdicts go on without us.
                out.closed().await;
            }
        }
    }
}

struct Loop<A> {
    snapshots: watch::Receiver<Arc<Snapshot>>,
    options: watch::Receiver<ProbeOptions>,
    out: mpsc::Sender<Observation>,
    asker: A,
    machine: Machine,
    book: Book,
    schedule: Schedule,
    holds: Holds<ProbeResult>,
    /// The latest look; `None` when the next one has to look at everything.
    seen: Option<Seen>,
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
        let schedule = Schedule::new(options.borrow().pace());
        let (machine, book, holds) = (Machine::read(), Book::default(), Holds::default());
        let (seen, origin) = (None, Instant::now());
        Self {
            snapshots,
            options,
            out,
            asker,
            machine,
            book,
            schedule,
            holds,
            seen,
            origin,
        }
    }

    async fn run(mut self, refresh: &Notify, complete: &watch::Sender<bool>) {
        let mut running = FuturesUnordered::new();
        let mut look_at = Instant::now();
        let mut look = true;
        loop {
            if look && Instant::now() >= look_at {
                if self.look().await.is_err() {
                    return;
                }
                let pause = self.options.borrow().look_every;
                (look, look_at) = (false, Instant::now() + pause);
            }
            for key in self.schedule.start_due(self.origin.elapsed()) {
                running.push(self.start(key));
            }
            if !look && running.is_empty() && self.has_probed_all() {
                complete.send_if_modified(|complete| !std::mem::replace(complete, true));
            }
            let next = self
                .schedule
                .next_start()
                .map(|due| self.origin + together(due));
            let expiry = self.holds.next_expiry().map(|at| self.origin + at);
            tokio::select! {
                Some((key, done)) = running.next() => if self.finish(key, done).await.is_err() { return },
                changed = self.snapshots.changed(), if !look => match changed {
                    Ok(()) => look = true,
                    Err(_) => return,
                },
                changed = self.options.changed() => match changed {
                    Ok(()) => (look, look_at, self.seen) = (true, Instant::now(), None),
                    Err(_) => return,
                },
                () = refresh.notified() => self.refresh(),
                () = sleep_until(look_at), if look => {}
                () = sleep_until(next.unwrap_or(self.origin)), if next.is_some() => {}
                () = sleep_until(expiry.unwrap_or(self.origin)), if expiry.is_some() => {
                    let late = self.holds.expired(self.origin.elapsed());
                    if self.tell(late).await.is_err() { return }
                }
                () = self.out.closed() => return,
            }
        }
    }

    /// Whether the latest snapshot has every container's details, and every target was probed and
    /// its result sent.
    fn has_probed_all(&self) -> bool {
        let snapshot = self.snapshots.borrow();
        let instances = || {
            snapshot
                .services
                .iter()
                .flat_map(|service| &service.instances)
        };
        let is_known =
            |facts: &InstanceFacts| !facts.is_running() || !snapshot.awaits_inspection(facts);
        snapshot.has_list()
            && !snapshot.has_changed()
            && self.holds.next_expiry().is_none()
            && self.schedule.has_started_all()
            && instances().all(|instance| is_known(&instance.facts))
    }

    /// Takes over the targets of the latest snapshot; fails when nobody listens any more.
    async fn look(&mut self) -> Result<(), Closed> {
        let options = self.options.borrow_and_update().clone();
        let snapshot = Arc::clone(&self.snapshots.borrow_and_update());
        let vantage = self.machine.vantage(&snapshot);
        if self
            .seen
            .as_mut()
            .is_some_and(|seen| seen.covers(&snapshot, &vantage))
        {
            return Ok(());
        }
        let wishes = self.book.sync(&snapshot, &options, &vantage);
        self.schedule
            .sync(self.origin.elapsed(), options.pace(), wishes);
        self.seen = Some(Seen::of(snapshot, vantage, self.book.news_until()));
        let free = self.holds.retain(|key| self.book.contains(key));
        self.tell(free).await?;
        for text in self.book.new_warnings() {
            self.send(Observation::Own {
                at: Timestamp::now(),
                text,
            })
            .await?;
        }
        Ok(())
    }

    /// Somebody asks for everything now.
    fn refresh(&mut self) {
        let now = self.origin.elapsed();
        self.book.try_all(now);
        self.schedule.all_now(now);
    }

    /// The probe of `key`; it yields nothing when the target is gone meanwhile.
    fn start(&mut self, key: Key) -> impl Future<Output = (Key, Option<Done>)> + use<A> {
        let asker = self.asker.clone();
        let errand = self.book.errand(&key, self.origin.elapsed());
        async move {
            match errand {
                Some(errand) => (key, Some(ask::run(&asker, errand).await)),
                None => (key, None),
            }
        }
    }

    async fn finish(&mut self, key: Key, done: Option<Done>) -> Result<(), Closed> {
        let now = self.origin.elapsed();
        self.schedule.finished(&key, now, self.book.contains(&key));
        let Some(done) = done else { return Ok(()) };
        let started = done.started;
        let Some(Outcome {
            report,
            failed,
            trial,
        }) = self.book.note(&key, done, now)
        else {
            return Ok(());
        };
        if trial {
            self.schedule.hasten(&key, now);
        }
        if let Some(shortage) = report.as_ref().and_then(|report| report.shortage) {
            self.send(Observation::Shortage {
                at: Timestamp::now(),
                shortage,
            })
            .await?;
        }
        let parents = if failed == Some(true) && !trial {
            self.parents(&key)
        } else {
            Vec::new()
        };
        let result = report.map(|report| report.into_result(Timestamp::now()));
        match self.holds.take(
            Finished {
                key: key.clone(),
                started,
                failed,
                result,
            },
            parents,
            now,
        ) {
            Verdict::Send(results) => self.tell(results).await,
            Verdict::Hold(asked) => {
                self.schedule.park(&key);
                asked
                    .iter()
                    .for_each(|parent| self.schedule.hasten(parent, now));
                Ok(())
            }
        }
    }

    /// The targets to hear before a failure of `key` is told. While the engine is lost, failures of
    /// its containers prove nothing, so that there is nothing to wait for.
    fn parents(&self, key: &Key) -> Vec<hold::Parent> {
        let snapshot = self.snapshots.borrow();
        if snapshot.engine.status.is_lost() {
            Vec::new()
        } else {
            self.book.parents(key, &snapshot)
        }
    }

    /// Sends results in this order; their targets are probed again in their turn.
    async fn tell(&mut self, results: Vec<(Key, ProbeResult)>) -> Result<(), Closed> {
        for (key, result) in results {
            self.schedule.unpark(&key, self.origin.elapsed());
            self.send(Observation::Probed {
                service: key.service,
                instance: key.instance,
                result,
            })
            .await?;
        }
        Ok(())
    }

    async fn send(&self, observation: Observation) -> Result<(), Closed> {
        self.out.send(observation).await.map_err(|_| Closed)
    }
}

/// The end of the part of time that `due` falls into.
fn together(due: Duration) -> Duration {
    let part = TOGETHER.as_nanos();
    let parts = u32::try_from(due.as_nanos().div_ceil(part)).unwrap_or(u32::MAX);
    TOGETHER.saturating_mul(parts)
}

/// The store is gone: the program shuts down.
struct Closed;
