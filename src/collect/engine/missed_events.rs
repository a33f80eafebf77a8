//! Changes of state for which no event arrived: compares each list with the one before. Reads no
//! clock.

use std::collections::HashMap;

use crate::model::{InstanceFacts, InstanceId, InstanceState, SignedDuration, Timestamp};

/// How long after a list an event may still come for what it shows.
pub(super) const GRACE: SignedDuration = SignedDuration::from_secs(5);
/// How long before a list was asked for an event may have come that the list before did not show
/// yet.
const SLACK: SignedDuration = SignedDuration::from_secs(2);

/// The events and lists of one event stream.
#[derive(Default)]
pub(super) struct MissedEventDetector {
    /// The list before, and when it was asked for.
    before: Option<(Timestamp, HashMap<InstanceId, InstanceState>)>,
    /// When the latest event of each container came.
    last_event_at: HashMap<InstanceId, Timestamp>,
    /// Changes without an event so far.
    pending: Vec<Change>,
}

struct Change {
    instance: InstanceId,
    /// An event from then on may be of it.
    since: Timestamp,
    /// When it was seen.
    seen: Timestamp,
}

impl MissedEventDetector {
    /// A stream is opened: what happened before it proves nothing.
    pub fn begin(&mut self) {
        *self = Self::default();
    }

    /// An event of `instance` came at `now`.
    pub fn record_event(&mut self, instance: InstanceId, now: Timestamp) {
        self.last_event_at.insert(instance, now);
    }

    /// Takes a complete list that was asked for at `at` and came at `now`; whether anything in it
    /// waits for its event.
    pub fn listed(&mut self, at: Timestamp, now: Timestamp, list: &[InstanceFacts]) -> bool {
        let states: HashMap<InstanceId, InstanceState> = list
            .iter()
            .map(|facts| (facts.id.clone(), facts.state))
            .collect();
        let Some((asked, old)) = self.before.replace((at, states)) else {
            return false;
        };
        let since = earlier(asked);
        let Some((_, new)) = &self.before else {
            return false;
        };
        let changed = new
            .iter()
            .filter(|(id, state)| is_news(old.get(*id).copied(), Some(**state)));
        // What is stopped may leave the list without being removed, when it grows.
        let vanished = old
            .iter()
            .filter(|(id, state)| !new.contains_key(*id) && is_news(Some(**state), None));
        let changes = changed.chain(vanished);
        self.pending.extend(changes.map(|(id, _)| Change {
            instance: id.clone(),
            since,
            seen: now,
        }));
        self.forget_changes_with_event();
        self.last_event_at.retain(|_, at| *at >= since);
        !self.pending.is_empty()
    }

    /// Number of changes for which no event arrived within [`GRACE`]; each change is counted once.
    pub fn overdue(&mut self, now: Timestamp) -> u64 {
        self.forget_changes_with_event();
        let before = self.pending.len();
        self.pending
            .retain(|change| now.duration_since(change.seen) < GRACE);
        u64::try_from(before - self.pending.len()).unwrap_or(u64::MAX)
    }

    fn forget_changes_with_event(&mut self) {
        let last_event_at = &self.last_event_at;
        self.pending.retain(|change| {
            last_event_at
                .get(&change.instance)
                .is_none_or(|at| *at < change.since)
        });
    }
}

fn earlier(at: Timestamp) -> Timestamp {
    at.checked_sub(SLACK).unwrap_or(Timestamp::MIN)
}

/// Whether a change of the state is one for which every engine sends an event; `None` is "not in the
/// list".
fn is_news(old: Option<InstanceState>, new: Option<InstanceState>) -> bool {
    use InstanceState::{Paused, Restarting, Running, Unknown};
    let runs = |state: InstanceState| matches!(state, Running | Paused | Restarting);
    match (old, new) {
        (Some(Unknown), _) | (_, Some(Unknown)) => false,
        (Some(old), Some(new)) => old != new,
        (Some(only), None) | (None, Some(only)) => runs(only),
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use InstanceState::{Created, Exited, Running, Unknown};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    fn list(states: &[(&str, InstanceState)]) -> Vec<InstanceFacts> {
        let facts = |(id, state): &(&str, InstanceState)| InstanceFacts {
            state: *state,
            ..InstanceFacts::unknown((*id).into(), id, None, (*id).into())
        };
        states.iter().map(facts).collect()
    }

    /// Changes without an event between two lists, 30 s apart; events as container and second.
    fn silent(
        old: &[(&str, InstanceState)],
        new: &[(&str, InstanceState)],
        events: &[(&str, i64)],
    ) -> u64 {
        let mut missed_events = MissedEventDetector::default();
        let mut events = events.to_vec();
        events.sort_by_key(|(_, second)| *second);
        let mut record_until = |missed_events: &mut MissedEventDetector, until: i64| {
            events.retain(|(id, second)| {
                let due = *second <= until;
                if due {
                    missed_events.record_event((*id).into(), at(*second));
                }
                !due
            });
        };
        record_until(&mut missed_events, 100);
        assert!(
            !missed_events.listed(at(100), at(101), &list(old)),
            "nothing to compare with"
        );
        record_until(&mut missed_events, 130);
        missed_events.listed(at(130), at(131), &list(new));
        record_until(&mut missed_events, 134);
        assert_eq!(missed_events.overdue(at(135)), 0, "an event may still come");
        missed_events.overdue(at(136))
    }

    #[test]
    fn changes_without_an_event_are_counted() {
        let (up, down) = (
            &[("a", Running), ("b", Running)][..],
            &[("a", Exited), ("b", Running)][..],
        );
        for (old, new, events, expected) in [
            (up, up, &[][..], 0),
            (up, down, &[], 1),
            (up, down, &[("b", 120)], 1),
            (up, down, &[("a", 120)], 0),
            (up, down, &[("a", 133)], 0),
            (up, down, &[("a", 99)], 0),
            (up, down, &[("a", 50)], 1),
            (up, &[("a", Running)], &[], 1),
            (up, &[("a", Running)], &[("b", 110)], 0),
            (&[("a", Running)], up, &[], 1),
            (&[("a", Exited)], &[], &[], 0),
            (&[], &[("a", Exited), ("c", Created)], &[], 0),
            (&[("a", Unknown)], &[("a", Running)], &[], 0),
        ] {
            assert_eq!(
                silent(old, new, events),
                expected,
                "{old:?} {new:?} {events:?}"
            );
        }
    }

    #[test]
    fn a_change_is_counted_once_and_not_across_streams() {
        let mut missed_events = MissedEventDetector::default();
        missed_events.listed(at(100), at(101), &list(&[("a", Running)]));
        assert!(missed_events.listed(at(130), at(131), &list(&[("a", Exited)])));
        assert_eq!(
            (
                missed_events.overdue(at(140)),
                missed_events.overdue(at(150))
            ),
            (1, 0)
        );
        missed_events.begin();
        assert!(!missed_events.listed(at(160), at(161), &list(&[("a", Running)])));
        assert_eq!(missed_events.overdue(at(200)), 0);
    }
}
