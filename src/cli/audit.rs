//! `hubdeck audit`: the operations in the audit record, with their steps.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::config::Settings;
use crate::config::arguments::AuditArgs;
use crate::model::text::{clean, one_line};
use crate::model::words::seconds;
use crate::model::{
    AuditHistory, RecordedLine, RecordedOperation, RecordedResult, RecordedStep, ServiceId,
    Timestamp, kept_words,
};

use super::charset::charset;
use super::output::{print, print_error, print_text};
use super::{CommandError, ExitStatus};

/// Services that a row names.
const NAMED: usize = 3;
/// Characters of a line that cannot be read.
const SHOWN_OF_UNREADABLE: usize = 120;

/// Prints what `args` leave of `history`; lines that cannot be read go to standard error.
///
/// # Errors
/// A time that no calendar has, or standard output that cannot be written to.
pub fn run(
    history: &AuditHistory,
    args: &AuditArgs,
    settings: &Settings,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<ExitStatus, CommandError> {
    let unknown = CommandError::Moment("--since");
    let since = args.since.map(|argument| argument.resolve(now, zone));
    let since = since.map(|at| at.ok_or(unknown)).transpose()?;
    let wanted = wanted(history, since, &args.services);
    for line in history.lines.iter().filter(|it| it.operation.is_none()) {
        print_error(&unreadable(line));
    }
    if wanted.is_empty() {
        print_error("the audit record has no such operation");
    }
    if args.json {
        return print(&lines(history, &wanted));
    }
    let text = text(history, &wanted, args.verbose, zone);
    print_text(&text, charset(settings))
}

/// The operations that went on since `since` and have one of `services`, by their index.
#[must_use]
pub fn wanted(
    history: &AuditHistory,
    since: Option<Timestamp>,
    services: &[String],
) -> BTreeSet<usize> {
    let is_named = |id: &ServiceId| services.iter().any(|name| is_called(id, name));
    let is_wanted = |operation: &RecordedOperation| {
        let is_late = since.is_none_or(|since| operation.last_at >= since);
        is_late && (services.is_empty() || operation.services().any(is_named))
    };
    let operations = history.operations.iter().enumerate();
    operations
        .filter(|(_, operation)| is_wanted(operation))
        .map(|(index, _)| index)
        .collect()
}

/// Whether `name` is the id of the service, or its name in its stack.
fn is_called(id: &ServiceId, name: &str) -> bool {
    let own = id.as_str().rsplit_once('/').map(|(_, own)| own);
    id.as_str() == name || own == Some(name)
}

/// The lines of the `wanted` operations as they are in the record.
#[must_use]
pub fn lines(history: &AuditHistory, wanted: &BTreeSet<usize>) -> String {
    let is_wanted = |line: &&RecordedLine| line.operation.is_some_and(|it| wanted.contains(&it));
    let lines = history.lines.iter().filter(is_wanted);
    lines.map(|line| format!("{}\n", line.text)).collect()
}

/// A row for each of the `wanted` operations, with one for each of its steps below; `verbose` also with
/// the commands and calls of each.
#[must_use]
pub fn text(
    history: &AuditHistory,
    wanted: &BTreeSet<usize>,
    verbose: bool,
    zone: &TimeZone,
) -> String {
    let mut text = String::new();
    let operations = history.operations.iter().enumerate();
    for (_, operation) in operations.filter(|(index, _)| wanted.contains(index)) {
        let _infallible = writeln!(text, "{}", row(operation, zone));
        for step in &operation.steps {
            let _infallible = writeln!(text, "  {}", step_row(step, operation.result));
            // Nobody knows what became of it: it may be there still.
            if let Some(kept) = step.kept_as.as_ref().filter(|_| step.result.is_none()) {
                let words = clean(&kept_words(&step.name, kept));
                let _infallible = writeln!(text, "    {words}");
            }
            for line in calls(step).filter(|_| verbose) {
                let _infallible = writeln!(text, "    {}", clean(&line));
            }
        }
    }
    text
}

/// The command of a step, and what the engine was called with and answered.
fn calls(step: &RecordedStep) -> impl Iterator<Item = String> {
    let calls = step.calls.iter();
    let calls = calls.map(|call| format!("{}  {}", call.call, call.answer_words()));
    step.command.iter().cloned().chain(calls)
}

/// `2026-03-28 14:02:11  cli uid:1000  restart hub/db  succeeded in 4.3 s`.
fn row(operation: &RecordedOperation, zone: &TimeZone) -> String {
    let at = operation.began_at.to_zoned(zone.clone());
    let by = match operation.source.as_str() {
        source if source == operation.principal => source.to_owned(),
        source => format!("{source} {}", operation.principal),
    };
    let took = operation.last_at.duration_since(operation.began_at);
    let took = seconds(Duration::try_from(took).unwrap_or_default());
    let result = operation.result.words();
    let how = match operation.result {
        // A command in a container has run, whatever it exited with.
        RecordedResult::Succeeded if operation.exit_code.is_some_and(|code| code != 0) => {
            let code = operation.exit_code.unwrap_or_default();
            format!("exited with code {code} after {took}")
        }
        RecordedResult::Succeeded => format!("{result} in {took}"),
        RecordedResult::Failed | RecordedResult::Cancelled => format!("{result} after {took}"),
        RecordedResult::Interrupted | RecordedResult::UnderWay => result.to_owned(),
    };
    let along = if operation.with_dependents {
        " with dependents"
    } else {
        ""
    };
    let command = operation.command.as_ref();
    let command = command.map_or_else(String::new, |command| format!(": {command}"));
    let why = operation.error.as_ref().or(operation.reason.as_ref());
    let why = why.map_or_else(String::new, |why| format!(": {why}"));
    clean(&format!(
        "{}  {}  {} {}{along}{command}  {how}{why}",
        at.strftime("%Y-%m-%d %H:%M:%S"),
        by.trim(),
        operation.verb,
        targets(&operation.targets),
    ))
}

/// "hub/db", "hub/db, hub/api, hub/web and 3 more".
fn targets(ids: &[ServiceId]) -> String {
    let names: Vec<&str> = ids.iter().take(NAMED).map(ServiceId::as_str).collect();
    match ids.len().saturating_sub(NAMED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// `restart hub-db-1  succeeded in 2.1 s`; a step without a result by what its operation is.
fn step_row(step: &RecordedStep, result: RecordedResult) -> String {
    let took = seconds(step.took);
    let why = step.why.as_ref();
    let why = why.map_or_else(String::new, |why| format!(": {why}"));
    let how = match step.result.as_deref() {
        Some("succeeded") => format!("succeeded in {took}"),
        Some("unverified") => "done, health not checked".to_owned(),
        Some("skipped") => "not begun".to_owned(),
        Some(other) => format!("{other} after {took}"),
        None if !step.begun => "not begun".to_owned(),
        None if result == RecordedResult::UnderWay => "in progress".to_owned(),
        None => "outcome unknown".to_owned(),
    };
    clean(&format!("{} {}  {how}{why}", step.verb, step.name))
}

/// What is said of a line that cannot be read.
fn unreadable(line: &RecordedLine) -> String {
    let text = one_line(&line.text, SHOWN_OF_UNREADABLE);
    let number = line.number;
    format!("line {number} of the audit record cannot be read: {text}")
}
