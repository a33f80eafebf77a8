//! When each target is probed: pure, with time as an argument.
//!
//! Every target has a place on an absolute grid of its own, given by a hash of its name, so that
//! a slow probe neither drifts nor shifts others, and a restart of hubdeck changes nothing.

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

#[cfg(test)]
#[allow(clippy::cast_precision_loss)] // small numbers in tests
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PACE: Pace = Pace {
        interval: Duration::from_secs(30),
        fast: Duration::from_secs(5),
        concurrency: 20,
        per_host: 2,
    };

    fn key(n: usize) -> Key {
        Key { service: ServiceId::from(format!("stack/service-{n}")), instance: None }
    }

    fn wish(n: usize, hosts: usize, fast: bool) -> Wish {
        Wish { key: key(n), host: Arc::from(format!("host-{}", n % hosts)), fast }
    }

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// Runs the schedule until `end`; `lasts` tells how long a probe of target `n` takes.
    /// Gives every start with its target and checks the limits at each.
    fn simulate(
        schedule: &mut Schedule,
        end: Duration,
        lasts: impl Fn(&Key) -> Duration,
    ) -> Vec<(Duration, Key)> {
        let pace = schedule.pace;
        let mut starts = Vec::new();
        let mut ends: BTreeSet<(Duration, Key)> = BTreeSet::new();
        let mut now = Duration::ZERO;
        while now <= end {
            while let Some((at, key)) = ends.first().filter(|(at, _)| *at <= now).cloned() {
                ends.pop_first();
                schedule.finished(&key, at.max(now), true);
            }
            for key in schedule.start_due(now) {
                ends.insert((now + lasts(&key), key.clone()));
                starts.push((now, key));
            }
            assert!(ends.len() <= pace.concurrency, "{} in flight", ends.len());
            let mut hosts: HashMap<Arc<str>, usize> = HashMap::new();
            for (_, key) in &ends {
                *hosts.entry(Arc::clone(&schedule.slots[key].host)).or_default() += 1;
            }
            assert!(hosts.values().all(|busy| *busy <= pace.per_host), "{hosts:?}");
            let next = [ends.first().map(|(at, _)| *at), schedule.next_start()].into_iter().flatten().min();
            let Some(next) = next else { break };
            now = next.max(now + ms(1));
        }
        starts
    }

    #[test]
    fn a_thousand_targets_at_once_stay_in_the_limits_and_none_waits_an_interval() {
        let mut schedule = Schedule::new(PACE);
        schedule.sync(Duration::ZERO, PACE, (0..1_000).map(|n| wish(n, 1_000, false)));
        let starts = simulate(&mut schedule, Duration::from_secs(120), |_| ms(500));
        let mut last: HashMap<&Key, Duration> = HashMap::new();
        for (at, key) in &starts {
            let waited = *at - last.insert(key, *at).unwrap_or_default();
            assert!(waited <= PACE.interval * 12 / 10 + PACE.interval, "{key:?} waited {waited:?}");
        }
        assert_eq!(last.len(), 1_000);
        let first_round: HashSet<_> =
            starts.iter().filter(|(at, _)| *at <= PACE.interval).map(|(_, key)| key).collect();
        assert_eq!(first_round.len(), 1_000, "none later than one interval");
        assert!(starts.len() >= 3_900, "{} probes in four intervals", starts.len());
    }

    #[test]
    fn new_targets_start_at_once() {
        let mut schedule = Schedule::new(PACE);
        schedule.sync(ms(7), PACE, (0..30).map(|n| wish(n, 30, false)));
        assert_eq!(schedule.start_due(ms(7)).len(), 20);
        assert_eq!(schedule.next_start(), None, "full: only an end can tell");
        schedule.finished(&key(0), ms(9), true);
        assert_eq!(schedule.start_due(ms(9)).len(), 1);
    }

    #[test]
    fn a_busy_host_holds_nobody_else_up() {
        let mut schedule = Schedule::new(PACE);
        let crowd = (0..10).map(|n| Wish { host: "one".into(), ..wish(n, 1, false) });
        schedule.sync(Duration::ZERO, PACE, crowd.chain([wish(99, 200, false)]));
        let started = schedule.start_due(Duration::ZERO);
        assert_eq!(started.len(), 3);
        assert!(started.contains(&key(99)));
        assert_eq!(schedule.next_start(), None);
    }

    #[test]
    fn targets_come_go_and_change_while_they_run() {
        let mut schedule = Schedule::new(PACE);
        schedule.sync(Duration::ZERO, PACE, [wish(1, 9, false), wish(2, 9, false)]);
        assert_eq!(schedule.start_due(Duration::ZERO).len(), 2);
        // Gone while it runs: its place is freed, it never comes again.
        schedule.sync(ms(1), PACE, [wish(2, 9, false)]);
        schedule.finished(&key(1), ms(2), false);
        schedule.all_now(ms(3));
        schedule.finished(&key(2), ms(4), true);
        assert_eq!(schedule.start_due(ms(4)), [key(2)], "asked for again while it ran");
        schedule.finished(&key(2), ms(5), true);
        let quiet = schedule.next_start().expect("a time");
        schedule.sync(ms(6), PACE, [wish(2, 9, true)]);
        let watched = schedule.next_start().expect("a time");
        assert!(watched <= ms(6) + PACE.fast * 12 / 10, "{watched:?} instead of {quiet:?}");
        schedule.sync(ms(7), PACE, []);
        assert_eq!(schedule.next_start(), None);
        assert_eq!((schedule.running, schedule.slots.len(), schedule.busy.len()), (0, 0, 0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn probes_stay_on_their_grid_however_long_they_take(
            targets in 1..=20_usize, seed in any::<u64>(), longest in 1..12_000_u64, fast in any::<bool>(),
        ) {
            let mut schedule = Schedule::new(PACE);
            schedule.sync(Duration::ZERO, PACE, (0..targets).map(|n| wish(n, targets, fast)));
            let lasts = |key: &Key| ms((key.hash() ^ seed) % longest);
            let starts = simulate(&mut schedule, Duration::from_secs(600), lasts);
            let period = if fast { PACE.fast } else { PACE.interval }.as_secs_f64();
            for n in 0..targets {
                let key = key(n);
                let own: Vec<_> = starts.iter().filter(|(_, each)| *each == key).map(|(at, _)| *at).collect();
                prop_assert_eq!(own[0], Duration::ZERO);
                // Each start lies near a grid point even after ten minutes: nothing adds up.
                let phase = (key.hash() % millis(Duration::from_secs_f64(period))) as f64 / 1_000.0;
                for at in &own[1..] {
                    let off = (at.as_secs_f64() - phase).rem_euclid(period);
                    let off = off.min(period - off);
                    prop_assert!(off <= period * 0.1 + 0.002, "{:?} is {} s off", at, off);
                }
                // Slower than its period it skips grid points, else it meets every one once.
                let expected = 600.0 / period;
                if lasts(&key).as_secs_f64() < period * 0.7 {
                    let count = own.len() as f64;
                    prop_assert!((count - expected).abs() <= 2.0, "{} probes, {} expected", count, expected);
                }
            }
        }

        #[test]
        fn limits_hold_and_nobody_starves(
            targets in 1..200_usize, hosts in 1..200_usize, seed in any::<u64>(),
        ) {
            let mut schedule = Schedule::new(PACE);
            schedule.sync(Duration::ZERO, PACE, (0..targets).map(|n| wish(n, hosts, n % 3 == 0)));
            let starts = simulate(&mut schedule, Duration::from_secs(90), |key| ms((key.hash() ^ seed) % 100));
            for n in 0..targets {
                let count = starts.iter().filter(|(_, each)| *each == key(n)).count();
                prop_assert!(count >= 3, "{} of target {}", count, n);
            }
        }

        #[test]
        fn the_next_time_is_later_and_within_two_periods(name in 0..1_000_usize, now in 0..10_000_000_u64) {
            let mut slot = Slot {
                host: "h".into(),
                hash: key(name).hash(),
                fast: false,
                due: Duration::ZERO,
                base: Duration::ZERO,
                running: None,
                again: false,
            };
            slot.advance(&PACE, ms(now), ms(now));
            prop_assert!(slot.due >= ms(now) && slot.due <= ms(now) + PACE.interval * 11 / 10);
            let (first, base) = (slot.due, slot.base);
            slot.advance(&PACE, base, first);
            prop_assert!(slot.base == base + PACE.interval, "every grid point once");
        }
    }
}
