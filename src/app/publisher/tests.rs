use super::*;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn a_flush_publishes_what_was_told_before_it() {
    let now = Timestamp::now();
    let (out, observations) = mpsc::channel(8);
    let (flushes, flushed) = mpsc::channel(1);
    let (sender, snapshots) = watch::channel(Arc::new(Snapshot::empty(now)));
    // Nothing is published by itself while this test runs.
    let pause = Duration::from_secs(600);
    let basis = Box::new(Vec::new);
    let publisher = Publisher {
        observations,
        flushes: flushed,
        snapshots: sender,
        log: None,
        pause,
        basis,
        fold: Store::apply,
    };
    let supervisor = Supervisor::new(CancellationToken::new(), out.clone());
    let task = tokio::spawn(publisher.run(Store::new(now), supervisor.clone()));

    for text in ["first", "second", "third"] {
        let told = Observation::Own {
            at: now,
            text: text.to_owned(),
        };
        out.send(told).await.expect("a store");
        let (done, published) = oneshot::channel();
        flushes.send(done).await.expect("a store");
        published.await.expect("an answer");
        let shown: Vec<_> = snapshots
            .borrow()
            .timeline
            .iter()
            .map(|event| crate::explain::timeline::words(&event.change))
            .collect();
        assert!(
            shown.iter().any(|shown| shown == text),
            "{text} is not in {shown:?}"
        );
    }
    supervisor.stop(Duration::from_secs(1)).await;
    task.await
        .expect("a publisher that ends")
        .expect("it did not fail");
}

#[test]
fn the_store_sleeps_until_its_next_deadline() {
    let now = Timestamp::now();
    let second = crate::model::SignedDuration::from_secs(1);
    assert_eq!(left(None), LONGEST_SLEEP);
    assert_eq!(left(Some(Timestamp::MAX)), LONGEST_SLEEP);
    assert_eq!(left(Some(now - second)), Duration::ZERO, "it passed");
    let soon = left(Some(now + second * 5));
    assert!(
        soon > Duration::from_secs(3) && soon <= Duration::from_secs(5),
        "{soon:?}"
    );
}
