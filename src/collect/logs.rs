//! Log tails: one or several containers merged in time order, for as long as someone reads.

mod merge;
mod reader;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::engine::Engine;
use crate::model::{InstanceId, LogBatch, LogLine, LogQuery, LogSource};
use merge::{Held, merge_ended};
use reader::Reader;

/// Batches a follower may be behind before lines are held back, and dropped after that.
const BATCHES: usize = 8;
/// Chunks a reader may be ahead of the merge.
const CHUNKS: usize = 16;
/// How long lines wait for older ones of other containers.
const WINDOW: Duration = Duration::from_millis(40);
/// The same at the begin, when every container sends its tail.
const FIRST_WINDOW: Duration = Duration::from_millis(150);

/// What a reader of one container sends to the merge.
#[derive(Debug)]
enum Chunk {
    Lines(Vec<LogLine>),
    Ended(InstanceId),
    Failed(InstanceId, String),
}

/// Opens log tails on whatever engine is linked.
#[derive(Clone)]
pub struct LogHub {
    link: watch::Receiver<Option<Engine>>,
}

impl LogHub {
    /// A hub on the engine that `link` holds while it answers.
    #[must_use]
    pub const fn new(link: watch::Receiver<Option<Engine>>) -> Self {
        Self { link }
    }

    /// Opens a tail; it closes when the receiver is dropped. Must be called inside the runtime.
    ///
    /// With `follow` the tail outlives the engine's absence and a container's restarts, takes the
    /// sources of what is `added` to it, and lines are dropped and counted where the reader is slow.
    /// Without, every line arrives, nothing can be added, and the channel closes after the last.
    #[must_use]
    pub fn follow(
        &self,
        query: LogQuery,
        added: mpsc::Receiver<LogQuery>,
    ) -> mpsc::Receiver<LogBatch> {
        let (out, receiver) = mpsc::channel(BATCHES);
        let readers = Readers {
            link: self.link.clone(),
            tasks: JoinSet::new(),
        };
        tokio::spawn(async move {
            let closed = out.clone();
            let serve = async {
                if query.follow {
                    pump(readers, query, added, &out).await;
                } else {
                    merge(readers, query, &out).await;
                }
            };
            tokio::select! {
                () = serve => {}
                // Dropping the readers closes their streams.
                () = closed.closed() => {}
            }
        });
        receiver
    }
}

/// The readers of one tail.
struct Readers {
    link: watch::Receiver<Option<Engine>>,
    tasks: JoinSet<()>,
}

impl Readers {
    /// Reads every source of `query` into `chunks`.
    fn spawn_all(&mut self, query: &LogQuery, chunks: &mpsc::Sender<Chunk>) {
        for source in &query.sources {
            self.spawn(source.clone(), query, chunks.clone());
        }
    }

    fn spawn(&mut self, source: LogSource, query: &LogQuery, chunks: mpsc::Sender<Chunk>) {
        let (instance, failed) = (source.instance.clone(), chunks.clone());
        let reader = Reader {
            link: self.link.clone(),
            source,
            chunks,
        };
        let reading = reader.run(query.tail, query.since, query.follow);
        let reading = AssertUnwindSafe(reading).catch_unwind();
        self.tasks.spawn(async move {
            if reading.await.is_err() {
                tracing::error!(
                    "reading the logs of container {} failed on a bug",
                    instance.short()
                );
                let reason = "reading failed on a bug in hubdeck; see the hubdeck log".to_owned();
                // Fails where nobody reads any more.
                drop(failed.send(Chunk::Failed(instance, reason)).await);
            }
        });
    }
}

/// Reads tails that end, in time order.
async fn merge(mut readers: Readers, query: LogQuery, out: &mpsc::Sender<LogBatch>) {
    let mut inputs = Vec::new();
    for source in &query.sources {
        let (chunks, input) = mpsc::channel(CHUNKS);
        readers.spawn(source.clone(), &query, chunks);
        inputs.push(input);
    }
    merge_ended(inputs, out).await;
}

/// Passes on what readers send: lines after a short window, in time order; never waits for `out`.
async fn pump(
    mut readers: Readers,
    query: LogQuery,
    mut added: mpsc::Receiver<LogQuery>,
    out: &mpsc::Sender<LogBatch>,
) {
    let (chunks, mut merged) = mpsc::channel(CHUNKS);
    readers.spawn_all(&query, &chunks);
    // Held for as long as more may come.
    let mut chunks = Some(chunks);
    let mut held = Held::default();
    let mut flush_at: Option<Instant> = None;
    let mut window = FIRST_WINDOW;
    loop {
        let due = flush_at.unwrap_or_else(Instant::now);
        tokio::select! {
            query = added.recv(), if chunks.is_some() => match (query, &chunks) {
                (Some(query), Some(chunks)) => readers.spawn_all(&query, chunks),
                _ => chunks = None,
            },
            chunk = merged.recv() => {
                let Some(chunk) = chunk else { break };
                held.take(chunk);
                let wait = if held.is_heavy() { Duration::ZERO } else { window };
                let soon = Instant::now() + wait;
                flush_at = Some(flush_at.map_or(soon, |due| due.min(soon)));
            }
            // With the follower behind, whatever comes meanwhile is held, within bounds.
            permit = async { sleep_until(due).await; out.reserve().await }, if flush_at.is_some() => {
                let Ok(permit) = permit else { return };
                if let Some(batch) = held.give() {
                    permit.send(batch);
                }
                window = WINDOW;
                flush_at = (!held.is_empty()).then(Instant::now);
            }
        }
    }
    while let Some(batch) = held.give() {
        if out.send(batch).await.is_err() {
            return;
        }
    }
}
