//! Which container is sampled when: bookkeeping without I/O; time enters as a value.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::SamplingOptions;
use super::differ::Differ;
use crate::collect::spread;
use crate::model::{Focus, InstanceFacts, InstanceId};

/// What is not on screen gets its first reading within this share of its interval.
const FIRST_SHARE: u32 = 6;
/// A tick that comes a little early still counts as on time.
const SLACK: Duration = Duration::from_millis(200);

/// When each container is due.
#[derive(Default)]
pub(super) struct SampleSchedule {
    tracks: HashMap<InstanceId, Track>,
}

struct Track {
    differ: Differ,
    last: Option<Instant>,
    /// Not before this.
    due: Instant,
    /// How often it was due so far.
    turns: u32,
}

impl Track {
    fn book(
        &mut self,
        id: &InstanceId,
        now: Instant,
        (every, second_after): (Duration, Duration),
        focused: bool,
    ) {
        let wait = match self.turns {
            // A first reading gives no CPU figure.
            0 => second_after.min(every),
            // After the two early ones the slow turns spread over the whole interval.
            1 if !focused => spread(id.as_str(), every).max(second_after),
            _ => every,
        };
        self.turns = self.turns.saturating_add(1);
        (self.last, self.due) = (Some(now), now + wait);
    }
}

impl SampleSchedule {
    /// The containers of `running` due at `now`, each booked for its next time. Others are
    /// forgotten.
    pub fn due<'a>(
        &mut self,
        now: Instant,
        running: impl Iterator<Item = &'a Arc<InstanceFacts>>,
        focus: &Focus,
        options: &SamplingOptions,
    ) -> Vec<Arc<InstanceFacts>> {
        let focused: HashSet<&InstanceId> = focus.instances.iter().collect();
        let slack = SLACK.min(options.second_after / 4);
        let mut seen = HashSet::new();
        let mut due = Vec::new();
        for facts in running {
            seen.insert(&facts.id);
            let focused = focused.contains(&facts.id);
            let every = if focused {
                options.focused_every
            } else {
                options.others_every
            };
            let track = self
                .tracks
                .entry(facts.id.clone())
                .or_insert_with(|| Track {
                    differ: Differ::default(),
                    last: None,
                    due: if focused {
                        now
                    } else {
                        now + spread(facts.id.as_str(), every / FIRST_SHARE)
                    },
                    turns: 0,
                });
            // Neither coming into focus nor an interval that was made shorter waits for the turn
            // that was booked.
            let latest = if focused { Some(now) } else { None };
            if let Some(latest) = track.last.map(|last| last + every).or(latest) {
                track.due = track.due.min(latest);
            }
            if track.due <= now + slack {
                track.book(&facts.id, now, (every, options.second_after), focused);
                due.push(Arc::clone(facts));
            }
        }
        self.tracks.retain(|id, _| seen.contains(id));
        due
    }

    /// The previous reading of `id`; `None` when it is not sampled any more.
    pub fn differ(&mut self, id: &InstanceId) -> Option<&mut Differ> {
        Some(&mut self.tracks.get_mut(id)?.differ)
    }

    /// Forgets the previous reading of `id`.
    pub fn forget(&mut self, id: &InstanceId) {
        if let Some(track) = self.tracks.get_mut(id) {
            track.differ = Differ::default();
        }
    }

    /// Whether `id` had its second reading, or could not be read.
    pub fn has_second(&self, id: &InstanceId) -> bool {
        self.tracks.get(id).is_some_and(|track| track.turns >= 2)
    }

    /// Samples `id` not before `due`, since it could not be read.
    pub fn postpone(&mut self, id: &InstanceId, due: Instant) {
        if let Some(track) = self.tracks.get_mut(id) {
            track.turns = track.turns.max(2);
            (track.last, track.due) = (Some(due), due);
        }
    }
}

#[cfg(test)]
mod tests;
