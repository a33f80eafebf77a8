//! The last lines of what ended.

use hubdeck::collect::logs::recorder;
use hubdeck::model::{HealthState, Observation, RecordedRun, RecordingCause, Service, Snapshot};

use super::*;

/// Waits until `count` runs are kept.
async fn runs_of(
    kept: &mut mpsc::Receiver<Observation>,
    count: usize,
) -> std::sync::Arc<[RecordedRun]> {
    let recorded = async {
        loop {
            match kept.recv().await.expect("it goes on") {
                Observation::RecordedRuns(runs) if runs.len() >= count => return runs,
                _ => {}
            }
        }
    };
    timeout(PATIENCE, recorded).await.expect("kept in time")
}

#[tokio::test]
async fn what_turns_unhealthy_is_read_at_once_and_its_end_without_a_word_is_kept() {
    let sim = Sim::shop().await;
    let mut discovery = Discovery::start(sim.request(), DiscoveryOptions::default());
    let facts = discovery.inspected("lonely 🦀", |_| true).await;
    let healthy = discovery.store.snapshot(Timestamp::now());
    let (published, snapshots) = watch::channel(std::sync::Arc::clone(&healthy));
    let (link, held) = (discovery.link.clone(), snapshots.clone());
    let hub = LogHub::with(link, held, BlackBox::default());
    let (out, mut kept) = mpsc::channel(16);
    let events = discovery.events.subscribe();
    let recorder = tokio::spawn(recorder::run(hub.clone(), snapshots, events, out));
    tokio::spawn(async move { while discovery.news.recv().await.is_some() {} });
    let text = b"waiting for the lock";
    sim.control
        .log("lonely 🦀", LogStream::Stdout, text)
        .unwrap();
    let mut unhealthy = Snapshot::clone(&healthy);
    for service in &mut unhealthy.services {
        let is_it = |service: &Service| service.instances.iter().any(|it| it.facts.id == facts.id);
        if is_it(service) {
            std::sync::Arc::make_mut(service).health.state = HealthState::Unhealthy;
        }
    }
    let unhealthy = std::sync::Arc::new(unhealthy);
    published.send_replace(std::sync::Arc::clone(&unhealthy));
    let runs = runs_of(&mut kept, 1).await;
    assert_eq!(runs[0].cause, RecordingCause::Unhealthy);
    let lines = hub.black_box().lines(&facts.id);
    assert_eq!(lines.last().unwrap().text, "waiting for the lock");
    // The same trouble in a further snapshot is not read again; the end is.
    published.send_replace(unhealthy);
    sim.control.kill("lonely 🦀", 137).unwrap();
    let runs = runs_of(&mut kept, 2).await;
    let causes: Vec<_> = runs.iter().map(|it| it.cause).collect();
    assert_eq!(causes, [RecordingCause::Unhealthy, RecordingCause::Exited]);
    recorder.abort();
}

#[tokio::test]
async fn what_is_gone_answers_from_the_black_box() {
    let sim = Sim::shop().await;
    let mut discovery = Discovery::start(sim.request(), DiscoveryOptions::default());
    let facts = discovery.inspected("lonely 🦀", |_| true).await;
    let (_published, snapshots) = watch::channel(discovery.store.snapshot(Timestamp::now()));
    let hub = LogHub::with(
        discovery.link.clone(),
        snapshots.clone(),
        BlackBox::default(),
    );
    let (out, mut kept) = mpsc::channel(16);
    let events = discovery.events.subscribe();
    let recorder = tokio::spawn(recorder::run(hub.clone(), snapshots, events, out));
    tokio::spawn(async move { while discovery.news.recv().await.is_some() {} });
    let text = b"the last words";
    sim.control
        .log("lonely 🦀", LogStream::Stdout, text)
        .unwrap();
    sim.control.kill("lonely 🦀", 137).unwrap();
    let runs = runs_of(&mut kept, 1).await;
    assert_eq!(
        (&runs[0].instance, runs[0].cause, runs[0].gone),
        (&facts.id, RecordingCause::Exited, false)
    );
    sim.control.remove("lonely 🦀").unwrap();
    let gone = async {
        while !hub.black_box().is_gone(&facts.id) {
            kept.recv().await.expect("it goes on");
        }
    };
    timeout(PATIENCE, gone).await.expect("seen that it is gone");
    assert_eq!(hub.black_box().runs()[0].cause, RecordingCause::Removed);
    for follow in [true, false] {
        let mut seen = Vec::new();
        let mut tail = hub.follow(query(&facts, follow), nothing_more());
        until(&mut tail, &mut seen, ended).await;
        let all = texts(&seen);
        assert_eq!(all[0], "<Recorded>");
        assert_eq!(all.last().map(String::as_str), Some("the last words"));
    }
    recorder.abort();
}

#[tokio::test]
async fn a_log_that_cannot_be_read_is_asked_for_once() {
    let sim = Sim::shop().await;
    sim.control.forbid("/containers/*/logs");
    let mut discovery = Discovery::start(sim.request(), DiscoveryOptions::default());
    let facts = discovery.inspected("lonely 🦀", |_| true).await;
    assert!(facts.is_running());
    let at = Timestamp::now();
    let facts = std::sync::Arc::new(InstanceFacts {
        auto_remove: true,
        ..InstanceFacts::clone(&facts)
    });
    let _ = (discovery.store).apply(Observation::Inspected { at, facts }, at);
    let (published, snapshots) = watch::channel(discovery.store.snapshot(Timestamp::now()));
    let hub = LogHub::with(
        discovery.link.clone(),
        snapshots.clone(),
        BlackBox::default(),
    );
    let (out, mut kept) = mpsc::channel(16);
    let events = discovery.events.subscribe();
    let recorder = tokio::spawn(recorder::run(hub, snapshots, events, out));
    tokio::spawn(async move { while kept.recv().await.is_some() {} });
    let asked = || sim.calls("GET /containers/{id}/logs");
    let first = async {
        while asked() == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, first).await.expect("it is followed");
    tokio::time::sleep(Duration::from_millis(300)).await;
    let before = asked();
    for _ in 0..5 {
        published.send_replace(discovery.store.snapshot(Timestamp::now()));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(asked(), before, "each snapshot read it again");
    recorder.abort();
}

#[tokio::test]
async fn what_is_removed_by_force_while_it_runs_keeps_what_was_read_of_it() {
    for is_followed in [true, false] {
        let sim = Sim::shop().await;
        let mut discovery = Discovery::start(sim.request(), DiscoveryOptions::default());
        let facts = discovery.inspected("lonely 🦀", |_| true).await;
        let (_published, snapshots) = watch::channel(discovery.store.snapshot(Timestamp::now()));
        let link = discovery.link.clone();
        let hub = LogHub::with(link, snapshots.clone(), BlackBox::default());
        let (out, mut kept) = mpsc::channel(16);
        let events = discovery.events.subscribe();
        let recorder = tokio::spawn(recorder::run(hub.clone(), snapshots, events, out));
        tokio::spawn(async move { while discovery.news.recv().await.is_some() {} });
        let text = b"the last words";
        sim.control
            .log("lonely 🦀", LogStream::Stdout, text)
            .unwrap();
        let (mut tail, mut seen) = (None, Vec::new());
        if is_followed {
            let tail = tail.insert(hub.follow(query(&facts, true), nothing_more()));
            until(tail, &mut seen, has("the last words")).await;
        } else {
            let line = LogLine {
                at: Some(Timestamp::now()),
                instance: facts.id.clone(),
                text: "the last words".to_owned(),
                ..LogLine::default()
            };
            hub.saw(&facts.id, &[line]);
        }
        // From here on the engine gives nothing of it: neither its log nor what it was.
        sim.control.remove("lonely 🦀").unwrap();
        let gone = async {
            while !hub.black_box().is_gone(&facts.id) {
                kept.recv().await.expect("it goes on");
            }
        };
        timeout(PATIENCE, gone).await.expect("kept, and gone");
        assert_eq!(hub.black_box().runs()[0].cause, RecordingCause::Removed);
        let lines = hub.black_box().lines(&facts.id);
        assert_eq!(lines.last().unwrap().text, "the last words");
        if let Some(tail) = &mut tail {
            until(tail, &mut seen, ended).await;
            let all = texts(&seen);
            assert_eq!(all.last().map(String::as_str), Some("<Removed>"));
        }
        recorder.abort();
    }
}
