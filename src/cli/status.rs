//! `hubdeck status`: one snapshot, and an exit code that says whether all is well.

use std::io::{self, Write};

use super::charset::{self, Charset, charset};
use super::{CommandError, ExitStatus, Poller, diagnostics};
use crate::config::Settings;
use crate::document::json::StatusDocument;
use crate::document::{TextForm, text};
use crate::model::{HealthState, Snapshot};

/// Prints one poll and gives the exit status.
///
/// # Errors
/// When there is no snapshot, a project or the stack is unknown, or standard output cannot be written to.
pub async fn run(
    engine: &impl Poller,
    settings: &Settings,
    json: bool,
    strict: bool,
) -> Result<ExitStatus, CommandError> {
    let snapshot = engine.poll(None).await.map_err(CommandError::Poll)?;
    let snapshot = diagnostics::in_scope(snapshot, settings)?;
    let form = charset(settings).form(TextForm::default().width);
    report(&snapshot, json, strict, form, &mut io::stdout().lock()).map_err(CommandError::Output)
}

/// The exit status for `snapshot`.
#[must_use]
pub fn exit_status(snapshot: &Snapshot, strict: bool) -> ExitStatus {
    if !snapshot.engine.status.is_connected() {
        return ExitStatus::NoEngine;
    }
    let fails = |state| match state {
        HealthState::Unhealthy => true,
        HealthState::Degraded | HealthState::Unknown | HealthState::Starting => strict,
        HealthState::Healthy
        | HealthState::Running
        | HealthState::Completed
        | HealthState::Stopped => false,
    };
    if snapshot
        .services
        .iter()
        .any(|service| fails(service.health.state))
    {
        ExitStatus::Failure
    } else {
        ExitStatus::Success
    }
}

/// Writes head, map and table of `snapshot`.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_text(snapshot: &Snapshot, form: TextForm, out: &mut impl Write) -> io::Result<()> {
    let charset = if form.ascii {
        Charset::Ascii
    } else {
        Charset::Utf8
    };
    charset::write(&text::status(snapshot, form), charset, out)
}

/// Writes `snapshot` as one JSON document and a line end.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_json(snapshot: &Snapshot, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &StatusDocument::from(snapshot))?;
    writeln!(out)
}

/// Writes `snapshot` as asked for and gives the exit status.
///
/// # Errors
/// When `out` cannot be written to; a closed pipe (`hubdeck status | head`) is not an error.
pub fn report(
    snapshot: &Snapshot,
    json: bool,
    strict: bool,
    form: TextForm,
    out: &mut impl Write,
) -> io::Result<ExitStatus> {
    let written = if json {
        write_json(snapshot, out)
    } else {
        write_text(snapshot, form, out)
    };
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(exit_status(snapshot, strict)),
    }
}
