//! What one follower gets of one container: lines made into records, from its own begin on.

mod cut;

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::driver;
use super::feed::{self, Begin};
use super::followers::FeedEvent;
use super::history_overlap::{HistoryOverlap, MOST_LIVE};
use super::hub::Hub;
use super::open::open_log;
use super::position::{Position, Skip};
use super::record_timeout::RecordTimeout;
use super::{Chunk, FromSource};
use crate::engine::{Engine, EngineError, by_our_clock};
use crate::logs::record_reader::RecordReader;
use crate::model::{InstanceId, LogLine, LogMark, LogQuery, LogSource, ServiceId, Timestamp};
use cut::{LastLines, cut_at, cut_before};

/// Pause before what was before is read again after the engine failed to give it.
const READ_AGAIN: Duration = Duration::from_millis(500);

/// Reads one container for one follower.
pub(super) struct Reader {
    pub hub: Arc<Hub>,
    pub source: LogSource,
    /// Its number at the follower.
    pub number: usize,
    pub chunks: mpsc::Sender<FromSource>,
    pub records: RecordReader,
    /// How long the oldest of the records may still wait.
    pub timeout: RecordTimeout,
    /// The service and the name of the container, where they are known.
    pub place: Option<(ServiceId, String)>,
    /// Said before the first line.
    pub first_mark: Option<LogMark>,
    /// Whether any line was sent.
    pub has_sent: bool,
}

/// The merge is gone: nobody reads.
pub(super) struct NobodyReads;

impl Reader {
    /// Reads until the container's logs are through, or for ever with `follow`.
    pub async fn run(mut self, query: LogQuery) {
        // Whoever dropped the merge knows that it did.
        let _ = if self.hub.black_box.is_gone(&self.source.instance) {
            self.recorded(&query).await
        } else if query.follow {
            self.follow(&query).await
        } else {
            self.read(&query).await
        };
    }

    /// Reads what there is.
    async fn read(&mut self, query: &LogQuery) -> Result<(), NobodyReads> {
        let Some(engine) = self.hub.engine().await else {
            return Ok(());
        };
        // Before a time, the last lines are counted here: the engine counts from the end.
        let tail = query.tail.filter(|_| query.until.is_none());
        let from = (tail, query.since);
        let mut stream = open_log(Engine::logs, &engine, &self.source, from, false);
        let mut last_lines = LastLines::of(query);
        let mut skip = Skip::to(Position::default(), query.since);
        while let Some(lines) = stream.next().await {
            let mut lines = match lines {
                Ok(lines) => lines,
                Err(error) => return self.failed(&engine, query, &error).await,
            };
            skip.cut(&mut lines);
            let over = cut_at(&mut lines, query.until);
            match &mut last_lines {
                Some(last) => last.push(lines),
                None => self.lines(lines).await?,
            }
            if over {
                break;
            }
        }
        if let Some(last) = last_lines {
            self.lines(last.lines.into()).await?;
        }
        self.end().await
    }

    /// Reads what there is and goes on with what comes.
    async fn follow(&mut self, query: &LogQuery) -> Result<(), NobodyReads> {
        let begin = Begin {
            tail: query.tail,
            since: query.since,
        };
        let (mut live, is_first) = self.hub.subscribe(&self.source, begin);
        let mut overlap = HistoryOverlap::default();
        if !is_first {
            for news in self.catch_up(begin, &mut live, &mut overlap).await? {
                if self.take(news, &mut overlap, query).await? {
                    return Ok(());
                }
            }
        }
        self.go_on(live, overlap, query).await
    }

    /// Passes on what comes live.
    async fn go_on(
        &mut self,
        mut live: mpsc::Receiver<FeedEvent>,
        mut overlap: HistoryOverlap,
        query: &LogQuery,
    ) -> Result<(), NobodyReads> {
        loop {
            let news = match self.timeout.deadline() {
                Some(deadline) => timeout_at(deadline, live.recv()).await,
                None => Ok(live.recv().await),
            };
            match news {
                Ok(Some(news)) => {
                    if self.take(news, &mut overlap, query).await? {
                        return Ok(());
                    }
                }
                // The feed was left without an engine, or failed on a bug, which it logs itself.
                Ok(None) => return self.end().await,
                Err(_elapsed) => {}
            }
            // Also with news all the time: lines of one stream must not hold back the other.
            if self
                .timeout
                .deadline()
                .is_some_and(|it| it <= Instant::now())
            {
                let mut out = Vec::new();
                self.records.flush_oldest(&mut out);
                self.send_lines(out).await?;
            }
        }
    }

    /// Reads up to now what others follow already; gives what came live meanwhile.
    async fn catch_up(
        &mut self,
        begin: Begin,
        live: &mut mpsc::Receiver<FeedEvent>,
        overlap: &mut HistoryOverlap,
    ) -> Result<Vec<FeedEvent>, NobodyReads> {
        let (mut waiting, mut tail) = (LiveNews::default(), begin.tail);
        let (mut not_before, began) = (Instant::now(), Instant::now());
        loop {
            let Some(engine) = self.hub.engine().await else {
                return Ok(Vec::new());
            };
            let since = begin.since.map(|since| engine.theirs(since));
            let mut skip = Skip::to(overlap.position, since);
            let mut stream = {
                let (open, from) = (Engine::logs_by_its_clock, (tail, skip.since()));
                open_log(open, &engine, &self.source, from, false)
            };
            let mut broken = false;
            loop {
                tokio::select! {
                    // Before its time the stream is not asked for.
                    lines = async { sleep_until(not_before).await; stream.next().await } => {
                        let mut lines = match lines {
                            Some(Ok(lines)) => lines,
                            Some(Err(error)) => {
                                broken = may_pass(&error, began);
                                if is_gone(&error) {
                                    self.catch_up_with_kept(&engine, begin, overlap).await?;
                                }
                                break;
                            }
                            None => break,
                        };
                        skip.cut(&mut lines);
                        overlap.saw(&lines);
                        by_our_clock(&mut lines, engine.clock_ahead());
                        self.lines(lines).await?;
                    }
                    Some(news) = live.recv() => waiting.push(news),
                }
            }
            if !waiting.has_lost && !broken {
                overlap.end(begin, Instant::now());
                return Ok(waiting.news);
            }
            if broken {
                not_before = Instant::now() + READ_AGAIN;
            }
            tail = tail.filter(|_| !waiting.has_lost && overlap.position.last().is_none());
            if waiting.has_lost {
                waiting = LiveNews::default();
            }
        }
    }

    /// Sends what was read by others of a container whose log the engine refuses from now on.
    async fn catch_up_with_kept(
        &mut self,
        engine: &Engine,
        begin: Begin,
        overlap: &mut HistoryOverlap,
    ) -> Result<(), NobodyReads> {
        if overlap.position.last().is_some() {
            return Ok(());
        }
        let mut lines = self.hub.kept_lines(&self.source.instance);
        cut_before(&mut lines, begin.since, begin.tail);
        let mut by_its_clock = lines.clone();
        for line in &mut by_its_clock {
            line.at = line.at.map(|at| engine.theirs(at));
        }
        overlap.saw(&by_its_clock);
        self.lines(lines).await
    }

    /// Passes news of the feed on; gives whether they were the last.
    async fn take(
        &mut self,
        news: FeedEvent,
        overlap: &mut HistoryOverlap,
        query: &LogQuery,
    ) -> Result<bool, NobodyReads> {
        match news {
            FeedEvent::Lines(lines, ahead) => {
                // Shared only where several follow.
                let mut lines = Arc::unwrap_or_clone(lines);
                overlap.cut(&mut lines, Instant::now());
                by_our_clock(&mut lines, ahead);
                let over = cut_at(&mut lines, query.until);
                self.lines(lines).await?;
                if over {
                    self.end().await?;
                }
                Ok(over)
            }
            FeedEvent::Mark(mark, at) => {
                self.flush().await?;
                let mark = self.mark(mark, at);
                self.send(Chunk::Lines(vec![mark])).await?;
                Ok(false)
            }
            FeedEvent::Ended => self.end().await.map(|()| false),
            FeedEvent::Gone if self.has_sent => {
                self.flush().await?;
                let place = self.place.as_ref();
                if !place.is_some_and(|it| self.hub.is_replaced(&self.source.instance, it)) {
                    // Where the lines end, whatever the time.
                    let mark = self.mark(LogMark::Removed, None);
                    self.send(Chunk::Lines(vec![mark])).await?;
                }
                self.end().await.map(|()| true)
            }
            FeedEvent::Gone => self.recorded(query).await.map(|()| true),
            FeedEvent::Failed(reason) => {
                self.flush().await?;
                let instance = self.source.instance.clone();
                self.send(Chunk::Failed(instance, reason)).await?;
                Ok(true)
            }
        }
    }

    /// Sends what is kept of a container that is gone.
    async fn recorded(&mut self, query: &LogQuery) -> Result<(), NobodyReads> {
        let mut lines = self.hub.kept_lines(&self.source.instance);
        cut_at(&mut lines, query.until);
        cut_before(&mut lines, query.since, query.tail);
        if let Some(first) = lines.first() {
            let mark = self.mark(LogMark::Recorded, first.at);
            self.send(Chunk::Lines(vec![mark])).await?;
            self.lines(lines).await?;
        }
        self.end().await
    }

    async fn failed(
        &mut self,
        engine: &Engine,
        query: &LogQuery,
        error: &EngineError,
    ) -> Result<(), NobodyReads> {
        let is_kept = || !self.hub.kept_lines(&self.source.instance).is_empty();
        if is_gone(error) && !self.has_sent && is_kept() {
            return self.recorded(query).await;
        }
        self.flush().await?;
        let reason = driver::sentence(engine, &self.source.instance, error).await;
        let instance = self.source.instance.clone();
        self.send(Chunk::Failed(instance, reason)).await
    }

    /// Sends `lines` as records.
    async fn lines(&mut self, lines: Vec<LogLine>) -> Result<(), NobodyReads> {
        let Some(first) = lines.first() else {
            return Ok(());
        };
        self.has_sent = true;
        let first_at = first.at;
        let mut out = Vec::with_capacity(lines.len() + 1);
        if let Some(mark) = self.first_mark.take() {
            out.push(self.mark(mark, first_at));
        }
        for line in lines {
            self.records.push(line, &mut out);
        }
        self.send_lines(out).await
    }

    async fn flush(&mut self) -> Result<(), NobodyReads> {
        let mut out = Vec::new();
        self.records.flush(&mut out);
        self.send_lines(out).await
    }

    async fn end(&mut self) -> Result<(), NobodyReads> {
        self.flush().await?;
        self.send(Chunk::Ended(self.instance())).await
    }

    fn instance(&self) -> InstanceId {
        self.source.instance.clone()
    }

    fn mark(&self, mark: LogMark, at: Option<Timestamp>) -> LogLine {
        LogLine {
            at,
            instance: self.instance(),
            mark: Some(mark),
            ..LogLine::default()
        }
    }

    /// Sends what the records gave.
    async fn send_lines(&mut self, lines: Vec<LogLine>) -> Result<(), NobodyReads> {
        self.timeout.note(self.records.oldest(), Instant::now());
        if lines.is_empty() {
            return Ok(());
        }
        self.send(Chunk::Lines(lines)).await
    }

    async fn send(&self, chunk: Chunk) -> Result<(), NobodyReads> {
        let source = self.number;
        self.chunks
            .send(FromSource { source, chunk })
            .await
            .map_err(|_closed| NobodyReads)
    }
}

/// What comes live while a follower reads what was before.
#[derive(Default)]
struct LiveNews {
    news: Vec<FeedEvent>,
    /// Lines among it.
    lines: usize,
    /// Whether lines were too many to be kept.
    has_lost: bool,
}

impl LiveNews {
    fn push(&mut self, news: FeedEvent) {
        if let FeedEvent::Lines(lines, _) = &news {
            self.lines += lines.len();
        }
        if self.lines > MOST_LIVE {
            self.has_lost = true;
            self.news.retain(|it| !matches!(it, FeedEvent::Lines(..)));
        } else {
            self.news.push(news);
        }
    }
}

/// Whether the container is gone, or is being removed: an engine refuses its log from before it ends.
const fn is_gone(error: &EngineError) -> bool {
    matches!(
        error,
        EngineError::NotFound { .. } | EngineError::Conflict { .. }
    )
}

/// Whether it is worth asking again after `error`, since `began`. What cannot be read is said by the
/// feed.
fn may_pass(error: &EngineError, began: Instant) -> bool {
    let failed = error.is_server_error() && began.elapsed() < feed::SERVER_ERROR_LIMIT;
    failed || error.is_unreachable() || error.is_short()
}

#[cfg(test)]
mod tests;
