//! Under which addresses a container may be reached from where hubdeck runs.

mod links;

use std::net::IpAddr;

use crate::model::SortShared as _;
use crate::model::authority::{split_port, split_url};
use crate::model::{InstanceFacts, OutOfReach, PortProtocol, ProbeKind};

pub use links::Links;

/// From where hubdeck reaches the containers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// Whether the engine runs on this machine.
    pub local: bool,
    /// The engine's host when it is another machine, as hubdeck reaches it.
    pub engine_host: Option<String>,
    /// The networks of hubdeck's own container; `None` when it does not run in one.
    pub own_networks: Option<Vec<String>>,
    /// The networks that this machine has an interface in; `None` when that is unknown.
    pub links: Option<Links>,
    /// Whether a container that none of this leads to is reported as out of reach.
    pub reports_unreachable: bool,
}

/// Addresses (`host:port`) of `port` in `instance` over `transport`, likeliest
/// first.
///
/// Published host port (on the loopback first), then the address on a network that this machine has
/// an interface in, then the name on a network that hubdeck's own container shares. `lender` is the
/// container whose network namespace `instance` borrows (`network_mode: service:…`). Link-local
/// addresses, where clouds serve their credentials, are never among them.
#[must_use]
pub fn addresses(
    instance: &InstanceFacts,
    lender: Option<&InstanceFacts>,
    port: u16,
    transport: &PortProtocol,
    location: &Location,
) -> Vec<String> {
    let owner = lender.unwrap_or(instance);
    let mut found = Vec::new();
    if owner.is_on_host_network() {
        found.extend(host_address(None, port, location));
    } else {
        found = published_addresses(owner, port, transport, location);
        found.extend(network_addresses(owner, port, location));
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|address: &String| seen.insert(address.clone()));
    found
}

/// Where `port` is published, loopback first.
fn published_addresses(
    owner: &InstanceFacts,
    port: u16,
    transport: &PortProtocol,
    location: &Location,
) -> Vec<String> {
    let ports = owner
        .ports
        .iter()
        .filter(|each| each.container == port && each.protocol == *transport);
    let mut found: Vec<String> = ports
        .filter_map(|each| host_address(each.address.as_deref(), each.published?, location))
        .collect();
    found.sort_shared_by_key(|address| {
        !["127.", "[::1]"]
            .iter()
            .any(|start| address.starts_with(start))
    });
    found
}

/// Why [`addresses`] finds none.
#[must_use]
pub fn out_of_reach(
    instance: &InstanceFacts,
    lender: Option<&InstanceFacts>,
    port: u16,
    location: &Location,
) -> OutOfReach {
    let owner = lender.unwrap_or(instance);
    let published = owner
        .ports
        .iter()
        .find(|each| each.container == port && each.published.is_some());
    if !location.local {
        return match published {
            _ if location.engine_host.is_none() => OutOfReach::HostUnknown,
            Some(_) => OutOfReach::LoopbackOnly { port },
            None => OutOfReach::NotPublished { port },
        };
    }
    unreachable_here(owner, location)
}

/// Why no network of `owner` leads to it from the engine's own machine.
fn unreachable_here(owner: &InstanceFacts, location: &Location) -> OutOfReach {
    let with_address = owner
        .networks
        .iter()
        .filter(|network| network.address.is_some());
    let networks: Vec<String> = with_address
        .map(|network| network.network.clone())
        .collect();
    if networks.is_empty() {
        OutOfReach::NoAddress
    } else if location.own_networks.is_some() {
        OutOfReach::NoSharedNetwork
    } else {
        OutOfReach::NoInterface { networks }
    }
}

/// `host:port` of a URL from config, with the usual port of its scheme or of `kind` where it names
/// none.
#[must_use]
pub(super) fn of_url(url: &str, kind: ProbeKind) -> Option<String> {
    let (scheme, authority, _) = split_url(url);
    let (host, port) = split_port(authority.rsplit('@').next()?);
    let port = match port {
        Some(port) => port.parse().ok()?,
        None => usual_port(scheme.unwrap_or_default(), kind)?,
    };
    (!host.is_empty()).then(|| join(host, port))
}

/// The port that goes without saying.
fn usual_port(scheme: &str, kind: ProbeKind) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => kind
            .default_port()
            .or_else(|| ProbeKind::parse(scheme)?.default_port()),
    }
}

/// The host's own port as hubdeck reaches it; inside a container the host's loopback is out of
/// reach.
fn host_address(bound: Option<&str>, port: u16, location: &Location) -> Option<String> {
    let bound = bound.and_then(|text| text.parse::<IpAddr>().ok());
    let specific =
        bound.filter(|ip| !ip.is_unspecified() && !ip.is_loopback() && !is_forbidden(*ip));
    if bound.is_some_and(is_forbidden) {
        return None;
    }
    if !location.local {
        let on_loopback = bound.is_some_and(|ip| ip.is_loopback());
        let host = location.engine_host.as_deref().filter(|_| !on_loopback)?;
        let forbidden = host
            .trim_matches(['[', ']'])
            .parse()
            .is_ok_and(is_forbidden);
        return (!forbidden).then(|| join(host, port));
    }
    match specific {
        Some(ip) => Some(join(&ip.to_string(), port)),
        None if location.own_networks.is_some() => None,
        None => {
            let v6 = bound.is_some_and(|ip| ip.is_ipv6());
            Some(join(if v6 { "::1" } else { "127.0.0.1" }, port))
        }
    }
}

/// Addresses and names on the container's networks.
fn network_addresses(owner: &InstanceFacts, port: u16, location: &Location) -> Vec<String> {
    let shared = |network: &str| {
        let own = location.own_networks.as_deref();
        own.is_none_or(|own| own.iter().any(|each| each == network))
    };
    let networks: Vec<_> = owner
        .networks
        .iter()
        .filter(|network| location.local && shared(&network.network))
        .collect();
    // What shares a network needs no route.
    let links = location
        .links
        .as_ref()
        .filter(|_| location.own_networks.is_none());
    let routed = |ip: &IpAddr| links.is_none_or(|links| links.reach(*ip));
    let by_address = networks
        .iter()
        .filter_map(|network| network.address)
        .filter(|ip| !is_forbidden(*ip));
    let by_address = by_address.filter(routed);
    let mut found: Vec<String> = by_address.map(|ip| join(&ip.to_string(), port)).collect();
    if location.own_networks.is_some() && !networks.is_empty() {
        found.push(join(&owner.name, port));
    }
    found
}

/// Whether `ip` is one where clouds serve metadata and credentials, or no host at all.
#[must_use]
fn is_forbidden(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            ip.is_link_local()
                || ip.is_multicast()
                || ip.is_broadcast()
                || ip.octets() == [100, 100, 100, 200]
        }
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(mapped) => is_forbidden(IpAddr::V4(mapped)),
            None => {
                ip.is_unicast_link_local()
                    || ip.is_multicast()
                    || ip.segments() == [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254]
            }
        },
    }
}

fn join(host: &str, port: u16) -> String {
    if host.contains(':') && !host.starts_with('[') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

#[cfg(test)]
mod tests;
