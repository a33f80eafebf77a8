//! How an attached console acts: it follows logs; nothing is changed.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::AttachSource;
use crate::collect::backoff::Backoff;
use crate::model::{
    CommandRequest, ComposeInvocation, ExecRequest, Focus, Inspection, InstanceId, LogBatch,
    LogQuery, OperationId, Plan, Principal, Process, SignedDuration, SkipReason,
};
use crate::operate::{
    CancelRefusal, CommandRecord, ComposeRefusal, ExecRefusal, ExecSession, Operations,
    SubmitRefusal,
};

/// Where log lines come from.
const LOGS: &str = "/api/attach/logs";
/// Batches on their way to the console.
const BATCHES: usize = 16;
/// Why what needs the engine is not done.
const ELSEWHERE: &str = "not over --attach; use hubdeck on the machine of the containers";

/// [`Operations`] on another hubdeck.
pub struct AttachedOperations {
    source: Arc<AttachSource>,
}

impl AttachedOperations {
    /// On `source`.
    #[must_use]
    pub const fn new(source: Arc<AttachSource>) -> Self {
        Self { source }
    }
}

fn answered<T>(answer: T) -> oneshot::Receiver<T> {
    let (reply, receiver) = oneshot::channel();
    // The receiver is there.
    drop(reply.send(answer));
    receiver
}

impl Operations for AttachedOperations {
    fn submit(&self, _: Plan, _: Principal) -> Result<OperationId, SubmitRefusal> {
        Err(SubmitRefusal::ReadOnly)
    }

    fn cancel(&self, id: OperationId, _: SkipReason) -> Result<(), CancelRefusal> {
        Err(CancelRefusal::Ended(id))
    }

    fn plan_compose(
        &self,
        _: ComposeInvocation,
    ) -> oneshot::Receiver<Result<Plan, ComposeRefusal>> {
        answered(Err(ComposeRefusal::NotRun(ELSEWHERE.to_owned())))
    }

    fn follow_logs(
        &self,
        query: LogQuery,
        mut added: mpsc::Receiver<LogQuery>,
    ) -> mpsc::Receiver<LogBatch> {
        let (out, batches) = mpsc::channel(BATCHES);
        let source = Arc::clone(&self.source);
        tokio::spawn(async move {
            tokio::spawn(follow(Arc::clone(&source), query, out.clone()));
            while let Some(query) = added.recv().await {
                tokio::spawn(follow(Arc::clone(&source), query, out.clone()));
            }
        });
        batches
    }

    fn inspect(&self, _: InstanceId) -> oneshot::Receiver<Result<Inspection, String>> {
        answered(Err(ELSEWHERE.to_owned()))
    }

    fn processes(&self, _: InstanceId) -> oneshot::Receiver<Result<Vec<Process>, String>> {
        answered(Err(ELSEWHERE.to_owned()))
    }

    fn exec(
        &self,
        _: ExecRequest,
        _: Principal,
    ) -> oneshot::Receiver<Result<ExecSession, ExecRefusal>> {
        answered(Err(ExecRefusal::Refused(ELSEWHERE.to_owned())))
    }

    fn begin_command(
        &self,
        _: CommandRequest,
        _: Principal,
    ) -> oneshot::Receiver<Result<CommandRecord, ExecRefusal>> {
        answered(Err(ExecRefusal::Refused(ELSEWHERE.to_owned())))
    }

    fn refresh(&self, _: bool) {
        // The other side polls by itself.
    }

    fn focus(&self, _: Focus) {
        // The other side samples as often as it does for itself.
    }

    fn is_read_only(&self) -> bool {
        true
    }
}

/// Sends what `query` gives to `out`. One that follows is asked for again when the connection is
/// lost, from behind the last line that came.
async fn follow(source: Arc<AttachSource>, mut query: LogQuery, out: mpsc::Sender<LogBatch>) {
    let mut backoff = Backoff::engine();
    loop {
        let before = query.since;
        let outcome = tokio::select! {
            () = out.closed() => return,
            outcome = read(&source, &mut query, &out) => outcome,
        };
        let Err(sentence) = outcome else {
            return;
        };
        if query.since != before {
            backoff.reset();
        }
        if !query.follow {
            fail(&query, &sentence, &out).await;
            return;
        }
        tracing::warn!("{sentence}");
        tokio::select! {
            () = out.closed() => return,
            () = tokio::time::sleep(backoff.next(fastrand::f64())) => {}
        }
    }
}

/// Reads one answer to its end; `query` then asks for what comes behind it.
async fn read(
    source: &AttachSource,
    query: &mut LogQuery,
    out: &mpsc::Sender<LogBatch>,
) -> Result<(), String> {
    let json = serde_json::to_string(query).map_err(|error| error.to_string())?;
    let path = source.path_with_query(LOGS, &json);
    let mut frames = source
        .frames(&path)
        .await
        .map_err(|error| error.to_string())?;
    frames.hello().await.map_err(|error| error.to_string())?;
    while let Some(batch) = frames
        .next::<LogBatch>()
        .await
        .map_err(|error| error.to_string())?
    {
        resume_behind(query, &batch);
        if out.send(batch).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// Lets `query` begin behind the lines of `batch`.
fn resume_behind(query: &mut LogQuery, batch: &LogBatch) {
    let LogBatch::Lines { lines, .. } = batch else {
        return;
    };
    let last = lines
        .iter()
        .filter_map(|line| line.last_at.or(line.at))
        .max();
    let behind = last.and_then(|at| at.checked_add(SignedDuration::from_nanos(1)).ok());
    if behind > query.since {
        query.since = behind;
        query.tail = None;
    }
}

async fn fail(query: &LogQuery, sentence: &str, out: &mpsc::Sender<LogBatch>) {
    for each in &query.sources {
        let failed = LogBatch::Failed(each.instance.clone(), sentence.to_owned());
        if out.send(failed).await.is_err() {
            return;
        }
    }
}
