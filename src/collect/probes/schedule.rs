//! When each target is probed: pure, with time as an argument.
//!
//! Every target has a place on an absolute grid of its own, given by a hash of its name, so that a
//! slow probe neither drifts nor shifts others, and a restart of hubdeck changes nothing. Of a host
//! that is busy only the first waiting target is looked at, so that its crowd costs nobody time.

mod slot;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use crate::model::{InstanceId, ServiceId};

use slot::{Slot, State};

/// Shortest time between two starts of a target that is asked for out of turn.
const GAP: Duration = Duration::from_millis(500);

/// What is probed: a service as a whole, or one of its instances.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The service.
    pub service: ServiceId,
    /// The instance; `None` for the service as a whole.
    pub instance: Option<InstanceId>,
}

impl Key {
    /// FNV-1a over the names; the same in every run.
    fn hash(&self) -> u64 {
        let instance = self.instance.as_ref().map_or("", InstanceId::as_str);
        let bytes = self
            .service
            .as_str()
            .bytes()
            .chain([0])
            .chain(instance.bytes());
        bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }
}

/// How often and how many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Period of a quiet target.
    pub interval: Duration,
    /// Period of a target that needs watching.
    pub fast: Duration,
    /// Probes at once.
    pub concurrency: usize,
    /// Probes at once of one host.
    pub per_host: usize,
}

/// A target that shall be probed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// What to probe.
    pub key: Key,
    /// What is spared by the limit per host.
    pub host: Arc<str>,
    /// Whether it needs watching.
    pub fast: bool,
    /// Whether it is due now, whatever came of it before.
    pub due: bool,
}

/// The schedule. Times are durations since one fixed moment.
#[derive(Debug)]
pub struct Schedule {
    pace: Pace,
    slots: HashMap<Key, Slot>,
    hosts: HashMap<Arc<str>, Host>,
    /// The first waiting target of each host that may have another probe, by due time.
    heads: BTreeSet<(Duration, Key)>,
    running: usize,
}

/// What is known of a host that is probed or to be probed.
#[derive(Debug, Default)]
struct Host {
    /// Probes of it that run.
    busy: usize,
    /// Its waiting targets by due time; running and parked ones are not in it.
    waiting: BTreeSet<(Duration, Key)>,
    /// Its entry among the heads.
    head: Option<(Duration, Key)>,
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

    /// Makes `wishes` the targets: new ones are due at once, missing ones are forgotten.
    pub fn sync(&mut self, now: Duration, pace: Pace, wishes: impl IntoIterator<Item = Wish>) {
        let repaced = pace.interval != self.pace.interval || pace.fast != self.pace.fast;
        let relimited = pace.per_host != self.pace.per_host;
        self.pace = pace;
        let mut wanted = HashSet::with_capacity(self.slots.len());
        for wish in wishes {
            self.wish(now, &wish, repaced);
            wanted.insert(wish.key);
        }
        // One that runs keeps its place among the running until it ends.
        let gone = |key: &Key, slot: &Slot| {
            !wanted.contains(key) && !matches!(slot.state, State::Running(_))
        };
        let gone: Vec<Key> = self
            .slots
            .iter()
            .filter(|(key, slot)| gone(key, slot))
            .map(|(key, _)| key.clone())
            .collect();
        for key in gone {
            self.dequeue(&key);
            self.slots.remove(&key);
        }
        if relimited {
            let hosts: Vec<Arc<str>> = self.hosts.keys().cloned().collect();
            hosts.iter().for_each(|host| self.rehead(host));
        }
    }

    fn wish(&mut self, now: Duration, wish: &Wish, repaced: bool) {
        let Some(slot) = self.slots.get(&wish.key) else {
            let slot = Slot {
                host: Arc::clone(&wish.host),
                hash: wish.key.hash(),
                fast: wish.fast,
                due: now,
                base: now,
                started: None,
                state: State::Waiting,
                again: false,
            };
            self.slots.insert(wish.key.clone(), slot);
            self.enqueue(&wish.key);
            return;
        };
        let (moved, repaced) = (slot.host != wish.host, repaced || slot.fast != wish.fast);
        if moved || repaced {
            self.adapt(now, wish, repaced);
        }
        if wish.due {
            self.bring_forward(&wish.key, now);
        }
    }

    /// Takes over host and period of a target that is known.
    fn adapt(&mut self, now: Duration, wish: &Wish, repaced: bool) {
        let pace = self.pace;
        self.dequeue(&wish.key);
        if let Some(slot) = self.slots.get_mut(&wish.key) {
            slot.host = Arc::clone(&wish.host);
            slot.fast = wish.fast;
            if repaced && matches!(slot.state, State::Waiting) && slot.due > now {
                slot.advance(&pace, now, now);
            }
        }
        self.enqueue(&wish.key);
    }

    /// Makes every target due now; one that runs is due again when it ends.
    pub fn all_now(&mut self, now: Duration) {
        let keys: Vec<Key> = self.slots.keys().cloned().collect();
        for key in keys {
            self.put_forward(&key, |slot| slot.due.min(now));
        }
    }

    /// Makes `key` due now, but not sooner than half a second after its last start. One that runs
    /// is due again when it ends.
    fn bring_forward(&mut self, key: &Key, now: Duration) {
        self.put_forward(key, |slot| {
            let earliest = slot.started.map_or(now, |started| started + GAP);
            slot.due.min(earliest.max(now))
        });
    }

    /// Makes `key` due now and before all others; but not sooner than half a second after its last
    /// start. One that runs is due again when it ends.
    pub fn hasten(&mut self, key: &Key, now: Duration) {
        self.put_forward(key, |slot| {
            let earliest = slot.started.map_or(Duration::ZERO, |started| started + GAP);
            slot.due.min(if earliest <= now {
                Duration::ZERO
            } else {
                earliest
            })
        });
    }

    fn put_forward(&mut self, key: &Key, due: impl FnOnce(&Slot) -> Duration) {
        self.dequeue(key);
        if let Some(slot) = self.slots.get_mut(key) {
            match slot.state {
                State::Waiting => {
                    slot.due = due(slot);
                    slot.base = slot.base.min(slot.due);
                }
                State::Running(_) | State::Parked => slot.again = true,
            }
        }
        self.enqueue(key);
    }

    /// Leaves `key` alone until [`Self::unpark`].
    pub fn park(&mut self, key: &Key) {
        self.dequeue(key);
        if let Some(slot) = self
            .slots
            .get_mut(key)
            .filter(|slot| matches!(slot.state, State::Waiting))
        {
            slot.state = State::Parked;
        }
    }

    /// Takes `key` up again: a grid point that went by meanwhile is left out.
    pub fn unpark(&mut self, key: &Key, now: Duration) {
        let pace = self.pace;
        if let Some(slot) = self
            .slots
            .get_mut(key)
            .filter(|slot| matches!(slot.state, State::Parked))
        {
            slot.state = State::Waiting;
            if std::mem::take(&mut slot.again) {
                (slot.due, slot.base) = (now, now);
            } else if slot.due <= now {
                slot.advance(&pace, slot.base, now);
            }
            self.enqueue(key);
        }
    }

    /// Targets to start now, longest due first, within the limits; they count as running from here.
    pub fn start_due(&mut self, now: Duration) -> Vec<Key> {
        let mut started = Vec::new();
        while self.running < self.pace.concurrency
            && let Some((_, key)) = self.heads.first().filter(|(due, _)| *due <= now).cloned()
        {
            self.dequeue(&key);
            let Some(slot) = self.slots.get_mut(&key) else {
                continue;
            };
            let host = Arc::clone(&slot.host);
            slot.started = Some(now);
            slot.state = State::Running(Arc::clone(&host));
            self.running += 1;
            self.hosts.entry(Arc::clone(&host)).or_default().busy += 1;
            self.rehead(&host);
            started.push(key);
        }
        started
    }

    /// Says that the probe of `key` ended; the next one is at its next grid point after `now`.
    pub fn finished(&mut self, key: &Key, now: Duration, wanted: bool) {
        let pace = self.pace;
        let Some(slot) = self.slots.get_mut(key) else {
            return;
        };
        let State::Running(host) = std::mem::replace(&mut slot.state, State::Waiting) else {
            return;
        };
        if wanted {
            slot.advance(&pace, slot.base, now);
            if std::mem::take(&mut slot.again) {
                let earliest = slot.started.map_or(now, |started| started + GAP);
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

    /// When something may start next; `None` while only the end of a running probe can tell.
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
    fn enqueue(&mut self, key: &Key) {
        let Some(slot) = self
            .slots
            .get(key)
            .filter(|slot| matches!(slot.state, State::Waiting))
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
    fn dequeue(&mut self, key: &Key) {
        let Some(slot) = self.slots.get(key) else {
            return;
        };
        let (host, entry) = (Arc::clone(&slot.host), (slot.due, key.clone()));
        if self
            .hosts
            .get_mut(&host)
            .is_some_and(|host| host.waiting.remove(&entry))
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
