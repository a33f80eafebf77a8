//! How often something may happen within a minute, by who does it; in bounded memory.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::time::Duration;

use tokio::sync::watch;

use crate::model::{SignedDuration, Timestamp};

/// The time within which events are counted.
const WINDOW: SignedDuration = SignedDuration::from_secs(60);
/// Keys that are known at once; of more the one that was heard of least lately is forgotten.
const KEYS: usize = 4_096;

/// At most so many events of one key within any minute.
pub struct RateLimit<K> {
    limit: usize,
    /// A watch channel, as it is looked at and changed in one go.
    events: watch::Sender<HashMap<K, VecDeque<Timestamp>>>,
}

impl<K: Clone + Eq + Hash> RateLimit<K> {
    /// At most `limit` events a minute.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            events: watch::Sender::new(HashMap::new()),
        }
    }

    /// How long `key` has to wait for its next event; `None` where it need not.
    pub fn wait(&self, key: &K, now: Timestamp) -> Option<Duration> {
        let events = self.events.borrow();
        let own = events.get(key)?;
        let counted = own.iter().filter(|at| is_within(**at, now)).count();
        // That which has to leave the window before there is room.
        let leaves = own
            .len()
            .checked_sub(self.limit)
            .filter(|_| counted >= self.limit)?;
        let until = own.get(leaves)?.checked_add(WINDOW).ok()?;
        Some(Duration::try_from(until.duration_since(now)).unwrap_or_default())
    }

    /// Counts an event of `key`.
    pub fn count(&self, key: &K, now: Timestamp) {
        self.events.send_if_modified(|events| {
            if !events.contains_key(key) && events.len() >= KEYS {
                make_room(events, now);
            }
            let own = events.entry(key.clone()).or_default();
            own.retain(|at| is_within(*at, now));
            own.push_back(now);
            let surplus = own.len().saturating_sub(self.limit);
            own.drain(..surplus);
            false
        });
    }

    /// Counts an event of `key`, unless it has to wait so long.
    ///
    /// # Errors
    /// How long it has to wait.
    pub fn take(&self, key: &K, now: Timestamp) -> Result<(), Duration> {
        match self.wait(key, now) {
            Some(wait) => Err(wait),
            None => {
                self.count(key, now);
                Ok(())
            }
        }
    }
}

/// Whether `at` counts at `now`. A clock that was set back forgets what is to come.
fn is_within(at: Timestamp, now: Timestamp) -> bool {
    let age = now.duration_since(at);
    !age.is_negative() && age < WINDOW
}

/// Forgets the keys without events within the window; where there are none, the one whose last
/// event is the oldest.
fn make_room<K: Clone + Eq + Hash>(events: &mut HashMap<K, VecDeque<Timestamp>>, now: Timestamp) {
    events.retain(|_, own| own.back().is_some_and(|at| is_within(*at, now)));
    if events.len() < KEYS {
        return;
    }
    let oldest = events.iter().min_by_key(|(_, own)| own.back().copied());
    if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
        events.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).expect("a time")
    }

    #[test]
    fn the_event_over_the_limit_waits_until_the_first_is_a_minute_old() {
        let rate = RateLimit::new(3);
        for second in [100, 110, 120] {
            assert_eq!(rate.take(&"a", at(second)), Ok(()));
        }
        assert_eq!(rate.take(&"a", at(125)), Err(Duration::from_secs(35)));
        assert_eq!(rate.take(&"b", at(125)), Ok(()), "others need not wait");
        assert_eq!(rate.wait(&"a", at(159)), Some(Duration::from_secs(1)));
        assert_eq!(rate.take(&"a", at(160)), Ok(()));
        assert_eq!(rate.take(&"a", at(161)), Err(Duration::from_secs(9)));
        assert_eq!(rate.wait(&"a", at(50)), None, "the clock was set back");
    }

    #[test]
    fn keys_are_bounded_and_the_oldest_is_forgotten() {
        let rate = RateLimit::new(1);
        let many = i64::try_from(KEYS).expect("a small number") + 10;
        for key in 0..many {
            // Within one window all of them.
            rate.count(
                &key,
                at(0)
                    .checked_add(SignedDuration::from_millis(key))
                    .expect("a time"),
            );
        }
        assert_eq!(rate.events.borrow().len(), KEYS);
        assert_eq!(rate.wait(&0, at(5)), None);
        assert!(rate.wait(&(many - 1), at(5)).is_some());
        rate.count(&-1, at(100));
        assert_eq!(
            rate.events.borrow().len(),
            1,
            "what is over is forgotten first"
        );
    }
}
