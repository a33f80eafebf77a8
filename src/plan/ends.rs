//! What the operator should know before containers are ended or removed, one sentence each.

use std::collections::BTreeSet;

use crate::model::{
    InstanceFacts, InstanceState, KillSignal, Operation, OperationKind, ServiceId, Snapshot, Step,
    commands, compose_labels,
};

use super::applicability::runs;
use super::{network, warnings::names};

/// Digits of the name that the engine gives to a volume without one.
const ANONYMOUS: usize = 64;

/// Every warning on what `steps` end or remove.
pub(super) fn warnings(operation: &Operation, steps: &[Step], snapshot: &Snapshot) -> Vec<String> {
    let mut warnings = made_with_rm(steps, snapshot);
    match operation.kind {
        OperationKind::Kill { signal } => {
            warnings.extend(of_kill(signal, steps, snapshot));
            warnings.extend(unpaused(steps, snapshot));
        }
        OperationKind::Remove { .. } => {
            warnings.extend(of_removal(steps, snapshot));
            warnings.extend(running(operation, steps, snapshot));
            warnings.extend(network::stranded(steps, snapshot));
        }
        _ => {}
    }
    warnings
}

/// The names of containers that are gone after `steps`: removed by them, or by the engine when they
/// end.
///
/// A restart does not: the engine keeps a container while it restarts it.
pub(super) fn removes(steps: &[Step], snapshot: &Snapshot) -> Vec<String> {
    let touched = touched(steps, snapshot);
    let gone = touched.filter(|(step, facts)| step.kind.removes() || is_made_with_rm(step, facts));
    gone.map(|(_, facts)| facts.name.clone()).collect()
}

/// The steps on containers, each with the facts of its container.
fn touched<'a>(
    steps: &'a [Step],
    snapshot: &'a Snapshot,
) -> impl Iterator<Item = (&'a Step, &'a InstanceFacts)> {
    steps.iter().filter_map(|step| {
        let container = step.container()?;
        let instances = &snapshot.service(&step.service)?.instances;
        let mut facts = instances.iter().map(|instance| &*instance.facts);
        Some((step, facts.find(|facts| facts.id == *container)?))
    })
}

/// Whether the engine removes the container by itself when `step` has ended it.
fn is_made_with_rm(step: &Step, facts: &InstanceFacts) -> bool {
    step.kind.ends() && !step.kind.removes() && facts.auto_remove
}

/// Containers that their end destroys, and those of which that is not known.
fn made_with_rm(steps: &[Step], snapshot: &Snapshot) -> Vec<String> {
    let ended = || touched(steps, snapshot).filter(|(step, _)| step.kind.ends());
    let destroyed = ended().filter(|(step, facts)| is_made_with_rm(step, facts));
    let destroyed = destroyed.map(|(step, facts)| {
        let (name, ending) = (&facts.name, step.kind.gerund());
        format!("{name} was made with --rm: {ending} it destroys the container and what is in it")
    });
    let is_unknown = |(step, facts): &(&Step, &InstanceFacts)| {
        let unread = !facts.inspected || facts.unread.has("HostConfig.AutoRemove");
        unread && !step.kind.removes()
    };
    let unknown = ended().filter(is_unknown).map(|(step, facts)| {
        let (name, ending, why) = (&facts.name, step.kind.gerund(), facts.unread_words());
        format!("whether {ending} {name} also removes it (--rm) is not known: {why}")
    });
    destroyed.chain(unknown).collect()
}

/// What follows from the signal: the engine takes a kill for a stop, which the restart policy
/// respects, where the signal is SIGKILL or the container's own stop signal.
fn of_kill(signal: KillSignal, steps: &[Step], snapshot: &Snapshot) -> Option<String> {
    if !signal.is_ending() {
        return Some(format!(
            "{signal} need not end a program: some read their configuration again, others ignore it"
        ));
    }
    let again =
        touched(steps, snapshot).filter(|(_, facts)| facts.restart_policy.restarts_after_failure());
    let services: BTreeSet<&ServiceId> = again.map(|(step, _)| &step.service).collect();
    let names = names(services.iter().copied(), snapshot);
    (!services.is_empty()).then(|| {
        if signal == KillSignal::KILL {
            format!(
                "the restart policy does not start {names} again: the engine takes a kill for a stop"
            )
        } else {
            format!(
                "the restart policy may start {names} again where {signal} is not the stop signal"
            )
        }
    })
}

/// Containers that are paused: the engine unpauses what it sends a signal to.
fn unpaused(steps: &[Step], snapshot: &Snapshot) -> Option<String> {
    let paused = touched(steps, snapshot).filter(|(_, facts)| facts.state == InstanceState::Paused);
    let names: Vec<&str> = paused.map(|(_, facts)| facts.name.as_str()).collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(format!("{one} is paused: a kill unpauses it")),
        many => Some(format!(
            "{} are paused: a kill unpauses them",
            many.join(", ")
        )),
    }
}

/// What is lost with removed containers, what stays, and what creates them again.
fn of_removal(steps: &[Step], snapshot: &Snapshot) -> Vec<String> {
    let removed = || touched(steps, snapshot).filter(|(step, _)| step.kind.removes());
    let mut warnings =
        vec!["the logs are lost, and what was written outside of volumes and mounts".to_owned()];
    let mounts = removed().flat_map(|(_, facts)| &facts.mounts);
    let volumes = mounts.filter(|mount| mount.kind == "volume");
    let volumes: BTreeSet<&str> = volumes.map(|mount| mount.source.as_str()).collect();
    let (anonymous, named): (Vec<&str>, Vec<&str>) =
        volumes.into_iter().partition(|name| is_anonymous(name));
    match named.as_slice() {
        [] => {}
        [one] => warnings.push(format!("the volume {one} stays with its data")),
        many => {
            let names = many.join(", ");
            warnings.push(format!("the volumes {names} stay with their data"));
        }
    }
    match anonymous.len() {
        0 => {}
        1 => warnings.push(
            "1 anonymous volume stays: `docker volume ls -f dangling=true` lists it".to_owned(),
        ),
        many => warnings.push(format!(
            "{many} anonymous volumes stay: `docker volume ls -f dangling=true` lists them"
        )),
    }
    let services: BTreeSet<&ServiceId> = removed().map(|(step, _)| &step.service).collect();
    warnings.extend(recreated(services, snapshot));
    warnings
}

/// Whether the engine made the name of the volume.
fn is_anonymous(volume: &str) -> bool {
    volume.len() == ANONYMOUS && volume.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What creates the containers of Compose services again, in one sentence; the command where it is of
/// one service.
fn recreated(services: BTreeSet<&ServiceId>, snapshot: &Snapshot) -> Option<String> {
    let found = services.into_iter().filter_map(|id| snapshot.service(id));
    let of_compose = found.filter(|service| {
        let labels = service.primary().map(|it| it.facts.labels.reveal());
        service.stack.is_some() && labels.is_some_and(|it| it.contains_key(compose_labels::PROJECT))
    });
    let services: Vec<_> = of_compose.collect();
    match services.as_slice() {
        [] => None,
        [one] => {
            let (stack, name) = (one.stack.as_ref()?, one.name.as_str());
            let command = commands::compose(snapshot, stack, "up -d", Some(name));
            let how = command.map_or_else(String::new, |command| format!(", as by `{command}`"));
            Some(format!(
                "{name} comes from a Compose file: the next `up` creates it again{how}"
            ))
        }
        many => Some(format!(
            "{} come from Compose files: the next `up` creates them again",
            names(many.iter().map(|it| &it.id), snapshot)
        )),
    }
}

/// What of a removal runs: killed with `force`, else left alone.
fn running(operation: &Operation, steps: &[Step], snapshot: &Snapshot) -> Vec<String> {
    let services: BTreeSet<&ServiceId> = (operation.targets.iter())
        .chain(steps.iter().map(|step| &step.service))
        .collect();
    let instances = services
        .into_iter()
        .filter_map(|id| snapshot.service(id))
        .flat_map(|service| &service.instances);
    let facts = instances.map(|instance| &*instance.facts);
    let is_user = |facts: &InstanceFacts| {
        let mut stops = steps.iter().filter(|step| !step.kind.removes());
        stops.any(|step| step.container() == Some(&facts.id))
    };
    let running = facts.filter(|facts| runs(facts.state) && !is_user(facts));
    let (one, many) = match operation.kind {
        OperationKind::Remove { force: true } => (
            "running: the engine kills it without its grace period",
            "running: the engine kills them without their grace period",
        ),
        _ => (
            "running and stays: stop it first, or force its removal",
            "running and stay: stop them first, or force their removal",
        ),
    };
    let running: Vec<&str> = running.map(|facts| facts.name.as_str()).collect();
    let count = running.len();
    (count > 0)
        .then(|| {
            let (verb, rest) = if count == 1 {
                ("is", one)
            } else {
                ("are", many)
            };
            format!("{} {verb} {rest}", running.join(", "))
        })
        .into_iter()
        .collect()
}
