//! Who may ask: hosts, tokens, origins and browsers.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use hubdeck::model::TokenScope;
use hubdeck::serve::RouterOptions;
use tokio::sync::watch;

use super::{TOKEN, options, token, tokens, world, world_of};
use crate::support::snapshots::hub;

#[tokio::test]
async fn public_health_answers_whatever_the_host_is_and_everything_else_does_not() {
    let world = world();
    for path in ["/livez", "/readyz", "/api/health"] {
        for host in ["10.244.0.5:5003", "[fd00::1]:5003", "evil.example", "", "ü"] {
            for (method, status) in [
                (Method::GET, 200),
                (Method::HEAD, 200),
                (Method::OPTIONS, 204),
            ] {
                let answer = world
                    .send(method.clone(), path, &[("host", host)], "")
                    .await;
                assert_eq!(
                    answer.status.as_u16(),
                    status,
                    "{method} {path} for {host:?}"
                );
            }
            let answer = world
                .send(Method::DELETE, path, &[("host", host)], "")
                .await;
            assert_eq!(
                answer.status,
                StatusCode::MISDIRECTED_REQUEST,
                "DELETE {path} for {host:?}"
            );
        }
    }
    for host in ["10.244.0.5:5003", "[fd00::1]:5003", "evil.example", "", "ü"] {
        let answer = world
            .send(Method::GET, "/api/services", &[("host", host)], "")
            .await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host:?}");
    }
}

#[tokio::test]
async fn beyond_loopback_with_a_token_addresses_are_hosts_and_names_have_to_be_listed() {
    let world = world_of(
        hub(7),
        RouterOptions {
            tokens: tokens(),
            allow_addresses: true,
            ..options()
        },
    );
    let bearer = format!("Bearer {TOKEN}");
    for (host, status) in [
        ("10.244.0.5:5003", 200),
        ("[fd00::1]:5003", 200),
        ("127.0.0.1:5003", 200),
        ("hub.example.org", 200),
        ("evil.example", 421),
        ("10.244.0.5.evil.example", 421),
    ] {
        let headers = [("host", host), ("authorization", bearer.as_str())];
        let answer = world.send(Method::GET, "/api/services", &headers, "").await;
        assert_eq!(answer.status.as_u16(), status, "{host}");
        let options = world
            .send(Method::OPTIONS, "/api/services", &headers, "")
            .await;
        assert_eq!(
            options.status.as_u16(),
            if status == 200 { 204 } else { 421 },
            "OPTIONS for {host}"
        );
        let without = world
            .send(Method::GET, "/api/services", &[("host", host)], "")
            .await;
        assert_eq!(
            without.status.as_u16(),
            if status == 200 { 401 } else { 421 },
            "{host} without a token"
        );
    }
    // The origin of a change is compared with the address that was asked.
    for (origin, status) in [
        ("http://10.244.0.5:5003", 200),
        ("http://10.244.0.6:5003", 403),
    ] {
        let headers = [
            ("host", "10.244.0.5:5003"),
            ("authorization", bearer.as_str()),
            ("origin", origin),
        ];
        let answer = world
            .send(Method::POST, "/api/cache/clear", &headers, "")
            .await;
        assert_eq!(answer.status.as_u16(), status, "{origin}");
    }
}

/// A token that differs from the usual one.
fn other_tokens() -> Option<Arc<[hubdeck::model::AccessToken]>> {
    let other = TOKEN.replace('0', "9");
    Some(vec![token("other", &other, &[TokenScope::Read])].into())
}

#[tokio::test]
async fn options_that_change_count_from_the_next_request_on() {
    let set = watch::Sender::new(Arc::new(RouterOptions {
        tokens: tokens(),
        ..options()
    }));
    let world = world_of(hub(1), set.subscribe());
    let status = async |path: &str, headers: &[(&str, &str)]| {
        world
            .send(Method::GET, path, headers, "")
            .await
            .status
            .as_u16()
    };
    let (old, new) = (
        format!("Bearer {TOKEN}"),
        format!("Bearer {}", TOKEN.replace('0', "9")),
    );
    assert_eq!(
        status("/api/services", &[("authorization", &old)]).await,
        200
    );
    set.send_replace(Arc::new(RouterOptions {
        tokens: other_tokens(),
        ..options()
    }));
    assert_eq!(
        status("/api/services", &[("authorization", &old)]).await,
        401
    );
    assert_eq!(
        status("/api/services", &[("authorization", &new)]).await,
        200
    );
    set.send_replace(Arc::new(RouterOptions {
        allow_hosts: vec!["other.example".into()],
        ..options()
    }));
    assert_eq!(
        status("/api/services", &[("host", "other.example")]).await,
        200
    );
    assert_eq!(
        status("/api/services", &[("host", "hub.example.org")]).await,
        421
    );
    let second = Duration::from_secs(1);
    set.send_replace(Arc::new(RouterOptions {
        ttl: second,
        poll_interval: second,
        ..options()
    }));
    assert_eq!(
        world.get("/api/cache/info").await.json()["ttl_seconds"],
        1.0
    );
    assert_eq!(
        status("/readyz", &[]).await,
        503,
        "the last poll is older than both together"
    );
}

#[tokio::test]
async fn changes_are_taken_from_our_own_pages_and_tools_only() {
    let world = world();
    let big = "x".repeat(300_000);
    let json_type = ("content-type", "application/json; charset=utf-8");
    for (headers, body, status) in [
        (vec![], "", 200),
        (vec![("origin", "http://localhost:5003")], "", 200),
        (vec![("origin", "http://localhost:5004")], "", 403),
        (vec![("origin", "https://evil.example")], "", 403),
        (vec![("origin", "null")], "", 403),
        (vec![("sec-fetch-site", "cross-site")], "", 403),
        (vec![json_type, ("content-length", "2")], "{}", 200),
        (
            vec![("content-type", "text/plain"), ("content-length", "2")],
            "{}",
            415,
        ),
        (vec![("content-length", "2")], "{}", 415),
        (vec![json_type, ("content-length", "300000")], "", 413),
        (
            vec![json_type, ("transfer-encoding", "chunked")],
            big.as_str(),
            413,
        ),
    ] {
        let answer = world
            .send(Method::POST, "/api/cache/clear", &headers, body)
            .await;
        assert_eq!(answer.status.as_u16(), status, "{headers:?}");
    }
    assert_eq!(world.cleared.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn foreign_host_names_are_misdirected_on_every_method() {
    let world = world();
    for method in [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::OPTIONS,
        Method::DELETE,
    ] {
        let answer = world
            .send(
                method.clone(),
                "/api/services",
                &[("host", "evil.example")],
                "",
            )
            .await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{method}");
    }
    for host in [
        "127.0.0.1:5003",
        "[::1]:1",
        "hub.example.org",
        "HUB.example.org:443",
    ] {
        assert_eq!(
            world
                .send(Method::GET, "/api/layers", &[("host", host)], "")
                .await
                .status,
            StatusCode::OK,
            "{host}"
        );
    }
    let absolute = world
        .send(Method::GET, "http://evil.example/api/layers", &[], "")
        .await;
    assert_eq!(absolute.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn a_token_is_demanded_except_for_public_health() {
    let world = world_of(
        hub(7),
        RouterOptions {
            tokens: tokens(),
            ..options()
        },
    );
    for path in ["/livez", "/readyz", "/api/health"] {
        assert_eq!(world.get(path).await.status, StatusCode::OK, "{path}");
    }
    let (right, lower) = (format!("Bearer {TOKEN}"), format!("bearer {TOKEN}"));
    let (short, basic) = (
        right[..right.len() - 1].to_owned(),
        format!("Basic {TOKEN}"),
    );
    for (value, status) in [
        (right, 200),
        (lower, 200),
        (short, 401),
        (basic, 401),
        ("Bearer".into(), 401),
        (String::new(), 401),
    ] {
        let answer = world
            .send(
                Method::GET,
                "/api/services",
                &[("authorization", &value)],
                "",
            )
            .await;
        assert_eq!(answer.status.as_u16(), status, "{value}");
    }
    let refused = world.get(&format!("/api/services?token={TOKEN}")).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let refused = world.get("/api/services").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(refused.header("www-authenticate").starts_with("Bearer"));
    assert_eq!(
        world.get("/nowhere").await.status,
        StatusCode::UNAUTHORIZED,
        "paths are not told to strangers"
    );
}

#[tokio::test]
async fn browsers_get_a_page_that_runs_nothing_and_escapes_everything() {
    let mut snapshot = hub(7);
    let evil = crate::support::snapshots::service(
        Some("hub"),
        "<script>alert(1)</script>",
        "a&b\"",
        hubdeck::model::Layer::Ui,
        hubdeck::model::HealthState::Healthy,
    );
    snapshot.services.push(Arc::new(evil));
    snapshot.services.sort_by(|a, b| a.id.cmp(&b.id));
    let answer = world_of(snapshot, options())
        .send(Method::GET, "/", &[("accept", "text/html,*/*")], "")
        .await;
    let page = String::from_utf8(answer.body.clone()).unwrap();
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(
        answer
            .header("content-security-policy")
            .starts_with("default-src 'none'")
    );
    assert!(
        page.contains("hub/backend")
            && page.contains("&lt;script&gt;")
            && page.contains("a&amp;b&quot;")
    );
    assert!(!page.contains("<script>") && !page.contains("hunter2"));
    assert!(!page.contains("href=\"/"), "links are relative");
}
