//! Notices changes of the config file and loads it again.

use std::path::PathBuf;
use std::time::Duration;

use notify::{EventKind, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;

use super::load::{Loaded, Request};
use super::problem::ConfigError;

/// Editors write in several steps: a change is read once this long nothing more happened.
const QUIET: Duration = Duration::from_millis(150);

/// Watches the directory of the config file, so that files put in place by renaming are seen.
pub struct Watcher {
    request: Request,
    file: PathBuf,
    last: Option<Vec<u8>>,
    changes: mpsc::Receiver<()>,
    _notify: notify::RecommendedWatcher,
}

impl Watcher {
    /// Begins to watch the file that `request` would read; `None` when there is no such place.
    ///
    /// # Errors
    /// When the system refuses to watch the directory.
    pub fn start(request: Request) -> Result<Option<Self>, ConfigError> {
        let Some((file, named)) = request.file() else { return Ok(None) };
        let directory = match file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        if !named && !directory.is_dir() {
            return Ok(None);
        }
        let unwatchable = |error: notify::Error| ConfigError::Unwatchable {
            directory: directory.clone(),
            error: error.to_string(),
        };
        // One place is enough: a change that finds it taken is already announced.
        let (sender, changes) = mpsc::channel(1);
        let mut notify = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| is_change(event.kind)) {
                let _already_announced = sender.try_send(());
            }
        })
        .map_err(unwatchable)?;
        notify.watch(&directory, RecursiveMode::NonRecursive).map_err(unwatchable)?;
        let last = std::fs::read(&file).ok();
        Ok(Some(Self { request, file, last, changes, _notify: notify }))
    }

    /// Waits for the next change of the file's content and loads it; flags and environment stay on top.
    /// The caller keeps its settings where the outcome is an error. `None`: watching has ended.
    pub async fn next(&mut self) -> Option<Result<Loaded, ConfigError>> {
        loop {
            self.changes.recv().await?;
            while let Ok(change) = tokio::time::timeout(QUIET, self.changes.recv()).await {
                change?;
            }
            let now = tokio::fs::read(&self.file).await.ok();
            if now != self.last {
                self.last = now;
                return Some(self.request.load());
            }
        }
    }
}

/// Whether something was written; our own reading makes access events too.
fn is_change(kind: EventKind) -> bool {
    use notify::event::{AccessKind, AccessMode};
    matches!(kind, EventKind::Access(AccessKind::Close(AccessMode::Write)))
        || !matches!(kind, EventKind::Access(_))
}
