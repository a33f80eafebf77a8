//! What the tasks of a Swarm service show.

use serde::{Deserialize, Serialize};

/// What the number of a Swarm service's tasks shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SwarmReason {
    /// No task here; no manager reports where.
    Elsewhere,
    /// It is scaled to no tasks.
    ScaledToZero,
    /// All tasks run on other nodes.
    OnOtherNodes {
        /// Tasks that run.
        running: u64,
        /// Tasks that are wanted.
        desired: u64,
    },
    /// Fewer tasks run than are wanted.
    TooFew {
        /// Tasks that run.
        running: u64,
        /// Tasks that are wanted.
        desired: u64,
    },
}
