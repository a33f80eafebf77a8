//! Folding what was read in containers: configuration files, and connections between them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::Arc;

use crate::inference::references;
use crate::model::{ConfigurationFile, Connection, InstanceId, ServiceId};

use super::{Changed, Store};

/// Most connections that are remembered.
const MOST_CONNECTIONS: usize = 20_000;

/// A connection that was seen: from, to, and the port it goes to.
pub(super) type Seen = (InstanceId, InstanceId, u16);

impl Store {
    /// Keeps what the files name, and nothing else of them.
    pub(super) fn fold_configuration(
        &mut self,
        instance: &InstanceId,
        files: &[ConfigurationFile],
    ) -> Changed {
        let Some(tracked) = self.tracked.get_mut(instance) else {
            return Changed::No;
        };
        let configured = references::of_files(files);
        if *tracked.configured == *configured {
            return Changed::No;
        }
        tracked.configured = Arc::from(configured);
        self.topology_due = true;
        Changed::Yes
    }

    /// Remembers connections between containers. One that is closed later was still there: it is
    /// kept while both containers exist.
    pub(super) fn fold_connections(&mut self, connections: &[Connection]) -> Changed {
        let addresses = self.addresses();
        let mut seen: BTreeSet<Seen> = BTreeSet::new();
        for connection in connections {
            if let Some(to) = self.connected_to(connection, &addresses) {
                seen.insert((connection.from.clone(), to.clone(), connection.port));
            }
        }
        let before = self.connections.len();
        for each in seen {
            if self.connections.len() < MOST_CONNECTIONS {
                self.connections.insert(each);
            }
        }
        if self.connections.len() == before {
            return Changed::No;
        }
        self.topology_due = true;
        Changed::Yes
    }

    /// Containers by address; several where networks use the same addresses.
    fn addresses(&self) -> HashMap<IpAddr, Vec<(&str, &InstanceId)>> {
        let mut addresses: HashMap<IpAddr, Vec<(&str, &InstanceId)>> = HashMap::new();
        for tracked in self.tracked.values() {
            for network in &tracked.facts.networks {
                if let Some(address) = network.address {
                    addresses
                        .entry(address)
                        .or_default()
                        .push((&network.network, &tracked.facts.id));
                }
            }
        }
        addresses
    }

    /// The container that a connection goes to; `None` for the host, gateways, what is unknown, and
    /// replicas of the same service.
    fn connected_to<'a>(
        &self,
        connection: &Connection,
        addresses: &HashMap<IpAddr, Vec<(&str, &'a InstanceId)>>,
    ) -> Option<&'a InstanceId> {
        let from = self.tracked.get(&connection.from)?;
        let held = addresses.get(&connection.address)?;
        let own = &from.facts.networks;
        let shared = held
            .iter()
            .find(|(network, _)| own.iter().any(|each| each.network == *network));
        let to = match (shared, held.as_slice()) {
            (Some((_, to)), _) | (None, [(_, to)]) => *to,
            _ => return None,
        };
        (self.tracked.get(to)?.service != from.service).then_some(to)
    }

    /// Forgets the connections of a container that is gone.
    pub(super) fn forget_connections(&mut self, instance: &InstanceId) {
        self.connections
            .retain(|(from, to, _)| from != instance && to != instance);
    }

    /// Services and ports that connections go to, by the service they come from.
    pub(super) fn observed(&self) -> BTreeMap<ServiceId, Vec<(&ServiceId, u16)>> {
        let mut observed: BTreeMap<ServiceId, Vec<(&ServiceId, u16)>> = BTreeMap::new();
        for (from, to, port) in &self.connections {
            if let (Some(from), Some(to)) = (self.tracked.get(from), self.tracked.get(to)) {
                observed
                    .entry(from.service.clone())
                    .or_default()
                    .push((&to.service, *port));
            }
        }
        observed
    }
}
