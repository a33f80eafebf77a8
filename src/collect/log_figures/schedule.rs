//! Which logs are read when, and from where on: bookkeeping without I/O; time enters as a value.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::collect::spread;
use crate::model::{
    Instance, InstanceId, LogSource, Service, ServiceId, SignedDuration, Snapshot, Timestamp,
};

/// Lines asked for at first, and where a log was silent.
const FIRST: u32 = 1_000;
const LEAST: u32 = 20;
/// Longest time after which a log that could not be read is tried again.
const LONGEST: Duration = Duration::from_secs(3_600);

/// The logs of one service that are to be read now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LogJob {
    /// The service.
    pub service: ServiceId,
    /// When it was last started or deployed: the latest start of its containers.
    pub started: Option<Timestamp>,
    /// Its containers.
    pub sources: Vec<SourceJob>,
}

/// One log, and where the last reading of it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SourceJob {
    /// The container.
    pub source: LogSource,
    /// The time of the last line that was read.
    pub last_line: Option<Timestamp>,
    /// When it was last read; `None` at first.
    pub read_until: Option<Timestamp>,
    /// More lines than are likely to have come since.
    pub expected: u32,
}

impl SourceJob {
    /// The time from which on lines are wanted.
    pub fn since(&self) -> Option<Timestamp> {
        // The engine gives lines at or after a time.
        let next = |at: Timestamp| at.checked_add(SignedDuration::from_nanos(1)).unwrap_or(at);
        self.last_line.map(next)
    }
}

/// When each service is due, and where the readings of its containers ended.
#[derive(Default)]
pub(super) struct ReadingSchedule {
    services: HashMap<ServiceId, Instant>,
    sources: HashMap<InstanceId, SourceTrack>,
}

#[derive(Debug)]
struct SourceTrack {
    last_line: Option<Timestamp>,
    read_until: Option<Timestamp>,
    expected: u32,
    /// Whether it ran when it was last read: what it wrote at its end is still to be read.
    ran: bool,
    failures: u32,
    /// Not before this.
    not_before: Option<Instant>,
}

impl Default for SourceTrack {
    fn default() -> Self {
        Self {
            last_line: None,
            read_until: None,
            expected: FIRST,
            ran: true,
            failures: 0,
            not_before: None,
        }
    }
}

impl ReadingSchedule {
    /// What is due at `now`, each booked for its next time; what `snapshot` has not is forgotten.
    /// Each service is read once in the time that `every` gives for it, spread over that; one whose
    /// container ended is due at once.
    pub fn due(
        &mut self,
        now: Instant,
        snapshot: &Snapshot,
        every: impl Fn(&Service) -> Duration,
    ) -> Vec<LogJob> {
        self.forget_gone(snapshot);
        let mut due = Vec::new();
        for service in &snapshot.services {
            let every = every(service);
            let spread = || now + spread(service.id.as_str(), every);
            let booked = self
                .services
                .entry(service.id.clone())
                .or_insert_with(spread);
            // An interval that was made shorter does not wait for the turn that was booked.
            *booked = (*booked).min(now + every);
            let is_due = *booked <= now;
            let ended = |each: &Instance| !each.facts.is_running() && self.ran(&each.facts.id);
            if !is_due && !service.instances.iter().any(ended) {
                continue;
            }
            let sources = self.sources_of(service, now);
            if is_due {
                self.services.insert(service.id.clone(), now + every);
            }
            if !sources.is_empty() {
                due.push(LogJob {
                    service: service.id.clone(),
                    started: started(service),
                    sources,
                });
            }
        }
        due
    }

    /// Whether `id` was read and ran then.
    fn ran(&self, id: &InstanceId) -> bool {
        let track = self.sources.get(id);
        track.is_some_and(|track| track.ran && track.read_until.is_some())
    }

    /// The containers of `service` that run, and those that ended since they were last read.
    fn sources_of(&mut self, service: &Service, now: Instant) -> Vec<SourceJob> {
        let mut sources = Vec::new();
        for instance in &service.instances {
            let facts = &instance.facts;
            // A list does not contain the form of the log.
            let is_known = facts.inspected || facts.unread.inspection.is_some();
            let runs = facts.is_running();
            if !is_known || !(runs || self.ran(&facts.id)) {
                continue;
            }
            let track = self.sources.entry(facts.id.clone()).or_default();
            track.ran = runs;
            if track.not_before.is_some_and(|time| now < time) {
                continue;
            }
            sources.push(SourceJob {
                source: facts.log_source(),
                last_line: track.last_line,
                read_until: track.read_until,
                expected: track.expected,
            });
        }
        sources
    }

    fn forget_gone(&mut self, snapshot: &Snapshot) {
        let services = || snapshot.services.iter();
        let ids = services().map(|service| &service.id);
        let ids: std::collections::HashSet<_> = ids.collect();
        self.services.retain(|id, _| ids.contains(id));
        let instances = services().flat_map(|service| &service.instances);
        let instances: std::collections::HashSet<_> =
            instances.map(|each| &each.facts.id).collect();
        self.sources.retain(|id, _| instances.contains(id));
    }

    /// A log was read until `until`: `lines` came, the last at `newest`.
    pub fn done(
        &mut self,
        source: &SourceJob,
        until: Timestamp,
        newest: Option<Timestamp>,
        lines: u32,
    ) {
        let Some(track) = self.sources.get_mut(&source.source.instance) else {
            return;
        };
        track.last_line = track.last_line.max(newest);
        track.read_until = Some(until);
        track.expected = lines.saturating_mul(2).max(LEAST);
        (track.failures, track.not_before) = (0, None);
    }

    /// A log cannot be read: each time it waits twice as long.
    pub fn failed(&mut self, source: &SourceJob, now: Instant, every: Duration) {
        if let Some(track) = self.sources.get_mut(&source.source.instance) {
            track.failures = track.failures.saturating_add(1);
            let times = 2_u32.saturating_pow(track.failures);
            track.not_before = Some(now + every.saturating_mul(times).min(LONGEST));
        }
    }
}

/// The latest start of a container of `service`.
fn started(service: &Service) -> Option<Timestamp> {
    let starts = service.instances.iter();
    starts.filter_map(|each| each.facts.started_at).max()
}

#[cfg(test)]
mod tests;
