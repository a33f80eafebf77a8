//! What follows from the containers together: layers, edges, one-shots, services of the settings.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::inference::edges::start_order::{self, ServiceProfile};
use crate::inference::edges::{GivenVariable, ServiceNode, awaited_completions, edges, shared};
use crate::inference::layer::GraphPlace;
use crate::model::{
    Edge, Layer, ServiceId, ServiceName, ServiceRule, Source, StackName, Timestamp,
};
use crate::store::containers::{ContainerState, Containers};
use crate::store::rules::Rules;

use super::{ServiceState, Services};

impl Services {
    /// Forgets services without containers, and brings those that only the settings know in line
    /// with the rules. `knows` is whether it is known which containers there are.
    pub fn derive_members(
        &mut self,
        containers: &Containers,
        rules: &Rules,
        knows: bool,
        now: Timestamp,
    ) {
        self.by_id.retain(|_, entry| !entry.is_empty());
        self.derive_externals(rules, knows, now);
        self.forget_first_deadline();
        for entry in self.by_id.values_mut() {
            entry.regroup(&containers.by_id);
            entry.know_image();
        }
    }

    /// Sets the layer of each service by `edges`; gives the services that began or ceased to be
    /// awaited.
    pub fn derive_layers(
        &mut self,
        edges: &[Edge],
        containers: &Containers,
        rules: &Rules,
    ) -> Vec<ServiceId> {
        let facts = containers.by_id.values().map(|container| &*container.facts);
        let awaited: HashSet<ServiceId> = awaited_completions(facts).collect();
        let mut neighbours = Neighbours::new(edges);
        let stores = self.data_services();
        let mut changed = Vec::new();
        for (id, entry) in &mut self.by_id {
            let (needs, needed_by) = neighbours.take(id);
            let is_awaited = awaited.contains(id);
            let place = GraphPlace {
                needs: needs.len(),
                stores: needs.iter().filter(|need| stores.contains(*need)).count(),
                needed_by: needed_by.len(),
                awaited: is_awaited,
            };
            entry.derive_layer(&rules.services, &rules.layers, place);
            if std::mem::replace(&mut entry.needs.awaited, is_awaited) != is_awaited {
                changed.push(id.clone());
            }
        }
        changed
    }

    fn data_services(&self) -> HashSet<ServiceId> {
        let stores = self.by_id.values().filter(|entry| entry.keeps_data());
        stores.map(|entry| entry.service.id.clone()).collect()
    }

    /// Leaves out of `edges` what is no call, marks start order, and gives each service its
    /// neighbours; whether the edges differ from those before.
    pub fn set_edges(&mut self, mut edges: Vec<Edge>, given: &[GivenVariable]) -> bool {
        shared::leave_out(&mut edges, given, |id| self.by_id.get(id).map(role));
        start_order::mark(&mut edges, given, |id| self.by_id.get(id).map(role));
        let mut neighbours = Neighbours::new(&edges);
        for (id, entry) in &mut self.by_id {
            let (needs, needed_by) = neighbours.take(id);
            if entry.service.depends_on != needs || entry.service.needed_by != needed_by {
                let service = Arc::make_mut(&mut entry.service);
                (service.depends_on, service.needed_by) = (needs, needed_by);
            }
        }
        let differ = *self.edges != *edges;
        if differ {
            self.edges = Arc::from(edges);
        }
        differ
    }

    /// The edges between the services, and what of them is given by settings and labels.
    pub fn derive_edges(
        &self,
        containers: &Containers,
        rules: &Rules,
    ) -> (Vec<Edge>, Vec<GivenVariable>) {
        let mut observed = containers.observed();
        let nodes: Vec<ServiceNode> = self
            .by_id
            .values()
            .filter(|entry| !entry.hidden)
            .map(|entry| ServiceNode {
                id: &entry.service.id,
                stack: entry.service.stack.as_ref(),
                name: &entry.service.name,
                members: (entry.service.instances.iter())
                    .filter_map(|instance| containers.by_id.get(&instance.facts.id))
                    .map(ContainerState::member)
                    .collect(),
                observed: observed.remove(&entry.service.id).unwrap_or_default(),
            })
            .collect();
        let (mut edges, given) = edges(&nodes, &rules.services);
        self.add_former_owners(&mut edges, containers);
        (edges, given)
    }

    /// Services that only the config file knows: a rule with a URL and without wildcards that
    /// speaks of no container.
    fn derive_externals(&mut self, rules: &Rules, knows: bool, now: Timestamp) {
        let wanted = if knows {
            self.wanted_externals(rules)
        } else {
            HashMap::new()
        };
        self.by_id
            .retain(|id, entry| !entry.is_external() || wanted.contains_key(id));
        for (id, rule) in wanted {
            let (stack, name) = match rule.pattern.split_once('/') {
                Some((stack, name)) => (Some(StackName::new(stack)), ServiceName::new(name)),
                None => (None, ServiceName::new(&rule.pattern)),
            };
            self.by_id.entry(id.clone()).or_insert_with(|| {
                let mut entry = ServiceState::new(id, stack, name, now);
                Arc::make_mut(&mut entry.service).source = Source::Config;
                entry.apply_rules(&rules.services);
                entry
            });
        }
    }

    /// The rules with a URL that no container fits: each is a service of its own.
    fn wanted_externals<'a>(&self, rules: &'a Rules) -> HashMap<ServiceId, &'a ServiceRule> {
        let mut wanted: HashMap<ServiceId, &ServiceRule> = HashMap::new();
        let has_url =
            |rule: &&ServiceRule| rule.probe.as_ref().is_some_and(|probe| probe.url.is_some());
        let rules = rules.services.iter().filter(has_url);
        for rule in rules.filter(|rule| !rule.pattern.contains('*')) {
            let found = self.by_id.values().any(|entry| {
                !entry.is_external()
                    && rule.matches(entry.service.id.as_str(), entry.service.name.as_str())
            });
            if !found && !rule.pattern.is_empty() {
                wanted.entry(ServiceId::new(&rule.pattern)).or_insert(rule);
            }
        }
        wanted
    }
}

/// What a service is when its edges are judged.
pub(super) fn role(entry: &ServiceState) -> ServiceProfile<'_> {
    let service = &entry.service;
    let hint = service.hint.as_deref();
    let facts = service.primary().map(|primary| &primary.facts);
    let is_custom = hint.is_none_or(|hint| hint.layer == Layer::App);
    let by_command =
        || facts.and_then(|facts| start_order::kind_by_command(facts.command.reveal()));
    ServiceProfile {
        layer: service.layer.layer,
        kind: hint.map(|hint| hint.kind.as_str()).or_else(by_command),
        is_job: entry.needs.awaited
            || (service.layer.layer == Layer::Infra && is_custom && service.looks_like_job()),
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
