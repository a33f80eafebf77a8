//! The status of hubdeck itself: its own resource use, parts that are down, shortages.

use crate::model::SortShared as _;
use crate::model::{
    Change, OwnChange, PartDown, SelfCost, Shortage, ShortageView, SignedDuration, Timestamp,
};

use super::dirty::Changed;
use super::timeline::{About, Timeline};

/// A shortage is reported once in this time, however much fails for it.
const REPORTED_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// A shortage is over when nothing failed for it that long: the usual time between two probes,
/// twice.
const OVER_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// The status of hubdeck itself.
#[derive(Debug, Default)]
pub(super) struct SelfStatus {
    /// What it costs.
    pub cost: SelfCost,
    /// Parts that are down.
    pub parts_down: Vec<PartDown>,
    /// What it ran out of lately, sorted.
    pub shortages: Vec<ShortageView>,
}

impl SelfStatus {
    /// What it costs now.
    pub fn set_cost(&mut self, cost: SelfCost) -> Changed {
        (std::mem::replace(&mut self.cost, cost) != cost).into()
    }

    /// Which of its parts are down now.
    pub fn set_parts_down(&mut self, down: Vec<PartDown>) -> Changed {
        (std::mem::replace(&mut self.parts_down, down) != self.parts_down).into()
    }

    /// Something failed for want of something that hubdeck needs of its own system.
    pub fn add_shortage(
        &mut self,
        shortage: Shortage,
        at: Timestamp,
        timeline: &mut Timeline,
    ) -> Changed {
        let same = |view: &&mut ShortageView| {
            std::mem::discriminant(&view.shortage) == std::mem::discriminant(&shortage)
        };
        match self.shortages.iter_mut().find(same) {
            Some(view) => {
                (view.shortage, view.last) = (shortage, at);
                view.failures = view.failures.saturating_add(1);
                if at.duration_since(view.told_at) < REPORTED_EVERY {
                    return Changed::Measured;
                }
                view.told_at = at;
            }
            None => self.begin_shortage(shortage, at),
        }
        let own = Change::Own(OwnChange::Shortage(shortage));
        timeline.push(at, About::default(), own);
        Changed::Yes
    }

    fn begin_shortage(&mut self, shortage: Shortage, at: Timestamp) {
        self.shortages.push(ShortageView {
            shortage,
            since: at,
            last: at,
            failures: 1,
            told_at: at,
        });
        self.shortages.sort_shared_by_key(|view| view.shortage);
    }

    /// When the first shortage is over, if nothing more fails for it.
    pub fn next_end_of_shortage(&self) -> Option<Timestamp> {
        self.shortages.iter().map(over_at).min()
    }

    /// Removes shortages that are over; returns whether there was one.
    pub fn end_shortages(&mut self, now: Timestamp) -> bool {
        let before = self.shortages.len();
        self.shortages.retain(|view| over_at(view) > now);
        self.shortages.len() != before
    }
}

fn over_at(view: &ShortageView) -> Timestamp {
    view.last.checked_add(OVER_AFTER).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::timeline;
    use crate::model::Observation;
    use crate::store::Store;

    const HANDLES: Shortage = Shortage::FileHandles { limit: Some(64) };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).expect("a time")
    }

    fn told(store: &mut Store, seconds: i64) -> (Vec<ShortageView>, Vec<String>) {
        let snapshot = store.snapshot(at(seconds));
        let texts = snapshot
            .timeline
            .iter()
            .map(|event| timeline::words(&event.change))
            .collect();
        (snapshot.shortages.clone(), texts)
    }

    #[test]
    fn a_shortage_is_told_once_a_minute_and_counted_meanwhile() {
        let mut store = Store::new(at(0));
        for second in 0..=60 {
            let _ = store.apply(
                Observation::Shortage {
                    at: at(second),
                    shortage: HANDLES,
                },
                at(second),
            );
        }
        let (shortages, texts) = told(&mut store, 60);
        let view = ShortageView {
            shortage: HANDLES,
            since: at(0),
            last: at(60),
            failures: 61,
            told_at: at(60),
        };
        assert_eq!(shortages, [view]);
        let text = "hubdeck is out of file handles (limit 64); raise the limit (ulimit -n, LimitNOFILE= or \
                    --ulimit nofile=)";
        assert_eq!(texts, [text, text]);
    }

    #[test]
    fn a_shortage_ends_when_nothing_fails_for_it_any_more() {
        let mut store = Store::new(at(0));
        let _ = store.apply(
            Observation::Shortage {
                at: at(5),
                shortage: HANDLES,
            },
            at(5),
        );
        assert_eq!(store.next_deadline(), Some(at(65)));
        assert_eq!(store.tick(at(64)), Changed::No);
        assert_eq!(told(&mut store, 64).0.len(), 1);
        assert_eq!(store.tick(at(65)), Changed::Yes);
        assert!(told(&mut store, 65).0.is_empty());
    }

    #[test]
    fn a_store_goes_on_where_another_one_failed() {
        let mut first = Store::new(at(0));
        let _ = first.apply(
            Observation::Own {
                at: at(1),
                text: "first".into(),
            },
            at(1),
        );
        let last = first.snapshot(at(1));
        let mut second = Store::after(&last);
        let _ = second.apply(
            Observation::Own {
                at: at(2),
                text: "second".into(),
            },
            at(2),
        );
        let snapshot = second.snapshot(at(2));
        assert!(snapshot.revision > last.revision);
        assert_eq!(snapshot.started_at, at(0));
        let events: Vec<_> = snapshot
            .timeline
            .iter()
            .map(|event| (event.sequence, timeline::words(&event.change)))
            .collect();
        assert_eq!(events, [(0, "first".to_owned()), (1, "second".to_owned())]);
    }
}
