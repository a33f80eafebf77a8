//! What a host or an address means for a container.

use std::borrow::Cow;
use std::net::IpAddr;

use super::{Caller, NameIndex, lower, push};
use crate::inference::references::Router;
use crate::model::{InstanceFacts, NetworkAddress, StackName};

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

impl<'a> NameIndex<'a> {
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
        if targets.is_empty() {
            self.by_qualified_name(caller, host, targets);
        }
    }

    /// `tasks.NAME` of a swarm, and `NAME.NETWORK`.
    fn by_qualified_name(&self, caller: &Caller, host: &str, targets: &mut Vec<usize>) {
        let Some((first, rest)) = host.split_once('.') else {
            return;
        };
        if first == "tasks" {
            self.by_name(caller, rest, targets);
        } else if self.known.contains(first) && self.is_network(caller, rest) {
            self.by_name(caller, first, targets);
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
        if let Some(stack) = caller.stack.map(StackName::as_str) {
            let key = (Some(stack), Cow::Borrowed(name));
            match self.services.get(&key) {
                Some(index) => targets.push(*index),
                None => targets.extend(self.others.get(&key).into_iter().flatten().copied()),
            }
        }
        if targets.is_empty() {
            self.on_networks(caller, name, targets);
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

    /// Who has `name` on a network of the caller.
    fn on_networks(&self, caller: &Caller, name: &str, targets: &mut Vec<usize>) {
        let networks = self.networks(caller).iter();
        for network in networks.filter(|each| !NAMELESS.contains(&&*each.network)) {
            let key = (network.network.as_str(), Cow::Borrowed(name));
            for index in self.networks.get(&key).into_iter().flatten() {
                push(targets, *index);
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
