//! Takes plans to run: one operation at a time per service, a bounded number in all.

use std::collections::{BTreeSet, HashMap};
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::FutureExt;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};

use crate::engine::Engine;
use crate::model::{Observation, OperationId, OperationProgress, Plan, Principal, ServiceId, Snapshot};

use super::SubmitRefusal;
use super::audit::Audit;
use super::run::Run;

/// Operations at once.
const LIMIT: usize = 16;

/// Runs plans; cheap to clone.
#[derive(Clone)]
pub struct Operator {
    runtime: Handle,
    link: watch::Receiver<Option<Engine>>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    out: mpsc::Sender<Observation>,
    audit: Audit,
    last_id: Arc<AtomicU64>,
    /// Services that are worked on. A watch channel, as it is looked at and changed in one go.
    busy: Arc<watch::Sender<HashMap<ServiceId, OperationId>>>,
}

impl Operator {
    /// An operator on the engine that `link` holds (`None` while it is lost), which tells its news to
    /// `out` and appends its record to the file `audit`.
    ///
    /// Made inside the runtime that shall run the operations.
    #[must_use]
    pub fn new(
        link: watch::Receiver<Option<Engine>>,
        snapshots: watch::Receiver<Arc<Snapshot>>,
        out: mpsc::Sender<Observation>,
        audit: Option<PathBuf>,
    ) -> Self {
        Self {
            runtime: Handle::current(),
            link,
            snapshots,
            out,
            audit: Audit::new(audit),
            last_id: Arc::default(),
            busy: Arc::new(watch::Sender::new(HashMap::new())),
        }
    }

    /// Runs `plan`; returns at once, its progress goes to the store.
    ///
    /// # Errors
    /// When one of its services is worked on, the engine is lost, or too many operations run.
    pub fn submit(&self, plan: Plan, principal: Principal) -> Result<OperationId, SubmitRefusal> {
        let lost = self.link.borrow().is_none() || !self.snapshots.borrow().engine.status.is_connected();
        if lost && !plan.operation.kind.is_silent() {
            return Err(SubmitRefusal::EngineLost);
        }
        let id = OperationId(self.last_id.fetch_add(1, Ordering::Relaxed) + 1);
        self.reserve(id, &plan)?;
        let run = Run {
            id,
            principal,
            plan,
            link: self.link.clone(),
            snapshots: self.snapshots.clone(),
            out: self.out.clone(),
            audit: self.audit.clone(),
        };
        let operator = self.clone();
        self.runtime.spawn(async move {
            let end = AssertUnwindSafe(run.go()).catch_unwind().await;
            // Before the news: whoever reads that it ended may submit the next one.
            operator.release(id);
            run.report(match end {
                Ok(Ok(())) => OperationProgress::Succeeded,
                Ok(Err(error)) => OperationProgress::Failed { error },
                Err(_) => OperationProgress::Failed {
                    error: "hubdeck failed while it ran; see hubdeck's own log".to_owned(),
                },
            })
            .await;
        });
        Ok(id)
    }

    /// Waits until no operation runs, so that shutting down cuts none short.
    pub async fn idle(&self) {
        // The sender is ours: it cannot be gone.
        let _ = self.busy.subscribe().wait_for(HashMap::is_empty).await;
    }

    /// Marks the services of `plan` as worked on, all or none.
    fn reserve(&self, id: OperationId, plan: &Plan) -> Result<(), SubmitRefusal> {
        let mut refusal = None;
        self.busy.send_if_modified(|busy| {
            refusal = refuse(busy, plan);
            if refusal.is_none() {
                busy.extend(plan.steps.iter().map(|step| (step.service.clone(), id)));
            }
            refusal.is_none()
        });
        refusal.map_or(Ok(()), Err)
    }

    fn release(&self, id: OperationId) {
        self.busy.send_modify(|busy| busy.retain(|_, owner| *owner != id));
    }
}

fn refuse(busy: &HashMap<ServiceId, OperationId>, plan: &Plan) -> Option<SubmitRefusal> {
    let taken = plan.steps.iter().find_map(|step| Some((step.service.clone(), *busy.get(&step.service)?)));
    if let Some((service, id)) = taken {
        return Some(SubmitRefusal::Busy(service, id));
    }
    let running: BTreeSet<&OperationId> = busy.values().collect();
    (running.len() >= LIMIT).then_some(SubmitRefusal::Overloaded)
}
