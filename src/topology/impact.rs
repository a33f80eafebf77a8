//! What stopping or losing services takes with it.

use std::collections::VecDeque;

use crate::model::SortShared as _;
use crate::model::{
    Edge, EdgeKind, HealthState, Impact, InstanceState, Service, ServiceId, Snapshot,
};

use super::graph::ServiceGraph;

/// What transitively needs `targets`, without the targets themselves, nearest first.
///
/// A service is hit hard when some path to a target has only hard edges, softly otherwise.
#[must_use]
pub fn impact<'a>(edges: impl IntoIterator<Item = &'a Edge>, targets: &[ServiceId]) -> Impact {
    let graph = ServiceGraph::new(edges);
    let starts: Vec<usize> = targets
        .iter()
        .filter_map(|target| graph.find(target))
        .collect();
    let hard = reach(&graph, &starts, true);
    let any = reach(&graph, &starts, false);
    let is_hard = flags(graph.len(), &hard);
    Impact {
        hard: hard.iter().map(|node| graph.id(*node).clone()).collect(),
        soft: any
            .iter()
            .filter(|node| !is_hard[**node])
            .map(|node| graph.id(*node).clone())
            .collect(),
    }
}

/// [`impact`] on what is there to be lost: without services that do not run anyway, completed
/// one-shots among them, and not over what was only to come first and is done.
#[must_use]
pub fn loss(snapshot: &Snapshot, targets: &[ServiceId]) -> Impact {
    // Work that is done holds up nobody any more, and passes on nothing.
    let is_over = |edge: &Edge| {
        let state = snapshot
            .service(&edge.to)
            .map(|service| service.health.state);
        edge.is_start_order() && state == Some(HealthState::Completed)
    };
    let mut hit = impact(snapshot.edges.iter().filter(|edge| !is_over(edge)), targets);
    let runs = |id: &ServiceId| snapshot.service(id).is_some_and(|service| runs(service));
    hit.hard.retain(runs);
    hit.soft.retain(runs);
    hit
}

/// Whether some container of `service` runs, or it has none of its own and is not over.
fn runs(service: &Service) -> bool {
    use InstanceState::{Paused, Restarting, Running};
    let mut states = service
        .instances
        .iter()
        .map(|instance| instance.facts.state);
    let over = matches!(
        service.health.state,
        HealthState::Completed | HealthState::Stopped
    );
    states.any(|state| matches!(state, Running | Paused | Restarting))
        || (service.instances.is_empty() && !over)
}

/// Dependents of `starts` in breadth-first order; services at the same distance by id.
fn reach(graph: &ServiceGraph, starts: &[usize], hard_only: bool) -> Vec<usize> {
    let mut seen = flags(graph.len(), starts);
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut queue: VecDeque<(usize, usize)> = starts.iter().map(|start| (0, *start)).collect();
    while let Some((distance, node)) = queue.pop_front() {
        for arrow in graph.needed_by(node) {
            if (hard_only && arrow.kind == EdgeKind::Soft) || seen[arrow.to] {
                continue;
            }
            seen[arrow.to] = true;
            found.push((distance + 1, arrow.to));
            queue.push_back((distance + 1, arrow.to));
        }
    }
    found.sort_shared_by(|a, b| a.0.cmp(&b.0).then_with(|| graph.id(a.1).cmp(graph.id(b.1))));
    found.into_iter().map(|(_, node)| node).collect()
}

fn flags(len: usize, set: &[usize]) -> Vec<bool> {
    let mut flags = vec![false; len];
    for node in set {
        flags[*node] = true;
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topology::testing::{edges, ids};

    #[test]
    fn hard_and_soft_are_told_apart_over_any_number_of_hops() {
        for (graph, targets, hard, soft) in [
            ("", "db", "", ""),
            ("api>db", "db", "api", ""),
            ("api>db", "api", "", ""),
            ("web>api api>db", "db", "api web", ""),
            ("web-api api>db", "db", "api", "web"),
            ("web>api api-db", "db", "", "api web"),
            // One hard path is enough, however many soft ones there are.
            ("web-db web>api api>db", "db", "api web", ""),
            // A longer hard path counts as hard, a shorter soft one does not change that.
            ("web-api api>db web>x x>db", "db", "api x web", ""),
            // Cycles end, and targets are never hit by themselves.
            ("a>b b>a c-a", "a", "b", "c"),
            ("a>b b>c c>a d>c", "a b", "c d", ""),
        ] {
            let hit = impact(&edges(graph), &ids(targets));
            assert_eq!(
                (hit.hard, hit.soft),
                (ids(hard), ids(soft)),
                "{graph} losing {targets}"
            );
        }
    }

    /// A service in `state` whose container runs unless it completed.
    fn service(name: &str, state: HealthState) -> std::sync::Arc<Service> {
        let mut facts = crate::topology::testing::facts(name);
        if state == HealthState::Completed {
            facts.state = InstanceState::Exited;
        }
        let unknown = Service::unknown(None, name.into(), crate::model::Timestamp::UNIX_EPOCH);
        let instance = crate::model::Instance {
            facts: facts.into(),
            sample: None,
            series: std::sync::Arc::default(),
        };
        let health = crate::model::Health {
            state,
            ..unknown.health.clone()
        };
        std::sync::Arc::new(Service {
            health,
            instances: vec![instance],
            ..unknown
        })
    }

    #[test]
    fn work_that_is_done_passes_nothing_on() {
        let mut snapshot = Snapshot::empty(crate::model::Timestamp::UNIX_EPOCH);
        // api waits for migrate, which is done; migrate used db; web uses db.
        let mut edges = edges("api>migrate migrate>db web>db");
        edges[0].evidence[0].provenance = crate::model::Provenance::StartOrder;
        snapshot.edges = edges.into();
        for (state, expected) in [
            (HealthState::Completed, "web"),
            (HealthState::Healthy, "migrate web api"),
        ] {
            snapshot.services = vec![
                service("api", HealthState::Healthy),
                service("db", HealthState::Healthy),
                service("migrate", state),
                service("web", HealthState::Healthy),
            ];
            assert_eq!(
                loss(&snapshot, &ids("db")).hard,
                ids(expected),
                "migrate is {state}"
            );
        }
    }
}
