//! The order in which services are started, and backwards stopped.

use std::collections::HashSet;

use crate::model::{Edge, ServiceId};

use super::graph::Graph;

/// `services` in waves: everything a service needs, directly or through services that are not
/// listed, stands in an earlier wave; services of one cycle stand in the same wave.
///
/// Every service appears once, sorted inside its wave. Stopping goes through the waves backwards.
#[must_use]
pub fn waves(edges: &[Edge], services: &[ServiceId]) -> Vec<Vec<ServiceId>> {
    let mut graph = Graph::new(edges);
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
        wave.sort();
    }
    waves.retain(|wave| !wave.is_empty());
    waves
}

/// The length of the longest chain of listed services below each node, cycles as one node.
fn depths(graph: &Graph, listed: &HashSet<usize>) -> Vec<usize> {
    let components = graph.components(|_| true, false);
    let count = components.iter().flatten().max().map_or(0, |last| last + 1);
    let mut members = vec![Vec::new(); count];
    for (node, component) in components.iter().enumerate() {
        if let Some(component) = component {
            members[*component].push(node);
        }
    }
    // Components come in dependency order, so that what is needed is known first.
    let mut depths = vec![0; graph.len()];
    for (component, nodes) in members.iter().enumerate() {
        let depth = nodes
            .iter()
            .flat_map(|node| graph.needs(*node))
            .filter(|arrow| components[arrow.to] != Some(component))
            .map(|arrow| depths[arrow.to] + usize::from(weighs(&members, &components, listed, arrow.to)))
            .max()
            .unwrap_or(0);
        for node in nodes {
            depths[*node] = depth;
        }
    }
    depths
}

/// Whether the component of `node` has a listed service, so that what needs it comes a wave later.
fn weighs(
    members: &[Vec<usize>],
    components: &[Option<usize>],
    listed: &HashSet<usize>,
    node: usize,
) -> bool {
    components[node].is_some_and(|component| members[component].iter().any(|member| listed.contains(member)))
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
            ("web>api api>db api>redis", "web api db redis", "db redis | api | web"),
            // A service that is not listed still orders those around it, but makes no wave.
            ("web>api api>db", "web db", "db | web"),
            ("web>api", "web", "web"),
            // A cycle is one wave, with what it needs before and what needs it after.
            ("a>b b>a a>db web>b", "a b db web", "db | a b | web"),
            ("a>a", "a", "a"),
        ] {
            let waves = waves(&edges(graph), &ids(services));
            let expected: Vec<_> = expected.split('|').map(ids).collect();
            assert_eq!(waves, expected, "{services} of {graph}");
        }
    }

    #[test]
    fn a_long_chain_does_not_overflow_the_stack() {
        let chain: Vec<String> = (0..20_000).map(|n| format!("s{n:05}>s{:05}", n + 1)).collect();
        let first_and_last = ids("s00000 s20000");
        assert_eq!(waves(&edges(&chain.join(" ")), &first_and_last), [ids("s20000"), ids("s00000")]);
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
