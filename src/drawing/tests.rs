//! Snapshots and properties of whole drawings.

mod crossings;

use super::raster::{Cell, LineGlyphs, Stroke, raster};

use super::*;

/// Cards big enough for a name, as in a terminal.
const METRICS: Dimensions = Dimensions {
    card: (16, 3),
    width: 100,
    gap: 4,
    margin: 1,
    title: 1,
    empty: None,
    space: 1,
    routed: true,
};

/// A graph from `name band group` lines and `caller>called` pairs.
struct Named {
    names: Vec<&'static str>,
    graph: Graph,
}

fn named(nodes: &[(&'static str, usize, usize)], edges: &str) -> Named {
    let names: Vec<&str> = nodes.iter().map(|(name, ..)| *name).collect();
    let index = |name: &str| names.iter().position(|other| *other == name).unwrap();
    let edges = edges.split_whitespace().flat_map(|edge| {
        let (from, to) = edge.split_once('>').unwrap();
        to.split(',').map(move |to| (from, to)).collect::<Vec<_>>()
    });
    let graph = Graph {
        nodes: nodes
            .iter()
            .map(|&(_, band, group)| Node { band, group })
            .collect(),
        edges: edges.map(|(from, to)| (index(from), index(to))).collect(),
        bands: nodes.iter().map(|(_, band, _)| band + 1).max().unwrap_or(0),
    };
    Named { names, graph }
}

fn picture(named: &Named, metrics: &Dimensions, glyphs: &LineGlyphs) -> String {
    let drawing = draw(&named.graph, metrics);
    paint(&drawing, &named.names, glyphs)
}

fn paint(drawing: &Drawing, names: &[&str], glyphs: &LineGlyphs) -> String {
    let mut canvas = vec![vec![' '; drawing.width as usize]; drawing.height as usize];
    for (area, name) in drawing.cards.iter().zip(names) {
        for y in area.y..area.bottom() {
            for x in area.x..area.right() {
                let edge = |at, first, last| at == first || at == last;
                let glyph = match (
                    edge(x, area.x, area.right() - 1),
                    edge(y, area.y, area.bottom() - 1),
                ) {
                    (true, true) => '+',
                    (false, true) if area.height > 1 => '-',
                    (true, _) => '|',
                    _ => ' ',
                };
                canvas[y as usize][x as usize] = glyph;
            }
        }
        for (offset, letter) in name.chars().take(area.width as usize - 4).enumerate() {
            canvas[(area.y + area.height / 2) as usize][area.x as usize + 2 + offset] = letter;
        }
    }
    for band in &drawing.bands {
        for (offset, letter) in format!("#{}", band.band).chars().enumerate() {
            canvas[band.y as usize][offset] = letter;
        }
    }
    let everything = Area {
        x: 0,
        y: 0,
        width: drawing.width,
        height: drawing.height,
    };
    for cell in raster(drawing, |_| Some(Stroke::default()), everything, glyphs) {
        canvas[cell.y as usize][cell.x as usize] = cell.glyph.chars().next().unwrap();
    }
    canvas
        .iter()
        .map(|line| line.iter().collect::<String>().trim_end().to_owned() + "\n")
        .collect()
}

/// `a b c` of one band each and so on: names by band, top to bottom, all of one group.
fn stack(bands: &[&'static str], edges: &str) -> Named {
    let nodes: Vec<_> = bands
        .iter()
        .enumerate()
        .flat_map(|(band, names)| names.split_whitespace().map(move |name| (name, band, 0)))
        .collect();
    named(&nodes, edges)
}

const HUB: [(&str, usize, usize); 10] = [
    ("proxy", 0, 0),
    ("frontend", 1, 0),
    ("aggregator", 2, 0),
    ("backend", 2, 0),
    ("mcp", 2, 0),
    ("migrate", 2, 0),
    ("worker", 2, 0),
    ("db", 3, 0),
    ("redis", 3, 0),
    ("prometheus", 4, 0),
];

const HUB_EDGES: &str = "proxy>frontend,backend,aggregator,mcp backend>db,redis,aggregator aggregator>redis \
    mcp>backend worker>db,redis migrate>db \
    prometheus>proxy,frontend,aggregator,backend,mcp,worker,db,redis";

#[test]
fn pictures() {
    for (name, graph) in [
        ("chain", stack(&["a", "b", "c"], "a>b b>c")),
        ("chain_in_one_band", stack(&["a b c"], "c>b b>a")),
        ("star", stack(&["a", "b c d e"], "a>b,c,d,e")),
        ("fan_in", stack(&["a b c", "d"], "a>d b>d c>d")),
        ("diamond", stack(&["a", "b c", "d"], "a>b,c b>d c>d")),
        ("past_a_row", stack(&["a", "b c", "d"], "a>b,c,d")),
        (
            "many_to_many",
            stack(&["a b c", "x y"], "a>x,y b>x,y c>x,y"),
        ),
        ("cycle", stack(&["a b c", "d"], "a>b b>c c>a b>d")),
        ("upwards", stack(&["a", "b", "c"], "b>a c>a,b")),
        ("itself_and_nobody", stack(&["a", "b"], "a>a")),
        (
            "two_stacks",
            named(
                &[
                    ("a", 0, 0),
                    ("b", 1, 0),
                    ("x", 0, 1),
                    ("y", 1, 1),
                    ("z", 1, 1),
                ],
                "a>b x>y,z y>b",
            ),
        ),
        ("one", stack(&["a"], "")),
        ("hub", named(&HUB, HUB_EDGES)),
        (
            "hub_without_operations",
            named(&HUB, HUB_EDGES.split(" prometheus").next().unwrap()),
        ),
    ] {
        insta::assert_snapshot!(name, picture(&graph, &METRICS, &LineGlyphs::ASCII));
    }
}

#[test]
fn the_hub_with_one_row_cards_on_eighty_columns() {
    let metrics = Dimensions {
        card: (20, 1),
        width: 80,
        ..METRICS
    };
    insta::assert_snapshot!(picture(
        &named(&HUB, HUB_EDGES),
        &metrics,
        &LineGlyphs::UNICODE
    ));
}

#[test]
fn the_hub_with_air() {
    let metrics = Dimensions {
        card: (24, 4),
        width: 150,
        space: 2,
        ..METRICS
    };
    insta::assert_snapshot!(picture(
        &named(&HUB, HUB_EDGES),
        &metrics,
        &LineGlyphs::UNICODE
    ));
}

#[test]
fn nothing_to_draw_still_has_its_bands() {
    let graph = Graph {
        bands: 2,
        ..Graph::default()
    };
    let drawing = draw(
        &graph,
        &Dimensions {
            empty: Some(1),
            ..METRICS
        },
    );
    let band = |band, y| BandArea {
        band,
        y,
        rows: y..y + 2,
    };
    assert_eq!(drawing.bands, [band(0, 0), band(1, 2)]);
    assert_eq!((drawing.width, drawing.height), (100, 4));
    assert_eq!(draw(&graph, &METRICS).height, 0);
}

#[test]
fn groups_that_do_not_fit_beside_each_other_stand_on_shelves() {
    let graph = Graph {
        nodes: (0..12)
            .map(|index| Node {
                band: index % 2,
                group: index / 4,
            })
            .collect(),
        edges: vec![(0, 1), (4, 5), (8, 9)],
        bands: 2,
    };
    let drawing = draw(
        &graph,
        &Dimensions {
            width: 90,
            ..METRICS
        },
    );
    let bands: Vec<usize> = drawing.bands.iter().map(|band| band.band).collect();
    assert_eq!(bands, [0, 1, 0, 1]);
    assert_eq!(drawing.cards[0].y, drawing.cards[4].y);
    assert!(drawing.cards[8].y > drawing.cards[5].bottom());
}
