//! Resource samples: what is on screen often, everything else now and then.

mod differ;
mod schedule;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::{connected, permit};
use crate::engine::{Engine, EngineError, RawStats};
use crate::model::sections::Metrics;
use crate::model::{
    Dropped, Feature, Focus, InstanceFacts, InstanceId, Observation, Snapshot, Timestamp,
};
use differ::Machine;
use schedule::SampleSchedule;

/// How often containers are sampled; may change while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SamplingOptions {
    /// Whether anything is sampled.
    pub enabled: bool,
    /// Time between two samples of a container on screen.
    pub focused_every: Duration,
    /// Time between two samples of any other running container.
    pub others_every: Duration,
    /// Time between a container's first reading and its second, which gives the first rates.
    pub second_after: Duration,
}

impl Default for SamplingOptions {
    fn default() -> Self {
        let metrics = Metrics::default();
        Self {
            enabled: true,
            focused_every: metrics.focused_interval,
            others_every: metrics.background_interval,
            second_after: Duration::from_millis(900),
        }
    }
}

/// Distance of the moments at which something may be due. One wake-up serves all that are.
const TICK: Duration = Duration::from_secs(1);
/// Shortest time between two such moments.
const LEAST_TICK: Duration = Duration::from_millis(20);
/// Calls side by side.
const CONCURRENCY: usize = 4;

/// What sampling reads and the channel it sends to.
struct Sampler {
    link: watch::Receiver<Option<Engine>>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    focus: watch::Receiver<Focus>,
    options: watch::Receiver<SamplingOptions>,
    complete: watch::Sender<bool>,
    out: mpsc::Sender<Observation>,
    schedule: SampleSchedule,
    /// Containers whose latest reading worked on this connection.
    answering: HashSet<InstanceId>,
    /// Samples dropped and not yet reported.
    dropped: u64,
    /// Whether this connection refuses statistics.
    refused: bool,
}

/// Samples running containers for as long as `out` is read.
///
/// What is in `focus` comes every `focused_every`, the rest every `others_every`, spread. A sample
/// that finds `out` full is dropped and counted. `complete` becomes true when every running
/// container was read twice, or cannot be read.
pub async fn run(
    link: watch::Receiver<Option<Engine>>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    focus: watch::Receiver<Focus>,
    options: watch::Receiver<SamplingOptions>,
    complete: watch::Sender<bool>,
    out: mpsc::Sender<Observation>,
) {
    let schedule = SampleSchedule::default();
    let answering = HashSet::new();
    let mut sampler = Sampler {
        link,
        snapshots,
        focus,
        options,
        complete,
        out,
        schedule,
        answering,
        dropped: 0,
        refused: false,
    };
    while let Some(engine) = connected(&mut sampler.link, &sampler.out).await {
        if sampler.sample_until_lost(&engine).await.is_none() {
            return;
        }
    }
}

impl Sampler {
    /// Samples until the link changes; `None` when nobody reads any more.
    async fn sample_until_lost(&mut self, engine: &Engine) -> Option<()> {
        // Counters of another engine, or from before a gap, are no base for rates.
        self.schedule = SampleSchedule::default();
        self.answering.clear();
        let mut ticks = interval(tick(self.options.borrow().second_after));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        if std::mem::take(&mut self.refused) {
            // Another connection may permit what the last one did not.
            permit(Feature::Stats, &self.out).await?;
        }
        let out = self.out.clone();
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                // Someone looks at something new: it shall not wait for the tick.
                changed = self.focus.changed(), if !self.refused => changed.ok()?,
                changed = self.link.changed() => {
                    changed.ok()?;
                    return Some(());
                }
                () = out.closed() => return None,
            }
            let options = *self.options.borrow();
            if !self.refused && options.enabled {
                self.pass(engine, &options).await?;
            }
            if self.refused || !options.enabled || self.has_read_all() {
                self.complete
                    .send_if_modified(|complete| !std::mem::replace(complete, true));
            }
        }
    }

    /// Samples what is due; `None` when nobody reads any more.
    async fn pass(&mut self, engine: &Engine, options: &SamplingOptions) -> Option<()> {
        let (due, machine) = self.due(options);
        let readings = futures_util::stream::iter(due)
            .map(|facts| async move {
                let now = Timestamp::now();
                (engine.read_stats(&facts.id, now).await, facts, now)
            })
            .buffer_unordered(CONCURRENCY);
        let mut readings = std::pin::pin!(readings);
        while let Some((reading, facts, now)) = readings.next().await {
            match reading {
                Ok(Some(stats)) => self.send_sample(stats, &facts, machine, now),
                Ok(None) => {
                    self.answering.remove(&facts.id);
                    self.schedule.forget(&facts.id);
                }
                Err(error) => {
                    self.answering.remove(&facts.id);
                    // Where others are permitted, one refusal concerns its container only.
                    if let Some(reason) = error.refusal().filter(|_| self.answering.is_empty()) {
                        return self.refuse(reason).await;
                    }
                    self.postpone(&facts.id, &error, options);
                }
            }
        }
        self.report_dropped();
        Some(())
    }

    async fn refuse(&mut self, reason: String) -> Option<()> {
        self.refused = true;
        let refused = Observation::Refused {
            feature: Feature::Stats,
            reason: Some(reason),
        };
        self.out.send(refused).await.ok()
    }

    /// Running containers whose time has come, and the machine they run on.
    fn due(&mut self, options: &SamplingOptions) -> (Vec<Arc<InstanceFacts>>, Machine) {
        let snapshot = Arc::clone(&self.snapshots.borrow());
        let focus = self.focus.borrow_and_update().clone();
        let machine = snapshot
            .engine
            .info
            .as_ref()
            .map_or_else(Machine::default, |info| Machine {
                memory_bytes: info.memory_bytes,
                cpus: info.cpus,
            });
        let running = snapshot
            .services
            .iter()
            .flat_map(|service| &service.instances)
            .map(|instance| &instance.facts)
            .filter(|facts| facts.is_running());
        (
            self.schedule.due(Instant::now(), running, &focus, options),
            machine,
        )
    }

    /// Whether every running container of the latest list was read twice, or cannot be read.
    fn has_read_all(&self) -> bool {
        let snapshot = self.snapshots.borrow();
        let instances = || {
            snapshot
                .services
                .iter()
                .flat_map(|service| &service.instances)
        };
        snapshot.has_list()
            && instances()
                .filter(|instance| instance.facts.is_running())
                .all(|instance| self.schedule.has_second(&instance.facts.id))
    }

    fn send_sample(
        &mut self,
        stats: RawStats,
        facts: &InstanceFacts,
        machine: Machine,
        now: Timestamp,
    ) {
        self.answering.insert(facts.id.clone());
        let Some(differ) = self.schedule.differ(&facts.id) else {
            return;
        };
        let sample = differ.sample(stats, facts, machine, now);
        let observation = Observation::Sampled {
            instance: facts.id.clone(),
            sample,
        };
        if self.out.try_send(observation).is_err() {
            self.dropped += 1;
        }
    }

    fn report_dropped(&mut self) {
        if self.dropped == 0 {
            return;
        }
        let observation = Observation::Dropped {
            what: Dropped::Samples,
            count: self.dropped,
        };
        if self.out.try_send(observation).is_ok() {
            self.dropped = 0;
        }
    }

    /// A container that does not answer must not be asked every time.
    fn postpone(&mut self, id: &InstanceId, error: &EngineError, options: &SamplingOptions) {
        tracing::debug!(%error, "no sample");
        self.schedule
            .postpone(id, Instant::now() + options.others_every);
    }
}

/// Time between two wake-ups: short enough that a short wait for the second reading is kept.
fn tick(second_after: Duration) -> Duration {
    if second_after < TICK / 2 {
        (second_after / 4).max(LEAST_TICK)
    } else {
        TICK
    }
}

/// A running container as an inspection contains it, with the fields of the JSON object `patch`.
#[cfg(test)]
fn facts_for_test(id: &str, patch: &str) -> InstanceFacts {
    let unknown = InstanceFacts {
        state: crate::model::InstanceState::Running,
        started_at: "2024-01-01T00:00:00Z".parse().ok(),
        network_mode: "bridge".into(),
        inspected: true,
        ..InstanceFacts::unknown(id.into(), id, None, id.into())
    };
    let mut value = serde_json::to_value(unknown).expect("facts");
    let patch: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(patch).expect("a patch");
    value.as_object_mut().expect("an object").extend(patch);
    serde_json::from_value(value).expect("facts")
}
