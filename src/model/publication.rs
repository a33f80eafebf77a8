//! Where on the host the ports of containers are published.

use std::collections::BTreeSet;
use std::fmt;

use super::{HostPort, InstanceFacts, Port, PortProtocol, SortShared as _};

/// The host's side of a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Published {
    /// Bound to this port.
    Number(u16),
    /// Not bound to one.
    Unbound(HostPort),
}

impl fmt::Display for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(port) => write!(f, "{port}"),
            Self::Unbound(host) => write!(f, "{host}"),
        }
    }
}

/// A port of a container that is published, as one thing: the same number for IPv4 and for IPv6 is
/// one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Publication<'a> {
    /// Where on the host.
    pub host: Published,
    /// Port inside the container.
    pub container: u16,
    /// What it speaks.
    pub protocol: &'a PortProtocol,
    /// Host addresses, in order; empty where none is known.
    pub addresses: BTreeSet<&'a str>,
}

impl Publication<'_> {
    /// Whether it publishes `port`.
    #[must_use]
    pub fn is_of(&self, port: &Port) -> bool {
        (self.container, self.protocol) == (port.container, &port.protocol)
    }

    /// Whether it is published on every address of the host, as far as is known.
    #[must_use]
    pub fn is_on_every_address(&self) -> bool {
        self.addresses.is_empty()
            || (self.addresses.contains("0.0.0.0") && self.addresses.contains("::"))
    }

    /// `8080→80/tcp`, `127.0.0.1:8080→80/tcp`, `28000-28010→80/tcp`, with this arrow; one for each
    /// address where it is not published on all.
    #[must_use]
    pub fn words(&self, arrow: &str) -> Vec<String> {
        let target = format!("{arrow}{}/{}", self.container, self.protocol);
        let host = match self.host {
            Published::Unbound(HostPort::Random) => "random port".to_owned(),
            Published::Unbound(HostPort::Unread) => "unknown port".to_owned(),
            host => host.to_string(),
        };
        if self.is_on_every_address() {
            return vec![format!("{host}{target}")];
        }
        let of = |address: &&str| match *address {
            "::" => format!("{host}{target} on IPv6"),
            address if address.contains(':') => format!("[{address}]:{host}{target}"),
            address => format!("{address}:{host}{target}"),
        };
        self.addresses.iter().map(of).collect()
    }
}

/// The host's ports that `containers` publish, sorted, each once.
#[must_use]
pub fn host_ports<'a>(containers: impl IntoIterator<Item = &'a InstanceFacts>) -> Vec<Published> {
    let mut ports: Vec<Published> = publications(containers)
        .into_iter()
        .map(|publication| publication.host)
        .collect();
    ports.dedup();
    ports
}

/// The publications of `containers`, by host port, each once.
#[must_use]
pub fn publications<'a>(
    containers: impl IntoIterator<Item = &'a InstanceFacts>,
) -> Vec<Publication<'a>> {
    let mut found: Vec<Publication<'a>> = Vec::new();
    for facts in containers {
        let bound = facts.ports.iter().filter_map(|port| {
            let host = Published::Number(port.published?);
            Some((
                host,
                port.container,
                &port.protocol,
                port.address.as_deref(),
            ))
        });
        let unbound = facts.unbound_ports.iter();
        let unbound = unbound.map(|port| {
            (
                Published::Unbound(port.host),
                port.container,
                &port.protocol,
                None,
            )
        });
        for (host, container, protocol, address) in bound.chain(unbound) {
            let same = |each: &&mut Publication<'_>| {
                (each.host, each.container, each.protocol) == (host, container, protocol)
            };
            match found.iter_mut().find(same) {
                Some(publication) => publication.addresses.extend(address),
                None => {
                    let addresses = address.into_iter().collect();
                    found.push(Publication {
                        host,
                        container,
                        protocol,
                        addresses,
                    });
                }
            }
        }
    }
    found.sort_shared();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::UnboundPort;

    fn facts(bound: &[(u16, u16, &str)], unbound: &[(HostPort, u16)]) -> InstanceFacts {
        let address = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        InstanceFacts {
            ports: (bound.iter())
                .map(|(host, container, on)| Port {
                    container: *container,
                    protocol: PortProtocol::Tcp,
                    published: Some(*host),
                    address: address(on),
                })
                .collect(),
            unbound_ports: (unbound.iter())
                .map(|(host, container)| UnboundPort {
                    container: *container,
                    protocol: PortProtocol::Tcp,
                    host: *host,
                })
                .collect(),
            ..InstanceFacts::unknown("a".into(), "a", None, "a".into())
        }
    }

    #[test]
    fn one_number_for_both_address_families_is_one_publication() {
        let range = HostPort::Range {
            first: 28_000,
            last: 28_010,
        };
        for (bound, unbound, expected) in [
            (
                &[(8080, 80, "0.0.0.0"), (8080, 80, "::")][..],
                &[][..],
                "8080>80/tcp",
            ),
            (&[(8080, 80, "")], &[], "8080>80/tcp"),
            (&[(8080, 80, "::")], &[], "8080>80/tcp on IPv6"),
            (&[(8080, 80, "0.0.0.0")], &[], "0.0.0.0:8080>80/tcp"),
            (
                &[(8080, 80, "127.0.0.1"), (8080, 80, "::1")],
                &[],
                "127.0.0.1:8080>80/tcp, [::1]:8080>80/tcp",
            ),
            (
                &[(32_768, 80, "0.0.0.0"), (32_769, 80, "::")],
                &[],
                "0.0.0.0:32768>80/tcp, 32769>80/tcp on IPv6",
            ),
            (
                &[],
                &[(HostPort::Random, 80), (range, 443)],
                "28000-28010>443/tcp, random port>80/tcp",
            ),
            (&[], &[(HostPort::Unread, 80)], "unknown port>80/tcp"),
        ] {
            let facts = facts(bound, unbound);
            let found = publications([&facts]);
            let words: Vec<String> = found.iter().flat_map(|each| each.words(">")).collect();
            assert_eq!(words.join(", "), expected);
        }
    }

    #[test]
    fn publications_of_replicas_are_told_once() {
        let both = [(8080, 80, "0.0.0.0"), (8080, 80, "::")];
        let (first, second) = (facts(&both, &[]), facts(&[(8081, 80, "::")], &[]));
        let hosts: Vec<Published> = publications([&first, &second, &first])
            .iter()
            .map(|each| each.host)
            .collect();
        assert_eq!(hosts, [Published::Number(8080), Published::Number(8081)]);
    }
}
