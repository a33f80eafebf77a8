//! Which service a name or an address means, seen from a container.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use super::Node;
use crate::inference::references::Router;
use crate::model::{InstanceFacts, NetworkAddress, Protocol, StackName};

/// Names under which engines let containers reach the host.
const HOST_NAMES: [&str; 7] = [
    "host.docker.internal",
    "gateway.docker.internal",
    "host.containers.internal",
    "host-gateway",
    "docker.for.mac.localhost",
    "docker.for.win.localhost",
    "docker.for.mac.host.internal",
];
/// Networks without name service.
const NAMELESS: [&str; 3] = ["bridge", "host", "none"];

/// The container from which a name is looked up.
pub(super) struct Caller<'a> {
    /// Its service's place in the list of nodes.
    pub index: usize,
    /// Its stack.
    pub stack: Option<&'a StackName>,
    /// What the engine says of it.
    pub facts: &'a InstanceFacts,
}

/// Services, by place in the list of nodes, by the names that others use for them.
pub(super) struct Names<'a> {
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

impl<'a> Names<'a> {
    /// The names of `nodes`.
    pub fn new(nodes: &[Node<'a>]) -> Self {
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
            .filter(|port| port.protocol != Protocol::Udp)
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

    /// Puts the services that `host` (lower case) means for `caller` into `targets`: several where
    /// they share an alias.
    pub fn resolve(
        &self,
        caller: &Caller,
        host: &str,
        port: Option<u16>,
        targets: &mut Vec<usize>,
    ) {
        let is_number = host.starts_with(|c: char| c.is_ascii_digit()) || host.contains(':');
        if let Some(address) = is_number.then(|| host.parse::<IpAddr>().ok()).flatten() {
            targets.extend(self.of_address(caller, address, port));
            return;
        }
        if HOST_NAMES.contains(&host) || (host == "localhost" && caller.facts.is_on_host_network())
        {
            targets.extend(port.and_then(|port| self.published.get(&port).copied().flatten()));
            return;
        }
        self.by_name(caller, host, targets);
        if targets.is_empty()
            && let Some((first, rest)) = host.split_once('.')
        {
            if first == "tasks" {
                self.by_name(caller, rest, targets);
            } else if self.known.contains(first) && self.is_network(caller, rest) {
                self.by_name(caller, first, targets);
            }
        }
    }

    fn by_name(&self, caller: &Caller, name: &str, targets: &mut Vec<usize>) {
        let is_known = self.known.contains(name);
        if !is_known && caller.facts.links.is_empty() {
            return;
        }
        let is_link = |link: &&String| {
            link.split_once(':')
                .is_some_and(|(_, alias)| lower(alias) == name)
        };
        if let Some(link) = caller.facts.links.iter().find(is_link) {
            targets.extend(
                link.split_once(':')
                    .and_then(|(container, _)| self.of_container(container)),
            );
            return;
        }
        let stack = caller.stack.map(StackName::as_str);
        if let Some(stack) = stack {
            let key = (Some(stack), Cow::Borrowed(name));
            match self.services.get(&key) {
                Some(index) => targets.push(*index),
                None => targets.extend(self.others.get(&key).into_iter().flatten().copied()),
            }
        }
        if targets.is_empty() {
            for network in self
                .networks(caller)
                .iter()
                .filter(|each| !NAMELESS.contains(&&*each.network))
            {
                let key = (network.network.as_str(), Cow::Borrowed(name));
                for index in self.networks.get(&key).into_iter().flatten() {
                    push(targets, *index);
                }
            }
        }
        if targets.contains(&caller.index) {
            // It answers to the name itself.
            targets.clear();
        }
        if targets.len() > 1 {
            let needs = |index: &usize| {
                let needs = caller.facts.depends_on.iter();
                needs
                    .filter_map(|need| self.in_stack(caller.stack, need.service.as_str()))
                    .any(|need| need == *index)
            };
            if targets.iter().any(needs) {
                targets.retain(needs);
            }
        }
    }

    /// An address: a container's own on a network, or the host's where the caller is on the host.
    fn of_address(&self, caller: &Caller, address: IpAddr, port: Option<u16>) -> Option<usize> {
        if address.is_loopback() {
            let published = port.and_then(|port| self.published.get(&port).copied().flatten());
            return published.filter(|_| caller.facts.is_on_host_network());
        }
        let held = self.addresses.get(&address)?;
        let own = self.networks(caller);
        let shared = held
            .iter()
            .find(|(network, _)| own.iter().any(|each| each.network == *network));
        match (shared, held.as_slice()) {
            (Some((_, index)), _) | (None, [(_, index)]) => Some(*index),
            _ => None,
        }
    }

    /// The networks whose names the caller can look up.
    fn networks<'c>(&self, caller: &'c Caller<'c>) -> &'c [NetworkAddress]
    where
        'a: 'c,
    {
        match caller.facts.network_owner() {
            Some(other) => self.networks_of.get(other).copied().unwrap_or_default(),
            None => &caller.facts.networks,
        }
    }

    /// Whether `name` is a network of the caller, with or without its stack's name.
    fn is_network(&self, caller: &Caller, name: &str) -> bool {
        self.networks(caller).iter().any(|network| {
            let full = network.network.as_str();
            let stack = caller.stack.map(StackName::as_str).unwrap_or_default();
            let short = full
                .strip_prefix(stack)
                .and_then(|rest| rest.strip_prefix('_'));
            full.eq_ignore_ascii_case(name)
                || short.is_some_and(|short| short.eq_ignore_ascii_case(name))
        })
    }

    /// The proxies of this kind that route to `caller`: those on a network of it, else those of its
    /// stack, else those on the host's network.
    pub fn routers(&self, caller: &Caller, kind: Router) -> Vec<usize> {
        let own = self.networks(caller);
        let all = || self.routers.iter().filter(|(router, ..)| *router == kind);
        let shares = |facts: &InstanceFacts| {
            facts
                .networks
                .iter()
                .any(|a| own.iter().any(|b| a.network == b.network))
        };
        let pick = |keep: &dyn Fn(&InstanceFacts) -> bool| {
            let mut found = Vec::new();
            for (_, index, facts) in all() {
                if keep(facts) && *index != caller.index {
                    push(&mut found, *index);
                }
            }
            found
        };
        let by_network = pick(&shares);
        if !by_network.is_empty() {
            return by_network;
        }
        let by_stack =
            pick(&|facts| caller.stack.is_some() && facts.stack.as_ref() == caller.stack);
        if by_stack.is_empty() {
            pick(&InstanceFacts::is_on_host_network)
        } else {
            by_stack
        }
    }
}
