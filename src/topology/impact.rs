//! What stopping or losing services takes with it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::model::SortShared as _;
use crate::model::{
    Edge, EdgeKind, HealthState, Impact, InstanceState, LostRoutes, Route, Service, ServiceId,
    Snapshot,
};

use super::graph::ServiceGraph;

/// What transitively needs `targets`, without the targets themselves, nearest first.
///
/// A service is hit hard when some path to a target has only hard edges, softly otherwise.
#[must_use]
pub fn impact<'a>(edges: impl IntoIterator<Item = &'a Edge>, targets: &[ServiceId]) -> Impact {
    impact_on(&ServiceGraph::new(edges), targets)
}

/// [`impact`] over a graph.
fn impact_on(graph: &ServiceGraph<'_>, targets: &[ServiceId]) -> Impact {
    let starts: Vec<usize> = targets
        .iter()
        .filter_map(|target| graph.find(target))
        .collect();
    let hard = reach(graph, &starts, true);
    let any = reach(graph, &starts, false);
    let is_hard = flags(graph.len(), &hard);
    Impact {
        hard: hard.iter().map(|node| graph.id(*node).clone()).collect(),
        soft: any
            .iter()
            .filter(|node| !is_hard[**node])
            .map(|node| graph.id(*node).clone())
            .collect(),
        routes: Vec::new(),
    }
}

/// [`impact`] on what runs when the containers of `targets` stop.
///
/// An order at start affects nothing that has started. A proxy goes on without a service it routes
/// to, whatever its `depends_on` requires at start, and loses those routes.
#[must_use]
pub fn loss(snapshot: &Snapshot, targets: &[ServiceId]) -> Impact {
    let edges = || {
        let edges = snapshot.edges.iter();
        edges.filter(|edge| !edge.matters_at_start_only())
    };
    let graph = ServiceGraph::with_kinds(edges(), |edge| match edge.routes().next() {
        Some(_) => EdgeKind::Soft,
        None => edge.kind(),
    });
    let mut hit = impact_on(&graph, targets);
    let runs = |id: &ServiceId| snapshot.service(id).is_some_and(|service| runs(service));
    let is_down = |id: &ServiceId| targets.contains(id) || hit.hard.contains(id);
    let stays = |id: &ServiceId| !is_down(id) && runs(id);
    let routed = edges().filter(|edge| edge.routes().next().is_some());
    let lost = routed.filter(|edge| is_down(&edge.to) && stays(&edge.from));
    let mut routes: BTreeMap<&ServiceId, BTreeSet<String>> = BTreeMap::new();
    for edge in lost {
        let labels = edge.routes().map(Route::label);
        let paths = routes.entry(&edge.from).or_default();
        paths.extend(labels.filter(|label| !label.is_empty()));
    }
    hit.routes = routes
        .into_iter()
        .map(|(service, paths)| LostRoutes {
            service: service.clone(),
            paths: paths.into_iter().collect(),
        })
        .collect();
    hit.hard.retain(runs);
    let loses = |id: &ServiceId| hit.routes.iter().any(|lost| lost.service == *id);
    hit.soft.retain(|id| runs(id) && !loses(id));
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
    use crate::model::{DependencyCondition, EdgeDetail, Provenance};
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

    /// A service in `state` whose container runs.
    fn service(name: &str, state: HealthState) -> std::sync::Arc<Service> {
        let facts = crate::topology::testing::facts(name);
        let unknown = Service::unknown(None, name.into(), crate::model::Timestamp::UNIX_EPOCH);
        let instance = crate::model::Instance {
            facts: facts.into(),
            sample: None,
            series: std::sync::Arc::default(),
            probe: None,
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

    /// Healthy services with these edges.
    fn world(edges: Vec<Edge>) -> Snapshot {
        let mut snapshot = Snapshot::empty(crate::model::Timestamp::UNIX_EPOCH);
        let ends = edges.iter().flat_map(|edge| [&edge.from, &edge.to]);
        let names: BTreeSet<&str> = ends.map(ServiceId::as_str).collect();
        snapshot.services = names
            .into_iter()
            .map(|name| service(name, HealthState::Healthy))
            .collect();
        snapshot.edges = edges.into();
        snapshot
    }

    /// The same edge with evidence of this kind alone.
    fn known_by(text: &str, provenance: Provenance, detail: impl Into<EdgeDetail>) -> Edge {
        let [mut edge] = <[Edge; 1]>::try_from(edges(text)).expect("one edge");
        edge.evidence[0].provenance = provenance;
        edge.evidence[0].detail = detail.into();
        edge
    }

    #[test]
    fn an_order_at_start_affects_nothing_that_has_started() {
        use DependencyCondition::{ServiceCompletedSuccessfully, ServiceHealthy, ServiceStarted};
        use Provenance::{DependsOn, Environment, StartOrder};
        for (provenance, detail, expected) in [
            (StartOrder, ServiceCompletedSuccessfully.into(), ""),
            (DependsOn, ServiceCompletedSuccessfully.into(), ""),
            (DependsOn, ServiceStarted.into(), ""),
            (DependsOn, ServiceHealthy.into(), "api"),
            (Environment, EdgeDetail::from("DB_URL"), "api"),
        ] {
            let edge = known_by("api>db", provenance, detail.clone());
            let snapshot = world(vec![edge]);
            let hit = loss(&snapshot, &ids("db"));
            assert_eq!(hit.hard, ids(expected), "{provenance:?} {detail}");
            assert!(hit.soft.is_empty() && hit.routes.is_empty());
        }
        // Other evidence beside it counts.
        let mut edge = known_by("api>db", DependsOn, ServiceStarted);
        let other = known_by("api-db", Environment, "DB_URL");
        edge.evidence.extend(other.evidence);
        assert_eq!(loss(&world(vec![edge]), &ids("db")).hard, ids("api"));
    }

    #[test]
    fn a_proxy_loses_its_routes_and_goes_on() {
        let route = |text: &str, path: &str| {
            let mut edge = known_by(
                text,
                Provenance::DependsOn,
                DependencyCondition::ServiceHealthy,
            );
            let way = known_by(text, Provenance::Route, Route::new("", path, Some(80)));
            edge.evidence.extend(way.evidence);
            edge
        };
        let mut all = vec![
            route("proxy>api", "/api/"),
            route("proxy>mcp", "/mcp/"),
            route("proxy>web", "/"),
        ];
        all.extend(edges("mcp>api api>db tunnel>proxy"));
        let snapshot = world(all);
        for (target, hard, soft, paths) in [
            ("mcp", "", "tunnel", "/mcp/"),
            // Also those of what fails with it.
            ("api", "mcp", "tunnel", "/api/ /mcp/"),
            ("db", "api mcp", "tunnel", "/api/ /mcp/"),
            ("proxy", "tunnel", "", ""),
        ] {
            let hit = loss(&snapshot, &ids(target));
            let lost: Vec<String> = hit.routes.iter().map(|lost| lost.paths.join(" ")).collect();
            assert_eq!(
                (hit.hard, hit.soft, lost.join(" ")),
                (ids(hard), ids(soft), paths.to_owned()),
                "losing {target}"
            );
        }
        let both = loss(&snapshot, &ids("mcp proxy"));
        assert!(both.routes.is_empty(), "it is stopped itself: {both:?}");
    }
}
