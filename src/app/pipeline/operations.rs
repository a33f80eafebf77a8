//! How the faces act on a running pipeline.

use std::sync::Arc;

use tokio::sync::{Notify, mpsc, oneshot, watch};

use crate::collect::logs::LogHub;
use crate::engine::Engine;
use crate::model::{
    Focus, Inspection, InstanceId, LogBatch, LogQuery, Observation, OperationId, Plan, Principal,
    SkipReason, Snapshot, Timestamp,
};
use crate::operate::{CancelRefusal, Operations, Operator, SubmitRefusal};

use super::collectors::CollectorContext;
use super::send;

/// [`Operations`] on the operator, the collectors and the engine of a pipeline.
pub(super) struct PipelineOperations {
    operator: Operator,
    logs: LogHub,
    /// The engine; `None` while it is lost.
    engine: watch::Receiver<Option<Engine>>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    focus: watch::Sender<Focus>,
    /// Wakes discovery before its time.
    poll_now: Arc<Notify>,
    /// Makes every probe due.
    probe_now: Arc<Notify>,
    /// Whether operations are refused.
    read_only: watch::Receiver<bool>,
    /// Observations on their way to the store.
    out: mpsc::Sender<Observation>,
}

impl PipelineOperations {
    /// Operations on what the collectors of `context` read and write; the containers on screen go
    /// to `focus`.
    pub fn over(
        context: &CollectorContext,
        operator: Operator,
        focus: watch::Sender<Focus>,
        read_only: watch::Receiver<bool>,
    ) -> Self {
        Self {
            operator,
            logs: context.logs.clone(),
            engine: context.engine.clone(),
            snapshots: context.snapshots.clone(),
            focus,
            poll_now: Arc::clone(&context.poll_now),
            probe_now: Arc::clone(&context.probe_now),
            read_only,
            out: context.out.clone(),
        }
    }
}

impl Operations for PipelineOperations {
    fn submit(&self, plan: Plan, principal: Principal) -> Result<OperationId, SubmitRefusal> {
        if self.is_read_only() {
            return Err(SubmitRefusal::ReadOnly);
        }
        self.operator.submit(plan, principal)
    }

    fn cancel(&self, id: OperationId, reason: SkipReason) -> Result<(), CancelRefusal> {
        self.operator.cancel(id, reason)
    }

    fn follow_logs(
        &self,
        query: LogQuery,
        added: mpsc::Receiver<LogQuery>,
    ) -> mpsc::Receiver<LogBatch> {
        self.logs.follow(query, added)
    }

    fn inspect(&self, instance: InstanceId) -> oneshot::Receiver<Result<Inspection, String>> {
        let (reply, answer) = oneshot::channel();
        let engine = self.engine.borrow().clone();
        let secrets = Arc::clone(&self.snapshots.borrow().secrets);
        tokio::spawn(async move {
            let text = match engine {
                Some(engine) => {
                    let answer = engine.inspect_raw(&instance, &secrets).await;
                    answer.map_err(|error| secrets.mask(&error.to_string()))
                }
                None => Err("the engine does not answer; try again when it is back".to_owned()),
            };
            // Nobody waits any more when the page was closed.
            drop(reply.send(text));
        });
        answer
    }

    fn refresh(&self, clear: bool) {
        if clear {
            let at = Timestamp::now();
            send(&self.out, Observation::ClearCache { at });
        }
        self.poll_now.notify_one();
        self.probe_now.notify_one();
    }

    fn focus(&self, focus: Focus) {
        self.focus.send_if_modified(|current| {
            let changed = *current != focus;
            if changed {
                *current = focus;
            }
            changed
        });
    }

    fn is_read_only(&self) -> bool {
        *self.read_only.borrow()
    }
}
