//! How the faces act on a running pipeline.

use std::sync::Arc;

use tokio::sync::{Notify, mpsc, oneshot, watch};

use crate::collect::logs::LogHub;
use crate::engine::Engine;
use crate::model::secrets::{KnownSecrets, mask_text};
use crate::model::{
    CommandRequest, ComposeInvocation, ExecRequest, Focus, Inspection, InstanceId, LogBatch,
    LogQuery, Observation, OperationId, Plan, Principal, Process, ServiceRule, SkipReason,
    Snapshot, Timestamp, shell_of,
};
use crate::operate::{
    CancelRefusal, CommandRecord, ComposeRefusal, ExecRefusal, ExecSession, Operations, Operator,
    SubmitRefusal,
};

use super::collectors::CollectorContext;
use super::options::SettingSenders;
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
    /// Rules for services: which shell is opened.
    rules: watch::Receiver<Vec<ServiceRule>>,
    /// Observations on their way to the store.
    out: mpsc::Sender<Observation>,
}

impl PipelineOperations {
    /// Operations on what the collectors of `context` read and write, by the `settings` in force; the
    /// containers on screen go to `focus`.
    pub fn over(
        context: &CollectorContext,
        operator: Operator,
        focus: watch::Sender<Focus>,
        settings: &SettingSenders,
    ) -> Self {
        Self {
            operator,
            logs: context.logs.clone(),
            engine: context.engine.clone(),
            snapshots: context.snapshots.clone(),
            focus,
            poll_now: Arc::clone(&context.poll_now),
            probe_now: Arc::clone(&context.probe_now),
            read_only: settings.read_only.subscribe(),
            rules: settings.rules.subscribe(),
            out: context.out.clone(),
        }
    }
}

impl PipelineOperations {
    /// Asks the engine something with `ask`, which is given the secrets that are known.
    fn ask<T, F>(
        &self,
        ask: impl FnOnce(Engine, Arc<KnownSecrets>) -> F + Send + 'static,
    ) -> oneshot::Receiver<Result<T, String>>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, String>> + Send,
    {
        let (reply, answer) = oneshot::channel();
        let engine = self.engine.borrow().clone();
        let secrets = Arc::clone(&self.snapshots.borrow().secrets);
        tokio::spawn(async move {
            let answer = match engine {
                Some(engine) => ask(engine, secrets).await,
                None => Err("the engine does not answer; try again when it is back".to_owned()),
            };
            // Nobody waits any more when the page was closed.
            drop(reply.send(answer));
        });
        answer
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

    fn plan_compose(
        &self,
        invocation: ComposeInvocation,
    ) -> oneshot::Receiver<Result<Plan, ComposeRefusal>> {
        let (reply, answer) = oneshot::channel();
        let operator = self.operator.clone();
        tokio::spawn(async move {
            let plan = operator.plan_compose(invocation).await;
            // Nobody waits any more when the question was left.
            drop(reply.send(plan));
        });
        answer
    }

    fn follow_logs(
        &self,
        query: LogQuery,
        added: mpsc::Receiver<LogQuery>,
    ) -> mpsc::Receiver<LogBatch> {
        self.logs.follow(query, added)
    }

    fn inspect(&self, instance: InstanceId) -> oneshot::Receiver<Result<Inspection, String>> {
        self.ask(|engine, secrets| async move {
            let answer = engine.inspect_raw(&instance, &secrets).await;
            answer.map_err(|error| secrets.mask(&error.to_string()))
        })
    }

    fn processes(&self, instance: InstanceId) -> oneshot::Receiver<Result<Vec<Process>, String>> {
        self.ask(|engine, secrets| async move {
            let answer = engine.processes(&instance).await;
            let listed = answer.map_err(|error| secrets.mask(&error.to_string()))?;
            let mut processes = listed.ok_or("it is not running: there are no processes")?;
            for process in &mut processes {
                process.command = secrets.mask(&mask_text(&process.command));
            }
            Ok(processes)
        })
    }

    fn exec(
        &self,
        mut request: ExecRequest,
        principal: Principal,
    ) -> oneshot::Receiver<Result<ExecSession, ExecRefusal>> {
        let snapshot = self.snapshots.borrow().clone();
        if request.command.is_empty()
            && let Some(service) = snapshot.service(&request.service)
        {
            let (id, name) = (service.id.as_str(), service.name.as_str());
            request.command = shell_of(&self.rules.borrow(), id, name);
        }
        let (reply, answer) = oneshot::channel();
        let (operator, read_only) = (self.operator.clone(), self.is_read_only());
        tokio::spawn(async move {
            let session = if read_only {
                Err(ExecRefusal::ReadOnly)
            } else {
                operator.exec(request, principal).await
            };
            // Nobody waits any more; dropping the session ends the command.
            drop(reply.send(session));
        });
        answer
    }

    fn begin_command(
        &self,
        request: CommandRequest,
        principal: Principal,
    ) -> oneshot::Receiver<Result<CommandRecord, ExecRefusal>> {
        let (reply, answer) = oneshot::channel();
        let (operator, read_only) = (self.operator.clone(), self.is_read_only());
        tokio::spawn(async move {
            let record = if read_only {
                Err(ExecRefusal::ReadOnly)
            } else {
                operator.begin_command(request, principal)
            };
            // Nobody waits any more; dropping the record ends it.
            drop(reply.send(record));
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
