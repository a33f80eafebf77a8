//! Which failing services are the root of the trouble, and which are only blocked by them.

use std::collections::{BTreeMap, HashSet};

use crate::model::SortShared as _;
use crate::model::{Edge, EdgeKind, Service, ServiceId};

use super::graph::{ServiceGraph, members};

/// What a service's state means for those that need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// It works, or nothing is known against it.
    None,
    /// It has trouble of its own or from elsewhere, but takes nothing down.
    Suffers,
    /// It answers late: what calls it waits.
    Late,
    /// It does not work: what needs it hard cannot work either.
    Broken,
}

/// Most services that are looked at behind those a failing one needs itself.
const DISTANT: usize = 64;

/// The trouble of the edge from `caller` to `called`: broken on the way from a root to everything it
/// blocks, late where both work and the caller waits for the other, suffering where both have trouble
/// but the caller's is not blocked by it.
#[must_use]
pub fn edge_trouble(caller: &Service, called: &Service) -> Trouble {
    let shares = |root: &ServiceId| *root == called.id || called.health.blocked_by.contains(root);
    if caller.health.blocked_by.iter().any(shares) {
        let waits =
            |service: &Service| service.health.is_late() && !service.health.state.is_broken();
        return if waits(caller) && waits(called) {
            Trouble::Late
        } else {
            Trouble::Broken
        };
    }
    let both = called.health.state.is_problem() && caller.health.state.is_problem();
    if both {
        Trouble::Suffers
    } else {
        Trouble::None
    }
}

/// For each service in trouble because of others: the broken services at the root, sorted.
///
/// A root is broken and needs nothing hard that is in trouble; a cycle counts as one service, so
/// that its members do not block each other. A soft need counts as hard where `blames` finds that
/// the error of the one in trouble points at the other. What would be a root itself is
/// blocked all the same where it `names` something broken that it needs only through others: a
/// proxy that passes on its backend's error about the database.
#[must_use]
pub fn roots(
    edges: &[Edge],
    trouble: impl Fn(&ServiceId) -> Trouble,
    blames: impl Fn(&Edge) -> bool,
    names: impl Fn(&ServiceId, &ServiceId) -> bool,
) -> BTreeMap<ServiceId, Vec<ServiceId>> {
    let suffers =
        |edge: &Edge| trouble(&edge.from) != Trouble::None && trouble(&edge.to) != Trouble::None;
    let mut graph = ServiceGraph::with_kinds(edges, |edge| match edge.kind() {
        EdgeKind::Soft if suffers(edge) && blames(edge) => EdgeKind::Hard,
        kind => kind,
    });
    let troubles: Vec<Trouble> = (0..graph.len())
        .map(|node| trouble(graph.id(node)))
        .collect();
    let blocked = blocked(&graph, &troubles);
    let distant: Vec<(usize, usize)> = (0..graph.len())
        .filter(|node| troubles[*node] != Trouble::None && !blocked.contains_key(graph.id(*node)))
        .flat_map(|node| {
            graph
                .beyond(node, DISTANT)
                .into_iter()
                .map(move |other| (node, other))
        })
        .filter(|(node, other)| {
            troubles[*other] == Trouble::Broken && names(graph.id(*node), graph.id(*other))
        })
        .collect();
    if distant.is_empty() {
        return blocked;
    }
    for (node, other) in distant {
        graph.connect(node, other);
    }
    self::blocked(&graph, &troubles)
}

/// For each service that answers late because of others: the late ones at the root, sorted.
///
/// A caller waits for whatever it calls, so that a soft need counts as well.
#[must_use]
pub fn roots_of_delay(
    edges: &[Edge],
    is_late: impl Fn(&ServiceId) -> bool,
) -> BTreeMap<ServiceId, Vec<ServiceId>> {
    let calls = edges.iter().filter(|edge| !edge.matters_at_start_only());
    let graph = ServiceGraph::with_kinds(calls, |_| EdgeKind::Hard);
    let trouble = |node| match is_late(graph.id(node)) {
        true => Trouble::Broken,
        false => Trouble::None,
    };
    let troubles: Vec<Trouble> = (0..graph.len()).map(trouble).collect();
    blocked(&graph, &troubles)
}

/// For each node in trouble because of others: the broken ones at the root.
fn blocked(graph: &ServiceGraph<'_>, troubles: &[Trouble]) -> BTreeMap<ServiceId, Vec<ServiceId>> {
    let components = graph.components(|node| troubles[node] != Trouble::None, true);
    let members = members(&components);
    let mut blocked = BTreeMap::new();
    // Roots below each component; components come in dependency order.
    let mut below: Vec<HashSet<usize>> = Vec::with_capacity(members.len());
    for (component, nodes) in members.iter().enumerate() {
        let parents: Vec<usize> = nodes
            .iter()
            .flat_map(|node| graph.needs(*node))
            .filter(|arrow| arrow.kind == EdgeKind::Hard)
            .filter_map(|arrow| components[arrow.to])
            .filter(|parent| *parent != component)
            .collect();
        let mut roots: HashSet<usize> = parents
            .iter()
            .flat_map(|parent| &below[*parent])
            .copied()
            .collect();
        if roots.is_empty() {
            roots.extend(
                nodes
                    .iter()
                    .filter(|node| troubles[**node] == Trouble::Broken),
            );
        } else {
            let mut ids: Vec<ServiceId> =
                roots.iter().map(|root| graph.id(*root).clone()).collect();
            ids.sort_shared();
            blocked.extend(
                nodes
                    .iter()
                    .map(|node| (graph.id(*node).clone(), ids.clone())),
            );
        }
        below.push(roots);
    }
    blocked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topology::testing::{edges, ids};

    #[test]
    fn what_is_late_waits_for_the_late_one_at_the_end_of_its_calls() {
        for (graph, late, expected) in [
            ("proxy>backend backend-db", "proxy backend", "proxy:backend"),
            (
                "proxy-backend backend-db",
                "proxy backend db",
                "backend:db proxy:db",
            ),
            // One in between that is in time breaks the chain.
            ("proxy>backend backend>db", "proxy db", ""),
            ("a>b b>a web>a", "a b web", "web:a,b"),
        ] {
            let late = ids(late);
            let found = roots_of_delay(&edges(graph), |id| late.contains(id));
            let told: Vec<String> = found
                .iter()
                .map(|(id, roots)| {
                    let roots: Vec<&str> = roots.iter().map(ServiceId::as_str).collect();
                    format!("{id}:{}", roots.join(","))
                })
                .collect();
            assert_eq!(told.join(" "), expected, "{graph} with {late:?} late");
        }
    }

    #[test]
    fn everything_downstream_of_a_root_is_blocked_by_it() {
        for (graph, broken, suffers, blamed, expected) in [
            ("api>db", "", "", "", ""),
            ("api>db", "api", "", "", ""),
            ("api>db", "db", "", "", ""),
            ("api>db", "api db", "", "", "api:db"),
            ("api>db", "db", "api", "", "api:db"),
            // What only suffers blocks nothing by itself but passes the root on.
            ("api>db", "api", "db", "", ""),
            ("web>api api>db", "web db", "api", "", "api:db web:db"),
            // A healthy service in between breaks the chain.
            ("web>api api>db", "web db", "", "", ""),
            // Soft needs do not block.
            ("api-db", "api db", "", "", ""),
            ("api>db api>redis", "api db redis", "", "", "api:db,redis"),
            // A cycle is one root, and one blocked thing.
            ("a>b b>a web>a", "a b web", "", "", "web:a,b"),
            ("a>b b>a b>db", "a b db", "", "", "a:db b:db"),
            // Unless the error of the one in trouble points at it.
            ("api-db", "api db", "", "db", "api:db"),
            ("api-db", "api", "", "db", ""),
            ("web-api api-db", "web api db", "", "db", "api:db"),
            ("web-api api>db", "web api db", "", "api", "api:db web:db"),
            ("api-db api-redis", "api db redis", "", "redis", "api:redis"),
            // Also of what it needs only through others that work, as far as anybody knows yet.
            ("web>api api>db", "web db", "", "web~db", "web:db"),
            ("web-api api-db", "web db", "api", "web~db", "web:db"),
            ("web>api api>db db>web", "web db", "", "web~db", ""),
        ] {
            let (broken, suffers, blamed) = (ids(broken), ids(suffers), ids(blamed));
            let found = roots(
                &edges(graph),
                |id| match id {
                    id if broken.contains(id) => Trouble::Broken,
                    id if suffers.contains(id) => Trouble::Suffers,
                    _ => Trouble::None,
                },
                |edge| blamed.contains(&edge.to),
                |id, other| blamed.contains(&ServiceId::from(format!("{id}~{other}"))),
            );
            let told: Vec<String> = found
                .iter()
                .map(|(id, roots)| {
                    format!(
                        "{id}:{}",
                        roots
                            .iter()
                            .map(ServiceId::as_str)
                            .collect::<Vec<_>>()
                            .join(",")
                    )
                })
                .collect();
            assert_eq!(told.join(" "), expected, "{graph} with {broken:?} broken");
        }
    }
}
