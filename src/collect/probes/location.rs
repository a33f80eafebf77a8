//! Where hubdeck runs: beside the engine, in one of its containers, or on another machine.

use crate::model::{EngineFlavour, EngineInfo, InstanceFacts, Snapshot};
use crate::probe::{Links, Location};

/// Characters of a container's id that are its host name.
const ID_PREFIX: usize = 12;

/// What this machine says of itself, read once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OwnMachine {
    /// The host name when hubdeck runs in a container, where it is the id's beginning.
    container: Option<String>,
    /// Whether its routes are asked for; tests bring none.
    has_routes: bool,
}

impl OwnMachine {
    /// Looks at the marks that engines leave in their containers.
    pub fn read() -> Self {
        let marked = ["/.dockerenv", "/run/.containerenv"]
            .iter()
            .any(|mark| std::path::Path::new(mark).exists());
        let name = || std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
        let container = marked
            .then(name)
            .flatten()
            .map(|name| name.trim().to_owned());
        Self {
            container: container.filter(|name| !name.is_empty()),
            has_routes: true,
        }
    }

    /// The networks that this machine has an interface in: they come and go with those of the
    /// engine.
    ///
    /// Where the kernel has no such file (macOS, Windows), a local engine runs in a machine of its
    /// own, whose networks nothing leads to but published ports.
    fn links(&self, info: &EngineInfo) -> Option<Links> {
        if !self.has_routes {
            return None;
        }
        if !cfg!(target_os = "linux") || has_own_networks(&info.endpoint) {
            return Some(Links::default());
        }
        let v4 = std::fs::read_to_string("/proc/net/route").ok()?;
        // A kernel without IPv6 has no such file.
        let v6 = std::fs::read_to_string("/proc/net/ipv6_route").unwrap_or_default();
        Some(Links::parse(&v4, &v6, self.container.is_some()))
    }

    /// The location towards the engine of `snapshot`.
    ///
    /// A container that the engine does not know is no container of this engine (hubdeck runs in
    /// another one's): the engine's networks then count as this machine's.
    pub fn location(&self, snapshot: &Snapshot) -> Location {
        let Some(info) = &snapshot.engine.info else {
            return Location::default();
        };
        if info.flavour == EngineFlavour::Simulated {
            return simulated(info);
        }
        let own = self.own_container(snapshot);
        // A container of this engine has its networks, whatever leads to the engine: a socket proxy
        // listens on TCP.
        let local = info.local || own.is_some_and(|facts| self.has_id_of(facts));
        let own_networks = own
            .filter(|facts| !facts.is_on_host_network())
            .map(|facts| {
                let networks = facts.networks.iter();
                networks.map(|network| network.network.clone()).collect()
            });
        let links = if local { self.links(info) } else { None };
        let engine_host = (!local).then(|| host(info)).flatten();
        Location {
            local,
            engine_host,
            own_networks,
            links,
            reports_unreachable: true,
        }
    }

    /// The container that hubdeck itself runs in.
    fn own_container<'a>(&self, snapshot: &'a Snapshot) -> Option<&'a InstanceFacts> {
        let name = self.container.as_deref()?;
        let instances = (snapshot.services.iter()).flat_map(|service| &service.instances);
        instances
            .map(|instance| &*instance.facts)
            .find(|facts| self.has_id_of(facts) || facts.name == name)
    }

    /// Whether the host name is the beginning of the id of the container `facts`: proof, where its
    /// name could be another one's, that it is our own.
    fn has_id_of(&self, facts: &InstanceFacts) -> bool {
        let name = self.container.as_deref().unwrap_or_default();
        name.len() >= ID_PREFIX && facts.id.as_str().starts_with(name)
    }
}

/// The location towards a simulated engine: its containers are reached by the ports that they
/// publish on this machine, and their addresses lead nowhere.
fn simulated(info: &EngineInfo) -> Location {
    Location {
        local: info.local,
        links: Some(Links::default()),
        ..Location::default()
    }
}

/// Whether the engine at `endpoint` keeps its networks to itself: without root, in a namespace of
/// its own that may use the very addresses of the machine's engine; on a desktop, in a virtual
/// machine.
fn has_own_networks(endpoint: &str) -> bool {
    let path = endpoint.strip_prefix("unix://").unwrap_or_default();
    let desktop = [
        "/.docker/desktop/",
        "/.docker/run/",
        "/.colima/",
        "/.lima/",
        "/.rd/",
        "/.orbstack/",
    ];
    path.starts_with("/run/user/") || desktop.iter().any(|folder| path.contains(folder))
}

/// The host of the engine's endpoint: `ssh://me@box:22` → `box`.
fn host(info: &EngineInfo) -> Option<String> {
    let (scheme, rest) = info.endpoint.split_once("://")?;
    if matches!(scheme, "unix" | "npipe") {
        return None;
    }
    let authority = rest.split('/').next()?;
    let authority = authority.rsplit('@').next()?;
    let host = match authority.rfind(']') {
        Some(end) => authority.get(..=end)?,
        None => authority.split(':').next()?,
    };
    (!host.is_empty()).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{EngineFlavour, NetworkAddress, Timestamp};
    use crate::probe::testing::{facts, service};

    fn snapshot(endpoint: &str, local: bool) -> Snapshot {
        let mut snapshot = Snapshot::empty(Timestamp::UNIX_EPOCH);
        snapshot.engine.info = Some(EngineInfo {
            endpoint: endpoint.into(),
            chosen_by: "--host".into(),
            id: None,
            host_name: None,
            version: "26".into(),
            api_version: "1.45".into(),
            flavour: EngineFlavour::Docker,
            cpus: None,
            memory_bytes: None,
            local,
        });
        snapshot
    }

    #[test]
    fn remote_engines_are_reached_under_their_endpoints_host() {
        for (endpoint, host) in [
            ("tcp://box:2375", Some("box")),
            ("ssh://me@box.example:22", Some("box.example")),
            ("ssh://box", Some("box")),
            ("https://[2001:db8::1]:2376", Some("[2001:db8::1]")),
            ("unix:///run/user/1/forwarded.sock", None),
            ("nonsense", None),
        ] {
            let location = OwnMachine::default().location(&snapshot(endpoint, false));
            assert_eq!(location.engine_host.as_deref(), host, "{endpoint}");
        }
        assert_eq!(
            OwnMachine::default().location(&Snapshot::empty(Timestamp::UNIX_EPOCH)),
            Location::default()
        );
    }

    #[test]
    fn networks_of_engines_without_root_or_in_a_machine_of_their_own_are_out_of_reach() {
        for (endpoint, own) in [
            ("unix:///var/run/docker.sock", false),
            ("unix:///run/podman/podman.sock", false),
            ("unix:///run/user/1000/docker.sock", true),
            ("unix:///run/user/1000/podman/podman.sock", true),
            ("unix:///home/ann/.docker/desktop/docker.sock", true),
            ("unix:///Users/ann/.colima/default/docker.sock", true),
            ("tcp://127.0.0.1:2375", false),
        ] {
            assert_eq!(has_own_networks(endpoint), own, "{endpoint}");
        }
        let machine = OwnMachine {
            has_routes: true,
            ..OwnMachine::default()
        };
        let rootless = machine.location(&snapshot("unix:///run/user/1000/docker.sock", true));
        assert!(rootless.reports_unreachable && rootless.links == Some(Links::default()));
    }

    #[test]
    fn of_a_simulated_engine_only_published_ports_are_asked() {
        let machine = OwnMachine {
            has_routes: true,
            container: Some("0123456789ab".into()),
        };
        let mut simulated = snapshot("unix:///tmp/x.sock", true);
        if let Some(info) = &mut simulated.engine.info {
            info.flavour = EngineFlavour::Simulated;
        }
        let location = machine.location(&simulated);
        assert!(location.local && location.links == Some(Links::default()));
        assert_eq!(
            (location.own_networks, location.reports_unreachable),
            (None, false)
        );
    }

    #[test]
    fn inside_a_container_its_own_networks_are_found_by_id_or_name() {
        let mut own = facts("hub/console");
        own.id = format!("0123456789ab{}", "f".repeat(52)).into();
        own.networks = vec![NetworkAddress {
            network: "hub_default".into(),
            address: None,
            aliases: Vec::new(),
        }];
        let mut snapshot = snapshot("unix:///var/run/docker.sock", true);
        let networks = Some(vec!["hub_default".to_owned()]);
        for (name, expected) in [
            ("0123456789ab", networks.clone()),
            ("console-1", networks),
            ("other", None),
            ("012", None),
        ] {
            snapshot.services = vec![Arc::new(service(own.clone()))];
            let machine = OwnMachine {
                container: Some(name.into()),
                ..OwnMachine::default()
            };
            assert_eq!(machine.location(&snapshot).own_networks, expected, "{name}");
        }
        for (name, local) in [("0123456789ab", true), ("console-1", false)] {
            let mut behind_a_proxy = snapshot.clone();
            if let Some(info) = &mut behind_a_proxy.engine.info {
                (info.local, info.endpoint) = (false, "tcp://socket-proxy:2375".into());
            }
            behind_a_proxy.services = vec![Arc::new(service(own.clone()))];
            let machine = OwnMachine {
                container: Some(name.into()),
                ..OwnMachine::default()
            };
            let location = machine.location(&behind_a_proxy);
            let host = (!local).then(|| "socket-proxy".to_owned());
            assert_eq!(
                (location.local, location.engine_host),
                (local, host),
                "{name}"
            );
        }
        own.network_mode = "host".into();
        snapshot.services = vec![Arc::new(service(own))];
        let machine = OwnMachine {
            container: Some("0123456789ab".into()),
            ..OwnMachine::default()
        };
        assert_eq!(machine.location(&snapshot).own_networks, None);
    }
}
