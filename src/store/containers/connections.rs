//! Connections that were seen between containers that are still there.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

use crate::model::{Connection, InstanceId, ServiceId};

use super::Containers;

/// Most connections that are remembered.
const MOST_CONNECTIONS: usize = 20_000;

/// A connection that was seen: from, to, and the port it goes to.
type SeenConnection = (InstanceId, InstanceId, u16);

/// The connections, sorted.
#[derive(Debug, Default)]
pub(super) struct Connections {
    seen: BTreeSet<SeenConnection>,
}

impl Connections {
    /// Adds as many as there is room for; whether any is new.
    fn add(&mut self, seen: BTreeSet<SeenConnection>) -> bool {
        let before = self.seen.len();
        for each in seen {
            if self.seen.len() < MOST_CONNECTIONS {
                self.seen.insert(each);
            }
        }
        self.seen.len() != before
    }

    /// Forgets those of a container that is gone.
    pub fn forget(&mut self, instance: &InstanceId) {
        (self.seen).retain(|(from, to, _)| from != instance && to != instance);
    }
}

impl Containers {
    /// Remembers connections between containers; whether any is new. One that is closed later was
    /// still there: it is kept while both containers exist.
    pub fn add_connections(&mut self, connections: &[Connection]) -> bool {
        let addresses = self.addresses();
        let mut seen: BTreeSet<SeenConnection> = BTreeSet::new();
        for connection in connections {
            if let Some(to) = self.connected_to(connection, &addresses) {
                seen.insert((connection.from.clone(), to.clone(), connection.port));
            }
        }
        self.connections.add(seen)
    }

    /// Containers by address; several where networks use the same addresses.
    fn addresses(&self) -> HashMap<IpAddr, Vec<(&str, &InstanceId)>> {
        let mut addresses: HashMap<IpAddr, Vec<(&str, &InstanceId)>> = HashMap::new();
        for container in self.by_id.values() {
            for network in &container.facts.networks {
                if let Some(address) = network.address {
                    addresses
                        .entry(address)
                        .or_default()
                        .push((&network.network, &container.facts.id));
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
        let from = self.by_id.get(&connection.from)?;
        let held = addresses.get(&connection.address)?;
        let own = &from.facts.networks;
        let shared = held
            .iter()
            .find(|(network, _)| own.iter().any(|each| each.network == *network));
        let to = match (shared, held.as_slice()) {
            (Some((_, to)), _) | (None, [(_, to)]) => *to,
            _ => return None,
        };
        (self.by_id.get(to)?.service != from.service).then_some(to)
    }

    /// Services and ports that connections go to, by the service they come from.
    pub fn observed(&self) -> BTreeMap<ServiceId, Vec<(&ServiceId, u16)>> {
        let mut observed: BTreeMap<ServiceId, Vec<(&ServiceId, u16)>> = BTreeMap::new();
        for (from, to, port) in &self.connections.seen {
            if let (Some(from), Some(to)) = (self.by_id.get(from), self.by_id.get(to)) {
                observed
                    .entry(from.service.clone())
                    .or_default()
                    .push((&to.service, *port));
            }
        }
        observed
    }
}
