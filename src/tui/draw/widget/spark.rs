//! Sparklines: one cell per point, newest on the right; a missing point is a blank, not a zero.

use crate::tui::draw::glyphs::Glyphs;

/// The latency in milliseconds from which on a sparkline uses its full height.
pub const LATENCY_FLOOR_MS: f64 = 2.0;
/// The CPU use in percent of a core from which on a sparkline uses its full height.
pub const CPU_FLOOR_PERCENT: f64 = 1.0;
/// The lines a second of a log from which on a sparkline uses its full height.
pub const LOG_FLOOR_PER_SECOND: f64 = 1.0;

/// The newest `cells` of `points` (newest first) as a line of exactly `cells` cells.
///
/// Heights go from zero to the highest of all points, also of those that are not shown, so that what
/// is usual stays low beside a peak; at least to `floor`, so that noise far below what matters stays
/// low.
#[must_use]
pub fn spark(
    newest_first: impl Iterator<Item = Option<f64>>,
    cells: usize,
    floor: f64,
    glyphs: Glyphs,
) -> String {
    let mut highest = floor.max(f64::MIN_POSITIVE);
    let mut points = Vec::with_capacity(cells);
    for point in newest_first.map(|point| point.filter(|value| value.is_finite())) {
        highest = point.map_or(highest, |value| highest.max(value));
        if points.len() < cells {
            points.push(point);
        }
    }
    points.reverse();
    let mut line = " ".repeat(cells - points.len());
    for point in points {
        line.push_str(point.map_or(" ", |value| level(value / highest, glyphs)));
    }
    line
}

/// The sign for a share between 0 and 1.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss
)]
fn level(share: f64, glyphs: Glyphs) -> &'static str {
    let levels = glyphs.levels();
    let index = (share.clamp(0.0, 1.0) * levels.len() as f64) as usize;
    levels[index.min(levels.len() - 1)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tui::draw::widget::text;

    const UTF8: Glyphs = Glyphs { ascii: false };

    fn line(points: &[Option<f64>], cells: usize, floor: f64) -> String {
        spark(points.iter().rev().copied(), cells, floor, UTF8)
    }

    #[test]
    fn gaps_are_blank_and_zero_is_not() {
        assert_eq!(
            line(&[Some(0.0), None, Some(4.0), Some(8.0)], 6, 0.0),
            "  ▁ ▅█"
        );
        assert_eq!(line(&[Some(1.0); 9], 4, 10.0), "▁▁▁▁");
        assert_eq!(
            line(&[Some(8.0), Some(2.0), Some(4.0)], 2, 1.0),
            "▃▅",
            "measured by the peak that is out of sight"
        );
        assert_eq!(line(&[], 3, 0.0), "   ");
        assert_eq!(line(&[Some(0.0), Some(f64::NAN)], 2, 0.0), "▁ ");
        assert_eq!(
            spark(
                [Some(1.0), None].into_iter(),
                3,
                2.0,
                Glyphs { ascii: true }
            ),
            "  +"
        );
    }

    proptest! {
        #[test]
        fn a_line_takes_its_cells(points: Vec<Option<f64>>, cells in 0usize..40, floor: f64, ascii: bool) {
            let line = spark(points.into_iter(), cells, floor, Glyphs { ascii });
            prop_assert_eq!(text::width(&line), cells);
        }
    }
}
