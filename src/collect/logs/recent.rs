//! The last lines that were read of each container, for whatever reason. An engine that removes a
//! running container refuses its log from before it ends: then these are all there are.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use tokio::sync::watch;

use super::black_box::{MAX_RUN_BYTES, MAX_RUN_LINES, size};
use crate::engine::by_our_clock;
use crate::model::{InstanceId, LogLine, SignedDuration, Timestamp};

/// Bytes kept in all; what was added to the longest ago goes first.
const MAX_BYTES: usize = 8 << 20;

/// The last lines of containers, by our clock; clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct RecentLines {
    held: Arc<watch::Sender<Held>>,
}

#[derive(Debug, Default)]
struct Held {
    of: HashMap<InstanceId, Recent>,
    bytes: usize,
    /// How often something was added.
    turns: u64,
}

/// The last lines of one container.
#[derive(Debug, Default)]
struct Recent {
    lines: VecDeque<LogLine>,
    /// Up to when they have been read.
    last: Option<Timestamp>,
    /// What they take in memory.
    bytes: usize,
    /// Bytes of their text.
    text: usize,
    /// When something was added last.
    turn: u64,
}

impl RecentLines {
    /// Adds the last of `lines`, whose clock is `ahead` of ours, but for those that may have been read
    /// before: a container is read from several sides.
    pub fn add(&self, instance: &InstanceId, lines: &[LogLine], ahead: SignedDuration) {
        let first = lines.len().saturating_sub(MAX_RUN_LINES);
        let mut last = lines.get(first..).unwrap_or_default().to_vec();
        by_our_clock(&mut last, ahead);
        self.held.send_modify(|held| held.add(instance, last));
    }

    /// The lines after `last`.
    pub fn after(&self, instance: &InstanceId, last: Option<Timestamp>) -> Vec<LogLine> {
        let held = self.held.borrow();
        let lines = held.of.get(instance).into_iter().flat_map(|it| &it.lines);
        let new = |line: &&LogLine| line.at.is_none() || line.at > last;
        lines.filter(new).cloned().collect()
    }

    /// Forgets what was read of a container.
    pub fn forget(&self, instance: &InstanceId) {
        self.held.send_modify(|held| held.forget(instance));
    }
}

impl Held {
    fn add(&mut self, instance: &InstanceId, lines: Vec<LogLine>) {
        self.turns += 1;
        let recent = self.of.entry(instance.clone()).or_default();
        self.bytes -= recent.bytes;
        recent.add(lines);
        recent.turn = self.turns;
        self.bytes += recent.bytes;
        while self.bytes > MAX_BYTES {
            let oldest = self.of.iter().min_by_key(|(_, it)| it.turn);
            let Some(oldest) = oldest.map(|(id, _)| id.clone()) else {
                return;
            };
            self.forget(&oldest);
        }
    }

    fn forget(&mut self, instance: &InstanceId) {
        if let Some(gone) = self.of.remove(instance) {
            self.bytes -= gone.bytes;
        }
    }
}

impl Recent {
    fn add(&mut self, lines: Vec<LogLine>) {
        let last = self.last;
        for line in lines {
            if line.at.is_some() && line.at <= last {
                continue;
            }
            self.last = self.last.max(line.read_until());
            self.text += line.text.len();
            self.bytes += size(&line);
            self.lines.push_back(line);
        }
        while self.lines.len() > MAX_RUN_LINES || self.text > MAX_RUN_BYTES {
            let Some(line) = self.lines.pop_front() else {
                return;
            };
            self.text -= line.text.len();
            self.bytes -= size(&line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(seconds: std::ops::Range<i64>, text: &str) -> Vec<LogLine> {
        let line = |second| LogLine {
            at: Timestamp::from_second(second).ok(),
            text: text.to_owned(),
            ..LogLine::default()
        };
        seconds.map(line).collect()
    }

    fn seconds(recent: &RecentLines, instance: &str, last: Option<i64>) -> Vec<i64> {
        let last = last.and_then(|at| Timestamp::from_second(at).ok());
        let lines = recent.after(&InstanceId::new(instance), last);
        lines.iter().map(|it| it.at.unwrap().as_second()).collect()
    }

    #[test]
    fn the_last_lines_are_kept_once_and_within_bounds() {
        let (recent, a) = (RecentLines::default(), InstanceId::new("a"));
        recent.add(&a, &lines(1..4, "x"), SignedDuration::ZERO);
        recent.add(&a, &lines(2..6, "x"), SignedDuration::ZERO);
        assert_eq!(seconds(&recent, "a", None), [1, 2, 3, 4, 5]);
        assert_eq!(seconds(&recent, "a", Some(3)), [4, 5]);
        recent.add(&a, &lines(6..1_000, "x"), SignedDuration::ZERO);
        assert_eq!(seconds(&recent, "a", None).len(), MAX_RUN_LINES);
        let long = "x".repeat(MAX_RUN_BYTES / 2);
        recent.add(&a, &lines(1_000..1_003, &long), SignedDuration::ZERO);
        assert_eq!(seconds(&recent, "a", None), [1_001, 1_002]);
        for n in 0..300 {
            recent.add(
                &InstanceId::new(n.to_string()),
                &lines(0..2, &long),
                SignedDuration::ZERO,
            );
        }
        let held = recent.held.borrow();
        assert!(held.bytes <= MAX_BYTES && held.of.len() > 100);
        let bytes: usize = held.of.values().map(|it| it.bytes).sum();
        assert_eq!(bytes, held.bytes);
        drop(held);
        assert!(seconds(&recent, "a", None).is_empty(), "the oldest goes");
        recent.forget(&InstanceId::new("299"));
        assert!(seconds(&recent, "299", None).is_empty());
    }
}
