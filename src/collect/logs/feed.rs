//! The live log stream of one container, read once for all its followers and opened again where it
//! ends early.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use super::driver;
use super::line_times::{first_time, is_new, just_after};
use crate::engine::{Engine, EngineError};
use crate::model::{InstanceFacts, InstanceId, LogLine, LogMark, LogSource, Snapshot, Timestamp};

/// Pause before a stream that ended is asked for again.
const REOPEN_AFTER: Duration = Duration::from_secs(2);
/// The same after the engine failed to answer; the link shows soon whether it is lost.
const RETRY_AFTER: Duration = Duration::from_millis(500);
/// Longest time between two looks whether a container that ended was started again, where snapshots
/// tell of it as well.
const LOOK_AFTER: Duration = Duration::from_secs(30);
/// How long the mark of a start waits for the first line, as that may be a little older.
const FIRST_LINE: Duration = Duration::from_millis(500);
/// Lines asked for from the end where the engine gives nothing after the last one, in turn.
const TAILS: [u32; 4] = [1_000, 100, 10, 1];
/// How the engine begins the line with which a stream ends that it cannot read on.
const UNREADABLE: &str = "Error grabbing logs: ";

/// What followers of a container are sent.
#[derive(Clone, Debug)]
pub(super) enum FeedNews {
    /// Lines as the engine gives them.
    Lines(Arc<Vec<LogLine>>),
    /// What happened between two lines, and when.
    Mark(LogMark, Option<Timestamp>),
    /// The container does not run.
    Ended,
    /// The engine has no such container any more; nothing follows.
    Gone,
    /// The log cannot be read; one sentence why. Nothing follows.
    Failed(String),
}

/// Where a follower is sent the news of a feed.
pub(super) type Follower = mpsc::Sender<FeedNews>;

/// Which lines a feed begins with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Begin {
    pub tail: Option<u32>,
    pub since: Option<Timestamp>,
}

/// Reads one container for as long as somebody follows it.
pub(super) struct Feed {
    pub link: watch::Receiver<Option<Engine>>,
    pub snapshots: Option<watch::Receiver<Arc<Snapshot>>>,
    pub source: LogSource,
    /// Holds until there is a line, however often the stream is opened.
    pub begin: Begin,
    pub followers: Vec<Follower>,
    /// Further followers.
    pub joining: mpsc::Receiver<Follower>,
    /// Time of the latest line.
    pub last: Option<Timestamp>,
    /// Whether the followers know that the container does not run.
    pub ended: bool,
}

/// Why a feed ends: nobody follows, there is no engine any more, or there is nothing to follow.
pub(super) struct Over;

/// What the next stream is asked for.
#[derive(Clone, Copy)]
enum Ask {
    /// Everything after the last line; without one, what the feed begins with.
    After,
    /// So many lines from the end; those up to the last one are left out.
    Tail(usize),
}

/// What the engine says of a container whose stream ended.
enum Standing {
    /// It was started after the stream was opened.
    Started(Option<Timestamp>),
    /// It runs as before: the stream was cut off, or cannot be read on.
    RunsOn,
    Stopped,
    Gone,
    /// The engine does not answer.
    Lost,
    /// The engine does not say.
    Unknown,
}

impl Feed {
    /// Reads until [`Over`].
    pub async fn run(&mut self) -> Over {
        match self.follow().await {
            Ok(()) => Over,
            Err(over) => over,
        }
    }

    async fn follow(&mut self) -> Result<(), Over> {
        let (mut ask, mut mark) = (Ask::After, None);
        loop {
            let engine = self.engine().await?;
            let opened = Timestamp::now();
            let outcome = self.stream(&engine, ask, mark.take()).await?;
            let failure = match outcome {
                Ok(lines) => {
                    if lines > 0 || !matches!(ask, Ask::Tail(_)) {
                        // What a tail gave is followed by what comes after it.
                        (ask, mark) = self.after_end(&engine, opened, lines).await?;
                        continue;
                    }
                    None
                }
                Err(error) => Some(error),
            };
            ask = self.after_failure(&engine, ask, failure).await?;
        }
    }

    /// The engine, once there is one.
    async fn engine(&mut self) -> Result<Engine, Over> {
        let mut link = self.link.clone();
        let connected = async move { link.wait_for(Option::is_some).await.ok()?.clone() };
        self.while_followed(connected).await?.ok_or(Over)
    }

    /// Reads one stream to its end; gives how many lines there were.
    async fn stream(
        &mut self,
        engine: &Engine,
        ask: Ask,
        mut mark: Option<(LogMark, Option<Timestamp>)>,
    ) -> Result<Result<usize, EngineError>, Over> {
        let from = self.next_from();
        let (tail, since) = match ask {
            Ask::After => (self.begin.tail.filter(|_| self.last.is_none()), from),
            Ask::Tail(turn) => (TAILS.get(turn).copied(), None),
        };
        let mut stream = engine.logs(&self.source, tail, since, true);
        // Where the stream ends with it, it is no line of the container.
        let mut doubtful: Option<LogLine> = None;
        let mut count = 0;
        loop {
            let next = self.next_lines(&mut stream, &mut mark).await?;
            let mut lines = match next {
                Some(Ok(lines)) => lines,
                Some(Err(error)) => return Ok(Err(error)),
                None => return Ok(Ok(count)),
            };
            lines.retain(|line| is_new(line, from));
            lines.splice(0..0, doubtful.take());
            doubtful = lines.pop_if(|line| line.text.starts_with(UNREADABLE));
            if lines.is_empty() {
                continue;
            }
            if let Ask::Tail(_) = ask
                && count == 0
            {
                self.send(FeedNews::Mark(LogMark::ResumedByTail, first_time(&lines)))
                    .await?;
            }
            if let Some((mark, at)) = mark.take() {
                // A process may write before the engine notes that it was started.
                let first = first_time(&lines);
                let at = at
                    .map(|at| first.map_or(at, |first| first.min(at)))
                    .or(first);
                self.send(FeedNews::Mark(mark, at)).await?;
            }
            self.last = lines.iter().filter_map(|line| line.at).max().max(self.last);
            self.ended = false;
            count += lines.len();
            self.send(FeedNews::Lines(Arc::new(lines))).await?;
        }
    }

    /// The next lines; a `mark` that no line follows soon is sent alone.
    async fn next_lines(
        &mut self,
        stream: &mut (impl Stream<Item = Result<Vec<LogLine>, EngineError>> + Unpin),
        mark: &mut Option<(LogMark, Option<Timestamp>)>,
    ) -> Result<Option<Result<Vec<LogLine>, EngineError>>, Over> {
        if mark.is_some() {
            let soon = self.while_followed(timeout(FIRST_LINE, stream.next()));
            if let Ok(next) = soon.await? {
                return Ok(next);
            }
            if let Some((mark, at)) = mark.take() {
                self.ended = false;
                self.send(FeedNews::Mark(mark, at)).await?;
            }
        }
        self.while_followed(stream.next()).await
    }

    /// What to ask for after a stream that was opened at `opened` has ended with so many `lines`, and
    /// what to say before those of the next.
    async fn after_end(
        &mut self,
        engine: &Engine,
        opened: Timestamp,
        lines: usize,
    ) -> Result<(Ask, Option<(LogMark, Option<Timestamp>)>), Over> {
        loop {
            match self.standing(engine, opened).await? {
                Standing::Started(at) => return Ok((Ask::After, Some((LogMark::Started, at)))),
                // It gave what it had until it was cut off: the next goes on there.
                Standing::RunsOn if lines > 0 => {
                    self.pause(RETRY_AFTER).await?;
                    return Ok((Ask::After, None));
                }
                Standing::RunsOn => {
                    if self.has_newer(engine).await? {
                        return Ok((Ask::Tail(0), None));
                    }
                    self.pause(REOPEN_AFTER).await?;
                    return Ok((Ask::After, None));
                }
                Standing::Stopped => {
                    self.tell_end().await?;
                    self.changed().await?;
                }
                Standing::Gone => return self.leave(FeedNews::Gone).await,
                Standing::Lost => {
                    self.pause(RETRY_AFTER).await?;
                    return Ok((Ask::After, None));
                }
                Standing::Unknown => {
                    self.tell_end().await?;
                    self.pause(REOPEN_AFTER).await?;
                    return Ok((Ask::After, None));
                }
            }
        }
    }

    /// What to ask for after `failure`, or after a tail that held nothing new.
    async fn after_failure(
        &mut self,
        engine: &Engine,
        ask: Ask,
        failure: Option<EngineError>,
    ) -> Result<Ask, Over> {
        let ask_again = match ask {
            Ask::Tail(turn) if turn + 1 < TAILS.len() => Ask::Tail(turn + 1),
            Ask::Tail(_) | Ask::After => Ask::After,
        };
        let wait = match failure {
            Some(error) if error.is_unreachable() => RETRY_AFTER,
            Some(error) if error.is_short() => REOPEN_AFTER,
            Some(EngineError::NotFound { .. } | EngineError::Conflict { .. }) => {
                return self.leave(FeedNews::Gone).await;
            }
            Some(error) => {
                if self.last.is_some() && self.has_newer(engine).await? {
                    return Ok(Ask::Tail(0));
                }
                let id = self.source.instance.clone();
                let reason = driver::sentence(engine, &id, &error);
                let reason = self.while_followed(reason).await?;
                return self.leave(FeedNews::Failed(reason)).await;
            }
            None if matches!(ask_again, Ask::Tail(_)) => Duration::ZERO,
            None => REOPEN_AFTER,
        };
        self.pause(wait).await?;
        Ok(ask_again)
    }

    async fn standing(&mut self, engine: &Engine, opened: Timestamp) -> Result<Standing, Over> {
        let (engine, id) = (engine.clone(), self.source.instance.clone());
        let inspection = async move { engine.inspect(&id).await };
        let started = |facts: &InstanceFacts| facts.started_at.is_some_and(|at| at > opened);
        Ok(match self.while_followed(inspection).await? {
            Ok(Some(facts)) if started(&facts) => Standing::Started(facts.started_at),
            Ok(Some(facts)) if facts.is_running() => Standing::RunsOn,
            Ok(Some(_)) => Standing::Stopped,
            Ok(None) => Standing::Gone,
            Err(error) if error.is_unreachable() => Standing::Lost,
            Err(_) => Standing::Unknown,
        })
    }

    /// The time from which on lines are new to the followers, where one is known.
    fn next_from(&self) -> Option<Timestamp> {
        self.last.map(just_after).or(self.begin.since)
    }

    /// Whether the newest line of the log should have been given. Where it is not known which lines
    /// are new, an old line must not be taken for one.
    async fn has_newer(&mut self, engine: &Engine) -> Result<bool, Over> {
        let Some(from) = self.next_from() else {
            return Ok(false);
        };
        let mut newest = engine.logs(&self.source, Some(1), None, false);
        let mut found = false;
        while let Some(Ok(lines)) = self.while_followed(newest.next()).await? {
            found |= lines.iter().any(|it| it.at.is_some_and(|at| at >= from));
        }
        Ok(found)
    }

    async fn tell_end(&mut self) -> Result<(), Over> {
        if std::mem::replace(&mut self.ended, true) {
            return Ok(());
        }
        self.send(FeedNews::Ended).await
    }

    /// Sends the last news.
    async fn leave<T>(&mut self, news: FeedNews) -> Result<T, Over> {
        self.send(news).await?;
        Err(Over)
    }

    /// Waits until the container may have been started again.
    async fn changed(&mut self) -> Result<(), Over> {
        let Some(mut snapshots) = self.snapshots.clone() else {
            return self.pause(REOPEN_AFTER).await;
        };
        let id = self.source.instance.clone();
        let seen = run_of(&snapshots.borrow_and_update(), &id);
        let other = async move {
            let changed = snapshots.wait_for(|snapshot| run_of(snapshot, &id) != seen);
            // Without a store nothing changes any more; the pause ends the wait.
            if changed.await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        self.while_followed(timeout(LOOK_AFTER, other))
            .await
            .map(drop)
    }

    async fn pause(&mut self, time: Duration) -> Result<(), Over> {
        self.while_followed(sleep(time)).await
    }

    /// Waits for `work`, takes further followers meanwhile, and gives up when nobody follows.
    async fn while_followed<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Over> {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                Some(follower) = self.joining.recv() => {
                    if self.ended {
                        // Fails where it has gone already.
                        drop(follower.try_send(FeedNews::Ended));
                    }
                    self.followers.push(follower);
                }
                () = all_gone(&self.followers) => {
                    self.followers.clear();
                    let Ok(follower) = self.joining.try_recv() else { return Err(Over) };
                    self.followers.push(follower);
                }
            }
        }
    }

    /// Sends `news` to every follower; those that have gone are forgotten.
    async fn send(&mut self, news: FeedNews) -> Result<(), Over> {
        while let Ok(follower) = self.joining.try_recv() {
            self.followers.push(follower);
        }
        let mut left = Vec::with_capacity(self.followers.len());
        for follower in self.followers.drain(..) {
            if follower.send(news.clone()).await.is_ok() {
                left.push(follower);
            }
        }
        self.followers = left;
        if self.followers.is_empty() {
            return Err(Over);
        }
        Ok(())
    }
}

async fn all_gone(followers: &[Follower]) {
    for follower in followers {
        follower.closed().await;
    }
}

/// Which run of the container's process a snapshot shows, and whether it runs.
fn run_of(snapshot: &Snapshot, id: &InstanceId) -> Option<(bool, Option<Timestamp>)> {
    let mut instances = snapshot.services.iter().flat_map(|each| &each.instances);
    let instance = instances.find(|each| each.facts.id == *id)?;
    Some((instance.facts.is_running(), instance.facts.started_at))
}
