//! The audit record: append-only JSON lines. The intent is on disk before the engine is called, the
//! result before a step is called done.

mod line;
mod past;
#[cfg(test)]
mod tests;

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::model::{
    EngineInfo, OperationId, OperationProgress, Plan, Principal, StepState, Timestamp,
};

use line::{AuditContext, AuditEvent, AuditLine};

pub use past::{interrupted, recorded_stops};

/// Where records go; `None` keeps none.
#[derive(Clone, Debug)]
pub(super) struct Audit {
    path: Option<Arc<Path>>,
    /// Distinguishes this run of the program from every other.
    run: Arc<str>,
}

/// The record of one operation. While it is there, other runs of hubdeck know that the operation
/// goes on.
#[derive(Debug)]
pub(super) struct Trail {
    path: Option<Arc<Path>>,
    context: AuditContext,
    /// Held locked, shared with other runs: see [`interrupted`].
    _lock: Option<File>,
}

impl Audit {
    /// Records to the file `path`, made on the first record.
    pub fn new(path: Option<PathBuf>) -> Self {
        let (now, random) = (Timestamp::now().as_millisecond(), fastrand::u32(..));
        Self {
            path: path.map(Into::into),
            run: format!("{now:x}-{random:08x}").into(),
        }
    }

    /// Begins the record of an operation with the line that holds its whole plan; returns once that
    /// is on disk.
    ///
    /// # Errors
    /// One sentence when the line cannot be written: then nothing may be done.
    pub fn begin(
        &self,
        id: OperationId,
        principal: Principal,
        plan: &Plan,
        engine: Option<&EngineInfo>,
    ) -> Result<Trail, String> {
        let context = AuditContext::new(format!("{}-{id}", self.run), id, principal, plan, engine);
        let path = self.path.clone();
        let lock = match &path {
            Some(path) => Some(locked(open(path).map_err(|error| explain(path, &error))?)),
            None => None,
        };
        let trail = Trail {
            path,
            context,
            _lock: lock,
        };
        if let Some(path) = &trail.path {
            let line = trail.context.line(AuditEvent::Accepted, Timestamp::now());
            append(path, &line.with_plan(plan)).map_err(|error| explain(path, &error))?;
        }
        Ok(trail)
    }
}

impl Trail {
    /// Records that step `index` of `plan` is about to be called.
    ///
    /// # Errors
    /// One sentence when that cannot be written: then the step may not be called.
    pub async fn intent(&self, plan: &Plan, index: usize) -> Result<(), String> {
        self.write(
            self.context
                .line(AuditEvent::Intent, Timestamp::now())
                .with_step(plan, index),
        )
        .await
    }

    /// Records what came of step `index` of `plan`, which took `duration`.
    ///
    /// # Errors
    /// One sentence when that cannot be written.
    pub async fn result(
        &self,
        plan: &Plan,
        index: usize,
        state: &StepState,
        duration: Duration,
    ) -> Result<(), String> {
        let line = self
            .context
            .line(AuditEvent::Result, Timestamp::now())
            .with_step(plan, index);
        self.write(line.with_state(state, duration)).await
    }

    /// Records how the operation ended.
    ///
    /// # Errors
    /// One sentence when that cannot be written.
    pub async fn ended(&self, end: &OperationProgress) -> Result<(), String> {
        self.write(
            self.context
                .line(AuditEvent::Ended, Timestamp::now())
                .with_end(end),
        )
        .await
    }

    async fn write(&self, line: AuditLine) -> Result<(), String> {
        let Some(path) = self.path.clone() else {
            return Ok(());
        };
        let target = Arc::clone(&path);
        let written = tokio::task::spawn_blocking(move || append(&target, &line)).await;
        written
            .unwrap_or_else(|error| Err(io::Error::other(error)))
            .map_err(|error| explain(&path, &error))
    }
}

fn explain(path: &Path, error: &io::Error) -> String {
    if path.as_os_str().is_empty() {
        return "cannot write the audit record: there is no home directory; set HOME".to_owned();
    }
    format!("cannot write the audit record {}: {error}", path.display())
}

/// Refuses what is there and no regular file: opening a pipe would wait for whoever else opens it.
///
/// # Errors
/// When `path` is something else, or cannot be looked at.
fn regular(path: &Path) -> io::Result<()> {
    match std::fs::metadata(path) {
        Ok(facts) if !facts.is_file() => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is no regular file",
        )),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Opens the record to be read and appended to, with its directory; readable by its owner only.
fn open(path: &Path) -> io::Result<File> {
    regular(path)?;
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).read(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Takes the shared lock; it goes with the file, also when the program is killed.
fn locked(file: File) -> File {
    if let Err(error) = file.lock_shared() {
        // Some network file systems have no locks. What is recorded is right all the same.
        tracing::warn!(
            "cannot lock the audit record, a second hubdeck may call this operation interrupted: {error}"
        );
    }
    file
}

/// Appends one line and returns once it is on disk.
fn append(path: &Path, line: &AuditLine) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    let mut file = open(path)?;
    let length = file.metadata()?.len();
    if length > 0 && last_byte(&mut file)? != b'\n' {
        // A run before died, or found the disk full, in the middle of a line.
        text.insert(0, b'\n');
    }
    // One write a line: lines of calls that end together do not mix.
    file.write_all(&text)?;
    file.sync_data()?;
    match path.parent() {
        // A new file is safe only with its directory's entry.
        Some(parent) if length == 0 => File::open(parent)?.sync_all(),
        _ => Ok(()),
    }
}

fn last_byte(file: &mut File) -> io::Result<u8> {
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last[0])
}
