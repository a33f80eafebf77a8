//! The health of a container whose process runs: what Docker's healthcheck and our probe say
//! together.

use crate::explain::sentence::check_error;
use crate::model::text::middle;
use crate::model::{
    Contact, DockerStatus, HealthState, InstanceFacts, ProbeOutcome, ProbeResult, Timestamp,
};
use crate::probing::ProbeHistory;

use super::dates::{failing_since, working_since};
use super::{HealthInput, Judgement, REASON_OUTPUT, later, start_period_end, unread};

/// What our probe adds to the state of a running container.
struct Opinion {
    state: HealthState,
    text: String,
    /// Since when it is in trouble.
    since: Option<Timestamp>,
}

/// Judges a container that runs.
pub(super) fn judge(input: &HealthInput) -> Judgement {
    use HealthState::{Degraded, Healthy, Unhealthy};
    let silence = input.silence();
    let opinion = input.opinion(silence);
    let judgement = match (input.facts.docker.status, opinion) {
        (DockerStatus::Unhealthy, opinion) => docker_unhealthy(input, opinion.as_ref()),
        (
            _,
            Some(Opinion {
                state: state @ (Unhealthy | Degraded),
                text,
                since,
            }),
        ) => Judgement::new(state, text).dated(earliest(since, failing_since(input.facts))),
        (DockerStatus::Healthy, opinion) => docker_healthy(input, opinion),
        (
            DockerStatus::Starting,
            Some(Opinion {
                state: Healthy,
                text,
                ..
            }),
        ) => Judgement::new(Healthy, format!("{text}; docker: starting"))
            .dated(working_since(input.facts)),
        (DockerStatus::Starting, _) => {
            Judgement::new(HealthState::Starting, "docker: starting").dated(input.facts.started_at)
        }
        (DockerStatus::None, Some(Opinion { state, text, .. })) => {
            Judgement::new(state, text).dated(started(input, state))
        }
        (DockerStatus::None, None) => unchecked(input),
    };
    // What was found by silence needs no deadline; what was heard lasts until silence begins.
    match (
        silence.filter(|silence| *silence > input.now),
        judgement.until,
    ) {
        (Some(silence), until) => {
            judgement.until(until.map_or(silence, |until| until.min(silence)))
        }
        (None, _) => judgement,
    }
}

/// Nothing tells of a time before its start at which it was otherwise.
fn started(input: &HealthInput, state: HealthState) -> Option<Timestamp> {
    input
        .facts
        .started_at
        .filter(|_| state != HealthState::Unknown)
}

fn earliest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}

/// What the first program of the failing healthcheck said.
fn check_output(facts: &InstanceFacts) -> String {
    let test = facts
        .healthcheck
        .as_ref()
        .map_or(&[] as &[String], |check| check.test.reveal());
    middle(&check_error(&facts.docker.output, test), REASON_OUTPUT)
}

fn docker_unhealthy(input: &HealthInput, opinion: Option<&Opinion>) -> Judgement {
    let docker = &input.facts.docker;
    let output = check_output(input.facts);
    let answered = || {
        input
            .probe
            .and_then(ProbeHistory::last)
            .is_some_and(|(last, _)| last.contact.is_answer())
    };
    let reason = match opinion {
        // What the service itself answers tells more than what the healthcheck's client makes of
        // it.
        Some(opinion) if opinion.state == HealthState::Unhealthy && answered() => {
            opinion.text.clone()
        }
        _ if output.is_empty() => {
            format!(
                "docker: unhealthy, {} failed checks in a row",
                docker.failing_streak
            )
        }
        _ => format!("docker: unhealthy, {output}"),
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
        let output = check_output(input.facts);
        let reason = format!(
            "docker: {} of {retries} failed checks in a row, {output}",
            docker.failing_streak
        );
        return Judgement::new(HealthState::Degraded, reason.trim_end_matches([',', ' ']))
            .dated(failing_since(input.facts));
    }
    let reason = match opinion {
        // Silence is told without saying whose.
        Some(opinion) if opinion.state == HealthState::Unknown => {
            format!("docker: healthy; probe: {}", opinion.text)
        }
        Some(opinion) => format!("docker: healthy; {}", opinion.text),
        None => match input.uncounted().map(ignored) {
            Some(words) => format!("docker: healthy; {words}"),
            None => "docker: healthy".to_owned(),
        },
    };
    Judgement::new(HealthState::Healthy, reason).dated(working_since(input.facts))
}

/// No healthcheck, and no probe result that counts.
fn unchecked(input: &HealthInput) -> Judgement {
    if let Some(unread) = unread::without_verdict(input.facts) {
        return unread;
    }
    let runs = || {
        let words = input.uncounted().map(ignored);
        let reason = words.unwrap_or_else(|| "no check".to_owned());
        Judgement::new(HealthState::Running, reason).dated(input.facts.started_at)
    };
    if !input.expected.probe {
        return runs();
    }
    if let Some(end) = start_period_end(input.facts, input.policy).filter(|end| input.now < *end) {
        let reason = match input.probe.and_then(ProbeHistory::last) {
            Some((result, _)) => format!("starting; {}", middle(&result.message, REASON_OUTPUT)),
            None => "starting; not checked yet".to_owned(),
        };
        return Judgement::new(HealthState::Starting, reason)
            .dated(input.facts.started_at)
            .until(end);
    }
    let patience = later(input.first_seen, input.policy.interval.saturating_mul(3));
    let heard = input.probe.is_some_and(|probe| probe.last().is_some());
    if !heard && input.now < patience {
        return Judgement::new(HealthState::Unknown, "not checked yet").until(patience);
    }
    runs()
}

/// Why a result does not count.
fn ignored(result: &ProbeResult) -> String {
    let message = middle(&result.message, REASON_OUTPUT);
    match result.contact {
        // It says itself that no way leads there.
        _ if result.outcome == ProbeOutcome::Inconclusive => message,
        Contact::NotAsked | Contact::NothingLeft => message,
        Contact::Unreachable | Contact::NoAnswer | Contact::Refused => {
            format!("cannot be reached from here: {message}")
        }
        Contact::OtherProtocol | Contact::WrongAnswer | Contact::Answered => {
            format!("our probe gets {message} (ignored: guessed)")
        }
    }
}

impl HealthInput<'_> {
    /// When silence of our probe begins to mean that hubdeck is blind: three intervals after the
    /// last result, but not before the engine was connected for as long; never while it is lost,
    /// nor while hubdeck says itself that it has nothing to ask with.
    fn silence(&self) -> Option<Timestamp> {
        if self
            .uncounted()
            .is_some_and(|result| result.contact == Contact::NothingLeft)
        {
            return None;
        }
        let heard = self.probe?.counted_at()?;
        let since = heard.max(self.connected_since?);
        Some(later(since, self.policy.interval.saturating_mul(3)))
    }

    /// The latest result, where it is a bad one that does not count.
    fn uncounted(&self) -> Option<&ProbeResult> {
        let (result, counts) = self.probe.and_then(ProbeHistory::last)?;
        (!counts && !result.outcome.works()).then_some(result)
    }

    fn opinion(&self, silence: Option<Timestamp>) -> Option<Opinion> {
        let probe = self.probe?;
        let state = probe.state()?;
        if silence.is_some_and(|silence| silence <= self.now) {
            let seconds = self.policy.interval.saturating_mul(3).as_secs();
            let text = format!("no result for {seconds} s");
            return Some(Opinion {
                state: HealthState::Unknown,
                text,
                since: None,
            });
        }
        let message = probe
            .last()
            .map(|(result, _)| middle(&result.message, REASON_OUTPUT));
        let message = message
            .filter(|message| !message.is_empty())
            .unwrap_or_else(|| state.id().to_owned());
        let text = match (state, probe.failures(), probe.successes()) {
            (HealthState::Unhealthy, 0, successes) if successes > 0 => {
                format!(
                    "probe: works again, {successes} of {} successes",
                    self.policy.success_threshold
                )
            }
            (_, failures, _) if failures > 1 => {
                format!("probe: {message}, {failures} failures in a row")
            }
            _ => format!("probe: {message}"),
        };
        Some(Opinion {
            state,
            text,
            since: probe.trouble_since(),
        })
    }
}
