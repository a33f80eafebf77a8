//! Very many containers followed at once.

use std::collections::HashMap;

use super::*;

const CONTAINERS: usize = 200;

#[tokio::test]
async fn two_hundred_containers_are_followed_at_once() {
    // None of them writes lines of its own.
    let scenario = Scenario::sized(CONTAINERS, 0).with_log_rate(0.0, 1);
    let sim = Sim::start(scenario).await;
    let (engine, _) = sim.connect().await;
    let facts = engine.list().await.unwrap();
    assert_eq!(facts.len(), CONTAINERS);
    let all = LogQuery {
        sources: facts.iter().map(InstanceFacts::log_source).collect(),
        ..query(&facts[0], true)
    };
    let (_sender, link) = watch::channel(Some(engine));
    let hub = LogHub::new(link);
    let mut tails = Vec::new();
    for _ in 0..2 {
        tails.push((hub.follow(all.clone(), nothing_more()), Vec::new()));
    }
    for round in 0..5 {
        for facts in &facts {
            let text = format!("{} {round}", facts.name);
            let written = sim
                .control
                .log(&facts.name, LogStream::Stdout, text.as_bytes());
            written.unwrap();
        }
        for (tail, seen) in &mut tails {
            let count = CONTAINERS * (round + 1);
            until(tail, seen, |batches| texts(batches).len() >= count).await;
        }
    }
    for (_, seen) in &tails {
        let mut of: HashMap<String, Vec<String>> = HashMap::new();
        for text in texts(seen) {
            let (name, round) = text.rsplit_once(' ').unwrap();
            of.entry(name.to_owned())
                .or_default()
                .push(round.to_owned());
        }
        assert_eq!(of.len(), CONTAINERS);
        for (name, rounds) in of {
            assert_eq!(rounds, ["0", "1", "2", "3", "4"], "{name}");
        }
    }
    let streams = sim.calls("GET /containers/{id}/logs");
    // The second follower reads what was before it itself, and shares what comes.
    assert_eq!(streams, 2 * CONTAINERS as u64);
    assert!(!ended(&tails[0].1) && !ended(&tails[1].1));
}
