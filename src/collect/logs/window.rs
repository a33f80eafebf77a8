//! Lines of several sources put into one order: each waits for older ones of other sources, within
//! bounds.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Chunk;
use crate::model::{LogBatch, LogLine, Timestamp};

/// How long a line waits for older ones of other sources.
pub(super) const WINDOW: Duration = Duration::from_millis(250);
/// How long the first lines wait for those of sources that have sent nothing yet.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// Least time between two batches, so that they are few.
const PAUSE: Duration = Duration::from_millis(15);
/// Lines that wait at most; older ones are dropped.
const MAX_LINES: usize = 40_000;
/// Bytes of text that wait at most.
const MAX_BYTES: usize = 16 << 20;
/// Lines of one batch.
const BATCH_LINES: usize = 2_000;
/// Bytes of text from which on a batch takes no further line: whoever takes it may look for an
/// expression in all of them before it does anything else.
const BATCH_BYTES: usize = 1 << 20;

/// What waits for the follower, and in which order it leaves.
///
/// Each source is a queue, so its own order always wins. The order among sources is that of the
/// times at the heads of their queues, then that of the sources.
pub(super) struct Window {
    /// By their numbers; one that is through and empty is not there.
    sources: BTreeMap<usize, Source>,
    /// How many there were.
    added: usize,
    /// When lines arrived, each with their latest time: the order of arrival.
    arrivals: VecDeque<(Instant, Option<Timestamp>)>,
    /// Lines up to this time have waited long enough.
    due: Option<Timestamp>,
    notices: VecDeque<Notice>,
    began: Instant,
    /// Lines before this time are history: no line of it need be dropped, as the engine keeps it.
    opened: Timestamp,
    last_batch: Option<Instant>,
    lines: usize,
    bytes: usize,
    dropped: u64,
}

/// What a source says of itself; it leaves behind the lines of that source.
struct Notice {
    source: usize,
    arrived: Instant,
    batch: LogBatch,
}

#[derive(Default)]
struct Source {
    /// Each with the time that it is ordered by.
    queue: VecDeque<(Option<Timestamp>, LogLine)>,
    last: Option<Timestamp>,
    has_sent: bool,
    /// Whether nothing follows.
    is_through: bool,
}

/// Which source gives the next line.
type Heads = BinaryHeap<Reverse<(Option<Timestamp>, usize)>>;

impl Window {
    /// An empty window of a log that is opened at `now`, by the wall clock `opened`.
    pub fn new(now: Instant, opened: Timestamp) -> Self {
        Self {
            sources: BTreeMap::new(),
            added: 0,
            arrivals: VecDeque::new(),
            due: None,
            notices: VecDeque::new(),
            began: now,
            opened,
            last_batch: None,
            lines: 0,
            bytes: 0,
            dropped: 0,
        }
    }

    /// The number of a further source.
    pub fn add_source(&mut self) -> usize {
        let number = self.added;
        self.sources.insert(number, Source::default());
        self.added += 1;
        number
    }

    /// Takes what source number `at` sent.
    pub fn take(&mut self, at: usize, chunk: Chunk, now: Instant) {
        let Some(source) = self.sources.get_mut(&at) else {
            return;
        };
        source.has_sent = true;
        let batch = match chunk {
            Chunk::Lines(lines) => {
                self.lines += lines.len();
                self.bytes += lines.iter().map(|line| line.text.len()).sum::<usize>();
                if !lines.is_empty() {
                    // It goes on, so it has not ended.
                    self.notices
                        .retain(|it| it.source != at || !matches!(it.batch, LogBatch::Ended(_)));
                }
                let latest = source.push(lines);
                self.arrivals.push_back((now, latest));
                return self.bound();
            }
            Chunk::Ended(instance) => LogBatch::Ended(instance),
            Chunk::Failed(instance, reason) => LogBatch::Failed(instance, reason),
            Chunk::Through => {
                source.is_through = true;
                return self.free(at);
            }
        };
        // The latest of a source is enough.
        self.notices.retain(|it| it.source != at);
        self.notices.push_back(Notice {
            source: at,
            arrived: now,
            batch,
        });
    }

    /// Forgets source number `at` where nothing of it waits and nothing follows.
    fn free(&mut self, at: usize) {
        let is_over = |it: &Source| it.is_through && it.queue.is_empty();
        if self.sources.get(&at).is_some_and(is_over) {
            self.sources.remove(&at);
        }
    }

    /// The lines that arrived first have waited long enough.
    fn pop_arrival(&mut self) {
        if let Some((_, latest)) = self.arrivals.pop_front() {
            self.due = self.due.max(latest);
        }
    }

    /// When something may leave next; `None` while nothing waits.
    pub fn next_at(&self) -> Option<Instant> {
        let lines = self.arrivals.front().map(|(at, _)| *at + self.wait());
        let free = self.notices.iter().filter(|it| self.is_empty_of(it.source));
        let notice = free.map(|it| it.arrived + self.wait()).min();
        let next = match (lines, notice) {
            _ if self.dropped > 0 || self.is_heavy() || self.has_due() => Some(self.began),
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }?;
        // The first lines of all sources leave in one order.
        let silent = self.sources.values().any(|source| !source.has_sent);
        let next = if silent && self.last_batch.is_none() && !self.is_heavy() {
            next.max(self.began + FIRST_WAIT)
        } else {
            next
        };
        Some(self.last_batch.map_or(next, |last| next.max(last + PAUSE)))
    }

    /// The next batch at `now`: a notice whose source has no more lines, else lines in order. Notices
    /// are few, while there may always be lines of some other source.
    pub fn give(&mut self, now: Instant) -> Option<LogBatch> {
        let wait = self.wait();
        while let Some((at, _)) = self.arrivals.front()
            && *at + wait <= now
        {
            self.pop_arrival();
        }
        let ripe = (self.notices.iter())
            .position(|it| it.arrived + wait <= now && self.is_empty_of(it.source));
        if let Some(notice) = ripe.and_then(|at| self.notices.remove(at)) {
            return Some(notice.batch);
        }
        let (all, due) = (self.is_heavy(), self.due);
        let lines = self.pop_while(BATCH_LINES, |at, (_, bytes)| {
            (all || at <= due) && bytes < BATCH_BYTES
        });
        if !self.has_due() {
            self.due = None;
        }
        if lines.is_empty() && self.dropped == 0 {
            return None;
        }
        self.last_batch = Some(now);
        let lines = lines.into_iter().map(Arc::new).collect();
        let dropped = std::mem::take(&mut self.dropped);
        Some(LogBatch::Lines { lines, dropped })
    }

    /// The rest, when no source sends any more.
    pub fn give_rest(&mut self) -> Option<LogBatch> {
        let lines = self.pop_while(BATCH_LINES, |_, (_, bytes)| bytes < BATCH_BYTES);
        if lines.is_empty() && self.dropped == 0 {
            return self.notices.pop_front().map(|notice| notice.batch);
        }
        let dropped = std::mem::take(&mut self.dropped);
        Some(LogBatch::of(lines, dropped))
    }

    /// Whether a line waits that may leave. One without any time has no place to wait for.
    fn has_due(&self) -> bool {
        let mut heads = self.sources.values().filter_map(|each| each.queue.front());
        heads.any(|(at, _)| *at <= self.due)
    }

    /// Whether no line of source number `at` waits.
    fn is_empty_of(&self, at: usize) -> bool {
        self.head(at).is_none()
    }

    /// How long a line waits: a single source is in order.
    fn wait(&self) -> Duration {
        if self.sources.len() > 1 {
            WINDOW
        } else {
            Duration::ZERO
        }
    }

    /// Whether no more is to be taken for now: much waits, and what would be dropped is history.
    pub fn is_full_of_history(&self) -> bool {
        if !self.is_heavy() {
            return false;
        }
        let heads = self.sources.keys().filter_map(|at| self.head(*at));
        heads.min().flatten().is_some_and(|at| at < self.opened)
    }

    /// Whether so much waits that waiting for more makes no sense.
    const fn is_heavy(&self) -> bool {
        self.lines >= MAX_LINES / 4 * 3 || self.bytes >= MAX_BYTES / 4 * 3
    }

    /// Drops the oldest lines beyond the bounds, some more at once than needed, as that is cheaper.
    fn bound(&mut self) {
        if self.lines <= MAX_LINES && self.bytes <= MAX_BYTES {
            return;
        }
        let (lines, bytes) = (self.lines, self.bytes);
        let fits = move |gone: (usize, usize)| {
            lines - gone.0 <= MAX_LINES / 8 * 7 && bytes - gone.1 <= MAX_BYTES / 8 * 7
        };
        self.dropped += self.pop_while(usize::MAX, |_, gone| !fits(gone)).len() as u64;
        while self.arrivals.len() > self.lines {
            self.pop_arrival();
        }
    }

    /// Takes at most `most` lines out in order, while `wanted` accepts the time of the next one and
    /// the lines and bytes that were taken.
    fn pop_while(
        &mut self,
        most: usize,
        wanted: impl Fn(Option<Timestamp>, (usize, usize)) -> bool,
    ) -> Vec<LogLine> {
        let mut heads: Heads = (self.sources.keys())
            .filter_map(|at| Some(Reverse((self.head(*at)?, *at))))
            .collect();
        let (mut out, mut bytes) = (Vec::new(), 0);
        while out.len() < most {
            let Some(Reverse((time, at))) =
                heads.pop().filter(|it| wanted(it.0.0, (out.len(), bytes)))
            else {
                break;
            };
            let queue = self.sources.get_mut(&at).map(|source| &mut source.queue);
            let Some((_, line)) = queue.and_then(VecDeque::pop_front) else {
                continue;
            };
            bytes += line.text.len();
            out.push(line);
            if let Some(next) = self.head(at) {
                // A clock that jumps back does not: what follows keeps its place.
                heads.push(Reverse((next.max(time), at)));
            } else {
                self.free(at);
            }
        }
        self.lines -= out.len();
        self.bytes -= bytes;
        out
    }

    fn head(&self, at: usize) -> Option<Option<Timestamp>> {
        let (time, _) = self.sources.get(&at)?.queue.front()?;
        Some(*time)
    }
}

impl Source {
    /// Appends `lines`; their latest time. A line without a time has that of the one before it.
    fn push(&mut self, lines: Vec<LogLine>) -> Option<Timestamp> {
        let mut latest = None;
        for line in lines {
            self.last = line.at.or(self.last);
            latest = latest.max(self.last);
            self.queue.push_back((self.last, line));
        }
        latest
    }
}

#[cfg(test)]
mod tests;
