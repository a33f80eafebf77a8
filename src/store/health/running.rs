//! The health of a container whose process runs: what Docker's healthcheck and our probe say
//! together.

use crate::model::checks::first_error;
use crate::model::{
    Contact, DockerStatus, HealthState, InstanceFacts, ProbeResult, Reason, Timestamp,
};
use crate::probing::ProbeHistory;

use super::dates::{check_interval, failing_since, working_since};
use super::{HealthInput, Judgement, later, start_period_end, unread};

/// What our probe adds to the state of a running container.
struct Opinion {
    state: HealthState,
    reason: Reason,
    /// Since when it is in trouble.
    since: Option<Timestamp>,
}

/// Judges a container that runs.
pub(super) fn judge(input: &HealthInput) -> Judgement {
    use HealthState::{Degraded, Healthy, Unhealthy};
    let overdue_at = input.results_overdue_at();
    let opinion = input.opinion(overdue_at);
    let judgement = match (input.facts.docker.status, opinion) {
        (DockerStatus::Unhealthy, opinion) => docker_unhealthy(input, opinion.as_ref()),
        (
            _,
            Some(Opinion {
                state: state @ (Unhealthy | Degraded),
                reason,
                since,
            }),
        ) => Judgement::new(state, reason).dated(earliest(since, failing_since(input.facts))),
        (DockerStatus::Healthy, opinion) => docker_healthy(input, opinion),
        (
            DockerStatus::Starting,
            Some(Opinion {
                state: Healthy,
                reason,
                ..
            }),
        ) => Judgement::new(Healthy, works(Some(reason), DockerStatus::Starting))
            .dated(working_since(input.facts)),
        (DockerStatus::Starting, _) => {
            Judgement::new(HealthState::Starting, Reason::DockerStarting)
                .dated(input.facts.started_at)
        }
        (DockerStatus::None, Some(Opinion { state, reason, .. })) => {
            Judgement::new(state, reason).dated(started(input, state))
        }
        (DockerStatus::None, None) => unchecked(input),
    };
    // A state that follows from missing results needs no deadline; one that follows from a result is
    // judged again when results begin to be missing.
    match (
        overdue_at.filter(|overdue_at| *overdue_at > input.now),
        judgement.until,
    ) {
        (Some(overdue_at), until) => {
            judgement.until(until.map_or(overdue_at, |until| until.min(overdue_at)))
        }
        (None, _) => judgement,
    }
}

/// The start of the container, where nothing is known of an earlier change.
fn started(input: &HealthInput, state: HealthState) -> Option<Timestamp> {
    input
        .facts
        .started_at
        .filter(|_| state != HealthState::Unknown)
}

fn earliest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}

/// Our probe works, while Docker reports this.
fn works(probe: Option<Reason>, docker: DockerStatus) -> Reason {
    Reason::Works {
        probe: probe.map(Box::new),
        docker,
    }
}

/// The output of the first program of the failing healthcheck.
fn check_output(facts: &InstanceFacts) -> String {
    let test = facts
        .healthcheck
        .as_ref()
        .map_or(&[] as &[String], |check| check.test.reveal());
    first_error(&facts.docker.output, test)
}

/// Whether Docker's checks were interrupted, as by a pause: it reports unhealthy then until the next
/// check, although the last one passed.
fn is_interrupted(facts: &InstanceFacts) -> bool {
    let last = facts.health_log.last();
    facts.docker.failing_streak == 0 && last.is_some_and(|check| check.exit_code == 0)
}

fn docker_unhealthy(input: &HealthInput, opinion: Option<&Opinion>) -> Judgement {
    let docker = &input.facts.docker;
    let answered = || {
        input
            .probe
            .and_then(ProbeHistory::last)
            .is_some_and(|(last, _)| last.contact.is_answer())
    };
    let reason = match opinion {
        // What the service itself answers is more exact than what the healthcheck's client makes of
        // it.
        Some(opinion) if opinion.state == HealthState::Unhealthy && answered() => {
            opinion.reason.clone()
        }
        _ if is_interrupted(input.facts) => Reason::DockerInterrupted {
            works: opinion
                .filter(|opinion| opinion.state == HealthState::Healthy)
                .and_then(|opinion| opinion.reason.finding().cloned()),
            interval: check_interval(input.facts),
        },
        _ => Reason::Docker {
            output: check_output(input.facts),
            streak: docker.failing_streak,
        },
    };
    let probe = opinion
        .filter(|opinion| opinion.state.is_problem())
        .and_then(|opinion| opinion.since);
    Judgement::new(HealthState::Unhealthy, reason)
        .dated(earliest(failing_since(input.facts), probe))
}

fn docker_healthy(input: &HealthInput, opinion: Option<Opinion>) -> Judgement {
    let docker = &input.facts.docker;
    let retries = input
        .facts
        .healthcheck
        .as_ref()
        .and_then(|check| check.retries)
        .unwrap_or(3);
    if docker.failing_streak > 0 {
        let reason = Reason::DockerFailing {
            output: check_output(input.facts),
            streak: docker.failing_streak,
            retries,
        };
        return Judgement::new(HealthState::Degraded, reason).dated(failing_since(input.facts));
    }
    let beside = opinion
        .map(|opinion| opinion.reason)
        .or_else(|| input.uncounted().map(uncounted));
    let reason = works(beside, DockerStatus::Healthy);
    Judgement::new(HealthState::Healthy, reason).dated(working_since(input.facts))
}

/// No healthcheck, and no probe result that counts.
fn unchecked(input: &HealthInput) -> Judgement {
    if let Some(unread) = unread::without_verdict(input.facts) {
        return unread;
    }
    let runs = || {
        let reason = input.uncounted().map_or(Reason::NoCheck, uncounted);
        Judgement::new(HealthState::Running, reason).dated(input.facts.started_at)
    };
    if !input.expected.probe {
        return runs();
    }
    if let Some(starting) = in_start_period(input) {
        return starting;
    }
    let patience = later(input.first_seen, input.policy.interval.saturating_mul(3));
    let has_result = input.probe.is_some_and(|probe| probe.last().is_some());
    if !has_result && input.now < patience {
        return Judgement::new(HealthState::Unknown, Reason::NotChecked).until(patience);
    }
    runs()
}

/// A result that does not count.
fn uncounted(result: &ProbeResult) -> Reason {
    Reason::Uncounted {
        finding: result.finding.clone(),
        why: result.uncounted(),
    }
}

impl HealthInput<'_> {
    /// When probe results count as missing: three intervals after the last one, but not before the
    /// engine was connected for as long; never while the engine is lost or hubdeck is out of a
    /// resource.
    fn results_overdue_at(&self) -> Option<Timestamp> {
        if self
            .uncounted()
            .is_some_and(|result| result.contact == Contact::NothingLeft)
        {
            return None;
        }
        let last_result = self.probe?.counted_at()?;
        let since = last_result.max(self.connected_since?);
        Some(later(since, self.policy.interval.saturating_mul(3)))
    }

    /// The latest result, where it is a bad one that does not count.
    fn uncounted(&self) -> Option<&ProbeResult> {
        let (result, counts) = self.probe.and_then(ProbeHistory::last)?;
        (!counts && !result.outcome.works()).then_some(result)
    }

    fn opinion(&self, overdue_at: Option<Timestamp>) -> Option<Opinion> {
        let probe = self.probe?;
        let state = probe.state()?;
        if overdue_at.is_some_and(|overdue_at| overdue_at <= self.now) {
            let seconds = self.policy.interval.saturating_mul(3).as_secs();
            return Some(Opinion {
                state: HealthState::Unknown,
                reason: Reason::NoResult { seconds },
                since: None,
            });
        }
        Some(Opinion {
            state,
            reason: probe_reason(probe, state, self.policy.success_threshold),
            since: probe.trouble_since(),
        })
    }
}

fn in_start_period(input: &HealthInput) -> Option<Judgement> {
    let end = start_period_end(input.facts, input.policy).filter(|end| input.now < *end)?;
    let last = input.probe.and_then(ProbeHistory::last);
    let reason = Reason::StartPeriod {
        finding: last.map(|(result, _)| result.finding.clone()),
    };
    let starting = Judgement::new(HealthState::Starting, reason);
    Some(starting.dated(input.facts.started_at).until(end))
}

/// Why the results of `probe` give `state`.
fn probe_reason(probe: &ProbeHistory, state: HealthState, of: u32) -> Reason {
    match (state, probe.failures(), probe.successes()) {
        (HealthState::Unhealthy, 0, successes) if successes > 0 => {
            Reason::Recovering { successes, of }
        }
        (_, streak, _) => Reason::Probe {
            finding: probe.last().map(|(result, _)| result.finding.clone()),
            state,
            streak,
        },
    }
}
