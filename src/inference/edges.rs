//! Dependencies between services, from their containers and the config file.
//!
//! Hard: `service_healthy`, `service_completed_successfully`, a shared network namespace, and what
//! an operator declares. Soft: everything else. A name means a service of the same stack first, and
//! one of another stack only where both share a network, so that two projects with the same names
//! never mix.

use super::references::{Reference, References};
use crate::model::{
    DependencyCondition, Edge, EdgeDetail, EdgeEvidence, EdgeKind, InstanceFacts, Provenance,
    ServiceId, ServiceName, ServiceRule, StackName,
};
use found::FoundEdges;
use names::{Caller, NameIndex};

mod found;
mod names;
pub mod shared;
pub mod start_order;

/// The label that names needed services, separated by commas.
pub const DEPENDS_ON_LABEL: &str = "hubdeck.depends_on";

/// A container of a service with what was found in it.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// Its facts from the engine.
    pub facts: &'a InstanceFacts,
    /// References in those facts.
    pub references: &'a References,
    /// References in its configuration files.
    pub configured: &'a [Reference],
}

/// A service as far as edges need it.
#[derive(Clone, Debug)]
pub struct ServiceNode<'a> {
    /// Its id.
    pub id: &'a ServiceId,
    /// Its stack.
    pub stack: Option<&'a StackName>,
    /// Its name.
    pub name: &'a ServiceName,
    /// Its containers.
    pub members: Vec<Member<'a>>,
    /// Services and ports that connections of it go to.
    pub observed: Vec<(&'a ServiceId, u16)>,
}

/// A variable that names a service and is evidence of no call, as its holder is a store that does
/// not read it, or is that service itself. It shows who is given the variable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GivenVariable {
    /// Who has it.
    pub holder: ServiceId,
    /// What it names.
    pub to: ServiceId,
    /// Its name.
    pub variable: String,
}

/// All edges between `nodes`, sorted: one for each pair, with its evidence. Beside them the
/// variables that make none, sorted.
///
/// Names of services that do not exist are left out, and so are edges from a service to itself.
/// `rules` add what the config file declares.
#[must_use]
pub fn edges(nodes: &[ServiceNode], rules: &[ServiceRule]) -> (Vec<Edge>, Vec<GivenVariable>) {
    let names = NameIndex::new(nodes);
    let mut found = FoundEdges::default();
    for (index, node) in nodes.iter().enumerate() {
        for member in &node.members {
            let caller = Caller {
                index,
                stack: node.stack,
                facts: member.facts,
            };
            declared(&caller, &names, &mut found);
            referenced(&caller, member, &names, &mut found);
            offered(&caller, member, &names, &mut found);
        }
        for (to, port) in &node.observed {
            let evidence = soft(Provenance::Observed, format!(":{port}"));
            found.add(index, names.of_id(to.as_str()), evidence);
        }
        let (id, name) = (node.id.as_str(), node.name.as_str());
        let of_node = rules.iter().filter(|rule| rule.matches(id, name));
        for wanted in of_node.flat_map(|rule| &rule.depends_on) {
            let to = names.declared(node.stack, wanted);
            found.add(index, to, hard(Provenance::Config, ""));
        }
    }
    let given = found.given(nodes);
    (found.into_edges(nodes), given)
}

/// Adds evidence of one edge to `edges`, which stay sorted, the strongest evidence of each first.
pub fn add(edges: &mut Vec<Edge>, from: &ServiceId, to: &ServiceId, evidence: EdgeEvidence) {
    match edges.binary_search_by(|edge| (&edge.from, &edge.to).cmp(&(from, to))) {
        Ok(place) => {
            let all = &mut edges[place].evidence;
            if let Err(place) = all.binary_search(&evidence) {
                all.insert(place, evidence);
                all.truncate(Edge::MOST_EVIDENCE);
            }
        }
        Err(place) => {
            edges.insert(
                place,
                Edge {
                    from: from.clone(),
                    to: to.clone(),
                    evidence: vec![evidence],
                },
            );
        }
    }
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

/// What Compose and the operator's labels declare, links, and the network namespace.
fn declared(caller: &Caller, names: &NameIndex, found: &mut FoundEdges) {
    for need in &caller.facts.depends_on {
        let kind = match need.condition {
            DependencyCondition::ServiceHealthy
            | DependencyCondition::ServiceCompletedSuccessfully => EdgeKind::Hard,
            DependencyCondition::ServiceStarted | DependencyCondition::RunningOrHealthy => {
                EdgeKind::Soft
            }
        };
        let target = names.in_stack(caller.stack, need.service.as_str());
        found.add(
            caller.index,
            target,
            EdgeEvidence {
                kind,
                provenance: Provenance::DependsOn,
                detail: need.condition.into(),
            },
        );
    }
    if let Some(label) = caller.facts.labels.reveal().get(DEPENDS_ON_LABEL) {
        for wanted in label.split(',').map(str::trim) {
            found.add(
                caller.index,
                names.declared(caller.stack, wanted),
                hard(Provenance::Label, ""),
            );
        }
    }
    if let Some(container) = caller.facts.network_owner() {
        let evidence = hard(Provenance::NetworkNamespace, "");
        found.add(caller.index, names.of_container(container), evidence);
    }
    for link in &caller.facts.links {
        let (container, alias) = link.split_once(':').unwrap_or((link, ""));
        found.add(
            caller.index,
            names.of_container(container),
            soft(Provenance::Link, alias.to_owned()),
        );
    }
}

/// What its environment, command and configuration files name.
fn referenced(caller: &Caller, member: &Member, names: &NameIndex, found: &mut FoundEdges) {
    let mut targets = Vec::new();
    for reference in member.references.named.iter().chain(member.configured) {
        targets.clear();
        names.resolve(caller, &reference.host, reference.port, &mut targets);
        for target in &targets {
            let evidence = soft(reference.provenance, reference.detail.clone());
            if *target == caller.index && reference.provenance == Provenance::Environment {
                found
                    .given
                    .push((caller.index, *target, reference.detail.to_string()));
            }
            found.add(caller.index, Some(*target), evidence);
        }
    }
    for reference in &member.references.unread {
        targets.clear();
        names.resolve(caller, &reference.host, reference.port, &mut targets);
        found.given.extend(
            targets
                .iter()
                .map(|target| (caller.index, *target, reference.detail.to_string())),
        );
    }
}

/// What a proxy that asks the engine routes to this container, or to what its labels name.
fn offered(caller: &Caller, member: &Member, names: &NameIndex, found: &mut FoundEdges) {
    let mut targets = Vec::new();
    for offer in &member.references.offers {
        targets.clear();
        match &offer.host {
            Some(host) => names.resolve(caller, host, None, &mut targets),
            None => targets.push(caller.index),
        }
        for router in names.routers(caller, offer.router) {
            for target in &targets {
                found.add(
                    router,
                    Some(*target),
                    soft(Provenance::Route, offer.route.clone()),
                );
            }
        }
    }
}

fn soft(provenance: Provenance, detail: impl Into<EdgeDetail>) -> EdgeEvidence {
    EdgeEvidence {
        kind: EdgeKind::Soft,
        provenance,
        detail: detail.into(),
    }
}

fn hard(provenance: Provenance, detail: &str) -> EdgeEvidence {
    EdgeEvidence {
        kind: EdgeKind::Hard,
        provenance,
        detail: detail.into(),
    }
}

#[cfg(test)]
mod tests;
