//! What could not be used or kept: odd answers of the engine, each reported once in the timeline, and
//! what was dropped.

use crate::model::{Change, Dropped, EngineGap, EngineGaps, Timestamp};

use super::EngineState;
use crate::store::dirty::Changed;
use crate::store::timeline::{About, Timeline};

impl EngineState {
    /// Something of the engine's answers could not be used.
    pub fn add_gap(&mut self, gap: EngineGap, at: Timestamp, timeline: &mut Timeline) -> Changed {
        let gaps = &mut self.view.gaps;
        let before = *gaps;
        match gap {
            EngineGap::Containers(count) => gaps.unreadable_containers = count,
            EngineGap::Events(lines) => {
                gaps.unreadable_events = gaps.unreadable_events.saturating_add(lines)
            }
            EngineGap::Unannounced(changes) if changes > 0 => {
                gaps.unannounced_changes = gaps.unannounced_changes.saturating_add(changes);
                gaps.unannounced_since.get_or_insert(at);
            }
            EngineGap::Unannounced(_) => {}
        }
        let after = *gaps;
        for gap in news(before, after).each() {
            timeline.push(at, About::default(), Change::EngineGap(gap));
        }
        (before != after).into()
    }

    /// So many of something were dropped because nobody kept up with them.
    pub fn add_dropped(&mut self, what: Dropped, count: u64) -> Changed {
        let total = self.dropped.entry(what).or_default();
        *total = total.saturating_add(count);
        (count > 0).into()
    }

    /// Another connection begins: its event stream may be another one.
    pub(super) fn forget_unannounced(&mut self) {
        self.view.gaps = EngineGaps {
            unannounced_changes: 0,
            unannounced_since: None,
            ..self.view.gaps
        };
    }
}

/// What is worth a line: a number of containers that grew, the first odd event, the first silent
/// change.
fn news(before: EngineGaps, after: EngineGaps) -> EngineGaps {
    let grew = after.unreadable_containers > before.unreadable_containers;
    EngineGaps {
        unreadable_containers: if grew { after.unreadable_containers } else { 0 },
        unreadable_events: if before.unreadable_events == 0 {
            after.unreadable_events
        } else {
            0
        },
        unannounced_changes: after.unannounced_changes,
        unannounced_since: after
            .unannounced_since
            .filter(|_| before.unannounced_since.is_none()),
    }
}
