//! Which level of detail to draw with edges: tries from the richest on until the drawing fits.

use std::ops::Range;

use ratatui::layout::Size;

use crate::topology::drawing::{Drawing, Graph, Memory, Metrics, draw};
use crate::tui::state::Level;

/// Widths of a card, best first.
const CARDS: [u32; 5] = [36, 30, 26, 22, 18];
/// Heights of a card, richest first.
const ROWS: [u16; 4] = [6, 5, 4, 3];
/// Cells of a line beside the name: sign and brackets; the port; the latency.
const LINE: (u32, u32, u32) = (5, 7, 8);
/// Columns between lines and between cards.
const GAPS: (u32, u32) = (3, 2);
/// Widths of a line.
const LINES: (u32, u32) = (12, 40);

/// One way to draw everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Level of detail.
    pub level: Level,
    /// Sizes.
    pub metrics: Metrics,
}

/// The richest drawing of `graph` that fits `room`; with a `chosen` level one of that level, which may
/// be bigger. Several stacks stand side by side where that fits at this level. `None` when nothing fits.
pub fn best(
    graph: &Graph,
    room: Size,
    longest: u16,
    chosen: Option<Level>,
    memory: impl Fn(Metrics) -> Option<Memory> + Copy,
) -> Option<(Candidate, Drawing)> {
    let made = |candidate: Candidate| {
        let memory = memory(candidate.metrics);
        let drawing = draw(graph, &candidate.metrics, memory.as_ref());
        // Where cards cannot stay because it became too big, they may go where it is smaller.
        let afresh = memory.is_some() && !fits(&drawing, room);
        (candidate, if afresh { draw(graph, &candidate.metrics, None) } else { drawing })
    };
    let several = graph.nodes.windows(2).any(|pair| pair[0].group != pair[1].group);
    let mut candidates = candidates(graph, room.width, longest);
    candidates.retain(|candidate| chosen.is_none_or(|level| level == candidate.level));
    let possible = |each: &&Candidate| least_rows(graph, each.metrics) <= u32::from(room.height);
    let mut found: Option<(Candidate, Drawing)> = None;
    for candidate in candidates.iter().filter(possible) {
        if found.as_ref().is_some_and(|(found, _)| found.level != candidate.level) {
            break;
        }
        let drawn = made(*candidate);
        if !fits(&drawn.1, room) {
            continue;
        }
        if !several || columns(graph, &drawn.1).is_some() {
            found = Some(drawn);
            break;
        }
        found = found.or(Some(drawn));
    }
    let Some(mut best) = found else {
        // What is chosen by hand scrolls.
        chosen?;
        return candidates.get(candidates.len() / 2).copied().map(made);
    };
    // Room that is left over goes to the bands: a rule above each, the empty ones too, then air.
    for (title, empty) in [(1, None), (1, Some(0)), (2, Some(0))] {
        let airy = made(Candidate { metrics: Metrics { title, empty, ..best.0.metrics }, ..best.0 });
        if !fits(&airy.1, room)
            || several && columns(graph, &best.1).is_some() != columns(graph, &airy.1).is_some()
        {
            break;
        }
        best = airy;
    }
    Some(best)
}

/// The drawing by an earlier choice; `None` when it has become too big, which `any` size may be.
pub fn again(
    graph: &Graph,
    room: Size,
    candidate: Candidate,
    any: bool,
    memory: impl Fn(Metrics) -> Option<Memory>,
) -> Option<Drawing> {
    let drawing = draw(graph, &candidate.metrics, memory(candidate.metrics).as_ref());
    (any || fits(&drawing, room)).then_some(drawing)
}

fn fits(drawing: &Drawing, room: Size) -> bool {
    drawing.width <= u32::from(room.width) && drawing.height <= u32::from(room.height)
}

/// The columns of every group; `None` unless there are several side by side.
pub fn columns(graph: &Graph, drawing: &Drawing) -> Option<Vec<Range<u32>>> {
    let count = graph.nodes.iter().map(|node| node.group + 1).max().filter(|count| *count > 1)?;
    let mut columns: Vec<Option<Range<u32>>> = vec![None; count];
    for (node, card) in graph.nodes.iter().zip(&drawing.cards) {
        let range = columns[node.group].get_or_insert(card.x..card.right());
        *range = range.start.min(card.x)..range.end.max(card.right());
    }
    let columns: Vec<Range<u32>> = columns.into_iter().collect::<Option<_>>()?;
    columns.windows(2).all(|pair| pair[0].end <= pair[1].start).then_some(columns)
}

/// Every way that the width allows, richest first.
fn candidates(graph: &Graph, width: u16, longest: u16) -> Vec<Candidate> {
    let metrics = |card: (u32, u32)| Metrics {
        card,
        width: u32::from(width),
        gap: if card.1 > 1 { GAPS.1 } else { GAPS.0 },
        margin: 1,
        title: 0,
        empty: None,
        space: u32::from(card.1 > 1),
        routed: true,
    };
    let room = u32::from(width).saturating_sub(2);
    let cards = ROWS.into_iter().flat_map(|rows| {
        // Low cards say little and may be narrow.
        let widths =
            CARDS.into_iter().filter(move |width| *width <= room && (rows <= 4 || *width >= CARDS[3]));
        widths.map(move |width| (Level::Card(rows), (width, u32::from(rows))))
    });
    let name = u32::from(longest) + LINE.0;
    // As wide as lets the fullest band stand in one row.
    let even = (room + GAPS.0) / widest(graph).max(1);
    let wanted = [name + LINE.1 + LINE.2, name + LINE.1, even.saturating_sub(GAPS.0), name, LINES.0];
    let mut lines: Vec<u32> =
        wanted.into_iter().map(|width| width.clamp(LINES.0, LINES.1).min(room.max(1))).collect();
    lines.sort_unstable_by(|a, b| b.cmp(a));
    lines.dedup();
    let lines = lines.into_iter().map(|width| (Level::Line, (width, 1)));
    cards.chain(lines).map(|(level, card)| Candidate { level, metrics: metrics(card) }).collect()
}

/// Cards of each band.
fn counts(graph: &Graph) -> Vec<u32> {
    let mut counts = vec![0_u32; graph.bands];
    for node in &graph.nodes {
        counts[node.band] += 1;
    }
    counts
}

/// Cards of the fullest band.
fn widest(graph: &Graph) -> u32 {
    counts(graph).into_iter().max().unwrap_or(0)
}

/// Rows that cards alone take.
fn least_rows(graph: &Graph, metrics: Metrics) -> u32 {
    let Metrics { card: (width, height), gap, margin, .. } = metrics;
    let columns = (metrics.width.saturating_sub(2 * margin) + gap) / (width + gap);
    counts(graph).iter().map(|count| count.div_ceil(columns.max(1)) * height).sum()
}
