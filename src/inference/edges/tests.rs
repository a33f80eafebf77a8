//! Edges from declarations and references.

use super::*;
use crate::inference::references;
use crate::model::Dependency;
use crate::topology::testing::facts;

fn need(service: &str, condition: DependencyCondition) -> Dependency {
    Dependency {
        service: service.into(),
        condition,
        restart: false,
    }
}

/// `"from to kind provenance"` of every edge.
fn shown(all: &[InstanceFacts], rules: &[ServiceRule]) -> Vec<String> {
    let ids: Vec<ServiceId> = all.iter().map(InstanceFacts::service_id).collect();
    let references: Vec<References> = all.iter().map(references::of).collect();
    let nodes: Vec<ServiceNode> = all
        .iter()
        .zip(&ids)
        .zip(&references)
        .map(|((facts, id), references)| ServiceNode {
            id,
            stack: facts.stack.as_ref(),
            name: &facts.service,
            members: vec![Member {
                facts,
                references,
                configured: &[],
            }],
            observed: Vec::new(),
        })
        .collect();
    let (edges, _) = edges(&nodes, rules);
    edges
        .iter()
        .map(|edge| {
            format!(
                "{} {} {:?} {:?}",
                edge.from,
                edge.to,
                edge.kind(),
                edge.provenance()
            )
        })
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
    let names = [
        "hub/db",
        "hub/redis",
        "hub/migrate",
        "hub/old",
        "other/db",
        "other/gone",
    ];
    let all: Vec<_> = names.into_iter().map(facts).chain([api]).collect();
    assert_eq!(
        shown(&all, &[]),
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
    api.labels.reveal_mut().insert(
        DEPENDS_ON_LABEL.into(),
        " db ,other/db,, nothing, lonely,both".into(),
    );
    let vpn = facts("hub/vpn");
    let mut torrent = facts("hub/torrent");
    torrent.network_mode = format!("container:{}", vpn.id);
    api.network_mode = "container:hub-vpn-1".into();
    let rule = ServiceRule {
        depends_on: vec!["db".into(), "vpn".into()],
        ..ServiceRule::of("hub/t*")
    };
    let names = ["hub/db", "other/db", "other/lonely", "x/both", "y/both"];
    let all: Vec<_> = names
        .into_iter()
        .map(facts)
        .chain([api, vpn, torrent])
        .collect();
    assert_eq!(
        shown(&all, &[rule]),
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

/// Puts a container on a network, with its usual names and `more` aliases there.
fn on(mut facts: InstanceFacts, network: &str, address: &str, more: &[&str]) -> InstanceFacts {
    let names = [facts.name.as_str(), facts.service.as_str()];
    // Docker's own bridge has no name service.
    let known = names
        .into_iter()
        .chain(more.iter().copied())
        .filter(|_| network != "bridge");
    let aliases: Vec<String> = known.map(str::to_owned).collect();
    facts.networks.push(crate::model::NetworkAddress {
        network: network.into(),
        address: address.parse().ok(),
        aliases,
    });
    facts
}

/// The services that `HOST=host` in a container of `hub/api` names.
fn meant(host: &str, others: &[InstanceFacts]) -> String {
    let mut api = on(facts("hub/api"), "hub_default", "172.20.0.2", &[]);
    if host == "linked" {
        api.links = vec!["hub-db-1:Linked".into()];
    }
    api.environment = vec![("HOST".into(), host.into())].into();
    let all: Vec<InstanceFacts> = others.iter().cloned().chain([api]).collect();
    let shown = shown(&all, &[]);
    let named = shown
        .iter()
        .filter_map(|edge| edge.strip_prefix("hub/api ")?.split(' ').next());
    named.collect::<Vec<_>>().join(" ")
}

/// A host, and the services that it names for a container of `hub/api`.
const HOSTS: &[(&str, &str)] = &[
    ("db", "hub/db"),
    ("DB", "hub/db"),
    ("db.", "hub/db"),
    ("hub-db-1", "hub/db"),
    ("dbhost", "hub/db"),
    ("primary.db", "hub/db"),
    ("linked", "hub/db"),
    ("cache", "hub/Cache"),
    ("shared", "hub/Cache hub/cache2"),
    ("sso", "other/auth"),
    ("auth", "other/auth"),
    ("other-auth-1", "other/auth"),
    ("solo", "solo"),
    ("db.hub_default", "hub/db"),
    ("db.default", "hub/db"),
    ("tasks.db", "hub/db"),
    ("172.20.0.3", "hub/db"),
    ("172.20.0.3:5432", "hub/db"),
    ("http://host.docker.internal:15432", "hub/db"),
    // Other projects, other networks, other ports, and what is no name here.
    ("queue", ""),
    ("other-db-1", ""),
    ("lonely", ""),
    ("db.example.com", ""),
    ("db.other_default", ""),
    ("172.20.0.1", ""),
    ("http://host.docker.internal:1", ""),
    ("http://localhost:15432", ""),
    ("api", ""),
    ("hub-api-1", ""),
    ("127.0.0.1:5432", ""),
];

/// What stands around `hub/api`.
fn neighbours() -> [InstanceFacts; 8] {
    let mut db = on(
        facts("hub/db"),
        "hub_default",
        "172.20.0.3",
        &["primary.db"],
    );
    db.hostname = "DbHost".into();
    db.ports = vec![crate::model::Port {
        container: 5432,
        protocol: "tcp".into(),
        published: Some(15_432),
        address: None,
    }];
    [
        db,
        on(facts("hub/Cache"), "hub_default", "172.20.0.4", &["shared"]),
        on(
            facts("hub/cache2"),
            "hub_default",
            "172.20.0.5",
            &["shared"],
        ),
        on(facts("other/db"), "other_default", "172.21.0.3", &[]),
        on(facts("other/queue"), "other_default", "172.21.0.4", &[]),
        // In another stack, and on a network of this one too.
        on(
            on(facts("other/auth"), "other_default", "172.21.0.5", &[]),
            "hub_default",
            "172.20.0.9",
            &["sso"],
        ),
        on(facts("solo"), "hub_default", "172.20.0.10", &[]),
        on(facts("lonely"), "bridge", "172.17.0.2", &[]),
    ]
}

#[test]
fn a_name_means_what_the_container_would_reach() {
    let others = neighbours();
    for &(host, expected) in HOSTS {
        assert_eq!(meant(host, &others), expected, "{host}");
    }
}

#[test]
fn of_several_with_one_alias_those_it_depends_on_are_meant() {
    let mut api = on(facts("hub/api"), "hub_default", "172.20.0.2", &[]);
    api.environment = vec![("MODEL_URL".into(), "http://model:1234".into())].into();
    api.depends_on = vec![need("gpu", DependencyCondition::ServiceStarted)];
    let model = |service| on(facts(service), "hub_default", "", &["model"]);
    let all = [api, model("hub/cpu"), model("hub/gpu")];
    assert_eq!(shown(&all, &[]), ["hub/api hub/gpu Soft DependsOn"]);
}

#[test]
fn a_proxy_that_asks_the_engine_routes_to_what_it_shares_a_network_with() {
    let mut traefik = on(facts("edge/traefik"), "web", "172.30.0.2", &[]);
    traefik.image = "traefik:v3".into();
    let labelled = |service: &str, network: &str| {
        let mut facts = on(facts(service), network, "", &[]);
        facts.labels.reveal_mut().insert(
            "traefik.http.routers.a.rule".into(),
            "PathPrefix(`/a`)".into(),
        );
        facts
    };
    let all = [
        traefik,
        labelled("hub/api", "web"),
        labelled("hub/hidden", "hub_default"),
        labelled("edge/own", "x"),
    ];
    assert_eq!(
        shown(&all, &[]),
        [
            "edge/traefik edge/own Soft Route",
            "edge/traefik hub/api Soft Route"
        ]
    );
}

#[test]
fn evidence_is_sorted_and_bounded() {
    let mut api = facts("hub/api");
    api.environment = (0..40)
        .map(|n| (format!("URL_{n:02}"), "http://db:1".to_owned()))
        .collect();
    api.command = vec!["--url=http://db".into(), "--url=http://db".into()].into();
    api.depends_on = vec![need("db", DependencyCondition::ServiceHealthy)];
    api.links = vec!["hub-db-1:db".into()];
    let all = [api, facts("hub/db")];
    let references: Vec<References> = all.iter().map(references::of).collect();
    let ids: Vec<ServiceId> = all.iter().map(InstanceFacts::service_id).collect();
    let nodes: Vec<ServiceNode> = (all.iter().zip(&ids).zip(&references))
        .map(|((facts, id), references)| ServiceNode {
            id,
            stack: facts.stack.as_ref(),
            name: &facts.service,
            members: vec![Member {
                facts,
                references,
                configured: &[],
            }],
            observed: Vec::new(),
        })
        .collect();
    let (edges, _) = edges(&nodes, &[]);
    assert_eq!(edges.len(), 1);
    let shown: Vec<String> = edges[0].evidence.iter().map(EdgeEvidence::words).collect();
    assert_eq!(shown.len(), Edge::MOST_EVIDENCE);
    assert_eq!(
        shown[..3],
        ["depends_on service_healthy", "link db", "env URL_00"].map(str::to_owned)
    );
}
