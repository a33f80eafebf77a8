//! The order in which services are started, and backwards stopped.

use std::collections::HashSet;

use crate::model::SortShared as _;
use crate::model::{Edge, EdgeKind, ServiceId};

use super::graph::{ServiceGraph, members};

/// `services` in waves: everything a service needs, directly or through services that are not
/// listed, stands in an earlier wave. In a cycle hard needs alone count, and services of a cycle of
/// hard needs stand in the same wave: a proxy that shares the network of what it serves comes after
/// it.
///
/// Every service appears once, sorted inside its wave. Stopping goes through the waves backwards.
#[must_use]
pub fn waves(edges: &[Edge], services: &[ServiceId]) -> Vec<Vec<ServiceId>> {
    let mut graph = ServiceGraph::new(edges);
    let listed: HashSet<usize> = services.iter().map(|id| graph.add(id)).collect();
    let depths = depths(&graph, &listed);
    let mut waves: Vec<Vec<ServiceId>> = Vec::new();
    for node in listed {
        let depth = depths[node];
        if waves.len() <= depth {
            waves.resize(depth + 1, Vec::new());
        }
        waves[depth].push(graph.id(node).clone());
    }
    for wave in &mut waves {
        wave.sort_shared();
    }
    waves.retain(|wave| !wave.is_empty());
    waves
}

/// The length of the longest chain of listed services below each node. A cycle counts as one node,
/// as long as the longest chain of hard needs in it.
fn depths(graph: &ServiceGraph, listed: &HashSet<usize>) -> Vec<usize> {
    let components = members(&graph.components(|_| true, false));
    let mut place = vec![0; graph.len()];
    for (component, nodes) in components.iter().enumerate() {
        nodes.iter().for_each(|node| place[*node] = component);
    }
    // Where each component ends: what needs any of it comes after all of it.
    let mut ends = vec![0; components.len()];
    let mut depths = vec![0; graph.len()];
    // Components come in dependency order, so that what is needed is known first.
    for (component, nodes) in components.iter().enumerate() {
        let needs = nodes
            .iter()
            .flat_map(|node| graph.needs(*node))
            .map(|arrow| place[arrow.to]);
        let begin = needs
            .filter(|to| *to != component)
            .map(|to| ends[to])
            .max()
            .unwrap_or(0);
        let end = if nodes.len() == 1 {
            nodes.iter().for_each(|node| depths[*node] = begin);
            begin + usize::from(nodes.iter().any(|node| listed.contains(node)))
        } else {
            cycle(graph, nodes, listed, begin, &mut depths)
        };
        ends[component] = end;
    }
    depths
}

/// Puts the nodes of a cycle in order by their hard needs alone; returns where it ends.
fn cycle(
    graph: &ServiceGraph,
    nodes: &[usize],
    listed: &HashSet<usize>,
    begin: usize,
    depths: &mut [usize],
) -> usize {
    let inside: HashSet<usize> = nodes.iter().copied().collect();
    let components = members(&graph.components(|node| inside.contains(&node), true));
    let mut ends = vec![begin; graph.len()];
    let mut last = begin;
    for nodes in &components {
        let needs = nodes.iter().flat_map(|node| graph.needs(*node));
        let needs =
            needs.filter(|arrow| arrow.kind == EdgeKind::Hard && inside.contains(&arrow.to));
        let begin = needs
            .filter(|arrow| !nodes.contains(&arrow.to))
            .map(|arrow| ends[arrow.to])
            .max()
            .unwrap_or(begin);
        let end = begin + usize::from(nodes.iter().any(|node| listed.contains(node)));
        for node in nodes {
            (depths[*node], ends[*node]) = (begin, end);
        }
        last = last.max(end);
    }
    last
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::topology::testing::{edges, ids};

    #[test]
    fn dependencies_come_first() {
        for (graph, services, expected) in [
            ("", "b a", "a b"),
            ("api>db", "api db", "db | api"),
            ("api-db", "api db", "db | api"),
            (
                "web>api api>db api>redis",
                "web api db redis",
                "db redis | api | web",
            ),
            // A service that is not listed still orders those around it, but makes no wave.
            ("web>api api>db", "web db", "db | web"),
            ("web>api", "web", "web"),
            // A cycle is one wave, with what it needs before and what needs it after.
            ("a>b b>a a>db web>b", "a b db web", "db | a b | web"),
            ("a>a", "a", "a"),
            // In a cycle that soft needs close, the hard ones decide the order.
            ("torrent>vpn vpn-torrent", "torrent vpn", "vpn | torrent"),
            (
                "torrent>vpn vpn-torrent web>vpn torrent>db",
                "torrent vpn web db",
                "db | vpn | torrent | web",
            ),
            ("a>b b>c c-a a>x x>a", "a b c x", "c | b | a x"),
        ] {
            let waves = waves(&edges(graph), &ids(services));
            let expected: Vec<_> = expected.split('|').map(ids).collect();
            assert_eq!(waves, expected, "{services} of {graph}");
        }
    }

    #[test]
    fn a_long_chain_does_not_overflow_the_stack() {
        let chain: Vec<String> = (0..20_000)
            .map(|n| format!("s{n:05}>s{:05}", n + 1))
            .collect();
        let first_and_last = ids("s00000 s20000");
        assert_eq!(
            waves(&edges(&chain.join(" ")), &first_and_last),
            [ids("s20000"), ids("s00000")]
        );
    }

    proptest! {
        #[test]
        fn every_service_once_and_never_before_what_it_needs(
            pairs in prop::collection::vec((0..8_u8, 0..8_u8), 0..20),
            listed in prop::collection::btree_set(0..8_u8, 0..8),
        ) {
            let text: Vec<String> = pairs.iter().map(|(a, b)| format!("s{a}>s{b}")).collect();
            let edges = edges(&text.join(" "));
            let listed: Vec<ServiceId> = listed.iter().map(|n| ServiceId::from(format!("s{n}"))).collect();
            let waves = waves(&edges, &listed);
            let mut all: Vec<ServiceId> = waves.concat();
            all.sort();
            prop_assert_eq!(&all, &listed);
            let wave_of = |id: &ServiceId| waves.iter().position(|wave| wave.contains(id));
            for edge in &edges {
                let (Some(from), Some(to)) = (wave_of(&edge.from), wave_of(&edge.to)) else { continue };
                let cycle = crate::topology::impact::impact(&edges, std::slice::from_ref(&edge.from)).hard;
                let in_cycle = edge.from == edge.to || cycle.contains(&edge.to);
                prop_assert!(if in_cycle { to == from } else { to < from }, "{:?} in {:?}", edge, waves);
            }
        }
    }
}
