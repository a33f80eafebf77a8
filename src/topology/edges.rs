//! Dependencies between services, from what their containers and the config file tell.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::{
    DependencyCondition, Edge, EdgeEvidence, EdgeKind, InstanceFacts, Provenance, ServiceId, ServiceName,
    ServiceRule, StackName,
};

/// The label that names needed services, separated by commas.
pub const DEPENDS_ON_LABEL: &str = "hubdeck.depends_on";

/// A service as far as edges need it.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    /// Its id.
    pub id: &'a ServiceId,
    /// Its stack.
    pub stack: Option<&'a StackName>,
    /// Its name.
    pub name: &'a ServiceName,
    /// Its containers.
    pub facts: Vec<&'a InstanceFacts>,
}

/// All edges between `nodes`, sorted: one for each pair, the strongest where several tell of it.
///
/// Names of services that do not exist are left out, and so are edges from a service to itself.
/// `rules` add what the config file declares.
#[must_use]
pub fn edges(nodes: &[Node], rules: &[ServiceRule]) -> Vec<Edge> {
    let names = Names::new(nodes);
    let mut found = Found::default();
    for node in nodes {
        for facts in &node.facts {
            compose(node, facts, &names, &mut found);
            labels(node, facts, &names, &mut found);
            namespace(node, facts, &names, &mut found);
        }
        for rule in rules.iter().filter(|rule| rule.matches(node.id.as_str(), node.name.as_str())) {
            for wanted in &rule.depends_on {
                found.add(node.id, names.resolve(node, wanted), EdgeKind::Hard, Provenance::Config, "");
            }
        }
    }
    found
        .evidence
        .into_iter()
        .map(|((from, to), evidence)| Edge { from, to, evidence: evidence.into_iter().collect() })
        .collect()
}

/// The services that some container waits for with `service_completed_successfully`: one-shots.
pub fn awaited_completions<'a>(
    facts: impl IntoIterator<Item = &'a InstanceFacts> + 'a,
) -> impl Iterator<Item = ServiceId> + 'a {
    facts.into_iter().flat_map(|facts| {
        facts
            .depends_on
            .iter()
            .filter(|need| need.condition == DependencyCondition::ServiceCompletedSuccessfully)
            .map(|need| ServiceId::of(facts.stack.as_ref(), &need.service))
    })
}

fn compose(node: &Node, facts: &InstanceFacts, names: &Names, found: &mut Found) {
    for need in &facts.depends_on {
        let kind = match need.condition {
            DependencyCondition::ServiceHealthy | DependencyCondition::ServiceCompletedSuccessfully => {
                EdgeKind::Hard
            }
            DependencyCondition::ServiceStarted | DependencyCondition::RunningOrHealthy => EdgeKind::Soft,
        };
        let target = names.in_stack(node.stack, need.service.as_str());
        found.add(node.id, target, kind, Provenance::DependsOn, need.condition.id());
    }
}

fn labels(node: &Node, facts: &InstanceFacts, names: &Names, found: &mut Found) {
    let Some(label) = facts.labels.get(DEPENDS_ON_LABEL) else {
        return;
    };
    for wanted in label.split(',').map(str::trim) {
        found.add(node.id, names.resolve(node, wanted), EdgeKind::Hard, Provenance::Label, "");
    }
}

fn namespace(node: &Node, facts: &InstanceFacts, names: &Names, found: &mut Found) {
    if let Some(container) = facts.network_mode.strip_prefix("container:") {
        let target = names.of_container(container);
        found.add(node.id, target, EdgeKind::Hard, Provenance::NetworkNamespace, "shared network");
    }
}

/// What tells of each pair so far.
#[derive(Default)]
struct Found {
    evidence: BTreeMap<(ServiceId, ServiceId), BTreeSet<EdgeEvidence>>,
}

impl Found {
    fn add(
        &mut self,
        from: &ServiceId,
        to: Option<&ServiceId>,
        kind: EdgeKind,
        provenance: Provenance,
        detail: &str,
    ) {
        let Some(to) = to.filter(|to| *to != from) else {
            return;
        };
        let evidence = EdgeEvidence { kind, provenance, detail: detail.to_owned() };
        let held = self.evidence.entry((from.clone(), to.clone())).or_default();
        // Hard and the earlier provenance are the smaller values, so that the strongest comes first.
        held.insert(evidence);
    }
}

/// Services by the names that others use for them.
struct Names<'a> {
    by_stack: HashMap<(Option<&'a str>, &'a str), &'a ServiceId>,
    /// `None` where several services have the name.
    by_name: HashMap<&'a str, Option<&'a ServiceId>>,
    by_id: HashMap<&'a str, &'a ServiceId>,
    by_container: HashMap<&'a str, &'a ServiceId>,
}

impl<'a> Names<'a> {
    fn new(nodes: &[Node<'a>]) -> Self {
        let mut names = Self {
            by_stack: HashMap::new(),
            by_name: HashMap::new(),
            by_id: HashMap::new(),
            by_container: HashMap::new(),
        };
        for node in nodes {
            let name = node.name.as_str();
            names.by_stack.insert((node.stack.map(StackName::as_str), name), node.id);
            names.by_name.entry(name).and_modify(|held| *held = None).or_insert(Some(node.id));
            names.by_id.insert(node.id.as_str(), node.id);
            for facts in &node.facts {
                names.by_container.insert(facts.id.as_str(), node.id);
                names.by_container.insert(&facts.name, node.id);
            }
        }
        names
    }

    /// A Compose name: it means the same project, always.
    fn in_stack(&self, stack: Option<&StackName>, name: &str) -> Option<&'a ServiceId> {
        self.by_stack.get(&(stack.map(StackName::as_str), name)).copied()
    }

    /// A name from a label or from config: an id, else a service of the same stack, a standalone
    /// container, or the only service of that name.
    fn resolve(&self, node: &Node, wanted: &str) -> Option<&'a ServiceId> {
        self.by_id
            .get(wanted)
            .copied()
            .filter(|_| wanted.contains('/'))
            .or_else(|| self.in_stack(node.stack, wanted))
            .or_else(|| self.in_stack(None, wanted))
            .or_else(|| self.by_name.get(wanted).copied().flatten())
    }

    fn of_container(&self, container: &str) -> Option<&'a ServiceId> {
        self.by_container.get(container).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Dependency;
    use crate::topology::testing::facts;

    fn need(service: &str, condition: DependencyCondition) -> Dependency {
        Dependency { service: service.into(), condition, restart: false }
    }

    /// `"from to kind provenance"` of every edge.
    fn told(all: &[InstanceFacts], rules: &[ServiceRule]) -> Vec<String> {
        let ids: Vec<ServiceId> = all.iter().map(InstanceFacts::service_id).collect();
        let nodes: Vec<Node> = all
            .iter()
            .zip(&ids)
            .map(|(facts, id)| Node {
                id,
                stack: facts.stack.as_ref(),
                name: &facts.service,
                facts: vec![facts],
            })
            .collect();
        edges(&nodes, rules)
            .iter()
            .map(|edge| format!("{} {} {:?} {:?}", edge.from, edge.to, edge.kind(), edge.provenance()))
            .collect()
    }

    #[test]
    fn compose_conditions_give_hard_and_soft_edges_inside_the_project_only() {
        let mut api = facts("hub/api");
        api.depends_on = vec![
            need("db", DependencyCondition::ServiceHealthy),
            need("redis", DependencyCondition::ServiceStarted),
            need("migrate", DependencyCondition::ServiceCompletedSuccessfully),
            need("old", DependencyCondition::RunningOrHealthy),
            need("api", DependencyCondition::ServiceHealthy),
            need("gone", DependencyCondition::ServiceHealthy),
        ];
        let names = ["hub/db", "hub/redis", "hub/migrate", "hub/old", "other/db", "other/gone"];
        let all: Vec<_> = names.into_iter().map(facts).chain([api]).collect();
        assert_eq!(
            told(&all, &[]),
            [
                "hub/api hub/db Hard DependsOn",
                "hub/api hub/migrate Hard DependsOn",
                "hub/api hub/old Soft DependsOn",
                "hub/api hub/redis Soft DependsOn",
            ]
        );
        let awaited: Vec<_> = awaited_completions(&all).collect();
        assert_eq!(awaited, [ServiceId::from("hub/migrate")]);
    }

    #[test]
    fn labels_namespaces_and_rules_add_hard_edges_and_the_strongest_wins() {
        let mut api = facts("hub/api");
        api.depends_on = vec![
            need("db", DependencyCondition::ServiceStarted),
            need("vpn", DependencyCondition::ServiceHealthy),
        ];
        api.labels.insert(DEPENDS_ON_LABEL.into(), " db ,other/db,, nothing, lonely,both".into());
        let vpn = facts("hub/vpn");
        let mut torrent = facts("hub/torrent");
        torrent.network_mode = format!("container:{}", vpn.id);
        api.network_mode = "container:hub-vpn-1".into();
        let rule = ServiceRule { depends_on: vec!["db".into(), "vpn".into()], ..ServiceRule::of("hub/t*") };
        let names = ["hub/db", "other/db", "other/lonely", "x/both", "y/both"];
        let all: Vec<_> = names.into_iter().map(facts).chain([api, vpn, torrent]).collect();
        assert_eq!(
            told(&all, &[rule]),
            [
                "hub/api hub/db Hard Label",
                "hub/api hub/vpn Hard DependsOn",
                "hub/api other/db Hard Label",
                "hub/api other/lonely Hard Label",
                "hub/torrent hub/db Hard Config",
                "hub/torrent hub/vpn Hard Config",
            ]
        );
    }
}
