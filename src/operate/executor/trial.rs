//! A new image is tried in a container beside the running one, where that is safe: a bad one is
//! found before anything is stopped.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::model::{InstanceId, OperationKind, StepActivity, StepState, StepWait};
use crate::operate::wait::{Awaited, Standing};

use super::PlanExecutor;
use super::failure::ReplaceError;
use super::replace::Replacement;
use super::settle::ReplacingCall;

/// Time between two looks.
const LOOK: Duration = Duration::from_millis(250);
/// How long a trial may stay without an inspection that succeeds.
const UNSEEN: Duration = Duration::from_secs(60);

impl PlanExecutor {
    /// Whether the new image is tried first: it is an update of what runs on, and a second one
    /// touches neither the data nor the network of the first.
    pub(super) fn is_tried(&self, change: &Replacement<'_>) -> bool {
        matches!(change.step.kind, OperationKind::Update { .. })
            && change.step.wait == StepWait::Healthy
            && change.before.is_running()
            && change.before.may_run_twice()
            && !change.definition.uses_host()
    }

    /// Runs the new image beside the container of now until it is up, and removes it.
    pub(super) async fn try_beside(&self, change: &Replacement<'_>) -> Result<(), ReplaceError> {
        let activity = Some(StepActivity::Trying);
        self.activity(change.index, activity).await;
        let name = format!("{}_hubdeck_trial", change.step.name);
        // One may be left of a run that was killed.
        self.remove_trial(change.index, &name).await;
        let tried = self.tried(change, &name).await;
        self.remove_trial(change.index, &name).await;
        self.activity(change.index, None).await;
        tried.map_err(|error| ReplaceError {
            text: format!("{}; the running container was not touched", error.text),
            ..error
        })
    }

    async fn tried(&self, change: &Replacement<'_>, name: &str) -> Result<(), ReplaceError> {
        let definition = change.definition.as_trial();
        let id = self.created(change.index, name, &definition).await?;
        let started = self.settled(change.index, ReplacingCall::Start(&id)).await;
        started.map_err(|error| ReplaceError::of_start(name, &error))?;
        match self
            .unless_cancelled(self.trial_up(change, &id, name))
            .await
        {
            Ok(StepState::Unverified) => Err(ReplaceError::cancelled(format!(
                "cancelled before {name} became healthy"
            ))),
            Ok(_) => Ok(()),
            Err(text) => Err(ReplaceError::of_image(text)),
        }
    }

    /// Waits until the trial is up, by inspections: snapshots leave it out.
    async fn trial_up(
        &self,
        change: &Replacement<'_>,
        id: &InstanceId,
        name: &str,
    ) -> Result<(), String> {
        let begun = Instant::now();
        let mut awaited: Option<Awaited> = None;
        let mut runs_since: Option<Instant> = None;
        loop {
            let engine = self.link.borrow().clone();
            let facts = match &engine {
                Some(engine) => engine.network_owner(id).await,
                None => Ok(None),
            };
            let standing = match facts {
                Ok(Some(facts)) => {
                    let kind = change.step.kind;
                    let own = awaited.get_or_insert_with(|| {
                        Awaited::new(kind, StepWait::Healthy, &facts, false).of_new()
                    });
                    own.of_facts(&facts, None)
                }
                Ok(None) if engine.is_some() => {
                    return Err(format!("{name} was removed"));
                }
                Ok(None) => Standing::NotYet("the engine does not answer".to_owned()),
                Err(error) => Standing::NotYet(error.cause().to_owned()),
            };
            match (&standing, &awaited) {
                (Standing::Up, _) => return Ok(()),
                (Standing::Runs | Standing::Unprobed, _) => {
                    if runs_since.get_or_insert_with(Instant::now).elapsed() >= self.proof {
                        return Ok(());
                    }
                }
                (Standing::Failed(why), _) => return Err(format!("{name} is not healthy: {why}")),
                (Standing::NotYet(_), Some(awaited)) if begun.elapsed() >= awaited.limit() => {
                    return Err(awaited.late(name, &standing));
                }
                (Standing::NotYet(why), None) if begun.elapsed() >= UNSEEN => {
                    let seconds = UNSEEN.as_secs();
                    return Err(format!("{name} was not seen for {seconds} s: {why}"));
                }
                (Standing::NotYet(_), _) => runs_since = None,
            }
            sleep(LOOK).await;
        }
    }

    /// Removes the trial `name`, where there is one.
    async fn remove_trial(&self, index: usize, name: &str) {
        let engine = self.link.borrow().clone();
        let found = match engine {
            Some(engine) => engine.definition(name).await.ok().flatten(),
            None => None,
        };
        let id = found.as_ref().and_then(|found| found.get("Id"));
        let Some(id) = id.and_then(Value::as_str).map(InstanceId::new) else {
            return;
        };
        if let Err(error) = self.settled(index, ReplacingCall::Remove(&id)).await {
            let cause = error.cause();
            self.report_problem(format!(
                "{name}, in which an image was tried, cannot be removed: {cause}; `docker rm --force {name}` removes it"
            ))
            .await;
        }
    }
}
