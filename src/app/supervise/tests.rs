//! A supervisor whose parts end, panic, and are asked to end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// Runs a part whose run `n` does what `act` says; gives how often it was started.
fn started<T: Future<Output = ()> + Send + 'static>(
    supervisor: &Supervisor,
    mut act: impl FnMut(usize) -> T + Send + 'static,
) -> Arc<AtomicUsize> {
    let runs = Arc::new(AtomicUsize::new(0));
    let counter = runs.clone();
    supervisor.spawn(Part::Sampling, move || {
        act(counter.fetch_add(1, Ordering::Relaxed))
    });
    runs
}

async fn next_own(heard: &mut mpsc::Receiver<Observation>) -> String {
    loop {
        match heard.recv().await {
            Some(Observation::Own { text, .. }) => return text,
            Some(_) => {}
            None => panic!("no news"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_part_that_ends_or_panics_is_told_and_started_again() {
    let (out, mut heard) = mpsc::channel(8);
    let supervisor = Supervisor::new(CancellationToken::new(), out);
    let runs = started(&supervisor, |run| async move {
        match run {
            0 => {}
            1 => panic!("on purpose"),
            _ => std::future::pending().await,
        }
    });
    let expected = [
        "metrics task ended early; it",
        "metrics task failed on a bug in hubdeck again",
    ];
    for expected in expected {
        let text = next_own(&mut heard).await;
        assert!(text.contains(expected), "{text}");
    }
    assert_eq!(
        supervisor.down().len(),
        1,
        "two failures in a row: it may fail again at once"
    );
    assert_eq!(
        (supervisor.down()[0].failures, supervisor.down()[0].part),
        (2, Part::Sampling)
    );
    sleep(Duration::from_secs(20)).await;
    assert_eq!(
        (runs.load(Ordering::Relaxed), supervisor.down().len()),
        (3, 1)
    );
    sleep(Duration::from_secs(20)).await;
    assert_eq!(
        (runs.load(Ordering::Relaxed), supervisor.down()),
        (3, Vec::new()),
        "it runs steadily"
    );
    supervisor.stop(Duration::from_secs(1)).await;
}

#[tokio::test(start_paused = true)]
async fn one_failure_is_over_with_the_restart_and_many_are_met_with_longer_pauses() {
    let (out, mut heard) = mpsc::channel(64);
    let supervisor = Supervisor::new(CancellationToken::new(), out);
    let begun = Instant::now();
    let runs = started(&supervisor, |_| async {});
    next_own(&mut heard).await;
    assert_eq!(supervisor.down()[0].failures, 1);
    for _ in 0..7 {
        next_own(&mut heard).await;
    }
    // 1, 2, 4, 8, 16, 30 and 30 s.
    assert_eq!(
        (runs.load(Ordering::Relaxed), begun.elapsed().as_secs()),
        (8, 91)
    );
    let down = supervisor.down();
    assert_eq!((down[0].failures, down[0].failure), (8, PartFailure::Ended));
    supervisor.stop(Duration::from_secs(1)).await;
}

#[tokio::test(start_paused = true)]
async fn an_end_that_was_asked_for_is_no_failure() {
    let (out, mut heard) = mpsc::channel(8);
    let supervisor = Supervisor::new(CancellationToken::new(), out);
    let ending = CancellationToken::new();
    let asked = ending.clone();
    let part = supervisor.keep(Part::HttpListener, &ending, || {
        let asked = asked.clone();
        async move { asked.cancelled().await }
    });
    ending.cancel();
    part.await;
    assert!(heard.try_recv().is_err(), "nothing is told");
}

#[tokio::test(start_paused = true)]
async fn every_part_begins_anew_when_that_is_wanted() {
    let (out, mut heard) = mpsc::channel(8);
    let supervisor = Supervisor::new(CancellationToken::new(), out);
    let runs = started(&supervisor, |_| std::future::pending());
    sleep(Duration::from_millis(1)).await;
    let (faces, ending) = (AtomicUsize::new(0), CancellationToken::new());
    let face = supervisor.keep(Part::HttpListener, &ending, || {
        faces.fetch_add(1, Ordering::Relaxed);
        std::future::pending()
    });
    let renewed = async {
        supervisor.begin_anew();
        sleep(Duration::from_millis(1)).await;
    };
    tokio::select! { () = face => {}, () = renewed => {} }
    assert_eq!(
        (runs.load(Ordering::Relaxed), faces.load(Ordering::Relaxed)),
        (2, 1),
        "faces go on"
    );
    assert!(heard.try_recv().is_err(), "that is no failure");
    supervisor.stop(Duration::from_secs(1)).await;
}

/// What keeps hubdeck from going on once `task` has ended; `None` where nothing does.
async fn given_up(
    task: impl Future<Output = Result<(), PartDown>> + Send + 'static,
) -> Option<PartDown> {
    let supervisor = Supervisor::new(CancellationToken::new(), mpsc::channel(1).0);
    supervisor.spawn_essential(Part::Store, task);
    let down = tokio::time::timeout(Duration::from_secs(5), supervisor.given_up()).await;
    supervisor.stop(Duration::from_secs(1)).await;
    down.ok()
}

#[tokio::test(start_paused = true)]
async fn hubdeck_cannot_go_on_without_an_essential_task_however_it_ends() {
    let failure =
        |down: Option<PartDown>| down.map(|down| (down.part, down.failure, down.failures));
    assert_eq!(
        failure(given_up(async { Ok(()) }).await),
        Some((Part::Store, PartFailure::Ended, 1))
    );
    assert_eq!(
        failure(given_up(async { panic!("on purpose") }).await),
        Some((Part::Store, PartFailure::Panicked, 1))
    );
    let mut streak = Streak::default();
    let down = streak.failed(Part::Store, PartFailure::Panicked, Timestamp::UNIX_EPOCH);
    assert_eq!(given_up(async move { Err(down) }).await, Some(down));
    assert_eq!(given_up(std::future::pending()).await, None);
}

#[tokio::test(start_paused = true)]
async fn an_essential_task_may_end_at_shutdown() {
    let supervisor = Supervisor::new(CancellationToken::new(), mpsc::channel(1).0);
    let ending = supervisor.clone();
    supervisor.spawn_essential(Part::Store, async move {
        ending.ending().await;
        Ok(())
    });
    supervisor.stop(Duration::from_secs(1)).await;
    let down = tokio::time::timeout(Duration::from_secs(1), supervisor.given_up()).await;
    assert!(down.is_err(), "{down:?}");
}
