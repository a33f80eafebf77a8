//! The recorded past of a container: its runs, failures and injected log lines, each in a bounded
//! ring.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::body::Bytes;

use super::clock::Nanos;
use super::template::Template;

const KEEP_INJECTED: usize = 2_000;
const KEEP_BYTES: usize = 4 << 20;
const KEEP_WINDOWS: usize = 32;

/// What is kept of a container beyond its present state.
#[derive(Default)]
pub(super) struct Trace {
    /// Earlier times in which it ran without a pause.
    pub(super) runs: VecDeque<(Nanos, Nanos)>,
    /// Times in which it failed.
    pub(super) failures: VecDeque<FailurePeriod>,
    pub(super) lines: VecDeque<Injected>,
    /// Sequence number of the next injected line.
    pub(super) next: u64,
}

/// A time in which a container failed.
pub(super) struct FailurePeriod {
    pub(super) from: Nanos,
    /// `None` while it lasts.
    pub(super) to: Option<Nanos>,
    pub(super) ailment: Ailment,
}

/// How a container differs from one that works.
#[derive(Clone, Default)]
pub(super) struct Ailment {
    /// Output of its healthcheck; `None` when its checks succeed.
    pub(super) output: Option<Arc<str>>,
    /// Log lines instead of the usual ones; none for the usual ones.
    pub(super) logs: Arc<[Template]>,
    /// Milliseconds its listeners take longer to answer.
    pub(super) delay: f64,
    /// Memory that it needs, in MiB; `None` for the usual.
    pub(super) memory: Option<f64>,
}

/// A log line that is no usual one.
pub(super) struct Injected {
    pub(super) sequence: u64,
    pub(super) at: Nanos,
    pub(super) stderr: bool,
    pub(super) text: Bytes,
}

impl Trace {
    /// Keeps an injected line.
    pub(super) fn inject(&mut self, at: Nanos, stderr: bool, text: Bytes) {
        push_bounded(
            &mut self.lines,
            KEEP_INJECTED,
            Injected {
                sequence: self.next,
                at,
                stderr,
                text,
            },
        );
        self.next += 1;
        let mut bytes: usize = self.lines.iter().map(|line| line.text.len()).sum();
        while bytes > KEEP_BYTES && self.lines.len() > 1 {
            bytes -= self.lines.pop_front().map_or(0, |line| line.text.len());
        }
    }

    /// A failure begins.
    pub(super) fn fail(&mut self, from: Nanos, ailment: Ailment) {
        push_bounded(
            &mut self.failures,
            KEEP_WINDOWS,
            FailurePeriod {
                from,
                to: None,
                ailment,
            },
        );
    }

    /// The failure that lasts, if any.
    pub(super) fn lasting(&self) -> Option<&FailurePeriod> {
        self.failures.back().filter(|failure| failure.to.is_none())
    }

    /// The failure of instant `at`, if any.
    pub(super) fn failure_at(&self, at: Nanos) -> Option<&FailurePeriod> {
        self.failures
            .iter()
            .rev()
            .find(|failure| failure.from <= at && failure.to.is_none_or(|to| at < to))
    }

    /// A run without a pause is over.
    pub(super) fn ran(&mut self, from: Nanos, to: Nanos) {
        push_bounded(&mut self.runs, KEEP_WINDOWS, (from, to));
    }
}

/// Appends to a bounded queue: the oldest goes first.
fn push_bounded<T>(queue: &mut VecDeque<T>, limit: usize, item: T) {
    if queue.len() >= limit {
        queue.pop_front();
    }
    queue.push_back(item);
}
