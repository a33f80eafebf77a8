//! Resource samples and bounded series with gaps.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

mod written;

pub use written::{BrokenSeries, SeriesPoint, SeriesUpdate};

use super::Timestamp;

/// One reading of one instance. Absent is not zero: what the engine did not report is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// When the engine read it.
    pub at: Timestamp,
    /// Percent of one core (200 = two cores), as `docker stats` shows it.
    pub cpu_percent: Option<f64>,
    /// Working set in bytes: usage without inactive file cache.
    pub memory_bytes: Option<u64>,
    /// Limit in bytes; `None` when the only limit is the machine.
    pub memory_limit_bytes: Option<u64>,
    /// Received bytes per second over all interfaces.
    pub network_rx_bytes_per_s: Option<f64>,
    /// Sent bytes per second over all interfaces.
    pub network_tx_bytes_per_s: Option<f64>,
    /// Bytes read from block devices per second.
    pub block_read_bytes_per_s: Option<f64>,
    /// Bytes written to block devices per second.
    pub block_write_bytes_per_s: Option<f64>,
    /// Processes and threads.
    pub pids: Option<u64>,
}

impl Sample {
    /// A sample of which nothing is known but its time.
    #[must_use]
    pub const fn empty(at: Timestamp) -> Self {
        Self {
            at,
            cpu_percent: None,
            memory_bytes: None,
            memory_limit_bytes: None,
            network_rx_bytes_per_s: None,
            network_tx_bytes_per_s: None,
            block_read_bytes_per_s: None,
            block_write_bytes_per_s: None,
            pids: None,
        }
    }

    /// The value of `metric`, when known.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // memory in f64 is exact up to 2^53 bytes
    pub fn get(&self, metric: Metric) -> Option<f64> {
        match metric {
            Metric::Cpu => self.cpu_percent,
            Metric::Memory => self.memory_bytes.map(|bytes| bytes as f64),
            Metric::NetworkRx => self.network_rx_bytes_per_s,
            Metric::NetworkTx => self.network_tx_bytes_per_s,
            Metric::BlockRead => self.block_read_bytes_per_s,
            Metric::BlockWrite => self.block_write_bytes_per_s,
        }
    }
}

/// A measured quantity of an instance.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Percent of one core.
    Cpu,
    /// Working set in bytes.
    Memory,
    /// Received bytes per second.
    NetworkRx,
    /// Sent bytes per second.
    NetworkTx,
    /// Read bytes per second.
    BlockRead,
    /// Written bytes per second.
    BlockWrite,
}

impl Metric {
    /// Every metric.
    pub const ALL: [Self; 6] = [
        Self::Cpu,
        Self::Memory,
        Self::NetworkRx,
        Self::NetworkTx,
        Self::BlockRead,
        Self::BlockWrite,
    ];
}

/// Bounded series of `N`-column points, oldest first; `NaN` inside, `None` outside, for gaps.
///
/// The newest [`Series::FINE`] points are kept as they came; older ones are thinned to one per
/// [`Series::COARSE_MS`], so that a series spans hours in a few kilobytes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<SeriesPoint>", into = "Vec<SeriesPoint>")]
pub struct Series<const N: usize> {
    points: VecDeque<(Timestamp, [f32; N])>,
}

impl<const N: usize> Series<N> {
    /// Points kept at full resolution.
    pub const FINE: usize = 90;
    /// Points kept in all.
    pub const CAPACITY: usize = 240;
    /// Distance of older points in milliseconds.
    pub const COARSE_MS: i64 = 30_000;

    /// Appends a point; a point not newer than the last one is ignored.
    #[allow(clippy::cast_possible_truncation)] // six digits are plenty for a chart
    pub fn push(&mut self, at: Timestamp, values: [Option<f64>; N]) {
        if self.points.back().is_some_and(|(last, _)| *last >= at) {
            return;
        }
        self.append(
            at,
            values.map(|value| value.map_or(f32::NAN, |value| value as f32)),
        );
    }

    fn append(&mut self, at: Timestamp, values: [f32; N]) {
        self.points.push_back((at, values));
        self.thin();
        if self.points.len() > Self::CAPACITY {
            self.points.pop_front();
        }
    }

    /// Drops the point that just left the fine window when its older neighbour is close.
    fn thin(&mut self) {
        let Some(index) = self.points.len().checked_sub(Self::FINE + 1) else {
            return;
        };
        if index == 0 {
            return;
        }
        let distance =
            self.points[index].0.as_millisecond() - self.points[index - 1].0.as_millisecond();
        if distance < Self::COARSE_MS {
            self.points.remove(index);
        }
    }

    /// The points of column `column`, oldest first.
    pub fn column(
        &self,
        column: usize,
    ) -> impl DoubleEndedIterator<Item = (Timestamp, Option<f64>)> + '_ {
        self.points.iter().map(move |(at, values)| {
            let value = values.get(column).copied().unwrap_or(f32::NAN);
            (*at, (!value.is_nan()).then_some(f64::from(value)))
        })
    }

    /// How many points there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }
}

impl Series<6> {
    /// Appends every metric of `sample`, in the order of [`Metric::ALL`].
    pub fn push_sample(&mut self, sample: &Sample) {
        self.push(sample.at, Metric::ALL.map(|metric| sample.get(metric)));
    }

    /// The points of `metric`, oldest first.
    pub fn metric(
        &self,
        metric: Metric,
    ) -> impl DoubleEndedIterator<Item = (Timestamp, Option<f64>)> + '_ {
        let column = Metric::ALL
            .iter()
            .position(|each| *each == metric)
            .unwrap_or_default();
        self.column(column)
    }
}

/// What hubdeck itself costs; shown in the header and under `self`.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SelfCost {
    /// Percent of one core over the last measuring interval.
    pub cpu_percent: Option<f64>,
    /// Resident memory in bytes.
    pub rss_bytes: Option<u64>,
    /// Calls to the engine per second over the last measuring interval.
    pub engine_calls_per_s: Option<f64>,
}
