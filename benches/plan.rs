//! Cost of a plan over 1,000 services of one stack: `cargo bench --bench plan`.
#![allow(missing_docs)] // criterion's macros make undocumented items
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests and benchmarks fail by panicking

#[path = "../tests/support/store.rs"]
mod store;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use hubdeck::model::*;
use hubdeck::plan::plan;
use store::{With, World, facts};

const SERVICES: usize = 1_000;

/// The root `s0`; ten services that need it; every other one needs two of the tens before it.
fn containers() -> Vec<InstanceFacts> {
    let needs = |service: usize| match service {
        0 => String::new(),
        1..=10 => "s0:healthy".to_owned(),
        _ => format!("s{}:healthy s{}:started", service - 10, service - 7),
    };
    (0..SERVICES)
        .map(|service| facts(&format!("stack/s{service}")).needs(&needs(service)))
        .collect()
}

fn plans(c: &mut Criterion) {
    let snapshot = World::of(containers()).snapshot();
    let ids: Vec<ServiceId> = (snapshot.services.iter().map(|it| it.id.clone())).collect();
    let root = vec![ServiceId::from("stack/s0")];
    let cases = [
        (
            "restart the root with dependents",
            OperationKind::Restart,
            true,
            root.clone(),
        ),
        ("restart all", OperationKind::Restart, false, ids.clone()),
        ("stop all", OperationKind::Stop, false, ids),
        (
            "restart the root alone",
            OperationKind::Restart,
            false,
            root,
        ),
    ];
    let mut group = c.benchmark_group("plan of 1,000");
    for (name, kind, with_dependents, targets) in cases {
        let operation = Operation {
            kind,
            targets,
            with_dependents,
            image: None,
        };
        let steps = plan(&operation, &snapshot).unwrap().steps.len();
        group.bench_function(format!("{name}, {steps} steps"), |bencher| {
            bencher.iter(|| plan(black_box(&operation), black_box(&snapshot)));
        });
    }
    group.finish();
}

criterion_group!(benches, plans);
criterion_main!(benches);
