//! The trait through which console, HTTP and command line act, and why it refuses.

use tokio::sync::{mpsc, oneshot};

use crate::model::{
    CommandRequest, ComposeInvocation, ExecRequest, Focus, Inspection, InstanceId, LogBatch,
    LogQuery, OperationId, Plan, Principal, Process, ServiceId, SkipReason,
};
use crate::plan::PlanRefusal;

use super::session::{CommandRecord, ExecRefusal, ExecSession};

/// Why a plan is not run; each is one sentence for the operator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitRefusal {
    /// `--read-only`.
    #[error(
        "hubdeck runs read-only; start it without --read-only and engine.read_only to change things"
    )]
    ReadOnly,
    /// There is no plan any more on the newest snapshot.
    #[error(transparent)]
    Impossible(#[from] PlanRefusal),
    /// The plan would be another one on the newest snapshot: this one.
    #[error("containers changed since the plan was shown; review and confirm again")]
    Changed(Box<Plan>),
    /// Another operation works on one of the services.
    #[error("operation {1} is still running on {0}; wait for it or check the timeline")]
    Busy(ServiceId, OperationId),
    /// Another run of hubdeck works on one of the services.
    #[error(
        "another hubdeck is {gerund} {service}; nothing was done: wait until it has ended, or see `hubdeck audit`"
    )]
    BusyElsewhere {
        /// The service.
        service: ServiceId,
        /// What the other one does, such as "restarting".
        gerund: String,
    },
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

/// Why there is no plan of a call of `docker compose`; one sentence for the operator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeRefusal {
    /// There is no such plan.
    #[error(transparent)]
    Impossible(#[from] PlanRefusal),
    /// The engine is lost.
    #[error("the engine does not answer; nothing was done")]
    EngineLost,
    /// Compose cannot be run; one sentence.
    #[error("nothing was done: {0}")]
    NotRun(String),
}

/// How every face acts: terminal, HTTP and command line. The program implements it once over
/// operator, collectors and engine; tests have one of their own. No method blocks.
pub trait Operations: Send + Sync {
    /// Runs `plan`; its progress comes back in snapshots.
    ///
    /// # Errors
    /// When it may not or cannot run now. When the plan would be another one on the newest
    /// snapshot, that one comes back in [`SubmitRefusal::Changed`].
    fn submit(&self, plan: Plan, principal: Principal) -> Result<OperationId, SubmitRefusal>;

    /// Cancels an operation: the call that runs is finished, the wait for healthy ends, the rest is
    /// left out. Its end comes back in snapshots.
    ///
    /// # Errors
    /// When it does not run.
    fn cancel(&self, id: OperationId, reason: SkipReason) -> Result<(), CancelRefusal>;

    /// Asks Compose what `invocation` would do, and makes the plan of it, which is then submitted as
    /// any other. A refusal is one sentence.
    fn plan_compose(
        &self,
        invocation: ComposeInvocation,
    ) -> oneshot::Receiver<Result<Plan, ComposeRefusal>>;

    /// Opens a log tail; it closes when the receiver is dropped. What comes through `added` joins a
    /// tail that follows, each query with its own begin; dropping its sender adds nothing more.
    fn follow_logs(
        &self,
        query: LogQuery,
        added: mpsc::Receiver<LogQuery>,
    ) -> mpsc::Receiver<LogBatch>;

    /// Asks for a container's raw inspection; an error is one sentence.
    fn inspect(&self, instance: InstanceId) -> oneshot::Receiver<Result<Inspection, String>>;

    /// Asks for the processes of a container, with secrets masked; an error is one sentence.
    fn processes(&self, instance: InstanceId) -> oneshot::Receiver<Result<Vec<Process>, String>>;

    /// Runs a command in a container for whoever asked; it ends when the session is dropped. A
    /// refusal is one sentence.
    fn exec(
        &self,
        request: ExecRequest,
        principal: Principal,
    ) -> oneshot::Receiver<Result<ExecSession, ExecRefusal>>;

    /// Begins the record of a command of the operator's own, which whoever asked then runs; nothing
    /// may be run before. A refusal is one sentence.
    fn begin_command(
        &self,
        request: CommandRequest,
        principal: Principal,
    ) -> oneshot::Receiver<Result<CommandRecord, ExecRefusal>>;

    /// Polls and probes everything now; with `clear`, cached results are forgotten first.
    fn refresh(&self, clear: bool);

    /// Says which containers are on screen; nothing happens when it is the same as before.
    fn focus(&self, focus: Focus);

    /// Whether operations are refused; a reload of the configuration may change it.
    fn is_read_only(&self) -> bool;
}
