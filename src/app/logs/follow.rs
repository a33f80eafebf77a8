//! A log that is followed: everything there is first, without loss, then what is new.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use crate::app::pipeline::Pipeline;
use crate::cli::logs::{services, sources};
use crate::cli::print_error;
use crate::config::Settings;
use crate::model::{
    InstanceId, LogBatch, LogQuery, LogSource, ServiceId, SignedDuration, Snapshot, Timestamp,
};
use crate::operate::Operations;

/// How long after its end lines of a log may still be on their way: the engine writes them, and they
/// wait for older ones.
const AFTER_END: SignedDuration = SignedDuration::from_secs(2);
/// Containers that may wait to be joined.
const JOINING: usize = 64;

/// What is followed, and where its lines go.
pub(super) struct Followed<'a> {
    operations: Arc<dyn Operations>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    services: Vec<ServiceId>,
    /// What limits the services where these are not named but all that there are.
    all_of: Option<&'a Settings>,
    query: LogQuery,
    out: mpsc::Sender<LogBatch>,
    /// Containers whose log was opened.
    opened: HashSet<InstanceId>,
    /// The time of the last line of each container.
    last: HashMap<InstanceId, Timestamp>,
    /// What was reported of logs that cannot be read.
    failed: HashMap<InstanceId, String>,
}

impl<'a> Followed<'a> {
    /// The containers of `query`, and those that `services` get later; with `all_of` also those of
    /// services that come later.
    pub fn new(
        pipeline: &Pipeline,
        services: Vec<ServiceId>,
        all_of: Option<&'a Settings>,
        query: LogQuery,
        out: mpsc::Sender<LogBatch>,
    ) -> Self {
        let opened = query.sources.iter().map(|source| source.instance.clone());
        Self {
            operations: Arc::clone(&pipeline.operations),
            snapshots: pipeline.snapshots.clone(),
            services,
            all_of,
            opened: opened.collect(),
            query,
            out,
            last: HashMap::new(),
            failed: HashMap::new(),
        }
    }

    /// Passes everything on until nobody takes it any more, or until what was written before `end` has
    /// arrived; the query leaves out what comes later.
    pub async fn run(mut self, end: Option<Timestamp>) {
        let (_, added) = mpsc::channel(1);
        let past = self.operations.follow_logs(self.query.clone(), added);
        if !self.pass_on_past(past).await {
            return;
        }
        let Some(end) = end else {
            return self.pass_on_new().await;
        };
        // A duration below zero is none: the end has passed.
        let left = end
            .duration_since(Timestamp::now())
            .saturating_add(AFTER_END);
        let left = Duration::try_from(left);
        let left = left.unwrap_or_default();
        // Time being up is the end that was asked for.
        drop(tokio::time::timeout(left, self.pass_on_new()).await);
    }

    /// Passes on what there is; `false` where nobody takes it any more.
    async fn pass_on_past(&mut self, mut past: mpsc::Receiver<LogBatch>) -> bool {
        while let Some(batch) = past.recv().await {
            match &batch {
                LogBatch::Lines { lines, .. } => {
                    for line in lines {
                        if let Some(at) = line.read_until() {
                            let last = self.last.entry(line.instance.clone()).or_insert(at);
                            *last = at.max(*last);
                        }
                    }
                }
                LogBatch::Failed(instance, error) => {
                    self.failed.insert(instance.clone(), error.clone());
                }
                LogBatch::Ended(_) => {}
            }
            if self.out.send(batch).await.is_err() {
                return false;
            }
        }
        true
    }

    /// What comes after the last line of each container, and new containers from their begin.
    async fn pass_on_new(&mut self) {
        let (add, added) = mpsc::channel(JOINING);
        let none = LogQuery {
            sources: Vec::new(),
            follow: true,
            ..self.query.clone()
        };
        let mut lines = self.operations.follow_logs(none, added);
        for source in self.query.sources.clone() {
            let query = self.after_last(source);
            if add.send(query).await.is_err() {
                return;
            }
        }
        let mut lost = false;
        loop {
            tokio::select! {
                batch = lines.recv() => {
                    let Some(batch) = batch else { return };
                    if !self.is_known(&batch) && self.out.send(batch).await.is_err() {
                        return;
                    }
                }
                changed = self.snapshots.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    self.report_engine(&mut lost);
                    for source in self.new_sources() {
                        let query = self.query_from_begin(source);
                        if add.send(query).await.is_err() {
                            return;
                        }
                    }
                }
            }
        }
    }

    /// Whether `batch` says what was said before.
    fn is_known(&self, batch: &LogBatch) -> bool {
        let LogBatch::Failed(instance, error) = batch else {
            return false;
        };
        self.failed.get(instance) == Some(error)
    }

    fn after_last(&self, source: LogSource) -> LogQuery {
        let last = self.last.get(&source.instance);
        let next = last.and_then(|at| at.checked_add(SignedDuration::from_nanos(1)).ok());
        LogQuery {
            // Without a line yet, none was wanted or none was there.
            tail: self.query.tail.filter(|_| last.is_none()),
            since: next.or(self.query.since),
            ..self.query_from_begin(source)
        }
    }

    fn query_from_begin(&self, source: LogSource) -> LogQuery {
        LogQuery {
            sources: vec![source],
            tail: None,
            follow: true,
            ..self.query.clone()
        }
    }

    /// Containers of the services whose log was not opened yet.
    fn new_sources(&mut self) -> Vec<LogSource> {
        let snapshot = self.snapshots.borrow_and_update().clone();
        // A stack that is not there now may come back: its services are followed on.
        if let Some(Ok(all)) = self.all_of.map(|it| services(&snapshot, it, &[])) {
            self.services = all;
        }
        let mut found = sources(&snapshot, &self.services);
        found.retain(|source| self.opened.insert(source.instance.clone()));
        found
    }

    /// Says once that the engine is lost, and once that it is back.
    fn report_engine(&self, lost: &mut bool) {
        let snapshot = self.snapshots.borrow();
        let status = &snapshot.engine.status;
        if status.is_lost() && !*lost {
            print_error("the engine does not answer; the log goes on once it does");
            *lost = true;
        } else if status.is_connected() && *lost {
            print_error("the engine answers again");
            *lost = false;
        }
    }
}
