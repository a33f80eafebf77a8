//! What tells why, each with its source and time.

use crate::explain::{missing, sentence};
use crate::model::SortShared as _;
use crate::model::secrets::mask_text;
use crate::model::text::one_line;
use crate::model::{
    Contact, DockerStatus, EdgeKind, EventKind, Evidence, EvidenceSource, InstanceFacts,
    InstanceState, Metric, ProbeOutcome, ProbeVerdict, Service, SignedDuration, TimelineEvent,
    Timestamp, certificate_words,
};

use super::View;
use super::symptoms::lines;

/// Longest text of one piece, in characters.
const TEXT: usize = 300;
/// Log lines shown.
const LINES: usize = 12;
/// Failed healthchecks shown.
const CHECKS: usize = 3;
/// Percent of its CPU limit from which its use tells something.
const BUSY: f64 = 50.0;
/// Instances whose process is told of.
const INSTANCES: usize = 4;
/// Events shown.
const EVENTS: usize = 8;
/// How long before the change an event may have brought it about.
const BEFORE: SignedDuration = SignedDuration::from_mins(15);
/// How long after it an event still belongs to it: clocks of two machines differ.
const AFTER: SignedDuration = SignedDuration::from_secs(5);

/// All evidence, in the order of [`EvidenceSource::ALL`].
pub(super) fn all(view: &View<'_>) -> Vec<Evidence> {
    let mut all = Vec::new();
    probe(view, &mut all);
    healthcheck(view.service, &mut all);
    process(view.service, &mut all);
    resources(view.service, &mut all);
    needs(view, &mut all);
    if let Some(text) = sentence::blocks(view.blocked, view.service.stack.as_ref()) {
        all.push(piece(EvidenceSource::Impact, None, &text));
    }
    all.extend(events(view).map(|event| {
        let of = event.service.as_ref().filter(|id| **id != view.service.id);
        let of = of.map_or_else(String::new, |id| format!("{}: ", view.near(id)));
        piece(
            EvidenceSource::Timeline,
            Some(event.at),
            &format!("{of}{}", event.text),
        )
    }));
    all.extend(log(view.service));
    sorted(all)
}

/// Each source by time; what has no time comes last.
fn sorted(mut all: Vec<Evidence>) -> Vec<Evidence> {
    let lines_without_time = all
        .iter()
        .any(|each| each.source == EvidenceSource::Log && each.at.is_none());
    all.sort_shared_by_key(|each| {
        let at = each
            .at
            .filter(|_| each.source != EvidenceSource::Log || !lines_without_time);
        (each.source, at.is_none(), at)
    });
    all
}

/// The last log lines, from before the first error on where that is among those kept.
fn log(service: &Service) -> Vec<Evidence> {
    let words: Vec<_> = lines(service).collect();
    let last = words.iter().skip(words.len().saturating_sub(LINES));
    last.map(|line| piece(EvidenceSource::Log, line.at, &line.text))
        .collect()
}

fn piece(source: EvidenceSource, at: Option<Timestamp>, text: &str) -> Evidence {
    Evidence {
        source,
        at,
        text: mask_text(&one_line(text, TEXT)),
    }
}

fn probe(view: &View<'_>, all: &mut Vec<Evidence>) {
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
        let text = format!("worked for the last time: {}", last.message);
        all.push(piece(EvidenceSource::Probe, Some(last.checked_at), &text));
    }
    let verb = if verdict.success { "works" } else { "fails" };
    // An answer, also a bad one, is never excused.
    let guess = match verdict.contact {
        _ if verdict.counts || verdict.success => "",
        contact if contact.is_answer() => "",
        Contact::Unreachable => "; it cannot be reached from here, so that it does not count",
        _ => "; a guessed target that never answered, it does not count",
    };
    let text = format!(
        "{verb}: {} ({} {}){guess}",
        verdict.message,
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
        let parts = certificate(verdict, view)
            .into_iter()
            .chain(slowest(verdict));
        all.extend(parts.map(|text| piece(EvidenceSource::Probe, Some(verdict.checked_at), &text)));
    }
}

/// How long the certificate still holds.
fn certificate(verdict: &ProbeVerdict, view: &View<'_>) -> Option<String> {
    let until = verdict.certificate_until?;
    let words = certificate_words(until.duration_since(view.snapshot.taken_at));
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

fn healthcheck(service: &Service, all: &mut Vec<Evidence>) {
    let Some(docker) = service
        .health
        .docker
        .as_ref()
        .filter(|docker| docker.status != DockerStatus::None)
    else {
        return;
    };
    let text = match docker.status {
        DockerStatus::None => return,
        DockerStatus::Starting => "starting".to_owned(),
        DockerStatus::Healthy => "healthy".to_owned(),
        DockerStatus::Unhealthy => format!(
            "unhealthy, {} failed checks in a row",
            docker.failing_streak
        ),
    };
    let several = service.instances.len() > 1;
    let results = service.instances.iter().flat_map(|each| {
        each.facts
            .health_log
            .iter()
            .map(move |result| (each.facts.name.as_str(), result))
    });
    let mut failed: Vec<_> = results
        .filter(|(_, result)| result.exit_code != 0)
        .collect();
    failed.sort_shared_by_key(|(_, result)| result.at);
    for (name, result) in failed.iter().skip(failed.len().saturating_sub(CHECKS)) {
        let name = if several {
            format!("{name}: ")
        } else {
            String::new()
        };
        let text = format!(
            "{name}exit code {}: {}",
            result.exit_code,
            result.output.trim()
        );
        all.push(piece(
            EvidenceSource::Healthcheck,
            Some(result.at),
            text.trim_end_matches([':', ' ']),
        ));
    }
    if failed.is_empty()
        && docker.status == DockerStatus::Unhealthy
        && !docker.output.trim().is_empty()
    {
        all.push(piece(
            EvidenceSource::Healthcheck,
            docker.checked_at,
            &docker.output,
        ));
    }
    all.push(piece(EvidenceSource::Healthcheck, docker.checked_at, &text));
}

/// How the processes that tell something stand, those that fail first; the rest is counted.
fn process(service: &Service, all: &mut Vec<Evidence>) {
    let witness = service.witness().map(|each| &each.facts.id);
    let fails = |facts: &InstanceFacts| {
        let unhealthy =
            facts.docker.status == DockerStatus::Unhealthy || facts.docker.failing_streak > 0;
        facts.ended_badly() || unhealthy || witness == Some(&facts.id)
    };
    let alone = service.instances.len() == 1;
    let tells = |facts: &InstanceFacts| {
        alone
            || fails(facts)
            || !facts.is_running()
            || facts.restarts > 0
            || !facts.error.is_empty()
            || !facts.unread.is_empty()
    };
    let instances = || service.instances.iter().map(|instance| &*instance.facts);
    let (failing, others): (Vec<_>, Vec<_>) = instances()
        .filter(|facts| tells(facts))
        .partition(|facts| fails(facts));
    let told: Vec<_> = failing.into_iter().chain(others).take(INSTANCES).collect();
    for facts in &told {
        let (mut text, at) = process_words(facts);
        if !alone && facts.is_running() && facts.docker.status == DockerStatus::Unhealthy {
            text.push_str(", unhealthy");
        }
        all.push(piece(
            EvidenceSource::Process,
            at,
            &format!("{} {text}", facts.name),
        ));
    }
    let rest = service.instances.len() - told.len();
    let run = instances().filter(|facts| facts.is_running()).count()
        - told.iter().filter(|facts| facts.is_running()).count();
    let verb = if run == rest { " run" } else { "" };
    match (told.len(), rest) {
        (_, 0) => {}
        (0, rest) => all.push(piece(
            EvidenceSource::Process,
            None,
            &format!("all {rest} instances run"),
        )),
        (_, 1) if run == rest => {
            all.push(piece(EvidenceSource::Process, None, "1 more instance runs"))
        }
        (_, 1) => all.push(piece(EvidenceSource::Process, None, "1 more instance")),
        (_, rest) => {
            all.push(piece(
                EvidenceSource::Process,
                None,
                &format!("{rest} more instances{verb}"),
            ));
        }
    }
}

fn process_words(facts: &InstanceFacts) -> (String, Option<Timestamp>) {
    let code = facts
        .exit_code
        .map_or_else(String::new, |code| format!(" with exit code {code}"));
    let memory = match (facts.oom_killed, facts.exit_code) {
        (false, _) => "",
        (true, None | Some(137)) => ", killed for lack of memory",
        // Another process in it was killed.
        (true, Some(_)) => "; a process inside was killed for lack of memory",
    };
    let (mut text, at) = match facts.state {
        InstanceState::Running if facts.oom_killed => (
            "runs; a process inside was killed for lack of memory".to_owned(),
            facts.started_at,
        ),
        InstanceState::Running => ("runs".to_owned(), facts.started_at),
        InstanceState::Paused => ("is paused".to_owned(), facts.started_at),
        InstanceState::Created => ("was created, never started".to_owned(), facts.created_at),
        InstanceState::Removing => ("is being removed".to_owned(), None),
        InstanceState::Restarting => (
            format!("is being restarted, ended{code}{memory}"),
            facts.finished_at,
        ),
        InstanceState::Exited | InstanceState::Dead => {
            (format!("ended{code}{memory}"), facts.finished_at)
        }
        InstanceState::Unknown => ("is in a state that could not be read".to_owned(), None),
    };
    match facts.restarts {
        0 => {}
        1 => text.push_str(", 1 restart"),
        restarts => text.push_str(&format!(", {restarts} restarts")),
    }
    if !facts.error.is_empty() {
        text.push_str(&format!(
            "; the engine says: {}",
            sentence::engine_error(&facts.error)
        ));
    }
    if let Some(unread) = facts.unread.words() {
        text.push_str(&format!("; {unread}"));
    }
    (text, at)
}

fn resources(service: &Service, all: &mut Vec<Evidence>) {
    for instance in service.instances.iter().take(INSTANCES) {
        let Some(sample) = &instance.sample else {
            continue;
        };
        let limit = instance.facts.limits.memory_bytes;
        if let (Some(used), Some(limit)) =
            (sample.get(Metric::Memory), limit.filter(|limit| *limit > 0))
        {
            #[allow(clippy::cast_precision_loss)] // a percentage without decimals
            let (percent, limit) = (used / limit as f64 * 100.0, limit as f64 / 1_048_576.0);
            let text = format!(
                "{} uses {percent:.0} % of its memory limit of {limit:.0} MiB",
                instance.facts.name
            );
            all.push(piece(EvidenceSource::Resources, Some(sample.at), &text));
        }
        let cpus = instance.facts.limits.cpus.filter(|cpus| *cpus > 0.0);
        let share = sample
            .cpu_percent
            .zip(cpus)
            .map(|(percent, cpus)| (percent / cpus, cpus));
        if let Some((share, cpus)) = share.filter(|(share, _)| *share >= BUSY) {
            let text = format!(
                "{} uses {share:.0} % of its CPU limit of {cpus} cores",
                instance.facts.name
            );
            all.push(piece(EvidenceSource::Resources, Some(sample.at), &text));
        }
    }
}

/// What it needs and how that stands: everything that does not work, else that all of it works.
fn needs(view: &View<'_>, all: &mut Vec<Evidence>) {
    let edges: Vec<_> = view.snapshot.needs(&view.service.id).collect();
    let before = all.len();
    for edge in &edges {
        let Some(other) = view.snapshot.service(&edge.to) else {
            continue;
        };
        if other.health.state.is_fine() {
            continue;
        }
        let kind = if edge.kind() == EdgeKind::Hard {
            "needs"
        } else {
            "uses"
        };
        let how = format!("{} {}", edge.provenance().id(), edge.detail());
        let text = format!(
            "{kind} {} ({}): it {}",
            view.near(&edge.to),
            how.trim_end(),
            sentence::clause(other)
        );
        all.push(piece(
            EvidenceSource::Needs,
            Some(other.health.since),
            &text,
        ));
    }
    all.extend(
        missing::evidence(view.service)
            .into_iter()
            .map(|each| piece(each.source, each.at, &each.text)),
    );
    let known = edges
        .iter()
        .filter(|edge| view.snapshot.service(&edge.to).is_some());
    let ids: Vec<_> = known.map(|edge| edge.to.clone()).collect();
    if all.len() == before && !ids.is_empty() {
        let verb = if ids.len() == 1 { "works" } else { "work" };
        let text = format!(
            "{}, which it needs, {verb}",
            sentence::names(&ids, view.service.stack.as_ref())
        );
        all.push(piece(EvidenceSource::Needs, None, &text));
    }
}

/// What happened just before the change: to it, to what blocks it, to the engine, and our own
/// operations.
fn events<'a>(view: &'a View<'_>) -> impl Iterator<Item = &'a TimelineEvent> {
    let health = &view.service.health;
    let works = health.state.is_fine();
    let from = health.since.checked_sub(BEFORE).unwrap_or(health.since);
    let until = health.since.checked_add(AFTER).unwrap_or(health.since);
    let found: Vec<&TimelineEvent> = view
        .snapshot
        .timeline
        .iter()
        .map(AsRef::as_ref)
        .filter(|event| !works && event.at >= from && event.at <= until)
        .filter(|event| is_change(&event.event))
        .filter(|event| match &event.service {
            Some(id) => *id == view.service.id || health.blocked_by.contains(id),
            None => true,
        })
        .collect();
    let surplus = found.len().saturating_sub(EVENTS);
    found.into_iter().skip(surplus)
}

/// Whether an event may be a cause, and not the trouble itself.
const fn is_change(event: &EventKind) -> bool {
    !matches!(event, EventKind::Health { .. } | EventKind::Incident { .. })
}

/// The image before a deploy just before the change.
pub(super) fn image_before(view: &View<'_>) -> Option<String> {
    let deploys = events(view).filter(|event| {
        event.event == EventKind::Created && event.service.as_ref() == Some(&view.service.id)
    });
    let text = deploys.last()?.text.strip_prefix("deployed: ")?.to_owned();
    Some(text.split_once(" → ")?.0.to_owned())
}
