//! Engines whose clock jumps.

use std::sync::atomic::{AtomicI64, Ordering};

use hubdeck::model::SignedDuration;

use super::super::SCENARIO;
use super::*;

/// Seconds that the engine's clock is behind.
static BEHIND: AtomicI64 = AtomicI64::new(0);

fn jumping() -> Timestamp {
    Timestamp::now() - SignedDuration::from_secs(BEHIND.load(Ordering::SeqCst))
}

#[tokio::test]
async fn lines_after_a_jump_of_the_clock_stay_behind_those_before() {
    let sim = Sim::with_clock(Scenario::parse(SCENARIO).unwrap(), jumping).await;
    let (engine, _) = sim.connect().await;
    let (web, db) = (
        find(&engine, "shop-web-1").await,
        find(&engine, "shop-db-1").await,
    );
    let mut both = query(&web, true);
    both.sources.extend(query(&db, true).sources);
    let (_sender, link) = watch::channel(Some(engine));
    let (mut tail, mut seen) = (LogHub::new(link).follow(both, nothing_more()), Vec::new());
    let log = |name: &str, n: usize| {
        let text = format!("line {n}");
        let written = sim.control.log(name, LogStream::Stdout, text.as_bytes());
        written.unwrap();
    };
    for (n, behind) in [0, 0, 3_600, 3_600, -3_600, -3_600, 0, 0]
        .into_iter()
        .enumerate()
    {
        BEHIND.store(behind, Ordering::SeqCst);
        let name = if n % 2 == 0 {
            "shop-web-1"
        } else {
            "shop-db-1"
        };
        log(name, n);
        until(&mut tail, &mut seen, has(&format!("line {n}"))).await;
    }
    let expected: Vec<String> = (0..8).map(|n| format!("line {n}")).collect();
    assert_eq!(texts(&seen), expected);
}
