//! What the faces act through, wired to the operator, the collectors and the engine.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{Notify, mpsc, oneshot, watch};

use crate::collect::logs::LogHub;
use crate::engine::Engine;
use crate::model::{Focus, Inspection, InstanceId, Observation, Snapshot, Timestamp};
use crate::operate::{Desk, Operator, OperatorHandle};

use super::tell;

/// What `OperatorHandle::refresh` sets off.
pub(super) struct Refresh {
    pub poll_now: Arc<Notify>,
    pub probe_now: Arc<Notify>,
    pub out: mpsc::Sender<Observation>,
}

impl Refresh {
    fn run(&self, clear: bool) {
        if clear {
            tell(
                &self.out,
                Observation::ClearCache {
                    at: Timestamp::now(),
                },
            );
        }
        self.poll_now.notify_one();
        self.probe_now.notify_one();
    }
}

pub(super) fn operator(
    link: watch::Receiver<Option<Engine>>,
    snapshots: &watch::Receiver<Arc<Snapshot>>,
    out: &mpsc::Sender<Observation>,
    audit: Option<PathBuf>,
    focus: watch::Sender<Focus>,
    refresh: Refresh,
    read_only: watch::Receiver<bool>,
) -> (OperatorHandle, Operator) {
    let logs = LogHub::new(link.clone());
    let pictures = snapshots.clone();
    let runner = Operator::new(link.clone(), snapshots.clone(), out.clone(), audit);
    let (submitter, canceller) = (runner.clone(), runner.clone());
    let handle = OperatorHandle::new(Desk {
        submit: Box::new(move |plan, principal| submitter.submit(plan, principal)),
        cancel: Box::new(move |id, reason| canceller.cancel(id, reason)),
        follow_logs: Box::new(move |query| logs.follow(query)),
        inspect: Box::new(move |instance| inspect(&link, &pictures, instance)),
        refresh: Box::new(move |clear| refresh.run(clear)),
        focus,
        read_only,
    });
    (handle, runner)
}

fn inspect(
    link: &watch::Receiver<Option<Engine>>,
    snapshots: &watch::Receiver<Arc<Snapshot>>,
    instance: InstanceId,
) -> oneshot::Receiver<Result<Inspection, String>> {
    let (reply, answer) = oneshot::channel();
    let (engine, secrets) = (
        link.borrow().clone(),
        Arc::clone(&snapshots.borrow().secrets),
    );
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
