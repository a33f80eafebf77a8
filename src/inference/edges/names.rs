//! Which service a name or an address means, seen from a container.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use super::ServiceNode;
use crate::inference::references::Router;
use crate::model::{InstanceFacts, NetworkAddress, PortProtocol, StackName};

mod resolve;

/// The container from which a name is looked up.
pub(super) struct Caller<'a> {
    /// Its service's place in the list of nodes.
    pub index: usize,
    /// Its stack.
    pub stack: Option<&'a StackName>,
    /// Its facts from the engine.
    pub facts: &'a InstanceFacts,
}

/// Services, by place in the list of nodes, by the names that others use for them.
pub(super) struct NameIndex<'a> {
    /// Every name of anything: what is not here means nothing to anyone.
    known: HashSet<Cow<'a, str>>,
    /// Services by stack and name, lower case.
    services: HashMap<(Option<&'a str>, Cow<'a, str>), usize>,
    /// Services by name alone; `None` where several have it.
    single: HashMap<&'a str, Option<usize>>,
    ids: HashMap<&'a str, usize>,
    /// Containers by id and by name.
    containers: HashMap<&'a str, usize>,
    /// Other names of containers by stack: container names, host names, aliases.
    others: HashMap<(Option<&'a str>, Cow<'a, str>), Vec<usize>>,
    /// All names of containers by network.
    networks: HashMap<(&'a str, Cow<'a, str>), Vec<usize>>,
    addresses: HashMap<IpAddr, Vec<(&'a str, usize)>>,
    /// Services by port on the host; `None` where several publish it.
    published: HashMap<u16, Option<usize>>,
    /// Networks by container id, for those that share the namespace of another one.
    networks_of: HashMap<&'a str, &'a [NetworkAddress]>,
    routers: Vec<(Router, usize, &'a InstanceFacts)>,
}

/// `text` as names are compared.
fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

fn push(list: &mut Vec<usize>, index: usize) {
    if !list.contains(&index) {
        list.push(index);
    }
}

impl<'a> NameIndex<'a> {
    /// The names of `nodes`.
    pub fn new(nodes: &[ServiceNode<'a>]) -> Self {
        let mut names = Self {
            known: HashSet::new(),
            services: HashMap::new(),
            single: HashMap::new(),
            ids: HashMap::new(),
            containers: HashMap::new(),
            others: HashMap::new(),
            networks: HashMap::new(),
            addresses: HashMap::new(),
            published: HashMap::new(),
            networks_of: HashMap::new(),
            routers: Vec::new(),
        };
        for (index, node) in nodes.iter().enumerate() {
            let (stack, name) = (node.stack.map(StackName::as_str), node.name.as_str());
            names.known.insert(lower(name));
            names.services.insert((stack, lower(name)), index);
            names
                .single
                .entry(name)
                .and_modify(|held| *held = None)
                .or_insert(Some(index));
            names.ids.insert(node.id.as_str(), index);
            for member in &node.members {
                names.add(index, stack, name, member.facts);
                if let Some(router) = member.references.router {
                    names.routers.push((router, index, member.facts));
                }
            }
        }
        names
    }

    fn add(
        &mut self,
        index: usize,
        stack: Option<&'a str>,
        name: &'a str,
        facts: &'a InstanceFacts,
    ) {
        self.containers.insert(facts.id.as_str(), index);
        self.containers.insert(&facts.name, index);
        self.networks_of.insert(facts.id.as_str(), &facts.networks);
        for other in [facts.name.as_str(), facts.hostname.as_str()] {
            self.known.insert(lower(other));
            push(self.others.entry((stack, lower(other))).or_default(), index);
        }
        for port in facts
            .ports
            .iter()
            .filter(|port| port.protocol != PortProtocol::Udp)
        {
            let Some(published) = port.published else {
                continue;
            };
            let held = self.published.entry(published).or_insert(Some(index));
            *held = held.filter(|held| *held == index);
        }
        for network in &facts.networks {
            if let Some(address) = network.address {
                self.addresses
                    .entry(address)
                    .or_default()
                    .push((&network.network, index));
            }
            let own = [name, facts.name.as_str()];
            for alias in network.aliases.iter().map(String::as_str).chain(own) {
                self.known.insert(lower(alias));
                let key = (network.network.as_str(), lower(alias));
                push(self.networks.entry(key).or_default(), index);
                push(self.others.entry((stack, lower(alias))).or_default(), index);
            }
        }
    }

    /// A Compose name: it means the same project, always.
    pub fn in_stack(&self, stack: Option<&StackName>, name: &str) -> Option<usize> {
        self.services
            .get(&(stack.map(StackName::as_str), lower(name)))
            .copied()
    }

    /// A name from a label or from config: an id, else a service of the same stack, a standalone
    /// container, or the only service of that name.
    pub fn declared(&self, stack: Option<&StackName>, wanted: &str) -> Option<usize> {
        self.of_id(wanted)
            .filter(|_| wanted.contains('/'))
            .or_else(|| self.in_stack(stack, wanted))
            .or_else(|| self.in_stack(None, wanted))
            .or_else(|| self.single.get(wanted).copied().flatten())
    }

    /// The service with this id.
    pub fn of_id(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied()
    }

    /// The service of the container with this id or name.
    pub fn of_container(&self, container: &str) -> Option<usize> {
        self.containers.get(container).copied()
    }
}
