//! What the record of earlier runs holds: stops that were asked for, operations that were under
//! way.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::model::{
    InstanceId, InterruptedCall, InterruptedOperation, OperationKind, RecordedRestart,
    RecordedStop, ServiceId, Timestamp,
};
use crate::operate::claims;

use super::past_line::{PastEvent, PastLine};
use super::{last_byte, regular, unreadable};

/// How much of the record's end is read again, in bytes: some five hundred calls.
const END_BYTES: u64 = 1024 * 1024;
/// How long a stop may take whose result is not recorded: as long as the engine is waited for.
const STOP_TAKES: Duration = Duration::from_secs(15 * 60);

/// The stops, kills and removals that the end of the audit record `path` holds; none where there is no record yet. One
/// without a result counts: hubdeck was killed while the engine carried it out. Lines that cannot
/// be read are skipped.
///
/// # Errors
/// One sentence when the record is there and cannot be read.
pub fn recorded_stops(path: &Path) -> Result<Vec<RecordedStop>, String> {
    let lines = recorded(path)?;
    let mut stops = Vec::new();
    let mut begun: BTreeMap<(String, usize), RecordedStop> = BTreeMap::new();
    for line in lines.into_iter().filter(PastLine::ends) {
        let instance = InstanceId::new(&line.call.container_id);
        match line.event {
            PastEvent::Intent => {
                let ended_at = line.time.checked_add(STOP_TAKES).unwrap_or(Timestamp::MAX);
                let stop = RecordedStop {
                    instance,
                    began_at: line.time,
                    ended_at,
                };
                begun.insert((line.correlation, line.step), stop);
            }
            PastEvent::Result => {
                begun.remove(&(line.correlation, line.step));
                let began_at = line
                    .time
                    .checked_sub(Duration::from_millis(line.duration_ms));
                if let (Ok(began_at), "succeeded") = (began_at, line.result.as_str()) {
                    stops.push(RecordedStop {
                        instance,
                        began_at,
                        ended_at: line.time,
                    });
                }
            }
            PastEvent::Accepted
            | PastEvent::Kept
            | PastEvent::Ended
            | PastEvent::Interrupted
            | PastEvent::HealingStopped => {}
        }
    }
    stops.extend(begun.into_values());
    Ok(stops)
}

/// The restarts that the end of the audit record `path` holds and that succeeded, latest last; none
/// where there is no record yet.
///
/// # Errors
/// One sentence when the record is there and cannot be read.
pub fn recorded_restarts(path: &Path) -> Result<Vec<RecordedRestart>, String> {
    let restart = |line: PastLine| {
        let is_restart = line.event == PastEvent::Result
            && line.call.operation == OperationKind::Restart.id()
            && line.result == "succeeded";
        is_restart.then(|| RecordedRestart {
            service: ServiceId::new(&line.call.target),
            took: Duration::from_millis(line.duration_ms),
        })
    };
    Ok(recorded(path)?.into_iter().filter_map(restart).collect())
}

/// The lines at the end of the record `path`; none where there is none yet.
pub(super) fn recorded(path: &Path) -> Result<Vec<PastLine>, String> {
    let lines = regular(path)
        .and_then(|()| File::open(path))
        .and_then(|mut file| read(&mut file));
    match lines {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        lines => lines.map_err(|error| unreadable(path, &error)),
    }
}

/// The operations that were under way when earlier runs ended, by the audit record `path`. Each is
/// reported once: a line that records this is added to the audit record at `now`. One that another
/// run of hubdeck carries out now is none of them.
///
/// # Errors
/// One sentence when the record is there and cannot be read.
pub fn interrupted(path: &Path, now: Timestamp) -> Result<Vec<InterruptedOperation>, String> {
    let mut file = match regular(path).and_then(|()| open(path)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(path, &error)),
    };
    // Of two runs that start at once one reports.
    let _gate = claims::hold(path);
    let lines = read(&mut file).map_err(|error| unreadable(path, &error))?;
    let mut found = unfinished(&lines);
    found.retain(|(correlation, _)| !claims::is_claimed(path, correlation));
    if let Err(error) = close(
        &mut file,
        found.iter().map(|(correlation, _)| *correlation),
        now,
    ) {
        tracing::warn!(
            "cannot record in {} what was interrupted: {error}",
            path.display()
        );
    }
    Ok(found.into_iter().map(|(_, operation)| operation).collect())
}

/// Operations that were accepted and have no end, with their correlation ids.
fn unfinished(lines: &[PastLine]) -> Vec<(&str, InterruptedOperation)> {
    let of = |line: &PastLine, event: PastEvent, correlation: &str| {
        line.event == event && line.correlation == correlation
    };
    let accepted = lines
        .iter()
        .filter(|line| line.event == PastEvent::Accepted);
    let open = accepted.filter(|line| {
        let closes = |each: &PastLine| {
            of(each, PastEvent::Ended, &line.correlation)
                || of(each, PastEvent::Interrupted, &line.correlation)
        };
        !lines.iter().any(closes)
    });
    open.map(|line| {
        let recorded = |event: PastEvent, step: usize| {
            let mut lines = lines.iter();
            lines.find(|each| each.step == step && of(each, event, &line.correlation))
        };
        (line.correlation.as_str(), interrupted_at(line, recorded))
    })
    .collect()
}

/// The operation that `line` began; `recorded` is the line of an event of a step.
fn interrupted_at<'l>(
    line: &PastLine,
    recorded: impl Fn(PastEvent, usize) -> Option<&'l PastLine>,
) -> InterruptedOperation {
    let (mut unknown, mut not_begun) = (Vec::new(), Vec::new());
    for (index, step) in line.steps.iter().enumerate() {
        let call = InterruptedCall {
            verb: step.operation.clone(),
            name: step.container.clone(),
            instance: InstanceId::new(&step.container_id),
            kept_as: recorded(PastEvent::Kept, index).and_then(|line| line.call.kept_as.clone()),
        };
        match (
            recorded(PastEvent::Intent, index).is_some(),
            recorded(PastEvent::Result, index).is_some(),
        ) {
            (_, true) => {}
            (true, false) => unknown.push(call),
            (false, false) => not_begun.push(call.to_string()),
        }
    }
    InterruptedOperation {
        began_at: line.time,
        verb: line.call.operation.clone(),
        targets: line.targets.clone(),
        unknown,
        not_begun,
    }
}

/// Adds the lines that close interrupted operations.
fn close<'a>(
    file: &mut File,
    correlations: impl Iterator<Item = &'a str>,
    now: Timestamp,
) -> io::Result<()> {
    let mut text = String::new();
    for correlation in correlations {
        let line = json!({ "time": now, "event": "interrupted", "correlation": correlation });
        text.push_str(&format!("{line}\n"));
    }
    if text.is_empty() {
        return Ok(());
    }
    if last_byte(file)? != b'\n' {
        text.insert(0, '\n');
    }
    file.write_all(text.as_bytes())?;
    file.sync_data()
}

/// The lines at the end of the record that can be read.
fn read(file: &mut File) -> io::Result<Vec<PastLine>> {
    let start = file.metadata()?.len().saturating_sub(END_BYTES);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(END_BYTES).read_to_end(&mut bytes)?;
    let lines = bytes.split(|byte| *byte == b'\n');
    Ok(lines
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect())
}

/// What cannot be written to can be read all the same.
fn open(path: &Path) -> io::Result<File> {
    File::options()
        .read(true)
        .append(true)
        .open(path)
        .or_else(|_| File::open(path))
}
