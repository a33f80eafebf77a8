//! Edges from declarations and references.

use super::*;
use crate::model::Dependency;
use crate::topology::references;
use crate::topology::testing::facts;

fn need(service: &str, condition: DependencyCondition) -> Dependency {
    Dependency { service: service.into(), condition, restart: false }
}

/// `"from to kind provenance"` of every edge.
fn told(all: &[InstanceFacts], rules: &[ServiceRule]) -> Vec<String> {
    let ids: Vec<ServiceId> = all.iter().map(InstanceFacts::service_id).collect();
    let references: Vec<References> = all.iter().map(references::of).collect();
    let nodes: Vec<Node> = all
        .iter()
        .zip(&ids)
        .zip(&references)
        .map(|((facts, id), references)| Node {
            id,
            stack: facts.stack.as_ref(),
            name: &facts.service,
            members: vec![Member { facts, references, configured: &[] }],
            observed: Vec::new(),
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
