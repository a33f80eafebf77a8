//! When each target is probed: pure, with time as an argument.
//!
//! Every target has a place on an absolute grid of its own, given by a hash of its name, so that
//! a slow probe neither drifts nor shifts others, and a restart of hubdeck changes nothing.

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use crate::model::{InstanceId, ServiceId};

/// Jitter around a grid point, in permille of the period, to both sides.
const JITTER: i64 = 100;

/// What is probed: a service as a whole, or one of its instances.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub service: ServiceId,
    pub instance: Option<InstanceId>,
}

impl Key {
    /// FNV-1a over the names; the same in every run.
    fn hash(&self) -> u64 {
        let instance = self.instance.as_ref().map_or("", InstanceId::as_str);
        let bytes = self.service.as_str().bytes().chain([0]).chain(instance.bytes());
        bytes
            .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }
}

/// How often and how many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pace {
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
pub(super) struct Wish {
    pub key: Key,
    /// What is spared by the limit per host.
    pub host: Arc<str>,
    /// Whether it needs watching.
    pub fast: bool,
}

/// The schedule. Times are durations since one fixed moment.
#[derive(Debug)]
pub(super) struct Schedule {
    pace: Pace,
    slots: HashMap<Key, Slot>,
    /// Waiting targets by due time; running ones are not in it.
    queue: BTreeSet<(Duration, Key)>,
    busy: HashMap<Arc<str>, usize>,
    running: usize,
}

#[derive(Debug)]
struct Slot {
    host: Arc<str>,
    hash: u64,
    fast: bool,
    due: Duration,
    /// The grid point that `due` stands for, without jitter.
    base: Duration,
    /// The host it counts for while it runs.
    running: Option<Arc<str>>,
    /// Asked for again while it ran.
    again: bool,
}

impl Schedule {
    /// An empty schedule.
    pub fn new(pace: Pace) -> Self {
        Self { pace, slots: HashMap::new(), queue: BTreeSet::new(), busy: HashMap::new(), running: 0 }
    }

    /// Makes `wishes` the targets: new ones are due at once, missing ones are forgotten.
    pub fn sync(&mut self, now: Duration, pace: Pace, wishes: impl IntoIterator<Item = Wish>) {
        let repaced = pace.interval != self.pace.interval || pace.fast != self.pace.fast;
        self.pace = pace;
        let mut wanted = HashSet::with_capacity(self.slots.len());
        for wish in wishes {
            self.wish(now, &wish, repaced);
            wanted.insert(wish.key);
        }
        let queue = &mut self.queue;
        self.slots.retain(|key, slot| {
            let keep = wanted.contains(key);
            if !keep && slot.running.is_none() {
                queue.remove(&(slot.due, key.clone()));
            }
            // One that runs keeps its place among the running until it ends.
            keep || slot.running.is_some()
        });
    }

    fn wish(&mut self, now: Duration, wish: &Wish, repaced: bool) {
        let pace = self.pace;
        let Some(slot) = self.slots.get_mut(&wish.key) else {
            let slot = Slot {
                host: Arc::clone(&wish.host),
                hash: wish.key.hash(),
                fast: wish.fast,
                due: now,
                base: now,
                running: None,
                again: false,
            };
            self.queue.insert((now, wish.key.clone()));
            self.slots.insert(wish.key.clone(), slot);
            return;
        };
        if slot.host != wish.host {
            slot.host = Arc::clone(&wish.host);
        }
        if slot.fast == wish.fast && !repaced {
            return;
        }
        slot.fast = wish.fast;
        if slot.running.is_none() && slot.due > now {
            self.queue.remove(&(slot.due, wish.key.clone()));
            slot.advance(&pace, now, now);
            self.queue.insert((slot.due, wish.key.clone()));
        }
    }

    /// Makes every target due now; one that runs is due again when it ends.
    pub fn all_now(&mut self, now: Duration) {
        self.queue.clear();
        for (key, slot) in &mut self.slots {
            if slot.running.is_some() {
                slot.again = true;
            } else {
                slot.due = slot.due.min(now);
                slot.base = slot.base.min(now);
                self.queue.insert((slot.due, key.clone()));
            }
        }
    }

    /// Targets to start now, longest due first, within the limits; they count as running from here.
    pub fn start_due(&mut self, now: Duration) -> Vec<Key> {
        let mut started = Vec::new();
        for (due, key) in &self.queue {
            if *due > now || self.running >= self.pace.concurrency {
                break;
            }
            let Some(slot) = self.slots.get_mut(key) else { continue };
            let busy = self.busy.entry(Arc::clone(&slot.host)).or_default();
            if *busy >= self.pace.per_host {
                continue;
            }
            *busy += 1;
            self.running += 1;
            slot.running = Some(Arc::clone(&slot.host));
            started.push((*due, key.clone()));
        }
        for entry in &started {
            self.queue.remove(entry);
        }
        started.into_iter().map(|(_, key)| key).collect()
    }

    /// Says that the probe of `key` ended; the next one is at its next grid point after `now`.
    pub fn finished(&mut self, key: &Key, now: Duration, wanted: bool) {
        let Some(slot) = self.slots.get_mut(key) else { return };
        let Some(host) = slot.running.take() else { return };
        self.running -= 1;
        if let Some(busy) = self.busy.get_mut(&host) {
            *busy -= 1;
            if *busy == 0 {
                self.busy.remove(&host);
            }
        }
        if !wanted {
            self.slots.remove(key);
            return;
        }
        if std::mem::take(&mut slot.again) {
            (slot.due, slot.base) = (now, now);
        } else {
            slot.advance(&self.pace, slot.base, now);
        }
        self.queue.insert((slot.due, key.clone()));
    }

    /// When something may start next; `None` while only the end of a running probe can tell.
    pub fn next_start(&self) -> Option<Duration> {
        if self.running >= self.pace.concurrency {
            return None;
        }
        let free = |key: &Key| {
            let host = self.slots.get(key).map(|slot| &slot.host);
            host.and_then(|host| self.busy.get(host)).is_none_or(|busy| *busy < self.pace.per_host)
        };
        self.queue.iter().find(|(_, key)| free(key)).map(|(due, _)| *due)
    }
}

impl Slot {
    /// Moves to the first grid point after both `last` and `now`; jitter never puts it before `now`.
    fn advance(&mut self, pace: &Pace, last: Duration, now: Duration) {
        let period = if self.fast { pace.fast.min(pace.interval) } else { pace.interval };
        let period = millis(period).max(1);
        let after = millis(last.max(now));
        let phase = self.hash % period;
        let index = if after < phase { 0 } else { (after - phase) / period + 1 };
        let base = phase.saturating_add(index.saturating_mul(period));
        self.base = Duration::from_millis(base);
        self.due =
            Duration::from_millis(base.saturating_add_signed(jitter(self.hash ^ index, period))).max(now);
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Jitter in milliseconds for the grid point that `seed` names; the same in every run.
fn jitter(seed: u64, period: u64) -> i64 {
    // SplitMix64's finalizer: neighbouring seeds give unrelated values.
    let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    let share = i64::try_from(mixed % 2_001).unwrap_or_default() - 1_000;
    i64::try_from(period).unwrap_or(i64::MAX).saturating_mul(share).saturating_mul(JITTER) / 1_000_000
}
