//! Where hubdeck runs: beside the engine, in one of its containers, or on another machine.

use crate::model::{EngineInfo, Snapshot};
use crate::probe::Vantage;

/// What the machine tells of itself, read once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Machine {
    /// The host name when hubdeck runs in a container, where it is the id's beginning.
    container: Option<String>,
}

impl Machine {
    /// Looks at the marks that engines leave in their containers.
    pub fn read() -> Self {
        let marked =
            ["/.dockerenv", "/run/.containerenv"].iter().any(|mark| std::path::Path::new(mark).exists());
        let name = || std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
        let container = marked.then(name).flatten().map(|name| name.trim().to_owned());
        Self { container: container.filter(|name| !name.is_empty()) }
    }

    /// The vantage on the engine of `snapshot`.
    ///
    /// A container that the engine does not know is no container of this engine (hubdeck runs in
    /// another one's): the engine's networks then count as this machine's.
    pub fn vantage(&self, snapshot: &Snapshot) -> Vantage {
        let Some(info) = &snapshot.engine.info else {
            return Vantage::default();
        };
        let own = self.container.as_deref().and_then(|name| {
            let instances = snapshot.services.iter().flat_map(|service| &service.instances);
            instances
                .map(|instance| &instance.facts)
                .find(|facts| (name.len() >= 12 && facts.id.as_str().starts_with(name)) || facts.name == name)
        });
        let own_networks = own
            .filter(|facts| !facts.is_on_host_network())
            .map(|facts| facts.networks.iter().map(|network| network.network.clone()).collect());
        Vantage { local: info.local, engine_host: (!info.local).then(|| host(info)).flatten(), own_networks }
    }
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
            let vantage = Machine::default().vantage(&snapshot(endpoint, false));
            assert_eq!(vantage.engine_host.as_deref(), host, "{endpoint}");
        }
        assert_eq!(Machine::default().vantage(&Snapshot::empty(Timestamp::UNIX_EPOCH)), Vantage::default());
    }

    #[test]
    fn inside_a_container_its_own_networks_are_found_by_id_or_name() {
        let mut own = facts("hub/console");
        own.id = format!("0123456789ab{}", "f".repeat(52)).into();
        own.networks =
            vec![NetworkAddress { network: "hub_default".into(), address: None, aliases: Vec::new() }];
        let mut snapshot = snapshot("unix:///var/run/docker.sock", true);
        let networks = Some(vec!["hub_default".to_owned()]);
        for (name, expected) in
            [("0123456789ab", networks.clone()), ("console-1", networks), ("other", None), ("012", None)]
        {
            snapshot.services = vec![Arc::new(service(own.clone()))];
            let machine = Machine { container: Some(name.into()) };
            assert_eq!(machine.vantage(&snapshot).own_networks, expected, "{name}");
        }
        own.network_mode = "host".into();
        snapshot.services = vec![Arc::new(service(own))];
        let machine = Machine { container: Some("0123456789ab".into()) };
        assert_eq!(machine.vantage(&snapshot).own_networks, None);
    }
}
