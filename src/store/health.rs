//! The health of one container from the two verdicts, and of a service from its containers.
//!
//! A state is a function of facts: exit codes and times of the engine, Docker's health log, the
//! answers of our probe, what is needed and missing. Whether hubdeck was there when it happened
//! makes no difference, but for what only somebody who was there can know: who stopped it.

use std::time::Duration;

use crate::model::{
    DockerStatus, HealthPolicy, HealthState, InstanceFacts, InstanceState, LostNetwork, Overlay,
    PressureWarning, ProcessEnd, Reason, Timestamp,
};
use crate::probing::ProbeHistory;

mod dates;
mod ends;
mod running;
mod several;
mod unread;

pub(super) use ends::{End, Ending, ending};
pub(super) use several::{Judged, combine};

/// Deaths are looked at for this long.
pub(super) const DEATHS_FOR: Duration = Duration::from_secs(600);
/// A run shorter than this after repeated deaths is not yet proven.
const LOOP_RUN: Duration = Duration::from_secs(30);
/// From how many restarts on a container has to prove that it lasts.
const LOOP_RESTARTS: u64 = 2;

/// Everything the health of one container is judged by.
pub(super) struct HealthInput<'a> {
    /// What the engine reports.
    pub facts: &'a InstanceFacts,
    /// The results of our probe; `None` when the service is left out of probing.
    pub probe: Option<&'a ProbeHistory>,
    /// What is still likely to come.
    pub expected: ExpectedResults,
    /// How the network ended that it uses of another container.
    pub lost_network: Option<&'a LostNetwork>,
    /// How the last end of the process was seen.
    pub end: End,
    /// The exit code of the latest death that was seen; an engine forgets it with the next start.
    pub died_with: Option<i64>,
    /// Whether some service waits until this one has completed.
    pub awaited: bool,
    /// Whether it is a server by its image, which does not complete.
    pub server: bool,
    /// Whether something that runs cannot work without it, so that no end of it is fine.
    pub missed: bool,
    /// Unexpected deaths in the last ten minutes.
    pub deaths: usize,
    /// What its resources warn of, and until when at most.
    pub pressure: Option<(PressureWarning, Option<Timestamp>)>,
    /// When hubdeck first saw the container.
    pub first_seen: Timestamp,
    /// Since when the engine is connected; silence before it proves nothing. `None` while lost.
    pub connected_since: Option<Timestamp>,
    /// Thresholds.
    pub policy: &'a HealthPolicy,
    /// The time.
    pub now: Timestamp,
}

/// What of a container is still to come.
#[derive(Clone, Copy)]
pub(super) struct ExpectedResults {
    /// A probe result.
    pub probe: bool,
    /// An inspection.
    pub details: bool,
}

/// What a look at a container or service gave.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Judgement {
    /// Base state.
    pub state: HealthState,
    /// Why.
    pub reason: Reason,
    /// A condition beside it.
    pub overlay: Option<Overlay>,
    /// When it became so, where the facts contain it.
    pub since: Option<Timestamp>,
    /// When time alone may change the judgement.
    pub until: Option<Timestamp>,
}

impl Judgement {
    /// A judgement that only a new observation can change.
    pub const fn new(state: HealthState, reason: Reason) -> Self {
        Self {
            state,
            reason,
            overlay: None,
            since: None,
            until: None,
        }
    }

    fn until(self, until: Timestamp) -> Self {
        Self {
            until: Some(until),
            ..self
        }
    }

    fn overlaid(self, overlay: Overlay) -> Self {
        Self {
            overlay: Some(overlay),
            ..self
        }
    }

    /// The same with the time of the fact it follows from.
    fn dated(self, since: Option<Timestamp>) -> Self {
        Self { since, ..self }
    }
}

/// `at` later by `by`; the end of time when there is no such moment.
pub(super) fn later(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// End of a container's start period: Docker's own where one is set, else the policy's.
pub(super) fn start_period_end(facts: &InstanceFacts, policy: &HealthPolicy) -> Option<Timestamp> {
    let own = facts
        .healthcheck
        .as_ref()
        .and_then(|check| check.start_period)
        .filter(|own| !own.is_zero());
    facts
        .started_at
        .map(|started| later(started, own.unwrap_or(policy.start_period)))
}

/// Judges one container.
pub(super) fn judge(input: &HealthInput) -> Judgement {
    unread::remarked(by_state(input), input.facts)
}

fn by_state(input: &HealthInput) -> Judgement {
    let facts = input.facts;
    if let Some(lost) = input.lost_network.filter(|_| facts.is_running()) {
        let reason = Reason::LostNetwork(lost.clone());
        return Judgement::new(HealthState::Unhealthy, reason).dated(lost.at);
    }
    match facts.state {
        InstanceState::Running if facts.is_cut_off() => {
            Judgement::new(HealthState::Unhealthy, Reason::CutOff)
        }
        InstanceState::Running => {
            looping(input).unwrap_or_else(|| pressed(input, running::judge(input)))
        }
        // The time is in the event only.
        InstanceState::Paused if input.missed => {
            Judgement::new(HealthState::Unhealthy, Reason::Paused).overlaid(Overlay::Paused)
        }
        InstanceState::Paused => {
            Judgement::new(HealthState::Stopped, Reason::Paused).overlaid(Overlay::Paused)
        }
        InstanceState::Restarting => {
            Judgement::new(HealthState::Unhealthy, restarting(input, facts.exit_code))
                .overlaid(Overlay::Restarting)
                .dated(ends::ended_at(facts))
        }
        InstanceState::Removing => Judgement::new(HealthState::Stopped, Reason::Removing),
        InstanceState::Dead => {
            Judgement::new(HealthState::Unhealthy, Reason::Dead).dated(ends::ended_at(facts))
        }
        InstanceState::Created => ends::created(input),
        InstanceState::Exited => ends::exited(input),
        InstanceState::Unknown => unread::unknown(facts),
    }
}

/// A container that its restart policy restarts; its process ended last with `code`.
fn restarting(input: &HealthInput, code: Option<i64>) -> Reason {
    Reason::Restarting {
        end: ProcessEnd {
            code,
            out_of_memory: input.facts.oom_killed,
        },
        restarts: input.facts.restarts,
        is_loop: is_loop(input),
    }
}

/// Whether the deaths of the last ten minutes are as many as the policy warns of. Where hubdeck was
/// not there all that time, the engine's count stands for those that nobody saw; that count never
/// falls, so that a single death after a month is no loop once they were all seen.
fn is_loop(input: &HealthInput) -> bool {
    let watched_since = input.connected_since.map(|at| at.max(input.first_seen));
    let saw_all = watched_since.is_some_and(|since| later(since, DEATHS_FOR) <= input.now);
    let unseen = if saw_all { 0 } else { input.facts.restarts };
    let deaths = u64::try_from(input.deaths).unwrap_or(u64::MAX);
    deaths.max(unseen) >= u64::from(input.policy.restart_warning)
}

/// Just started again after several deaths: no better than it was until it proves otherwise.
///
/// Deaths that nobody saw are counted by the engine.
fn looping(input: &HealthInput) -> Option<Judgement> {
    let facts = input.facts;
    let proven = facts.docker.status == DockerStatus::Healthy
        || matches!(
            input.probe.and_then(ProbeHistory::state),
            Some(HealthState::Healthy | HealthState::Degraded)
        );
    let until = later(facts.started_at?, LOOP_RUN);
    let again = input.deaths >= 2 || facts.restarts >= LOOP_RESTARTS;
    (again && !proven && input.now < until).then(|| {
        Judgement::new(HealthState::Unhealthy, restarting(input, input.died_with))
            .overlaid(Overlay::Restarting)
            .dated(facts.finished_at)
            .until(until)
    })
}

/// A container that works is degraded when its resources warn.
fn pressed(input: &HealthInput, judgement: Judgement) -> Judgement {
    let Some((warning, until)) = &input.pressure else {
        return judgement;
    };
    let until = judgement.until.into_iter().chain(*until).min();
    if !judgement.state.is_up() {
        return Judgement { until, ..judgement };
    }
    Judgement {
        state: HealthState::Degraded,
        reason: Reason::Pressure(*warning),
        since: None,
        until,
        ..judgement
    }
}
