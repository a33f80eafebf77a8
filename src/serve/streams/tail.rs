//! The log of one service while it is read: its lines batch by batch, and what joins it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use crate::logs::sources::{owner, sources};
use crate::model::{InstanceId, LogBatch, LogQuery, LogSource, ServiceId, Snapshot};
use crate::operate::Operations;

/// Containers that may wait to join the tail.
const JOINING: usize = 16;

/// What a tail has next.
pub(super) enum TailNews {
    Batch(LogBatch),
    /// The engine is lost (`true`), or answers again.
    Engine(bool),
}

/// An open tail of the containers of one service, and of those that it gets later.
pub(super) struct ServiceTail {
    service: ServiceId,
    query: LogQuery,
    batches: mpsc::Receiver<LogBatch>,
    /// `None` where nothing is added: the tail ends.
    added: Option<mpsc::Sender<LogQuery>>,
    /// Queries for which there was no room yet.
    waiting: Vec<LogQuery>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    opened: HashSet<InstanceId>,
    names: HashMap<InstanceId, String>,
    lost: bool,
}

impl ServiceTail {
    /// Opens the log of `service` as `query` says, whose sources are filled in here.
    pub fn open(
        operations: &dyn Operations,
        service: ServiceId,
        mut query: LogQuery,
        snapshots: watch::Receiver<Arc<Snapshot>>,
    ) -> Self {
        let snapshot = snapshots.borrow().clone();
        query.sources = logs_of(&snapshot, &service);
        let opened = query.sources.iter().map(|source| source.instance.clone());
        let (add, added) = mpsc::channel(JOINING);
        Self {
            opened: opened.collect(),
            batches: operations.follow_logs(query.clone(), added),
            added: query.follow.then_some(add),
            service,
            query,
            waiting: Vec::new(),
            snapshots,
            names: HashMap::new(),
            lost: false,
        }
    }

    /// How many containers are read.
    pub fn len(&self) -> usize {
        self.opened.len()
    }

    /// The newest snapshot: it has the secrets that are known.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshots.borrow().clone()
    }

    /// The name of a container; its short id where no snapshot has it.
    pub fn name(&mut self, instance: &InstanceId) -> &str {
        let snapshots = &self.snapshots;
        self.names.entry(instance.clone()).or_insert_with(|| {
            let known = owner(&snapshots.borrow(), instance);
            known.map_or_else(|| instance.short().to_owned(), |owner| owner.container)
        })
    }

    /// What comes next; `None` at the end.
    pub async fn next(&mut self) -> Option<TailNews> {
        let Some(added) = self.added.clone() else {
            return self.batches.recv().await.map(TailNews::Batch);
        };
        loop {
            tokio::select! {
                biased;
                Ok(permit) = added.reserve(), if !self.waiting.is_empty() => {
                    permit.send(self.waiting.remove(0));
                }
                batch = self.batches.recv() => return batch.map(TailNews::Batch),
                changed = self.snapshots.changed() => {
                    changed.ok()?;
                    if let Some(lost) = self.look() {
                        return Some(TailNews::Engine(lost));
                    }
                }
            }
        }
    }

    /// Takes in a snapshot; whether the engine is lost now, where that changed.
    fn look(&mut self) -> Option<bool> {
        let snapshot = self.snapshots.borrow_and_update().clone();
        for source in logs_of(&snapshot, &self.service) {
            if self.opened.insert(source.instance.clone()) {
                self.waiting.push(LogQuery {
                    sources: vec![source],
                    tail: None,
                    ..self.query.clone()
                });
            }
        }
        let lost = snapshot.engine.status.is_lost();
        let was = std::mem::replace(&mut self.lost, lost);
        (was != lost).then_some(lost)
    }
}

/// The logs of the containers that `service` has and had.
pub(super) fn logs_of(snapshot: &Snapshot, service: &ServiceId) -> Vec<LogSource> {
    let named = sources(snapshot, std::slice::from_ref(service));
    named.into_iter().map(|each| each.source).collect()
}
