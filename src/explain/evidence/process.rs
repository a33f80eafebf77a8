//! How the processes of the containers stand.

use crate::explain::engine_error::engine_error;
use crate::model::{
    DockerStatus, Evidence, EvidenceSource, InstanceFacts, InstanceState, Service, Timestamp,
};

use super::{INSTANCES, piece};

const MIB: u64 = 1 << 20;

/// How the processes stand that are not as usual, those that fail first; the rest is counted.
pub(super) fn process(service: &Service, all: &mut Vec<Evidence>) {
    let witness = service.witness().map(|each| &each.facts.id);
    let fails = |facts: &InstanceFacts| {
        let unhealthy =
            facts.docker.status == DockerStatus::Unhealthy || facts.docker.failing_streak > 0;
        facts.ended_badly() || unhealthy || witness == Some(&facts.id)
    };
    let alone = service.instances.len() == 1;
    let is_shown = |facts: &InstanceFacts| {
        alone
            || fails(facts)
            || !facts.is_running()
            || facts.restarts > 0
            || !facts.error.is_empty()
            || !facts.unread.is_empty()
    };
    let instances = || service.instances.iter().map(|instance| &*instance.facts);
    let (failing, others): (Vec<_>, Vec<_>) = instances()
        .filter(|facts| is_shown(facts))
        .partition(|facts| fails(facts));
    let shown: Vec<_> = failing.into_iter().chain(others).take(INSTANCES).collect();
    for facts in &shown {
        let (mut text, at) = process_words(facts);
        if !alone && facts.is_running() && facts.docker.status == DockerStatus::Unhealthy {
            text.push_str(" (unhealthy)");
        }
        let found = piece(
            EvidenceSource::Process,
            at,
            &format!("{} {text}", facts.name),
        );
        all.push(if facts.ended_badly() {
            found.failed()
        } else {
            found
        });
    }
    let rest = service.instances.len() - shown.len();
    let run = instances().filter(|facts| facts.is_running()).count()
        - shown.iter().filter(|facts| facts.is_running()).count();
    if let Some(words) = rest_words(shown.len(), rest, run == rest) {
        all.push(piece(EvidenceSource::Process, None, &words));
    }
}

/// The `rest` of the instances, beside those that are `shown`; `run` is whether all of it runs.
fn rest_words(shown: usize, rest: usize, run: bool) -> Option<String> {
    let words = match (shown, rest, run) {
        (_, 0, _) => return None,
        (0, rest, _) => format!("all {rest} replicas are running"),
        (_, 1, true) => "1 more replica is running".to_owned(),
        (_, 1, false) => "1 more replica".to_owned(),
        (_, rest, true) => format!("{rest} more replicas are running"),
        (_, rest, false) => format!("{rest} more replicas"),
    };
    Some(words)
}

/// `ended with exit code 137, OOM-killed (limit 64 MiB)`.
fn end_words(facts: &InstanceFacts) -> String {
    let code = facts
        .exit_code
        .map_or_else(String::new, |code| format!(" with exit code {code}"));
    let memory = match (facts.oom_killed, facts.exit_code) {
        (false, _) => String::new(),
        (true, None | Some(137)) => format!(", OOM-killed{}", limit(facts)),
        // Another process in it was killed.
        (true, Some(_)) => format!("; {}", killed_inside(facts)),
    };
    format!("ended{code}{memory}")
}

fn killed_inside(facts: &InstanceFacts) -> String {
    format!("a process inside was OOM-killed{}", limit(facts))
}

/// The memory limit in parentheses, after a blank; nothing without one.
fn limit(facts: &InstanceFacts) -> String {
    let limit = facts.limits.memory_bytes;
    limit.map_or_else(String::new, |bytes| format!(" (limit {} MiB)", bytes / MIB))
}

fn process_words(facts: &InstanceFacts) -> (String, Option<Timestamp>) {
    let end = end_words(facts);
    let (mut text, at) = match facts.state {
        InstanceState::Running if facts.oom_killed => (
            format!("is running; {}", killed_inside(facts)),
            facts.started_at,
        ),
        InstanceState::Running => ("is running".to_owned(), facts.started_at),
        // The engine does not say since when.
        InstanceState::Paused => ("is paused".to_owned(), None),
        InstanceState::Created => ("was created, never started".to_owned(), facts.created_at),
        InstanceState::Removing => ("is being removed".to_owned(), None),
        InstanceState::Restarting => (format!("is being restarted, {end}"), facts.finished_at),
        InstanceState::Exited | InstanceState::Dead => (end, facts.finished_at),
        InstanceState::Unknown => ("is in a state that could not be read".to_owned(), None),
    };
    text.push_str(&remarks(facts));
    (text, at)
}

/// What is added to the state of a process: restarts, the engine's error, what was not read.
fn remarks(facts: &InstanceFacts) -> String {
    let mut text = match facts.restarts {
        0 => String::new(),
        1 => ", 1 restart".to_owned(),
        restarts => format!(", {restarts} restarts"),
    };
    if !facts.error.is_empty() {
        let error = engine_error(&facts.error);
        text.push_str(&format!("; the engine says: {error}"));
    }
    if let Some(unread) = facts.unread.words() {
        text.push_str(&format!("; {unread}"));
    }
    text
}
