//! The agenda: what is to happen by itself, and when.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::clock::Nanos;

/// What is to happen, the earliest first.
#[derive(Default)]
pub(super) struct Agenda(BinaryHeap<Due>);

/// An entry of the agenda; the earliest is the greatest, as a binary heap wants it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at: Reverse<Nanos>,
    task: Task,
}

/// Something planned. What belongs to an earlier run or failure of a container is void.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Task {
    /// A check succeeds after a start or a failure.
    Healthy {
        index: u32,
        run_epoch: u32,
        failure_epoch: u32,
    },
    /// As many checks failed as the healthcheck allows.
    Unhealthy {
        index: u32,
        run_epoch: u32,
        failure_epoch: u32,
    },
    /// The restart policy acts.
    Restart { index: u32, run_epoch: u32 },
    /// The process is done.
    Ends { index: u32, run_epoch: u32 },
    /// An incident begins.
    Incident(usize),
    /// An incident reaches a service.
    Hits { incident: usize, effect: usize },
    /// An incident leaves a service.
    Leaves { incident: usize, effect: usize },
}

impl Agenda {
    /// Adds `task`, which is due at `at`.
    pub(super) fn push(&mut self, at: Nanos, task: Task) {
        self.0.push(Due {
            at: Reverse(at),
            task,
        });
    }

    /// When the next task is due.
    pub(super) fn next_due(&self) -> Option<Nanos> {
        self.0.peek().map(|due| due.at.0)
    }

    /// Takes the next task out, with the instant at which it is due.
    pub(super) fn pop(&mut self) -> Option<(Nanos, Task)> {
        self.0.pop().map(|due| (due.at.0, due.task))
    }
}
