//! What to try next.

use super::*;
use crate::model::Port;

#[test]
fn advice_names_who_holds_the_port() {
    let port = |facts: &mut crate::model::InstanceFacts| {
        facts.ports = vec![Port {
            container: 80,
            protocol: "tcp".into(),
            published: Some(18_200),
            address: Some("0.0.0.0".into()),
        }];
    };
    let mut web = service(
        "web",
        HealthState::Unhealthy,
        "cannot start: port 18200 is already allocated",
        0,
    );
    let facts = Arc::make_mut(&mut web.instances[0].facts);
    (facts.state, facts.started_at) = (InstanceState::Created, None);
    facts.error =
        "driver failed programming external connectivity on endpoint web (8c3b): Bind for 0.0.0.0:18200 \
                   failed: port is already allocated"
            .to_owned();
    let mut shop = service("shop", HealthState::Healthy, "200", -60);
    port(Arc::make_mut(&mut shop.instances[0].facts));
    for (services, expected, command) in [
        (
            vec![shop, web.clone()],
            "port 18200 is taken by shop: stop that one with `docker stop shop`",
            "docker stop shop",
        ),
        (
            vec![web.clone()],
            "find who has port 18200: `docker ps --filter publish=18200` and `ss -ltnp 'sport = :18200'`",
            "docker ps --filter publish=18200",
        ),
    ] {
        let services = services.into_iter().map(Arc::new).collect();
        let snapshot = Snapshot {
            services,
            ..Snapshot::empty(at(60))
        };
        let explanation = explain(&web, &snapshot, &TimeZone::UTC);
        assert_eq!(explanation.hint.as_ref().unwrap().id, "port-in-use");
        assert_eq!(explanation.try_next[0], expected);
        assert_eq!(
            explanation.commands.first().map(String::as_str),
            Some(command)
        );
        assert!(
            explanation
                .sentence
                .ends_with("UTC: port 18200 is already allocated")
        );
    }
}

#[test]
fn no_advice_of_any_cause_has_a_gap() {
    use crate::explain::diagnosis::Diagnoses;
    let mut plain = service("db", HealthState::Unhealthy, "exited with code 1", 0);
    Arc::make_mut(&mut plain.instances[0].facts).image = "postgres:16".to_owned();
    let snapshot = Snapshot {
        services: vec![Arc::new(plain.clone())],
        ..Snapshot::empty(at(60))
    };
    let names = names::Names {
        service: &plain,
        snapshot: &snapshot,
        candidate: None,
    };
    assert!(Diagnoses::builtin().causes().len() > 30);
    for cause in Diagnoses::builtin().causes() {
        let filled: Vec<_> = cause
            .advice
            .iter()
            .filter_map(|advice| advice.fill(&|name| names.get(name)))
            .flat_map(|step| step.command.into_iter().chain([step.text]))
            .collect();
        assert!(!filled.is_empty(), "{}", cause.id);
        for text in filled {
            let gap = [
                "PORT",
                "HOST",
                "SERVICE",
                "CONTAINER",
                "NETWORK",
                "NAME",
                "<",
                "…",
            ];
            let gap = gap.iter().find(|gap| text.contains(**gap));
            let braces = text.replace("{{json ", "").contains('{') && !text.contains("--format");
            assert!(gap.is_none() && !braces, "{}: {text}", cause.id);
        }
    }
}
