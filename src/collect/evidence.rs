//! Evidence: the log lines around the change of what has just become unhealthy, read once for each
//! change, so that nobody who asks why has to wait for the engine.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use crate::collect::connections;
use crate::engine::{Engine, EngineError};
use crate::logs::without_colours;
use crate::model::secrets::KnownSecrets;
use crate::model::text::one_line;
use crate::model::{
    FailureLog, HealthState, InstanceFacts, LogLine, LogSource, MAX_FAILURE_LOG_LINES, Observation,
    Overlay, Service, ServiceId, SignedDuration, Snapshot, Timestamp,
};

/// Containers read side by side.
const CONCURRENCY: usize = 4;
/// Longest time one read may take.
const LIMIT: Duration = Duration::from_secs(5);
/// Longest line kept, in characters.
const LINE: usize = 300;
/// Most lines that the engine is asked for: of a chatty container those around the change are among
/// them.
const TAIL: u32 = 2_000;
/// How long before the change a line may belong to it.
const BEFORE: SignedDuration = SignedDuration::from_mins(10);
/// Lines so soon after the change belong to it: the last ones of a process come after the record of
/// its end.
const SLACK: SignedDuration = SignedDuration::from_secs(10);
/// Places for the latest lines after the change.
const AFTER: usize = 20;
/// Pause after hubdeck ran out of file handles or ports.
const AGAIN: Duration = Duration::from_secs(1);

/// Reads the log lines of services that became unhealthy, for as long as `out` is read.
pub async fn run(
    link: watch::Receiver<Option<Engine>>,
    mut snapshots: watch::Receiver<Arc<Snapshot>>,
    out: mpsc::Sender<Observation>,
) {
    let mut read_since: HashMap<ServiceId, Timestamp> = HashMap::new();
    loop {
        let snapshot = snapshots.borrow_and_update().clone();
        let engine = link.borrow().clone();
        if let Some(engine) = engine {
            let due = due(&snapshot, &mut read_since);
            stream::iter(due)
                .for_each_concurrent(CONCURRENCY, |(facts, moment)| {
                    let (engine, out, secrets) =
                        (engine.clone(), out.clone(), Arc::clone(&snapshot.secrets));
                    async move {
                        let log = read_log_around(&engine, &facts, moment, &secrets).await;
                        // Without a store nobody asks any more; the loop ends below.
                        drop(out.send(Observation::FailureLog(log)).await);
                    }
                })
                .await;
        }
        if out.is_closed() || snapshots.changed().await.is_err() {
            return;
        }
    }
}

/// Containers whose logs have to be read, each with the time of the failure: of each service that
/// became unhealthy since its logs were last read.
fn due(
    snapshot: &Snapshot,
    read_since: &mut HashMap<ServiceId, Timestamp>,
) -> Vec<(Arc<InstanceFacts>, Timestamp)> {
    let failing: Vec<&Arc<Service>> = snapshot
        .services
        .iter()
        .filter(|service| service.health.state == HealthState::Unhealthy)
        .collect();
    let ids: HashSet<&ServiceId> = failing.iter().map(|service| &service.id).collect();
    read_since.retain(|id, _| ids.contains(id));
    let mut due = Vec::new();
    // A list contains neither the format of the logs nor the secrets in them, and the log of one
    // container, or the error of the engine about it, may hold the secrets of another.
    if failing.is_empty() || !connections::knows_all(snapshot) {
        return due;
    }
    for service in failing {
        let since = service.health.since;
        if read_since.get(&service.id) == Some(&since) {
            continue;
        }
        let witness = service.witness();
        // One that ended is inspected as well.
        if witness
            .is_some_and(|each| !each.facts.inspected && each.facts.unread.inspection.is_none())
        {
            continue;
        }
        read_since.insert(service.id.clone(), since);
        due.extend(witness.map(|each| (Arc::clone(&each.facts), moment(&each.facts, service))));
    }
    due
}

/// The moment that the log lines of `facts`' container are wanted around: the end of its process,
/// also where a restart policy has started it again since, else the change of its service.
fn moment(facts: &InstanceFacts, service: &Service) -> Timestamp {
    let looping = service.health.has(Overlay::Restarting);
    let ended = facts.finished_at.filter(|_| !facts.is_running() || looping);
    ended.unwrap_or(service.health.since)
}

/// The log lines around a moment, bounded: most of what came before, and the latest of what came
/// after.
struct Around {
    moment: Timestamp,
    before: VecDeque<LogLine>,
    after: VecDeque<LogLine>,
}

impl Around {
    const fn new(moment: Timestamp) -> Self {
        Self {
            moment,
            before: VecDeque::new(),
            after: VecDeque::new(),
        }
    }

    fn push(&mut self, line: LogLine) {
        let until = self.moment.checked_add(SLACK).unwrap_or(self.moment);
        let after = line.at.is_none_or(|at| at > until);
        let (lines, most) = if after {
            (&mut self.after, MAX_FAILURE_LOG_LINES)
        } else {
            (&mut self.before, MAX_FAILURE_LOG_LINES)
        };
        if lines.len() == most {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    /// At most [`MAX_FAILURE_LOG_LINES`] lines: those after the moment have at most [`AFTER`] places that
    /// others want as well.
    fn lines(mut self) -> Arc<[LogLine]> {
        let after = self
            .after
            .len()
            .min(AFTER.max(MAX_FAILURE_LOG_LINES.saturating_sub(self.before.len())));
        let before = self.before.len().min(MAX_FAILURE_LOG_LINES - after);
        self.before.drain(..self.before.len() - before);
        self.after.drain(..self.after.len() - after);
        self.before.into_iter().chain(self.after).collect()
    }
}

/// Log lines of a container around `moment`; empty where they cannot be read. They are single lines:
/// of records a cut one would lose the end of a stack trace.
async fn read_log_around(
    engine: &Engine,
    facts: &InstanceFacts,
    moment: Timestamp,
    secrets: &KnownSecrets,
) -> FailureLog {
    let source = facts.log_source();
    let mut around = Around::new(moment);
    let read = read(engine, &source, moment, |line| {
        around.push(tidy(line, secrets));
    });
    match timeout(LIMIT, read).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::debug!("the last words of {} cannot be read: {error}", facts.name);
        }
        Err(_elapsed) => tracing::debug!(
            "the last words of {} did not come within {} s",
            facts.name,
            LIMIT.as_secs()
        ),
    }
    FailureLog {
        instance: facts.id.clone(),
        at: Timestamp::now(),
        lines: around.lines(),
    }
}

/// A line without colours and secrets, cut.
fn tidy(line: LogLine, secrets: &KnownSecrets) -> LogLine {
    LogLine {
        text: one_line(&secrets.mask(&without_colours(&line.text)), LINE),
        ..line
    }
}

#[cfg(test)]
mod tests;

/// Reads the lines of `source` from [`BEFORE`] `moment` on.
async fn read(
    engine: &Engine,
    source: &LogSource,
    moment: Timestamp,
    mut push: impl FnMut(LogLine),
) -> Result<(), EngineError> {
    let since = moment.checked_sub(BEFORE).ok();
    let mut batches = engine.logs(source, Some(TAIL), since, false);
    while let Some(batch) = batches.next().await {
        match batch {
            Ok(batch) => batch.into_iter().for_each(&mut push),
            Err(error) if error.is_short() => {
                sleep(AGAIN).await;
                batches = engine.logs(source, Some(TAIL), since, false);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
