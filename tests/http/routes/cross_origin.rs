//! Pages of other origins, and the path under which a proxy shows hubdeck.

use axum::http::Method;
use hubdeck::serve::RouterOptions;

use super::{TOKEN, World, options, tokens, world, world_of};
use crate::support::snapshots::hub;

const LISTED: (&str, &str) = ("origin", "https://ui.example");
const ASKS: (&str, &str) = ("access-control-request-method", "GET");

fn listing() -> World {
    let options = RouterOptions {
        allow_origins: vec!["https://ui.example".into()],
        tokens: tokens(),
        ..options()
    };
    world_of(hub(7), options)
}

#[tokio::test]
async fn a_listed_origin_may_ask_before_it_sends_its_token() {
    let world = listing();
    for path in ["/api/services", "/api/services/hub/db", "/api/cache/clear"] {
        let answer = world.send(Method::OPTIONS, path, &[LISTED, ASKS], "").await;
        assert_eq!(
            (answer.status.as_u16(), answer.body.len()),
            (204, 0),
            "{path}"
        );
        assert_eq!(
            answer.header("access-control-allow-origin"),
            "https://ui.example"
        );
        assert!(
            answer
                .header("access-control-allow-headers")
                .contains("Authorization")
        );
        assert!(
            answer
                .header("access-control-allow-methods")
                .contains("POST")
        );
        assert_eq!(answer.header("vary"), "Origin");
    }
    let bearer = format!("Bearer {TOKEN}");
    let answer = world
        .send(
            Method::GET,
            "/api/services",
            &[LISTED, ("authorization", &bearer)],
            "",
        )
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://ui.example"
    );
    assert!(
        answer
            .header("access-control-expose-headers")
            .contains("ETag")
    );
    assert_eq!(answer.headers.get_all("vary").iter().count(), 2);
}

#[tokio::test]
async fn a_listed_origin_needs_a_token_like_everybody_and_may_change_something() {
    let world = listing();
    let answer = world
        .send(Method::GET, "/api/services", &[LISTED], "")
        .await;
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://ui.example",
        "the page may read why"
    );
    let bearer = format!("Bearer {TOKEN}");
    let sent = [
        LISTED,
        ("authorization", bearer.as_str()),
        ("sec-fetch-site", "cross-site"),
    ];
    let answer = world
        .send(Method::POST, "/api/cache/clear", &sent, "")
        .await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn other_origins_are_told_nothing() {
    let world = listing();
    for origin in [
        "https://evil.example",
        "http://ui.example",
        "https://ui.example.evil",
        "null",
    ] {
        let headers = [("origin", origin), ASKS];
        let asked = world
            .send(Method::OPTIONS, "/api/services", &headers, "")
            .await;
        assert_eq!(asked.status, 401, "{origin}");
        assert_eq!(asked.header("access-control-allow-origin"), "", "{origin}");
        let bearer = format!("Bearer {TOKEN}");
        let sent = [("origin", origin), ("authorization", bearer.as_str())];
        let answer = world
            .send(Method::POST, "/api/cache/clear", &sent, "")
            .await;
        assert_eq!(answer.status, 403, "{origin}");
    }
    // Without a list there is no CORS at all.
    let plain = super::world()
        .send(Method::OPTIONS, "/api/services", &[LISTED, ASKS], "")
        .await;
    assert_eq!(
        (
            plain.status.as_u16(),
            plain.header("access-control-allow-origin")
        ),
        (204, "")
    );
    assert_eq!(plain.header("vary"), "");
}

#[tokio::test]
async fn under_a_base_path_everything_is_found_with_and_without_it() {
    let options = RouterOptions {
        base_path: Some("/hub".into()),
        ..options()
    };
    let world = world_of(hub(7), options);
    let bare = world.get("/hub").await;
    assert_eq!(
        (bare.status.as_u16(), bare.header("location")),
        (308, "/hub/")
    );
    let asked = world.get("/hub?x=1").await;
    assert_eq!(asked.header("location"), "/hub/?x=1");
    for path in [
        // As the proxy rewrites them.
        "/",
        "/api/services",
        "/api/health",
        // As they are sent.
        "/hub/",
        "/hub/api/services",
        "/hub/api/services/hub/backend/explain",
        "/hub/api/services?stack=hub",
        "/api/hub/health",
        "/api/hub/services/hub/backend",
        "/hub/livez",
    ] {
        assert_eq!(world.get(path).await.status, 200, "{path}");
    }
    for path in [
        "/hubs",
        "/hub/nowhere",
        "/api/hub/nowhere",
        "/hub/hub/livez",
    ] {
        assert_eq!(world.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_trusted_proxy_names_the_path_and_nobody_else() {
    let prefix = [("x-forwarded-prefix", "/deck/")];
    let trusting = RouterOptions {
        behind_proxy: true,
        ..options()
    };
    let trusting = world_of(hub(7), trusting);
    let answer = trusting.send(Method::GET, "/deck", &prefix, "").await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (308, "/deck/")
    );
    let answer = trusting.send(Method::GET, "/deck/livez", &prefix, "").await;
    assert_eq!(answer.status, 200);
    let elsewhere = [("x-forwarded-prefix", "//evil.example")];
    let answer = trusting
        .send(Method::GET, "//evil.example", &elsewhere, "")
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (404, "")
    );
    let answer = world().send(Method::GET, "/deck", &prefix, "").await;
    assert_eq!(answer.status, 404, "no proxy is trusted");
}
