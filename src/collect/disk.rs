//! How full the disk is that a local engine keeps images and volumes on.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

use crate::engine::Engine;
use crate::model::{DiskUse, EngineFlavour, Observation, Snapshot, Timestamp};

/// Time between two looks.
const EVERY: Duration = Duration::from_secs(60);
/// Time until the first look: a poll that only prints does without.
const FIRST: Duration = Duration::from_secs(5);

/// Looks at the engine's disk for as long as `out` is read; never at that of an engine elsewhere,
/// nor where the directory cannot be seen from here.
pub async fn run(
    mut link: watch::Receiver<Option<Engine>>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    out: mpsc::Sender<Observation>,
) {
    sleep(FIRST).await;
    let mut path = None;
    while !out.is_closed() {
        if link.has_changed().unwrap_or(false) {
            path = None;
        }
        let engine = link
            .borrow_and_update()
            .clone()
            .filter(|_| is_here(&snapshots.borrow()));
        if let (Some(engine), None) = (&engine, &path) {
            path = ask(engine).await;
        }
        let disk = match path.clone().filter(|_| engine.is_some()) {
            Some(path) => look(path).await,
            None => None,
        };
        if out.send(Observation::Disk(disk)).await.is_err() {
            return;
        }
        sleep(EVERY).await;
    }
}

/// Whether the engine's directory is one of this machine.
pub(super) fn is_here(snapshot: &Snapshot) -> bool {
    let info = snapshot.engine.info.as_ref();
    info.is_some_and(|info| info.local && info.flavour != EngineFlavour::Simulated)
}

async fn ask(engine: &Engine) -> Option<String> {
    engine.data_root().await.unwrap_or_else(|error| {
        tracing::debug!("the engine does not tell where it keeps its data: {error}");
        None
    })
}

async fn look(path: String) -> Option<DiskUse> {
    // A file system that hangs must not hold the runtime up.
    match tokio::task::spawn_blocking(move || measure(path)).await {
        Ok(Ok(disk)) => disk,
        Ok(Err(error)) => {
            tracing::debug!("the engine's disk cannot be looked at: {error}");
            None
        }
        Err(_) => None,
    }
}

#[cfg(unix)]
fn measure(path: String) -> std::io::Result<Option<DiskUse>> {
    let stat = rustix::fs::statvfs(path.as_str())?;
    Ok(DiskUse::new(
        Timestamp::now(),
        path,
        stat.f_blocks.saturating_mul(stat.f_frsize),
        stat.f_bfree.saturating_mul(stat.f_frsize),
        stat.f_bavail.saturating_mul(stat.f_frsize),
    ))
}

#[cfg(not(unix))]
fn measure(_path: String) -> std::io::Result<Option<DiskUse>> {
    Ok(None)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_is_there_is_measured_and_another_is_an_error() {
        let disk = measure("/".to_owned())
            .expect("a file system")
            .expect("a size");
        assert!(disk.percent() <= 100 && disk.free_bytes <= disk.total_bytes);
        assert!(measure("/does/not/exist".to_owned()).is_err());
    }
}
