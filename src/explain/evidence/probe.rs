//! The results of our own probe.

use crate::explain::{certificate, finding};
use crate::logs::skeleton;
use crate::model::{
    Contact, Evidence, EvidenceRemark, EvidenceSource, ProbeOutcome, ProbeVerdict, Service,
};

use super::{View, piece};

/// Different failures shown, the latest ones.
const FAILURES: usize = 3;

pub(super) fn probe(view: &View<'_>, all: &mut Vec<Evidence>) {
    let service = view.service;
    let Some(verdict) = &service.health.probe else {
        return;
    };
    if verdict.success {
        all.push(now(verdict).passed());
    } else {
        all.extend(last_success(service));
        all.extend(failures(service, verdict));
    }
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

/// The last success of a probe that fails now.
fn last_success(service: &Service) -> Option<Evidence> {
    let results = service.probe_log.iter().rev();
    let last = results.into_iter().find(|result| result.outcome.works())?;
    let text = finding(&last.finding);
    let found = piece(EvidenceSource::Probe, Some(last.checked_at), &text);
    Some(found.passed().remarked(Some(EvidenceRemark::LastSuccess)))
}

/// What the probe found since its last success, the same in a row once with its first time; last
/// what it finds now.
fn failures(service: &Service, verdict: &ProbeVerdict) -> Vec<Evidence> {
    let mut all: Vec<Evidence> = Vec::new();
    let results = service.probe_log.iter().rev();
    let since: Vec<_> = results
        .take_while(|result| !result.outcome.works())
        .filter(|result| result.outcome == ProbeOutcome::Failure && !result.finding.is_empty())
        .collect();
    for result in since.into_iter().rev() {
        let found = piece(
            EvidenceSource::Probe,
            Some(result.checked_at),
            &finding(&result.finding),
        );
        match all.last_mut() {
            Some(last) if skeleton(&last.text) == skeleton(&found.text) => last.count += 1,
            _ => all.push(found.failed()),
        }
    }
    let now = now(verdict).failed();
    let same = skeleton(&finding(&verdict.finding));
    match all.last_mut() {
        Some(last) if skeleton(&last.text) == same => last.text = now.text,
        _ => all.push(now),
    }
    let surplus = all.len().saturating_sub(FAILURES);
    all.split_off(surplus)
}

/// The latest result, with its target and whether it counts.
fn now(verdict: &ProbeVerdict) -> Evidence {
    // An answer, also a bad one, is never excused.
    let guess = match verdict.contact {
        _ if verdict.counts || verdict.success => "",
        contact if contact.is_answer() => "",
        Contact::Unreachable => "; unreachable from here – ignored",
        _ => "; guessed target, never succeeded – ignored",
    };
    let text = format!(
        "{} ({} {}){guess}",
        finding(&verdict.finding),
        verdict.kind.id(),
        verdict.target
    );
    piece(EvidenceSource::Probe, Some(verdict.checked_at), &text)
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

/// The phase of the probe that took longest.
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
    Some(format!("slowest phase: {name}, {time}"))
}
