//! What is known of a service in trouble, gathered for the diagnoses: the messages of each source
//! (engine, probe, healthcheck, log) and which conditions hold.

use crate::explain::diagnosis::{Condition, LogLineAt, Place, Symptoms};
use crate::model::checks;
use crate::model::{
    Contact, DockerStatus, HealthState, InstanceFacts, InstanceState, Layer, LogLine, Overlay,
    Provenance, ReasonCode, Service, SignedDuration, Snapshot,
};
use crate::topology::unreachable_dependency;

pub(super) use run::failure_begin;
use run::{Run, successes};

mod run;

/// A run longer than this had started well.
const START: SignedDuration = SignedDuration::from_secs(60);

/// What is known of `service`; `None` where there is no trouble to explain.
pub(super) fn symptoms<'a>(service: &'a Service, snapshot: &Snapshot) -> Option<Symptoms<'a>> {
    let health = &service.health;
    if health.state.is_fine() || health.has(Overlay::Paused) {
        return None;
    }
    let facts = service.witness().map(|each| &*each.facts);
    let run = facts.map(|facts| Run::of(facts, service));
    let ended = facts.filter(|facts| has_ended(facts));
    let probe = health
        .probe
        .as_ref()
        .filter(|probe| !probe.success && (probe.counts || probe.contact == Contact::Answered));
    let check = facts.map_or_else(Vec::new, failing_check);
    let is_cut_off = facts.is_some_and(cut_off);
    let symptoms = Symptoms {
        exit_code: ended.and_then(|facts| facts.exit_code),
        out_of_memory: ended.is_some_and(|facts| facts.oom_killed),
        reason: Some(if is_cut_off {
            ReasonCode::CutOff
        } else {
            health.reason.innermost().code()
        }),
        // An error of the last start is older than the loss of the network.
        engine: facts.map_or("", |facts| if is_cut_off { "" } else { &facts.error }),
        probe: probe.map(|probe| &probe.finding),
        log: lines(service)
            .filter_map(|line| said(line, run.as_ref()))
            .collect(),
        conditions: conditions(service, snapshot, facts, run.as_ref(), &check),
        check,
    };
    // Stopped on purpose: the signal that did it is no trouble.
    let on_purpose =
        health.state == HealthState::Stopped && symptoms.engine.is_empty() && !is_cut_off;
    (!on_purpose).then_some(symptoms)
}

fn cut_off(facts: &InstanceFacts) -> bool {
    facts.is_running() && facts.is_cut_off()
}

fn has_ended(facts: &InstanceFacts) -> bool {
    facts.state.has_ended() || facts.state == InstanceState::Restarting
}

/// Its last log lines that are from around the change.
pub(super) fn lines(service: &Service) -> impl Iterator<Item = &LogLine> {
    let from = service
        .health
        .since
        .checked_sub(unreachable_dependency::BEFORE)
        .unwrap_or(service.health.since);
    let words = service
        .failure_log
        .iter()
        .flat_map(|words| words.lines.iter());
    words.filter(move |line| !line.text.trim().is_empty() && line.at.is_none_or(|at| at >= from))
}

/// What the failing healthcheck wrote, of the first program that wrote something.
fn failing_check(facts: &InstanceFacts) -> Vec<&str> {
    let docker = &facts.docker;
    let fails = docker.status == DockerStatus::Unhealthy || docker.failing_streak > 0;
    if fails && facts.is_running() {
        checks::lines(&docker.output, test(facts))
    } else {
        Vec::new()
    }
}

/// `Config.Healthcheck.Test`; empty where it is not known.
fn test(facts: &InstanceFacts) -> &[String] {
    facts
        .healthcheck
        .as_ref()
        .map_or(&[], |check| check.test.reveal())
}

/// The programs of its healthcheck, when none of them is in the image.
pub(super) fn missing_tools(facts: &InstanceFacts) -> Vec<String> {
    checks::missing_tools(&facts.docker.output, test(facts))
}

fn said<'a>(line: &'a LogLine, run: Option<&Run>) -> Option<LogLineAt<'a>> {
    let place = match (line.at, run) {
        (Some(at), Some(run)) => run.place(at)?,
        _ => Place::Near,
    };
    Some(LogLineAt {
        text: &line.text,
        at: line.at,
        place,
    })
}

fn conditions(
    service: &Service,
    snapshot: &Snapshot,
    facts: Option<&InstanceFacts>,
    run: Option<&Run>,
    check: &[&str],
) -> Vec<Condition> {
    let Some((facts, run)) = facts.zip(run) else {
        return Vec::new();
    };
    let [checked, probed] = successes(facts, service);
    let lasted = run
        .begin
        .zip(run.end)
        .is_some_and(|(begin, end)| end.duration_since(begin) > START);
    [
        (Condition::NotStarted, run.unstarted),
        (Condition::Ended, !run.unstarted && run.end.is_some()),
        (Condition::Running, facts.is_running() && run.end.is_none()),
        (Condition::Worked, checked.or(probed).is_some()),
        (
            Condition::WorkedInThisRun,
            !run.unstarted && run.success.is_some(),
        ),
        (Condition::CheckSucceeded, checked.is_some()),
        (Condition::Lasted, lasted),
        (Condition::HttpError, http_error(service, check)),
        (
            Condition::NoTool,
            facts.is_running() && !missing_tools(facts).is_empty(),
        ),
        (Condition::Proxy, is_proxy(service, snapshot)),
    ]
    .into_iter()
    .filter_map(|(condition, holds)| holds.then_some(condition))
    .collect()
}

/// Whether our probe or the healthcheck was answered with an HTTP status of 400 or more.
fn http_error(service: &Service, check: &[&str]) -> bool {
    let answered = service
        .health
        .probe
        .as_ref()
        .filter(|probe| !probe.success && probe.contact.is_answer());
    let status = answered.and_then(|probe| probe.finding.http_status());
    status.is_some_and(|status| status >= 400) || checks::http_error(&check.join("\n")).is_some()
}

/// Whether it hands requests on: it has routes, is of an image that does, or speaks of its
/// upstream.
fn is_proxy(service: &Service, snapshot: &Snapshot) -> bool {
    let routes = snapshot.needs(&service.id).flat_map(|edge| &edge.evidence);
    let mut routes = routes.filter(|evidence| evidence.provenance == Provenance::Route);
    routes.next().is_some()
        || service
            .hint
            .as_ref()
            .is_some_and(|hint| hint.layer == Layer::Edge)
        || lines(service).any(|line| line.text.contains("upstream"))
}
