//! What the API says of itself.

use axum::http::Method;

use super::{READS, world};

#[tokio::test]
async fn the_openapi_document_has_every_path_and_the_schemas_of_the_bodies() {
    let answer = world().get("/api/openapi.json").await;
    assert_eq!(answer.header("content-type"), "application/json");
    let document = answer.json();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    let listed = world().get("/").await.json();
    let listed: Vec<String> = listed["endpoints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|path| format!("/{}", path.as_str().unwrap()))
        .collect();
    assert!(listed.len() > 15 && listed.iter().all(|path| paths.contains_key(path)));
    assert!(document["components"]["schemas"]["ServiceDocument"].is_object());
}

/// Every JSON answer has what its schema requires, and nothing that the schema does not know.
#[tokio::test]
async fn answers_have_the_members_of_their_schemas() {
    let world = world();
    let document = world.get("/api/openapi.json").await.json();
    for path in READS {
        let listed = match path.strip_prefix("/api/services/hub/backend") {
            Some(below) => format!("/api/services/{{id}}{below}"),
            None => path.to_owned(),
        };
        let content = &document["paths"][&listed]["get"]["responses"]["200"]["content"];
        let schema = &content["application/json"]["schema"]["$ref"];
        let pointer = schema.as_str().unwrap().strip_prefix('#').unwrap();
        let schema = document.pointer(pointer).unwrap();
        let body = world.get(path).await.json();
        let members = body.as_object().unwrap();
        for name in schema["required"].as_array().into_iter().flatten() {
            assert!(
                members.contains_key(name.as_str().unwrap()),
                "{path} lacks {name}"
            );
        }
        let known = schema["properties"].as_object().unwrap();
        for name in members.keys() {
            assert!(known.contains_key(name), "{path} has {name}");
        }
    }
}

#[tokio::test]
async fn the_reference_page_needs_no_scripting_and_no_other_file() {
    let page = world().get("/api/docs").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let policy = page.header("content-security-policy").to_owned();
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    let text = String::from_utf8(page.body).unwrap();
    for path in ["/api/services/{id}/metrics", "/api/cache/clear", "/readyz"] {
        assert!(text.contains(path), "{path}");
    }
    assert!(!text.contains("<script") && !text.contains("src=") && !text.contains("href=\"/"));
    assert_eq!(
        world()
            .send(Method::POST, "/api/docs", &[], "")
            .await
            .status,
        405
    );
}
