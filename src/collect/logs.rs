//! Log tails: one or several containers merged in time order, for as long as someone reads; and the
//! last lines of what ended.

mod black_box;
mod driver;
mod feed;
mod followers;
mod history_overlap;
mod hub;
mod merge;
mod open;
mod position;
mod reader;
mod recent;
mod record_timeout;
pub mod recorder;
mod window;

use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::engine::Engine;
use crate::logs::record_reader::RecordReader;
use crate::model::{
    InstanceFacts, InstanceId, LogBatch, LogLine, LogMark, LogQuery, LogSource, ServiceId,
    SignedDuration, Snapshot, Timestamp,
};
use hub::Hub;
use merge::merge_ended;
use reader::Reader;
use record_timeout::RecordTimeout;
use window::Window;

pub use black_box::BlackBox;

/// Batches a follower may be behind before lines are held back, and dropped after that.
const BATCHES: usize = 8;
/// Names of containers that are remembered, to tell that one replaces another.
const MAX_PLACES: usize = 1_000;
/// Chunks a reader may be ahead of the merge.
const CHUNKS: usize = 64;

/// What a reader of one container sends to the merge.
#[derive(Debug)]
enum Chunk {
    Lines(Vec<LogLine>),
    Ended(InstanceId),
    Failed(InstanceId, String),
    /// Nothing follows.
    Through,
}

/// A chunk with the number of its source.
#[derive(Debug)]
struct FromSource {
    source: usize,
    chunk: Chunk,
}

/// Opens log tails on whatever engine is linked; clones share the streams that are open.
#[derive(Clone)]
pub struct LogHub {
    hub: Arc<Hub>,
}

impl LogHub {
    /// A hub on the engine that `link` holds while it answers, without snapshots or black box.
    #[must_use]
    pub fn new(link: watch::Receiver<Option<Engine>>) -> Self {
        Self {
            hub: Arc::new(Hub::new(link, None, BlackBox::default())),
        }
    }

    /// A hub that learns from `snapshots` which service a container belongs to and when one was
    /// started, and that shows what `black_box` holds of containers that are gone.
    #[must_use]
    pub fn with(
        link: watch::Receiver<Option<Engine>>,
        snapshots: watch::Receiver<Arc<Snapshot>>,
        black_box: BlackBox,
    ) -> Self {
        Self {
            hub: Arc::new(Hub::new(link, Some(snapshots), black_box)),
        }
    }

    /// The last lines of what ended.
    #[must_use]
    pub fn black_box(&self) -> &BlackBox {
        &self.hub.black_box
    }

    /// The containers that somebody follows.
    #[must_use]
    pub fn followed(&self) -> HashSet<InstanceId> {
        self.hub.followed()
    }

    /// Takes the latest `lines` of a container that were read otherwise: they are its last ones where
    /// its log cannot be read at its end.
    pub fn saw(&self, instance: &InstanceId, lines: &[LogLine]) {
        let ours = SignedDuration::ZERO;
        self.hub.recent.add(instance, lines, ours);
    }

    /// Forgets what was read of a container that is gone: the black box holds it.
    fn forget(&self, instance: &InstanceId) {
        self.hub.recent.forget(instance);
    }

    /// What the engine says of a container, where it answers.
    async fn inspect(&self, instance: &InstanceId) -> Option<Arc<InstanceFacts>> {
        let engine = self.hub.engine().await?;
        engine.inspect(instance).await.ok().flatten().map(Arc::new)
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
            hub: Arc::clone(&self.hub),
            places: HashMap::new(),
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
    hub: Arc<Hub>,
    /// The container of each service and container name that was added last, with its number.
    places: HashMap<(ServiceId, String), (InstanceId, usize)>,
    tasks: JoinSet<()>,
}

impl Readers {
    /// Reads every source of `query` into `chunks`.
    fn spawn_all(
        &mut self,
        query: &LogQuery,
        chunks: &mpsc::Sender<FromSource>,
        window: &mut Window,
    ) {
        for source in &query.sources {
            let number = window.add_source();
            self.spawn(source.clone(), number, query.clone(), chunks.clone());
        }
    }

    fn spawn(
        &mut self,
        source: LogSource,
        number: usize,
        query: LogQuery,
        chunks: mpsc::Sender<FromSource>,
    ) {
        while self.tasks.try_join_next().is_some() {}
        let (instance, end) = (source.instance.clone(), chunks.clone());
        let place = self.hub.place(&instance);
        let reader = Reader {
            hub: Arc::clone(&self.hub),
            first_mark: self.replaces_another(&instance, number, place.clone()),
            place,
            source,
            number,
            chunks,
            records: RecordReader::default(),
            timeout: RecordTimeout::default(),
            has_sent: false,
        };
        let reading = AssertUnwindSafe(reader.run(query)).catch_unwind();
        self.tasks.spawn(async move {
            if reading.await.is_err() {
                tracing::error!(
                    "reading the logs of container {} failed on a bug",
                    instance.short()
                );
                let chunk = Chunk::Failed(instance, hub::FAILED.to_owned());
                let source = number;
                // Fails where nobody reads any more.
                drop(end.send(FromSource { source, chunk }).await);
            }
            let (source, chunk) = (number, Chunk::Through);
            drop(end.send(FromSource { source, chunk }).await);
        });
    }

    /// The mark before the first line where another container had the same place before.
    fn replaces_another(
        &mut self,
        instance: &InstanceId,
        number: usize,
        place: Option<(ServiceId, String)>,
    ) -> Option<LogMark> {
        let before = self.places.insert(place?, (instance.clone(), number));
        if self.places.len() > MAX_PLACES {
            let newest = number.saturating_sub(MAX_PLACES / 2);
            self.places.retain(|_, (_, number)| *number >= newest);
        }
        (before?.0 != *instance).then_some(LogMark::NewContainer)
    }
}

/// Reads tails that end, in time order.
async fn merge(mut readers: Readers, query: LogQuery, out: &mpsc::Sender<LogBatch>) {
    let mut inputs = Vec::new();
    for (number, source) in query.sources.iter().enumerate() {
        let (chunks, input) = mpsc::channel(CHUNKS);
        readers.spawn(source.clone(), number, query.clone(), chunks);
        inputs.push(input);
    }
    merge_ended(inputs, out).await;
}

/// Passes on what readers send: lines after a short window, in time order. New lines never wait for
/// `out`; history does.
async fn pump(
    mut readers: Readers,
    query: LogQuery,
    mut added: mpsc::Receiver<LogQuery>,
    out: &mpsc::Sender<LogBatch>,
) {
    let mut window = Window::new(Instant::now(), Timestamp::now());
    let (chunks, mut merged) = mpsc::channel(CHUNKS);
    readers.spawn_all(&query, &chunks, &mut window);
    // Held for as long as more may come.
    let mut chunks = Some(chunks);
    loop {
        let next = window.next_at();
        let due = next.unwrap_or_else(Instant::now);
        tokio::select! {
            query = added.recv(), if chunks.is_some() => match (query, &chunks) {
                (Some(query), Some(chunks)) => readers.spawn_all(&query, chunks, &mut window),
                _ => chunks = None,
            },
            sent = merged.recv(), if !window.is_full_of_history() => {
                let Some(FromSource { source, chunk }) = sent else { break };
                window.take(source, chunk, Instant::now());
            }
            // With the follower behind, whatever comes meanwhile is held, within bounds.
            permit = async { sleep_until(due).await; out.reserve().await }, if next.is_some() => {
                let Ok(permit) = permit else { return };
                if let Some(batch) = window.give(Instant::now()) {
                    permit.send(batch);
                }
            }
        }
    }
    while let Some(batch) = window.give_rest() {
        if out.send(batch).await.is_err() {
            return;
        }
    }
}
