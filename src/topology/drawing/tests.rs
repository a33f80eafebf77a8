//! Pictures and properties of whole drawings.

use super::raster::{LineGlyphs, Stroke, raster};
use super::*;

/// Cards big enough for a name, as in a terminal.
const METRICS: Metrics =
    Metrics { card: (16, 3), width: 100, gap: 4, margin: 1, title: 1, empty: None, space: 1, routed: true };

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
        nodes: nodes.iter().map(|&(_, band, group)| Node { band, group }).collect(),
        edges: edges.map(|(from, to)| (index(from), index(to))).collect(),
        bands: nodes.iter().map(|(_, band, _)| band + 1).max().unwrap_or(0),
    };
    Named { names, graph }
}

fn picture(named: &Named, metrics: &Metrics, glyphs: &LineGlyphs) -> String {
    let drawing = draw(&named.graph, metrics, None);
    paint(&drawing, &named.names, glyphs)
}

fn paint(drawing: &Drawing, names: &[&str], glyphs: &LineGlyphs) -> String {
    let mut canvas = vec![vec![' '; drawing.width as usize]; drawing.height as usize];
    for (area, name) in drawing.cards.iter().zip(names) {
        for y in area.y..area.bottom() {
            for x in area.x..area.right() {
                let edge = |at, first, last| at == first || at == last;
                let glyph = match (edge(x, area.x, area.right() - 1), edge(y, area.y, area.bottom() - 1)) {
                    (true, true) => '+',
                    (false, true) if area.height > 1 => '-',
                    (true, _) => '|',
                    _ => ' ',
                };
                canvas[y as usize][x as usize] = glyph;
            }
        }
        for (offset, letter) in name.chars().enumerate() {
            canvas[(area.y + area.height / 2) as usize][area.x as usize + 2 + offset] = letter;
        }
    }
    for band in &drawing.bands {
        for (offset, letter) in format!("#{}", band.band).chars().enumerate() {
            canvas[band.y as usize][offset] = letter;
        }
    }
    let everything = Area { x: 0, y: 0, width: drawing.width, height: drawing.height };
    for cell in raster(drawing, |_| Some(Stroke::default()), everything, glyphs) {
        canvas[cell.y as usize][cell.x as usize] = cell.glyph.chars().next().unwrap();
    }
    canvas.iter().map(|line| line.iter().collect::<String>().trim_end().to_owned() + "\n").collect()
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
fn a_hub_of_ten() {
    insta::assert_snapshot!(picture(&named(&HUB, HUB_EDGES), &METRICS, &LineGlyphs::UNICODE));
}
