//! How busy the engine's host is.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// One reading of the engine's host.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HostUse {
    /// When it was read.
    pub at: Timestamp,
    /// Use of all cores together since the reading before, from 0 to 100; `None` at the first one.
    pub cpu_percent: Option<f64>,
    /// Memory that programs use, in bytes: what is not available to new ones.
    pub memory_used_bytes: u64,
    /// Memory of the host in bytes.
    pub memory_total_bytes: u64,
}

impl HostUse {
    /// Share of the memory that is used, from 0 to 1.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // memory in f64 is exact up to 2^53 bytes
    pub fn memory_share(&self) -> f64 {
        self.memory_used_bytes as f64 / (self.memory_total_bytes.max(1)) as f64
    }
}

/// The engine's host as a snapshot shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HostView {
    /// The latest reading.
    pub latest: HostUse,
    /// Use of all cores together in whole percent, the mean of each [`HostView::POINT_SECONDS`],
    /// oldest first, at most [`HostView::POINTS`].
    pub cpu_history: Vec<u8>,
}

impl HostView {
    /// Seconds that one point of the history stands for.
    pub const POINT_SECONDS: i64 = 15;
    /// Points that are kept: five minutes.
    pub const POINTS: usize = 20;
}
