//! The page: its files, who may have it, what it holds without scripting, and its own documents.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use hubdeck::model::{Change, HealthState, Layer, Snapshot, TimelineEvent};
use hubdeck::serve::RouterOptions;

use crate::routes::{Answer, TOKEN, World, options, tokens, world, world_of};
use crate::support::snapshots::{at, hub, service};

const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

async fn page_of(world: &World) -> (Answer, String) {
    let answer = world.send(Method::GET, "/", &[BROWSER], "").await;
    let text = String::from_utf8(answer.body.clone()).unwrap();
    (answer, text)
}

/// The files that a page names.
fn files(page: &str) -> Vec<String> {
    let names = page.split("\"assets/").skip(1);
    let names = names.filter_map(|rest| rest.split('"').next());
    names.map(|name| format!("/assets/{name}")).collect()
}

/// An id as a browser writes it behind `#`.
fn fragment(id: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-/".contains(&byte);
    id.bytes()
        .map(|byte| match plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

fn guarded() -> World {
    let options = RouterOptions {
        tokens: tokens(),
        ..options()
    };
    world_of(hub(7), options)
}

/// A service whose every text is an attack.
fn attacked() -> Snapshot {
    let mut snapshot = hub(1);
    let name = "<script>alert(1)</script>";
    let mut evil = service(
        Some("a\"b<img src=x onerror=alert(1)>"),
        name,
        "x\"><script>alert(2)</script>",
        Layer::Ui,
        HealthState::Healthy,
    );
    evil.version = Some("</text><script>\u{1b}[31m".into());
    snapshot.services.push(Arc::new(evil));
    snapshot.services.sort_by(|a, b| a.id.cmp(&b.id));
    snapshot
}

#[tokio::test]
async fn files_are_kept_for_ever_and_sent_as_they_are_packed() {
    let world = guarded();
    let (_, page) = page_of(&world).await;
    let files = files(&page);
    assert!(files.len() >= 4, "{files:?}");
    for file in files {
        let plain = world.get(&file).await;
        let gzip = [
            ("accept-encoding", "br, gzip"),
            ("host", "elsewhere.example"),
        ];
        let packed = world.send(Method::GET, &file, &gzip, "").await;
        for answer in [&plain, &packed] {
            assert_eq!(answer.status, StatusCode::OK, "{file}");
            assert_eq!(
                answer.header("cache-control"),
                "public, max-age=31536000, immutable"
            );
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(answer.header("vary"), "Accept-Encoding");
        }
        assert_eq!(
            (
                plain.header("content-encoding"),
                packed.header("content-encoding")
            ),
            ("", "gzip")
        );
        assert!(packed.body.starts_with(&[0x1f, 0x8b]), "{file}");
        assert!(String::from_utf8(plain.body).is_ok(), "{file}");
    }
    for missing in ["/assets/app.js", "/assets/..%2fCargo.toml"] {
        assert_eq!(
            world.get(missing).await.status,
            StatusCode::NOT_FOUND,
            "{missing}"
        );
    }
}

#[tokio::test]
async fn without_a_token_a_browser_gets_the_page_without_data() {
    let world = guarded();
    let (answer, page) = page_of(&world).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        page.contains("a token is needed") && !page.contains("backend"),
        "{page}"
    );
    let bearer = format!("Bearer {TOKEN}");
    let headers = [BROWSER, ("authorization", bearer.as_str())];
    let with = world.send(Method::GET, "/", &headers, "").await;
    assert!(
        String::from_utf8(with.body)
            .unwrap()
            .contains("hub/backend")
    );
    for (method, headers, status) in [
        (Method::GET, &[("accept", "application/json")][..], 401),
        (Method::POST, &[BROWSER], 401),
        (Method::GET, &[BROWSER, ("host", "evil.example")], 421),
    ] {
        let answer = world.send(method.clone(), "/", headers, "").await;
        assert_eq!(answer.status.as_u16(), status, "{method} {headers:?}");
    }
    for data in ["/api/map", "/api/timeline"] {
        let answer = world.send(Method::GET, data, &[BROWSER], "").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{data}");
    }
}

#[tokio::test]
async fn the_policy_permits_nothing_within_the_page_and_nothing_from_elsewhere() {
    let (answer, page) = page_of(&world()).await;
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    for word in ["unsafe", "http:", "https:", "data:", "*"] {
        assert!(!policy.contains(word), "{policy}");
    }
    assert!(!page.contains("<style") && !page.contains("style=\"") && !page.contains(" onclick"));
    for elsewhere in ["src=\"http", "href=\"http", "src=\"//", "href=\"//"] {
        assert!(!page.contains(elsewhere), "{elsewhere}");
    }
    for script in page.split("<script").skip(1) {
        assert!(script.contains("src=\"assets/"), "{script}");
    }
}

#[tokio::test]
async fn without_scripting_it_holds_every_service_with_state_reason_and_times() {
    let (_, page) = page_of(&world()).await;
    for service in &hub(7).services {
        let row = page
            .split("<tr id=\"/services/")
            .find(|row| row.starts_with(service.id.as_str()));
        let row = row.unwrap_or_else(|| panic!("no row of {}", service.id));
        let state = service.health.shown_state().id();
        assert!(
            row.contains(state) && row.contains("<time datetime=\"2026-05-01T1"),
            "{row}"
        );
        assert!(
            page.contains(&format!(
                "href=\"#/services/{}\"",
                fragment(service.id.as_str())
            )),
            "a card leads to it"
        );
    }
}

#[tokio::test]
async fn what_containers_call_themselves_is_text() {
    let world = world_of(attacked(), options());
    let (_, page) = page_of(&world).await;
    let map = String::from_utf8(world.get("/api/map").await.body).unwrap();
    for text in [&page, &map] {
        assert!(text.contains("&lt;script&gt;alert(1)"));
        for raw in ["<script>", "<img", "</text><s", "\u{1b}"] {
            assert!(!text.contains(raw), "{raw:?}");
        }
    }
    roxmltree::Document::parse(&map).expect("well-formed SVG");
}

#[tokio::test]
async fn the_map_of_the_page_has_links_and_no_looks_of_its_own() {
    let world = world();
    let answer = world.get("/api/map").await;
    assert_eq!(answer.header("content-type"), "image/svg+xml");
    let text = String::from_utf8(answer.body.clone()).unwrap();
    let map = roxmltree::Document::parse(&text).unwrap();
    assert!(!text.contains("<style") && !text.contains("style="));
    let cards: Vec<_> = map
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "a")))
        .collect();
    assert_eq!(cards.len(), hub(7).services.len());
    for card in &cards {
        let id = card.attribute("data-service").unwrap();
        assert_eq!(
            card.attribute("href"),
            Some(format!("#/services/{}", fragment(id)).as_str())
        );
        let name = card.attribute("aria-label").unwrap();
        let state = hub(7).service(&id.into()).unwrap().health.shown_state();
        assert!(name.contains(state.id()), "{name} names its state");
    }
    let lines = map
        .descendants()
        .filter(|node| node.attribute("data-from").is_some());
    assert!(lines.count() > 0);
    let known = [("if-none-match", answer.header("etag"))];
    let again = world.send(Method::GET, "/api/map", &known, "").await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn the_map_is_as_narrow_as_asked_for_and_of_one_stack() {
    let world = world();
    let width = async |query: &str| {
        let text = String::from_utf8(world.get(&format!("/api/map{query}")).await.body).unwrap();
        let map = roxmltree::Document::parse(&text).unwrap();
        let width: u32 = map
            .root_element()
            .attribute("width")
            .unwrap()
            .parse()
            .unwrap();
        (width, text.matches("<a class=\"card").count())
    };
    let all = hub(7).services.len();
    let (narrow, wide) = (width("?columns=1").await, width("?columns=12").await);
    assert!(narrow.0 < wide.0, "{narrow:?} {wide:?}");
    assert_eq!((narrow.1, wide.1), (all, all));
    let hub_alone = hub(7)
        .services
        .iter()
        .filter(|service| {
            service
                .stack
                .as_ref()
                .is_some_and(|stack| stack.as_str() == "hub")
        })
        .count();
    assert!(hub_alone < all);
    assert_eq!(width("?stack=hub").await.1, hub_alone);
    assert_eq!(width("?stack=").await.1, all - hub_alone);
    assert_eq!(width("?stack=nothing").await.1, 0);
    for query in ["?columns=0", "?columns=13", "?columns=many"] {
        let answer = world.get(&format!("/api/map{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(
            answer.json()["detail"]
                .as_str()
                .unwrap()
                .contains("1 to 12")
        );
    }
}

#[tokio::test]
async fn the_timeline_is_given_as_words_of_one_service_and_at_most_as_many_as_asked_for() {
    let mut snapshot = hub(7);
    let event = |sequence: u64, service: &str, change| {
        Arc::new(TimelineEvent {
            sequence,
            at: at(i64::try_from(sequence).unwrap()),
            service: Some(service.into()),
            instance: None,
            change,
        })
    };
    let started = |name: &str| Change::Started {
        container: name.into(),
    };
    snapshot.timeline = Arc::new(vec![
        event(1, "hub/db", started("hub-db-1")),
        event(2, "hub/backend", started("hub-backend-1")),
        event(3, "hub/db", Change::OutOfMemory),
    ]);
    let world = world_of(snapshot, options());
    let sequences = async |query: &str| -> Vec<u64> {
        let document = world.get(&format!("/api/timeline{query}")).await.json();
        let events = document["events"].as_array().unwrap().iter();
        events
            .map(|event| event["sequence"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(sequences("").await, [1, 2, 3]);
    assert_eq!(sequences("?limit=2").await, [2, 3], "the newest");
    assert_eq!(sequences("?service=hub/db").await, [1, 3]);
    assert_eq!(sequences("?service=hub%2Fdb&limit=1").await, [3]);
    assert!(sequences("?service=nobody").await.is_empty());
    let answer = world.get("/api/timeline?limit=1").await.json();
    assert_eq!(
        answer["events"][0],
        serde_json::json!({"sequence": 3, "at": "2026-05-01T12:00:03Z", "service": "hub/db", "instance": null,
            "kind": "process", "state": null, "incident": null, "text": "OOM kill"})
    );
    let odd = world.get("/api/timeline?limit=-1").await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
}
