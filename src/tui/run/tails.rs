//! The open log tail.

use std::collections::VecDeque;
use std::future::pending;

use tokio::sync::mpsc;

use crate::model::{LogBatch, LogQuery};

/// Lines taken at once before a frame gets its turn: each may cost some microseconds where there is
/// a filter. A batch has 2,000 at most.
const BURST: usize = 1_000;

/// The log tail that is open, if there is one.
#[derive(Default)]
pub struct Tails {
    open: Option<OpenTail>,
}

struct OpenTail {
    batches: mpsc::Receiver<LogBatch>,
    added: mpsc::Sender<LogQuery>,
    /// Queries for which `added` had no room yet.
    waiting: VecDeque<LogQuery>,
}

impl Tails {
    /// Reads `batches` from now on, a tail that takes further sources through `added`.
    pub fn open(&mut self, batches: mpsc::Receiver<LogBatch>, added: mpsc::Sender<LogQuery>) {
        self.open = Some(OpenTail {
            batches,
            added,
            waiting: VecDeque::new(),
        });
    }

    /// Adds the sources of `query` to the open tail; returns it where no tail is open.
    pub fn add(&mut self, query: LogQuery) -> Option<LogQuery> {
        match self.open.as_mut().filter(|open| !open.added.is_closed()) {
            Some(open) => {
                open.waiting.push_back(query);
                None
            }
            None => Some(query),
        }
    }

    /// Closes the tail.
    pub fn close(&mut self) {
        self.open = None;
    }

    /// Waits for the next batch; for ever when no tail is open.
    pub async fn next(&mut self) -> LogBatch {
        if let Some(open) = &mut self.open {
            loop {
                tokio::select! {
                    biased;
                    Ok(permit) = open.added.reserve(), if !open.waiting.is_empty() => {
                        if let Some(query) = open.waiting.pop_front() {
                            permit.send(query);
                        }
                    }
                    batch = open.batches.recv() => match batch {
                        Some(batch) => return batch,
                        None => break,
                    },
                }
            }
            self.open = None;
        }
        pending().await
    }

    /// `first`, and batches that wait behind it, until there is a burst of lines.
    pub fn burst(&mut self, first: LogBatch) -> Vec<LogBatch> {
        let mut lines = line_count(&first);
        let mut burst = vec![first];
        while lines < BURST
            && let Some(open) = &mut self.open
            && let Ok(batch) = open.batches.try_recv()
        {
            lines += line_count(&batch);
            burst.push(batch);
        }
        burst
    }
}

/// Lines of `batch`; also news cost something.
const fn line_count(batch: &LogBatch) -> usize {
    match batch {
        LogBatch::Lines { lines, .. } => lines.len(),
        LogBatch::Ended(_) | LogBatch::Failed(..) => 1,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::{InstanceId, LogLine};

    fn query() -> LogQuery {
        LogQuery {
            sources: Vec::new(),
            tail: None,
            since: None,
            until: None,
            follow: true,
        }
    }

    #[tokio::test]
    async fn an_open_tail_takes_more_sources_and_one_that_ended_goes() {
        let mut tails = Tails::default();
        assert_eq!(tails.add(query()), Some(query()), "none is open");
        let (sender, receiver) = mpsc::channel(4);
        let (more, mut added) = mpsc::channel(1);
        tails.open(receiver, more);
        for _ in 0..100 {
            assert_eq!(tails.add(query()), None);
        }
        let idle = tokio::time::timeout(Duration::from_millis(200), tails.next());
        let all = async {
            for _ in 0..100 {
                assert_eq!(added.recv().await, Some(query()), "there is room for one");
            }
        };
        let (idle, ()) = tokio::join!(idle, all);
        assert!(idle.is_err(), "nothing came yet");
        for _ in 0..2 {
            let batch = LogBatch::Ended(InstanceId::from("a"));
            sender.send(batch).await.unwrap();
        }
        let first = tails.next().await;
        assert_eq!(first, LogBatch::Ended(InstanceId::from("a")));
        assert_eq!(tails.burst(first).len(), 2);
        drop((sender, added));
        assert_eq!(tails.add(query()), Some(query()), "it takes nothing more");
        let idle = tokio::time::timeout(Duration::from_millis(10), tails.next()).await;
        assert!(idle.is_err() && tails.open.is_none());
    }

    #[tokio::test]
    async fn a_frame_gets_its_turn_between_bursts() {
        let mut tails = Tails::default();
        let (sender, receiver) = mpsc::channel(8);
        tails.open(receiver, mpsc::channel(1).0);
        for _ in 0..4 {
            let lines = (0..BURST * 3 / 4).map(|_| LogLine::default());
            sender.send(LogBatch::of(lines, 0)).await.unwrap();
        }
        let first = tails.next().await;
        assert_eq!(tails.burst(first).len(), 2, "the others wait for a frame");
    }
}
