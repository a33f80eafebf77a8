//! How a container stands whose stream ended.

use super::{Feed, LOOK_AFTER, REOPEN_AFTER};
use crate::collect::logs::followers::Over;
use crate::engine::Engine;
use crate::model::{InstanceFacts, InstanceId, LogLine, SignedDuration, Snapshot, Timestamp};
use futures_util::StreamExt;
use tokio::time::timeout;

/// Lines so soon after the end of a run belong to it.
const AFTER_END: SignedDuration = SignedDuration::from_millis(50);
/// A process may write so long before the engine notes that it was started.
const BEFORE_START: SignedDuration = SignedDuration::from_secs(1);

/// What the engine says of a container whose stream ended.
pub(super) enum ContainerStanding {
    /// It was started for the first time.
    Begun,
    /// It was started again.
    Started(StartMark),
    /// It runs as before: the stream was cut off, or cannot be read on.
    RunsOn,
    Stopped,
    Gone,
    /// The engine does not answer.
    Lost,
    /// The engine does not say.
    Unknown,
}

/// A start that the followers are to be told of.
#[derive(Clone, Copy, Debug)]
pub(super) struct StartMark {
    /// When it was.
    pub at: Timestamp,
    /// When the run before ended, where lines of that may still come.
    pub ended: Option<Timestamp>,
}

impl StartMark {
    /// Which of `lines` is the first of the run; `None` where all are of the run before.
    pub fn first_of_run(self, lines: &[LogLine]) -> Option<usize> {
        let Some(ended) = self.ended else {
            return Some(0);
        };
        lines
            .iter()
            .position(|line| line.at.is_some_and(|at| at > ended))
    }
}

impl Feed {
    pub(super) async fn standing(
        &mut self,
        engine: &Engine,
        opened: Timestamp,
    ) -> Result<ContainerStanding, Over> {
        let (asked, id) = (engine.clone(), self.source.instance.clone());
        let inspection = async move { asked.inspect(&id).await };
        let facts = match self.followers.wait_for(inspection).await? {
            Ok(Some(facts)) => facts,
            Ok(None) => return Ok(ContainerStanding::Gone),
            Err(error) if error.is_unreachable() || error.is_server_error() => {
                return Ok(ContainerStanding::Lost);
            }
            Err(_) => return Ok(ContainerStanding::Unknown),
        };
        let start = facts.started_at.map(|at| engine.theirs(at));
        let is_other = start.filter(|start| self.is_other_run(*start, opened));
        self.run = start.or(self.run);
        Ok(match is_other {
            // One that never ended cannot have been started again.
            Some(_) if facts.finished_at.is_none() => ContainerStanding::Begun,
            Some(at) => ContainerStanding::Started(StartMark {
                at,
                ended: Some(end_of_run_before(engine, &facts, at)),
            }),
            None if facts.is_running() => ContainerStanding::RunsOn,
            None => ContainerStanding::Stopped,
        })
    }

    /// Whether the run that was started at `start` is another one than that of the lines so far, which
    /// come from streams opened up to `opened`.
    fn is_other_run(&self, start: Timestamp, opened: Timestamp) -> bool {
        match self.run {
            Some(run) => start != run,
            None => start > self.position.last().unwrap_or(opened),
        }
    }

    /// Whether the newest line of the log should have been given. Where it is not known which lines
    /// are new, an old line must not be taken for one.
    pub(super) async fn has_newer(&mut self, engine: &Engine) -> Result<bool, Over> {
        let begin = self.begins_at(engine);
        let newest = self.newest(engine).await?;
        Ok(newest.is_some_and(|at| {
            if self.position.last().is_some() {
                self.position.is_before(at)
            } else {
                begin.is_some_and(|begin| at >= begin)
            }
        }))
    }

    /// Whether the clock stepped back since the latest of the lines that were read.
    pub(super) async fn has_stepped_back(&mut self, engine: &Engine) -> Result<bool, Over> {
        if self.position.last().is_none() {
            return Ok(false);
        }
        let newest = self.newest(engine).await?;
        Ok(self.position.has_stepped_back(newest))
    }

    /// The time of the newest line of the log, where it can be read.
    async fn newest(&mut self, engine: &Engine) -> Result<Option<Timestamp>, Over> {
        let mut stream = engine.logs_by_its_clock(&self.source, Some(1), None, false);
        let mut newest = None;
        while let Some(Ok(lines)) = self.followers.wait_for(stream.next()).await? {
            newest = lines.iter().rev().find_map(|line| line.at).or(newest);
        }
        Ok(newest)
    }

    /// Waits until the container may have been started again.
    pub(super) async fn changed(&mut self) -> Result<(), Over> {
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
        let soon = timeout(LOOK_AFTER, other);
        self.followers.wait_for(soon).await.map(drop)
    }
}

/// Up to when lines are those of the run before the one that was started at `start`, by the engine's
/// clock.
fn end_of_run_before(engine: &Engine, facts: &InstanceFacts, start: Timestamp) -> Timestamp {
    let ended = facts.finished_at.map(|at| engine.theirs(at));
    let until = ended.filter(|ended| *ended < start).and_then(|ended| {
        ended
            .checked_add(AFTER_END.min(start.duration_since(ended) / 2))
            .ok()
    });
    until
        .or_else(|| start.checked_sub(BEFORE_START).ok())
        .unwrap_or(start)
}

/// Which run of the container's process a snapshot shows, and whether it runs.
fn run_of(snapshot: &Snapshot, id: &InstanceId) -> Option<(bool, Option<Timestamp>)> {
    let mut instances = snapshot.services.iter().flat_map(|each| &each.instances);
    let instance = instances.find(|each| each.facts.id == *id)?;
    Some((instance.facts.is_running(), instance.facts.started_at))
}
