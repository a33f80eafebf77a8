//! Fills the black box: reads the last lines of containers whose process ends, before they are gone,
//! and of those that become unhealthy.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Semaphore, broadcast, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::LogHub;
use super::black_box::{MAX_RUN_LINES, SeenIn};
use crate::model::{
    EngineEvent, EngineEventKind, HealthState, InstanceFacts, InstanceId, LogBatch, LogLine,
    LogMark, LogQuery, Observation, RecordingCause, ServiceId, SignedDuration, Snapshot, Timestamp,
};

/// How long the log of a container is followed that was sent a signal, until it ends.
const ENDING: Duration = Duration::from_secs(60);
/// How long the last lines of what has ended may take.
const READING: Duration = Duration::from_secs(5);
/// Containers that the engine removes when they end, followed all the time.
const MAX_STANDING: usize = 32;
/// A process may write before the engine notes that it was started.
const BEFORE_START: SignedDuration = SignedDuration::from_secs(1);
/// A container that is in no list for so long after its end, without an event, is gone.
const SETTLED: SignedDuration = SignedDuration::from_mins(1);
/// Containers that became unhealthy, read side by side.
const CONCURRENCY: usize = 8;
/// Lines so soon after the end belong to the run.
const AFTER_END: SignedDuration = SignedDuration::from_millis(50);

/// Keeps the last lines of what ends for as long as `out` is read, and says which are kept.
pub async fn run(
    hub: LogHub,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    events: broadcast::Receiver<EngineEvent>,
    out: mpsc::Sender<Observation>,
) {
    let recorder = Recorder {
        hub: hub.clone(),
        snapshots,
        reading: HashMap::new(),
        refused: HashSet::new(),
        unhealthy: HashMap::new(),
        tasks: JoinSet::new(),
        unhealthy_tasks: JoinSet::new(),
        permits: Arc::new(Semaphore::new(CONCURRENCY)),
    };
    tokio::select! {
        () = recorder.run(events) => {}
        () = hub.black_box().announce(&out) => {}
        () = out.closed() => {}
    }
}

/// How the lines of a run are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// All the time, as the engine removes the container when it ends.
    Standing,
    /// From a signal until the end.
    Ending,
    /// After the end.
    Ended,
}

/// What became known of a container while it is read.
struct Read {
    /// When its process ended.
    end: watch::Sender<Option<Timestamp>>,
    /// When it was removed.
    gone: Option<Timestamp>,
}

struct Recorder {
    hub: LogHub,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    /// Containers that are read now.
    reading: HashMap<InstanceId, Read>,
    /// Containers whose log cannot be read: they are not followed again while they are there.
    refused: HashSet<InstanceId>,
    /// Services that are unhealthy, each with the begin of that, as it was read.
    unhealthy: HashMap<ServiceId, Timestamp>,
    tasks: JoinSet<(InstanceId, Result<(), Refused>)>,
    unhealthy_tasks: JoinSet<()>,
    permits: Arc<Semaphore>,
}

/// The log of a container cannot be read.
struct Refused;

impl Recorder {
    async fn run(mut self, mut events: broadcast::Receiver<EngineEvent>) {
        self.compare();
        loop {
            tokio::select! {
                event = events.recv() => match event {
                    Ok(event) => self.on_event(&event),
                    // What was missed is seen in snapshots, or lost.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                },
                changed = self.snapshots.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    self.compare();
                }
                Some(done) = self.tasks.join_next() => {
                    // A task that failed on a bug leaves its container out.
                    match done {
                        Ok((instance, read)) => {
                            self.read_through(&instance);
                            if read.is_err() {
                                self.refused.insert(instance);
                            }
                        }
                        Err(error) => tracing::error!("recording a log failed: {error}"),
                    }
                }
                Some(done) = self.unhealthy_tasks.join_next() => {
                    if let Err(error) = done {
                        tracing::error!("recording a log failed: {error}");
                    }
                }
            }
        }
    }

    fn on_event(&mut self, event: &EngineEvent) {
        match event.kind {
            EngineEventKind::Kill { .. } => self.read(&event.instance, Reading::Ending),
            EngineEventKind::Die { .. } => {
                self.read(&event.instance, Reading::Ended);
                if let Some(read) = self.reading.get(&event.instance) {
                    read.end.send_replace(Some(event.at));
                }
            }
            EngineEventKind::Destroy => match self.reading.get_mut(&event.instance) {
                Some(read) => read.gone = Some(event.at),
                None => self.gone(&event.instance, event.at),
            },
            EngineEventKind::Create | EngineEventKind::Start => {
                if let Some(read) = self.reading.get_mut(&event.instance) {
                    read.gone = None;
                }
                self.hub.black_box().present(&event.instance, SeenIn::Event);
            }
            _ => {}
        }
    }

    /// Marks what is gone, reads what became unhealthy, and follows what the engine removes when it
    /// ends: then it is too late to read.
    fn compare(&mut self) {
        let snapshot = Arc::clone(&self.snapshots.borrow_and_update());
        self.find_gone(&snapshot);
        self.find_unhealthy(&snapshot);
        let refused = std::mem::take(&mut self.refused);
        let instances = snapshot.services.iter().flat_map(|each| &each.instances);
        for facts in instances.map(|each| &each.facts) {
            if refused.contains(&facts.id) {
                self.refused.insert(facts.id.clone());
            } else if facts.auto_remove && facts.is_running() && self.reading.len() < MAX_STANDING {
                self.read(&facts.id, Reading::Standing);
            }
        }
    }

    fn read_through(&mut self, instance: &InstanceId) {
        let gone = self.reading.remove(instance).and_then(|read| read.gone);
        if let Some(at) = gone {
            self.gone(instance, at);
            self.hub.forget(instance);
        }
    }

    /// The engine removed a container.
    fn gone(&self, instance: &InstanceId, at: Timestamp) {
        self.hub.black_box().gone(instance, at, SeenIn::Event);
    }

    /// Reads what became unhealthy since the last look, and goes on running: what has ended is read
    /// at its end.
    fn find_unhealthy(&mut self, snapshot: &Snapshot) {
        if !snapshot.engine.status.is_connected() {
            return;
        }
        let services = snapshot.services.iter();
        let failing = services.filter(|it| it.health.state == HealthState::Unhealthy);
        let mut unhealthy = HashMap::new();
        for service in failing {
            let since = service.health.since;
            unhealthy.insert(service.id.clone(), since);
            let witness = service.witness().filter(|it| it.facts.is_running());
            if let Some(witness) = witness
                && self.unhealthy.get(&service.id) != Some(&since)
            {
                self.read_unhealthy(Arc::clone(&witness.facts), since);
            }
        }
        self.unhealthy = unhealthy;
    }

    /// Reads the last lines up to now of a container that is unhealthy since `at`.
    fn read_unhealthy(&mut self, facts: Arc<InstanceFacts>, at: Timestamp) {
        let (hub, permits) = (self.hub.clone(), Arc::clone(&self.permits));
        self.unhealthy_tasks.spawn(async move {
            let _permit = permits.acquire().await;
            let deadline = Some(Instant::now() + READING);
            // What cannot be read, and why, is said where it is looked at.
            if let Ok(Some(lines)) = last_lines(&hub, query(&facts, false), deadline).await {
                let cause = RecordingCause::Unhealthy;
                hub.black_box().keep(&facts, at, cause, lines.into());
            }
        });
    }

    /// Marks what is gone of which no event told, and what is there again.
    fn find_gone(&self, snapshot: &Snapshot) {
        let Ok(before) = snapshot.taken_at.checked_sub(SETTLED) else {
            return;
        };
        if !snapshot.has_list() || !snapshot.engine.status.is_connected() {
            return;
        }
        let black_box = self.hub.black_box();
        for run in snapshot.recorded_runs.iter() {
            let is_there = facts(snapshot, &run.instance).is_some();
            if run.gone && is_there {
                black_box.present(&run.instance, SeenIn::List);
            } else if !run.gone && !is_there && run.at < before {
                black_box.gone(&run.instance, snapshot.taken_at, SeenIn::List);
            }
        }
    }

    /// Reads the log of a container that is not read already.
    fn read(&mut self, instance: &InstanceId, how: Reading) {
        if self.reading.contains_key(instance) {
            return;
        }
        let (end, ended) = watch::channel(None);
        self.reading
            .insert(instance.clone(), Read { end, gone: None });
        let (hub, id) = (self.hub.clone(), instance.clone());
        let known = facts(&self.snapshots.borrow(), instance);
        self.tasks.spawn(async move {
            let facts = match known {
                Some(facts) => Some(facts),
                None => hub.inspect(&id).await,
            };
            let read = match facts {
                Some(facts) => keep(&hub, &facts, how, &ended).await,
                None => Ok(()),
            };
            (id, read)
        });
    }
}

/// Reads the last lines of a run and keeps them.
async fn keep(
    hub: &LogHub,
    facts: &InstanceFacts,
    how: Reading,
    ended: &watch::Receiver<Option<Timestamp>>,
) -> Result<(), Refused> {
    let query = query(facts, how != Reading::Ended);
    let deadline = match how {
        Reading::Standing => None,
        Reading::Ending => Some(Instant::now() + ENDING),
        Reading::Ended => Some(Instant::now() + READING),
    };
    let Some(mut lines) = last_lines(hub, query, deadline).await? else {
        return Ok(());
    };
    // The event may come a little later than the end of the stream.
    let at = ended.borrow().unwrap_or_else(Timestamp::now);
    if let Ok(until) = at.checked_add(AFTER_END) {
        lines.retain(|line| line.at.is_none_or(|at| at <= until));
    }
    hub.black_box()
        .keep(facts, at, RecordingCause::Exited, lines.into());
    Ok(())
}

/// What is asked for of a run.
fn query(facts: &InstanceFacts, follow: bool) -> LogQuery {
    let started = facts.started_at.filter(|_| facts.is_running() || !follow);
    LogQuery {
        sources: vec![facts.log_source()],
        tail: u32::try_from(MAX_RUN_LINES).ok(),
        since: started.and_then(|at| at.checked_sub(BEFORE_START).ok()),
        until: None,
        follow,
    }
}

/// The last lines up to the end of the run; `None` where it did not end before `deadline`.
async fn last_lines(
    hub: &LogHub,
    query: LogQuery,
    deadline: Option<Instant>,
) -> Result<Option<VecDeque<LogLine>>, Refused> {
    let follows = query.follow;
    // No sources join.
    let mut tail = hub.follow(query, mpsc::channel(1).1);
    let mut last = VecDeque::new();
    loop {
        let batch = match deadline {
            Some(deadline) => match timeout_at(deadline, tail.recv()).await {
                Ok(batch) => batch,
                Err(_elapsed) => return Ok((!follows).then_some(last)),
            },
            None => tail.recv().await,
        };
        let lines = match batch {
            Some(LogBatch::Lines { lines, .. }) => lines,
            // What it gave before is worth keeping.
            Some(LogBatch::Failed(..)) if last.is_empty() => return Err(Refused),
            Some(LogBatch::Failed(..) | LogBatch::Ended(_)) | None => return Ok(Some(last)),
        };
        for line in lines {
            match line.mark {
                Some(LogMark::Started) => return Ok(Some(last)),
                Some(_) => {}
                None => last.push_back(Arc::unwrap_or_clone(line)),
            }
        }
        let excess = last.len().saturating_sub(MAX_RUN_LINES);
        last.drain(..excess);
    }
}

/// What a snapshot tells of a container.
fn facts(snapshot: &Snapshot, id: &InstanceId) -> Option<Arc<InstanceFacts>> {
    let mut instances = snapshot.services.iter().flat_map(|each| &each.instances);
    let found = instances.find(|each| each.facts.id == *id)?;
    Some(Arc::clone(&found.facts))
}
