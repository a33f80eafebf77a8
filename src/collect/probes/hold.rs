//! Holds a failing result back until those of what its service needs are known: so the failures in
//! a row of a child are never ahead of its parent's, and the root is right at once.
//!
//! | a result | is |
//! |---|---|
//! | no failure | sent at once, with every result that waited for it alone |
//! | a failure whose parents were all heard just now, failing as often | sent at once likewise |
//! | a failure of which a parent is to be asked or is held itself | held until each was sent, 1 s longer than they may take |
//!
//! A target has one result held at most, as it is not probed meanwhile. A parent that waits for the
//! child itself is not waited for. What waits too long goes after those held parents it waits for.
//! Times are durations since one fixed moment.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::time::Duration;

use super::schedule::Key;

/// A result of a parent is heard just now for this long.
const FRESH: Duration = Duration::from_secs(2);
/// What is waited for a parent beyond its timeout.
const GRACE: Duration = Duration::from_secs(1);

/// A finished probe, as far as holding it back goes by.
#[derive(Clone, Debug)]
pub(super) struct Finished<T> {
    /// What was probed.
    pub key: Key,
    /// When the probe started.
    pub started: Duration,
    /// Whether it failed in a way that counts; `None` where it told nothing.
    pub failed: Option<bool>,
    /// What is to be sent; `None` where there is nothing to send.
    pub result: Option<T>,
}

/// A target of a service that is needed.
#[derive(Clone, Debug)]
pub(super) struct Parent {
    /// The target.
    pub key: Key,
    /// How long its probe may take.
    pub timeout: Duration,
}

/// What is to be done after a probe.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict<T> {
    /// Send these in this order.
    Send(Vec<(Key, T)>),
    /// The result is held; probe these at once.
    Hold(Vec<Key>),
}

/// Results that are held back, and what is known of each target.
#[derive(Debug)]
pub(super) struct Holds<T> {
    heard: HashMap<Key, Heard>,
    held: HashMap<Key, Held<T>>,
}

/// The latest result of a target.
#[derive(Clone, Copy, Debug, Default)]
struct Heard {
    /// When its probe started.
    started: Duration,
    /// Failures in a row with it.
    failures: u32,
}

#[derive(Debug)]
struct Held<T> {
    result: T,
    /// Failures in a row with it.
    failures: u32,
    /// Parents whose results are to be sent before, and since when they are asked for.
    waits: Vec<(Key, Duration)>,
    until: Duration,
}

impl<T> Default for Holds<T> {
    fn default() -> Self {
        Self {
            heard: HashMap::new(),
            held: HashMap::new(),
        }
    }
}

impl<T> Holds<T> {
    /// Takes in a finished probe. `parents` are the targets of what its service needs.
    pub fn take(
        &mut self,
        finished: Finished<T>,
        parents: impl IntoIterator<Item = Parent>,
        now: Duration,
    ) -> Verdict<T> {
        let Finished {
            key,
            started,
            failed,
            result,
        } = finished;
        let mut out = Vec::new();
        self.release(&key, &mut out);
        let heard = self.heard.entry(key.clone()).or_default();
        heard.started = started;
        if let Some(failed) = failed {
            heard.failures = if failed {
                heard.failures.saturating_add(1)
            } else {
                0
            };
        }
        let failures = heard.failures;
        let Some(result) = result else {
            self.sent(&key, &mut out);
            return Verdict::Send(out);
        };
        let (mut waits, mut asked, mut until) = (Vec::new(), Vec::new(), Duration::ZERO);
        let parents = parents
            .into_iter()
            .filter(|_| failed == Some(true) && out.is_empty());
        for parent in parents {
            if parent.key == key
                || self.waits_for(&parent.key, &key)
                || self.is_level(&parent.key, failures, now)
            {
                continue;
            }
            // What is held is asked again only where it would not be enough.
            let enough = self
                .heard
                .get(&parent.key)
                .is_some_and(|heard| heard.failures >= failures);
            if !(enough && self.holds(&parent.key)) {
                asked.push(parent.key.clone());
            }
            until = until.max(now + parent.timeout + GRACE);
            waits.push((parent.key, now));
        }
        if waits.is_empty() {
            out.push((key.clone(), result));
            self.sent(&key, &mut out);
            return Verdict::Send(out);
        }
        self.held.insert(
            key,
            Held {
                result,
                failures,
                waits,
                until,
            },
        );
        Verdict::Hold(asked)
    }

    /// Whether a result of `key` is held.
    fn holds(&self, key: &Key) -> bool {
        self.held.contains_key(key)
    }

    /// When the next held result is to be sent at the latest.
    pub fn next_expiry(&self) -> Option<Duration> {
        self.held.values().map(|held| held.until).min()
    }

    /// Results that have waited long enough at `now`, in the order to send them.
    pub fn expired(&mut self, now: Duration) -> Vec<(Key, T)> {
        let mut late: Vec<(Duration, Key)> = self
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
    pub fn retain(&mut self, wanted: impl Fn(&Key) -> bool) -> Vec<(Key, T)> {
        self.heard.retain(|key, _| wanted(key));
        for held in self.held.values_mut() {
            held.waits.retain(|(parent, _)| wanted(parent));
        }
        let free = self
            .held
            .iter()
            .filter(|(key, held)| held.waits.is_empty() || !wanted(key));
        let free: Vec<Key> = free.map(|(key, _)| key.clone()).collect();
        let mut out = Vec::new();
        for key in free {
            self.release(&key, &mut out);
        }
        out
    }

    /// Whether `parent` was heard just now and has failed as often, and that was sent.
    fn is_level(&self, parent: &Key, failures: u32, now: Duration) -> bool {
        let fresh = |heard: &Heard| {
            heard.failures >= failures && now.saturating_sub(heard.started) <= FRESH
        };
        !self.holds(parent) && self.heard.get(parent).is_some_and(fresh)
    }

    /// Whether a held result of `from` waits for `to`, directly or through others.
    fn waits_for(&self, from: &Key, to: &Key) -> bool {
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
    fn release(&mut self, key: &Key, out: &mut Vec<(Key, T)>) {
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
    fn sent(&mut self, key: &Key, out: &mut Vec<(Key, T)>) {
        let heard = self.heard.get(key).copied().unwrap_or_default();
        let mut free = Vec::new();
        for (child, held) in &mut self.held {
            let before = held.waits.len();
            // One that began before it was asked for proves nothing, unless it fails as often.
            held.waits.retain(|(parent, since)| {
                parent != key || (heard.started < *since && heard.failures < held.failures)
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
