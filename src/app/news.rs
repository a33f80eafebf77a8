//! What snapshots tell of the engine and of hubdeck itself, for hubdeck's own log.

use std::sync::Arc;

use tokio::sync::watch;

use crate::model::{EngineStatus, Snapshot, Timestamp};

/// Logs what becomes of the connection to the engine, one warning with the reason when it fails and when the
/// reason changes; and what hubdeck itself runs out of, as often as the timeline tells it. Ends with the
/// snapshots.
pub async fn log(mut snapshots: watch::Receiver<Arc<Snapshot>>) {
    let (mut engine, mut told_at) = (None, None);
    loop {
        let snapshot = Arc::clone(&snapshots.borrow_and_update());
        log_engine(&snapshot, &mut engine);
        log_shortages(&snapshot, &mut told_at);
        if snapshots.changed().await.is_err() {
            return;
        }
    }
}

fn log_engine(snapshot: &Snapshot, logged: &mut Option<Result<(), String>>) {
    let engine = &snapshot.engine;
    let news = match &engine.status {
        EngineStatus::Connecting => return,
        EngineStatus::Connected { .. } => Ok(()),
        EngineStatus::Lost { error, .. } => Err(error.clone()),
    };
    if logged.as_ref() == Some(&news) {
        return;
    }
    match &news {
        Ok(()) => {
            let endpoint = engine.info.as_ref().map_or("the engine", |info| info.endpoint.as_str());
            tracing::info!("connected to {endpoint}");
        }
        Err(error) => tracing::warn!("no engine: {error}; retrying"),
    }
    *logged = Some(news);
}

fn log_shortages(snapshot: &Snapshot, told_at: &mut Option<Timestamp>) {
    for view in &snapshot.shortages {
        if told_at.is_none_or(|before| before < view.told_at) {
            tracing::warn!("{}; {}", view.shortage, view.shortage.advice());
        }
    }
    *told_at = snapshot.shortages.iter().map(|view| view.told_at).max().or(*told_at);
}
