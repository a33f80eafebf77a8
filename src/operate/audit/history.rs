//! The whole audit record, as operations with their steps.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;
use std::time::Duration;

use crate::model::{
    AuditHistory, RecordedLine, RecordedOperation, RecordedResult, RecordedStep, ServiceId,
};
use crate::operate::claims;

use super::past_line::{PastEvent, PastLine};
use super::{regular, unreadable};

/// Steps of one operation at most: a damaged line may give any number.
const MOST_STEPS: usize = 100_000;

/// Everything in the audit record `path`; nothing where there is no record yet.
///
/// # Errors
/// One sentence when the record is there and cannot be read.
pub fn history(path: &Path) -> Result<AuditHistory, String> {
    let file = match regular(path).and_then(|()| File::open(path)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Default::default()),
        Err(error) => return Err(unreadable(path, &error)),
    };
    let mut reading = Reading::default();
    for bytes in BufReader::new(file).split(b'\n') {
        let bytes = bytes.map_err(|error| unreadable(path, &error))?;
        reading.add(&bytes);
    }
    Ok(reading.end(|correlation| claims::is_claimed(path, correlation)))
}

/// The record as far as it is read.
#[derive(Default)]
struct Reading {
    history: AuditHistory,
    /// Number of lines read.
    count: usize,
    /// The operation of each correlation id.
    known: HashMap<String, usize>,
    /// Operations without an end, with their correlation ids.
    open: HashMap<String, usize>,
}

impl Reading {
    fn add(&mut self, bytes: &[u8]) {
        self.count += 1;
        if bytes.is_empty() {
            return;
        }
        let read: Option<PastLine> = serde_json::from_slice(bytes).ok();
        let operation = read.and_then(|line| {
            let index = self.operation_of(&line)?;
            let operation = self.history.operations.get_mut(index)?;
            if fold(operation, &line) {
                self.open.remove(&line.correlation);
            }
            Some(index)
        });
        self.history.lines.push(RecordedLine {
            number: self.count,
            text: String::from_utf8_lossy(bytes).into_owned(),
            operation,
        });
    }

    /// The operation of `line`; a line without a correlation id is of an early version, which
    /// recorded one line an operation.
    fn operation_of(&mut self, line: &PastLine) -> Option<usize> {
        if let Some(index) = self.known.get(&line.correlation) {
            return Some(*index);
        }
        if line.step >= MOST_STEPS {
            return None;
        }
        let index = self.history.operations.len();
        self.history.operations.push(begun(line));
        if !line.correlation.is_empty() {
            self.known.insert(line.correlation.clone(), index);
            self.open.insert(line.correlation.clone(), index);
        }
        Some(index)
    }

    fn end(mut self, is_claimed: impl Fn(&str) -> bool) -> AuditHistory {
        for (correlation, index) in self.open {
            let operation = self.history.operations.get_mut(index);
            if let Some(operation) = operation.filter(|_| is_claimed(&correlation)) {
                operation.result = RecordedResult::UnderWay;
            }
        }
        self.history
    }
}

/// The operation that `line` is the first one of.
fn begun(line: &PastLine) -> RecordedOperation {
    let steps = line.steps.iter().map(|step| RecordedStep {
        verb: step.operation.clone(),
        service: ServiceId::new(&step.target),
        name: step.container.clone(),
        command: step.command.clone(),
        ..unknown_step()
    });
    let own = (!line.call.target.is_empty()).then(|| ServiceId::new(&line.call.target));
    let mut targets = line.targets.clone();
    // A command in a container names its service twice.
    targets.extend(own.filter(|own| !line.targets.contains(own)));
    RecordedOperation {
        began_at: line.time,
        last_at: line.time,
        principal: line.principal.clone(),
        source: line.source.clone(),
        verb: line.call.operation.clone(),
        targets,
        with_dependents: line.with_dependents,
        command: line.call.command.clone(),
        exit_code: None,
        steps: steps.collect(),
        // Until its end is found.
        result: RecordedResult::Interrupted,
        error: None,
        reason: None,
    }
}

fn end(operation: &mut RecordedOperation, line: &PastLine) {
    operation.result = result(&line.result);
    operation.error.clone_from(&line.error);
    operation.reason.clone_from(&line.reason);
    operation.exit_code = line.answer.exit_code;
}

/// Adds what `line` records; whether that is the end of the operation.
fn fold(operation: &mut RecordedOperation, line: &PastLine) -> bool {
    operation.last_at = operation.last_at.max(line.time);
    match line.event {
        PastEvent::Accepted | PastEvent::Interrupted => {}
        PastEvent::Kept => step_of(operation, line)
            .kept_as
            .clone_from(&line.call.kept_as),
        PastEvent::Intent => step_of(operation, line).begun = true,
        PastEvent::Result => {
            let step = step_of(operation, line);
            step.begun = line.result != "skipped";
            step.result = Some(line.result.clone());
            step.took = Duration::from_millis(line.duration_ms);
            step.calls.clone_from(&line.answer.calls);
            step.why = line.error.clone().or_else(|| line.reason.clone());
            if line.correlation.is_empty() {
                operation.result = result(&line.result);
                operation.error.clone_from(&line.error);
            }
        }
        PastEvent::Ended | PastEvent::HealingStopped => {
            end(operation, line);
            return true;
        }
    }
    line.event == PastEvent::Interrupted
}

/// The step that `line` is about. One that the line of the whole plan does not have, or that is of
/// an operation whose first lines are gone, is added.
fn step_of<'a>(operation: &'a mut RecordedOperation, line: &PastLine) -> &'a mut RecordedStep {
    if operation.steps.len() <= line.step {
        let index = line.step.min(MOST_STEPS);
        operation.steps.resize_with(index + 1, unknown_step);
    }
    let last = operation.steps.len() - 1;
    let step = &mut operation.steps[line.step.min(last)];
    if step.name.is_empty() {
        step.verb.clone_from(&line.call.operation);
        step.service = ServiceId::new(&line.call.target);
        step.name.clone_from(&line.call.container);
        step.command.clone_from(&line.call.command);
    }
    step
}

fn unknown_step() -> RecordedStep {
    RecordedStep {
        verb: String::new(),
        service: ServiceId::new(""),
        name: String::new(),
        begun: false,
        result: None,
        took: Duration::ZERO,
        why: None,
        kept_as: None,
        command: None,
        calls: Vec::new(),
    }
}

fn result(word: &str) -> RecordedResult {
    match word {
        "succeeded" => RecordedResult::Succeeded,
        "cancelled" => RecordedResult::Cancelled,
        _ => RecordedResult::Failed,
    }
}
