//! The live log stream of one container, read once for all its followers and opened again where it
//! ends early. Its times are those of the engine's clock.

mod standing;

use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::driver;
use super::followers::{FeedEvent, Followers, Over};
use super::open::open_log;
use super::position::{Position, Skip, first_time};
use super::recent::RecentLines;
use crate::engine::{Engine, EngineError};
use crate::model::{LogLine, LogMark, LogSource, Snapshot, Timestamp};
use standing::{ContainerStanding, StartMark};

/// Pause before a stream that ended is asked for again.
const REOPEN_AFTER: Duration = Duration::from_secs(2);
/// The same after the engine failed to answer; the link shows soon whether it is lost.
const RETRY_AFTER: Duration = Duration::from_millis(500);
/// How long an engine that fails on its side is asked again.
pub(super) const SERVER_ERROR_LIMIT: Duration = Duration::from_secs(60);
/// Longest time between two looks whether a container that ended was started again, where snapshots
/// tell of it as well.
const LOOK_AFTER: Duration = Duration::from_secs(30);
/// How long the mark of a start waits for the first line, as that may be a little older.
const FIRST_LINE: Duration = Duration::from_millis(500);
/// Lines asked for from the end where the engine gives nothing after the last one, in turn.
const TAILS: [u32; 4] = [1_000, 100, 10, 1];
/// Lines asked for from the end where the engine's clock stepped back.
const BEHIND_STEP: u32 = 20_000;
/// How the engine begins the line with which a stream ends that it cannot read on.
const UNREADABLE: &str = "Error grabbing logs: ";

/// Which lines a feed begins with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Begin {
    pub tail: Option<u32>,
    /// By our clock.
    pub since: Option<Timestamp>,
}

/// Reads one container for as long as somebody follows it.
pub(super) struct Feed {
    link: watch::Receiver<Option<Engine>>,
    snapshots: Option<watch::Receiver<Arc<Snapshot>>>,
    recent: RecentLines,
    source: LogSource,
    /// Holds until there is a line, however often the stream is opened.
    begin: Begin,
    pub followers: Followers,
    /// The end of what the followers were sent.
    position: Position,
    /// When the run was started that the container was last seen in.
    run: Option<Timestamp>,
    /// A start that the followers are to get where its lines begin.
    start: Option<StartMark>,
    /// When the latest stream was opened.
    opened: Option<Timestamp>,
    /// Whether the engine did not answer since.
    was_away: bool,
    /// Since when the engine fails on its side.
    failing_since: Option<Instant>,
}

/// What the next stream is asked for.
#[derive(Clone, Copy)]
enum Ask {
    /// Everything after the last line; without one, what the feed begins with.
    After,
    /// So many lines from the end; those up to the last one are left out.
    Tail(usize),
}

impl Feed {
    /// A feed that has read nothing yet.
    pub fn new(
        link: watch::Receiver<Option<Engine>>,
        snapshots: Option<watch::Receiver<Arc<Snapshot>>>,
        recent: RecentLines,
        source: LogSource,
        begin: Begin,
        followers: Followers,
    ) -> Self {
        Self {
            link,
            snapshots,
            recent,
            source,
            begin,
            followers,
            position: Position::default(),
            run: None,
            start: None,
            opened: None,
            was_away: false,
            failing_since: None,
        }
    }

    /// Reads until [`Over`].
    pub async fn run(&mut self) -> Over {
        match self.follow().await {
            Ok(()) => Over,
            Err(over) => over,
        }
    }

    async fn follow(&mut self) -> Result<(), Over> {
        let mut ask = Ask::After;
        loop {
            let engine = self.engine().await?;
            self.look_after_absence(&engine).await?;
            let opened = engine.theirs(Timestamp::now());
            self.opened = Some(opened);
            let failure = match self.stream(&engine, ask).await? {
                // What a tail gave is followed by what comes after it.
                Ok(lines) if lines > 0 || !matches!(ask, Ask::Tail(_)) => {
                    ask = self.after_end(&engine, opened, lines).await?;
                    continue;
                }
                Ok(_) => None,
                Err(error) => Some(error),
            };
            ask = self.after_failure(&engine, ask, failure).await?;
        }
    }

    /// The engine, once there is one.
    async fn engine(&mut self) -> Result<Engine, Over> {
        let mut link = self.link.clone();
        let connected = async move { link.wait_for(Option::is_some).await.ok()?.clone() };
        self.followers.wait_for(connected).await?.ok_or(Over)
    }

    /// Reads one stream to its end; gives how many lines there were.
    async fn stream(
        &mut self,
        engine: &Engine,
        ask: Ask,
    ) -> Result<Result<usize, EngineError>, Over> {
        let mut skip = Skip::to(self.position, self.begins_at(engine));
        let (tail, since) = match ask {
            // Docker up to 26 leaves out every line that is older than the time it is asked from.
            Ask::After if self.has_stepped_back(engine).await? => (Some(BEHIND_STEP), None),
            Ask::After => {
                let tail = self.begin.tail;
                let tail = tail.filter(|_| self.position.last().is_none());
                (tail, skip.since())
            }
            Ask::Tail(turn) => (TAILS.get(turn).copied(), None),
        };
        let open = Engine::logs_by_its_clock;
        let mut stream = open_log(open, engine, &self.source, (tail, since), true);
        // Where the stream ends with it, it is no line of the container.
        let mut doubtful: Option<LogLine> = None;
        let mut count = 0;
        loop {
            let mut lines = match self.next_lines(engine, &mut stream).await? {
                Some(Ok(lines)) => lines,
                Some(Err(error)) => return Ok(Err(error)),
                None => return Ok(Ok(count)),
            };
            self.failing_since = None;
            skip.cut(&mut lines);
            lines.splice(0..0, doubtful.take());
            doubtful = lines.pop_if(|line| line.text.starts_with(UNREADABLE));
            if lines.is_empty() {
                continue;
            }
            if let Ask::Tail(_) = ask
                && count == 0
            {
                let at = first_time(&lines);
                self.send_mark(engine, LogMark::ResumedByTail, at).await?;
            }
            count += lines.len();
            self.send_lines(engine, lines).await?;
        }
    }

    /// Sends `lines`, with the mark of a start where its lines begin.
    async fn send_lines(&mut self, engine: &Engine, lines: Vec<LogLine>) -> Result<(), Over> {
        let first_of_run = self.start.and_then(|start| start.first_of_run(&lines));
        let Some(first) = first_of_run else {
            return self.send_all(engine, lines).await;
        };
        let mut before = lines;
        let lines = before.split_off(first);
        if !before.is_empty() {
            self.send_all(engine, before).await?;
        }
        if let Some(start) = self.start.take() {
            // A process may write before the engine notes that it was started.
            let first = first_time(&lines);
            let at = first.map_or(start.at, |first| first.min(start.at));
            self.send_mark(engine, LogMark::Started, Some(at)).await?;
        }
        self.send_all(engine, lines).await
    }

    async fn send_all(&mut self, engine: &Engine, lines: Vec<LogLine>) -> Result<(), Over> {
        self.position.pass(&lines);
        let ahead = engine.clock_ahead();
        self.recent.add(&self.source.instance, &lines, ahead);
        let news = FeedEvent::Lines(Arc::new(lines), ahead);
        self.followers.send(news).await
    }

    async fn send_mark(
        &mut self,
        engine: &Engine,
        mark: LogMark,
        at: Option<Timestamp>,
    ) -> Result<(), Over> {
        let at = at.map(|at| engine.ours(at));
        self.followers.send(FeedEvent::Mark(mark, at)).await
    }

    /// The next lines; the mark of a start that no line follows soon is sent alone.
    async fn next_lines(
        &mut self,
        engine: &Engine,
        stream: &mut (impl Stream<Item = Result<Vec<LogLine>, EngineError>> + Unpin),
    ) -> Result<Option<Result<Vec<LogLine>, EngineError>>, Over> {
        if self.start.is_some() {
            let soon = timeout(FIRST_LINE, stream.next());
            if let Ok(next) = self.followers.wait_for(soon).await? {
                return Ok(next);
            }
            if let Some(start) = self.start.take() {
                self.send_mark(engine, LogMark::Started, Some(start.at))
                    .await?;
            }
        }
        self.followers.wait_for(stream.next()).await
    }

    /// What to ask for after a stream that was opened at `opened` has ended with so many `lines`.
    async fn after_end(
        &mut self,
        engine: &Engine,
        opened: Timestamp,
        lines: usize,
    ) -> Result<Ask, Over> {
        loop {
            match self.standing(engine, opened).await? {
                ContainerStanding::Started(start) => {
                    // The stream gave all lines of the run before.
                    self.start = Some(StartMark {
                        ended: None,
                        ..start
                    });
                    return Ok(Ask::After);
                }
                ContainerStanding::Begun => return Ok(Ask::After),
                // It gave what it had until it was cut off: the next goes on there.
                ContainerStanding::RunsOn if lines > 0 => {
                    self.pause(RETRY_AFTER).await?;
                    return Ok(Ask::After);
                }
                ContainerStanding::RunsOn => {
                    if self.has_newer(engine).await? {
                        return Ok(Ask::Tail(0));
                    }
                    self.pause(REOPEN_AFTER).await?;
                    return Ok(Ask::After);
                }
                ContainerStanding::Stopped => {
                    self.followers.send_end().await?;
                    self.changed().await?;
                }
                ContainerStanding::Gone => return self.leave(FeedEvent::Gone).await,
                ContainerStanding::Lost => {
                    self.was_away = true;
                    self.pause(RETRY_AFTER).await?;
                    return Ok(Ask::After);
                }
                ContainerStanding::Unknown => {
                    self.followers.send_end().await?;
                    self.pause(REOPEN_AFTER).await?;
                    return Ok(Ask::After);
                }
            }
        }
    }

    /// The container may have been started again, or removed, while the engine did not answer.
    async fn look_after_absence(&mut self, engine: &Engine) -> Result<(), Over> {
        let Some(opened) = self.opened.filter(|_| self.was_away) else {
            return Ok(());
        };
        match self.standing(engine, opened).await? {
            ContainerStanding::Lost => return Ok(()),
            ContainerStanding::Gone => return self.leave(FeedEvent::Gone).await,
            ContainerStanding::Started(start) => self.start = Some(start),
            ContainerStanding::Begun
            | ContainerStanding::RunsOn
            | ContainerStanding::Stopped
            | ContainerStanding::Unknown => {}
        }
        self.was_away = false;
        Ok(())
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
            Some(error) if error.is_unreachable() => {
                self.was_away = true;
                RETRY_AFTER
            }
            Some(error) if error.is_short() => REOPEN_AFTER,
            Some(EngineError::NotFound { .. } | EngineError::Conflict { .. }) => {
                return self.leave(FeedEvent::Gone).await;
            }
            Some(error) => {
                if self.position.last().is_some() && self.has_newer(engine).await? {
                    return Ok(Ask::Tail(0));
                }
                self.after_refusal(engine, &error).await?
            }
            None if matches!(ask_again, Ask::Tail(_)) => Duration::ZERO,
            None => REOPEN_AFTER,
        };
        self.pause(wait).await?;
        Ok(ask_again)
    }

    /// How long to wait after an engine, or a proxy before it, has failed on its side; leaves after
    /// every other `error`, and where the log can never be read.
    async fn after_refusal(
        &mut self,
        engine: &Engine,
        error: &EngineError,
    ) -> Result<Duration, Over> {
        let id = self.source.instance.clone();
        let unreadable = driver::unreadable(engine, &id, error);
        let unreadable = self.followers.wait_for(unreadable).await?;
        let since = *self.failing_since.get_or_insert_with(Instant::now);
        match unreadable {
            None if error.is_server_error() && since.elapsed() < SERVER_ERROR_LIMIT => {
                self.was_away = true;
                Ok(REOPEN_AFTER)
            }
            reason => {
                let reason = reason.unwrap_or_else(|| error.to_string());
                self.leave(FeedEvent::Failed(reason)).await
            }
        }
    }

    /// The time from which on lines are wanted at first, by the engine's clock.
    fn begins_at(&self, engine: &Engine) -> Option<Timestamp> {
        self.begin.since.map(|since| engine.theirs(since))
    }

    /// Sends the last news.
    async fn leave<T>(&mut self, news: FeedEvent) -> Result<T, Over> {
        self.followers.send(news).await?;
        Err(Over)
    }

    async fn pause(&mut self, time: Duration) -> Result<(), Over> {
        self.followers.wait_for(sleep(time)).await
    }
}
