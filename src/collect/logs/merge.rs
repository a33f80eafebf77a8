//! Tails that end, merged completely.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::{Chunk, FromSource};
use crate::model::{LogBatch, LogLine};

/// Lines of one batch of a tail that does not follow.
const BATCH_LINES: usize = 500;

/// Merges tails that end, line by line in time order; waits for `out`, so nothing is dropped.
pub(super) async fn merge_ended(
    mut inputs: Vec<mpsc::Receiver<FromSource>>,
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
    inputs: &mut [mpsc::Receiver<FromSource>],
    heads: &mut [VecDeque<LogLine>],
    notices: &mut Vec<LogBatch>,
) {
    for (input, head) in inputs.iter_mut().zip(heads) {
        while head.is_empty() {
            match input.recv().await.map(|it| it.chunk) {
                Some(Chunk::Lines(lines)) => head.extend(lines),
                Some(Chunk::Ended(instance)) => notices.push(LogBatch::Ended(instance)),
                Some(Chunk::Failed(instance, reason)) => {
                    notices.push(LogBatch::Failed(instance, reason))
                }
                Some(Chunk::Through) => {}
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
    use crate::model::{LogStream, Timestamp};

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

    #[tokio::test]
    async fn ended_tails_are_merged_completely() {
        let mut inputs = Vec::new();
        for (name, seconds) in [("a", [1, 3, 5]), ("b", [2, 4, 6])] {
            let (sender, input) = mpsc::channel(8);
            for second in seconds {
                let chunk = Chunk::Lines(vec![line(name, Some(second), &second.to_string())]);
                let sent = FromSource { source: 0, chunk };
                sender.send(sent).await.expect("room");
            }
            let chunk = Chunk::Ended(name.into());
            let sent = FromSource { source: 0, chunk };
            sender.send(sent).await.expect("room");
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
