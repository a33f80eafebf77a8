//! Operations for tests of the faces: nothing is ever done.

use std::sync::Arc;

use hubdeck::model::{
    CommandRequest, ComposeInvocation, ExecRequest, Focus, Inspection, InstanceId, LogBatch,
    LogQuery, OperationId, Plan, Principal, Process, SkipReason,
};
use hubdeck::operate::{
    CancelRefusal, CommandRecord, ComposeRefusal, ExecRefusal, ExecSession, Operations,
    SubmitRefusal,
};
use tokio::sync::{mpsc, oneshot};

/// Opens a log tail.
type OpenLogs =
    dyn Fn(LogQuery, mpsc::Receiver<LogQuery>) -> mpsc::Receiver<LogBatch> + Send + Sync;

/// Refuses every plan; a refresh calls the function that it was made with.
pub struct FakeOperations {
    on_refresh: Box<dyn Fn(bool) + Send + Sync>,
    open_logs: Box<OpenLogs>,
    on_submit: Box<Submit>,
}

type Submit = dyn Fn(Plan, Principal) -> Result<OperationId, SubmitRefusal> + Send + Sync;

impl FakeOperations {
    /// Operations whose refresh does nothing.
    pub fn inert() -> Arc<Self> {
        Self::refreshing(|_| {})
    }

    /// Operations whose refresh calls `on_refresh` with whether the cache is cleared.
    pub fn refreshing(on_refresh: impl Fn(bool) + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            on_refresh: Box::new(on_refresh),
            open_logs: Box::new(|_, _| mpsc::channel(1).1),
            on_submit: Box::new(|_, _| Err(SubmitRefusal::Overloaded)),
        })
    }

    /// Operations whose log tails `open` opens.
    pub fn logging(
        open: impl Fn(LogQuery, mpsc::Receiver<LogQuery>) -> mpsc::Receiver<LogBatch>
        + Send
        + Sync
        + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            on_refresh: Box::new(|_| {}),
            open_logs: Box::new(open),
            on_submit: Box::new(|_, _| Err(SubmitRefusal::Overloaded)),
        })
    }

    /// Operations that answer to plans as `on_submit` does.
    pub fn submitting(
        on_submit: impl Fn(Plan, Principal) -> Result<OperationId, SubmitRefusal>
        + Send
        + Sync
        + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            on_refresh: Box::new(|_| {}),
            open_logs: Box::new(|_, _| mpsc::channel(1).1),
            on_submit: Box::new(on_submit),
        })
    }
}

impl Operations for FakeOperations {
    fn submit(&self, plan: Plan, principal: Principal) -> Result<OperationId, SubmitRefusal> {
        (self.on_submit)(plan, principal)
    }

    fn cancel(&self, id: OperationId, _: SkipReason) -> Result<(), CancelRefusal> {
        Err(CancelRefusal::Ended(id))
    }

    fn plan_compose(
        &self,
        _: ComposeInvocation,
    ) -> oneshot::Receiver<Result<Plan, ComposeRefusal>> {
        oneshot::channel().1
    }

    fn follow_logs(
        &self,
        query: LogQuery,
        added: mpsc::Receiver<LogQuery>,
    ) -> mpsc::Receiver<LogBatch> {
        (self.open_logs)(query, added)
    }

    fn inspect(&self, _: InstanceId) -> oneshot::Receiver<Result<Inspection, String>> {
        oneshot::channel().1
    }

    fn processes(&self, _: InstanceId) -> oneshot::Receiver<Result<Vec<Process>, String>> {
        oneshot::channel().1
    }

    fn exec(
        &self,
        _: ExecRequest,
        _: Principal,
    ) -> oneshot::Receiver<Result<ExecSession, ExecRefusal>> {
        oneshot::channel().1
    }

    fn begin_command(
        &self,
        _: CommandRequest,
        _: Principal,
    ) -> oneshot::Receiver<Result<CommandRecord, ExecRefusal>> {
        oneshot::channel().1
    }

    fn refresh(&self, clear: bool) {
        (self.on_refresh)(clear);
    }

    fn focus(&self, _: Focus) {}

    fn is_read_only(&self) -> bool {
        false
    }
}
