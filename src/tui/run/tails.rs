//! The open log tail.

use std::future::pending;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use crate::model::{LogBatch, LogQuery};

/// Batches taken at once before a frame gets its turn.
const BURST: usize = 64;

/// The log tail that is open, if there is one.
#[derive(Default)]
pub struct Tails {
    open: Option<OpenTail>,
}

struct OpenTail {
    batches: mpsc::Receiver<LogBatch>,
    added: mpsc::Sender<LogQuery>,
}

impl Tails {
    /// Reads `batches` from now on, a tail that takes further sources through `added`.
    pub fn open(&mut self, batches: mpsc::Receiver<LogBatch>, added: mpsc::Sender<LogQuery>) {
        self.open = Some(OpenTail { batches, added });
    }

    /// Adds the sources of `query` to the open tail; returns it where no tail is open.
    pub fn add(&mut self, query: LogQuery) -> Option<LogQuery> {
        let Some(open) = &self.open else {
            return Some(query);
        };
        match open.added.try_send(query) {
            Ok(()) => None,
            Err(TrySendError::Closed(query)) => Some(query),
            Err(TrySendError::Full(query)) => {
                let count = query.sources.len();
                tracing::warn!("{count} logs are not followed: too many were asked for at once");
                None
            }
        }
    }

    /// Closes the tail.
    pub fn close(&mut self) {
        self.open = None;
    }

    /// Waits for the next batch; for ever when no tail is open.
    pub async fn next(&mut self) -> LogBatch {
        if let Some(open) = &mut self.open {
            if let Some(batch) = open.batches.recv().await {
                return batch;
            }
            self.open = None;
        }
        pending().await
    }

    /// Batches that wait already, at most a burst of them.
    pub fn waiting(&mut self) -> Vec<LogBatch> {
        let open = self.open.iter_mut();
        open.flat_map(|open| std::iter::from_fn(|| open.batches.try_recv().ok()).take(BURST))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::InstanceId;

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
        assert_eq!(tails.add(query()), None);
        assert_eq!(added.recv().await, Some(query()));
        for _ in 0..2 {
            let batch = LogBatch::Ended(InstanceId::from("a"));
            sender.send(batch).await.unwrap();
        }
        assert_eq!(tails.next().await, LogBatch::Ended(InstanceId::from("a")));
        assert_eq!(tails.waiting().len(), 1);
        drop((sender, added));
        assert_eq!(tails.add(query()), Some(query()), "it takes nothing more");
        let idle = tokio::time::timeout(Duration::from_millis(10), tails.next()).await;
        assert!(idle.is_err() && tails.open.is_none());
    }
}
