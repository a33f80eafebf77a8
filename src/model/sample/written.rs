//! Series as they are sent: points as lists of figures, and what was added since the last time.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::Series;
use crate::model::Timestamp;

/// A point: seconds and nanoseconds of its Unix time, and its values; `None` for gaps.
pub type SeriesPoint = (i64, i32, Vec<Option<f32>>);

/// Points that are no series: a time out of range or not after the one before, or another number of
/// values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the points of a series are out of order or incomplete")]
pub struct BrokenSeries;

/// How a series differs from the one that was sent before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeriesUpdate {
    /// These points were appended.
    Added(Vec<SeriesPoint>),
    /// These are all points.
    Whole(Vec<SeriesPoint>),
}

impl<const N: usize> Series<N> {
    /// How it differs from `before`; `None` where it does not.
    #[must_use]
    pub fn update(&self, before: &Self) -> Option<SeriesUpdate> {
        if self.is_same(before) {
            return None;
        }
        let last = before.points.back().map(|(at, _)| *at);
        let is_new = |at: Timestamp| last.is_none_or(|last| at > last);
        let added = self.points.iter().filter(|(at, _)| is_new(*at));
        // Older points are thinned when new ones come: whoever appends the same ones does it, too.
        let mut replayed = before.clone();
        added
            .clone()
            .for_each(|(at, values)| replayed.append(*at, *values));
        Some(if replayed.is_same(self) {
            SeriesUpdate::Added(added.map(written).collect())
        } else {
            SeriesUpdate::Whole(self.points.iter().map(written).collect())
        })
    }

    /// What `update` makes of it.
    ///
    /// # Errors
    /// When the points do not fit.
    pub fn updated(&self, update: SeriesUpdate) -> Result<Self, BrokenSeries> {
        let (mut series, points) = match update {
            SeriesUpdate::Added(points) => (self.clone(), points),
            SeriesUpdate::Whole(points) => return Self::try_from(points),
        };
        for point in points {
            let (at, values) = read(&point)?;
            if series.points.back().is_some_and(|(last, _)| *last >= at) {
                return Err(BrokenSeries);
            }
            series.append(at, values);
        }
        Ok(series)
    }

    /// Whether both have the same points, gaps being equal to gaps.
    fn is_same(&self, other: &Self) -> bool {
        let bits = |values: &[f32; N]| values.map(f32::to_bits);
        let same = |((at, values), (other_at, others)): (&(_, _), &(_, _))| {
            at == other_at && bits(values) == bits(others)
        };
        self.points.len() == other.points.len() && self.points.iter().zip(&other.points).all(same)
    }
}

fn written<const N: usize>((at, values): &(Timestamp, [f32; N])) -> SeriesPoint {
    let values = values
        .iter()
        .map(|value| (!value.is_nan()).then_some(*value));
    (at.as_second(), at.subsec_nanosecond(), values.collect())
}

fn read<const N: usize>(
    (second, nanosecond, values): &SeriesPoint,
) -> Result<(Timestamp, [f32; N]), BrokenSeries> {
    let at = Timestamp::new(*second, *nanosecond).map_err(|_| BrokenSeries)?;
    let values: Vec<f32> = values
        .iter()
        .map(|value| value.unwrap_or(f32::NAN))
        .collect();
    Ok((at, values.try_into().map_err(|_| BrokenSeries)?))
}

impl<const N: usize> From<Series<N>> for Vec<SeriesPoint> {
    fn from(series: Series<N>) -> Self {
        series.points.iter().map(written).collect()
    }
}

impl<const N: usize> TryFrom<Vec<SeriesPoint>> for Series<N> {
    type Error = BrokenSeries;

    fn try_from(points: Vec<SeriesPoint>) -> Result<Self, BrokenSeries> {
        let points: VecDeque<_> = points.iter().map(read).collect::<Result<_, _>>()?;
        let ordered = points
            .iter()
            .zip(points.iter().skip(1))
            .all(|(a, b)| a.0 < b.0);
        if ordered && points.len() <= Self::CAPACITY {
            Ok(Self { points })
        } else {
            Err(BrokenSeries)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(from: i64, count: i64) -> Series<2> {
        let mut series = Series::default();
        push(&mut series, from, count);
        series
    }

    #[allow(clippy::cast_precision_loss)]
    fn push(series: &mut Series<2>, from: i64, count: i64) {
        for second in from..from + count {
            let value = (second % 3 != 0).then_some(second as f64 / 7.0);
            series.push(
                Timestamp::from_second(second).expect("a time"),
                [value, None],
            );
        }
    }

    #[test]
    fn what_was_appended_is_sent_and_gives_the_same_series_at_any_length() {
        for (before, added) in [
            (0, 1),
            (1, 1),
            (89, 1),
            (90, 1),
            (91, 2),
            (300, 5),
            (3, 400),
        ] {
            let old = series(1_000, before);
            let mut new = old.clone();
            push(&mut new, 1_000 + before, added);
            let update = new.update(&old).expect("points came");
            let json = serde_json::to_string(&update).expect("JSON");
            let read: SeriesUpdate = serde_json::from_str(&json).expect("an update");
            let updated = old.updated(read).expect("it fits");
            assert!(updated.is_same(&new), "{before} + {added}");
            if added < 50 {
                assert!(
                    matches!(&update, SeriesUpdate::Added(points) if points.len() == usize::try_from(added).expect("few"))
                );
            }
            assert_eq!(new.update(&new.clone()), None);
        }
    }

    #[test]
    fn points_that_are_no_series_are_refused() {
        let point = |second: i64, values: usize| (second, 0, vec![Some(1.0); values]);
        let read = |points: Vec<SeriesPoint>| Series::<2>::try_from(points).map(|_| ());
        assert_eq!(read(vec![point(1, 2), point(2, 2)]), Ok(()));
        assert_eq!(read(vec![point(2, 2), point(2, 2)]), Err(BrokenSeries));
        assert_eq!(read(vec![point(1, 3)]), Err(BrokenSeries));
        assert_eq!(read(vec![(i64::MAX, 0, vec![None; 2])]), Err(BrokenSeries));
        let many = (0..500).map(|second| point(second, 2)).collect();
        assert_eq!(read(many), Err(BrokenSeries));
        let old = series(100, 3);
        let late = SeriesUpdate::Added(vec![point(100, 2)]);
        assert_eq!(old.updated(late).map(|_| ()), Err(BrokenSeries));
    }
}
