//! Which level of detail to draw with edges: tries from the richest on until the drawing fits.

use std::ops::Range;

use ratatui::layout::Size;

use crate::drawing::{Dimensions, Drawing, Graph, draw};
use crate::tui::state::ZoomLevel;

/// Widths of a card: least of a high one, least of a low one with little text, usual, most.
const CARD: (u32, u32, u32, u32) = (22, 18, 26, 36);
/// Widths of a line: least and most.
const LINE: (u32, u32) = (12, 40);
/// Cells of a line beside the name: sign and brackets; the port; the latency.
const BESIDE: (u32, u32, u32) = (5, 7, 8);
/// Cells of a card's upper border beside the name.
const FRAME: u32 = 8;
/// Cells of a short reason with a blank before it: it is never cut.
const REASON: u32 = 9;
/// Columns between lines and between cards.
const GAPS: (u32, u32) = (3, 2);

/// Columns that are added to the least width where it does not fit.
const STEP: u32 = 3;
/// Rows that a drawing of wider lines may be higher.
const SLACK: u32 = 2;
/// Least and most columns of a panel beside the drawing.
const PANEL: (u32, u32) = (48, 100);

/// One way to draw everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelCandidate {
    /// Level of detail.
    pub level: ZoomLevel,
    /// Sizes.
    pub metrics: Dimensions,
}

/// A drawing with the way it was made.
type Tried = (LevelCandidate, Drawing);

/// Tries drawings of one graph.
struct Trial<'a> {
    graph: &'a Graph,
    room: Size,
    longest: u16,
    /// Whether there are several groups.
    several: bool,
}

/// The richest drawing of `graph` that fits `room`; with a `chosen` level one of that level, which
/// may be bigger. Several stacks stand side by side where that fits at this level. `None` when
/// nothing fits, or the room is too narrow for the chosen level.
pub fn best(
    graph: &Graph,
    room: Size,
    longest: u16,
    chosen: Option<ZoomLevel>,
) -> Option<(LevelCandidate, Drawing)> {
    let several = graph
        .nodes
        .windows(2)
        .any(|pair| pair[0].group != pair[1].group);
    let trial = Trial {
        graph,
        room,
        longest,
        several,
    };
    match chosen {
        // What is chosen by hand scrolls.
        Some(level) => trial
            .widest(level)
            .or_else(|| Some(trial.draw(trial.usual(level)?))),
        None => ZoomLevel::LADDER
            .into_iter()
            .rev()
            .filter(|level| level.has_lines())
            .find_map(|level| trial.widest(level)),
    }
    .map(|found| trial.beside_panel(trial.airy(found)))
}

impl Trial<'_> {
    fn draw(&self, candidate: LevelCandidate) -> Tried {
        (candidate, draw(self.graph, &candidate.metrics))
    }

    /// The drawing of `level` with the widest cards that fits; `None` when not even narrow ones do.
    fn widest(&self, level: ZoomLevel) -> Option<Tried> {
        let (least, most) = self.widths(level)?;
        let try_width = |width: u32| {
            let candidate = self.candidate(level, width);
            let possible = least_rows(self.graph, candidate.metrics) <= u32::from(self.room.height);
            possible
                .then(|| self.draw(candidate))
                .filter(|drawn| fits(&drawn.1, self.room))
        };
        // Whole names before narrow cards; wider ones have room for more arrows and now and then
        // fit where narrow ones do not.
        let whole = self.whole(level).clamp(least, most);
        let with_reason = (whole + REASON).min(most);
        let starts = [with_reason, whole, (least + whole) / 2, least, least + STEP]
            .into_iter()
            .filter(|width| *width <= most);
        let (mut fitting, mut best) = starts
            .filter_map(|width| Some((width, try_width(width)?)))
            .next()?;
        let apart = self.is_apart(&best);
        // More words in a line are not worth a band that goes on in another row.
        let tallest = if level == ZoomLevel::Line {
            best.1.height + SLACK
        } else {
            u32::MAX
        };
        let good = |drawn: &Tried| drawn.1.height <= tallest && self.is_apart(drawn) == apart;
        let mut too_wide = most + 1;
        while too_wide - fitting > 1 {
            let width = (fitting + too_wide) / 2;
            match try_width(width).filter(good) {
                Some(drawn) => (best, fitting) = (drawn, width),
                None => too_wide = width,
            }
        }
        Some(best)
    }

    /// Whether several groups stand side by side.
    fn is_apart(&self, drawn: &Tried) -> bool {
        self.several && columns(self.graph, &drawn.1).is_some()
    }

    /// Gives room that is left over to the bands: a rule above each, the empty ones too, then air.
    fn airy(&self, mut best: Tried) -> Tried {
        let apart = self.is_apart(&best);
        for (title, empty) in [(1, None), (1, Some(0)), (2, Some(0))] {
            let metrics = Dimensions {
                title,
                empty,
                ..best.0.metrics
            };
            let airy = self.draw(LevelCandidate { metrics, ..best.0 });
            if !fits(&airy.1, self.room) || self.is_apart(&airy) != apart {
                break;
            }
            best = airy;
        }
        best
    }

    /// The drawing in less room where it leaves a third of the width or more free, so that a panel
    /// stands at its right.
    fn beside_panel(&self, best: Tried) -> Tried {
        let room = u32::from(self.room.width);
        let margins = 2 * best.0.metrics.margin;
        let free = room.saturating_sub(used(&best.1) + margins);
        if free < PANEL.0.max(room / 3) {
            return best;
        }
        let mut candidate = best.0;
        candidate.metrics.width = room - free.min(PANEL.1);
        let narrow = self.draw(candidate);
        let fits = narrow.1.width <= candidate.metrics.width && narrow.1.height <= best.1.height;
        if fits && self.is_apart(&narrow) == self.is_apart(&best) {
            narrow
        } else {
            best
        }
    }

    /// Least and greatest width of cards of `level`; `None` where the room is narrower.
    fn widths(&self, level: ZoomLevel) -> Option<(u32, u32)> {
        let room = u32::from(self.room.width).saturating_sub(2);
        let (least, most) = match level {
            ZoomLevel::Card(5..) => (CARD.0, CARD.3),
            ZoomLevel::Card(_) => (CARD.1, CARD.3),
            _ => {
                let full = self.whole(level) + BESIDE.1 + BESIDE.2;
                (LINE.0, full.clamp(LINE.0, LINE.1))
            }
        };
        (least <= room).then(|| (least, most.min(room)))
    }

    /// Columns of a card of `level` that cuts no name.
    fn whole(&self, level: ZoomLevel) -> u32 {
        let frame = if level == ZoomLevel::Line {
            BESIDE.0
        } else {
            FRAME
        };
        u32::from(self.longest) + frame
    }

    /// The way to draw `level` that scrolls when nothing of it fits.
    fn usual(&self, level: ZoomLevel) -> Option<LevelCandidate> {
        let (least, most) = self.widths(level)?;
        let wanted = match level {
            ZoomLevel::Card(_) => CARD.2,
            _ => self.whole(level) + BESIDE.1,
        };
        Some(self.candidate(level, wanted.clamp(least, most)))
    }

    fn candidate(&self, level: ZoomLevel, width: u32) -> LevelCandidate {
        let rows = u32::from(level.rows());
        let metrics = Dimensions {
            card: (width, rows),
            width: u32::from(self.room.width),
            gap: if rows > 1 { GAPS.1 } else { GAPS.0 },
            margin: 1,
            title: 0,
            empty: None,
            space: u32::from(rows > 1),
            routed: true,
        };
        LevelCandidate { level, metrics }
    }
}

fn fits(drawing: &Drawing, room: Size) -> bool {
    drawing.width <= u32::from(room.width) && drawing.height <= u32::from(room.height)
}

/// Columns from the first to the last that a card or a line takes.
fn used(drawing: &Drawing) -> u32 {
    let cards = drawing.cards.iter().flat_map(|card| [card.x, card.right()]);
    let routes = drawing.routes.iter().flat_map(|route| &route.segments);
    let lines = routes.flat_map(|segment| [segment.from.0, segment.to.0 + 1]);
    let (mut first, mut last) = (u32::MAX, 0);
    for x in cards.chain(lines) {
        (first, last) = (first.min(x), last.max(x));
    }
    last.saturating_sub(first)
}

/// The columns of every group; `None` unless there are several side by side.
pub fn columns(graph: &Graph, drawing: &Drawing) -> Option<Vec<Range<u32>>> {
    let count = graph
        .nodes
        .iter()
        .map(|node| node.group + 1)
        .max()
        .filter(|count| *count > 1)?;
    let mut columns: Vec<Option<Range<u32>>> = vec![None; count];
    for (node, card) in graph.nodes.iter().zip(&drawing.cards) {
        let range = columns[node.group].get_or_insert(card.x..card.right());
        *range = range.start.min(card.x)..range.end.max(card.right());
    }
    let columns: Vec<Range<u32>> = columns.into_iter().collect::<Option<_>>()?;
    columns
        .windows(2)
        .all(|pair| pair[0].end <= pair[1].start)
        .then_some(columns)
}

/// Rows that cards alone take.
fn least_rows(graph: &Graph, metrics: Dimensions) -> u32 {
    let Dimensions {
        card: (width, height),
        gap,
        margin,
        ..
    } = metrics;
    let columns = (metrics.width.saturating_sub(2 * margin) + gap) / (width + gap);
    let mut counts = vec![0_u32; graph.bands];
    for node in &graph.nodes {
        counts[node.band] += 1;
    }
    counts
        .iter()
        .map(|count| count.div_ceil(columns.max(1)) * height)
        .sum()
}
