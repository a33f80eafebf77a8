//! What a console on another machine is sent.

use super::*;
use hubdeck::model::{AttachHello, SnapshotUpdate, compact};

/// The contents of the frames in `bytes`.
fn frames(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    while let Some((head, rest)) = bytes.split_first_chunk::<4>() {
        let (content, rest) = rest.split_at(u32::from_be_bytes(*head) as usize);
        found.push(content);
        bytes = rest;
    }
    assert!(bytes.is_empty(), "nothing is cut off");
    found
}

#[tokio::test]
async fn a_snapshot_is_sent_whole_and_without_secrets() {
    let world = world();
    let answer = world.get("/api/attach/snapshot").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.header("content-type"),
        "application/vnd.hubdeck.attach"
    );
    let frames = frames(&answer.body);
    let hello: AttachHello = serde_json::from_slice(frames[0]).unwrap();
    assert_eq!(hello, AttachHello::own(false));
    let update: SnapshotUpdate = compact::from_bytes(frames[1]).unwrap();
    let snapshot = update.apply(None).unwrap();
    let own = hub(7);
    assert_eq!((snapshot.revision, snapshot.taken_at), (7, own.taken_at));
    let ids = |snapshot: &Snapshot| -> Vec<_> {
        snapshot.services.iter().map(|it| it.id.clone()).collect()
    };
    assert_eq!(ids(&snapshot), ids(&own));
    let text = String::from_utf8_lossy(&answer.body);
    assert!(!text.contains("hunter2"), "{text}");
    assert!(text.contains("DB_PASSWORD"), "{text}");
    assert_eq!(frames.len(), 2);
}

#[tokio::test]
async fn a_token_is_demanded_as_everywhere() {
    let mut options = options();
    options.tokens = tokens();
    let world = world_of(hub(7), options);
    for path in ["snapshot", "stream", "logs?query={}"] {
        let answer = world.get(&format!("/api/attach/{path}")).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn logs_are_those_of_what_is_watched() {
    let world = world();
    let query = "%7B%22sources%22%3A%5B%7B%22instance%22%3A%22elsewhere%22%2C%22tty%22%3Anull%7D%5D%2C%22tail%22%3A1%2C%22since%22%3Anull%2C%22until%22%3Anull%2C%22follow%22%3Afalse%7D";
    let answer = world.get(&format!("/api/attach/logs?query={query}")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.json()["detail"], "there is no container elsewhere");
    let answer = world.get("/api/attach/logs?query=1").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let answer = world.get("/api/attach/logs").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}
