//! Lines of several containers in one order, within bounds.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::Chunk;
use crate::model::SortShared as _;
use crate::model::{LogBatch, LogLine, Timestamp};

/// Lines held for a slow follower; older ones are dropped.
const MAX_LINES: usize = 4_000;
/// Bytes of text held for a slow follower.
const MAX_BYTES: usize = 4 << 20;
/// Lines of one batch of a tail that does not follow.
const BATCH_LINES: usize = 500;

/// What waits for the follower.
#[derive(Default)]
pub(super) struct Held {
    lines: VecDeque<LogLine>,
    bytes: usize,
    dropped: u64,
    notices: VecDeque<LogBatch>,
}

impl Held {
    pub fn take(&mut self, chunk: Chunk) {
        match chunk {
            Chunk::Lines(lines) => {
                for line in lines {
                    self.bytes += line.text.len();
                    self.lines.push_back(line);
                }
                self.bound();
            }
            Chunk::Ended(instance) => self.notices.push_back(LogBatch::Ended(instance)),
            Chunk::Failed(instance, reason) => {
                self.notices.push_back(LogBatch::Failed(instance, reason))
            }
        }
    }

    fn bound(&mut self) {
        while self.lines.len() > MAX_LINES || self.bytes > MAX_BYTES {
            let Some(line) = self.lines.pop_front() else {
                return;
            };
            self.bytes -= line.text.len();
            self.dropped += 1;
        }
    }

    /// Whether so much waits that waiting for more makes no sense.
    pub fn is_heavy(&self) -> bool {
        self.lines.len() >= MAX_LINES / 4 || self.bytes >= MAX_BYTES / 4
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.dropped == 0 && self.notices.is_empty()
    }

    /// The next batch: all lines in time order, then one notice at a time.
    pub fn give(&mut self) -> Option<LogBatch> {
        if self.lines.is_empty() && self.dropped == 0 {
            return self.notices.pop_front();
        }
        let mut lines: Vec<LogLine> = std::mem::take(&mut self.lines).into();
        self.bytes = 0;
        in_time_order(&mut lines);
        Some(LogBatch::of(lines, std::mem::take(&mut self.dropped)))
    }
}

/// Sorts by time and keeps the order of each container; a line without a time stays behind the
/// one it came after.
fn in_time_order(lines: &mut [LogLine]) {
    let mut last: Option<Timestamp> = None;
    for line in lines.iter() {
        if line.at.is_some() {
            last = line.at;
            break;
        }
    }
    let Some(first) = last else { return };
    let mut effective = first;
    // Stable, so equal times keep their order of arrival.
    let keys: Vec<Timestamp> = lines
        .iter()
        .map(|line| {
            effective = line.at.unwrap_or(effective);
            effective
        })
        .collect();
    if keys.is_sorted() {
        return;
    }
    let mut order: Vec<(Timestamp, usize)> = keys.into_iter().zip(0..).collect();
    order.sort_shared();
    permute(lines, &order);
}

/// Moves `lines[order[i].1]` to place `i`.
fn permute(lines: &mut [LogLine], order: &[(Timestamp, usize)]) {
    let sorted: Vec<LogLine> = order
        .iter()
        .filter_map(|(_, index)| lines.get(*index).cloned())
        .collect();
    lines.clone_from_slice(&sorted);
}

/// Merges tails that end, line by line in time order; waits for `out`, so nothing is dropped.
pub(super) async fn merge_ended(
    mut inputs: Vec<mpsc::Receiver<Chunk>>,
    out: &mpsc::Sender<LogBatch>,
) {
    let mut heads: Vec<VecDeque<LogLine>> = inputs.iter().map(|_| VecDeque::new()).collect();
    let mut notices = Vec::new();
    let mut batch = Vec::new();
    loop {
        fill(&mut inputs, &mut heads, &mut notices).await;
        let line = pop_oldest(&mut heads);
        let ended = line.is_none();
        batch.extend(line.map(Arc::new));
        if batch.len() >= BATCH_LINES || (ended && !batch.is_empty()) {
            let lines = std::mem::take(&mut batch);
            if out
                .send(LogBatch::Lines { lines, dropped: 0 })
                .await
                .is_err()
            {
                return;
            }
        }
        if ended {
            break;
        }
    }
    for notice in notices {
        if out.send(notice).await.is_err() {
            return;
        }
    }
}

/// Waits until every input shows its next line or has ended.
async fn fill(
    inputs: &mut [mpsc::Receiver<Chunk>],
    heads: &mut [VecDeque<LogLine>],
    notices: &mut Vec<LogBatch>,
) {
    for (input, head) in inputs.iter_mut().zip(heads) {
        while head.is_empty() {
            match input.recv().await {
                Some(Chunk::Lines(lines)) => head.extend(lines),
                Some(Chunk::Ended(instance)) => notices.push(LogBatch::Ended(instance)),
                Some(Chunk::Failed(instance, reason)) => {
                    notices.push(LogBatch::Failed(instance, reason))
                }
                None => break,
            }
        }
    }
}

fn pop_oldest(heads: &mut [VecDeque<LogLine>]) -> Option<LogLine> {
    let oldest = heads
        .iter_mut()
        .filter(|head| !head.is_empty())
        .min_by_key(|head| head.front().and_then(|line| line.at));
    oldest.and_then(VecDeque::pop_front)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LogStream;

    fn line(instance: &str, second: Option<i64>, text: &str) -> LogLine {
        LogLine {
            at: second.map(|second| Timestamp::from_second(second).expect("a time")),
            instance: instance.into(),
            stream: LogStream::Stdout,
            text: text.into(),
            cut_bytes: 0,
            ..LogLine::default()
        }
    }

    fn texts(batch: Option<LogBatch>) -> (Vec<String>, u64) {
        match batch {
            Some(LogBatch::Lines { lines, dropped }) => {
                (lines.iter().map(|l| l.text.clone()).collect(), dropped)
            }
            other => panic!("no lines: {other:?}"),
        }
    }

    #[test]
    fn lines_are_given_in_time_order_then_notices() {
        let mut held = Held::default();
        held.take(Chunk::Lines(vec![
            line("a", Some(1), "1"),
            line("a", None, "1b"),
            line("a", Some(4), "4"),
        ]));
        held.take(Chunk::Ended("a".into()));
        held.take(Chunk::Lines(vec![
            line("b", Some(0), "0"),
            line("b", Some(4), "4b"),
        ]));
        assert_eq!(
            texts(held.give()),
            (["0", "1", "1b", "4", "4b"].map(String::from).into(), 0)
        );
        assert_eq!(held.give(), Some(LogBatch::Ended("a".into())));
        assert!(held.is_empty() && held.give().is_none());
    }

    #[test]
    fn a_slow_follower_loses_the_oldest_lines_and_is_told_how_many() {
        let mut held = Held::default();
        for second in 0..i64::try_from(MAX_LINES).expect("small") + 10 {
            held.take(Chunk::Lines(vec![line(
                "a",
                Some(second),
                &second.to_string(),
            )]));
        }
        let (lines, dropped) = texts(held.give());
        assert_eq!(
            (lines.len(), dropped, lines[0].as_str()),
            (MAX_LINES, 10, "10")
        );

        held.take(Chunk::Lines(
            (0..600)
                .map(|n| line("a", Some(n), &"x".repeat(16 << 10)))
                .collect(),
        ));
        assert!(held.bytes <= MAX_BYTES);
        assert_eq!(texts(held.give()).1, 600 - (MAX_BYTES as u64 >> 14));
    }

    #[tokio::test]
    async fn ended_tails_are_merged_completely() {
        let mut inputs = Vec::new();
        for (name, seconds) in [("a", [1, 3, 5]), ("b", [2, 4, 6])] {
            let (sender, input) = mpsc::channel(8);
            for second in seconds {
                let chunk = Chunk::Lines(vec![line(name, Some(second), &second.to_string())]);
                sender.send(chunk).await.expect("room");
            }
            sender.send(Chunk::Ended(name.into())).await.expect("room");
            inputs.push(input);
        }
        let (out, mut received) = mpsc::channel(8);
        merge_ended(inputs, &out).await;
        drop(out);
        assert_eq!(
            texts(received.recv().await),
            (["1", "2", "3", "4", "5", "6"].map(String::from).into(), 0)
        );
        assert_eq!(received.recv().await, Some(LogBatch::Ended("a".into())));
        assert_eq!(received.recv().await, Some(LogBatch::Ended("b".into())));
        assert_eq!(received.recv().await, None);
    }
}
