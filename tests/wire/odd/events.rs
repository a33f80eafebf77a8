//! Odd lines of the event stream, and changes that no event announced.

use std::time::{Duration, Instant};

use hubdeck::explain::timeline::words;
use hubdeck::model::{EngineEventKind, EngineGap, InstanceState, Observation, Timestamp};
use tokio::time::timeout;

use super::{Sim, World, all_inspected, facts};

#[tokio::test]
async fn an_odd_line_of_the_event_stream_costs_that_line() {
    let sim = Sim::start().await;
    let mut world = World::start(sim.request());
    world.sees("every inspection", all_inspected).await;
    let streams = sim.calls("GET /events");
    let huge = "x".repeat(2 << 20);
    for line in [r#"{"Type":7}"#, "null", "\0\0", "<html>", &huge] {
        sim.control.event_line(line);
    }
    let begin = Instant::now();
    sim.control.kill("odd", 137).unwrap();
    let died = world
        .until("death", |news| match news {
            Observation::Event(event) if matches!(event.kind, EngineEventKind::Die { .. }) => {
                Some(event.instance.to_string())
            }
            _ => None,
        })
        .await;
    assert_eq!(died, sim.id("odd").await);
    assert!(
        begin.elapsed() < Duration::from_secs(3),
        "at once: {:?}",
        begin.elapsed()
    );
    assert_eq!(sim.calls("GET /events"), streams, "the stream goes on");
    let snapshot = world
        .sees("the count", |snapshot| {
            snapshot.engine.gaps.unreadable_events == 4
        })
        .await;
    assert_eq!(facts(&snapshot, "odd").state, InstanceState::Exited);
    let listed = sim.calls("GET /containers/json");
    let lists = world.sees("a list", |_| sim.calls("GET /containers/json") > listed);
    lists.await;
}

#[tokio::test]
async fn changes_that_no_event_announced_are_said_once() {
    let sim = Sim::start().await;
    let mut world = World::start(sim.request());
    world.sees("every inspection", all_inspected).await;
    sim.control.mute_events(true);
    sim.control.kill("odd", 137).unwrap();
    world.refresh.notify_one();
    assert_eq!(world.gap().await, EngineGap::Unannounced(1));
    sim.control.start("odd").unwrap();
    world.refresh.notify_one();
    assert_eq!(world.gap().await, EngineGap::Unannounced(1));
    let snapshot = world.store.snapshot(Timestamp::now());
    let sentence =
        "changes were found by polling that no event announced; the event stream may be filtered";
    assert_eq!(snapshot.engine.gaps.sentences(), [sentence]);
    assert_eq!(snapshot.engine.gaps.unannounced_changes, 2);
    assert_eq!(
        snapshot
            .timeline
            .iter()
            .filter(|event| words(&event.change) == sentence)
            .count(),
        1
    );
    assert_eq!(facts(&snapshot, "odd").state, InstanceState::Running);
}

#[tokio::test]
async fn announced_changes_are_no_gap() {
    let sim = Sim::start().await;
    let mut world = World::start(sim.request());
    world.sees("every inspection", all_inspected).await;
    for _ in 0..3 {
        sim.control.kill("odd", 137).unwrap();
        world.refresh.notify_one();
        tokio::time::sleep(Duration::from_millis(200)).await;
        sim.control.start("odd").unwrap();
        world.refresh.notify_one();
    }
    let end = Instant::now() + Duration::from_secs(7);
    while Instant::now() < end {
        let snapshot = world.store.snapshot(Timestamp::now());
        assert_eq!(snapshot.engine.gaps, Default::default());
        if let Ok(Some(news)) = timeout(Duration::from_millis(200), world.news.recv()).await {
            let _ = world.store.apply(news, Timestamp::now());
        }
    }
}
