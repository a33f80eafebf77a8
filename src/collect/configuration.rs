//! Configuration files of containers that are likely to name other services: read once each time
//! such a container appears or was started anew, never more often.

mod paths;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::{mpsc, watch};

use super::{connected, permit};
use crate::engine::{Engine, EngineError};
use crate::model::SortShared as _;
use crate::model::{
    ConfigurationFile, Feature, InstanceFacts, InstanceId, Observation, Snapshot, Timestamp,
};

/// Containers read side by side.
const CONCURRENCY: usize = 2;

/// What reading does; may change while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadingOptions {
    /// Whether files are read.
    pub enabled: bool,
    /// Pause after the first list: what is on screen goes first.
    pub head_start: Duration,
}

impl Default for ReadingOptions {
    fn default() -> Self {
        Self {
            enabled: true,
            head_start: Duration::from_millis(200),
        }
    }
}

/// A container of which the files were read.
struct Read {
    /// The start they were read after.
    started_at: Option<Timestamp>,
    /// Whether there were any.
    files: bool,
}

/// A container to read, and where.
struct Job {
    facts: Arc<InstanceFacts>,
    paths: Vec<String>,
}

/// What reads and the channel it sends to.
struct Reader {
    link: watch::Receiver<Option<Engine>>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    options: watch::Receiver<ReadingOptions>,
    complete: watch::Sender<bool>,
    out: mpsc::Sender<Observation>,
    done: HashMap<InstanceId, Read>,
    /// Whether this connection refuses files.
    refused: bool,
}

/// Reads configuration files for as long as `out` is read and `options` allow it.
///
/// Of the replicas of a service one is read: they share their configuration. `complete` becomes
/// true when everything that is known was read, and when nothing is to be read.
pub async fn run(
    link: watch::Receiver<Option<Engine>>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    options: watch::Receiver<ReadingOptions>,
    complete: watch::Sender<bool>,
    out: mpsc::Sender<Observation>,
) {
    let mut reader = Reader {
        link,
        snapshots,
        options,
        complete,
        out,
        done: HashMap::new(),
        refused: false,
    };
    while let Some(engine) = connected(&mut reader.link, &reader.out).await {
        if reader.read_until_lost(&engine).await.is_none() {
            return;
        }
    }
}

impl Reader {
    /// Reads until the link changes; `None` when nobody listens any more.
    async fn read_until_lost(&mut self, engine: &Engine) -> Option<()> {
        // Another engine may have other files under the same id, and permit what the last one did
        // not.
        self.done.clear();
        if std::mem::take(&mut self.refused) {
            permit(Feature::Files, &self.out).await?;
        }
        let mut listed = false;
        let out = self.out.clone();
        loop {
            if listed && self.pass(engine).await? {
                self.complete
                    .send_if_modified(|complete| !std::mem::replace(complete, true));
            }
            tokio::select! {
                changed = self.snapshots.changed() => changed.ok()?,
                changed = self.options.changed() => changed.ok()?,
                changed = self.link.changed() => {
                    changed.ok()?;
                    return Some(());
                }
                () = out.closed() => return None,
            }
            if !listed && self.snapshots.borrow().has_list() {
                let head_start = self.options.borrow().head_start;
                tokio::time::sleep(head_start).await;
                listed = true;
            }
        }
    }

    /// Reads what was not read yet, and returns whether that was everything; `None` when nobody
    /// listens any more.
    async fn pass(&mut self, engine: &Engine) -> Option<bool> {
        if self.refused || !self.options.borrow().enabled {
            return self.retract().await.map(|()| true);
        }
        let (due, complete) = self.due();
        let readings = futures_util::stream::iter(due)
            .map(|Job { facts, paths }| async move {
                let at = Timestamp::now();
                (engine.read_files(&facts.id, &paths).await, facts, at)
            })
            .buffer_unordered(CONCURRENCY);
        let mut readings = std::pin::pin!(readings);
        while let Some((reading, facts, at)) = readings.next().await {
            match reading {
                Ok(files) => self.send_files(&facts, at, files).await?,
                // Neither read nor unreadable: once more with the next snapshot.
                Err(error) if error.is_short() => drop(self.done.remove(&facts.id)),
                Err(error) => {
                    if self.is_refused(&error).await? {
                        return Some(true);
                    }
                }
            }
        }
        Some(complete)
    }

    /// Containers to read with the paths to read there, and whether those are all there will be.
    /// Marks them, and those with nothing to read.
    fn due(&mut self) -> (Vec<Job>, bool) {
        let snapshot = Arc::clone(&self.snapshots.borrow_and_update());
        let (mut due, mut complete) = (Vec::new(), true);
        for facts in snapshot
            .services
            .iter()
            .filter_map(|service| Some(&service.primary()?.facts))
        {
            if snapshot.awaits_inspection(facts) {
                // When it was started is not known yet.
                complete = false;
                continue;
            }
            due.extend(self.job(facts));
        }
        self.drop_gone(&snapshot);
        // What runs is looked at first.
        due.sort_shared_by_key(|job| !job.facts.is_running());
        (due, complete)
    }

    /// What is to be read of `facts`, unless that was done since it was started.
    fn job(&mut self, facts: &Arc<InstanceFacts>) -> Option<Job> {
        let read = self.done.get(&facts.id);
        if read.is_some_and(|read| read.started_at == facts.started_at) {
            return None;
        }
        let read = Read {
            started_at: facts.started_at,
            files: read.is_some_and(|read| read.files),
        };
        self.done.insert(facts.id.clone(), read);
        let (facts, paths) = (Arc::clone(facts), paths::wanted(facts));
        (!paths.is_empty()).then_some(Job { facts, paths })
    }

    /// Forgets containers that are gone, when there are any.
    fn drop_gone(&mut self, snapshot: &Snapshot) {
        let instances = || {
            snapshot
                .services
                .iter()
                .flat_map(|service| &service.instances)
        };
        if self.done.len() > instances().count() {
            let present: HashSet<&InstanceId> =
                instances().map(|instance| &instance.facts.id).collect();
            self.done.retain(|id, _| present.contains(id));
        }
    }

    async fn send_files(
        &mut self,
        facts: &InstanceFacts,
        at: Timestamp,
        files: Vec<ConfigurationFile>,
    ) -> Option<()> {
        let Some(read) = self.done.get_mut(&facts.id) else {
            return Some(());
        };
        let before = std::mem::replace(&mut read.files, !files.is_empty());
        if files.is_empty() && !before {
            return Some(());
        }
        tracing::debug!("{} configuration files read in {}", files.len(), facts.name);
        let observation = Observation::Configured {
            at,
            instance: facts.id.clone(),
            files: files.into(),
        };
        self.out.send(observation).await.ok()
    }

    /// Whether the engine refuses files for good, which is reported; any other failure concerns one
    /// container.
    async fn is_refused(&mut self, error: &EngineError) -> Option<bool> {
        let Some(reason) = error.refusal() else {
            tracing::debug!(%error, "no configuration files");
            return Some(false);
        };
        self.refused = true;
        let observation = Observation::Refused {
            feature: Feature::Files,
            reason: Some(reason),
        };
        self.out.send(observation).await.ok()?;
        Some(true)
    }

    /// Sends an empty result for every container that was read, after reading was switched off.
    async fn retract(&mut self) -> Option<()> {
        for (instance, read) in self.done.drain() {
            if read.files {
                let observation = Observation::Configured {
                    at: Timestamp::now(),
                    instance,
                    files: Arc::from([]),
                };
                self.out.send(observation).await.ok()?;
            }
        }
        Some(())
    }
}
