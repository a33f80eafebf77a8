//! Lines as box-drawing characters, cell by cell, for a terminal or a text file.

use super::{Area, Drawing, DrawnEdge, Segment};

const UP: u8 = 1;
const DOWN: u8 = 2;
const LEFT: u8 = 4;
const RIGHT: u8 = 8;

/// How one route is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stroke {
    /// Where lines meet, the one of the highest rank is seen.
    pub rank: u8,
    /// Whether its straight pieces are dashed.
    pub dashed: bool,
}

/// The characters lines are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineGlyphs {
    /// By arms: 1 up, 2 down, 4 left, 8 right, added.
    joints: [&'static str; 16],
    /// Dashed pieces: across and down.
    dashed: [&'static str; 2],
    /// Arrow heads: up, down, left, right.
    arrows: [&'static str; 4],
}

impl LineGlyphs {
    /// Box-drawing characters with round corners.
    pub const UNICODE: Self = Self {
        joints: [
            " ", "│", "│", "│", "─", "╯", "╮", "┤", "─", "╰", "╭", "├", "─", "┴", "┬", "┼",
        ],
        dashed: ["╌", "╎"],
        arrows: ["▲", "▼", "◀", "▶"],
    };

    /// ASCII only.
    pub const ASCII: Self = Self {
        joints: [
            " ", "|", "|", "|", "-", "+", "+", "+", "-", "+", "+", "+", "-", "+", "+", "+",
        ],
        dashed: [".", ":"],
        arrows: ["^", "v", "<", ">"],
    };
}

/// One cell with a line through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Column on the canvas.
    pub x: u32,
    /// Row on the canvas.
    pub y: u32,
    /// What to write there.
    pub glyph: &'static str,
    /// Index in [`Drawing::routes`] of the route of the highest rank here.
    pub route: usize,
}

/// The cells of `window` that lines run through, row by row.
///
/// `stroke` is how a route is drawn; `None` hides it. Lines of one net are joined. Where
/// different nets cross, the higher rank passes unbroken and of equals the vertical one, so that
/// `┼` always is a junction.
#[must_use]
pub fn raster(
    drawing: &Drawing,
    stroke: impl Fn(&DrawnEdge) -> Option<Stroke>,
    window: Area,
    glyphs: &LineGlyphs,
) -> Vec<Cell> {
    let mut grid = Grid::new(window, drawing);
    for (index, route) in drawing.routes.iter().enumerate() {
        let (Some(first), Some(last)) = (route.segments.first(), route.segments.last()) else {
            continue;
        };
        if !route.segments.iter().any(|segment| grid.sees(segment)) {
            continue;
        }
        let Some(stroke) = stroke(route) else {
            continue;
        };
        let ink = Ink {
            route: index,
            net: route.net,
            rank: stroke.rank,
            dashed: stroke.dashed,
        };
        for segment in &route.segments {
            grid.line(segment, ink);
        }
        let from_above = drawing
            .cards
            .get(route.caller)
            .is_some_and(|card| card.y < first.from.1);
        grid.arm(first.from, if from_above { UP } else { DOWN }, ink);
        grid.head(last, ink);
    }
    grid.cells(glyphs)
}

/// What one route leaves in a cell.
#[derive(Clone, Copy)]
struct Ink {
    route: usize,
    net: usize,
    rank: u8,
    dashed: bool,
}

/// A cell while lines are drawn.
#[derive(Clone, Copy, Default)]
struct Slot {
    across: Option<Ink>,
    down: Option<Ink>,
    arms: u8,
    head: Option<(usize, Ink)>,
}

struct Grid {
    window: Area,
    slots: Vec<Slot>,
}

impl Grid {
    fn new(window: Area, drawing: &Drawing) -> Self {
        let right = window.right().min(drawing.width).max(window.x);
        let bottom = window.bottom().min(drawing.height).max(window.y);
        let window = Area {
            width: right - window.x,
            height: bottom - window.y,
            ..window
        };
        Self {
            window,
            slots: vec![Slot::default(); window.width as usize * window.height as usize],
        }
    }

    fn sees(&self, segment: &Segment) -> bool {
        let Segment { from, to } = segment;
        from.0.min(to.0) < self.window.right()
            && from.0.max(to.0) >= self.window.x
            && from.1.min(to.1) < self.window.bottom()
            && from.1.max(to.1) >= self.window.y
    }

    fn slot(&mut self, (x, y): (u32, u32)) -> Option<&mut Slot> {
        let inside = self.window.contains(x, y);
        let index = || {
            (y - self.window.y) as usize * self.window.width as usize + (x - self.window.x) as usize
        };
        inside
            .then(index)
            .and_then(|index| self.slots.get_mut(index))
    }

    /// Draws the part of `segment` that is inside the window.
    fn line(&mut self, segment: &Segment, ink: Ink) {
        if !self.sees(segment) {
            return;
        }
        let Segment { from, to } = *segment;
        let across = from.1 == to.1;
        let (first, last, seen, [back, on]) = if across {
            (
                from.0.min(to.0),
                from.0.max(to.0),
                self.window.x..self.window.right(),
                [LEFT, RIGHT],
            )
        } else {
            (
                from.1.min(to.1),
                from.1.max(to.1),
                self.window.y..self.window.bottom(),
                [UP, DOWN],
            )
        };
        for at in first.max(seen.start)..(last + 1).min(seen.end) {
            let cell = if across { (at, from.1) } else { (from.0, at) };
            if at > first {
                self.arm(cell, back, ink);
            }
            if at < last {
                self.arm(cell, on, ink);
            }
        }
    }

    /// Draws from the middle of a cell to one of its borders.
    fn arm(&mut self, cell: (u32, u32), arm: u8, ink: Ink) {
        if let Some(slot) = self.slot(cell) {
            slot.arms |= arm;
            let lane = if arm & (LEFT | RIGHT) == 0 {
                &mut slot.down
            } else {
                &mut slot.across
            };
            *lane = Some(lane.map_or(ink, |other| upper(other, ink)));
        }
    }

    /// Draws the arrow head at the end of `segment`.
    fn head(&mut self, segment: &Segment, ink: Ink) {
        let Segment { from, to } = *segment;
        let direction = match (from.1.cmp(&to.1), from.0 > to.0) {
            (std::cmp::Ordering::Greater, _) => 0,
            (std::cmp::Ordering::Less, _) => 1,
            (_, true) => 2,
            (_, false) => 3,
        };
        if let Some(slot) = self.slot(to) {
            let ink = slot.head.map_or(ink, |(_, other)| upper(other, ink));
            slot.head = Some((direction, ink));
        }
    }

    fn cells(&self, glyphs: &LineGlyphs) -> Vec<Cell> {
        let mut cells = Vec::new();
        for (index, slot) in self.slots.iter().enumerate() {
            let Some((glyph, ink)) = slot.glyph(glyphs) else {
                continue;
            };
            let width = self.window.width as usize;
            let [column, row] =
                [index % width, index / width].map(|at| u32::try_from(at).unwrap_or(0));
            cells.push(Cell {
                x: self.window.x + column,
                y: self.window.y + row,
                glyph,
                route: ink.route,
            });
        }
        cells
    }
}

/// The one to see; the first of equals, and a solid one before a dashed one.
fn upper(one: Ink, other: Ink) -> Ink {
    if (other.rank, !other.dashed) > (one.rank, !one.dashed) {
        other
    } else {
        one
    }
}

impl Slot {
    fn glyph(&self, glyphs: &LineGlyphs) -> Option<(&'static str, Ink)> {
        if let Some((direction, ink)) = self.head {
            return Some((glyphs.arrows[direction], ink));
        }
        let straight = |ink: Ink, arms: u8, dashed: usize| {
            let glyph = if ink.dashed {
                glyphs.dashed[dashed]
            } else {
                glyphs.joints[usize::from(arms)]
            };
            Some((glyph, ink))
        };
        match (self.across, self.down) {
            (Some(across), Some(down)) if across.net == down.net => {
                Some((glyphs.joints[usize::from(self.arms)], upper(across, down)))
            }
            (Some(across), Some(down)) if across.rank > down.rank => {
                straight(across, LEFT | RIGHT, 0)
            }
            (_, Some(down)) => straight(down, UP | DOWN, 1),
            (Some(across), None) => straight(across, LEFT | RIGHT, 0),
            (None, None) => None,
        }
    }
}
