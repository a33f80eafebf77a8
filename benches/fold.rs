//! Cost of folding and publishing with 1,000 services in 100 stacks: `cargo bench --bench fold`.
#![allow(missing_docs)] // criterion's macros make undocumented items
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests and benchmarks fail by panicking

#[path = "../tests/support/store.rs"]
mod store;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use hubdeck::model::*;
use store::{With, World, facts};

const STACKS: usize = 100;
const SERVICES: usize = 10;

fn containers() -> Vec<InstanceFacts> {
    (0..STACKS)
        .flat_map(|stack| {
            (0..SERVICES).map(move |service| {
                let needs = ["", "s0:healthy", "s0:healthy s1:started s2:healthy"][service.min(2)];
                facts(&format!("stack{stack:03}/s{service}"))
                    .port(8000)
                    .needs(needs)
                    .with(|facts| {
                        facts.image =
                            ["postgres:16", "redis:7", "acme/api:1"][service.min(2)].into();
                    })
            })
        })
        .collect()
}

fn fold(c: &mut Criterion) {
    let list = containers();
    c.bench_function("first list of 1,000 and its snapshot", |b| {
        b.iter(|| World::of(list.clone()).snapshot());
    });
    let mut world = World::of(list.clone());
    c.bench_function("the same list again and its snapshot", |b| {
        b.iter(|| {
            world.now += SignedDuration::from_secs(30);
            let _ = world.list(list.clone());
            world.snapshot()
        });
    });
    let mut turn = 0;
    c.bench_function("one sample", |b| {
        b.iter(|| {
            turn += 1;
            if turn % list.len() == 0 {
                world.now += SignedDuration::from_secs(2);
                let _ = world.snapshot();
            }
            let instance = list[turn % list.len()].id.clone();
            let sample = Sample {
                cpu_percent: Some(1.0),
                ..Sample::empty(world.now)
            };
            world.apply(Observation::Sampled { instance, sample })
        });
    });
    c.bench_function("one probe result and its snapshot", |b| {
        b.iter(|| {
            turn += 1;
            world.now += SignedDuration::from_secs(1);
            let facts = &list[turn % list.len()];
            let _ = world.probe(facts, ProbeOrigin::Config, ProbeOutcome::Success);
            black_box(world.snapshot())
        });
    });
    c.bench_function("a database dies, comes back, with snapshots", |b| {
        b.iter(|| {
            world.now += SignedDuration::from_secs(1);
            let _ = world.die(&list[0], 1);
            let _ = world.snapshot();
            let _ = world.event(&list[0], EngineEventKind::Start);
            world.snapshot()
        });
    });
    c.bench_function("next deadline", |b| b.iter(|| world.store.next_deadline()));
}

criterion_group!(benches, fold);
criterion_main!(benches);
