//! `GET /api/services/{id}/logs`: as text, followed, and what is refused.

use std::sync::Arc;

use hubdeck::model::{InstanceId, LogBatch, LogLine, LogMark, LogQuery, LogStream};
use tokio::sync::mpsc;

use super::{World, world_of};
use crate::support::fake_operations::FakeOperations;
use crate::support::snapshots::{at, hub, lost};

/// What a test sees of the tails that are opened: their queries, and where their lines go.
struct OpenTail {
    query: LogQuery,
    lines: mpsc::Sender<LogBatch>,
    added: mpsc::Receiver<LogQuery>,
}

fn logging() -> (World, mpsc::Receiver<OpenTail>) {
    let (tails, opened) = mpsc::channel(4);
    let operations = FakeOperations::logging(move |query, added| {
        let (lines, batches) = mpsc::channel(8);
        let tail = OpenTail {
            query,
            lines,
            added,
        };
        tails
            .try_send(tail)
            .unwrap_or_else(|_| panic!("the test has ended"));
        batches
    });
    (world_of(operations), opened)
}

fn backend() -> InstanceId {
    InstanceId::from("backend-0123456789abcdef".to_owned())
}

fn line(text: &str) -> LogLine {
    LogLine {
        at: Some(at(1)),
        instance: backend(),
        stream: LogStream::Stderr,
        text: text.to_owned(),
        ..LogLine::default()
    }
}

async fn send(tail: &OpenTail, lines: Vec<LogLine>) {
    let batch = LogBatch::of(lines, 0);
    tail.lines.send(batch).await.expect("somebody reads");
}

#[tokio::test]
async fn a_log_is_text_without_secrets_and_control_bytes() {
    let (world, mut opened) = logging();
    let path = "/api/services/hub/backend/logs?tail=2&since=2026-05-01T11:00:00Z";
    let (mut answer, ()) = tokio::join!(world.open(path, &[]), async {
        let tail = opened.recv().await.expect("a tail");
        assert_eq!(tail.query.tail, Some(2));
        assert_eq!(tail.query.since, Some(at(-3_600)));
        assert!(!tail.query.follow);
        assert_eq!(tail.query.sources.len(), 1);
        let coloured = line("\u{1b}[31mPASSWORD\u{1b}[0m=hunter2");
        send(&tail, vec![line("up"), coloured]).await;
    });
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(answer.rest().await, "up\nPASSWORD=***\n");
}

#[tokio::test]
async fn a_followed_log_is_events_and_goes_on_over_a_lost_engine_and_new_containers() {
    let (world, mut opened) = logging();
    let path = "/api/services/hub/backend/logs?follow=true";
    let mut stream = world.open(path, &[]).await;
    let mut tail = opened.recv().await.expect("a tail");
    assert!(tail.query.follow);
    assert_eq!(stream.header("content-type"), "text/event-stream");
    let first = stream.event().await.unwrap();
    assert_eq!(
        (first.name.as_str(), &first.data["status"]),
        ("engine", &"connected".into())
    );
    let record = r#"{"level":"error","message":"no db","token":"abc","status":500}"#;
    send(&tail, vec![line(record)]).await;
    let event = stream.event().await.unwrap();
    assert_eq!(
        (event.name.as_str(), event.id.as_str()),
        ("line", "2026-05-01T12:00:01Z")
    );
    assert_eq!(event.data["instance"], "hub-backend-1");
    assert_eq!(event.data["stream"], "stderr");
    assert_eq!(event.data["message"], "no db");
    assert_eq!(event.data["fields"]["status"], 500);
    assert_eq!(event.data["fields"]["token"], "***");
    world.snapshots.send_replace(lost(8).into());
    let event = stream.event().await.unwrap();
    assert_eq!(
        (event.name.as_str(), &event.data["status"]),
        ("engine", &"lost".into())
    );
    // It is back with one more container.
    let mut back = hub(9);
    for service in &mut back.services {
        if service.id.as_str() == "hub/backend" {
            let service = Arc::make_mut(service);
            let mut second = service.instances[0].clone();
            let facts = Arc::make_mut(&mut second.facts);
            facts.id = InstanceId::from("second-0123456789".to_owned());
            facts.name = "hub-backend-2".to_owned();
            service.instances.push(second);
        }
    }
    world.snapshots.send_replace(back.into());
    let event = stream.event().await.unwrap();
    assert_eq!(event.data["status"], "connected");
    // A read of the stream is what lets the container join.
    let started = LogLine {
        mark: Some(LogMark::Started),
        ..line("")
    };
    send(&tail, vec![started]).await;
    assert_eq!(stream.event().await.unwrap().data["mark"], "started");
    let batch = LogBatch::Ended(backend());
    tail.lines.send(batch).await.expect("somebody reads");
    let (ended, joined) = tokio::join!(stream.event(), tail.added.recv());
    assert_eq!(ended.unwrap().name, "ended");
    let joined = joined.expect("a query");
    assert_eq!(joined.sources[0].instance.as_str(), "second-0123456789");
    assert_eq!(joined.tail, None, "all of it");
    drop(stream);
    tail.lines.closed().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_said() {
    let (world, mut opened) = logging();
    for (path, status, text) in [
        (
            "/api/services/hub/nobody/logs",
            404,
            "there is no service hub/nobody",
        ),
        (
            "/api/services/hub/db/logs?tail=many",
            400,
            "tail=many is no number of lines",
        ),
        (
            "/api/services/hub/db/logs?since=soon",
            400,
            "since=soon is no moment",
        ),
    ] {
        let mut answer = world.open(path, &[]).await;
        assert_eq!(answer.status, status, "{path}");
        let body = answer.rest().await;
        assert!(body.contains(text), "{body}");
    }
    let failing = async {
        let tail = opened.recv().await.expect("a tail");
        let failed = LogBatch::Failed(backend(), "the driver none keeps no log".to_owned());
        tail.lines.send(failed).await.expect("somebody reads");
    };
    let (mut answer, ()) = tokio::join!(world.open("/api/services/hub/backend/logs", &[]), failing);
    assert_eq!(answer.status, 503);
    assert!(answer.rest().await.contains("the driver none keeps no log"));
    world.snapshots.send_replace(lost(8).into());
    let mut answer = world.open("/api/services/hub/db/logs", &[]).await;
    assert_eq!(answer.status, 503);
    assert!(answer.rest().await.contains("the engine does not answer"));
    let mut gone = hub(9);
    gone.services
        .retain(|service| service.id.as_str() != "hub/db");
    world.open("/api/services", &[]).await;
    world.snapshots.send_replace(gone.into());
    let answer = world.open("/api/services/hub/db/logs", &[]).await;
    assert_eq!(answer.status, 410);
}
