//! What follows from the containers together: layers, edges, one-shots, roots of trouble.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::inference::edges::start_order::{self, ServiceProfile};
use crate::inference::edges::{GivenVariable, ServiceNode, awaited_completions, edges, shared};
use crate::inference::layer::GraphPlace;
use crate::model::{
    Edge, HealthState, Layer, ServiceId, ServiceName, ServiceRule, Source, StackName, Timestamp,
};
use crate::topology::cause::{Trouble, roots};

use super::Store;
use super::blame_index::BlameIndex;
use super::container::ContainerState;
use super::service::ServiceState;

impl Store {
    /// Derives layers, edges and one-shots anew when something they follow from changed.
    pub(super) fn derive_topology(&mut self, now: Timestamp) {
        if !std::mem::take(&mut self.topology_due) {
            return;
        }
        self.entries
            .retain(|_, entry| !entry.members.is_empty() || entry.is_external());
        self.derive_externals(now);
        for entry in self.entries.values_mut() {
            entry.regroup(&self.tracked);
            entry.know_image();
        }
        let (mut edges, given) = self.derive_edges();
        let awaited: HashSet<ServiceId> =
            awaited_completions(self.tracked.values().map(|tracked| &*tracked.facts)).collect();
        let mut neighbours = Neighbours::new(&edges);
        let stores: HashSet<ServiceId> = self
            .entries
            .values()
            .filter(|entry| entry.keeps_data())
            .map(|entry| entry.service.id.clone())
            .collect();
        let mut changed = Vec::new();
        for (id, entry) in &mut self.entries {
            let (needs, needed_by) = neighbours.take(id);
            let is_awaited = awaited.contains(id);
            let place = GraphPlace {
                needs: needs.len(),
                stores: needs.iter().filter(|need| stores.contains(*need)).count(),
                needed_by: needed_by.len(),
                awaited: is_awaited,
            };
            entry.derive_layer(&self.rules, &self.layers, place);
            if std::mem::replace(&mut entry.awaited, is_awaited) != is_awaited {
                changed.push(id.clone());
            }
        }
        self.judge(&mut edges, &given);
        if *self.edges != *edges {
            self.edges = Arc::from(edges);
            self.cause_due = true;
        }
        changed.extend(self.derive_missing());
        for id in changed {
            self.refresh(&id, now);
        }
    }

    /// Leaves out what is no call, tells start order apart, and tells each service of its
    /// neighbours.
    fn judge(&mut self, edges: &mut Vec<Edge>, given: &[GivenVariable]) {
        shared::leave_out(edges, given, |id| self.entries.get(id).map(role));
        start_order::mark(edges, given, |id| self.entries.get(id).map(role));
        let mut neighbours = Neighbours::new(edges);
        for (id, entry) in &mut self.entries {
            let (needs, needed_by) = neighbours.take(id);
            if entry.service.depends_on != needs || entry.service.needed_by != needed_by {
                let service = Arc::make_mut(&mut entry.service);
                (service.depends_on, service.needed_by) = (needs, needed_by);
            }
        }
    }

    fn derive_edges(&self) -> (Vec<Edge>, Vec<GivenVariable>) {
        let mut observed = self.observed();
        let nodes: Vec<ServiceNode> = self
            .entries
            .values()
            .filter(|entry| !entry.hidden)
            .map(|entry| ServiceNode {
                id: &entry.service.id,
                stack: entry.service.stack.as_ref(),
                name: &entry.service.name,
                members: (entry.service.instances.iter())
                    .filter_map(|instance| self.tracked.get(&instance.facts.id))
                    .map(ContainerState::member)
                    .collect(),
                observed: observed.remove(&entry.service.id).unwrap_or_default(),
            })
            .collect();
        let (mut edges, given) = edges(&nodes, &self.rules);
        self.add_former_owners(&mut edges);
        (edges, given)
    }

    /// Services that only the config file knows: a rule with a URL and without wildcards that
    /// speaks of no container.
    fn derive_externals(&mut self, now: Timestamp) {
        let knows = self.listed || self.context.lost();
        let mut wanted: HashMap<ServiceId, &ServiceRule> = HashMap::new();
        let has_url =
            |rule: &&ServiceRule| rule.probe.as_ref().is_some_and(|probe| probe.url.is_some());
        for rule in self
            .rules
            .iter()
            .filter(has_url)
            .filter(|rule| knows && !rule.pattern.contains('*'))
        {
            let found = self.entries.values().any(|entry| {
                !entry.is_external()
                    && rule.matches(entry.service.id.as_str(), entry.service.name.as_str())
            });
            if !found && !rule.pattern.is_empty() {
                wanted.entry(ServiceId::new(&rule.pattern)).or_insert(rule);
            }
        }
        self.entries
            .retain(|id, entry| !entry.is_external() || wanted.contains_key(id));
        for (id, rule) in wanted {
            let (stack, name) = match rule.pattern.split_once('/') {
                Some((stack, name)) => (Some(StackName::new(stack)), ServiceName::new(name)),
                None => (None, ServiceName::new(&rule.pattern)),
            };
            let rules = &self.rules;
            self.entries.entry(id.clone()).or_insert_with(|| {
                let mut entry = ServiceState::new(id, stack, name, now);
                Arc::make_mut(&mut entry.service).source = Source::Config;
                entry.apply_rules(rules);
                entry
            });
        }
    }

    /// Finds the roots of all trouble anew when some state or edge changed.
    pub(super) fn derive_roots(&mut self) {
        if !std::mem::take(&mut self.cause_due) {
            return;
        }
        let quiet = self.entries.values().all(|entry| {
            let health = &entry.service.health;
            !health.state.is_broken() && health.blocked_by.is_empty()
        });
        if quiet {
            return;
        }
        let state = |id: &ServiceId| self.entries.get(id).map(|entry| entry.service.health.state);
        let waits = |id: &ServiceId| {
            self.entries
                .get(id)
                .is_some_and(ServiceState::may_be_blocked)
        };
        let trouble = |id: &ServiceId| match state(id) {
            Some(state) if state.is_broken() => Trouble::Broken,
            Some(HealthState::Degraded) => Trouble::Suffers,
            _ if waits(id) => Trouble::Suffers,
            _ => Trouble::None,
        };
        let blame_index = BlameIndex::new(&self.entries);
        let blocked = roots(
            &self.edges,
            trouble,
            |edge| blame_index.blames(edge),
            |id, other| blame_index.names(id, other),
        );
        drop(blame_index);
        for (id, entry) in &mut self.entries {
            entry.set_roots(blocked.get(id).map_or(&[], Vec::as_slice));
        }
    }
}

/// What a service is when its edges are judged.
pub(super) fn role(entry: &ServiceState) -> ServiceProfile<'_> {
    let service = &entry.service;
    let hint = service.hint.as_deref();
    // A program of one's own among the operations that may end, offers nothing and is named like
    // it.
    let may_end = || {
        start_order::is_named_like_job(service.name.as_str())
            && service.primary().is_some_and(|primary| {
                let facts = &primary.facts;
                facts.restart_policy.lets_it_end() && facts.ports.is_empty()
            })
    };
    let facts = service.primary().map(|primary| &primary.facts);
    let is_custom = hint.is_none_or(|hint| hint.layer == Layer::App);
    let by_command =
        || facts.and_then(|facts| start_order::kind_by_command(facts.command.reveal()));
    ServiceProfile {
        layer: service.layer.layer,
        kind: hint.map(|hint| hint.kind.as_str()).or_else(by_command),
        is_job: entry.awaited || (service.layer.layer == Layer::Infra && is_custom && may_end()),
        name: service.name.as_str(),
        image: facts.map_or("", |facts| &facts.image),
        image_id: facts.map_or("", |facts| &facts.image_id),
        publishes: facts.is_some_and(|facts| facts.publishes()),
        is_tool: hint.is_some_and(|hint| hint.layer == Layer::Infra),
        networks: facts.map_or(&[], |facts| &facts.networks),
    }
}

/// What each service needs and what needs it.
struct Neighbours<'a> {
    needs: HashMap<&'a ServiceId, BTreeSet<&'a ServiceId>>,
    needed_by: HashMap<&'a ServiceId, BTreeSet<&'a ServiceId>>,
}

impl<'a> Neighbours<'a> {
    fn new(edges: &'a [Edge]) -> Self {
        let mut neighbours = Self {
            needs: HashMap::new(),
            needed_by: HashMap::new(),
        };
        for edge in edges {
            neighbours
                .needs
                .entry(&edge.from)
                .or_default()
                .insert(&edge.to);
            neighbours
                .needed_by
                .entry(&edge.to)
                .or_default()
                .insert(&edge.from);
        }
        neighbours
    }

    fn take(&mut self, id: &ServiceId) -> (Vec<ServiceId>, Vec<ServiceId>) {
        let list = |set: Option<BTreeSet<&ServiceId>>| set.into_iter().flatten().cloned().collect();
        (list(self.needs.remove(id)), list(self.needed_by.remove(id)))
    }
}
