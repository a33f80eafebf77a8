//! The handle through which every face of the program acts: terminal, HTTP and command line.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};

use crate::model::{
    Focus, Inspection, InstanceId, LogBatch, LogQuery, OperationId, Plan, Principal, ServiceId,
    SkipReason,
};

/// Why a plan is not run; each is one sentence for the operator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitRefusal {
    /// `--read-only`.
    #[error(
        "hubdeck runs read-only; start it without --read-only and engine.read_only to change things"
    )]
    ReadOnly,
    /// Another operation works on one of the services.
    #[error("operation {1} still works on {0}; wait for it or look at the timeline")]
    Busy(ServiceId, OperationId),
    /// The engine is lost.
    #[error("the engine does not answer; nothing was done")]
    EngineLost,
    /// The operator task is gone or its queue is full.
    #[error("too many operations wait; try again in a moment")]
    Overloaded,
    /// The audit record cannot be written; one sentence why.
    #[error("nothing was done: {0}")]
    Unrecorded(String),
    /// hubdeck is about to end.
    #[error("hubdeck is shutting down; nothing was done")]
    ShuttingDown,
}

/// Why an operation cannot be cancelled; one sentence for the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CancelRefusal {
    /// It does not run.
    #[error("operation {0} has ended; there is nothing to cancel")]
    Ended(OperationId),
}

/// Takes a plan to run; answers at once with the operation's number.
pub type Submitter = dyn Fn(Plan, Principal) -> Result<OperationId, SubmitRefusal> + Send + Sync;
/// Cancels an operation between its steps.
pub type Canceller = dyn Fn(OperationId, SkipReason) -> Result<(), CancelRefusal> + Send + Sync;
/// Opens a log tail; dropping the receiver closes it.
pub type LogOpener = dyn Fn(LogQuery) -> mpsc::Receiver<LogBatch> + Send + Sync;
/// Asks the engine for a container's raw inspection.
pub type Inspector =
    dyn Fn(InstanceId) -> oneshot::Receiver<Result<Inspection, String>> + Send + Sync;

/// What the handle calls; wired by `app`, faked in tests.
pub struct Desk {
    /// See [`Submitter`].
    pub submit: Box<Submitter>,
    /// See [`Canceller`].
    pub cancel: Box<Canceller>,
    /// See [`LogOpener`].
    pub follow_logs: Box<LogOpener>,
    /// See [`Inspector`].
    pub inspect: Box<Inspector>,
    /// Polls and probes everything now; `true` also forgets cached results.
    pub refresh: Box<dyn Fn(bool) + Send + Sync>,
    /// Which containers are on screen.
    pub focus: watch::Sender<Focus>,
    /// Whether operations are refused; a reload of the configuration may change it.
    pub read_only: watch::Receiver<bool>,
}

/// Cheap to clone; never blocks.
#[derive(Clone)]
pub struct OperatorHandle {
    desk: Arc<Desk>,
}

impl OperatorHandle {
    /// A handle on `desk`.
    #[must_use]
    pub fn new(desk: Desk) -> Self {
        Self {
            desk: Arc::new(desk),
        }
    }

    /// Runs `plan`; its progress comes back in snapshots.
    ///
    /// # Errors
    /// When it may not or cannot run now.
    pub fn submit(&self, plan: Plan, principal: Principal) -> Result<OperationId, SubmitRefusal> {
        if self.is_read_only() {
            return Err(SubmitRefusal::ReadOnly);
        }
        (self.desk.submit)(plan, principal)
    }

    /// Cancels an operation: the call in flight is finished, the wait for healthy ends, the rest is
    /// left out. Its end comes back in snapshots.
    ///
    /// # Errors
    /// When it does not run.
    pub fn cancel(&self, id: OperationId, reason: SkipReason) -> Result<(), CancelRefusal> {
        (self.desk.cancel)(id, reason)
    }

    /// Opens a log tail; it closes when the receiver is dropped.
    #[must_use]
    pub fn follow_logs(&self, query: LogQuery) -> mpsc::Receiver<LogBatch> {
        (self.desk.follow_logs)(query)
    }

    /// Asks for a container's raw inspection; an error is one sentence.
    #[must_use]
    pub fn inspect(&self, instance: InstanceId) -> oneshot::Receiver<Result<Inspection, String>> {
        (self.desk.inspect)(instance)
    }

    /// Polls and probes everything now; with `clear`, cached results are forgotten first.
    pub fn refresh(&self, clear: bool) {
        (self.desk.refresh)(clear);
    }

    /// Says which containers are on screen; nothing happens when it is the same as before.
    pub fn focus(&self, focus: Focus) {
        self.desk.focus.send_if_modified(|current| {
            let changed = *current != focus;
            if changed {
                *current = focus;
            }
            changed
        });
    }

    /// Whether operations are refused.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        *self.desk.read_only.borrow()
    }
}
