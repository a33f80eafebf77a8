//! One poll for a one-shot command: a pipeline that runs until its first complete snapshot.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::cli::{Poller, Wanted};
use crate::config::Settings;
use crate::engine::ConnectRequest;
use crate::model::{Focus, Snapshot};

use super::pipeline::{Lifetime, Pipeline};
use super::state_file;

/// How long it may take until there is a list, or the word that there is none: engines have time to
/// answer.
const LIST_LIMIT: Duration = Duration::from_secs(60);
/// How long the rest may take where the engine answers at once: inspecting, one probe of
/// everything, two samples.
const LIMIT: Duration = Duration::from_secs(10);
/// Answers of the engine that are waited for one after the other meanwhile.
const ANSWERS: f64 = 5.0;
/// One complete snapshot is all that is wanted.
const LIFETIME: Lifetime = Lifetime::OneSnapshot;

/// Polls an engine for one command.
pub struct OnePoll<'a> {
    /// Which engine.
    pub request: ConnectRequest,
    /// The settings in force.
    pub settings: &'a Settings,
}

impl Poller for OnePoll<'_> {
    async fn poll(&self, wanted: Option<Wanted>) -> Result<Arc<Snapshot>, String> {
        let request = self.request.clone();
        let audit = state_file("audit.jsonl");
        let pipeline = Pipeline::start(request, self.settings, LIFETIME, audit, None);
        let polled = tokio::select! {
            snapshot = complete_snapshot(&pipeline, wanted) => Ok(snapshot),
            failure = pipeline.failed() => Err(failure.to_string()),
        };
        pipeline.stop().await;
        polled
    }
}

/// Waits until the snapshot is complete, or there is no engine, or time is up; then for what is
/// `wanted`.
pub(super) async fn complete_snapshot(
    pipeline: &Pipeline,
    wanted: Option<Wanted>,
) -> Arc<Snapshot> {
    let mut snapshots = pipeline.snapshots.clone();
    let listed = has_list_or_is_lost(&mut snapshots).await;
    if listed.has_list() && !is_lost(&listed) {
        // Everything is printed, so everything counts as on screen and is sampled at once.
        pipeline.operations.focus(everything(&listed));
        let limit = time_limit(&snapshots.borrow());
        if tokio::time::timeout(limit, complete(&mut snapshots, pipeline))
            .await
            .is_err()
        {
            tracing::debug!("not everything answered within {} s", limit.as_secs());
        }
    }
    if let Some(Wanted { limit, is_there }) = wanted
        && snapshots.borrow().engine.status.is_connected()
    {
        // Time being up leaves that out, and a pipeline that is gone sends nothing more.
        let there = snapshots.wait_for(|snapshot| is_there(snapshot));
        drop(tokio::time::timeout(limit, there).await);
    }
    snapshots.borrow().clone()
}

/// How long everything may take once the containers are listed: longer where the engine is slow.
fn time_limit(snapshot: &Snapshot) -> Duration {
    let timing = snapshot.engine.timing;
    let answer_ms = timing.map_or(0.0, |timing| timing.answer_ms);
    LIMIT + Duration::from_secs_f64(answer_ms / 1_000.0 * ANSWERS)
}

/// Waits for the first list, or for the word that there is no engine; gives the newest snapshot.
pub(super) async fn has_list_or_is_lost(
    snapshots: &mut watch::Receiver<Arc<Snapshot>>,
) -> Arc<Snapshot> {
    let known = snapshots.wait_for(|snapshot| snapshot.has_list() || is_lost(snapshot));
    // Time being up is no failure: what is known by then is printed, unknown as unknown. Of a
    // pipeline that is gone that is the last snapshot.
    drop(tokio::time::timeout(LIST_LIMIT, known).await);
    snapshots.borrow().clone()
}

async fn complete(snapshots: &mut watch::Receiver<Arc<Snapshot>>, pipeline: &Pipeline) {
    tokio::select! {
        () = pipeline.complete() => {}
        // Nothing more comes of an engine that is gone.
        _lost = snapshots.wait_for(|snapshot| is_lost(snapshot)) => return,
    }
    pipeline.flush().await;
}

/// The containers of `snapshot`, as if all were on screen: they are sampled at once.
pub(super) fn everything(snapshot: &Snapshot) -> Focus {
    let instances = snapshot
        .services
        .iter()
        .flat_map(|service| &service.instances);
    Focus {
        instances: instances
            .map(|instance| instance.facts.id.clone())
            .collect(),
    }
}

fn is_lost(snapshot: &Snapshot) -> bool {
    snapshot.engine.status.is_lost()
}
