//! Cost of drawing the map: `cargo bench --bench layout`. Prints how many line segments came out,
//! too.
#![allow(missing_docs)] // criterion's macros make undocumented items
#![allow(clippy::print_stdout)] // figures beside the times

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use hubdeck::drawing::raster::{LineGlyphs, Stroke, raster};
use hubdeck::drawing::{Area, Dimensions, Graph, Node, draw};

const METRICS: Dimensions = Dimensions {
    card: (26, 4),
    width: 240,
    gap: 3,
    margin: 1,
    title: 1,
    empty: None,
    space: 1,
    routed: true,
};

/// `count` services in stacks of `stack` with `edges` edges, mostly downwards; one in ten leaves
/// its stack.
fn layered(count: usize, edges: usize, stack: usize) -> Graph {
    let mut random = fastrand::Rng::with_seed(7);
    let nodes: Vec<Node> = (0..count)
        .map(|index| Node {
            band: [0, 1, 2, 2, 2, 2, 3, 3, 4][random.usize(..9)],
            group: index / stack,
        })
        .collect();
    let mut pairs = std::collections::BTreeSet::new();
    while pairs.len() < edges {
        let from = random.usize(..count);
        let first = from / stack * stack;
        let to = if random.usize(..10) == 0 {
            random.usize(..count)
        } else {
            random.usize(first..(first + stack).min(count))
        };
        let upwards = nodes[from].band > nodes[to].band && random.usize(..5) > 0;
        if from != to {
            pairs.insert(if upwards { (to, from) } else { (from, to) });
        }
    }
    Graph {
        nodes,
        edges: pairs.into_iter().collect(),
        bands: 5,
    }
}

fn layout(c: &mut Criterion) {
    let mut group = c.benchmark_group("layout");
    group
        .sample_size(20)
        .measurement_time(Duration::from_secs(4));
    for (name, graph) in [
        (
            "1,000 services in 100 stacks, 3,000 edges",
            layered(1_000, 3_000, 10),
        ),
        (
            "1,000 services in 1 stack, 3,000 edges",
            layered(1_000, 3_000, 1_000),
        ),
        (
            "5,000 services in 500 stacks, 15,000 edges",
            layered(5_000, 15_000, 10),
        ),
        (
            "5,000 services in 1 stack, 15,000 edges",
            layered(5_000, 15_000, 5_000),
        ),
    ] {
        let drawing = draw(&graph, &METRICS);
        let segments: usize = drawing
            .routes
            .iter()
            .map(|route| route.segments.len())
            .sum();
        println!(
            "{name}: {segments} segments, {}x{} cells",
            drawing.width, drawing.height
        );
        group.bench_function(name, |b| b.iter(|| draw(black_box(&graph), &METRICS)));
        let window = Area {
            x: drawing.width / 4,
            y: drawing.height / 2,
            width: 160,
            height: 50,
        };
        group.bench_function(format!("{name}, 160x50 of its lines"), |b| {
            b.iter(|| {
                raster(
                    black_box(&drawing),
                    |_| Some(Stroke::default()),
                    window,
                    &LineGlyphs::UNICODE,
                )
            });
        });
    }
    group.finish();
}

criterion_group!(benches, layout);
criterion_main!(benches);
