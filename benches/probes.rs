//! Cost of scheduling and folding 1,000 probes: `cargo bench --bench probes`.
#![allow(missing_docs)] // criterion's macros make undocumented items
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests and benchmarks fail by panicking

#[path = "../tests/support/store.rs"]
mod store;

use std::collections::BTreeSet;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use hubdeck::model::*;
use hubdeck::probing::TargetKey;
use hubdeck::probing::schedule::{Pace, Schedule, ScheduleEntry};
use store::{With, World, facts};

const TARGETS: usize = 1_000;
const DEPENDENTS: usize = 300;
const PACE: Pace = Pace {
    interval: Duration::from_secs(30),
    fast: Duration::from_secs(5),
    concurrency: 20,
    per_host: 2,
};

fn entries(hosts: usize) -> Vec<ScheduleEntry> {
    (0..TARGETS)
        .map(|n| ScheduleEntry {
            key: TargetKey {
                service: ServiceId::new(format!("stack/service-{n:04}")),
                instance: None,
            },
            host: Arc::from(format!("host-{}", n % hosts)),
            fast: false,
            due: false,
        })
        .collect()
}

/// A full interval in simulated time from the moment at which all are due; gives the probes that
/// ended.
fn interval(mut schedule: Schedule, lasts: Duration) -> usize {
    let (mut running, mut now, mut count) = (BTreeSet::new(), Duration::ZERO, 0);
    while now <= PACE.interval {
        while let Some((_, key)) = running.first().filter(|(end, _)| *end <= now).cloned() {
            running.pop_first();
            schedule.finished(&key, now, true);
            count += 1;
        }
        running.extend(
            schedule
                .start_due(now)
                .into_iter()
                .map(|key| (now + lasts, key)),
        );
        let ends = running.first().map(|(end, _)| *end);
        let Some(next) = ends.into_iter().chain(schedule.next_start()).min() else {
            break;
        };
        now = next.max(now + Duration::from_millis(1));
    }
    count
}

fn scheduling(c: &mut Criterion) {
    for (name, hosts) in [("1,000 hosts", TARGETS), ("one host", 1)] {
        let targets = entries(hosts);
        let fresh = || {
            let mut schedule = Schedule::new(PACE);
            schedule.sync(Duration::ZERO, PACE, targets.iter().cloned());
            schedule
        };
        c.bench_function(
            &format!("an interval of 1,000 targets of {name}, all due at once"),
            |b| {
                b.iter_batched(
                    fresh,
                    |schedule| interval(schedule, Duration::from_millis(20)),
                    BatchSize::LargeInput,
                );
            },
        );
    }
    let targets = entries(TARGETS);
    let mut schedule = Schedule::new(PACE);
    schedule.sync(Duration::ZERO, PACE, targets.iter().cloned());
    c.bench_function("the same 1,000 targets wished again", |b| {
        b.iter(|| schedule.sync(Duration::ZERO, PACE, targets.iter().cloned()));
    });
}

/// A database, 300 services that need it, and 699 others, all healthy.
fn containers() -> Vec<InstanceFacts> {
    let database = facts("hub/db").port(5432);
    let dependents = (0..DEPENDENTS).map(|n| {
        facts(&format!("hub/s{n:03}"))
            .port(8000)
            .needs("db:healthy")
    });
    let others =
        (0..TARGETS - DEPENDENTS - 1).map(|n| facts(&format!("x{:02}/s{n:03}", n % 50)).port(8000));
    [database]
        .into_iter()
        .chain(dependents)
        .chain(others)
        .collect()
}

fn folding(c: &mut Criterion) {
    let list = containers();
    let healthy = || {
        let mut world = World::of(list.clone());
        for facts in &list {
            let _ = world.probe(facts, ProbeOrigin::Config, ProbeOutcome::Success);
        }
        let _ = world.snapshot();
        world.now += SignedDuration::from_secs(30);
        world
    };
    let round = |world: &mut World, down: usize| {
        for (at, facts) in list.iter().enumerate() {
            let outcome = if at < down {
                ProbeOutcome::Failure
            } else {
                ProbeOutcome::Success
            };
            let _ = world.probe(facts, ProbeOrigin::Config, outcome);
        }
        world.snapshot()
    };
    c.bench_function("1,000 results, all well, and their snapshot", |b| {
        b.iter_batched_ref(
            healthy,
            |world| black_box(round(world, 0)),
            BatchSize::LargeInput,
        );
    });
    let failing_twice = || {
        let mut world = healthy();
        for _ in 0..2 {
            let _ = round(&mut world, DEPENDENTS + 1);
            world.now += SignedDuration::from_secs(5);
        }
        world
    };
    let root = ServiceId::new("hub/db");
    c.bench_function(
        "1,000 results that make a root of 300 dependents unhealthy, and its snapshot",
        |b| {
            b.iter_batched_ref(
                failing_twice,
                |world| {
                    let snapshot = round(world, DEPENDENTS + 1);
                    let blocked = snapshot
                        .services
                        .iter()
                        .filter(|it| it.health.blocked_by == [root.clone()]);
                    assert_eq!(blocked.count(), DEPENDENTS, "the root is named");
                    snapshot
                },
                BatchSize::LargeInput,
            );
        },
    );
}

criterion_group!(benches, scheduling, folding);
criterion_main!(benches);
