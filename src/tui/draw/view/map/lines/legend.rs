//! One line of every kind with what it means, for the legend.

use ratatui::style::Style;

use super::{Look, glyphs};
use crate::drawing::raster::{LineGlyphs, raster};
use crate::drawing::{Area, Drawing, DrawnEdge, Segment};
use crate::model::EdgeKind;
use crate::topology::root_cause::Trouble;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::view::map::relation::LineRelation;

/// One line of every kind with its look and what it means, for the legend.
pub fn line_kinds(context: &DrawContext<'_>) -> Vec<(String, Style, &'static str)> {
    use EdgeKind::{Hard, Soft};
    use Trouble::{Broken, Late, None as Well, Suffers};
    const KINDS: [(Trouble, LineRelation, EdgeKind, &str); 8] = [
        (Well, LineRelation::None, Hard, "needs it (hard)"),
        (Well, LineRelation::None, Soft, "uses it (soft)"),
        (
            Broken,
            LineRelation::None,
            Hard,
            "broken: leads to the root cause",
        ),
        (
            Late,
            LineRelation::None,
            Hard,
            "slow: leads to the slow root cause",
        ),
        (Suffers, LineRelation::None, Hard, "both have problems"),
        (Well, LineRelation::Needs, Hard, "what the selection needs"),
        (
            Well,
            LineRelation::NeededBy,
            Hard,
            "what needs the selection",
        ),
        (Well, LineRelation::Distant, Hard, "indirect dependency"),
    ];
    let kind = |(trouble, line_relation, kind, meaning)| {
        let look = Look::new(trouble, line_relation, kind);
        (
            sample(look, glyphs(context)),
            context.theme.style(look.role),
            meaning,
        )
    };
    KINDS.map(kind).into()
}

/// The end of a line, drawn as those of the map are.
fn sample(look: Look, glyphs: &LineGlyphs) -> String {
    const LENGTH: u32 = 5;
    // The first cell bends towards the caller.
    let window = Area {
        x: 1,
        y: 0,
        width: LENGTH - 1,
        height: 1,
    };
    let cells = raster(&straight(LENGTH), |_| Some(look.stroke()), window, glyphs);
    cells.iter().map(|cell| look.glyph(cell.glyph)).collect()
}

/// A drawing of one line from left to right.
fn straight(length: u32) -> Drawing {
    let segments = vec![Segment {
        from: (0, 0),
        to: (length - 1, 0),
    }];
    let route = DrawnEdge {
        edge: 0,
        net: 0,
        caller: 0,
        called: 0,
        segments,
    };
    Drawing {
        width: length,
        height: 1,
        routes: vec![route],
        ..Drawing::default()
    }
}
