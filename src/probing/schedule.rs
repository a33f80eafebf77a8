//! When each target is probed.
//!
//! Every target has a place on an absolute grid of its own, given by a hash of its name, so that a
//! slow probe neither drifts nor shifts others, and a restart of hubdeck changes nothing. Of each
//! host only the first waiting target is compared with the others, so that a host with many targets
//! costs no time.

mod probe_state;
mod slot;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use super::key::TargetKey;
use slot::{Slot, Stage};

pub use probe_state::ProbeState;

/// Shortest time between two starts of a target that is asked for out of turn.
const MIN_SPACING: Duration = Duration::from_millis(500);

/// How often and how many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Time between two probes of a target.
    pub interval: Duration,
    /// Time between two probes of one that is probed often.
    pub fast: Duration,
    /// Probes at once.
    pub concurrency: usize,
    /// Probes at once of one host.
    pub per_host: usize,
}

/// A target to schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleEntry {
    /// What to probe.
    pub key: TargetKey,
    /// What the limit per host counts.
    pub host: Arc<str>,
    /// Whether it is probed often.
    pub fast: bool,
    /// Whether a probe is due now.
    pub due: bool,
}

/// The schedule. Times are durations since one fixed moment.
#[derive(Debug)]
pub struct Schedule {
    pace: Pace,
    slots: HashMap<TargetKey, Slot>,
    hosts: HashMap<Arc<str>, Host>,
    /// The first waiting target of each host that may have another probe, by due time.
    heads: BTreeSet<(Duration, TargetKey)>,
    running: usize,
}

/// What is known of a host that is probed or to be probed.
#[derive(Debug, Default)]
struct Host {
    /// Probes of it that run.
    busy: usize,
    /// Its waiting targets by due time; running and suspended ones are not in it.
    waiting: BTreeSet<(Duration, TargetKey)>,
    /// Its entry among the heads.
    head: Option<(Duration, TargetKey)>,
}

impl Schedule {
    /// An empty schedule.
    #[must_use]
    pub fn new(pace: Pace) -> Self {
        Self {
            pace,
            slots: HashMap::new(),
            hosts: HashMap::new(),
            heads: BTreeSet::new(),
            running: 0,
        }
    }

    /// Makes `entries` the targets: new ones are due at once, missing ones are forgotten.
    pub fn sync(
        &mut self,
        now: Duration,
        pace: Pace,
        entries: impl IntoIterator<Item = ScheduleEntry>,
    ) {
        let repaced = pace.interval != self.pace.interval || pace.fast != self.pace.fast;
        let relimited = pace.per_host != self.pace.per_host;
        self.pace = pace;
        let mut wanted = HashSet::with_capacity(self.slots.len());
        for entry in entries {
            self.add(now, &entry, repaced);
            wanted.insert(entry.key);
        }
        self.drop_gone(&wanted);
        if relimited {
            let hosts: Vec<Arc<str>> = self.hosts.keys().cloned().collect();
            hosts.iter().for_each(|host| self.rehead(host));
        }
    }

    /// Drops what is not wanted. One that runs keeps its place among the running until it ends.
    fn drop_gone(&mut self, wanted: &HashSet<TargetKey>) {
        let gone = |key: &TargetKey, slot: &Slot| {
            !wanted.contains(key) && !matches!(slot.stage, Stage::Running(_))
        };
        let gone: Vec<TargetKey> = self
            .slots
            .iter()
            .filter(|(key, slot)| gone(key, slot))
            .map(|(key, _)| key.clone())
            .collect();
        for key in gone {
            self.dequeue(&key);
            self.slots.remove(&key);
        }
    }

    fn add(&mut self, now: Duration, entry: &ScheduleEntry, repaced: bool) {
        let Some(slot) = self.slots.get(&entry.key) else {
            let slot = Slot {
                host: Arc::clone(&entry.host),
                hash: entry.key.hash(),
                fast: entry.fast,
                due: now,
                base: now,
                started: None,
                stage: Stage::Waiting,
                again: false,
            };
            self.slots.insert(entry.key.clone(), slot);
            self.enqueue(&entry.key);
            return;
        };
        let (moved, repaced) = (slot.host != entry.host, repaced || slot.fast != entry.fast);
        if moved || repaced {
            self.adapt(now, entry, repaced);
        }
        if entry.due {
            self.bring_forward(&entry.key, now);
        }
    }

    /// Takes over host and period of a target that is known.
    fn adapt(&mut self, now: Duration, entry: &ScheduleEntry, repaced: bool) {
        let pace = self.pace;
        self.dequeue(&entry.key);
        if let Some(slot) = self.slots.get_mut(&entry.key) {
            slot.host = Arc::clone(&entry.host);
            slot.fast = entry.fast;
            if repaced && matches!(slot.stage, Stage::Waiting) && slot.due > now {
                slot.advance(&pace, now, now);
            }
        }
        self.enqueue(&entry.key);
    }

    /// Makes every target due now; one that runs is due again when it ends.
    pub fn all_now(&mut self, now: Duration) {
        let keys: Vec<TargetKey> = self.slots.keys().cloned().collect();
        for key in keys {
            self.put_forward(&key, |slot| slot.due.min(now));
        }
    }

    /// Makes `key` due now, but not sooner than half a second after its last start. One that runs
    /// is due again when it ends.
    fn bring_forward(&mut self, key: &TargetKey, now: Duration) {
        self.put_forward(key, |slot| {
            let earliest = slot.started.map_or(now, |started| started + MIN_SPACING);
            slot.due.min(earliest.max(now))
        });
    }

    /// Makes `key` due now and before all others, but not sooner than half a second after its last
    /// start. One that runs is due again when it ends.
    pub fn run_soon(&mut self, key: &TargetKey, now: Duration) {
        self.put_forward(key, |slot| {
            let earliest = slot
                .started
                .map_or(Duration::ZERO, |started| started + MIN_SPACING);
            slot.due.min(if earliest <= now {
                Duration::ZERO
            } else {
                earliest
            })
        });
    }

    fn put_forward(&mut self, key: &TargetKey, due: impl FnOnce(&Slot) -> Duration) {
        self.dequeue(key);
        if let Some(slot) = self.slots.get_mut(key) {
            match slot.stage {
                Stage::Waiting => {
                    slot.due = due(slot);
                    slot.base = slot.base.min(slot.due);
                }
                Stage::Running(_) | Stage::Suspended => slot.again = true,
            }
        }
        self.enqueue(key);
    }

    /// Probes `key` no more until [`Self::resume`].
    pub fn suspend(&mut self, key: &TargetKey) {
        self.dequeue(key);
        if let Some(slot) = self
            .slots
            .get_mut(key)
            .filter(|slot| matches!(slot.stage, Stage::Waiting))
        {
            slot.stage = Stage::Suspended;
        }
    }

    /// Probes `key` again: a grid point that went by meanwhile is left out.
    pub fn resume(&mut self, key: &TargetKey, now: Duration) {
        let pace = self.pace;
        if let Some(slot) = self
            .slots
            .get_mut(key)
            .filter(|slot| matches!(slot.stage, Stage::Suspended))
        {
            slot.stage = Stage::Waiting;
            if std::mem::take(&mut slot.again) {
                (slot.due, slot.base) = (now, now);
            } else if slot.due <= now {
                slot.advance(&pace, slot.base, now);
            }
            self.enqueue(key);
        }
    }

    /// Targets to start now, longest due first, within the limits; they count as running from here.
    pub fn start_due(&mut self, now: Duration) -> Vec<TargetKey> {
        let mut started = Vec::new();
        while let Some((_, key)) = self.heads.first().cloned()
            && self.state(&key, now) == Some(ProbeState::Due)
        {
            self.dequeue(&key);
            let Some(slot) = self.slots.get_mut(&key) else {
                continue;
            };
            let host = Arc::clone(&slot.host);
            slot.started = Some(now);
            slot.stage = Stage::Running(Arc::clone(&host));
            self.running += 1;
            self.hosts.entry(Arc::clone(&host)).or_default().busy += 1;
            self.rehead(&host);
            started.push(key);
        }
        started
    }

    /// The probe of `key` ended; the next one is at its next grid point after `now`.
    pub fn finished(&mut self, key: &TargetKey, now: Duration, wanted: bool) {
        let pace = self.pace;
        let Some(slot) = self.slots.get_mut(key) else {
            return;
        };
        let Stage::Running(host) = std::mem::replace(&mut slot.stage, Stage::Waiting) else {
            return;
        };
        if wanted {
            slot.advance(&pace, slot.base, now);
            if std::mem::take(&mut slot.again) {
                let earliest = slot.started.map_or(now, |started| started + MIN_SPACING);
                slot.due = slot.due.min(earliest.max(now));
                slot.base = slot.base.min(slot.due);
            }
        } else {
            self.slots.remove(key);
        }
        self.running -= 1;
        if let Some(host) = self.hosts.get_mut(&host) {
            host.busy -= 1;
        }
        self.rehead(&host);
        self.enqueue(key);
    }

    /// When a probe may start next; `None` while one must end before.
    #[must_use]
    pub fn next_start(&self) -> Option<Duration> {
        let full = self.running >= self.pace.concurrency;
        self.heads.first().filter(|_| !full).map(|(due, _)| *due)
    }

    /// Whether every target was started at least once.
    #[must_use]
    pub fn has_started_all(&self) -> bool {
        self.slots.values().all(|slot| slot.started.is_some())
    }

    /// Puts a waiting target into the queue of its host.
    fn enqueue(&mut self, key: &TargetKey) {
        let Some(slot) = self
            .slots
            .get(key)
            .filter(|slot| matches!(slot.stage, Stage::Waiting))
        else {
            return;
        };
        let (host, due) = (Arc::clone(&slot.host), slot.due);
        self.hosts
            .entry(Arc::clone(&host))
            .or_default()
            .waiting
            .insert((due, key.clone()));
        self.rehead(&host);
    }

    /// Takes a target out of the queue of its host.
    fn dequeue(&mut self, key: &TargetKey) {
        let Some(slot) = self.slots.get(key) else {
            return;
        };
        let (host, place) = (Arc::clone(&slot.host), (slot.due, key.clone()));
        if self
            .hosts
            .get_mut(&host)
            .is_some_and(|host| host.waiting.remove(&place))
        {
            self.rehead(&host);
        }
    }

    /// Finds anew which target of `host` is among the heads; forgets a host that has none left.
    fn rehead(&mut self, name: &Arc<str>) {
        let Some(host) = self.hosts.get_mut(name) else {
            return;
        };
        let free = host.busy < self.pace.per_host;
        let head = host.waiting.first().filter(|_| free);
        if head != host.head.as_ref() {
            if let Some(old) = host.head.take() {
                self.heads.remove(&old);
            }
            host.head = head.cloned();
            self.heads.extend(host.head.clone());
        }
        if host.busy == 0 && host.waiting.is_empty() {
            self.hosts.remove(name);
        }
    }
}
