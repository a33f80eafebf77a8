//! Step 6: columns for nets that run along the left or right margin.

use super::Dimensions;
use super::columns::Columns;
use super::nets::Nets;
use super::passages::{Spine, Ways};
use super::sorting::sort_by_key;

/// Columns from one line in the margin to the next.
const PITCH: u32 = 2;

/// The canvas from left to right.
#[derive(Clone, Debug, Default)]
pub(super) struct Margins {
    /// Column of the margin line of every net that has one.
    pub column: Vec<Option<u32>>,
    /// Where the leftmost item stands.
    pub offset: u32,
    /// Columns of the canvas.
    pub width: u32,
}

impl Margins {
    /// Assigns margin lines to the nearer margin, short ones inside, and centres everything.
    pub fn new(nets: &Nets, ways: &Ways, columns: &Columns, metrics: &Dimensions) -> Self {
        let mut long: Vec<usize> = (0..nets.nets.len())
            .filter(|&net| ways.spines[net] == Spine::Margin)
            .collect();
        let span = |net: usize| nets.nets[net].channels;
        sort_by_key(&mut long, |&net| (span(net).1 - span(net).0, net));
        let mut sums = vec![(0_u64, 0_u64); nets.nets.len()];
        for pin in &nets.pins {
            let (sum, count) = &mut sums[pin.net];
            *sum += u64::from(columns.left[pin.node]) + u64::from(metrics.card.0 / 2);
            *count += 1;
        }
        let mut sides = [Lanes::default(), Lanes::default()];
        let mut lanes = vec![None; nets.nets.len()];
        for net in long {
            let (sum, count) = sums[net];
            let right = usize::from(sum * 2 >= u64::from(columns.width) * count);
            lanes[net] = Some((right == 1, sides[right].take(span(net))));
        }
        let [left, right] = sides.map(|lanes| lanes.width());
        let content = left + columns.width + right;
        let width = metrics.width.max(content + 2 * metrics.margin);
        let offset = (width - content) / 2 + left;
        let place = |(right, lane): (bool, u32)| match right {
            true => offset + columns.width + 1 + lane * PITCH,
            false => offset - 2 - lane * PITCH,
        };
        Self {
            column: lanes.into_iter().map(|lane| lane.map(place)).collect(),
            offset,
            width,
        }
    }
}

/// Lines side by side in one margin, the innermost first.
#[derive(Debug, Default)]
struct Lanes {
    /// Taken spans of channels in every lane, ascending.
    taken: Vec<Vec<(usize, usize)>>,
}

impl Lanes {
    /// The innermost lane that is free in all channels of `span`.
    fn take(&mut self, span: (usize, usize)) -> u32 {
        let free = |lane: &Vec<(usize, usize)>| {
            let next = lane.partition_point(|taken| taken.1 < span.0);
            lane.get(next).is_none_or(|taken| taken.0 > span.1)
        };
        let lane = self.taken.iter().position(free).unwrap_or_else(|| {
            self.taken.push(Vec::new());
            self.taken.len() - 1
        });
        let at = self.taken[lane].partition_point(|taken| taken.1 < span.0);
        self.taken[lane].insert(at, span);
        u32::try_from(lane).unwrap_or(u32::MAX / 4)
    }

    fn width(&self) -> u32 {
        u32::try_from(self.taken.len()).unwrap_or(u32::MAX / 4) * PITCH
    }
}
