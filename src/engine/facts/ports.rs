//! Ports of an inspection: what is exposed, what is bound, and what waits for the next start.

use crate::engine::wire::{Bindings, WireBinding};
use crate::model::SortShared as _;
use crate::model::{HostPort, Port, PortProtocol, Published, UnboundPort};

/// Reads `8000/tcp`.
fn port_key(key: &str) -> Option<(u16, PortProtocol)> {
    let (port, protocol) = key.split_once('/').unwrap_or((key, "tcp"));
    Some((port.parse().ok()?, protocol.into()))
}

/// The ports of a container, and those of them whose host port is no number now.
pub(super) fn of(exposed: &[String], bindings: &Bindings) -> (Vec<Port>, Vec<UnboundPort>) {
    let (mut ports, mut unbound) = bound(bindings);
    for key in exposed.iter().chain(bindings.keys()) {
        let Some((container, protocol)) = port_key(key) else {
            continue;
        };
        if !ports
            .iter()
            .any(|port| port.container == container && port.protocol == protocol)
        {
            ports.push(Port {
                container,
                protocol,
                published: None,
                address: None,
            });
        }
    }
    ports.sort_shared();
    ports.dedup();
    unbound.sort_shared();
    unbound.dedup();
    (ports, unbound)
}

/// The ports that are bound, and those to be bound to a host port that is no number now.
fn bound(bindings: &Bindings) -> (Vec<Port>, Vec<UnboundPort>) {
    let (mut ports, mut unbound) = (Vec::new(), Vec::new());
    for (key, bindings) in bindings {
        let Some((container, protocol)) = port_key(key) else {
            continue;
        };
        for binding in bindings {
            match host_port(binding) {
                Published::Number(number) => ports.push(Port {
                    container,
                    protocol: protocol.clone(),
                    published: Some(number),
                    address: binding.host_ip.clone().filter(|ip| !ip.is_empty()),
                }),
                Published::Unbound(host) => {
                    unbound.push(UnboundPort {
                        container,
                        protocol: protocol.clone(),
                        host,
                    });
                }
            }
        }
    }
    (ports, unbound)
}

/// `8000`, `8000-8010`, and nothing or `0` for any port that is free.
fn host_port(binding: &WireBinding) -> Published {
    let Some(text) = binding.host_port.as_deref().map(str::trim) else {
        return Published::Unbound(HostPort::Unread);
    };
    let range = text
        .split_once('-')
        .and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
    Published::Unbound(match (text, text.parse::<u16>(), range) {
        ("" | "0", ..) => HostPort::Random,
        (_, Ok(number), _) => return Published::Number(number),
        (_, _, Some((first, last))) if first == last => return Published::Number(first),
        (_, _, Some((first, last))) if 0 < first && first < last => HostPort::Range { first, last },
        _ => HostPort::Unread,
    })
}
