//! Which causes fit: every line goes to the first cause of the file that recognises it, a cause
//! that is ruled out takes its lines with it, and only the causes with the strongest evidence
//! remain.

use std::borrow::Cow;

use crate::explain::reason::CUT_OFF;
use crate::model::SortShared as _;
use crate::model::{EvidenceSource, ReasonCode};

use super::advice::Name;
use super::claim::{Claim, ClaimSource, claims, of_finding, of_reason};
use super::level::{Level, level, tells_of_error};
use super::pattern::Line;
use super::probed::foreign;
use super::symptoms::{Condition, Place, Symptoms};
use super::{Candidate, Cause, Strength};

/// Most causes that are shown beside each other.
const SHOWN: usize = 3;
/// One cause with the best evidence so far.
struct Found<'a> {
    candidate: Candidate<'a>,
    /// Place of the cause in the file.
    order: usize,
    /// Places of the first and last log line that fit; `None` where the evidence is something else.
    log: Option<(usize, usize)>,
}

impl<'a> Found<'a> {
    /// A cause whose evidence is no log line.
    const fn new(candidate: Candidate<'a>, order: usize) -> Self {
        Self {
            candidate,
            order,
            log: None,
        }
    }
}

/// The causes that the strongest evidence fits.
pub(super) fn candidates<'a>(
    causes: &'static [Cause],
    symptoms: &Symptoms<'a>,
) -> Vec<Candidate<'a>> {
    let mut all: Vec<Found<'a>> = Vec::new();
    endings(causes, symptoms, &mut all);
    lines(causes, symptoms, &mut all);
    let first_error = log(causes, symptoms, &mut all);
    drop_transient(&mut all);
    let Some(best) = all.iter().map(|found| found.candidate.strength).max() else {
        return Vec::new();
    };
    all.retain(|found| found.candidate.strength == best);
    drop_explained_by_others(&mut all);
    all.sort_shared_by_key(|found| (found.log.map_or(0, |(first, _)| first + 1), found.order));
    let before = first_error
        .and_then(|at| symptoms.log.get(..at)?.last())
        .map(|said| said.text);
    let shown = all.into_iter().take(SHOWN);
    shown
        .map(|found| with_context(found.candidate, before))
        .collect()
}

/// A candidate of the log with the line `before` the first error, where that is another one.
fn with_context<'a>(candidate: Candidate<'a>, before: Option<&'a str>) -> Candidate<'a> {
    let of_log = candidate.source == EvidenceSource::Log;
    Candidate {
        context: before.filter(|line| of_log && *line != candidate.line),
        ..candidate
    }
}

/// The causes that the end of the process alone is evidence of.
fn endings<'a>(causes: &'static [Cause], symptoms: &Symptoms<'a>, all: &mut Vec<Found<'a>>) {
    for (order, cause) in causes
        .iter()
        .enumerate()
        .filter(|(_, cause)| cause.is_possible(symptoms))
    {
        let Some(strength) = strength_of_end(cause, symptoms) else {
            continue;
        };
        let candidate = Candidate {
            cause,
            strength,
            source: EvidenceSource::Process,
            line: Cow::Borrowed(""),
            foreign: Cow::Borrowed(""),
            context: None,
            at: None,
            names: Vec::new(),
        };
        all.push(Found::new(candidate, order));
    }
}

/// How strong the way in which the process ended is as evidence of the cause.
fn strength_of_end(cause: &Cause, symptoms: &Symptoms<'_>) -> Option<Strength> {
    if cause.oom && symptoms.out_of_memory {
        return Some(Strength::Certain);
    }
    let code = symptoms.exit_code?;
    cause.exit.contains(&code).then_some(Strength::General)
}

/// The output of the engine and of the healthcheck, and what hubdeck found.
fn lines<'a>(causes: &'static [Cause], symptoms: &Symptoms<'a>, all: &mut Vec<Found<'a>>) {
    let engine = (
        ClaimSource::Engine,
        EvidenceSource::Process,
        symptoms.engine,
    );
    line(causes, symptoms, engine, all);
    facts(causes, symptoms, all);
    for text in &symptoms.check {
        let check = (ClaimSource::Check, EvidenceSource::Healthcheck, *text);
        line(causes, symptoms, check, all);
    }
}

/// The causes that one line of the engine or the healthcheck is evidence of; an empty one, of none.
fn line<'a>(
    causes: &'static [Cause],
    symptoms: &Symptoms<'a>,
    (source, shown, text): (ClaimSource, EvidenceSource, &'a str),
    all: &mut Vec<Found<'a>>,
) {
    if text.is_empty() {
        return;
    }
    let usual = match source {
        ClaimSource::Engine => Strength::Certain,
        ClaimSource::Check | ClaimSource::Log => Strength::Told,
    };
    for claim in claims(causes, &Line::new(text), source) {
        if claim.cause.is_possible(symptoms) {
            let candidate = candidate(&claim, strength_of(&claim, usual), shown, text);
            keep(Found::new(candidate, claim.order), all);
        }
    }
}

/// What hubdeck itself found: the reason of the state, and the result of our probe.
fn facts<'a>(causes: &'static [Cause], symptoms: &Symptoms<'a>, all: &mut Vec<Found<'a>>) {
    let reason = symptoms.reason.and_then(|code| {
        let claim = of_reason(causes, code)?;
        let strength = strength_of(&claim, Strength::Certain);
        let words = match code {
            ReasonCode::CutOff => CUT_OFF,
            _ => "",
        };
        let candidate = Candidate {
            foreign: Cow::Borrowed(""),
            ..candidate(&claim, strength, EvidenceSource::Process, words)
        };
        Some((claim, candidate))
    });
    let probe = symptoms.probe.and_then(|finding| {
        let claim = of_finding(causes, finding)?;
        let strength = strength_of(&claim, Strength::Told);
        let candidate = Candidate {
            line: Cow::Owned(crate::explain::finding(finding)),
            foreign: Cow::Owned(foreign(finding)),
            ..candidate(&claim, strength, EvidenceSource::Probe, "")
        };
        Some((claim, candidate))
    });
    for (claim, candidate) in [reason, probe].into_iter().flatten() {
        if claim.cause.is_possible(symptoms) {
            keep(Found::new(candidate, claim.order), all);
        }
    }
}

/// How much evidence proves that is not from the log.
const fn strength_of(claim: &Claim, usual: Strength) -> Strength {
    if claim.cause.general {
        Strength::General
    } else {
        usual
    }
}

/// The causes in the log; gives the place of the first line at the change that reports an error.
fn log<'a>(
    causes: &'static [Cause],
    symptoms: &Symptoms<'a>,
    all: &mut Vec<Found<'a>>,
) -> Option<usize> {
    let everyday = everyday(causes, symptoms);
    let mut first_error = None;
    for (at, said) in symptoms
        .log
        .iter()
        .enumerate()
        .filter(|(_, said)| said.place != Place::WhileItWorked)
    {
        let grave = level(said.text);
        let claims = claims(causes, &Line::new(said.text), ClaimSource::Log);
        let is_near = said.place == Place::Near && grave != Level::Info && grave != Level::Warning;
        if is_near && (grave >= Level::Error || !claims.is_empty() || tells_of_error(said.text)) {
            first_error = first_error.or(Some(at));
        }
        for claim in claims.iter().filter(|_| grave != Level::Info) {
            let id = claim.cause.id.as_str();
            let harmless = grave < Level::Fatal && everyday.contains(&id);
            let around = !claim.suspect || is_around(claim.cause, symptoms, at);
            let Some(strength) = strength(claim, is_near, symptoms.has(Condition::Ended)) else {
                continue;
            };
            if !harmless && around && claim.cause.is_possible(symptoms) {
                let candidate = Candidate {
                    at: said.at,
                    ..candidate(claim, strength, EvidenceSource::Log, said.text)
                };
                keep(
                    Found {
                        candidate,
                        order: claim.order,
                        log: Some((at, at)),
                    },
                    all,
                );
            }
        }
    }
    first_error
}

/// How much a log line proves; `None` when nothing.
fn strength(claim: &Claim, is_near: bool, ended: bool) -> Option<Strength> {
    match (is_near, claim.vague || claim.cause.general) {
        (true, false) => Some(Strength::Told),
        (true, true) if ended || !claim.vague => Some(Strength::General),
        (false, false) if ended => Some(Strength::Aside),
        _ => None,
    }
}

/// Whether a line shortly before the one at `at`, or that one, fits what `cause` wants around.
fn is_around(cause: &Cause, symptoms: &Symptoms<'_>, at: usize) -> bool {
    const LINES: usize = 16;
    let around = symptoms
        .log
        .iter()
        .take(at + 1)
        .skip((at + 1).saturating_sub(LINES));
    let mut lines = around.map(|said| Line::new(said.text));
    lines.any(|line| cause.around.iter().any(|pattern| pattern.is_in(&line)))
}

/// Causes that the log also contains from a time in which the service worked: what did no harm
/// then is no cause now.
fn everyday(causes: &'static [Cause], symptoms: &Symptoms<'_>) -> Vec<&'static str> {
    let harmless = symptoms
        .log
        .iter()
        .filter(|said| said.place == Place::WhileItWorked);
    let found = harmless.flat_map(|said| claims(causes, &Line::new(said.text), ClaimSource::Log));
    found.map(|claim| claim.cause.id.as_str()).collect()
}

fn candidate<'a>(
    claim: &Claim,
    strength: Strength,
    source: EvidenceSource,
    line: &'a str,
) -> Candidate<'a> {
    let names = claim.pattern.map(|pattern| pattern.names(line));
    let names = names
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((Name::of(name)?, value)))
        .collect();
    Candidate {
        cause: claim.cause,
        strength,
        source,
        line: Cow::Borrowed(line),
        foreign: Cow::Borrowed(line),
        context: None,
        at: None,
        names,
    }
}

/// Adds what was found; of several pieces of evidence for one cause the strongest is kept, of log
/// lines the latest.
fn keep<'a>(found: Found<'a>, all: &mut Vec<Found<'a>>) {
    let Some(known) = all.iter_mut().find(|known| known.order == found.order) else {
        all.push(found);
        return;
    };
    let (old, new) = (known.candidate.strength, found.candidate.strength);
    let both_log = known.log.is_some() && found.log.is_some();
    // A line is more exact than an exit code.
    if new > old || (new == old && (both_log || known.candidate.line.is_empty())) {
        let first = known.log.filter(|_| new == old).map(|(first, _)| first);
        let log = found.log.map(|(_, last)| (first.unwrap_or(last), last));
        *known = Found { log, ..found };
    }
}

/// Drops transient causes after whose last line another cause was logged.
fn drop_transient(all: &mut Vec<Found<'_>>) {
    let counts = |found: &&Found<'_>| found.candidate.strength >= Strength::General;
    let lasting = all
        .iter()
        .filter(|found| !found.candidate.cause.passing)
        .filter(counts);
    let last_logged = lasting
        .filter_map(|found| found.log)
        .map(|(_, last)| last)
        .max();
    let passed = |(_, last): (usize, usize)| last_logged.is_some_and(|said| last < said);
    all.retain(|found| !(found.candidate.cause.passing && found.log.is_some_and(passed)));
}

/// Drops the causes that another one explains.
fn drop_explained_by_others(all: &mut Vec<Found<'_>>) {
    let ids: Vec<&str> = all
        .iter()
        .map(|found| found.candidate.cause.id.as_str())
        .collect();
    all.retain(|found| {
        !found
            .candidate
            .cause
            .yields_to
            .iter()
            .any(|id| ids.contains(&id.as_str()))
    });
}
