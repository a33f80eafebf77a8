//! The audit record: append-only JSON lines, on disk before an action is called done.

use std::borrow::Cow;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt;

use crate::model::{InstanceId, OperationId, OperationKind, Principal, RecordedStop, Step, Timestamp};

/// How much of the record's end is read again, in bytes: some five hundred calls.
const END_BYTES: u64 = 256 * 1024;
/// The result of a call that the engine answered well.
const SUCCEEDED: &str = "succeeded";

/// Where records go; `None` keeps none.
#[derive(Clone, Debug)]
pub(super) struct Audit {
    path: Option<PathBuf>,
}

/// One line: one call to the engine and what came of it.
#[derive(Debug, Serialize)]
struct Record<'a> {
    time: Timestamp,
    /// `uid:1000` for the console and the command line, `http` for a client of the API.
    principal: String,
    /// `tui`, `http` or `cli`.
    source: &'static str,
    /// The operation of this run of the program that the call belongs to.
    operation_id: OperationId,
    operation: &'static str,
    /// The service.
    target: &'a str,
    /// Name of the container, or of the Swarm service that was called.
    container: &'a str,
    /// Its id.
    container_id: &'a str,
    /// Hash of the plan.
    plan: &'a str,
    /// `succeeded` or `failed`.
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    duration_ms: u64,
}

/// What of a line is read again.
#[derive(Debug, Deserialize)]
struct PastRecord<'a> {
    time: Timestamp,
    #[serde(borrow)]
    operation: Cow<'a, str>,
    #[serde(borrow)]
    container_id: Cow<'a, str>,
    #[serde(borrow)]
    result: Cow<'a, str>,
    duration_ms: u64,
}

/// What a record is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Act<'a> {
    pub id: OperationId,
    pub principal: Principal,
    pub plan: &'a str,
    pub step: &'a Step,
    pub error: Option<&'a str>,
    pub duration: Duration,
}

impl Audit {
    /// Records to the file `path`, made on the first record.
    pub const fn new(path: Option<PathBuf>) -> Self {
        Self { path }
    }

    /// Appends one line and waits until it is on disk.
    ///
    /// # Errors
    /// One sentence when the record could not be written.
    pub async fn record(&self, act: Act<'_>, time: Timestamp) -> Result<(), String> {
        let Some(path) = &self.path else { return Ok(()) };
        let explain = |error: io::Error| format!("cannot write the audit record {}: {error}", path.display());
        let mut line = serde_json::to_vec(&Record::new(act, time)).map_err(|error| explain(error.into()))?;
        line.push(b'\n');
        self.append(path, &line).await.map_err(explain)
    }

    async fn append(&self, path: &PathBuf, line: &[u8]) -> io::Result<()> {
        if let Some(parent) = path.parent() {
            tokio::fs::create_dir_all(parent).await?;
        }
        let mut options = tokio::fs::OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        options.mode(0o600);
        let mut file = options.open(path).await?;
        // One write per line: lines of calls that end together do not mix.
        file.write_all(line).await?;
        file.flush().await?;
        file.sync_data().await
    }
}

/// The stops that the end of the audit record `path` holds; none where there is no record yet. Other lines and
/// lines that cannot be read are skipped.
///
/// # Errors
/// One sentence when the record is there and cannot be read.
pub fn recorded_stops(path: &Path) -> Result<Vec<RecordedStop>, String> {
    match read_end(path) {
        Ok(bytes) => Ok(bytes.split(|byte| *byte == b'\n').filter_map(stop).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(format!("cannot read the audit record {}: {error}", path.display())),
    }
}

fn read_end(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = std::fs::File::open(path)?;
    let start = file.metadata()?.len().saturating_sub(END_BYTES);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(END_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The stop that a line records; `None` for anything else.
fn stop(line: &[u8]) -> Option<RecordedStop> {
    let record: PastRecord<'_> = serde_json::from_slice(line).ok()?;
    let is_stop = record.operation == OperationKind::Stop.id() && record.result == SUCCEEDED;
    let began_at = record.time.checked_sub(Duration::from_millis(record.duration_ms)).ok()?;
    is_stop.then(|| RecordedStop {
        instance: InstanceId::new(&record.container_id),
        began_at,
        ended_at: record.time,
    })
}

impl<'a> Record<'a> {
    fn new(act: Act<'a>, time: Timestamp) -> Self {
        let (source, principal) = match act.principal {
            Principal::Terminal => ("tui", user()),
            Principal::Cli => ("cli", user()),
            Principal::Http => ("http", "http".to_owned()),
        };
        Self {
            time,
            principal,
            source,
            operation_id: act.id,
            operation: act.step.kind.id(),
            target: act.step.service.as_str(),
            container: &act.step.name,
            container_id: act.step.swarm_service.as_deref().unwrap_or(act.step.instance.as_str()),
            plan: act.plan,
            result: if act.error.is_none() { SUCCEEDED } else { "failed" },
            error: act.error,
            duration_ms: u64::try_from(act.duration.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

#[cfg(unix)]
fn user() -> String {
    format!("uid:{}", rustix::process::getuid().as_raw())
}

#[cfg(not(unix))]
fn user() -> String {
    "local".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::OperationKind;

    fn step() -> Step {
        Step {
            kind: OperationKind::Restart,
            service: "hub/db".into(),
            instance: "abc".into(),
            name: "hub-db-1".into(),
            swarm_service: None,
            wait_healthy: true,
            wave: 0,
        }
    }

    #[tokio::test]
    async fn every_act_is_one_line_in_a_private_file() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("state/hubdeck/audit.jsonl");
        let audit = Audit::new(Some(path.clone()));
        let step = step();
        let act = Act {
            id: OperationId(3),
            principal: Principal::Http,
            plan: "00ff",
            step: &step,
            error: None,
            duration: Duration::from_millis(1_234),
        };
        audit.record(act, Timestamp::UNIX_EPOCH).await.expect("a record");
        let failed = Act { error: Some("no \"such\"\ncontainer"), principal: Principal::Terminal, ..act };
        audit.record(failed, Timestamp::UNIX_EPOCH).await.expect("a record");
        let text = std::fs::read_to_string(&path).expect("the file");
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(
            lines[0],
            serde_json::json!({
                "time": "1970-01-01T00:00:00Z", "principal": "http", "source": "http", "operation_id": 3,
                "operation": "restart", "target": "hub/db", "container": "hub-db-1", "container_id": "abc",
                "plan": "00ff", "result": "succeeded", "duration_ms": 1234
            })
        );
        assert_eq!(lines[1]["result"], "failed");
        assert_eq!(lines[1]["source"], "tui");
        assert_eq!(lines[1]["error"], "no \"such\"\ncontainer");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).expect("the file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[tokio::test]
    async fn stops_are_read_again() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("audit.jsonl");
        assert_eq!(recorded_stops(&path), Ok(Vec::new()), "no record yet");
        let audit = Audit::new(Some(path.clone()));
        let time = Timestamp::from_second(1_000).expect("a time");
        for (kind, error) in [
            (OperationKind::Restart, None),
            (OperationKind::Stop, Some("no such container")),
            (OperationKind::Stop, None),
        ] {
            let step = Step { kind, ..step() };
            let act = Act {
                id: OperationId(1),
                principal: Principal::Terminal,
                plan: "",
                step: &step,
                error,
                duration: Duration::from_secs(10),
            };
            audit.record(act, time).await.expect("a record");
        }
        let mut file = std::fs::OpenOptions::new().append(true).open(&path).expect("the file");
        std::io::Write::write_all(&mut file, b"no record\n{\"time\":7}\n{\"time\":").expect("more lines");
        let began_at = Timestamp::from_second(990).expect("a time");
        assert_eq!(
            recorded_stops(&path),
            Ok(vec![RecordedStop { instance: "abc".into(), began_at, ended_at: time }])
        );
        let error = recorded_stops(dir.path()).expect_err("a directory is no file");
        assert!(error.starts_with("cannot read the audit record "), "{error}");
    }

    #[tokio::test]
    async fn a_record_that_cannot_be_written_is_told() {
        let dir = tempfile::tempdir().expect("a directory");
        let audit = Audit::new(Some(dir.path().to_path_buf()));
        let step = step();
        let act = Act {
            id: OperationId(1),
            principal: Principal::Cli,
            plan: "",
            step: &step,
            error: None,
            duration: Duration::ZERO,
        };
        let error = audit.record(act, Timestamp::UNIX_EPOCH).await.expect_err("a directory is no file");
        assert!(error.starts_with("cannot write the audit record "), "{error}");
        assert_eq!(Audit::new(None).record(act, Timestamp::UNIX_EPOCH).await, Ok(()));
    }
}
