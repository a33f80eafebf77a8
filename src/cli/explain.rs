//! `hubdeck explain SERVICE`: one poll, one explanation.

use std::io::{self, Write};
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::config::Settings;
use crate::explain::explain;
use crate::explain::service_name::{self, ServiceNameError};
use crate::model::{
    Evidence, EvidenceOutcome, Explanation, HealthState, Service, Snapshot, Timestamp,
};

use super::charset::charset;
use super::output::{print, print_text};
use super::{CommandError, ExitStatus, Poller, Wanted, diagnostics};

/// How long the last words of what fails may take.
const WORDS: Duration = Duration::from_secs(3);
/// Width at which hints are wrapped.
const WIDTH: usize = 100;

/// Explains the service called `name` and gives the exit status; times for people are shown in `zone`.
///
/// # Errors
/// When there is no such service, no snapshot, or standard output cannot be written to.
pub async fn run(
    engine: &impl Poller,
    settings: &Settings,
    name: &str,
    json: bool,
    zone: &TimeZone,
) -> Result<ExitStatus, CommandError> {
    // What fails says why in its log.
    let wanted = Wanted {
        limit: WORDS,
        is_there: has_last_words,
    };
    let snapshot = engine
        .poll(Some(wanted))
        .await
        .map_err(CommandError::Poll)?;
    if !snapshot.engine.status.is_connected() {
        diagnostics::no_engine(&snapshot, settings)?;
        return Ok(ExitStatus::NoEngine);
    }
    diagnostics::known_projects(&snapshot, settings)?;
    let service = find(&snapshot, name).map_err(CommandError::Service)?;
    let mut out = Vec::new();
    if json {
        write_json(&explain(service, &snapshot, &TimeZone::UTC), &mut out)
            .map_err(CommandError::Output)?;
        print(&String::from_utf8_lossy(&out))
    } else {
        write_text(&explain(service, &snapshot, zone), zone, &mut out)
            .map_err(CommandError::Output)?;
        print_text(&String::from_utf8_lossy(&out), charset(settings))
    }
}

/// Whether the last words of everything that fails are known.
fn has_last_words(snapshot: &Snapshot) -> bool {
    snapshot.services.iter().all(|service| {
        service.health.state != HealthState::Unhealthy
            || service.instances.is_empty()
            || service.failure_log.is_some()
    })
}

/// The service with this id, or the only one with this name.
///
/// # Errors
/// One sentence with the names that are near.
pub fn find<'a>(snapshot: &'a Snapshot, name: &str) -> Result<&'a Service, String> {
    service_name::find(snapshot, name).map_err(|error| match &error {
        ServiceNameError::Unknown { near, .. } if near.is_empty() => {
            format!("{error}; `hubdeck status` lists all")
        }
        _ => error.to_string(),
    })
}

/// Writes the explanation as one JSON document and a line end.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_json(explanation: &Explanation, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, explanation)?;
    writeln!(out)
}

/// Writes the explanation for people: the sentence, the likely cause, what to try, the evidence by
/// time.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_text(
    explanation: &Explanation,
    zone: &TimeZone,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "{} is {}.", explanation.service, explanation.state)?;
    writeln!(out, "{}.", explanation.sentence)?;
    let (title, several) = match explanation.candidates.len() {
        0 | 1 => ("Likely cause", ""),
        _ => ("Likely cause, one of", "- "),
    };
    for (at, candidate) in explanation.candidates.iter().enumerate() {
        if at == 0 {
            writeln!(out, "\n{title}")?;
        }
        writeln!(out, "  {several}{}", candidate.words)?;
        for line in candidate.context.iter().chain([&candidate.evidence]) {
            writeln!(out, "  > {line}")?;
        }
        wrapped(&candidate.hint, out)?;
    }
    if !explanation.try_next.is_empty() {
        writeln!(out, "\nTry next")?;
    }
    for (number, text) in explanation.try_next.iter().enumerate() {
        writeln!(out, "  {}. {text}", number + 1)?;
    }
    if !explanation.evidence.is_empty() {
        writeln!(out, "\nEvidence")?;
    }
    explanation
        .evidence
        .iter()
        .try_for_each(|evidence| write_evidence(evidence, zone, out))
}

/// `  2026-03-28 14:02:11  probe    FAIL  connection refused  (12 times)`.
fn write_evidence(evidence: &Evidence, zone: &TimeZone, out: &mut impl Write) -> io::Result<()> {
    let at = evidence.at.map_or_else(String::new, |at| moment(at, zone));
    let outcome = match evidence.outcome {
        Some(EvidenceOutcome::Success) => "ok",
        Some(EvidenceOutcome::Failure) => "FAIL",
        None => "",
    };
    let source = evidence.source.label();
    write!(
        out,
        "  {at:<19}  {source:<7}  {outcome:<4}  {}",
        evidence.text
    )?;
    if evidence.count > 1 {
        write!(out, "  ({} times)", evidence.count)?;
    }
    match evidence.remark {
        Some(remark) => writeln!(out, "  <- {}", remark.words()),
        None => writeln!(out),
    }
}

fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

fn wrapped(text: &str, out: &mut impl Write) -> io::Result<()> {
    let mut line = String::from(" ");
    for word in text.split(' ') {
        if line.chars().count() + word.chars().count() + 1 > WIDTH {
            writeln!(out, "{line}")?;
            line = String::from(" ");
        }
        line.push(' ');
        line.push_str(word);
    }
    writeln!(out, "{line}")
}
