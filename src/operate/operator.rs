//! Takes plans to run: one operation at a time per service, a bounded number in all.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};

use crate::engine::Engine;
use crate::model::{
    Observation, OperationId, OperationProgress, Plan, Principal, ServiceId, SkipReason, Snapshot,
    Step,
};

use super::admission::current_plan;
use super::audit::Audit;
use super::executor::{PlanExecutor, Replacements, RunOutcome};
use super::{CancelRefusal, ExecRefusal, SubmitRefusal};

/// How long a container runs without any check until what needs it is started.
const PROOF: Duration = Duration::from_secs(10);
/// Operations at once.
const LIMIT: usize = 16;

/// Runs plans; cheap to clone.
#[derive(Clone)]
pub struct Operator {
    pub(super) runtime: Handle,
    pub(super) link: watch::Receiver<Option<Engine>>,
    pub(super) snapshots: watch::Receiver<Arc<Snapshot>>,
    out: mpsc::Sender<Observation>,
    pub(super) audit: Audit,
    last_id: Arc<AtomicU64>,
    proof: Duration,
    /// A watch channel, as it is looked at and changed in one go, and waited for.
    ledger: Arc<watch::Sender<Ledger>>,
}

/// What runs, and what was left out.
#[derive(Default)]
struct Ledger {
    running: BTreeMap<OperationId, Running>,
    /// Whether nothing more is accepted.
    closed: bool,
    /// Steps that were not begun because hubdeck ends.
    left_out: Vec<Step>,
    /// Commands in containers that are run.
    commands: usize,
}

struct Running {
    services: BTreeSet<ServiceId>,
    cancel: watch::Sender<Option<SkipReason>>,
}

impl Operator {
    /// An operator on the engine that `link` holds (`None` while it is lost), which sends its observations
    /// to `out` and appends its record to the file `audit`.
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
            proof: PROOF,
            ledger: Arc::new(watch::Sender::new(Ledger::default())),
        }
    }

    /// The same with another time for which a container that nothing checks has to run: tests
    /// cannot wait that long.
    #[must_use]
    pub fn proven_after(self, proof: Duration) -> Self {
        Self { proof, ..self }
    }

    /// Runs `plan` if it is still what the newest snapshot makes of its operation: whoever
    /// confirmed it confirmed what happens now. Returns once the record is begun on disk; the
    /// progress goes to the store.
    ///
    /// # Errors
    /// When the plan would be another one or there would be none, one of its services is worked on,
    /// the engine is lost, too many operations run, hubdeck is about to end, or the record cannot
    /// be written.
    pub fn submit(&self, plan: Plan, principal: Principal) -> Result<OperationId, SubmitRefusal> {
        let current = current_plan(&plan, &self.snapshots.borrow())?;
        self.run(current, principal)
    }

    /// The same as [`Operator::submit`] without the wait after the last wave: the operation ends
    /// once the engine has done its calls.
    ///
    /// # Errors
    /// Those of [`Operator::submit`].
    pub fn submit_unwaited(
        &self,
        plan: Plan,
        principal: Principal,
    ) -> Result<OperationId, SubmitRefusal> {
        let current = current_plan(&plan, &self.snapshots.borrow())?;
        self.run(current.without_last_wait(), principal)
    }

    /// Runs `plan` without comparing it with the newest snapshot; see [`Operator::submit`].
    fn run(&self, plan: Plan, principal: Principal) -> Result<OperationId, SubmitRefusal> {
        let info = self.snapshots.borrow().engine.info.clone();
        let lost =
            self.link.borrow().is_none() || !self.snapshots.borrow().engine.status.is_connected();
        if lost && !plan.operation.kind.is_silent() {
            return Err(SubmitRefusal::EngineLost);
        }
        let id = self.next_id();
        let cancelled = self.reserve(id, &plan)?;
        let trail = self
            .audit
            .begin(id, principal.clone(), &plan, info.as_ref())
            .inspect_err(|_| self.release(id, Vec::new()))?;
        let mut run = PlanExecutor {
            id,
            principal,
            plan,
            link: self.link.clone(),
            snapshots: self.snapshots.clone(),
            out: self.out.clone(),
            trail,
            replacements: Replacements::default(),
            proof: self.proof,
            cancelled,
        };
        let operator = self.clone();
        self.runtime.spawn(async move {
            let outcome = AssertUnwindSafe(run.go())
                .catch_unwind()
                .await
                .unwrap_or_else(|_| {
                    let error = "hubdeck failed while it ran; see the hubdeck log".to_owned();
                    RunOutcome {
                        end: OperationProgress::Failed { error },
                        left_out: Vec::new(),
                    }
                });
            run.record_end(&outcome.end).await;
            run.trail.close();
            // Before the news: whoever reads that it ended may submit the next one.
            operator.release(id, outcome.left_out);
            run.report(outcome.end).await;
        });
        Ok(id)
    }

    pub(super) fn next_id(&self) -> OperationId {
        OperationId(self.last_id.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Cancels the operation `id`: the call that runs is finished, the wait for healthy ends, and
    /// the steps left are skipped for `reason`. The first reason counts.
    ///
    /// # Errors
    /// When it does not run.
    pub fn cancel(&self, id: OperationId, reason: SkipReason) -> Result<(), CancelRefusal> {
        let ledger = self.ledger.borrow();
        let running = ledger.running.get(&id).ok_or(CancelRefusal::Ended(id))?;
        running.cancel(reason);
        Ok(())
    }

    /// Accepts nothing more, cancels what runs, and waits for the calls in flight. Returns the
    /// steps that were left out because hubdeck ends, in the order of their plans.
    pub async fn close(&self) -> Vec<Step> {
        self.ledger.send_modify(|ledger| {
            ledger.closed = true;
            ledger
                .running
                .values()
                .for_each(|running| running.cancel(SkipReason::Shutdown));
        });
        self.idle().await;
        self.ledger.borrow().left_out.clone()
    }

    /// Waits until no operation and no command in a container runs.
    pub async fn idle(&self) {
        // The sender is ours: it cannot be gone.
        let _ = self
            .ledger
            .subscribe()
            .wait_for(|ledger| ledger.running.is_empty() && ledger.commands == 0)
            .await;
    }

    /// Counts a command that begins, or ends; refuses one that begins while hubdeck ends.
    pub(super) fn count_command(&self, begins: bool) -> Result<(), ExecRefusal> {
        let counted = self.ledger.send_if_modified(|ledger| {
            let may = !(begins && ledger.closed);
            if may {
                ledger.commands =
                    ledger
                        .commands
                        .saturating_add_signed(if begins { 1 } else { -1 });
            }
            may
        });
        counted.then_some(()).ok_or(ExecRefusal::ShuttingDown)
    }

    /// Waits until nothing more has been accepted for `time`.
    pub(super) async fn closed_for(&self, time: Duration) {
        // The sender is ours: it cannot be gone.
        drop(
            self.ledger
                .subscribe()
                .wait_for(|ledger| ledger.closed)
                .await,
        );
        tokio::time::sleep(time).await;
    }

    /// Marks the services of `plan` as worked on, all or none. The receiver changes when it is
    /// cancelled.
    fn reserve(
        &self,
        id: OperationId,
        plan: &Plan,
    ) -> Result<watch::Receiver<Option<SkipReason>>, SubmitRefusal> {
        let (cancel, cancelled) = watch::channel(None);
        let services = plan.claims();
        let running = Running { services, cancel };
        let mut refusal = None;
        self.ledger.send_if_modified(|ledger| {
            refusal = ledger.refuse(&running.services);
            if refusal.is_none() {
                ledger.running.insert(id, running);
            }
            refusal.is_none()
        });
        refusal.map_or(Ok(cancelled), Err)
    }

    fn release(&self, id: OperationId, left_out: Vec<Step>) {
        self.ledger.send_modify(|ledger| {
            ledger.running.remove(&id);
            ledger.left_out.extend(left_out);
        });
    }
}

impl Running {
    fn cancel(&self, reason: SkipReason) {
        self.cancel.send_if_modified(|current| {
            let first = current.is_none();
            if first {
                *current = Some(reason);
            }
            first
        });
    }
}

impl Ledger {
    fn refuse(&self, services: &BTreeSet<ServiceId>) -> Option<SubmitRefusal> {
        if self.closed {
            return Some(SubmitRefusal::ShuttingDown);
        }
        let taken = self.running.iter().find_map(|(id, running)| {
            running
                .services
                .intersection(services)
                .next()
                .map(|service| (service.clone(), *id))
        });
        if let Some((service, id)) = taken {
            return Some(SubmitRefusal::Busy(service, id));
        }
        (self.running.len() >= LIMIT).then_some(SubmitRefusal::Overloaded)
    }
}
