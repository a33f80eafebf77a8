//! Open log tails and tasks in the background.

use std::future::poll_fn;
use std::task::Poll;

use tokio::sync::mpsc;

use crate::model::LogBatch;

/// Batches taken at once before a frame gets its turn.
const BURST: usize = 64;

/// The open log tails.
#[derive(Default)]
pub struct Tails {
    open: Vec<mpsc::Receiver<LogBatch>>,
}

impl Tails {
    /// Adds a tail.
    pub fn add(&mut self, tail: mpsc::Receiver<LogBatch>) {
        self.open.push(tail);
    }

    /// Closes every tail.
    pub fn close(&mut self) {
        self.open.clear();
    }

    /// Waits for the next batch; for ever when no tail is open.
    pub async fn next(&mut self) -> LogBatch {
        poll_fn(|context| {
            let mut at = 0;
            while let Some(tail) = self.open.get_mut(at) {
                match tail.poll_recv(context) {
                    Poll::Ready(Some(batch)) => {
                        // The others get their turn first next time.
                        self.open.rotate_left(at + 1);
                        return Poll::Ready(batch);
                    }
                    Poll::Ready(None) => {
                        self.open.remove(at);
                    }
                    Poll::Pending => at += 1,
                }
            }
            Poll::Pending
        })
        .await
    }

    /// Batches that wait already, at most a burst of them.
    pub fn waiting(&mut self) -> Vec<LogBatch> {
        let mut batches = Vec::new();
        for tail in &mut self.open {
            while batches.len() < BURST {
                let Ok(batch) = tail.try_recv() else { break };
                batches.push(batch);
            }
        }
        batches
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::InstanceId;

    #[tokio::test]
    async fn batches_of_every_tail_arrive_and_closed_tails_go() {
        let mut tails = Tails::default();
        let mut senders = Vec::new();
        for _ in 0..3 {
            let (sender, receiver) = mpsc::channel(4);
            tails.add(receiver);
            senders.push(sender);
        }
        for (index, sender) in senders.iter().enumerate() {
            for _ in 0..2 {
                sender
                    .send(LogBatch::Ended(InstanceId::from(index.to_string())))
                    .await
                    .unwrap();
            }
        }
        drop(senders);
        let mut seen = Vec::new();
        for _ in 0..3 {
            seen.push(tails.next().await);
        }
        for index in 0..3 {
            let wanted = LogBatch::Ended(InstanceId::from(index.to_string()));
            assert!(seen.contains(&wanted), "every tail gets its turn: {seen:?}");
        }
        assert_eq!(tails.waiting().len(), 3);
        let idle = tokio::time::timeout(Duration::from_millis(10), tails.next()).await;
        assert!(idle.is_err(), "without tails it waits");
        assert!(tails.open.is_empty());
    }
}
