//! Runs one plan: wave by wave, every step reported and recorded.

mod swarm;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout_at};

use crate::engine::{Engine, EngineError};
use crate::model::{
    Observation, OperationId, OperationKind, OperationProgress, Plan, Principal, Snapshot, Step, StepState,
    Timestamp,
};

use super::audit::{Act, Audit};
use super::wait::{Awaited, Standing, find};

/// How long a container without a healthcheck has to stay up.
const STAYS: Duration = Duration::from_secs(1);

/// What a run needs of the world.
pub(super) struct Run {
    pub id: OperationId,
    pub principal: Principal,
    pub plan: Plan,
    pub link: watch::Receiver<Option<Engine>>,
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    pub out: mpsc::Sender<Observation>,
    pub audit: Audit,
}

impl Run {
    /// Runs the plan to its end or to the first wave that fails; the end is left to [`Self::report`].
    ///
    /// # Errors
    /// One sentence why it ended early.
    pub async fn go(&self) -> Result<(), String> {
        let plan = Box::new(self.plan.clone());
        self.report(OperationProgress::Started { principal: self.principal, plan }).await;
        match self.check() {
            Ok(()) => self.waves().await,
            Err(error) => {
                self.skip_from(0).await;
                Err(error)
            }
        }
    }

    /// Whether the plan still holds.
    fn check(&self) -> Result<(), String> {
        let snapshot = self.snapshots.borrow();
        let gone = |step: &&Step| match &step.swarm_service {
            // Which tasks there are changes by itself.
            Some(_) => snapshot.service(&step.service).is_none(),
            None => !step.kind.is_silent() && find(&snapshot, &step.instance).is_none(),
        };
        match self.plan.steps.iter().find(gone) {
            Some(step) if step.swarm_service.is_some() => {
                Err(format!("nothing was done: {} is gone; plan it again", step.name))
            }
            Some(step) => Err(format!("nothing was done: container {} is gone; plan it again", step.name)),
            None => Ok(()),
        }
    }

    async fn waves(&self) -> Result<(), String> {
        let steps = &self.plan.steps;
        let mut first = 0;
        while let Some(wave) = steps.get(first).map(|step| step.wave) {
            let next =
                steps[first..].iter().position(|step| step.wave != wave).map_or(steps.len(), |at| first + at);
            let results = join_all((first..next).map(|index| self.step(index))).await;
            if let Some(error) = results.into_iter().find_map(Result::err) {
                self.skip_from(next).await;
                return Err(error);
            }
            first = next;
        }
        Ok(())
    }

    async fn skip_from(&self, first: usize) {
        for index in first..self.plan.steps.len() {
            self.report(OperationProgress::Step { index, state: StepState::Skipped }).await;
        }
    }

    /// One call, its wait, its record and its reports.
    async fn step(&self, index: usize) -> Result<(), String> {
        let step = &self.plan.steps[index];
        let begun = Instant::now();
        self.report(OperationProgress::Step { index, state: StepState::Running }).await;
        let result = self.act(index, step).await;
        let act = Act {
            id: self.id,
            principal: self.principal,
            plan: &self.plan.hash,
            step,
            error: result.as_ref().err().map(String::as_str),
            duration: begun.elapsed(),
        };
        if let Err(text) = self.audit.record(act, Timestamp::now()).await {
            self.send(Observation::Own { at: Timestamp::now(), text }).await;
        }
        let state = match &result {
            Ok(()) => StepState::Succeeded,
            Err(error) => StepState::Failed { error: error.clone() },
        };
        self.report(OperationProgress::Step { index, state }).await;
        result
    }

    async fn act(&self, index: usize, step: &Step) -> Result<(), String> {
        if step.kind.is_silent() {
            // The store does it when it hears that the step succeeded.
            return Ok(());
        }
        let lost = || format!("cannot {} {}: the engine does not answer", step.kind.id(), step.name);
        let engine = self.link.borrow().clone().ok_or_else(lost)?;
        if let Some(id) = &step.swarm_service {
            return self.replace_tasks(&engine, index, step, id).await;
        }
        let gone = || format!("cannot {} {}: the container is gone", step.kind.id(), step.name);
        let before = find(&self.snapshots.borrow(), &step.instance).cloned().ok_or_else(gone)?;
        let say = |error: EngineError| format!("cannot {} {}: {}", step.kind.id(), step.name, error.cause());
        call(&engine, step).await.map_err(say)?;
        if !step.wait_healthy {
            return Ok(());
        }
        self.report(OperationProgress::Step { index, state: StepState::Waiting }).await;
        self.wait(&Awaited::new(step.kind, &before), &step.name).await
    }

    /// Waits until the container is up, by what the snapshots tell.
    async fn wait(&self, awaited: &Awaited, name: &str) -> Result<(), String> {
        let deadline = Instant::now() + awaited.limit();
        let mut snapshots = self.snapshots.clone();
        let mut runs_since: Option<Instant> = None;
        loop {
            let standing = awaited.standing(&snapshots.borrow_and_update());
            let wake = match &standing {
                Standing::Up => return Ok(()),
                Standing::Failed(why) => return Err(format!("{name} is not up: {why}")),
                Standing::Runs => {
                    let until = *runs_since.get_or_insert_with(Instant::now) + STAYS;
                    if Instant::now() >= until {
                        return Ok(());
                    }
                    until.min(deadline)
                }
                Standing::NotYet(_) => {
                    runs_since = None;
                    deadline
                }
            };
            match timeout_at(wake, snapshots.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return Err(format!("hubdeck ended before {name} was seen up")),
                Err(_) if wake < deadline => {}
                Err(_) => return Err(late(name, awaited, &standing)),
            }
        }
    }

    /// Tells the store.
    pub async fn report(&self, progress: OperationProgress) {
        self.send(Observation::Operation { id: self.id, at: Timestamp::now(), progress }).await;
    }

    /// Waits for room: what an operation did is never dropped.
    async fn send(&self, observation: Observation) {
        // Without a store the program shuts down; the audit record still tells what was done.
        let _ = self.out.send(observation).await;
    }
}

async fn call(engine: &Engine, step: &Step) -> Result<(), EngineError> {
    match step.kind {
        OperationKind::Start => engine.start(&step.instance).await,
        OperationKind::Stop => engine.stop(&step.instance).await,
        OperationKind::Restart => engine.restart(&step.instance).await,
        OperationKind::Pause => engine.pause(&step.instance).await,
        OperationKind::Unpause => engine.unpause(&step.instance).await,
        OperationKind::Silence { .. } | OperationKind::Lift => Ok(()),
    }
}

fn late(name: &str, awaited: &Awaited, standing: &Standing) -> String {
    let seconds = awaited.limit().as_secs();
    match standing {
        Standing::NotYet(why) | Standing::Failed(why) => format!("{name} is not up after {seconds} s: {why}"),
        Standing::Runs | Standing::Up => format!("{name} is not up after {seconds} s"),
    }
}
