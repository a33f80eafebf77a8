//! What snapshots show of the engine and of hubdeck itself, for the hubdeck log.

mod health;

use std::sync::Arc;

use tokio::sync::watch;

use crate::cli::{self, UnknownProject};
use crate::collect::engine::DiscoveryOptions;
use crate::explain;
use crate::model::{EngineStatus, FetchFailure, Part, Snapshot, Timestamp};

use super::logging::OwnLog;
use super::pipeline::Pipeline;
use super::signal;
use health::HealthLog;

/// Opens the file of `log` again at every SIGHUP, as logrotate expects.
pub fn reopen_on_hangup(pipeline: &Pipeline, log: OwnLog) {
    pipeline.supervisor().spawn(Part::Logging, move || {
        let log = log.clone();
        signal::at_each_hangup(move || log.reopen_file())
    });
}

/// Logs the changes that the snapshots of `pipeline` show from now on.
pub fn start(pipeline: &Pipeline) {
    let (snapshots, watched) = (pipeline.snapshots.clone(), pipeline.watched());
    pipeline.supervisor().spawn(Part::Logging, move || {
        log(snapshots.clone(), watched.clone())
    });
}

/// Logs what becomes of the connection to the engine, one warning with the reason when it fails and
/// when the reason changes; one warning for every project of `watched` that the engine does not
/// have; what hubdeck itself runs out of, as often as the timeline shows it; and every change of
/// health. Ends with the snapshots.
async fn log(
    mut snapshots: watch::Receiver<Arc<Snapshot>>,
    watched: watch::Receiver<DiscoveryOptions>,
) {
    let (mut engine, mut missing, mut told_at) = (None, Vec::new(), None);
    let mut health = HealthLog::default();
    let mut unfetched = None;
    loop {
        let snapshot = Arc::clone(&snapshots.borrow_and_update());
        log_engine(&snapshot, &mut engine);
        log_projects(&snapshot, &watched.borrow().projects, &mut missing);
        log_shortages(&snapshot, &mut told_at);
        health.follow(&snapshot);
        log_external(&snapshot, &mut unfetched);
        if snapshots.changed().await.is_err() {
            return;
        }
    }
}

fn log_engine(snapshot: &Snapshot, logged: &mut Option<Result<(), String>>) {
    let engine = &snapshot.engine;
    let status = match &engine.status {
        EngineStatus::Connecting => return,
        EngineStatus::Connected { .. } => Ok(()),
        EngineStatus::Lost { error, .. } => Err(error.clone()),
    };
    if logged.as_ref() == Some(&status) {
        return;
    }
    match &status {
        Ok(()) => {
            let endpoint = engine
                .info
                .as_ref()
                .map_or("the engine", |info| info.endpoint.as_str());
            tracing::info!("connected to {endpoint}");
        }
        Err(error) => tracing::warn!("no engine: {error}; retrying"),
    }
    *logged = Some(status);
}

/// A project that was misspelt must not look like one in which nothing fails. One that goes and
/// comes back is logged again when it goes once more.
fn log_projects(snapshot: &Snapshot, watched: &[String], logged: &mut Vec<String>) {
    let Some(there) = snapshot
        .engine
        .projects
        .as_ref()
        .filter(|_| snapshot.engine.discovery)
    else {
        return;
    };
    let missing: Vec<UnknownProject> = cli::unknown_projects(there, watched).collect();
    for unknown in &missing {
        if !logged.contains(&unknown.name) {
            tracing::warn!("{unknown}");
        }
    }
    *logged = missing.into_iter().map(|unknown| unknown.name).collect();
}

/// The first failure, one of another kind, and their end.
fn log_external(snapshot: &Snapshot, logged: &mut Option<FetchFailure>) {
    let Some(view) = &snapshot.external else {
        return;
    };
    match &view.failure {
        failure if failure == logged => return,
        Some(failure) => tracing::warn!(
            "the figures of external.url cannot be fetched: {}",
            explain::fetch_failure(failure)
        ),
        None => tracing::info!("the figures of external.url are fetched again"),
    }
    logged.clone_from(&view.failure);
}

fn log_shortages(snapshot: &Snapshot, told_at: &mut Option<Timestamp>) {
    for view in &snapshot.shortages {
        if told_at.is_none_or(|before| before < view.told_at) {
            tracing::warn!("{}; {}", view.shortage, view.shortage.advice());
        }
    }
    *told_at = snapshot
        .shortages
        .iter()
        .map(|view| view.told_at)
        .max()
        .or(*told_at);
}
