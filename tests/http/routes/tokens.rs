//! Tokens: scopes, ends, where they may not stand, and how often a wrong one is tried.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use hubdeck::model::TokenScope;
use hubdeck::serve::{ClientPeer, RouterOptions};
use tokio::sync::watch;
use tower::ServiceExt;

use super::{TOKEN, World, options, token, world, world_of};
use crate::support::snapshots::{at, hub};

const READER: &str = "hubdeck_read000000000000000000000000000000000000000";
const ACTOR: &str = "hubdeck_act0000000000000000000000000000000000000000";
const WRITER: &str = "hubdeck_config0000000000000000000000000000000000000";
const OVER: &str = "hubdeck_over000000000000000000000000000000000000000";

fn guarded() -> RouterOptions {
    let mut over = token("over", OVER, &[TokenScope::Admin]);
    over.expires_at = Some(at(-1));
    RouterOptions {
        tokens: Some(
            vec![
                token("serve.token", TOKEN, &[TokenScope::Admin]),
                token("reader", READER, &[TokenScope::Read]),
                token("actor", ACTOR, &[TokenScope::Act]),
                token(
                    "writer",
                    WRITER,
                    &[TokenScope::Config, TokenScope::Register],
                ),
                over,
            ]
            .into(),
        ),
        ..options()
    }
}

impl World {
    async fn with_token(&self, method: Method, path: &str, token: &str) -> super::Answer {
        let value = format!("Bearer {token}");
        self.send(method, path, &[("authorization", &value)], "")
            .await
    }

    /// The status of a request with `token` that came from `peer`, and `Retry-After`.
    async fn from(&self, peer: &str, token: &str, forwarded: &str) -> (u16, String) {
        let request = Request::get("/api/services")
            .header("host", "localhost")
            .header("authorization", format!("Bearer {token}"))
            .header("x-forwarded-for", forwarded)
            .extension(ClientPeer::of(peer.parse().unwrap()))
            .body(Body::empty())
            .unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let wait = answer.headers().get("retry-after");
        let wait = wait.map_or("", |value| value.to_str().unwrap());
        (answer.status().as_u16(), wait.to_owned())
    }
}

#[tokio::test]
async fn a_token_permits_what_its_scopes_say() {
    let world = world_of(hub(7), guarded());
    for (token, read, clear) in [
        (TOKEN, 200, 200),
        (READER, 200, 403),
        (ACTOR, 200, 403),
        (WRITER, 403, 403),
        (OVER, 401, 401),
        ("hubdeck_wrong", 401, 401),
    ] {
        let answer = world.with_token(Method::GET, "/api/services", token).await;
        assert_eq!(answer.status.as_u16(), read, "{token} reads");
        let answer = world
            .with_token(Method::POST, "/api/cache/clear", token)
            .await;
        assert_eq!(answer.status.as_u16(), clear, "{token} clears");
        if clear == 403 {
            let detail = answer.json()["detail"].to_string();
            assert!(detail.contains(r#"the scope \"admin\""#), "{detail}");
        }
    }
}

#[tokio::test]
async fn a_revoked_token_is_refused_at_once() {
    let (set, in_force) = watch::channel(Arc::new(guarded()));
    let world = world_of(hub(7), hubdeck::serve::LiveOptions::from(in_force));
    let read = || world.with_token(Method::GET, "/api/services", READER);
    assert_eq!(read().await.status, StatusCode::OK);
    set.send_modify(|options| {
        let mut fewer = (**options).clone();
        let left = fewer.tokens.iter().flat_map(|list| list.iter());
        fewer.tokens = Some(left.filter(|it| it.name != "reader").cloned().collect());
        *options = Arc::new(fewer);
    });
    assert_eq!(read().await.status, StatusCode::UNAUTHORIZED);
    let none = RouterOptions {
        tokens: Some(Vec::new().into()),
        ..options()
    };
    set.send_replace(Arc::new(none));
    let without = world.get("/api/services").await;
    assert_eq!(
        without.status,
        StatusCode::UNAUTHORIZED,
        "every token was revoked"
    );
}

#[tokio::test]
async fn a_token_in_a_query_is_refused_even_where_none_is_demanded() {
    for world in [world(), world_of(hub(7), guarded())] {
        for query in [
            format!("token={TOKEN}"),
            format!("tail=5&access_token={TOKEN}"),
            "API_KEY=".to_owned(),
            format!("x={READER}"),
        ] {
            let answer = world.get(&format!("/api/services?{query}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
            let detail = answer.json()["detail"].to_string();
            assert!(
                detail.contains("a token in a query") && !detail.contains(TOKEN),
                "{detail}"
            );
        }
    }
}

#[tokio::test]
async fn after_ten_wrong_tokens_a_peer_has_to_wait_and_others_need_not() {
    let world = world_of(hub(7), guarded());
    let mut statuses = Vec::new();
    for _ in 0..15 {
        statuses.push(world.from("10.0.0.9", "hubdeck_wrong", "").await.0);
    }
    let expected: Vec<u16> = [[401; 10].as_slice(), &[429; 5]].concat();
    assert_eq!(statuses, expected);
    let (status, wait) = world.from("10.0.0.9", READER, "").await;
    assert_eq!(
        (status, wait.as_str()),
        (429, "60"),
        "a right one is no way to guess on"
    );
    assert_eq!(world.from("10.0.0.8", READER, "").await.0, 200);
    // Who asks without a token guesses nothing.
    let bare = Request::get("/api/services").header("host", "localhost");
    let bare = bare
        .extension(ClientPeer::of("10.0.0.9".parse().unwrap()))
        .body(Body::empty());
    let answer = world.router.clone().oneshot(bare.unwrap()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    let public = world.from("10.0.0.9", "hubdeck_wrong", "").await;
    assert_eq!(public.0, 429);
    assert_eq!(world.get("/livez").await.status, StatusCode::OK);
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_peer_is_whom_the_proxy_names() {
    let proxied = RouterOptions {
        behind_proxy: true,
        ..guarded()
    };
    let world = world_of(hub(7), proxied);
    for _ in 0..10 {
        assert_eq!(
            world
                .from("127.0.0.1", "hubdeck_wrong", "9.9.9.9, 203.0.113.7")
                .await
                .0,
            401
        );
    }
    assert_eq!(
        world
            .from("127.0.0.1", READER, "8.8.8.8, 203.0.113.7")
            .await
            .0,
        429
    );
    assert_eq!(
        world
            .from("127.0.0.1", READER, "203.0.113.7, 9.9.9.9")
            .await
            .0,
        200
    );
    let direct = world_of(hub(7), guarded());
    for _ in 0..10 {
        assert_eq!(
            direct.from("10.0.0.9", "hubdeck_wrong", "1.1.1.1").await.0,
            401
        );
    }
    assert_eq!(
        direct.from("10.0.0.9", READER, "2.2.2.2").await.0,
        429,
        "nobody names itself"
    );
}
