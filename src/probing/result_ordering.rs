//! Orders results: a failure is held back until the results of what its service needs are known.
//! So a child never has more failures in a row than its parent, and the root cause is right at once.
//!
//! | a result | is |
//! |---|---|
//! | no failure | sent at once, with every result that waited for it alone |
//! | a failure, all parents of which have a recent result and as many failures in a row | sent at once likewise |
//! | a failure, a parent of which is to be probed or is held itself | held until each was sent, 1 s longer than they may take |
//!
//! A target has one result held at most, as it is not probed meanwhile. A parent that waits for the
//! child itself is not waited for. A result that waits too long is sent after those held parents it
//! waits for. Times are durations since one fixed moment.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::time::Duration;

use super::consecutive_results::ConsecutiveResults;
use super::key::TargetKey;

/// A result of a parent is recent for this long.
const RECENT: Duration = Duration::from_secs(2);
/// What is waited for a parent beyond its timeout.
const GRACE: Duration = Duration::from_secs(1);

/// A new result of a target.
#[derive(Clone, Debug)]
pub(super) struct NewResult<T> {
    /// What was probed.
    pub key: TargetKey,
    /// When the probe started.
    pub started: Duration,
    /// Whether it is a failure or a success in a row; `None` where it is neither.
    pub failed: Option<bool>,
    /// What is to be sent; `None` where there is nothing to send.
    pub result: Option<T>,
}

/// A target of a service that is needed.
#[derive(Clone, Debug)]
pub(super) struct NeededTarget {
    /// The target.
    pub key: TargetKey,
    /// How long its probe may take.
    pub timeout: Duration,
}

/// What follows from a new result.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Order<T> {
    /// Send these in this order.
    Send(Vec<(TargetKey, T)>),
    /// The result is held; probe these at once.
    Hold(Vec<TargetKey>),
}

/// Results that are held back, and the latest result of each target.
#[derive(Debug)]
pub(super) struct ResultOrdering<T> {
    latest: HashMap<TargetKey, LatestResult>,
    held: HashMap<TargetKey, HeldResult<T>>,
}

/// The latest result of a target.
#[derive(Clone, Copy, Debug, Default)]
struct LatestResult {
    /// When its probe started.
    started: Duration,
    /// With it.
    streak: ConsecutiveResults,
}

#[derive(Debug)]
struct HeldResult<T> {
    result: T,
    /// Failures in a row with it.
    failures: u32,
    /// Parents whose results are to be sent before, and since when they are due.
    waits: Vec<(TargetKey, Duration)>,
    until: Duration,
}

impl<T> Default for ResultOrdering<T> {
    fn default() -> Self {
        Self {
            latest: HashMap::new(),
            held: HashMap::new(),
        }
    }
}

impl<T> ResultOrdering<T> {
    /// Takes in a new result. `parents` are the targets of what its service needs.
    pub fn take(
        &mut self,
        new: NewResult<T>,
        parents: impl IntoIterator<Item = NeededTarget>,
        now: Duration,
    ) -> Order<T> {
        let NewResult {
            key,
            started,
            failed,
            result,
        } = new;
        let mut out = Vec::new();
        self.release(&key, &mut out);
        let failures = self.count(&key, started, failed);
        let Some(result) = result else {
            self.sent(&key, &mut out);
            return Order::Send(out);
        };
        let parents = parents
            .into_iter()
            .filter(|_| failed == Some(true) && out.is_empty())
            .filter(|parent| self.is_behind(&parent.key, &key, failures, now));
        let parents: Vec<NeededTarget> = parents.collect();
        if parents.is_empty() {
            out.push((key.clone(), result));
            self.sent(&key, &mut out);
            return Order::Send(out);
        }
        Order::Hold(self.hold(key, result, failures, parents, now))
    }

    /// Counts a new result; returns how many failures there are in a row with it.
    fn count(&mut self, key: &TargetKey, started: Duration, failed: Option<bool>) -> u32 {
        let latest = self.latest.entry(key.clone()).or_default();
        latest.started = started;
        match failed {
            Some(true) => latest.streak.failed(),
            Some(false) => latest.streak.succeeded(),
            None => {}
        }
        latest.streak.failures()
    }

    /// Whether a result of `key` with `failures` in a row has to wait for one of `parent`.
    fn is_behind(&self, parent: &TargetKey, key: &TargetKey, failures: u32, now: Duration) -> bool {
        parent != key && !self.waits_for(parent, key) && !self.is_as_far(parent, failures, now)
    }

    /// Holds `result` until each of `parents` has one; returns those that are to be probed at once.
    fn hold(
        &mut self,
        key: TargetKey,
        result: T,
        failures: u32,
        parents: Vec<NeededTarget>,
        now: Duration,
    ) -> Vec<TargetKey> {
        // A parent whose result is held is probed again only where that would not be enough.
        let is_enough = |parent: &TargetKey| {
            let latest = self.latest.get(parent);
            self.holds(parent) && latest.is_some_and(|latest| latest.streak.failures() >= failures)
        };
        let keys = || parents.iter().map(|parent| parent.key.clone());
        let due = keys().filter(|parent| !is_enough(parent)).collect();
        let last = parents.iter().map(|parent| parent.timeout).max();
        let held = HeldResult {
            result,
            failures,
            waits: keys().map(|parent| (parent, now)).collect(),
            until: now + last.unwrap_or_default() + GRACE,
        };
        self.held.insert(key, held);
        due
    }

    /// Whether a result of `key` is held.
    fn holds(&self, key: &TargetKey) -> bool {
        self.held.contains_key(key)
    }

    /// When the next held result is to be sent at the latest.
    pub fn next_expiry(&self) -> Option<Duration> {
        self.held.values().map(|held| held.until).min()
    }

    /// Results that have waited long enough at `now`, in the order to send them.
    pub fn expired(&mut self, now: Duration) -> Vec<(TargetKey, T)> {
        let mut late: Vec<(Duration, TargetKey)> = self
            .held
            .iter()
            .filter(|(_, held)| held.until <= now)
            .map(|(key, held)| (held.until, key.clone()))
            .collect();
        late.sort_unstable();
        let mut out = Vec::new();
        for (_, key) in late {
            self.release(&key, &mut out);
        }
        out
    }

    /// Forgets targets that are gone; gives what need not wait any more.
    pub fn retain(&mut self, wanted: impl Fn(&TargetKey) -> bool) -> Vec<(TargetKey, T)> {
        self.latest.retain(|key, _| wanted(key));
        for held in self.held.values_mut() {
            held.waits.retain(|(parent, _)| wanted(parent));
        }
        let free = self
            .held
            .iter()
            .filter(|(key, held)| held.waits.is_empty() || !wanted(key));
        let free: Vec<TargetKey> = free.map(|(key, _)| key.clone()).collect();
        let mut out = Vec::new();
        for key in free {
            self.release(&key, &mut out);
        }
        out
    }

    /// Whether `parent` has a recent result with as many failures in a row, and that was sent.
    fn is_as_far(&self, parent: &TargetKey, failures: u32, now: Duration) -> bool {
        let is_recent = |latest: &LatestResult| {
            latest.streak.failures() >= failures && now.saturating_sub(latest.started) <= RECENT
        };
        !self.holds(parent) && self.latest.get(parent).is_some_and(is_recent)
    }

    /// Whether a held result of `from` waits for `to`, directly or through others.
    fn waits_for(&self, from: &TargetKey, to: &TargetKey) -> bool {
        let (mut seen, mut open) = (Vec::new(), vec![from]);
        while let Some(key) = open.pop() {
            if seen.contains(&key) {
                continue;
            }
            seen.push(key);
            for (parent, _) in self.held.get(key).iter().flat_map(|held| &held.waits) {
                if parent == to {
                    return true;
                }
                open.push(parent);
            }
        }
        false
    }

    /// Takes the held result of `key` out, after those of its parents that are held, and before
    /// those that waited for it alone.
    fn release(&mut self, key: &TargetKey, out: &mut Vec<(TargetKey, T)>) {
        let Some(held) = self.held.remove(key) else {
            return;
        };
        for (parent, _) in &held.waits {
            self.release(parent, out);
        }
        out.push((key.clone(), held.result));
        self.sent(key, out);
    }

    /// Lets go what waited for `key` alone, now that a result of it is sent.
    fn sent(&mut self, key: &TargetKey, out: &mut Vec<(TargetKey, T)>) {
        let latest = self.latest.get(key).copied().unwrap_or_default();
        let mut free = Vec::new();
        for (child, held) in &mut self.held {
            let before = held.waits.len();
            // A probe that began before it was due proves nothing, unless it fails as often.
            held.waits.retain(|(parent, since)| {
                parent != key
                    || (latest.started < *since && latest.streak.failures() < held.failures)
            });
            if held.waits.is_empty() && before > 0 {
                free.push(child.clone());
            }
        }
        free.sort_unstable();
        for child in free {
            self.release(&child, out);
        }
    }
}
