//! Secrets through the real fold: what enters is masked, also what was taken in before its secret
//! was known.

use std::sync::Arc;

use hubdeck::explain::timeline::words;
use hubdeck::model::*;

use crate::support::store::{With, World, at, facts};

const SECRET: &str = "Pw-of-db-42";

/// A service whose healthcheck, engine and log repeat the password of another one.
fn leaking() -> InstanceFacts {
    facts("hub/api")
        .docker(DockerStatus::Unhealthy)
        .with(|facts| {
            facts.error = format!("cannot start: {SECRET}");
            facts.docker.output =
                format!("login with {SECRET} failed, tried --password Other-Pw-7");
            facts.health_log = vec![HealthcheckLog {
                at: at(1),
                exit_code: 1,
                output: facts.docker.output.clone(),
            }];
        })
}

fn holder() -> InstanceFacts {
    facts("hub/db").with(|facts| {
        facts
            .environment
            .reveal_mut()
            .push(("POSTGRES_PASSWORD".into(), SECRET.into()));
    })
}

/// Everything of the snapshot, printed.
fn printed(world: &mut World) -> String {
    format!("{:?}", world.snapshot())
}

#[test]
fn a_secret_of_another_service_is_masked_whichever_comes_first() {
    let mut world = World::of(vec![holder(), leaking()]);
    let _ = world.inspect(leaking());
    let text = printed(&mut world);
    assert!(
        !text.contains(SECRET) && !text.contains("Other-Pw-7"),
        "{text}"
    );
    assert!(text.contains("login with *** failed"), "{text}");

    let mut world = World::of(vec![leaking()]);
    let _ = world.inspect(leaking());
    let line = LogLine {
        at: None,
        instance: leaking().id,
        stream: LogStream::Stderr,
        text: format!("used {SECRET}"),
        cut_bytes: 0,
        ..LogLine::default()
    };
    let lines = Arc::from([line]);
    let _ = world.apply(Observation::FailureLog(FailureLog {
        instance: leaking().id,
        at: at(2),
        lines,
    }));
    let _ = world.apply(Observation::Own {
        at: at(2),
        text: format!("said {SECRET}"),
    });
    assert!(
        printed(&mut world).contains(SECRET),
        "nothing tells yet that it is one"
    );
    let _ = world.inspect(holder());
    let text = printed(&mut world);
    assert!(!text.contains(SECRET), "{text}");
    assert!(
        text.contains("used ***") && text.contains("said ***"),
        "{text}"
    );
}

#[test]
fn edges_and_probes_still_read_the_clear_definition() {
    let api = facts("hub/api").with(|facts| {
        let url = format!("postgres://app:{SECRET}@db:5432/app");
        facts
            .environment
            .reveal_mut()
            .push(("KEYSTORE_DATABASE_URL".into(), url));
    });
    let mut world = World::of(vec![holder(), api]);
    let snapshot = world.snapshot();
    assert!(
        snapshot
            .needs(&"hub/api".into())
            .any(|edge| edge.to.as_str() == "hub/db"),
        "{:?}",
        snapshot.edges
    );
    assert!(!printed(&mut world).contains(SECRET));
}

#[test]
fn a_secret_in_a_configuration_file_is_known_and_the_file_is_not_kept() {
    let mut world = World::of(vec![leaking()]);
    let _ = world.inspect(leaking());
    let file = ConfigurationFile {
        path: "/etc/app.ini".into(),
        text: format!("password = {SECRET}\n"),
    };
    let files = Arc::from([file]);
    let _ = world.apply(Observation::Configured {
        at: at(3),
        instance: leaking().id,
        files,
    });
    let text = printed(&mut world);
    assert!(!text.contains(SECRET), "{text}");
}

#[test]
fn what_a_probe_of_the_config_file_sends_is_known_when_the_service_repeats_it() {
    let mut spec = ProbeSpec::new(ProbeKind::Http, 8000, ProbeOrigin::Config);
    spec.path = "/health?token=Query-Tok-1".to_owned();
    spec.request.headers = vec![
        ("X-Trace".to_owned(), Hidden::new("Bearer Header-Tok-2")),
        ("Accept".to_owned(), Hidden::new("application/json")),
    ];
    spec.request.body = Some(Hidden::new(
        r#"{"user": "monitor", "password": "Body-Pw-3"}"#,
    ));
    let rule = ServiceRule {
        probe: Some(spec),
        ..ServiceRule::of("hub/api")
    };
    let mut world = World::of(vec![leaking()]);
    let said = "refused Query-Tok-1, Header-Tok-2 and Body-Pw-3 of monitor as application/json";
    let _ = world.apply(Observation::Own {
        at: at(2),
        text: said.to_owned(),
    });
    let _ = world.apply(Observation::Rules {
        policy: HealthPolicy::default(),
        rules: Arc::from([rule]),
        layers: Arc::default(),
        problem: Some(said.to_owned()),
    });
    let snapshot = world.snapshot();
    let expected = "refused ***, *** and *** of monitor as application/json";
    assert_eq!(snapshot.config_problem.as_deref(), Some(expected));
    assert!(
        snapshot
            .timeline
            .iter()
            .any(|event| words(&event.change) == expected),
        "{:?}",
        snapshot.timeline
    );
}

#[test]
fn a_store_that_takes_over_still_knows_the_secrets() {
    let mut world = World::of(vec![holder(), leaking()]);
    let mut store = hubdeck::store::Store::after(&world.snapshot());
    let _ = store.apply(
        Observation::Own {
            at: at(9),
            text: format!("said {SECRET}"),
        },
        at(9),
    );
    let text = format!("{:?}", store.snapshot(at(9)));
    assert!(
        text.contains("said ***") && !text.contains(SECRET),
        "{text}"
    );
}
