//! The run of a process that fails or failed: when it began, ended, and last worked.

use std::time::Duration;

use crate::explain::diagnosis::Place;
use crate::model::{DockerStatus, InstanceFacts, Overlay, Service, SignedDuration, Timestamp};

use super::has_ended;

/// The last words of a process: lines so long before its end.
const LAST_WORDS: SignedDuration = SignedDuration::from_secs(5);

/// Lines after an end belong to it for so long: the engine's record of the end comes before its
/// last lines.
const SLACK: SignedDuration = SignedDuration::from_secs(2);

/// Before the change of a running service its log may contain the cause for so long.
const BEFORE: SignedDuration = SignedDuration::from_secs(60);

/// Time between two checks where the engine does not report it: Docker's default.
const INTERVAL: SignedDuration = SignedDuration::from_secs(30);

/// Failures in a row until unhealthy where the engine does not report them: Docker's default.
const RETRIES: u32 = 3;

/// The clocks of hubdeck and of the engine may differ by so much before times are corrected.
const CLOCKS: SignedDuration = SignedDuration::from_secs(2);

/// The run of a process that fails or failed.
pub(super) struct Run {
    /// When it began; `None` where only its end is known.
    pub begin: Option<Timestamp>,
    /// When it ended; `None` while it runs.
    pub end: Option<Timestamp>,
    /// The last success of a check or probe in it.
    pub success: Option<Timestamp>,
    /// Since when the service fails.
    since: Timestamp,
    /// Whether the engine could not start it at all: what its log holds is of another run.
    pub unstarted: bool,
}

impl Run {
    pub fn of(facts: &InstanceFacts, service: &Service) -> Self {
        // Just started again in a loop: the cause is the end of the run before.
        let looping = facts.is_running() && service.health.has(Overlay::Restarting);
        let end = facts.finished_at.filter(|_| has_ended(facts) || looping);
        let begin = facts
            .started_at
            .filter(|begin| end.is_none_or(|end| *begin <= end));
        // What succeeded after the change for the worse is no evidence of a time before it.
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

    /// Where a line from `at` stands; `None` for one of another run that began since.
    pub fn place(&self, at: Timestamp) -> Option<Place> {
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

/// From when on something may belong to the present failure of `service`: from its last success on.
/// Where its healthcheck and our probe succeeded at different times, the older one counts, as one of
/// them may not see what broke. Never further back than the healthcheck takes to notice, and at
/// least a minute: a service that logs errors all the time would show an unrelated one as the first.
pub(in crate::explain) fn failure_begin(service: &Service) -> Timestamp {
    let since = service.health.since;
    let facts = service.witness().map(|each| &*each.facts);
    let earliest = since.checked_sub(notice_time(facts)).unwrap_or(since);
    let all = facts.map_or([None, None], |facts| successes(facts, service));
    let before = all.into_iter().flatten().filter(|at| *at <= since);
    let begin = before.min().map(|at| at.checked_sub(CLOCKS).unwrap_or(at));
    begin.unwrap_or(earliest).max(earliest)
}

/// From the last success of the healthcheck until it is unhealthy.
fn notice_time(facts: Option<&InstanceFacts>) -> SignedDuration {
    let check = facts.and_then(|facts| facts.healthcheck.as_ref());
    let slow = check.and_then(|check| {
        let checks = check.retries.unwrap_or(RETRIES).checked_add(1)?;
        interval(facts?).checked_mul(i32::try_from(checks).ok()?)
    });
    slow.unwrap_or(BEFORE).max(BEFORE)
}

/// Time between two checks.
fn interval(facts: &InstanceFacts) -> SignedDuration {
    let check = facts.healthcheck.as_ref();
    check
        .and_then(|check| check.interval)
        .map_or(INTERVAL, signed)
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(INTERVAL)
}

/// When checks and probes of the container succeeded for the last time.
pub(super) fn successes(facts: &InstanceFacts, service: &Service) -> [Option<Timestamp>; 2] {
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
    let check = facts.healthcheck.as_ref();
    let interval = interval(facts);
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

/// The limit that Docker reports for a check that took too long.
fn time_limit(output: &str) -> SignedDuration {
    let told = output
        .split_once("exceeded timeout (")
        .and_then(|(_, rest)| rest.split(')').next());
    told.and_then(|told| told.parse().ok())
        .unwrap_or(SignedDuration::ZERO)
}
