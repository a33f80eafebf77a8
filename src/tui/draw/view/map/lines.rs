//! Lines between cards: what role, weight and dashes of each one mean.

mod legend;

use std::collections::HashSet;

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::drawing::raster::{LineGlyphs, Stroke, raster};
use crate::drawing::{Area, DrawnEdge, Segment};
use crate::model::{Edge, EdgeKind, Snapshot};
use crate::topology::root_cause::{Trouble, edge_trouble};

use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::map::canvas::MapCanvas;
use crate::tui::draw::view::map::labels;
use crate::tui::draw::view::map::relation::{LineRelation, Relations};
use crate::tui::draw::widget::text;

use crate::tui::state::map::layout::Layout;
pub use legend::line_kinds;

/// What is wrong along `edge`. A route to a service that does not run or does not work is broken,
/// whatever the proxy answers on its other paths.
pub fn trouble(snapshot: &Snapshot, edge: &Edge) -> Trouble {
    let (Some(caller), Some(called)) = (snapshot.service(&edge.from), snapshot.service(&edge.to))
    else {
        return Trouble::None;
    };
    let is_gone = called.health.state.is_broken() || labels::is_paused(called);
    if is_gone && edge.routes().next().is_some() {
        return Trouble::Broken;
    }
    edge_trouble(caller, called)
}

/// The role a line is drawn in, and its rank: where lines share a cell the higher one is seen.
pub const fn role(trouble: Trouble, line_relation: LineRelation) -> (Role, u8) {
    match (trouble, line_relation) {
        (Trouble::Broken, _) => (Role::EdgeFailing, 7),
        (Trouble::Late, _) => (Role::Degraded, 6),
        (Trouble::Suffers, _) => (Role::Degraded, 5),
        (Trouble::None, LineRelation::Needs) => (Role::Needs, 4),
        (Trouble::None, LineRelation::NeededBy) => (Role::NeededBy, 4),
        (Trouble::None, LineRelation::Distant) => (Role::EdgeLit, 3),
        // Quiet from the start: pushing all other lines back with each selection would cost
        // kilobytes.
        (Trouble::None, LineRelation::None | LineRelation::Unrelated) => (Role::Edge, 1),
    }
}

/// How one line looks.
#[derive(Clone, Copy)]
struct Look {
    role: Role,
    rank: u8,
    dashed: bool,
    trouble: Trouble,
}

impl Look {
    fn new(trouble: Trouble, line_relation: LineRelation, kind: EdgeKind) -> Self {
        let (role, rank) = role(trouble, line_relation);
        Self {
            role,
            rank,
            dashed: kind == EdgeKind::Soft,
            trouble,
        }
    }

    const fn stroke(self) -> Stroke {
        Stroke {
            rank: self.rank,
            dashed: self.dashed,
        }
    }

    /// The glyph in this weight: lines on the way to trouble are heavy, and end in a cross where
    /// nothing works any more, so that they are seen without colours.
    fn glyph(self, glyph: &'static str) -> &'static str {
        match self.trouble {
            Trouble::Broken => replaced(glyph, &CROSS),
            Trouble::Late => replaced(glyph, &[]),
            Trouble::None | Trouble::Suffers => glyph,
        }
    }
}

/// What stands for an arrow head where the line is broken.
const CROSS: [(&str, &str); 8] = [
    ("▲", "✖"),
    ("▼", "✖"),
    ("◀", "✖"),
    ("▶", "✖"),
    ("^", "X"),
    ("v", "X"),
    ("<", "X"),
    (">", "X"),
];

/// The heavy piece of a line for `glyph`, or what `heads` hold for an arrow head.
fn replaced(glyph: &'static str, heads: &[(&str, &'static str)]) -> &'static str {
    const HEAVY: [(&str, &str); 18] = [
        ("│", "┃"),
        ("─", "━"),
        ("╯", "┛"),
        ("╮", "┓"),
        ("╰", "┗"),
        ("╭", "┏"),
        ("┤", "┫"),
        ("├", "┣"),
        ("┴", "┻"),
        ("┬", "┳"),
        ("┼", "╋"),
        ("╌", "╍"),
        ("╎", "╏"),
        ("|", "#"),
        ("-", "="),
        ("+", "#"),
        (".", "="),
        (":", "#"),
    ];
    let all = HEAVY.iter().chain(heads);
    let mut same = all.filter(|(light, _)| *light == glyph);
    same.next().map_or(glyph, |(_, other)| *other)
}

fn glyphs(context: &DrawContext<'_>) -> &'static LineGlyphs {
    if context.glyphs.ascii {
        &LineGlyphs::ASCII
    } else {
        &LineGlyphs::UNICODE
    }
}

/// Draws the lines that are in sight, and the paths of routes where there is room beside their
/// ends.
pub fn draw(
    canvas: &mut MapCanvas<'_>,
    layout: &Layout,
    context: &DrawContext<'_>,
    relations: &Relations<'_>,
) {
    let edge = |route: usize| {
        let route = layout.drawing.routes.get(route)?;
        context.snapshot.edges.get(*layout.edges.get(route.edge)?)
    };
    let look = |edge: &Edge| {
        Look::new(
            trouble(context.snapshot, edge),
            relations.relation_of_line(edge),
            edge.kind(),
        )
    };
    let shift = u32::from(layout.shift);
    let stroke = |route: &DrawnEdge| {
        let edge = context.snapshot.edges.get(*layout.edges.get(route.edge)?)?;
        Some(look(edge).stroke())
    };
    let cells = raster(
        &layout.drawing,
        stroke,
        window(canvas, shift),
        glyphs(context),
    );
    let mut looks: Vec<Option<Look>> = vec![None; layout.drawing.routes.len()];
    let mut taken = HashSet::with_capacity(cells.len());
    for cell in cells {
        let Some(slot) = looks.get_mut(cell.route) else {
            continue;
        };
        let Some(look) = slot.or_else(|| edge(cell.route).map(look)) else {
            continue;
        };
        *slot = Some(look);
        let (x, y) = (narrow(cell.x + shift), narrow(cell.y));
        let style = line_style(look, context);
        canvas.put(Rect::new(x, y, 1, 1), x, y, look.glyph(cell.glyph), style);
        taken.insert((x, y));
    }
    for (route, look) in looks.into_iter().enumerate() {
        let (Some(look), Some(edge)) = (look, edge(route)) else {
            continue;
        };
        if let Some(path) = path(edge) {
            let style = line_style(look, context);
            label(canvas, layout, route, &path, &mut taken, style);
        }
    }
}

/// The style of a line; all are grey while what is drawn is the last known state.
fn line_style(look: Look, context: &DrawContext<'_>) -> Style {
    context.theme.style(if context.is_stale() {
        Role::Dim
    } else {
        look.role
    })
}

/// What of the drawing, which stands `shift` columns further right on the map, is in sight.
fn window(canvas: &MapCanvas<'_>, shift: u32) -> Area {
    let seen = canvas.window();
    let left = u32::from(seen.x);
    let x = left.saturating_sub(shift);
    Area {
        x,
        y: u32::from(seen.y),
        width: (left + u32::from(seen.width)).saturating_sub(shift + x),
        height: u32::from(seen.height),
    }
}

fn narrow(cell: u32) -> u16 {
    u16::try_from(cell).unwrap_or(u16::MAX)
}

/// The paths of the routes along `edge` after a blank: ` /api/`, ` /api/ +2`.
fn path(edge: &Edge) -> Option<String> {
    let mut routes = edge.routes();
    let first = routes.next()?.label();
    if first.is_empty() {
        return None;
    }
    Some(match routes.count() {
        0 => format!(" {first}"),
        more => format!(" {first} +{more}"),
    })
}

/// Writes `path` beside the last piece of `route`, as near to its end as there are free cells.
fn label(
    canvas: &mut MapCanvas<'_>,
    layout: &Layout,
    route: usize,
    path: &str,
    taken: &mut HashSet<(u16, u16)>,
    style: Style,
) {
    let Some(last) = layout
        .drawing
        .routes
        .get(route)
        .and_then(|route| route.segments.last())
    else {
        return;
    };
    let cells = narrow(u32::try_from(text::width(path)).unwrap_or(u32::MAX));
    let x = narrow(last.to.0).saturating_add(layout.shift);
    let window = canvas.window();
    let free = |place: &Rect| {
        let inside = place.intersection(window) == *place;
        // A blank at both sides keeps it apart from other lines.
        let mut around = place.x.saturating_sub(1)..place.right().saturating_add(1);
        inside
            && around.all(|column| column == x || !taken.contains(&(column, place.y)))
            && layout
                .cards
                .iter()
                .all(|(_, card)| card.intersection(*place).is_empty())
    };
    if let Some(place) = beside(last, x, cells).into_iter().find(free) {
        canvas.put(place, place.x, place.y, path, style);
        taken.extend((place.x..place.right()).map(|x| (x, place.y)));
    }
}

/// Places of so many `cells` right and left of `last`, which ends in column `x`: its end first.
fn beside(last: &Segment, x: u16, cells: u16) -> Vec<Rect> {
    let end = narrow(last.to.1);
    let begin = if last.from.0 == last.to.0 {
        narrow(last.from.1)
    } else {
        end
    };
    let rows: Vec<u16> = if begin <= end {
        (begin..=end).rev().collect()
    } else {
        (end..=begin).collect()
    };
    let sides = |y: u16| {
        let right = Rect::new(x.saturating_add(1), y, cells, 1);
        let left = x.checked_sub(cells + 1).map(|x| Rect::new(x, y, cells, 1));
        [Some(right), left]
    };
    rows.into_iter().flat_map(sides).flatten().collect()
}
