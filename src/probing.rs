//! What is probed, when, at which depth, and what a result means: every decision about probes,
//! without a probe.
//! Knows: model, and of probe the plain types and derivations.
//! Never: opens a connection, reads a clock, or names the engine or the store. Times come as
//! durations since one fixed moment.
//!
//! | a target | is probed | decided in |
//! |---|---|---|
//! | of a service that a rule excludes, that does not run, or whose inspection is awaited | not: it is none | `options`, `targets` |
//! | that no address leads to | not: that is the result, once an interval | `targets` |
//! | that is new, started again, became healthy for Docker, or reachable | at once, often until a success | `trigger` |
//! | that starts, fails, changed within a minute, or needs what broke within a minute | every 5 s | `urgency` |
//! | any other | once an interval, at a moment of its own | `schedule` |
//! | that is due | when its host and hubdeck run fewer probes than they may: [`ProbeState`] | `schedule` |
//! | whose failure waits for results of what its service needs | when that result was sent | `result_ordering` |
//! | whose expensive probe failed five times | [`Depth::ConnectOnly`], and in full after 30 s to 5 min | `breaker`, `breaker_gate` |
//! | that writes a line into its log about every probe | with quiet requests, or [`Depth::ConnectOnly`] | `quiet_mode` |
//! | whose guessed protocol is another one | as corrected: [`ProtocolCorrection`] | `correction` |
//!
//! | a result | means | decided in |
//! |---|---|---|
//! | of a probe that ended | that it counts for its service or not, and why: [`Relevance`] | `relevance` |
//! | that counts | a state, by how many of a kind came in a row: [`ProbeHistory`] | `history` |
//!
//! So a service that fails may still be healthy because its target is not probed yet
//! ([`ProbeState`]), because the result is held ([`ProbeState::ResultHeld`]) or does not count
//! ([`IgnoreReason`]), or because too few came in a row ([`ProbeHistory`]).

mod breaker;
mod breaker_gate;
mod consecutive_results;
mod correction;
mod history;
mod job;
mod key;
mod last_sync;
mod options;
mod quiet_mode;
mod relevance;
mod result_ordering;
pub mod schedule;
mod targets;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod trigger;
mod urgency;

use std::sync::Arc;
use std::time::Duration;

use crate::model::{InstanceFacts, ProbeResult, Snapshot, Timestamp};
use crate::probe::Location;

use last_sync::LastSync;
use result_ordering::{NeededTarget, NewResult, Order, ResultOrdering};
use schedule::Schedule;
use targets::{Applied, Targets};

pub use breaker::Depth;
pub use correction::ProtocolCorrection;
pub use history::ProbeHistory;
pub use job::{FinishedJob, JobOutcome, ProbeJob, Probed};
pub use key::TargetKey;
pub use options::{DENSE_INTERVAL, ProbeOptions};
pub use relevance::{Circumstances, FinishedProbe, Grounds, IgnoreReason, Relevance};
pub use schedule::ProbeState;

/// What is due within one of these starts together: a thousand targets would wake hubdeck a
/// thousand times an interval otherwise.
const TOGETHER: Duration = Duration::from_millis(100);

/// All targets, their schedule, and the results that are held back.
#[derive(Debug)]
pub struct Probing {
    options: ProbeOptions,
    targets: Targets,
    schedule: Schedule,
    ordering: ResultOrdering<ProbeResult>,
    /// `None` where the next sync has to make every target anew.
    last_sync: Option<LastSync>,
}

impl Probing {
    /// No targets yet.
    #[must_use]
    pub fn new(options: ProbeOptions) -> Self {
        Self {
            schedule: Schedule::new(options.pace()),
            options,
            targets: Targets::default(),
            ordering: ResultOrdering::default(),
            last_sync: None,
        }
    }

    /// Makes `options` hold from the next sync on.
    pub fn set_options(&mut self, options: ProbeOptions) {
        if self.options != options {
            self.options = options;
            self.last_sync = None;
        }
    }

    /// Takes over the targets of `snapshot`, probed from `location`; gives the held results that
    /// need not wait any more.
    pub fn sync(
        &mut self,
        snapshot: Arc<Snapshot>,
        location: Location,
        now: Duration,
    ) -> Vec<Probed> {
        let last = self.last_sync.as_mut();
        if last.is_some_and(|last| last.covers(&snapshot, &location)) {
            return Vec::new();
        }
        let entries = self.targets.sync(&snapshot, &self.options, &location);
        self.schedule.sync(now, self.options.pace(), entries);
        let ends = self.targets.urgency_ends();
        self.last_sync = Some(LastSync::of(snapshot, location, ends));
        let free = self.ordering.retain(|key| self.targets.contains(key));
        self.release(free, now)
    }

    /// Sentences about labels that were ignored, each once.
    pub fn warnings(&mut self) -> Vec<String> {
        self.targets.new_warnings()
    }

    /// The probes that start at `now`; each counts as running until [`Self::finished`].
    pub fn next(&mut self, now: Duration) -> Vec<ProbeJob> {
        let due = self.schedule.start_due(now);
        let job = |key| {
            let job = self.targets.job(&key, now);
            if job.is_none() {
                self.schedule.finished(&key, now, false);
            }
            job
        };
        due.into_iter().filter_map(job).collect()
    }

    /// Takes in what came of `job`; its result is of the time `at`. `snapshot` is the latest one.
    pub fn finished(
        &mut self,
        job: &ProbeJob,
        outcome: JobOutcome,
        snapshot: &Snapshot,
        now: Duration,
        at: Timestamp,
    ) -> FinishedJob {
        let key = &job.key;
        self.schedule.finished(key, now, self.targets.contains(key));
        let Some(Applied {
            report,
            failed,
            trial,
        }) = self.targets.apply(key, job.depth, outcome, now)
        else {
            return FinishedJob::default();
        };
        if trial {
            self.schedule.run_soon(key, now);
        }
        let parents = if failed == Some(true) && !trial {
            self.needed_by(key, snapshot)
        } else {
            Vec::new()
        };
        let shortage = report.as_ref().and_then(|report| report.shortage);
        let new = NewResult {
            key: key.clone(),
            started: job.started,
            failed,
            result: report.map(|report| report.into_result(at)),
        };
        let probed = match self.ordering.take(new, parents, now) {
            Order::Send(results) => self.release(results, now),
            Order::Hold(due) => {
                self.schedule.suspend(key);
                due.iter().for_each(|key| self.schedule.run_soon(key, now));
                Vec::new()
            }
        };
        FinishedJob { shortage, probed }
    }

    /// The targets whose results are sent before a failure of `key`. While the engine is lost,
    /// failures of its containers prove nothing, so that there is nothing to wait for.
    fn needed_by(&self, key: &TargetKey, snapshot: &Snapshot) -> Vec<NeededTarget> {
        if snapshot.engine.status.is_lost() {
            Vec::new()
        } else {
            self.targets.needed_by(key, snapshot)
        }
    }

    /// Makes every target due, with a full probe.
    pub fn refresh(&mut self, now: Duration) {
        self.targets.try_all(now);
        self.schedule.all_now(now);
    }

    /// The held results that have waited long enough, in the order to send them.
    pub fn expired(&mut self, now: Duration) -> Vec<Probed> {
        let late = self.ordering.expired(now);
        self.release(late, now)
    }

    /// When [`Self::next`] or [`Self::expired`] may give something; `None` while a probe must end
    /// before.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        let start = self.schedule.next_start().map(together);
        start.into_iter().chain(self.ordering.next_expiry()).min()
    }

    /// Why `key` is probed at `now`, or why not; `None` where it is no target.
    #[must_use]
    pub fn state(&self, key: &TargetKey, now: Duration) -> Option<ProbeState> {
        self.schedule.state(key, now)
    }

    /// Whether every container of `snapshot`, the latest one, was inspected, and every target was
    /// probed and no result is held. Probes that run are not counted.
    #[must_use]
    pub fn has_probed_all(&self, snapshot: &Snapshot) -> bool {
        let mut instances = snapshot
            .services
            .iter()
            .flat_map(|service| &service.instances);
        let is_known =
            |facts: &InstanceFacts| !facts.is_running() || !snapshot.awaits_inspection(facts);
        snapshot.has_list()
            && self.ordering.next_expiry().is_none()
            && self.schedule.has_started_all()
            && instances.all(|instance| is_known(&instance.facts))
    }

    /// The results for the store; their targets are probed again in their turn.
    fn release(&mut self, results: Vec<(TargetKey, ProbeResult)>, now: Duration) -> Vec<Probed> {
        let release = |(key, result): (TargetKey, ProbeResult)| {
            self.schedule.resume(&key, now);
            Probed {
                service: key.service,
                instance: key.instance,
                result,
            }
        };
        results.into_iter().map(release).collect()
    }
}

/// The end of the part of time that `due` falls into.
fn together(due: Duration) -> Duration {
    let part = TOGETHER.as_nanos();
    let parts = u32::try_from(due.as_nanos().div_ceil(part)).unwrap_or(u32::MAX);
    TOGETHER.saturating_mul(parts)
}
