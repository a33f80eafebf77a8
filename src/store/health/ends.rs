//! How a process ended, and what that means.

use std::time::Duration;

use super::{HealthInput, Judgement, later};
use crate::model::{
    HealthState, InstanceFacts, NotStarted, Overlay, ProcessEnd, Reason, RestartPolicy, Timestamp,
};

/// How long something that was asked to stop may be missed: a restart takes it away for a moment.
const RESTART: Duration = Duration::from_secs(3);

/// How the end of a process was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::store) enum End {
    /// Only the engine's record of it.
    #[default]
    Unseen,
    /// Asked for: a stop signal came before it, or the engine reported a stop after it.
    Asked,
    /// Not asked for.
    Unasked,
}

/// What an end means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Ending {
    /// A one-shot did its work.
    Completed,
    /// Somebody stopped it.
    OnPurpose,
    /// It died.
    Unexpected,
}

/// What the end of a container's process means, where nothing misses it.
///
/// `awaited`: a service waits for its completion. `server`: its image is a server, which does not
/// complete by itself.
pub(in crate::store) fn ending(
    facts: &InstanceFacts,
    end: End,
    awaited: bool,
    server: bool,
) -> Ending {
    let clean = facts.exit_code == Some(0);
    if clean && awaited {
        return Ending::Completed;
    }
    let restarts = facts.restart_policy.restarts_always();
    match end {
        End::Asked => Ending::OnPurpose,
        // The kernel killed a process in it, but not the one that ended well.
        _ if facts.oom_killed && !clean => Ending::Unexpected,
        _ if clean && !restarts && !server => Ending::Completed,
        End::Unasked => Ending::Unexpected,
        // SIGINT and SIGTERM are what people and engines stop processes with. SIGKILL follows where
        // that takes too long; the engine starts these again unless somebody stopped them.
        End::Unseen if is_stop_code(facts.exit_code) => Ending::OnPurpose,
        End::Unseen if facts.exit_code == Some(137) && would_restart(facts) => Ending::OnPurpose,
        End::Unseen => Ending::Unexpected,
    }
}

/// Whether the engine would have started it again, had it failed by itself.
fn would_restart(facts: &InstanceFacts) -> bool {
    let tries = facts.restart_policy == RestartPolicy::OnFailure && facts.restarts == 0;
    facts.error.is_empty() && (tries || facts.restart_policy.restarts_always())
}

/// Whether an exit code is one that a stop leaves.
const fn is_stop_code(code: Option<i64>) -> bool {
    matches!(code, Some(0 | 130 | 143))
}

/// When the process ended last; a time before the last start is of another run.
pub(super) fn ended_at(facts: &InstanceFacts) -> Option<Timestamp> {
    facts
        .finished_at
        .filter(|end| facts.started_at.is_none_or(|start| *end >= start))
}

/// Judges a container that was made and never started.
pub(super) fn created(input: &HealthInput) -> Judgement {
    let facts = input.facts;
    if !facts.error.is_empty() {
        let error = facts.error.clone();
        return Judgement::new(HealthState::Unhealthy, Reason::CannotStart { error })
            .dated(facts.created_at);
    }
    // Compose makes containers first and starts each when what it needs is there.
    let patience = later(
        facts.created_at.unwrap_or(input.first_seen),
        input.policy.start_period,
    );
    if input.now < patience {
        return Judgement::new(HealthState::Starting, Reason::NotStarted(NotStarted::Yet))
            .dated(facts.created_at)
            .until(patience);
    }
    if !facts.inspected && input.expected.details && !input.missed {
        return Judgement::new(HealthState::Unknown, Reason::NotStarted(NotStarted::Unread))
            .dated(facts.created_at);
    }
    let state = if input.missed {
        HealthState::Unhealthy
    } else {
        HealthState::Stopped
    };
    Judgement::new(state, Reason::NotStarted(NotStarted::Never)).dated(facts.created_at)
}

/// Judges a container whose process ended.
pub(super) fn exited(input: &HealthInput) -> Judgement {
    let facts = input.facts;
    let ended = ended_at(facts);
    if let Some(judgement) = missed(input, ended) {
        return judgement.dated(ended);
    }
    // A list contains neither restart policy nor memory, on which these codes depend.
    let open =
        input.end == End::Unseen && !input.awaited && matches!(facts.exit_code, Some(0 | 137));
    if open && !facts.inspected && input.expected.details {
        return Judgement::new(HealthState::Unknown, Reason::EndUnread).dated(ended);
    }
    let ending = ending(facts, input.end, input.awaited, input.server);
    let mut judgement = by_ending(ending, input);
    let restarts = facts.restart_policy.restarts_after_failure();
    if ending == Ending::Unexpected && restarts && input.deaths >= 2 {
        judgement.overlay = Some(Overlay::Restarting);
    }
    judgement.dated(ended)
}

/// Something that runs cannot work without it: whoever ended it, and however, that is trouble.
fn missed(input: &HealthInput, ended: Option<Timestamp>) -> Option<Judgement> {
    let facts = input.facts;
    if !input.missed || (input.awaited && facts.exit_code == Some(0)) {
        return None;
    }
    let stopped = input.end != End::Unasked && is_stop_code(facts.exit_code);
    if !stopped && input.end != End::Asked {
        return Some(Judgement::new(HealthState::Unhealthy, died(facts)));
    }
    let patience = ended
        .map(|ended| later(ended, RESTART))
        .filter(|_| input.end == End::Asked);
    if let Some(patience) = patience.filter(|patience| input.now < *patience) {
        return Some(
            Judgement::new(HealthState::Stopped, Reason::Stopped { code: None }).until(patience),
        );
    }
    Some(Judgement::new(
        HealthState::Unhealthy,
        Reason::StoppedWhileNeeded {
            code: facts.exit_code,
        },
    ))
}

fn died(facts: &InstanceFacts) -> Reason {
    Reason::Exit {
        end: ProcessEnd {
            code: facts.exit_code,
            out_of_memory: facts.oom_killed,
        },
        error: facts.error.clone(),
    }
}

/// A one-shot that ended well.
const fn completed(facts: &InstanceFacts) -> Reason {
    Reason::Completed {
        out_of_memory: facts.oom_killed,
    }
}

/// A process that was stopped. Where nobody saw how, an exit code that a stop does not usually
/// leave is kept: it may have died as well.
fn stopped(code: Option<i64>, end: End) -> Reason {
    Reason::Stopped {
        code: code.filter(|code| end != End::Asked && !is_stop_code(Some(*code))),
    }
}

fn by_ending(ending: Ending, input: &HealthInput) -> Judgement {
    let facts = input.facts;
    match ending {
        Ending::Completed => Judgement::new(HealthState::Completed, completed(facts)),
        Ending::OnPurpose => {
            Judgement::new(HealthState::Stopped, stopped(facts.exit_code, input.end))
        }
        Ending::Unexpected => Judgement::new(HealthState::Unhealthy, died(facts)),
    }
}
