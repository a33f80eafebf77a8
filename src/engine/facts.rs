//! From the engine's JSON to facts: pure functions.

mod ports;

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use super::fields::{JsonFields, UnreadPaths};
use super::{labels, wire};
use crate::model::SortShared as _;
use crate::model::secrets::KnownSecrets;
use crate::model::{
    DockerHealth, DockerStatus, Healthcheck, HealthcheckLog, InstanceFacts, InstanceId,
    InstanceState, Limits, Mount, NetworkAddress, Unread, text,
};

/// Characters kept of one healthcheck's output.
const OUTPUT_CHARS: usize = 1_000;

/// Facts from the inspection of container `id`; `None` where `json` is no JSON object.
pub(super) fn from_inspection(json: &str, id: &InstanceId) -> Option<InstanceFacts> {
    let unread = UnreadPaths::default();
    let raw = wire::WireInspection::read(&JsonFields::of(json, &unread)?);
    let mut facts = of_container(raw, id, &unread);
    facts.unread.fields = unread.into_paths();
    Some(facts)
}

fn of_container(raw: wire::WireInspection, id: &InstanceId, unread: &UnreadPaths) -> InstanceFacts {
    let (state, config, host, network) =
        (raw.state, raw.config, raw.host_config, raw.network_settings);
    let labels = config.labels.unwrap_or_default();
    let id = raw
        .id
        .filter(|id| !id.is_empty())
        .map_or_else(|| id.clone(), InstanceId::from);
    let name = name(raw.name.as_deref(), id.as_str());
    let owner = labels::owner(&labels, &name);
    let (docker, health_log) = health(state.health.as_ref(), unread);
    let current = inspected_state(&state, unread);
    let bindings = bindings_that_count(current, network.ports, &host);
    let (ports, unbound_ports) = ports::of(&config.exposed_ports, &bindings.unwrap_or_default());
    let variables = config.env.unwrap_or_default();
    let environment = variables.iter().map(|entry| variable(entry)).collect();
    let arguments = raw.args.unwrap_or_default();
    let command = raw.path.into_iter().chain(arguments).collect();
    let facts = InstanceFacts {
        id,
        name,
        stack: owner.stack,
        service: owner.service,
        number: owner.number,
        image: config.image.unwrap_or_default(),
        image_id: raw.image.unwrap_or_default(),
        state: current,
        exit_code: state.exit_code,
        oom_killed: state.oom_killed.unwrap_or(false),
        error: state.error.unwrap_or_default(),
        created_at: raw.created,
        started_at: state.started_at,
        finished_at: state.finished_at,
        ended_ago: None,
        restarts: raw.restart_count.unwrap_or(0),
        restart_policy: host.restart_policy.as_deref().unwrap_or_default().into(),
        docker,
        health_log,
        healthcheck: config.healthcheck.and_then(healthcheck),
        ports,
        unbound_ports,
        links: links(host.links.as_deref(), network.networks.as_ref()),
        networks: networks(network.networks.unwrap_or_default()),
        hostname: config.hostname.unwrap_or_default(),
        limits: limits(&host),
        auto_remove: host.auto_remove.unwrap_or(false),
        log_driver: host.log_driver.filter(|driver| !driver.is_empty()),
        network_mode: host.network_mode.unwrap_or_default(),
        mounts: mounts(raw.mounts.unwrap_or_default()),
        environment,
        command,
        depends_on: labels::dependencies(&labels),
        labels: labels.into(),
        tty: config.tty.unwrap_or(false),
        inspected: true,
        announced: false,
        unread: Unread::default(),
    };
    hide_secrets(facts)
}

/// The bindings of its ports: what does not run publishes nothing now; its place on the map is that
/// of its next start.
fn bindings_that_count(
    state: InstanceState,
    bound: Option<wire::Bindings>,
    host: &wire::HostConfig,
) -> Option<wire::Bindings> {
    if matches!(state, InstanceState::Running | InstanceState::Paused) {
        bound
    } else {
        host.port_bindings.clone()
    }
}

/// Masks and cuts what the container and the engine say of it: a healthcheck may repeat the
/// password it was given. Masked first, as a secret that is cut cannot be found any more.
fn hide_secrets(mut facts: InstanceFacts) -> InstanceFacts {
    let mut known = KnownSecrets::default();
    known.learn(&facts);
    facts.error = text::one_line(&known.mask(&facts.error), OUTPUT_CHARS);
    for result in &mut facts.health_log {
        result.output = output(&known.mask(&result.output));
    }
    facts.docker.output = facts
        .health_log
        .last()
        .map(|last| last.output.clone())
        .unwrap_or_default();
    facts
}

/// The name without its slash; links have more slashes and come later. Falls back to the id.
pub(super) fn name(raw: Option<&str>, id: &str) -> String {
    let name = raw.unwrap_or("").trim_start_matches('/');
    if name.is_empty() {
        id.chars().take(12).collect()
    } else {
        name.to_owned()
    }
}

/// The state's word, Podman's included; `None` for a word nobody knows.
pub(super) fn state_word(word: &str) -> Option<InstanceState> {
    Some(match word.to_ascii_lowercase().as_str() {
        "created" | "configured" | "initialized" => InstanceState::Created,
        "running" | "stopping" => InstanceState::Running,
        "paused" => InstanceState::Paused,
        "restarting" => InstanceState::Restarting,
        "removing" => InstanceState::Removing,
        "exited" | "stopped" => InstanceState::Exited,
        "dead" => InstanceState::Dead,
        _ => return None,
    })
}

fn inspected_state(state: &wire::WireState, unread: &UnreadPaths) -> InstanceState {
    if let Some(known) = state.status.as_deref().and_then(state_word) {
        return known;
    }
    match (state.running, state.paused, state.restarting) {
        (_, Some(true), _) => InstanceState::Paused,
        (_, _, Some(true)) => InstanceState::Restarting,
        (Some(true), ..) => InstanceState::Running,
        (Some(false), ..) if state.status.is_none() => InstanceState::Exited,
        _ => {
            unread.add("State.Status");
            InstanceState::Unknown
        }
    }
}

/// The health word of an inspection or a list; `None` for a word nobody knows.
pub(super) fn health_word(word: &str) -> Option<DockerStatus> {
    Some(match word.to_ascii_lowercase().as_str() {
        "starting" => DockerStatus::Starting,
        "healthy" => DockerStatus::Healthy,
        "unhealthy" => DockerStatus::Unhealthy,
        "none" | "" => DockerStatus::None,
        _ => return None,
    })
}

/// The results of a healthcheck, oldest first.
fn past_results(raw: &wire::WireHealth) -> Vec<HealthcheckLog> {
    let results = raw.log.iter().flatten();
    let mut log: Vec<HealthcheckLog> = results
        .filter_map(|result| {
            Some(HealthcheckLog {
                at: result.end?,
                // Without its code a result is neither passed nor failed.
                exit_code: result.exit_code?,
                output: result.output.clone().unwrap_or_default(),
            })
        })
        .collect();
    log.sort_shared_by_key(|result| result.at);
    log
}

fn health(
    raw: Option<&wire::WireHealth>,
    unread: &UnreadPaths,
) -> (DockerHealth, Vec<HealthcheckLog>) {
    let Some(raw) = raw else {
        return (no_health(DockerStatus::None), Vec::new());
    };
    let log = past_results(raw);
    let last = log.last();
    let status = health_word(raw.status.as_deref().unwrap_or("")).unwrap_or_else(|| {
        unread.add("State.Health.Status");
        DockerStatus::None
    });
    let verdict = DockerHealth {
        status,
        failing_streak: raw.failing_streak.unwrap_or(0),
        checked_at: last.map(|result| result.at),
        output: String::new(),
    };
    (verdict, log)
}

/// A verdict without a check.
pub(super) const fn no_health(status: DockerStatus) -> DockerHealth {
    DockerHealth {
        status,
        failing_streak: 0,
        checked_at: None,
        output: String::new(),
    }
}

/// Output of a check: each line cleaned, blank ends trimmed, cut.
fn output(raw: &str) -> String {
    let lines: Vec<String> = raw
        .trim()
        .lines()
        .map(|line| text::clean(line).trim_end().to_owned())
        .collect();
    let joined = lines.join("\n");
    if joined.chars().count() <= OUTPUT_CHARS {
        return joined;
    }
    joined.chars().take(OUTPUT_CHARS - 1).chain(['…']).collect()
}

/// `None` without a test or with `["NONE"]`, which switches the image's own off.
fn healthcheck(raw: wire::HealthConfig) -> Option<Healthcheck> {
    let test = raw.test.unwrap_or_default();
    if test.is_empty() || test.first().is_some_and(|word| word == "NONE") {
        return None;
    }
    let duration = |ns: Option<i64>| {
        ns.and_then(|ns| u64::try_from(ns).ok())
            .filter(|ns| *ns > 0)
            .map(Duration::from_nanos)
    };
    Some(Healthcheck {
        test: test.into(),
        interval: duration(raw.interval),
        start_period: duration(raw.start_period),
        retries: raw
            .retries
            .and_then(|count| u32::try_from(count).ok())
            .filter(|count| *count > 0),
    })
}

/// Networks of a container, sorted by name; Docker's map has no order of its own.
pub(super) fn networks(raw: wire::WireNetworks) -> Vec<NetworkAddress> {
    raw.into_iter()
        .map(|(network, endpoint)| {
            let address = [&endpoint.ip_address, &endpoint.ipv6_address]
                .into_iter()
                .find_map(|text| text.as_deref()?.parse::<IpAddr>().ok());
            let mut aliases: Vec<String> = endpoint
                .aliases
                .into_iter()
                .chain(endpoint.dns_names)
                .flatten()
                .collect();
            aliases.sort_shared();
            aliases.dedup();
            NetworkAddress {
                network,
                address,
                aliases,
            }
        })
        .collect()
}

/// Links as `container:alias`, however the engine writes them, sorted and without repeats. Of the
/// aliases Compose adds by itself to each link, `hub-db-1` and `db-1`, none is kept beside another
/// one.
/// Reads `/container:/web/alias`.
fn container_and_alias(link: &str) -> Option<(&str, &str)> {
    let (container, alias) = link.trim_start_matches('/').split_once(':')?;
    let alias = alias.rsplit_once('/').map_or(alias, |(_, alias)| alias);
    Some((container, alias))
}

fn links(host: Option<&[String]>, networks: Option<&wire::WireNetworks>) -> Vec<String> {
    let endpoints = networks.into_iter().flat_map(wire::WireNetworks::values);
    let on_networks = endpoints.flat_map(|endpoint| endpoint.links.iter().flatten());
    let links: BTreeSet<(&str, &str)> = host
        .unwrap_or_default()
        .iter()
        .chain(on_networks)
        .filter_map(|link| container_and_alias(link))
        .collect();
    let implied: BTreeSet<(&str, &str)> = links
        .iter()
        .filter(|(to, alias)| is_implied(to, alias, &links))
        .copied()
        .collect();
    let chosen: BTreeSet<&str> = links.difference(&implied).map(|(to, _)| *to).collect();
    let kept = links
        .iter()
        .filter(|link| !implied.contains(link) || !chosen.contains(link.0));
    kept.map(|(to, alias)| format!("{to}:{alias}")).collect()
}

/// Whether an alias is the numbered name of the container, or of its service by another alias.
fn is_implied(container: &str, alias: &str, links: &BTreeSet<(&str, &str)>) -> bool {
    let Some((base, number)) = alias.rsplit_once('-') else {
        return false;
    };
    let ends_in = |long: &str, short: &str| {
        long.strip_suffix(short)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('-'))
    };
    number.bytes().all(|byte| byte.is_ascii_digit())
        && (ends_in(container, alias)
            || links
                .iter()
                .any(|(to, other)| *to == container && ends_in(base, other)))
}

/// Mounts in the engine's order.
pub(super) fn mounts(raw: Vec<wire::MountPoint>) -> Vec<Mount> {
    raw.into_iter()
        .map(|mount| {
            let kind = mount.kind.unwrap_or_else(|| "bind".into());
            let name = mount
                .name
                .filter(|name| !name.is_empty() && kind == "volume");
            Mount {
                source: name.or(mount.source).unwrap_or_default(),
                target: mount.destination.unwrap_or_default(),
                writable: mount.writable.unwrap_or(true),
                kind,
            }
        })
        .collect()
}

/// `FOO=bar`; `FOO=` and `FOO` alone both mean an empty value.
fn variable(entry: &str) -> (String, String) {
    let (name, value) = entry.split_once('=').unwrap_or((entry, ""));
    (name.to_owned(), value.to_owned())
}

fn limits(host: &wire::HostConfig) -> Limits {
    let positive = |value: Option<i64>| {
        value
            .and_then(|value| u64::try_from(value).ok())
            .filter(|v| *v > 0)
    };
    Limits {
        memory_bytes: positive(host.memory),
        memory_reservation_bytes: positive(host.memory_reservation),
        cpus: cpus(
            positive(host.nano_cpus),
            positive(host.cpu_quota),
            positive(host.cpu_period),
        ),
        pids: positive(host.pids_limit),
    }
}

#[allow(clippy::cast_precision_loss)] // cores are small numbers
fn cpus(nano: Option<u64>, quota: Option<u64>, period: Option<u64>) -> Option<f64> {
    if let Some(nano) = nano {
        return Some(nano as f64 / 1e9);
    }
    // Docker's default period is 100 ms.
    quota.map(|quota| quota as f64 / period.unwrap_or(100_000) as f64)
}

#[cfg(test)]
mod tests;
