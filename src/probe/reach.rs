//! Under which addresses a container may be reached from where hubdeck runs.

mod links;

use std::net::IpAddr;

use crate::model::SortShared as _;
use crate::model::{InstanceFacts, ProbeKind};

pub use links::Links;

/// Where hubdeck stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vantage {
    /// Whether the engine runs on this machine.
    pub local: bool,
    /// The engine's host when it is another machine, as hubdeck reaches it.
    pub engine_host: Option<String>,
    /// The networks of hubdeck's own container; `None` when it does not run in one.
    pub own_networks: Option<Vec<String>>,
    /// The networks that this machine has an interface in; `None` when nothing tells.
    pub links: Option<Links>,
    /// Whether it is told of a container that none of this leads to.
    pub tells: bool,
}

/// Addresses (`host:port`) of `port` in `instance` over `transport` (`tcp`, `udp`), likeliest
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
    transport: &str,
    vantage: &Vantage,
) -> Vec<String> {
    let owner = lender.unwrap_or(instance);
    let mut found = Vec::new();
    if owner.is_on_host_network() {
        found.extend(host_address(None, port, vantage));
    } else {
        let ports = owner
            .ports
            .iter()
            .filter(|each| each.container == port && each.protocol == transport);
        for each in ports {
            let Some(published) = each.published else {
                continue;
            };
            found.extend(host_address(each.address.as_deref(), published, vantage));
        }
        found.sort_shared_by_key(|address| {
            !["127.", "[::1]"]
                .iter()
                .any(|start| address.starts_with(start))
        });
        found.extend(network_addresses(owner, port, vantage));
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|address: &String| seen.insert(address.clone()));
    found
}

/// Why [`addresses`] finds none, as the rest of a sentence.
#[must_use]
pub fn out_of_reach(
    instance: &InstanceFacts,
    lender: Option<&InstanceFacts>,
    port: u16,
    vantage: &Vantage,
) -> String {
    let owner = lender.unwrap_or(instance);
    let published = owner
        .ports
        .iter()
        .find(|each| each.container == port && each.published.is_some());
    if !vantage.local {
        return match published {
            _ if vantage.engine_host.is_none() => {
                "the address of the engine's host is not known".to_owned()
            }
            Some(_) => {
                format!("port {port} is published on the engine's own loopback address only")
            }
            None => format!("port {port} is not published"),
        };
    }
    let with_address = owner
        .networks
        .iter()
        .filter(|network| network.address.is_some());
    let names: Vec<&str> = with_address
        .map(|network| network.network.as_str())
        .collect();
    match names.as_slice() {
        [] => "it has no address".to_owned(),
        _ if vantage.own_networks.is_some() => {
            "hubdeck's container shares no network with it".to_owned()
        }
        [name] => format!("this machine has no interface in network {name}"),
        names => format!(
            "this machine has no interface in networks {}",
            names.join(", ")
        ),
    }
}

/// Why a URL cannot be probed that [`of_url`] makes nothing of.
pub(super) const NO_ADDRESS: &str = "the URL names no host and port";

/// `host:port` of a URL from config, with the usual port of its scheme or of `kind` where it names
/// none.
#[must_use]
pub(super) fn of_url(url: &str, kind: ProbeKind) -> Option<String> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let authority = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?;
    let colon = authority
        .rfind(':')
        .filter(|colon| !authority[*colon..].contains(']'));
    let (host, port) = match colon {
        Some(colon) => (&authority[..colon], authority[colon + 1..].parse().ok()?),
        None => (authority, usual_port(scheme, kind)?),
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
fn host_address(bound: Option<&str>, port: u16, vantage: &Vantage) -> Option<String> {
    let bound = bound.and_then(|text| text.parse::<IpAddr>().ok());
    let specific =
        bound.filter(|ip| !ip.is_unspecified() && !ip.is_loopback() && !is_forbidden(*ip));
    if bound.is_some_and(is_forbidden) {
        return None;
    }
    if !vantage.local {
        let on_loopback = bound.is_some_and(|ip| ip.is_loopback());
        let host = vantage.engine_host.as_deref().filter(|_| !on_loopback)?;
        let forbidden = host
            .trim_matches(['[', ']'])
            .parse()
            .is_ok_and(is_forbidden);
        return (!forbidden).then(|| join(host, port));
    }
    match specific {
        Some(ip) => Some(join(&ip.to_string(), port)),
        None if vantage.own_networks.is_some() => None,
        None => {
            let v6 = bound.is_some_and(|ip| ip.is_ipv6());
            Some(join(if v6 { "::1" } else { "127.0.0.1" }, port))
        }
    }
}

/// Addresses and names on the container's networks.
fn network_addresses(owner: &InstanceFacts, port: u16, vantage: &Vantage) -> Vec<String> {
    let shared = |network: &str| {
        let own = vantage.own_networks.as_deref();
        own.is_none_or(|own| own.iter().any(|each| each == network))
    };
    let networks: Vec<_> = owner
        .networks
        .iter()
        .filter(|network| vantage.local && shared(&network.network))
        .collect();
    // What shares a network needs no route.
    let links = vantage
        .links
        .as_ref()
        .filter(|_| vantage.own_networks.is_none());
    let routed = |ip: &IpAddr| links.is_none_or(|links| links.reach(*ip));
    let by_address = networks
        .iter()
        .filter_map(|network| network.address)
        .filter(|ip| !is_forbidden(*ip));
    let by_address = by_address.filter(routed);
    let mut found: Vec<String> = by_address.map(|ip| join(&ip.to_string(), port)).collect();
    if vantage.own_networks.is_some() && !networks.is_empty() {
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
mod tests {
    use super::*;
    use crate::model::{NetworkAddress, Port};
    use crate::probe::testing::facts;

    /// A container on network `back`, with port 80 published at `bound`.
    fn container(address: Option<&str>, bound: Option<(&str, u16)>) -> InstanceFacts {
        let mut facts = facts("hub/web");
        facts.networks = vec![NetworkAddress {
            network: "back".into(),
            address: address.map(|text| text.parse().expect("an address")),
            aliases: Vec::new(),
        }];
        facts.ports = vec![Port {
            container: 80,
            protocol: "tcp".into(),
            published: bound.map(|(_, port)| port),
            address: bound.map(|(address, _)| address.to_owned()),
        }];
        facts
    }

    fn local() -> Vantage {
        Vantage {
            local: true,
            ..Vantage::default()
        }
    }

    fn remote(host: &str) -> Vantage {
        Vantage {
            engine_host: Some(host.into()),
            ..Vantage::default()
        }
    }

    fn inside(networks: &[&str]) -> Vantage {
        Vantage {
            own_networks: Some(networks.iter().map(|name| (*name).to_owned()).collect()),
            ..local()
        }
    }

    #[test]
    fn published_ports_come_first_then_own_networks() {
        let own = Some("172.18.0.4");
        for (facts, vantage, expected) in [
            (
                container(own, Some(("0.0.0.0", 8080))),
                local(),
                "127.0.0.1:8080 172.18.0.4:80",
            ),
            (
                container(own, Some(("::", 8080))),
                local(),
                "[::1]:8080 172.18.0.4:80",
            ),
            (
                container(own, Some(("127.0.0.1", 8080))),
                local(),
                "127.0.0.1:8080 172.18.0.4:80",
            ),
            (
                container(own, Some(("192.0.2.7", 8080))),
                local(),
                "192.0.2.7:8080 172.18.0.4:80",
            ),
            (container(own, None), local(), "172.18.0.4:80"),
            (container(None, None), local(), ""),
            (container(Some("fd00::2"), None), local(), "[fd00::2]:80"),
            // Another machine: only what it publishes beyond its loopback.
            (
                container(own, Some(("0.0.0.0", 8080))),
                remote("box.example"),
                "box.example:8080",
            ),
            (
                container(own, Some(("127.0.0.1", 8080))),
                remote("box.example"),
                "",
            ),
            (container(own, None), remote("box.example"), ""),
            (
                container(own, Some(("0.0.0.0", 8080))),
                remote("2001:db8::1"),
                "[2001:db8::1]:8080",
            ),
            (
                container(own, Some(("0.0.0.0", 8080))),
                Vantage::default(),
                "",
            ),
            // hubdeck in a container: the host's loopback is not the container's.
            (
                container(own, Some(("0.0.0.0", 8080))),
                inside(&["back"]),
                "172.18.0.4:80 web-1:80",
            ),
            (
                container(own, Some(("0.0.0.0", 8080))),
                inside(&["front"]),
                "",
            ),
        ] {
            let found = addresses(&facts, None, 80, "tcp", &vantage).join(" ");
            assert_eq!(found, expected, "{:?} from {vantage:?}", facts.ports);
        }
    }

    #[test]
    fn what_no_interface_leads_to_is_not_asked_and_says_why() {
        let routes = "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n";
        let linked = |vantage: Vantage| Vantage {
            links: Some(Links::parse(routes, "", false)),
            ..vantage
        };
        let nowhere = Vantage {
            engine_host: None,
            ..Vantage::default()
        };
        for (address, bound, vantage, expected) in [
            (Some("172.17.0.2"), None, linked(local()), "172.17.0.2:80"),
            (
                Some("172.30.0.2"),
                None,
                linked(local()),
                "this machine has no interface in network back",
            ),
            (
                Some("172.30.0.2"),
                Some(("0.0.0.0", 8080)),
                linked(local()),
                "127.0.0.1:8080",
            ),
            (None, None, linked(local()), "it has no address"),
            (
                Some("172.30.0.2"),
                None,
                linked(inside(&["front"])),
                "hubdeck's container shares no network with it",
            ),
            (
                Some("172.30.0.2"),
                None,
                linked(inside(&["back"])),
                "172.30.0.2:80 web-1:80",
            ),
            (
                Some("172.17.0.2"),
                None,
                remote("box"),
                "port 80 is not published",
            ),
            (
                Some("172.17.0.2"),
                Some(("127.0.0.1", 8080)),
                remote("box"),
                "port 80 is published on the engine's own loopback address only",
            ),
            (
                Some("172.17.0.2"),
                None,
                nowhere,
                "the address of the engine's host is not known",
            ),
        ] {
            let facts = container(address, bound);
            let found = addresses(&facts, None, 80, "tcp", &vantage).join(" ");
            let told = if found.is_empty() {
                out_of_reach(&facts, None, 80, &vantage)
            } else {
                found
            };
            assert_eq!(told, expected, "{address:?} {bound:?} from {vantage:?}");
        }
    }

    #[test]
    fn the_loopback_comes_before_other_addresses_of_the_host() {
        let mut facts = container(None, Some(("192.0.2.7", 8080)));
        let second = Port {
            published: Some(8081),
            address: Some("127.0.0.1".into()),
            ..facts.ports[0].clone()
        };
        facts.ports.push(second);
        assert_eq!(
            addresses(&facts, None, 80, "tcp", &local()),
            ["127.0.0.1:8081", "192.0.2.7:8080"]
        );
    }

    #[test]
    fn urls_name_a_host_and_a_port_or_the_usual_one() {
        use ProbeKind::{Dns, Http, Postgres, Redis, Tcp, Tls, Vault};
        for (url, kind, expected) in [
            ("tcp://host:5432", Tcp, "host:5432"),
            ("host:5432", Tcp, "host:5432"),
            ("postgres://host", Postgres, "host:5432"),
            (
                "postgres://ann:secret@host:6432/shop?sslmode=require",
                Postgres,
                "host:6432",
            ),
            ("redis://:p@ss@host", Redis, "host:6379"),
            ("redis://[2001:db8::1]:6380/0", Redis, "[2001:db8::1]:6380"),
            ("redis://ann@[::1]", Redis, "[::1]:6379"),
            ("[::1]", Redis, "[::1]:6379"),
            ("tls://host", Tls, "host:443"),
            ("https://host/health", Tls, "host:443"),
            ("https://host/health", Http, "host:443"),
            ("http://ann:secret@host", Http, "host:80"),
            ("http://host:8080?x=1:2", Http, "host:8080"),
            ("https://vault.example", Vault, "vault.example:443"),
            ("dns://1.1.1.1", Dns, "1.1.1.1:53"),
            ("redis://host", Tcp, "host:6379"),
            ("tcp://host", Tcp, ""),
            ("tcp://host:", Tcp, ""),
            ("tcp://host:99999", Tcp, ""),
            ("tcp://:5432", Tcp, ""),
            ("tcp://", Tcp, ""),
            ("", Redis, ""),
        ] {
            assert_eq!(of_url(url, kind).unwrap_or_default(), expected, "{url}");
        }
    }

    #[test]
    fn metadata_addresses_are_refused_everywhere() {
        for address in [
            "169.254.169.254",
            "fe80::1",
            "fd00:ec2::254",
            "::ffff:169.254.169.254",
            "100.100.100.200",
        ] {
            let own = container(Some(address), None);
            assert_eq!(
                addresses(&own, None, 80, "tcp", &local()),
                [""; 0],
                "{address}"
            );
            let bound = container(None, Some((address, 80)));
            assert_eq!(
                addresses(&bound, None, 80, "tcp", &local()),
                [""; 0],
                "{address}"
            );
            let published = container(None, Some(("0.0.0.0", 80)));
            assert_eq!(
                addresses(&published, None, 80, "tcp", &remote(address)),
                [""; 0],
                "{address}"
            );
        }
    }

    #[test]
    fn shared_and_host_networks() {
        let lender = container(Some("172.18.0.9"), None);
        let mut borrower = container(None, None);
        borrower.networks.clear();
        borrower.network_mode = "container:id-hub/web".into();
        assert_eq!(
            addresses(&borrower, Some(&lender), 9000, "tcp", &local()),
            ["172.18.0.9:9000"]
        );
        borrower.network_mode = "host".into();
        assert_eq!(
            addresses(&borrower, None, 9000, "tcp", &local()),
            ["127.0.0.1:9000"]
        );
        assert_eq!(
            addresses(&borrower, None, 9000, "tcp", &remote("box")),
            ["box:9000"]
        );
    }

    #[test]
    fn udp_and_tcp_of_the_same_number_are_two_ports() {
        let mut facts = container(None, Some(("0.0.0.0", 53)));
        facts.ports[0].protocol = "udp".into();
        assert_eq!(addresses(&facts, None, 53, "tcp", &local()), [""; 0]);
        facts.ports[0].container = 53;
        assert_eq!(addresses(&facts, None, 53, "tcp", &local()), [""; 0]);
        assert_eq!(
            addresses(&facts, None, 53, "udp", &local()),
            ["127.0.0.1:53"]
        );
    }
}
