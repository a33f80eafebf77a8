//! From the container list: which entries matter, and the cheap facts they tell.

use std::collections::{HashMap, HashSet};

use super::facts::{health_word, mounts, name, networks, no_health, state_word};
use super::{labels, wire};
use crate::model::{DockerStatus, InstanceFacts, InstanceId, InstanceState, Port, Timestamp};

/// Stopped containers outside Compose that are kept: the newest ones.
pub(super) const RECENT_STOPPED: usize = 50;
/// Ended tasks kept of each replica of a Swarm service, beside one that runs too: they tell of a task that is
/// replaced again and again.
const ENDED_TASKS: usize = 3;

/// The entries that matter: everything alive, the newest stopped container of each replica of a
/// Compose service that has none alive, the newest [`ENDED_TASKS`] of each replica of a Swarm service, and
/// the newest [`RECENT_STOPPED`] others. Auxiliary containers are left out.
///
/// Order and repeats in `list` do not matter.
pub(super) fn select(mut list: Vec<wire::Summary>) -> Vec<wire::Summary> {
    list.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| a.id.cmp(&b.id)));
    let mut seen = HashSet::new();
    let mut replicas: HashMap<labels::OwnerKey, usize> = HashMap::new();
    let mut others = 0;
    list.retain(|entry| seen.insert(entry.id.clone()) && !entry.id.is_empty());
    for entry in &list {
        if is_alive(entry)
            && let Some(key @ labels::OwnerKey::Compose { .. }) = owner_key(entry)
        {
            replicas.insert(key, 1);
        }
    }
    list.retain(|entry| {
        if entry.labels.as_ref().is_some_and(labels::is_auxiliary) {
            return false;
        }
        if is_alive(entry) {
            return true;
        }
        let (count, bound) = match owner_key(entry) {
            Some(key) => {
                let bound = if matches!(key, labels::OwnerKey::Swarm { .. }) { ENDED_TASKS } else { 1 };
                (replicas.entry(key).or_insert(0), bound)
            }
            None => (&mut others, RECENT_STOPPED),
        };
        *count += 1;
        *count <= bound
    });
    list
}

fn owner_key(entry: &wire::Summary) -> Option<labels::OwnerKey> {
    labels::owner_key(entry.labels.as_ref()?)
}

fn is_alive(entry: &wire::Summary) -> bool {
    matches!(
        state(entry),
        InstanceState::Running | InstanceState::Paused | InstanceState::Restarting | InstanceState::Removing
    )
}

fn state(entry: &wire::Summary) -> InstanceState {
    if let Some(known) = entry.state.as_deref().and_then(state_word) {
        return known;
    }
    let status = entry.status.as_deref().unwrap_or("");
    if status.starts_with("Up") { InstanceState::Running } else { InstanceState::Exited }
}

/// Facts from a list entry, `inspected` false: no environment, no times but the creation.
pub(super) fn from_summary(entry: wire::Summary) -> InstanceFacts {
    let state = state(&entry);
    let status = entry.status.unwrap_or_default();
    let labels = entry.labels.unwrap_or_default();
    // A legacy link adds names such as `/web/db`; the container's own has one slash.
    let names = entry.names.unwrap_or_default();
    let own = names.iter().find(|name| !name.trim_start_matches('/').contains('/')).or(names.first());
    let name = name(own.map(String::as_str), &entry.id);
    let owner = labels::owner(&labels, &name);
    InstanceFacts {
        number: owner.number,
        image: entry.image.unwrap_or_default(),
        image_id: entry.image_id.unwrap_or_default(),
        state,
        exit_code: exit_code(&status),
        created_at: entry.created.and_then(|second| Timestamp::from_second(second).ok()),
        docker: no_health(health(&status)),
        ports: ports(entry.ports.unwrap_or_default()),
        networks: networks(entry.network_settings.and_then(|settings| settings.networks).unwrap_or_default()),
        network_mode: entry.host_config.and_then(|host| host.network_mode).unwrap_or_default(),
        mounts: mounts(entry.mounts.unwrap_or_default()),
        command: entry.command.into_iter().collect(),
        depends_on: labels::dependencies(&labels),
        labels,
        ..InstanceFacts::unknown(InstanceId::from(entry.id), &name, owner.stack, owner.service)
    }
}

/// `Exited (137) 2 hours ago`, `Restarting (1) 3 seconds ago`.
fn exit_code(status: &str) -> Option<i64> {
    let rest = status.strip_prefix("Exited (").or_else(|| status.strip_prefix("Restarting ("))?;
    rest.split_once(')')?.0.parse().ok()
}

/// `Up 5 minutes (healthy)`, `Up 2 seconds (health: starting)`.
fn health(status: &str) -> DockerStatus {
    let Some((_, rest)) = status.rsplit_once('(') else {
        return DockerStatus::None;
    };
    let word = rest.trim_end_matches(')');
    health_word(word.strip_prefix("health: ").unwrap_or(word))
}

fn ports(raw: Vec<wire::SummaryPort>) -> Vec<Port> {
    let mut ports: Vec<Port> = raw
        .into_iter()
        .map(|port| Port {
            container: port.private_port,
            protocol: port.kind.unwrap_or_else(|| "tcp".into()),
            published: port.public_port.filter(|port| *port > 0),
            address: port.ip.filter(|ip| !ip.is_empty()),
        })
        .collect();
    ports.sort();
    ports.dedup();
    ports
}
