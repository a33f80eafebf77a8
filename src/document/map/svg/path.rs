//! Routes as paths in pixels.

use std::fmt::Write as _;

use super::CELL;
use crate::drawing::{Area, DrawnEdge};

/// The corners of a route in pixels, from border to border.
pub(super) fn points(route: &DrawnEdge, from: Area, to: Area) -> Vec<(u32, u32)> {
    let centre = |(x, y): (u32, u32)| (x * CELL + CELL / 2, y * CELL + CELL / 2);
    let mut points = Vec::new();
    if let Some(first) = route.segments.first() {
        points.extend(touch(first.from, from));
        points.push(centre(first.from));
    }
    points.extend(route.segments.iter().map(|segment| centre(segment.to)));
    if let Some(last) = route.segments.last() {
        points.extend(touch(last.to, to));
    }
    points.dedup();
    points
}

/// Where the border of `card` meets `cell` beside it.
fn touch(cell: (u32, u32), card: Area) -> Option<(u32, u32)> {
    let (x, y) = (cell.0 * CELL, cell.1 * CELL);
    let half = CELL / 2;
    let inside =
        |x: Option<u32>, y: Option<u32>| x.zip(y).is_some_and(|(x, y)| card.contains(x, y));
    if inside(Some(cell.0), cell.1.checked_sub(1)) {
        Some((x + half, y))
    } else if inside(Some(cell.0), Some(cell.1 + 1)) {
        Some((x + half, y + CELL))
    } else if inside(cell.0.checked_sub(1), Some(cell.1)) {
        Some((x, y + half))
    } else if inside(Some(cell.0 + 1), Some(cell.1)) {
        Some((x + CELL, y + half))
    } else {
        None
    }
}

/// A line through `points` with round corners.
pub(super) fn path(points: &[(u32, u32)]) -> String {
    /// Radius of a corner in pixels.
    const ROUND: u32 = 6;
    let toward = |from: (u32, u32), to: (u32, u32)| {
        let step = |a: u32, b: u32| {
            if b > a {
                a + ROUND.min((b - a) / 2)
            } else {
                a - ROUND.min((a - b) / 2)
            }
        };
        (step(from.0, to.0), step(from.1, to.1))
    };
    let mut out = String::new();
    for (at, point) in points.iter().enumerate() {
        let (before, after) = (
            at.checked_sub(1).and_then(|at| points.get(at)),
            points.get(at + 1),
        );
        let _infallible = match (before, after) {
            (None, _) => write!(out, "M{} {}", point.0, point.1),
            (Some(before), Some(after)) if before.0 != after.0 && before.1 != after.1 => {
                let (enter, leave) = (toward(*point, *before), toward(*point, *after));
                let (x, y) = point;
                write!(
                    out,
                    "L{} {}Q{x} {y} {} {}",
                    enter.0, enter.1, leave.0, leave.1
                )
            }
            _ => write!(out, "L{} {}", point.0, point.1),
        };
    }
    out
}
