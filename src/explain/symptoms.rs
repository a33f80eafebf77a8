//! What is known of a service in trouble, gathered for the diagnoses: what each witness says, and
//! what holds.

use crate::explain::diagnosis::{Condition, Place, Said, Symptoms};
use crate::explain::{blame, checks, sentence};
use crate::model::{
    Contact, DockerStatus, HealthState, InstanceFacts, InstanceState, Layer, LogLine, Overlay,
    Provenance, Service, SignedDuration, Snapshot, Timestamp,
};

/// The last words of a process: lines so long before its end.
const LAST_WORDS: SignedDuration = SignedDuration::from_secs(5);
/// Lines after an end belong to it for so long: the engine's record of the end comes before its
/// last lines.
const SLACK: SignedDuration = SignedDuration::from_secs(2);
/// A run longer than this had started well.
const START: SignedDuration = SignedDuration::from_secs(60);
/// Before the change of a running service its log may tell of it for so long.
const BEFORE: SignedDuration = SignedDuration::from_secs(60);
/// Time between two checks where the engine does not tell it: Docker's default.
const INTERVAL: SignedDuration = SignedDuration::from_secs(30);

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
    let symptoms = Symptoms {
        exit_code: ended.and_then(|facts| facts.exit_code),
        out_of_memory: ended.is_some_and(|facts| facts.oom_killed),
        engine: facts.map_or("", |facts| {
            if cut_off(facts) {
                sentence::CUT_OFF
            } else {
                &facts.error
            }
        }),
        probe: probe.map_or("", |probe| &probe.message),
        log: lines(service)
            .filter_map(|line| said(line, run.as_ref()))
            .collect(),
        conditions: conditions(service, snapshot, facts, run.as_ref(), &check),
        check,
    };
    // Stopped on purpose: the signal that did it is no trouble.
    let on_purpose = health.state == HealthState::Stopped && symptoms.engine.is_empty();
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
        .checked_sub(blame::BEFORE)
        .unwrap_or(service.health.since);
    let words = service
        .last_words
        .iter()
        .flat_map(|words| words.lines.iter());
    words.filter(move |line| !line.text.trim().is_empty() && line.at.is_none_or(|at| at >= from))
}

/// What the failing healthcheck wrote, of the first program that said something.
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

/// The run of a process that fails or failed.
struct Run {
    /// When it began; `None` where only its end is known.
    begin: Option<Timestamp>,
    /// When it ended; `None` while it runs.
    end: Option<Timestamp>,
    /// The last success of a check or probe in it.
    success: Option<Timestamp>,
    /// Since when the service fails.
    since: Timestamp,
    /// Whether the engine could not start it at all: what its log holds is of another run.
    unstarted: bool,
}

impl Run {
    fn of(facts: &InstanceFacts, service: &Service) -> Self {
        // Just started again in a loop: what tells why is the end of the run before.
        let looping = facts.is_running() && service.health.has(Overlay::Restarting);
        let end = facts.finished_at.filter(|_| has_ended(facts) || looping);
        let begin = facts
            .started_at
            .filter(|begin| end.is_none_or(|end| *begin <= end));
        // What succeeded after the change for the worse does not tell of a time before it.
        let change = end.unwrap_or(service.health.since);
        let all = successes(facts, service)
            .into_iter()
            .flatten()
            .filter(|at| *at <= change);
        let success = all
            .filter(|at| begin.is_none_or(|begin| *at >= begin))
            .max();
        Self {
            begin,
            end,
            success,
            since: service.health.since,
            unstarted: !facts.error.is_empty() && !facts.is_running(),
        }
    }

    fn place(&self, at: Timestamp) -> Option<Place> {
        let earlier = |at: Timestamp, by: SignedDuration| at.checked_sub(by).unwrap_or(at);
        if self
            .end
            .is_some_and(|end| at > end.checked_add(SLACK).unwrap_or(end))
        {
            return None;
        }
        if self.unstarted || self.begin.is_some_and(|begin| at < earlier(begin, SLACK)) {
            return Some(Place::Earlier);
        }
        if self.success.is_some_and(|success| at <= success) {
            return Some(Place::WhileItWorked);
        }
        let near = match self.end {
            Some(end) => at >= earlier(end, LAST_WORDS),
            None => self.success.is_some() || at >= earlier(self.since, BEFORE),
        };
        Some(if near { Place::Near } else { Place::Earlier })
    }
}

fn said<'a>(line: &'a LogLine, run: Option<&Run>) -> Option<Said<'a>> {
    let place = match (line.at, run) {
        (Some(at), Some(run)) => run.place(at)?,
        _ => Place::Near,
    };
    Some(Said {
        text: &line.text,
        at: line.at,
        place,
    })
}

/// When checks and probes of the container succeeded for the last time.
fn successes(facts: &InstanceFacts, service: &Service) -> [Option<Timestamp>; 2] {
    let created = facts.created_at.unwrap_or(Timestamp::MIN);
    let probes = service
        .probe_log
        .iter()
        .filter(|result| result.outcome.works());
    let probed = probes
        .map(|result| result.checked_at)
        .filter(|at| *at >= created)
        .max();
    [check_success(facts), probed]
}

/// When its healthcheck succeeded for the last time; where Docker's record is too short, by the
/// length of its failing streak: a streak that began long after the start followed a success.
fn check_success(facts: &InstanceFacts) -> Option<Timestamp> {
    let log = &facts.health_log;
    let seen = log
        .iter()
        .filter(|result| result.exit_code == 0)
        .map(|result| result.at)
        .max();
    let now = facts.docker.checked_at.filter(|_| {
        facts.docker.status == DockerStatus::Healthy && facts.docker.failing_streak == 0
    });
    seen.max(now).or_else(|| before_streak(facts))
}

fn before_streak(facts: &InstanceFacts) -> Option<Timestamp> {
    let streak = i64::from(facts.docker.failing_streak);
    let (first, last) = (facts.health_log.first()?, facts.health_log.last()?);
    let known = i64::try_from(facts.health_log.len()).ok()?;
    let began = if streak <= known {
        facts
            .health_log
            .get(usize::try_from(known - streak).ok()?)?
            .at
    } else {
        let each = last
            .at
            .duration_since(first.at)
            .checked_div(i32::try_from(known - 1).ok()?.max(1))?;
        last.at
            .checked_sub(each.checked_mul(i32::try_from(streak - 1).ok()?)?)
            .ok()?
    };
    let signed = |duration| SignedDuration::try_from(duration).unwrap_or(INTERVAL);
    let check = facts.healthcheck.as_ref();
    let interval = check
        .and_then(|check| check.interval)
        .map_or(INTERVAL, signed);
    let quiet = check
        .and_then(|check| check.start_period)
        .map_or(SignedDuration::ZERO, signed);
    // A check that ran into its time limit began that much earlier.
    let success = began
        .checked_sub(interval + time_limit(&last.output))
        .ok()?;
    let start = facts.started_at?.checked_add(quiet.max(interval)).ok()?;
    (streak > 0 && success > start).then_some(success)
}

/// The limit that Docker tells of a check that took too long.
fn time_limit(output: &str) -> SignedDuration {
    let told = output
        .split_once("exceeded timeout (")
        .and_then(|(_, rest)| rest.split(')').next());
    told.and_then(|told| told.parse().ok())
        .unwrap_or(SignedDuration::ZERO)
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
    let status = answered.and_then(|probe| probe.message.get(..3)?.parse::<u16>().ok());
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
