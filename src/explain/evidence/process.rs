//! How the processes of the containers stand.

use crate::explain::sentence;
use crate::model::{
    DockerStatus, Evidence, EvidenceSource, InstanceFacts, InstanceState, Service, Timestamp,
};

use super::{INSTANCES, piece};

/// How the processes that tell something stand, those that fail first; the rest is counted.
pub(super) fn process(service: &Service, all: &mut Vec<Evidence>) {
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
