//! Secrets of the examples, planted wherever a container shows them, in the answers of every route.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request};
use futures_util::StreamExt as _;
use hubdeck::model::{DockerStatus, HealthcheckLog, InstanceFacts};
use hubdeck::serve::{RouterOptions, router};
use serde_json::Value;
use tokio::sync::watch;
use tower::ServiceExt as _;

use crate::support::fake_operations::FakeOperations;
use crate::support::store::{With, World, at, facts};

const EXAMPLES: [(&str, &str); 2] = [
    ("hub", include_str!("../../examples/hub/compose.yaml")),
    (
        "exchange",
        include_str!("../../examples/exchange/compose.yaml"),
    ),
];
/// The passwords of both, as Compose fills them in.
const SECRETS: [&str; 2] = ["hub-example", "exchange-example"];
/// How long an answer may take that does not end by itself.
const STREAM: Duration = Duration::from_millis(500);

/// The variables of an example that hold a secret, as a container gets them.
fn variables(compose: &str, secret: &str) -> Vec<(String, String)> {
    let lines = compose
        .lines()
        .filter(|line| line.contains(secret) && !line.trim_start().starts_with('#'));
    lines
        .filter_map(|line| line.trim().split_once(": "))
        .map(|(name, value)| {
            let filled = value.replace(&format!("${{HUB_DB_PASSWORD:-{secret}}}"), secret);
            (name.to_owned(), filled.trim_matches('"').to_owned())
        })
        .collect()
}

/// A service of the example that shows its secret in every way there is.
fn leaking(service: &str, variables: &[(String, String)], secret: &str) -> InstanceFacts {
    facts(service)
        .port(8000)
        .docker(DockerStatus::Unhealthy)
        .with(|facts| {
            facts.environment.reveal_mut().extend_from_slice(variables);
            let command = ["sh", "-c", &format!("login --password {secret} && serve")];
            facts
                .command
                .reveal_mut()
                .extend(command.map(str::to_owned));
            let label = ("traefik.basicauth".to_owned(), format!("admin:{secret}"));
            facts.labels.reveal_mut().extend([label]);
            facts.error = format!("cannot start: {secret} was refused");
            facts.docker.output =
                format!("connect to postgresql://app:{secret}@db:5432/app failed: {secret}");
            facts.health_log = vec![HealthcheckLog {
                at: at(1),
                exit_code: 1,
                output: facts.docker.output.clone(),
            }];
        })
}

/// What `method path` answers, head and body; of a stream its begin.
async fn answer(router: &axum::Router, method: &Method, path: &str, accept: &str) -> String {
    let body = r#"{"operation":"restart","service":"hub/api","with_dependents":true}"#;
    let (body, length) = if *method == Method::POST {
        (body, body.len())
    } else {
        ("", 0)
    };
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "localhost")
        .header("accept", accept)
        .header("content-type", "application/json")
        .header("content-length", length)
        .body(Body::from(body))
        .unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let mut text = format!("{} {:?}\n", head.status, head.headers).into_bytes();
    let mut stream = body.into_data_stream();
    while let Ok(Some(Ok(chunk))) = tokio::time::timeout(STREAM, stream.next()).await {
        text.extend_from_slice(&chunk);
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test]
async fn no_route_shows_a_secret_of_the_examples() {
    let mut containers = Vec::new();
    for ((stack, compose), secret) in EXAMPLES.into_iter().zip(SECRETS) {
        let variables = variables(compose, secret);
        assert!(!variables.is_empty(), "{stack} has no secret any more");
        for name in ["api", "db"] {
            containers.push(leaking(&format!("{stack}/{name}"), &variables, secret));
        }
    }
    let mut world = World::of(containers.clone());
    for container in containers {
        let _ = world.die(&container, 1);
        let _ = world.inspect(container);
    }
    let options = RouterOptions {
        allow_hosts: Vec::new(),
        allow_addresses: false,
        tokens: None,
        actions: true,
        behind_proxy: false,
        allow_origins: Vec::new(),
        base_path: None,
        body_limit: Duration::from_secs(5),
        ttl: Duration::from_secs(30),
        poll_interval: Duration::from_secs(30),
        clock: || at(10),
    };
    let (_keep, snapshots) = watch::channel(Arc::clone(&world.snapshot()));
    let router = router(snapshots, FakeOperations::inert(), options);
    let listed = answer(&router, &Method::GET, "/", "application/json").await;
    let information: Value = serde_json::from_str(listed.split_once('\n').unwrap().1).unwrap();
    let mut masked = 0;
    let endpoints = information["endpoints"].as_array().unwrap();
    assert!(endpoints.len() > 10, "{endpoints:?}");
    for endpoint in endpoints
        .iter()
        .map(|each| each.as_str().unwrap())
        .chain(["", "nowhere"])
    {
        for id in ["hub/api", "exchange/db"] {
            let path = format!("/{}", endpoint.replace("{id}", id));
            for query in [
                "",
                "?format=svg",
                "?format=text",
                "?format=mermaid",
                "?format=dot",
            ] {
                for (method, accept) in [
                    (Method::GET, "application/json"),
                    (Method::GET, "text/html"),
                    (Method::POST, "*/*"),
                ] {
                    let text = answer(&router, &method, &format!("{path}{query}"), accept).await;
                    masked += text.matches("***").count();
                    for secret in SECRETS {
                        assert!(
                            !text.contains(secret),
                            "{method} {path}{query} shows {secret}:\n{text}"
                        );
                    }
                }
            }
        }
    }
    assert!(masked > 0, "where the secrets were there is a mask");
}
