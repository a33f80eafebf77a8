//! Networks, addresses and ports of the simulated containers.

use super::id::{Id, mix};
use super::refusal::LifecycleRefusal;
use super::schema::PortSpec;
use super::world::{Container, World};

/// One network as a container sees it.
pub(super) struct Attachment {
    pub(super) name: String,
    pub(super) id: Id,
    pub(super) endpoint: Id,
    pub(super) gateway: String,
    /// Empty while the container does not run.
    pub(super) address: String,
    pub(super) mac: String,
}

/// A published or exposed port as the engine reports it.
pub(super) struct ReportedPort<'a> {
    pub(super) spec: &'a PortSpec,
    /// Host address and port.
    pub(super) host: Option<(&'static str, u16)>,
}

/// Gateway and first three numbers of network number `index`. The range is the one reserved for
/// benchmarks (RFC 2544): a probe that tries such an address never reaches somebody else's service.
pub(super) fn subnet(index: u32) -> String {
    let index = index % 512;
    format!("198.{}.{}", 18 + index / 256, index % 256)
}

impl World {
    /// The networks `container` is on.
    pub(super) fn attachments(&self, container: &Container) -> Vec<Attachment> {
        if let Some(mode) = &container.spec.network_mode {
            return match mode.as_str() {
                mode @ ("host" | "none") => vec![self.attachment(container, mode.to_owned(), None)],
                _ => Vec::new(),
            };
        }
        let Some(stack) = self.stack(container) else {
            return vec![self.attachment(container, "bridge".into(), Some(0))];
        };
        let place = |name: &String| {
            stack
                .networks
                .iter()
                .position(|other| other == name)
                .unwrap_or(0)
        };
        let networks = container.spec.networks.iter();
        networks
            .map(|name| {
                let index = stack.first_subnet + u32::try_from(place(name)).unwrap_or(0);
                self.attachment(container, format!("{}_{name}", stack.name), Some(index))
            })
            .collect()
    }

    fn attachment(&self, container: &Container, name: String, index: Option<u32>) -> Attachment {
        let up = container.state.is_up();
        let subnet = index.map(subnet).filter(|_| up);
        let mac = mix(container.seed);
        Attachment {
            id: Id::of("network", &name),
            endpoint: Id::of("endpoint", &format!("{name} {}", container.name)),
            gateway: subnet
                .as_ref()
                .map_or_else(String::new, |subnet| format!("{subnet}.1")),
            address: subnet.map_or_else(String::new, |subnet| {
                format!("{subnet}.{}", 2 + container.place % 250)
            }),
            mac: if up {
                let [a, b, c, d, ..] = mac.to_le_bytes();
                format!("02:42:{a:02x}:{b:02x}:{c:02x}:{d:02x}")
            } else {
                String::new()
            },
            name,
        }
    }

    /// `HostConfig.NetworkMode`.
    pub(super) fn network_mode(&self, container: &Container) -> String {
        match (
            container.spec.network_mode.as_deref(),
            self.stack(container),
        ) {
            (Some(mode), Some(stack)) => match mode.strip_prefix("service:") {
                Some(service) => {
                    let name = format!("{}-{service}-1", stack.name);
                    format!("container:{}", Id::of("container", &name))
                }
                None => mode.to_owned(),
            },
            (Some(mode), None) => match mode.strip_prefix("container:") {
                Some(name) => format!("container:{}", Id::of("container", name)),
                None => mode.to_owned(),
            },
            (None, Some(stack)) => {
                let first = container
                    .spec
                    .networks
                    .first()
                    .map_or("default", String::as_str);
                format!("{}_{first}", stack.name)
            }
            (None, None) => "default".into(),
        }
    }
}

impl World {
    /// Refuses where the container uses the network of one that does not run.
    pub(super) fn network_owner_runs(&self, index: u32) -> Result<(), LifecycleRefusal> {
        let mode = self
            .get(index)
            .map(|container| self.network_mode(container))
            .unwrap_or_default();
        let Some(owner) = mode.strip_prefix("container:") else {
            return Ok(());
        };
        match self.find(owner).and_then(|owner| self.get(owner)) {
            None => Err(LifecycleRefusal::Missing(format!(
                "No such container: {owner}"
            ))),
            Some(found) if !found.state.is_up() => Err(LifecycleRefusal::Conflict(format!(
                "cannot join network of a non running container: {owner}"
            ))),
            Some(_) => Ok(()),
        }
    }
}

impl Container {
    /// Its ports with the host ports that are open while it runs.
    pub(super) fn bindings(&self) -> impl Iterator<Item = ReportedPort<'_>> {
        self.spec.ports.iter().map(|spec| ReportedPort {
            spec,
            host: self.host_port(spec),
        })
    }

    /// Host address and port of `spec`, running or not.
    pub(super) fn host_port(&self, spec: &PortSpec) -> Option<(&'static str, u16)> {
        if let Some((_, port)) = self
            .listeners
            .iter()
            .find(|(inside, _)| *inside == spec.container)
        {
            return Some(("127.0.0.1", *port));
        }
        self.published(spec).map(|port| ("0.0.0.0", port))
    }

    /// Host port that the scenario wants for `spec`: replicas take the next ones.
    pub(super) fn published(&self, spec: &PortSpec) -> Option<u16> {
        let offset = u16::try_from(self.number.saturating_sub(1)).unwrap_or(0);
        spec.published?.checked_add(offset)
    }
}
