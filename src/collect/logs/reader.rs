//! The log stream of one container, opened again where it ends early.

use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

use super::Chunk;
use crate::engine::{Engine, EngineError};
use crate::model::{LogLine, LogSource, SignedDuration, Timestamp};

/// Pause before a stream that ended is asked for again: the container may start again.
const REOPEN_AFTER: Duration = Duration::from_secs(2);
/// The same after the engine failed to answer; the link shows soon whether it is lost.
const RETRY_AFTER: Duration = Duration::from_millis(500);

/// Reads one container.
pub(super) struct Reader {
    pub link: watch::Receiver<Option<Engine>>,
    pub source: LogSource,
    pub chunks: mpsc::Sender<Chunk>,
}

/// The merge is gone: nobody reads.
struct Unread;

impl Reader {
    /// Reads until the container's logs are through, or for ever with `follow`.
    pub async fn run(mut self, tail: Option<u32>, since: Option<Timestamp>, follow: bool) {
        // Whoever dropped the merge knows that it did.
        let _ = self.read(tail, since, follow).await;
    }

    async fn read(
        &mut self,
        tail: Option<u32>,
        since: Option<Timestamp>,
        follow: bool,
    ) -> Result<(), Unread> {
        let mut last: Option<Timestamp> = None;
        let mut told_end = false;
        loop {
            let Some(engine) = self.engine().await else {
                return Ok(());
            };
            // What was seen is not asked for again: everything after it is, however much.
            let (tail, since) = match last {
                Some(last) => (None, Some(last + SignedDuration::from_nanos(1))),
                None => (tail, since),
            };
            let outcome = self.stream(&engine, tail, since, follow, &mut last).await?;
            let wait = match outcome {
                Ok(lines) => {
                    if !told_end || lines > 0 {
                        self.send_chunk(Chunk::Ended(self.source.instance.clone()))
                            .await?;
                        told_end = true;
                    }
                    REOPEN_AFTER
                }
                Err(error) if follow && error.is_unreachable() => RETRY_AFTER,
                Err(error) if follow && error.is_short() => REOPEN_AFTER,
                Err(error) => {
                    let reason = error.to_string();
                    return self
                        .send_chunk(Chunk::Failed(self.source.instance.clone(), reason))
                        .await;
                }
            };
            if !follow && told_end {
                return Ok(());
            }
            sleep(wait).await;
        }
    }

    /// The engine, once there is one; `None` when there never will be.
    async fn engine(&mut self) -> Option<Engine> {
        self.link.wait_for(Option::is_some).await.ok()?.clone()
    }

    /// Reads one stream to its end; gives how many lines there were.
    async fn stream(
        &self,
        engine: &Engine,
        tail: Option<u32>,
        since: Option<Timestamp>,
        follow: bool,
        last: &mut Option<Timestamp>,
    ) -> Result<Result<usize, EngineError>, Unread> {
        let mut stream = engine.logs(&self.source, tail, since, follow);
        let mut count = 0;
        while let Some(lines) = stream.next().await {
            let mut lines = match lines {
                Ok(lines) => lines,
                Err(error) => return Ok(Err(error)),
            };
            lines.retain(|line| is_new(line, since));
            *last = lines.iter().filter_map(|line| line.at).max().max(*last);
            if !lines.is_empty() {
                count += lines.len();
                self.send_chunk(Chunk::Lines(lines)).await?;
            }
        }
        Ok(Ok(count))
    }

    async fn send_chunk(&self, chunk: Chunk) -> Result<(), Unread> {
        self.chunks.send(chunk).await.map_err(|_closed| Unread)
    }
}

/// Some engines round `since` down to the second.
fn is_new(line: &LogLine, since: Option<Timestamp>) -> bool {
    match (line.at, since) {
        (Some(at), Some(since)) => at >= since,
        _ => true,
    }
}
