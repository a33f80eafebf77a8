//! Runs one plan: wave by wave, every step recorded before it is called and after it.

mod broken;
mod compose;
mod compose_file;
mod failure;
mod file_image;
mod gate;
mod prepare;
mod pull;
mod replace;
mod settle;
mod swarm;
mod targets;
mod trial;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use crate::engine::{CallLog, Engine, EngineError};
use crate::model::secrets::mask_text;
use crate::model::{
    EngineCall, InstanceId, Observation, OperationId, OperationKind, OperationProgress, Plan,
    Principal, SkipReason, Snapshot, Step, StepState, StepTarget, StepWait, Timestamp,
};

use super::audit::Trail;
use super::wait::{Awaited, find, is_probed};
use failure::StepFailure;
pub(super) use replace::Replacements;

/// One run of a plan, with its channels and its audit record.
pub(super) struct PlanExecutor {
    pub id: OperationId,
    pub principal: Principal,
    pub plan: Plan,
    pub link: watch::Receiver<Option<Engine>>,
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    pub out: mpsc::Sender<Observation>,
    pub trail: Trail,
    /// How long a container that nothing checks has to run.
    pub proof: Duration,
    /// What its steps that replace containers share.
    pub replacements: Replacements,
    /// Why it is cancelled, once it is.
    pub cancelled: watch::Receiver<Option<SkipReason>>,
}

/// How a run ended.
pub(super) struct RunOutcome {
    /// Its last news, for [`PlanExecutor::report`].
    pub end: OperationProgress,
    /// Steps that were not begun because hubdeck ends.
    pub left_out: Vec<Step>,
}

impl PlanExecutor {
    /// Runs the plan to its end, to the first wave that fails, or until it is cancelled.
    pub async fn go(&self) -> RunOutcome {
        let plan = Box::new(self.plan.clone());
        self.report(OperationProgress::Started {
            principal: self.principal.clone(),
            plan,
        })
        .await;
        let (end, next) = match self.check_targets_exist() {
            Ok(()) => self.prepared_waves().await,
            Err(error) => (OperationProgress::Failed { error }, 0),
        };
        self.leave_images(next..self.plan.steps.len()).await;
        let reason = self.reason().unwrap_or(SkipReason::Failure);
        let rest = self.plan.steps.get(next..).unwrap_or_default();
        self.skip(next, reason).await;
        let ending = matches!(reason, SkipReason::Quit | SkipReason::Shutdown);
        RunOutcome {
            end,
            left_out: if ending { rest.to_vec() } else { Vec::new() },
        }
    }

    /// Records how it ended.
    pub async fn record_end(&self, end: &OperationProgress) {
        if let Err(text) = self.trail.ended(end).await {
            self.report_problem(text).await;
        }
    }

    /// Prepares the images and runs wave after wave; returns how it ended and the first step that was
    /// not begun.
    async fn prepared_waves(&self) -> (OperationProgress, usize) {
        match (self.prepare().await, self.reason()) {
            (Ok(()), _) => self.waves().await,
            (Err(_), Some(reason)) => (OperationProgress::Cancelled { reason }, 0),
            (Err(error), None) => (OperationProgress::Failed { error }, 0),
        }
    }

    /// Runs wave after wave; returns how it ended and the first step that was not begun.
    async fn waves(&self) -> (OperationProgress, usize) {
        let steps = &self.plan.steps;
        let mut first = 0;
        while let Some(wave) = steps.get(first).map(|step| step.wave) {
            if let Some(reason) = self.reason() {
                return (OperationProgress::Cancelled { reason }, first);
            }
            let others = steps[first..].iter().position(|step| step.wave != wave);
            let next = others.map_or(steps.len(), |at| first + at);
            let results = join_all((first..next).map(|index| self.step(index))).await;
            let (mut unverified, mut failure) = (false, None);
            for result in results {
                match result {
                    Ok(state) => unverified |= state == StepState::Unverified,
                    Err(error) => failure = Some(error.or(failure)),
                }
            }
            if let Some(failure) = failure {
                let reason = self.reason().filter(|_| failure.is_cancelled);
                let error = failure.text;
                let end = reason.map_or(OperationProgress::Failed { error }, |reason| {
                    OperationProgress::Cancelled { reason }
                });
                return (end, next);
            }
            if let Some(reason) = self.reason().filter(|_| unverified) {
                return (OperationProgress::Cancelled { reason }, next);
            }
            first = next;
        }
        (OperationProgress::Succeeded, first)
    }

    /// Records and reports every step from `first` on as not begun.
    async fn skip(&self, first: usize, reason: SkipReason) {
        for index in first..self.plan.steps.len() {
            let state = StepState::Skipped { reason };
            // An image may have been pulled for it.
            let calls = self.masked(self.replacements.log(index).await.take());
            if let Err(text) = self
                .trail
                .result(&self.plan, index, &state, (Duration::ZERO, &calls))
                .await
            {
                self.report_problem(text).await;
            }
            self.report(OperationProgress::Step { index, state }).await;
        }
    }

    /// Why the operation is cancelled; `None` while it is not.
    fn reason(&self) -> Option<SkipReason> {
        *self.cancelled.borrow()
    }

    /// One call, its wait, its records and its reports; the state it ended in.
    ///
    /// # Errors
    /// One sentence when it was refused or failed, or could not be recorded: then nothing more may
    /// be begun.
    async fn step(&self, index: usize) -> Result<StepState, StepFailure> {
        let step = &self.plan.steps[index];
        if let Err(text) = self.trail.intent(&self.plan, index).await {
            let error = format!("{} was not begun: {text}", step.call());
            let failed = StepState::Failed {
                error: error.clone(),
            };
            self.report_step(index, failed).await;
            return Err(error.into());
        }
        let begun = Instant::now();
        self.report_step(index, StepState::Running).await;
        let log = self.replacements.log(index).await;
        let (state, is_cancelled) = match self.act(index, step, &log).await {
            Ok(state) => (state, false),
            Err(failure) => {
                // An engine's error may quote what it was to run.
                let error = self.snapshots.borrow().secrets.mask(&failure.text);
                (StepState::Failed { error }, failure.is_cancelled)
            }
        };
        let calls = self.masked(log.take());
        let recorded = self
            .trail
            .result(&self.plan, index, &state, (begun.elapsed(), &calls))
            .await;
        self.report(OperationProgress::Called { index, calls })
            .await;
        self.report_step(index, state.clone()).await;
        // What is not on record has to be said in any case.
        let is_cancelled = is_cancelled && recorded.is_ok();
        outcome(step, state, recorded).map_err(|text| StepFailure { text, is_cancelled })
    }

    /// `calls` without secrets that an answer quotes.
    fn masked(&self, mut calls: Vec<EngineCall>) -> Vec<EngineCall> {
        let secrets = Arc::clone(&self.snapshots.borrow().secrets);
        for call in &mut calls {
            call.answer = secrets.mask(&mask_text(&call.answer));
        }
        calls
    }

    async fn report_step(&self, index: usize, state: StepState) {
        self.report(OperationProgress::Step { index, state }).await;
    }

    /// Calls what `step` is carried out on; what the engine answers is added to `log`.
    async fn act(
        &self,
        index: usize,
        step: &Step,
        log: &CallLog,
    ) -> Result<StepState, StepFailure> {
        let lost = || format!("cannot {}: the engine does not answer", step.call());
        let engine = || self.link.borrow().clone().ok_or_else(lost);
        let engine = || engine().map(|engine| engine.recorded(log));
        match &step.target {
            StepTarget::Container(id) if step.kind.recreates() => {
                self.replace(index, step, id).await
            }
            StepTarget::Container(id) => {
                Ok(self.call_container(&engine()?, index, step, id).await?)
            }
            StepTarget::SwarmService(id) => {
                Ok(self.replace_tasks(&engine()?, index, step, id).await?)
            }
            // The store does it when the step has succeeded.
            StepTarget::Service => Ok(StepState::Succeeded),
            StepTarget::Compose(call) => self.run_compose(&engine()?, &call.invocation).await,
        }
    }

    /// Calls the container `id` and waits for it where the plan requires it.
    async fn call_container(
        &self,
        engine: &Engine,
        index: usize,
        step: &Step,
        id: &InstanceId,
    ) -> Result<StepState, String> {
        let Some(before) = find(&self.snapshots.borrow(), id).cloned() else {
            return if step.kind.removes() {
                Ok(StepState::Succeeded)
            } else {
                Err(format!("cannot {}: the container is gone", step.call()))
            };
        };
        let probed = is_probed(&self.snapshots.borrow(), id);
        let called_at = Timestamp::now();
        match call(engine, step.kind, id).await {
            Ok(()) => {}
            Err(error) if error.may_have_been_carried_out() => {
                self.find_out(step, &before, called_at, &error).await?;
            }
            Err(error) => return Err(format!("cannot {}: {}", step.call(), error.cause())),
        }
        if step.wait == StepWait::No {
            return Ok(StepState::Succeeded);
        }
        let awaited = Awaited::new(step.kind, step.wait, &before, probed);
        self.begin_wait(index, &awaited).await;
        self.unless_cancelled(self.wait(&awaited, &step.name)).await
    }

    /// Reports that step `index` waits, and until when at the latest.
    async fn begin_wait(&self, index: usize, awaited: &Awaited) {
        self.report_step(index, StepState::Waiting).await;
        let due_at = Timestamp::now() + awaited.limit();
        self.report(OperationProgress::Waits { index, due_at })
            .await;
    }

    /// The outcome of `wait`, which ends early when the operation is cancelled.
    async fn unless_cancelled(
        &self,
        wait: impl Future<Output = Result<(), String>>,
    ) -> Result<StepState, String> {
        let mut cancelled = self.cancelled.clone();
        tokio::select! {
            biased;
            done = wait => done.map(|()| StepState::Succeeded),
            // An error would be that nobody can cancel any more, and the operator lives as long as
            // the run.
            Ok(_) = cancelled.wait_for(Option::is_some) => Ok(StepState::Unverified),
        }
    }

    /// Sends `progress` to the store.
    pub async fn report(&self, progress: OperationProgress) {
        self.send(Observation::Operation {
            id: self.id,
            at: Timestamp::now(),
            progress,
        })
        .await;
    }

    /// Puts a sentence about the record on the timeline.
    async fn report_problem(&self, text: String) {
        self.send(Observation::Own {
            at: Timestamp::now(),
            text,
        })
        .await;
    }

    /// Waits for room: what an operation did is never dropped.
    async fn send(&self, observation: Observation) {
        // Without a store the program shuts down; the audit record still contains what was done.
        let _ = self.out.send(observation).await;
    }
}

async fn call(engine: &Engine, kind: OperationKind, id: &InstanceId) -> Result<(), EngineError> {
    match kind {
        OperationKind::Start => engine.start(id).await,
        OperationKind::Stop => engine.stop(id).await,
        OperationKind::Restart => engine.restart(id).await,
        OperationKind::Pause => engine.pause(id).await,
        OperationKind::Unpause => engine.unpause(id).await,
        OperationKind::Kill { signal } => engine.kill(id, signal).await,
        OperationKind::Remove { force } => engine.remove(id, force).await,
        // They are more than one call, or call no container.
        OperationKind::Recreate
        | OperationKind::Update { .. }
        | OperationKind::Silence { .. }
        | OperationKind::Lift
        | OperationKind::Compose(_) => Ok(()),
    }
}

/// The state of a step that ended; an error where it failed or could not be `recorded`.
fn outcome(
    step: &Step,
    state: StepState,
    recorded: Result<(), String>,
) -> Result<StepState, String> {
    match (state, recorded) {
        (StepState::Failed { error }, Ok(())) => Err(error),
        (StepState::Failed { error }, Err(text)) => Err(format!("{error}; {text}")),
        (_, Err(text)) => Err(format!("{} succeeded, but {text}", step.call())),
        (state, Ok(())) => Ok(state),
    }
}
