//! The probe loop: reads services from the snapshot, probes each running instance on its
//! schedule, and tells the store what came of it.

mod book;
mod lesson;
mod schedule;
#[cfg(test)]
mod tests;
mod vantage;

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{Instant, sleep_until};

use crate::model::{Observation, Service, ServiceRule, Snapshot, Timestamp};
use crate::probe::{Prober, Report};

use book::Book;
use lesson::{Learned, examine};
use schedule::{Key, Pace, Schedule};
use vantage::Machine;

/// Period of a target that starts, fails or changed a moment ago.
const FAST: Duration = Duration::from_secs(5);
/// Shortest time between two looks at the snapshot.
const LOOK: Duration = Duration::from_millis(200);

/// Settings of the probe loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeOptions {
    /// Whether anything is probed.
    pub enabled: bool,
    /// Time between two probes of one target.
    pub interval: Duration,
    /// Time one derived probe may take; configured ones bring their own.
    pub timeout: Duration,
    /// Probes at once.
    pub concurrency: usize,
    /// Probes at once of one host.
    pub per_host: usize,
    /// Answers of derived probes slower than this are a warning.
    pub slow_after: Option<Duration>,
    /// Rules of the config file: what one marks `no_probe` or `hide` is left alone.
    pub rules: Arc<[ServiceRule]>,
}

impl Default for ProbeOptions {
    fn default() -> Self {
        Self {
            enabled: true,
            interval: Duration::from_secs(30),
            timeout: Duration::from_secs(5),
            concurrency: 20,
            per_host: 2,
            slow_after: None,
            rules: Arc::from([]),
        }
    }
}

impl ProbeOptions {
    /// Whether a rule keeps `service` from being probed.
    fn excludes(&self, service: &Service) -> bool {
        let (id, name) = (service.id.as_str(), service.name.as_str());
        self.rules.iter().any(|rule| (rule.no_probe || rule.hide) && rule.matches(id, name))
    }

    const fn pace(&self) -> Pace {
        Pace {
            interval: self.interval,
            fast: FAST,
            concurrency: if self.concurrency == 0 { 1 } else { self.concurrency },
            per_host: if self.per_host == 0 { 1 } else { self.per_host },
        }
    }
}

/// Probes the services of `snapshots` until every sender or the receiver of `out` is gone.
///
/// A new target is probed at once, `refresh` probes all of them now, changed `options` hold from
/// their next look on. Results are never dropped: while the store is busy, fewer probes start.
pub async fn run(
    snapshots: watch::Receiver<Arc<Snapshot>>,
    options: watch::Receiver<ProbeOptions>,
    refresh: Arc<Notify>,
    out: mpsc::Sender<Observation>,
) {
    match Prober::new() {
        Ok(prober) => Loop::new(snapshots, options, out, prober).run(&refresh).await,
        Err(error) => {
            let text = error.to_string();
            if out.send(Observation::Own { at: Timestamp::now(), text }).await.is_ok() {
                // Trying again would fail again; the engine's verdicts go on without us.
                out.closed().await;
            }
        }
    }
}

/// A finished probe: its target, the report, and what was learned.
type Done = (Key, Option<Report>, Option<Learned>);

struct Loop {
    snapshots: watch::Receiver<Arc<Snapshot>>,
    options: watch::Receiver<ProbeOptions>,
    out: mpsc::Sender<Observation>,
    prober: Prober,
    machine: Machine,
    book: Book,
    schedule: Schedule,
    /// What the schedule counts time from.
    origin: Instant,
}

impl Loop {
    fn new(
        snapshots: watch::Receiver<Arc<Snapshot>>,
        options: watch::Receiver<ProbeOptions>,
        out: mpsc::Sender<Observation>,
        prober: Prober,
    ) -> Self {
        let schedule = Schedule::new(options.borrow().pace());
        let (machine, book, origin) = (Machine::read(), Book::default(), Instant::now());
        Self { snapshots, options, out, prober, machine, book, schedule, origin }
    }

    async fn run(mut self, refresh: &Notify) {
        let mut running = FuturesUnordered::new();
        let mut look_at = Instant::now();
        let mut look = true;
        loop {
            if look && Instant::now() >= look_at {
                if self.look().await.is_err() {
                    return;
                }
                (look, look_at) = (false, Instant::now() + LOOK);
            }
            for key in self.schedule.start_due(self.origin.elapsed()) {
                running.push(self.start(key));
            }
            let next = self.schedule.next_start().map(|due| self.origin + due);
            tokio::select! {
                Some(done) = running.next() => if self.finish(done).await.is_err() { return },
                changed = self.snapshots.changed(), if !look => match changed {
                    Ok(()) => look = true,
                    Err(_) => return,
                },
                changed = self.options.changed() => match changed {
                    Ok(()) => (look, look_at) = (true, Instant::now()),
                    Err(_) => return,
                },
                () = refresh.notified() => self.schedule.all_now(self.origin.elapsed()),
                () = sleep_until(look_at), if look => {}
                () = sleep_until(next.unwrap_or(self.origin)), if next.is_some() => {}
                () = self.out.closed() => return,
            }
        }
    }

    /// Takes over the targets of the latest snapshot; fails when nobody listens any more.
    async fn look(&mut self) -> Result<(), Closed> {
        let options = self.options.borrow_and_update().clone();
        let snapshot = Arc::clone(&self.snapshots.borrow_and_update());
        let vantage = self.machine.vantage(&snapshot);
        let wishes = self.book.sync(&snapshot, &options, &vantage);
        self.schedule.sync(self.origin.elapsed(), options.pace(), wishes);
        for text in self.book.new_warnings() {
            self.send(Observation::Own { at: Timestamp::now(), text }).await?;
        }
        Ok(())
    }

    /// The probe of `key`; it yields no report when the target is gone meanwhile.
    fn start(&self, key: Key) -> impl Future<Output = Done> + use<> {
        let prober = self.prober.clone();
        let target = self.book.target(&key);
        let may_learn = self.book.may_learn(&key);
        async move {
            match target {
                Some(target) => {
                    let (report, learned) = examine(&prober, &target, may_learn).await;
                    (key, report, learned)
                }
                None => (key, None, None),
            }
        }
    }

    async fn finish(&mut self, (key, report, learned): Done) -> Result<(), Closed> {
        let wanted = self.book.contains(&key);
        self.schedule.finished(&key, self.origin.elapsed(), wanted);
        let Some(report) = report.filter(|_| wanted) else { return Ok(()) };
        self.book.note(&key, &report, learned);
        let result = report.into_result(Timestamp::now());
        self.send(Observation::Probed { service: key.service, instance: key.instance, result }).await
    }

    async fn send(&self, observation: Observation) -> Result<(), Closed> {
        self.out.send(observation).await.map_err(|_| Closed)
    }
}

/// The store is gone: the program shuts down.
struct Closed;
