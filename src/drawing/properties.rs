//! What holds for every drawing of every graph.

use std::collections::HashMap;

use proptest::prelude::*;

use super::raster::{LineGlyphs, Stroke, raster};
use super::*;

fn graphs() -> impl Strategy<Value = Graph> {
    (1_usize..60, 1_usize..8, 1_usize..5).prop_flat_map(|(count, bands, groups)| {
        let nodes = prop::collection::vec((0..bands, 0..groups), count);
        let edges = prop::collection::vec((0..count, 0..count), 0..150);
        (nodes, edges).prop_map(move |(nodes, edges)| Graph {
            nodes: nodes
                .into_iter()
                .map(|(band, group)| Node { band, group })
                .collect(),
            edges,
            bands,
        })
    })
}

fn metrics() -> impl Strategy<Value = Dimensions> {
    let card = (8_u32..30, 1_u32..6);
    let empty = prop::option::of(0_u32..3);
    (
        card,
        8_u32..300,
        0_u32..6,
        0_u32..4,
        0_u32..3,
        empty,
        0_u32..3,
    )
        .prop_map(
            |(card, width, gap, margin, title, empty, space)| Dimensions {
                card,
                width,
                gap,
                margin,
                title,
                empty,
                space,
                routed: true,
            },
        )
}

/// All cells of `segment`.
fn cells(segment: &Segment) -> Vec<(u32, u32)> {
    let Segment { from, to } = *segment;
    let columns = from.0.min(to.0)..=from.0.max(to.0);
    columns
        .flat_map(|x| (from.1.min(to.1)..=from.1.max(to.1)).map(move |y| (x, y)))
        .collect()
}

fn cards_are_apart_and_inside(drawing: &Drawing) -> Result<(), TestCaseError> {
    for (index, one) in drawing.cards.iter().enumerate() {
        prop_assert!(
            one.right() <= drawing.width && one.bottom() <= drawing.height,
            "{one:?} is outside"
        );
        for other in &drawing.cards[index + 1..] {
            let apart = one.right() <= other.x
                || other.right() <= one.x
                || one.bottom() <= other.y
                || other.bottom() <= one.y;
            prop_assert!(apart, "{one:?} and {other:?} overlap");
        }
    }
    Ok(())
}

fn routes_run_from_card_to_card(graph: &Graph, drawing: &Drawing) -> Result<(), TestCaseError> {
    let wanted: Vec<usize> = (0..graph.edges.len())
        .filter(|&edge| graph.edges[edge].0 != graph.edges[edge].1)
        .collect();
    let drawn: Vec<usize> = drawing.routes.iter().map(|route| route.edge).collect();
    prop_assert_eq!(wanted, drawn);
    for route in &drawing.routes {
        prop_assert_eq!((route.caller, route.called), graph.edges[route.edge]);
        let (first, last) = (route.segments[0], route.segments[route.segments.len() - 1]);
        for (at, node) in [(first.from, route.caller), (last.to, route.called)] {
            let card = drawing.cards[node];
            let beside = at.1 == card.bottom() || at.1 + 1 == card.y;
            prop_assert!(
                beside && at.0 > card.x && at.0 + 1 < card.right(),
                "{at:?} is not at {card:?}"
            );
        }
        prop_assert!(
            last.from.0 == last.to.0 && last.from.1 != last.to.1,
            "arrow heads point at cards"
        );
        for pair in route.segments.windows(2) {
            prop_assert_eq!(pair[0].to, pair[1].from);
        }
        for segment in &route.segments {
            prop_assert!(segment.from.0 == segment.to.0 || segment.from.1 == segment.to.1);
            for (x, y) in cells(segment) {
                prop_assert!(
                    x < drawing.width && y < drawing.height,
                    "{x},{y} is outside"
                );
            }
        }
    }
    Ok(())
}

fn lines_keep_clear(drawing: &Drawing) -> Result<(), TestCaseError> {
    let mut card_at = HashMap::new();
    for (node, card) in drawing.cards.iter().enumerate() {
        for y in card.y..card.bottom() {
            card_at.extend((card.x..card.right()).map(|x| ((x, y), node)));
        }
    }
    // By cell and direction: the net that runs there. Corners count in both directions; the cell
    // below a card where a line only begins may be crossed like any other.
    let mut runs: HashMap<(u32, u32, bool), usize> = HashMap::new();
    for route in &drawing.routes {
        for segment in &route.segments {
            let across = segment.from.0 != segment.to.0;
            for cell in cells(segment) {
                prop_assert!(
                    !card_at.contains_key(&cell),
                    "a line of edge {} through a card",
                    route.edge
                );
                let begins = cell == route.segments[0].from && !across;
                let is_end = (cell == segment.from || cell == segment.to) && !begins;
                for direction in [across, !across] {
                    if direction == across || is_end {
                        let net = *runs.entry((cell.0, cell.1, direction)).or_insert(route.net);
                        prop_assert_eq!(net, route.net, "two nets share {:?}", cell);
                    }
                }
            }
        }
    }
    Ok(())
}

fn titles_are_only_crossed(drawing: &Drawing, metrics: &Dimensions) -> Result<(), TestCaseError> {
    for segment in drawing.routes.iter().flat_map(|route| &route.segments) {
        if segment.from.1 == segment.to.1 {
            let row = segment.from.1;
            let title = drawing
                .bands
                .iter()
                .any(|band| (band.y..band.y + metrics.title).contains(&row));
            prop_assert!(!title, "a line along a title in row {row}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_drawing_is_clean(graph in graphs(), metrics in metrics()) {
        let drawing = draw(&graph, &metrics);
        cards_are_apart_and_inside(&drawing)?;
        routes_run_from_card_to_card(&graph, &drawing)?;
        lines_keep_clear(&drawing)?;
        titles_are_only_crossed(&drawing, &metrics)?;
        prop_assert_eq!(&drawing, &draw(&graph, &metrics));
    }

    #[test]
    fn without_routes_rows_are_close(graph in graphs(), metrics in metrics()) {
        let metrics = Dimensions { routed: false, ..metrics };
        let drawing = draw(&graph, &metrics);
        cards_are_apart_and_inside(&drawing)?;
        prop_assert!(drawing.routes.is_empty());
        let routed = draw(&graph, &Dimensions { routed: true, ..metrics });
        prop_assert!(drawing.height <= routed.height);
    }

    // A route has a bar in at most seven channels, whatever the size of the drawing: memory is
    // linear.
    #[test]
    fn lines_stay_few(graph in graphs(), metrics in metrics()) {
        let segments: usize = draw(&graph, &metrics).routes.iter().map(|route| route.segments.len()).sum();
        prop_assert!(segments <= 15 * graph.edges.len(), "{segments} segments");
    }

    #[test]
    fn a_window_shows_its_part_of_the_whole(
        graph in graphs(),
        metrics in metrics(),
        (x, y, width, height) in (0_u32..200, 0_u32..100, 0_u32..100, 0_u32..60),
    ) {
        let drawing = draw(&graph, &metrics);
        let window = Area { x, y, width, height };
        let stroke = |route: &DrawnEdge| Some(Stroke { rank: u8::from(route.edge.is_multiple_of(3)), dashed: route.edge.is_multiple_of(2) });
        let canvas = Area { x: 0, y: 0, width: drawing.width, height: drawing.height };
        let whole = raster(&drawing, stroke, canvas, &LineGlyphs::UNICODE);
        let part = raster(&drawing, stroke, window, &LineGlyphs::UNICODE);
        let seen: Vec<_> = whole.iter().copied().filter(|cell| window.contains(cell.x, cell.y)).collect();
        prop_assert_eq!(part, seen);
        let lines = drawing.routes.iter().flat_map(|route| &route.segments).flat_map(cells);
        let lines: std::collections::HashSet<_> = lines.collect();
        prop_assert_eq!(whole.len(), lines.len());
    }
}
