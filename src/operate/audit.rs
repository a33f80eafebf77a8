//! The audit record: append-only JSON lines. The intent is on disk before the engine is called, the
//! result before a step is called done.

mod heals;
mod history;
mod line;
mod origin;
mod past;
mod past_line;
#[cfg(test)]
mod tests;

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::model::{
    EngineCall, EngineInfo, ExecEnd, ExecRequest, OperationId, OperationProgress, Plan, Principal,
    StepState, Timestamp,
};

use super::SubmitRefusal;
use super::claims::{ClaimError, ClaimedWork, ServiceClaim};
use line::{AuditContext, AuditEvent, AuditLine};

pub(super) use heals::{PastOperation, operations_on, record_heal_stop};
pub use history::history;
pub use past::{interrupted, recorded_restarts, recorded_stops};

/// Where records go; `None` keeps none.
#[derive(Clone, Debug)]
pub(super) struct Audit {
    path: Option<Arc<Path>>,
    /// Distinguishes this run of the program from every other.
    run: Arc<str>,
}

/// The record of one operation, which keeps other runs of hubdeck from its services until it is
/// [closed](Trail::close).
#[derive(Debug)]
pub(super) struct Trail {
    path: Option<Arc<Path>>,
    context: AuditContext,
    claim: Option<ServiceClaim>,
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
    /// When the line cannot be written, or another run works on one of its services: then nothing
    /// may be done.
    pub fn begin(
        &self,
        id: OperationId,
        principal: Principal,
        plan: &Plan,
        engine: Option<&EngineInfo>,
    ) -> Result<Trail, SubmitRefusal> {
        let what = (plan.operation.kind.id(), plan.hash.as_str());
        let work = ClaimedWork::of_plan(plan);
        self.trail((id, principal), what, work, engine, |line| {
            line.with_plan(plan)
        })
    }

    /// Begins the record of a command that is run in a container or for one, by its verb and the
    /// `command` line that does the same; returns once that is on disk.
    ///
    /// # Errors
    /// When the line cannot be written: then the command may not be run.
    pub fn begin_exec(
        &self,
        id: OperationId,
        principal: Principal,
        (verb, request, command): (&'static str, &ExecRequest, &str),
        engine: Option<&EngineInfo>,
    ) -> Result<Trail, SubmitRefusal> {
        let (what, work) = ((verb, ""), ClaimedWork::command());
        self.trail((id, principal), what, work, engine, |line| {
            line.with_exec(request, command)
        })
    }

    /// Begins a record with the line that `complete` makes.
    fn trail(
        &self,
        (id, principal): (OperationId, Principal),
        what: (&'static str, &str),
        work: ClaimedWork,
        engine: Option<&EngineInfo>,
        complete: impl FnOnce(AuditLine) -> AuditLine,
    ) -> Result<Trail, SubmitRefusal> {
        let correlation = format!("{}-{id}", self.run);
        let mut trail = Trail {
            path: self.path.clone(),
            context: AuditContext::new(correlation.clone(), id, principal, what, engine),
            claim: None,
        };
        if let Some(path) = &self.path {
            let unwritable = |error| SubmitRefusal::Unrecorded(explain(path, &error));
            open(path).map_err(unwritable)?;
            trail.claim = Some(ServiceClaim::take(path, &correlation, work, engine)?);
            let line = trail.context.line(AuditEvent::Accepted, Timestamp::now());
            append(path, &complete(line)).map_err(unwritable)?;
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

    /// Records what came of step `index` of `plan`, which took `duration`, and what the engine
    /// answered to its `calls`.
    ///
    /// # Errors
    /// One sentence when that cannot be written.
    pub async fn result(
        &self,
        plan: &Plan,
        index: usize,
        state: &StepState,
        (duration, calls): (Duration, &[EngineCall]),
    ) -> Result<(), String> {
        let line = self
            .context
            .line(AuditEvent::Result, Timestamp::now())
            .with_step(plan, index);
        self.write(line.with_state(state, duration).with_calls(calls))
            .await
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

    /// Records that the container of step `index` of `plan` is kept under the name `kept`.
    ///
    /// # Errors
    /// One sentence when that cannot be written.
    pub async fn kept(&self, plan: &Plan, index: usize, kept: &str) -> Result<(), String> {
        let line = self.context.line(AuditEvent::Kept, Timestamp::now());
        self.write(line.with_step(plan, index).with_kept(kept))
            .await
    }

    /// The file of the record; `None` where none is kept.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Leaves its services to other runs of hubdeck; its end is recorded.
    pub fn close(&mut self) {
        self.claim = None;
    }

    /// Records how what was run in a container ended after `duration`; an error is one sentence why
    /// it was not run.
    ///
    /// # Errors
    /// One sentence when that cannot be written.
    pub async fn exec_ended(
        &self,
        (request, command): (&ExecRequest, &str),
        end: &Result<ExecEnd, String>,
        duration: Duration,
    ) -> Result<(), String> {
        let line = self
            .context
            .line(AuditEvent::Ended, Timestamp::now())
            .with_exec(request, command);
        self.write(line.with_exec_end(end, duration)).await
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

fn unreadable(path: &Path, error: &io::Error) -> String {
    format!("cannot read the audit record {}: {error}", path.display())
}

impl From<ClaimError> for SubmitRefusal {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::Taken(service, gerund) => Self::BusyElsewhere { service, gerund },
            ClaimError::Unwritable(path, error) => Self::Unrecorded(format!(
                "cannot write the audit record directory {}: {error}",
                path.display()
            )),
        }
    }
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

/// Appends one line and returns once it is on disk.
fn append(path: &Path, line: &impl Serialize) -> io::Result<()> {
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
