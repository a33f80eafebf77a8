//! How long and how many: what a client may cost before it is left.

use std::time::Duration;

/// Limits for connections. A client that exceeds one costs itself only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Time for the head of a request, and for a connection to stay idle.
    pub head: Duration,
    /// Time for the body of a request.
    pub body: Duration,
    /// Time in which a client takes nothing of its answer.
    pub write: Duration,
    /// Connections at once.
    pub connections: usize,
    /// Time that open connections get at the end of the program.
    pub grace: Duration,
}

impl ConnectionLimits {
    /// The same with no more than half of the file handles that a process may have: the rest is for
    /// the engine and for probes. `None` limits nothing.
    #[must_use]
    pub fn within(self, file_handles: Option<u64>) -> Self {
        let half = file_handles.map_or(usize::MAX, |all| {
            usize::try_from(all / 2).unwrap_or(usize::MAX)
        });
        Self {
            connections: self.connections.min(half).max(1),
            ..self
        }
    }
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            // 30 s, less the time in which a thousand answers are written.
            body: Duration::from_secs(28),
            write: Duration::from_secs(30),
            connections: 2_048,
            grace: Duration::from_secs(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_half_of_the_file_handles() {
        for (handles, connections) in [
            (None, 2_048),
            (Some(1 << 20), 2_048),
            (Some(1_024), 512),
            (Some(1), 1),
            (Some(0), 1),
        ] {
            assert_eq!(
                ConnectionLimits::default().within(handles).connections,
                connections,
                "{handles:?}"
            );
        }
    }
}
