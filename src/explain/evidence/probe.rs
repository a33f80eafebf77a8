//! The results of our own probe.

use crate::explain::{certificate, finding};
use crate::model::{Contact, Evidence, EvidenceSource, ProbeOutcome, ProbeVerdict};

use super::{View, piece};

pub(super) fn probe(view: &View<'_>, all: &mut Vec<Evidence>) {
    let service = view.service;
    let Some(verdict) = &service.health.probe else {
        return;
    };
    let worked = service
        .probe_log
        .iter()
        .rev()
        .find(|result| result.outcome.works());
    if let Some(last) = worked.filter(|_| !verdict.success) {
        let text = format!("worked for the last time: {}", finding(&last.finding));
        all.push(piece(EvidenceSource::Probe, Some(last.checked_at), &text));
    }
    let verb = if verdict.success { "works" } else { "fails" };
    // An answer, also a bad one, is never excused.
    let guess = match verdict.contact {
        _ if verdict.counts || verdict.success => "",
        contact if contact.is_answer() => "",
        Contact::Unreachable => "; it cannot be reached from here, so that it does not count",
        _ => "; guessed target, never succeeded: ignored",
    };
    let text = format!(
        "{verb}: {} ({} {}){guess}",
        finding(&verdict.finding),
        verdict.kind.id(),
        verdict.target
    );
    all.push(piece(
        EvidenceSource::Probe,
        Some(verdict.checked_at),
        &text,
    ));
    let warns = service
        .probe_log
        .back()
        .is_some_and(|last| last.outcome != ProbeOutcome::Success);
    if !verdict.success || warns {
        let parts = certificate_line(verdict, view)
            .into_iter()
            // Of a probe that got no answer in time the finding names the part that did not end.
            .chain(slowest(verdict).filter(|_| !verdict.finding.is_silence()));
        all.extend(parts.map(|text| piece(EvidenceSource::Probe, Some(verdict.checked_at), &text)));
    }
}

/// How long the certificate still holds.
fn certificate_line(verdict: &ProbeVerdict, view: &View<'_>) -> Option<String> {
    let until = verdict.certificate_until?;
    let words = certificate::words(until.duration_since(view.snapshot.taken_at));
    Some(format!(
        "{words} ({})",
        until.to_zoned(view.zone.clone()).date()
    ))
}

/// The part of the probe that took longest.
fn slowest(verdict: &ProbeVerdict) -> Option<String> {
    let (name, ms) = verdict
        .phases
        .as_ref()?
        .parts()
        .max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    let time = match ms {
        ..10.0 => format!("{ms:.1} ms"),
        ..1_000.0 => format!("{ms:.0} ms"),
        _ => format!("{:.1} s", ms / 1_000.0),
    };
    Some(format!("its slowest part: {name}, {time}"))
}
