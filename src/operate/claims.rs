//! Which services other runs of hubdeck work on: one file for each operation under way, beside the
//! audit record, locked as long as its run lives. The system takes the lock away with the process,
//! also from one that is killed.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::model::{EngineInfo, Plan, ServiceId};

/// The directory of claims, beside the audit record.
const DIRECTORY: &str = "operations";
/// The file that is locked while claims are compared, so that of two runs that begin at once the
/// second sees the first.
const GATE: &str = "lock";

/// The claim of an operation under way on its services; it ends when it is dropped, and with the
/// process.
#[derive(Debug)]
pub(super) struct ServiceClaim {
    path: PathBuf,
    /// Held locked.
    _lock: File,
}

/// Why services cannot be claimed.
#[derive(Debug)]
pub(super) enum ClaimError {
    /// Another run works on one of them, doing this: "restarting".
    Taken(ServiceId, String),
    /// The claim cannot be written there.
    Unwritable(PathBuf, io::Error),
}

/// What a claim holds.
#[derive(Debug, Serialize, Deserialize)]
struct ClaimContent {
    engine: String,
    gerund: String,
    services: BTreeSet<ServiceId>,
}

/// What is under way, and the services that nobody else may operate on meanwhile.
pub(super) struct ClaimedWork {
    gerund: &'static str,
    services: BTreeSet<ServiceId>,
}

impl ClaimedWork {
    pub fn of_plan(plan: &Plan) -> Self {
        Self {
            gerund: plan.operation.kind.gerund(),
            services: plan.claims(),
        }
    }

    /// A command in a container, beside which anything may be done.
    pub const fn command() -> Self {
        Self {
            gerund: "running a command in",
            services: BTreeSet::new(),
        }
    }
}

impl ServiceClaim {
    /// Claims what `work` needs on `engine` for the operation `correlation`, whose record is in the
    /// file `audit`.
    pub fn take(
        audit: &Path,
        correlation: &str,
        work: ClaimedWork,
        engine: Option<&EngineInfo>,
    ) -> Result<Self, ClaimError> {
        let directory = directory(audit);
        let path = directory.join(correlation);
        let unwritable = |error| ClaimError::Unwritable(directory.clone(), error);
        std::fs::create_dir_all(&directory).map_err(unwritable)?;
        let _gate = gate(&directory).map_err(unwritable)?;
        let content = ClaimContent {
            engine: engine.map(engine_name).unwrap_or_default(),
            gerund: work.gerund.to_owned(),
            services: work.services,
        };
        for other in others(&directory).map_err(unwritable)? {
            if other.engine == content.engine
                && let Some(both) = other.services.intersection(&content.services).next()
            {
                return Err(ClaimError::Taken(both.clone(), other.gerund));
            }
        }
        let lock = written(&path, &content).map_err(unwritable)?;
        Ok(Self { path, _lock: lock })
    }
}

impl Drop for ServiceClaim {
    fn drop(&mut self) {
        // One that stays is found to be nobody's by the next run.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Whether a run that lives has claimed the operation `correlation`.
pub(super) fn is_claimed(audit: &Path, correlation: &str) -> bool {
    // Also where nobody has claimed anything yet.
    File::open(directory(audit).join(correlation)).is_ok_and(|file| is_locked(&file))
}

/// Keeps other runs from comparing claims until it is dropped; `None` where there are none yet or
/// files cannot be locked.
pub(super) fn hold(audit: &Path) -> Option<File> {
    gate(&directory(audit)).ok()
}

fn directory(audit: &Path) -> PathBuf {
    audit.with_file_name(DIRECTORY)
}

/// Waits for the lock on all claims, which every run holds for a moment only.
fn gate(directory: &Path) -> io::Result<File> {
    let file = options().open(directory.join(GATE))?;
    if let Err(error) = file.lock() {
        // Some network file systems have no locks. What is recorded is right all the same.
        tracing::warn!(
            "cannot lock files in {}, a second hubdeck may operate on the same service: {error}",
            directory.display()
        );
    }
    Ok(file)
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The claims of runs that live; files of others are removed.
fn others(directory: &Path) -> io::Result<Vec<ClaimContent>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.ends_with(GATE) {
            continue;
        }
        // A run may end meanwhile, and takes its file along.
        let Ok(mut file) = File::open(&path) else {
            continue;
        };
        if !is_locked(&file) {
            // One that stays costs a look each time.
            let _ = std::fs::remove_file(&path);
            continue;
        }
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        match serde_json::from_str(&text) {
            Ok(content) => found.push(content),
            Err(error) => tracing::warn!("cannot read {}: {error}", path.display()),
        }
    }
    Ok(found)
}

/// Whether another file handle holds the lock. Where files cannot be locked none does.
fn is_locked(file: &File) -> bool {
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

/// Writes a claim; it is locked before it holds anything.
fn written(path: &Path, content: &ClaimContent) -> io::Result<File> {
    let mut file = options().open(path)?;
    // Where files cannot be locked, the gate has said so.
    drop(file.try_lock());
    file.write_all(&serde_json::to_vec(content)?)?;
    Ok(file)
}

/// What distinguishes the engine from others: its own id, or its address.
fn engine_name(engine: &EngineInfo) -> String {
    let id = engine.id.clone().filter(|id| !id.is_empty());
    id.unwrap_or_else(|| engine.endpoint.clone())
}

#[cfg(test)]
mod tests;
