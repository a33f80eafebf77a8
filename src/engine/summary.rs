//! From the container list: which entries matter, and the cheap facts in them.
//!
//! An entry is read by itself: an odd one gives what can be read of it, and spoils no other.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::facts::{health_word, mounts, name, networks, no_health, state_word};
use super::fields::{JsonFields, UnreadPaths, elements};
use super::{labels, wire};
use crate::model::SortShared as _;
use crate::model::{
    DockerStatus, InstanceFacts, InstanceId, InstanceState, Port, Timestamp, Unread,
};

/// Stopped containers outside Compose that are kept: the newest ones.
pub(super) const RECENT_STOPPED: usize = 50;
/// Ended tasks kept of each replica of a Swarm service, beside one that runs too: they show a
/// task that is replaced again and again.
const ENDED_TASKS: usize = 3;

/// The entries of a list, and how many of them could not be read; `None` where `json` is no list.
pub(super) fn read(json: &str) -> Option<(Vec<wire::Summary>, usize)> {
    let elements = elements(json)?;
    let all = elements.len();
    let entries: Vec<wire::Summary> = elements.into_iter().filter_map(entry).collect();
    let unread = all - entries.len();
    Some((entries, unread))
}

fn entry(json: &str) -> Option<wire::Summary> {
    let unread = UnreadPaths::default();
    let mut entry = wire::Summary::read(&JsonFields::of(json, &unread)?)?;
    if state(&entry) == InstanceState::Unknown {
        unread.add("State");
    }
    entry.unread = unread.into_paths();
    Some(entry)
}

/// The entries that matter: everything alive, the newest stopped container of each replica of a
/// Compose service that has none alive, the newest [`ENDED_TASKS`] of each replica of a Swarm
/// service, and the newest [`RECENT_STOPPED`] others. Auxiliary containers are left out.
///
/// Order and repeats in `list` do not matter.
pub(super) fn select(mut list: Vec<wire::Summary>) -> Vec<wire::Summary> {
    list.sort_shared_by(|a, b| b.created.cmp(&a.created).then_with(|| a.id.cmp(&b.id)));
    let mut seen = HashSet::new();
    let mut replicas: HashMap<labels::OwnerKey, usize> = HashMap::new();
    let mut others = 0;
    list.retain(|entry| seen.insert(entry.id.clone()));
    for entry in &list {
        if is_alive(entry)
            && let Some(key @ labels::OwnerKey::Compose { .. }) = owner_key(entry)
        {
            replicas.insert(key, 1);
        }
    }
    list.retain(|entry| {
        if entry
            .labels
            .as_ref()
            .is_some_and(InstanceFacts::has_auxiliary_labels)
        {
            return false;
        }
        if is_alive(entry) {
            return true;
        }
        let (count, bound) = match owner_key(entry) {
            Some(key) => {
                let bound = if matches!(key, labels::OwnerKey::Swarm { .. }) {
                    ENDED_TASKS
                } else {
                    1
                };
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
    // What may run must not be lost among what lies stopped.
    let state = state(entry);
    !state.has_ended() && state != InstanceState::Created
}

fn state(entry: &wire::Summary) -> InstanceState {
    if let Some(known) = entry.state.as_deref().and_then(state_word) {
        return known;
    }
    // Old engines report no state beside the words for people.
    let status = entry.status.as_deref().unwrap_or("");
    let begins = |word: &str| status.starts_with(word);
    match () {
        () if begins("Up") && status.ends_with("(Paused)") => InstanceState::Paused,
        () if begins("Up") => InstanceState::Running,
        () if begins("Restarting") => InstanceState::Restarting,
        () if begins("Removal") => InstanceState::Removing,
        () if begins("Exited") => InstanceState::Exited,
        () if begins("Created") => InstanceState::Created,
        () if begins("Dead") => InstanceState::Dead,
        () => InstanceState::Unknown,
    }
}

/// Facts from a list entry, `inspected` false: no environment, no times but the creation.
pub(super) fn from_summary(entry: wire::Summary) -> InstanceFacts {
    let state = state(&entry);
    let status = entry.status.unwrap_or_default();
    let labels = entry.labels.unwrap_or_default();
    // A legacy link adds names such as `/web/db`; the container's own has one slash.
    let names = entry.names.unwrap_or_default();
    let own = names
        .iter()
        .find(|name| !name.trim_start_matches('/').contains('/'))
        .or(names.first());
    let name = name(own.map(String::as_str), &entry.id);
    let owner = labels::owner(&labels, &name);
    InstanceFacts {
        number: owner.number,
        image: entry.image.unwrap_or_default(),
        image_id: entry.image_id.unwrap_or_default(),
        state,
        exit_code: exit_code(&status),
        ended_ago: ended_ago(&status),
        created_at: entry
            .created
            .and_then(|second| Timestamp::from_second(second).ok()),
        docker: no_health(health(&status)),
        ports: ports(entry.ports.unwrap_or_default()),
        networks: networks(entry.networks.unwrap_or_default()),
        network_mode: entry.network_mode.unwrap_or_default(),
        mounts: mounts(entry.mounts.unwrap_or_default()),
        command: entry.command.into_iter().collect(),
        depends_on: labels::dependencies(&labels),
        labels: labels.into(),
        unread: Unread {
            inspection: None,
            fields: entry.unread,
        },
        ..InstanceFacts::unknown(
            InstanceId::from(entry.id),
            &name,
            owner.stack,
            owner.service,
        )
    }
}

/// `Exited (137) 2 hours ago`, `Restarting (1) 3 seconds ago`.
fn exit_code(status: &str) -> Option<i64> {
    let rest = status
        .strip_prefix("Exited (")
        .or_else(|| status.strip_prefix("Restarting ("))?;
    rest.split_once(')')?.0.parse().ok()
}

/// How long ago the process ended by `Exited (137) 2 hours ago`.
fn ended_ago(status: &str) -> Option<Duration> {
    exit_code(status)?;
    age(status.split_once(") ")?.1.strip_suffix(" ago")?)
}

/// An age as engines write it for people: `Less than a second`, `About a minute`, `3 weeks`.
fn age(words: &str) -> Option<Duration> {
    if words.starts_with("Less than") {
        return Some(Duration::ZERO);
    }
    let words = words.strip_prefix("About ").unwrap_or(words);
    let (count, unit) = words.split_once(' ')?;
    let count: u64 = if matches!(count, "a" | "an") {
        1
    } else {
        count.parse().ok()?
    };
    let seconds: u64 = match unit.trim_end_matches('s') {
        "second" => 1,
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        "week" => 604_800,
        "month" => 2_592_000,
        "year" => 31_536_000,
        _ => return None,
    };
    Some(Duration::from_secs(count.checked_mul(seconds)?))
}

/// `Up 5 minutes (healthy)`, `Up 2 seconds (health: starting)`.
fn health(status: &str) -> DockerStatus {
    let Some((_, rest)) = status.rsplit_once('(') else {
        return DockerStatus::None;
    };
    let word = rest.trim_end_matches(')');
    // Other words stand there as well: `Paused`, an exit code.
    health_word(word.strip_prefix("health: ").unwrap_or(word)).unwrap_or(DockerStatus::None)
}

fn ports(raw: Vec<wire::SummaryPort>) -> Vec<Port> {
    let mut ports: Vec<Port> = raw
        .into_iter()
        .map(|port| Port {
            container: port.private_port,
            protocol: port.kind.as_deref().unwrap_or("tcp").into(),
            published: port.public_port.filter(|port| *port > 0),
            address: port.ip.filter(|ip| !ip.is_empty()),
        })
        .collect();
    ports.sort_shared();
    ports.dedup();
    ports
}
