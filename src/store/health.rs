//! The health of one container from the two verdicts, and of a service from its containers.

use std::time::Duration;

use crate::model::text::one_line;
use crate::model::{
    DockerStatus, HealthPolicy, HealthState, InstanceFacts, InstanceState, Overlay, ProbeOutcome, Timestamp,
};
use crate::topology::sentence::{CUT_OFF, engine_error};

use super::probes::ProbeTrack;

mod ends;
mod several;
mod unread;

pub(super) use ends::{End, Ending, ending, exit_text, stopped_text};
pub(super) use several::combine;

/// A run shorter than this after repeated deaths is part of a restart loop.
const LOOP_RUN: Duration = Duration::from_secs(30);
/// Longest output of a check inside a reason, in characters.
const REASON_OUTPUT: usize = 160;

/// Everything the health of one container is judged by.
pub(super) struct Sight<'a> {
    /// What the engine says.
    pub facts: &'a InstanceFacts,
    /// What our probe says; `None` when the service is left out of probing.
    pub probe: Option<&'a ProbeTrack>,
    /// Whether a probe result is likely to come.
    pub expects_probe: bool,
    /// How the last end of the process was seen.
    pub end: End,
    /// Whether some service waits until this one has completed.
    pub awaited: bool,
    /// Whether it is a server by its image, which does not complete.
    pub server: bool,
    /// Unexpected deaths in the last ten minutes.
    pub deaths: usize,
    /// What its resources warn of, and until when at most.
    pub pressure: Option<(String, Option<Timestamp>)>,
    /// When hubdeck first saw the container.
    pub first_seen: Timestamp,
    /// Since when the engine is connected; silence before it proves nothing. `None` while lost.
    pub connected_since: Option<Timestamp>,
    /// Thresholds.
    pub policy: &'a HealthPolicy,
    /// The time.
    pub now: Timestamp,
}

/// What a look at a container or service gave.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Judgement {
    /// Base state.
    pub state: HealthState,
    /// Why, one clause.
    pub reason: String,
    /// A condition beside it.
    pub overlay: Option<Overlay>,
    /// When it became so, where the engine tells.
    pub since: Option<Timestamp>,
    /// When time alone may change the judgement.
    pub until: Option<Timestamp>,
}

impl Judgement {
    /// A judgement that only news can change.
    pub fn new(state: HealthState, reason: impl Into<String>) -> Self {
        Self { state, reason: reason.into(), overlay: None, since: None, until: None }
    }

    fn until(self, until: Timestamp) -> Self {
        Self { until: Some(until), ..self }
    }

    fn overlaid(self, overlay: Overlay) -> Self {
        Self { overlay: Some(overlay), ..self }
    }
}

/// `at` later by `by`; the end of time when there is no such moment.
pub(super) fn later(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// End of a container's start period: Docker's own where one is set, else the policy's.
pub(super) fn start_period_end(facts: &InstanceFacts, policy: &HealthPolicy) -> Option<Timestamp> {
    let own = facts.healthcheck.as_ref().and_then(|check| check.start_period).filter(|own| !own.is_zero());
    facts.started_at.map(|started| later(started, own.unwrap_or(policy.start_period)))
}

/// Judges one container.
pub(super) fn judge(sight: &Sight) -> Judgement {
    unread::remarked(by_state(sight), sight.facts)
}

fn by_state(sight: &Sight) -> Judgement {
    let facts = sight.facts;
    match facts.state {
        InstanceState::Running if facts.is_cut_off() => Judgement::new(HealthState::Unhealthy, CUT_OFF),
        InstanceState::Running => looping(sight).unwrap_or_else(|| pressed(sight, running(sight))),
        InstanceState::Paused => Judgement::new(HealthState::Stopped, "paused").overlaid(Overlay::Paused),
        InstanceState::Restarting => {
            Judgement::new(HealthState::Unhealthy, loop_text(facts)).overlaid(Overlay::Restarting)
        }
        InstanceState::Removing => Judgement::new(HealthState::Stopped, "being removed"),
        InstanceState::Dead => {
            Judgement::new(HealthState::Unhealthy, "dead: the engine could not stop or remove it")
        }
        InstanceState::Created => created(sight),
        InstanceState::Exited => exited(sight),
        InstanceState::Unknown => unread::unknown(facts),
    }
}

fn loop_text(facts: &InstanceFacts) -> String {
    let end = exit_text(facts.exit_code, facts.oom_killed);
    match facts.restarts {
        0 => format!("restarting: {end}"),
        1 => format!("restarting: {end}, 1 restart"),
        restarts => format!("restarting: {end}, {restarts} restarts"),
    }
}

fn created(sight: &Sight) -> Judgement {
    let facts = sight.facts;
    if !facts.error.is_empty() {
        let error = one_line(engine_error(&facts.error), REASON_OUTPUT);
        return Judgement::new(HealthState::Unhealthy, format!("cannot start: {error}"));
    }
    // Compose makes containers first and starts each when what it needs is there.
    let patience = later(facts.created_at.unwrap_or(sight.first_seen), sight.policy.start_period);
    if sight.now < patience {
        return Judgement::new(HealthState::Starting, "created, not started yet").until(patience);
    }
    Judgement::new(HealthState::Stopped, "created, never started")
}

fn exited(sight: &Sight) -> Judgement {
    let facts = sight.facts;
    let ending = ending(facts, sight.end, sight.awaited, sight.server);
    let text = exit_text(facts.exit_code, facts.oom_killed);
    let mut judgement = match ending {
        Ending::Completed => Judgement::new(HealthState::Completed, "finished with exit code 0"),
        Ending::OnPurpose => Judgement::new(HealthState::Stopped, stopped_text(facts.exit_code, sight.end)),
        Ending::Unexpected if facts.error.is_empty() => Judgement::new(HealthState::Unhealthy, text),
        Ending::Unexpected => {
            let error = one_line(engine_error(&facts.error), REASON_OUTPUT);
            Judgement::new(HealthState::Unhealthy, format!("{text}: {error}"))
        }
    };
    let restarts = matches!(facts.restart_policy.as_str(), "always" | "unless-stopped" | "on-failure");
    if ending == Ending::Unexpected && restarts && sight.deaths >= 2 {
        judgement.overlay = Some(Overlay::Restarting);
    }
    judgement.since = facts.finished_at;
    judgement
}

/// Just started again after several deaths: still part of the loop until it proves otherwise.
fn looping(sight: &Sight) -> Option<Judgement> {
    let proven = sight.facts.docker.status == DockerStatus::Healthy
        || matches!(
            sight.probe.and_then(ProbeTrack::state),
            Some(HealthState::Healthy | HealthState::Degraded)
        );
    let until = later(sight.facts.started_at?, LOOP_RUN);
    (sight.deaths >= 2 && !proven && sight.now < until).then(|| {
        Judgement::new(HealthState::Unhealthy, loop_text(sight.facts))
            .overlaid(Overlay::Restarting)
            .until(until)
    })
}

/// A container that works is degraded when its resources warn.
fn pressed(sight: &Sight, judgement: Judgement) -> Judgement {
    let Some((warning, until)) = &sight.pressure else { return judgement };
    let until = judgement.until.into_iter().chain(*until).min();
    if judgement.state != HealthState::Healthy {
        return Judgement { until, ..judgement };
    }
    Judgement { state: HealthState::Degraded, reason: warning.clone(), until, ..judgement }
}

/// What our probe adds to the picture of a running container.
struct Opinion {
    state: HealthState,
    text: String,
}

fn running(sight: &Sight) -> Judgement {
    let silence = sight.silence();
    let judgement = match (sight.facts.docker.status, sight.opinion(silence)) {
        (DockerStatus::Unhealthy, _) => docker_unhealthy(sight),
        (_, Some(Opinion { state: HealthState::Unhealthy, text })) => {
            Judgement::new(HealthState::Unhealthy, text)
        }
        (_, Some(Opinion { state: HealthState::Degraded, text })) => {
            Judgement::new(HealthState::Degraded, text)
        }
        (DockerStatus::Healthy, opinion) => docker_healthy(sight, opinion),
        (DockerStatus::Starting, Some(Opinion { state: HealthState::Healthy, text })) => {
            Judgement::new(HealthState::Healthy, format!("{text}; docker: starting"))
        }
        (DockerStatus::Starting, _) => Judgement::new(HealthState::Starting, "docker: starting"),
        (DockerStatus::None, Some(Opinion { state, text })) => Judgement::new(state, text),
        (DockerStatus::None, None) => unchecked(sight),
    };
    // What was found by silence needs no deadline; what was heard lasts until silence begins.
    match (silence.filter(|silence| *silence > sight.now), judgement.until) {
        (Some(silence), until) => judgement.until(until.map_or(silence, |until| until.min(silence))),
        (None, _) => judgement,
    }
}

fn docker_unhealthy(sight: &Sight) -> Judgement {
    let docker = &sight.facts.docker;
    let output = one_line(&docker.output, REASON_OUTPUT);
    let reason = if output.is_empty() {
        format!("docker: unhealthy, {} failed checks in a row", docker.failing_streak)
    } else {
        format!("docker: unhealthy, {output}")
    };
    Judgement::new(HealthState::Unhealthy, reason)
}

fn docker_healthy(sight: &Sight, opinion: Option<Opinion>) -> Judgement {
    let docker = &sight.facts.docker;
    let retries = sight.facts.healthcheck.as_ref().and_then(|check| check.retries).unwrap_or(3);
    let probe_works = opinion.as_ref().is_some_and(|opinion| opinion.state == HealthState::Healthy);
    if docker.failing_streak > 0 && !probe_works {
        let output = one_line(&docker.output, REASON_OUTPUT);
        let reason =
            format!("docker: {} of {retries} failed checks in a row, {output}", docker.failing_streak);
        return Judgement::new(HealthState::Degraded, reason.trim_end_matches([',', ' ']));
    }
    let reason = match opinion {
        Some(opinion) if opinion.state == HealthState::Healthy => {
            format!("docker: healthy; {}", opinion.text)
        }
        Some(opinion) => format!("docker: healthy; probe: {}", opinion.text),
        None if sight.guess_fails() => "docker: healthy; our probe cannot reach it".to_owned(),
        None => "docker: healthy".to_owned(),
    };
    Judgement::new(HealthState::Healthy, reason)
}

/// No healthcheck, and no probe result that counts.
fn unchecked(sight: &Sight) -> Judgement {
    if let Some(unread) = unread::without_verdict(sight.facts) {
        return unread;
    }
    let no_check = || Judgement::new(HealthState::Healthy, "running; no check");
    if !sight.expects_probe {
        return no_check();
    }
    if let Some(end) = start_period_end(sight.facts, sight.policy).filter(|end| sight.now < *end) {
        let reason = match sight.probe.and_then(ProbeTrack::last) {
            Some((result, _)) => format!("starting; {}", one_line(&result.message, REASON_OUTPUT)),
            None => "starting; not checked yet".to_owned(),
        };
        return Judgement::new(HealthState::Starting, reason).until(end);
    }
    let patience = later(sight.first_seen, sight.policy.interval.saturating_mul(3));
    let heard = sight.probe.is_some_and(|probe| probe.last().is_some());
    if !heard && sight.now < patience {
        return Judgement::new(HealthState::Unknown, "not checked yet").until(patience);
    }
    no_check()
}

impl Sight<'_> {
    /// When silence of our probe begins to mean that hubdeck is blind: three intervals after the
    /// last result, but not before the engine was connected for as long; never while it is lost.
    fn silence(&self) -> Option<Timestamp> {
        let heard = self.probe?.heard_at()?;
        let since = heard.max(self.connected_since?);
        Some(later(since, self.policy.interval.saturating_mul(3)))
    }

    fn guess_fails(&self) -> bool {
        self.probe.and_then(ProbeTrack::last).is_some_and(|(result, counts)| {
            !counts && matches!(result.outcome, ProbeOutcome::Failure | ProbeOutcome::Starting)
        })
    }

    fn opinion(&self, silence: Option<Timestamp>) -> Option<Opinion> {
        let probe = self.probe?;
        let state = probe.state()?;
        if silence.is_some_and(|silence| silence <= self.now) {
            let seconds = self.policy.interval.saturating_mul(3).as_secs();
            return Some(Opinion { state: HealthState::Unknown, text: format!("no result for {seconds} s") });
        }
        let message = probe.last().map(|(result, _)| one_line(&result.message, REASON_OUTPUT));
        let message = message.filter(|message| !message.is_empty()).unwrap_or_else(|| state.id().to_owned());
        let text = match (state, probe.failures(), probe.successes()) {
            (HealthState::Unhealthy, 0, successes) if successes > 0 => {
                format!("probe: works again, {successes} of {} successes", self.policy.success_threshold)
            }
            (_, failures, _) if failures > 1 => format!("probe: {message}, {failures} failures in a row"),
            _ => format!("probe: {message}"),
        };
        Some(Opinion { state, text })
    }
}
