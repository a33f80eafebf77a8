//! A step that replaces a container by a new one: the one before is kept, under another name, until
//! the new one is healthy, and comes back where it is not.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::Mutex;

use crate::engine::{CallLog, EngineError};
use crate::model::{
    BadImage, InstanceFacts, InstanceId, Observation, OperationKind, Step, StepActivity, StepState,
    StepWait, Timestamp,
};
use crate::operate::bad_images;
use crate::operate::definition::{ContainerDefinition, DefinitionSource};
use crate::operate::wait::{Awaited, find, is_probed};

use super::PlanExecutor;
use super::failure::{ReplaceError, ReplaceFault, StepFailure};
use super::prepare::PreparedImage;
use super::settle::ReplacingCall;

/// What the steps that replace containers share.
#[derive(Debug, Default)]
pub(in crate::operate) struct Replacements {
    /// The images that were pulled and checked, by the index of their step.
    pub(super) images: Mutex<BTreeMap<usize, PreparedImage>>,
    /// Containers that were replaced, each with its new id: others may use their network.
    pub(super) new_ids: Mutex<BTreeMap<InstanceId, InstanceId>>,
    /// The calls for each step since they were recorded, by its index: images are pulled before it.
    logs: Mutex<BTreeMap<usize, CallLog>>,
}

impl Replacements {
    /// Where calls for step `index` are recorded.
    pub(super) async fn log(&self, index: usize) -> CallLog {
        self.logs.lock().await.entry(index).or_default().clone()
    }
}

/// One replacement.
pub(super) struct Replacement<'a> {
    pub index: usize,
    pub step: &'a Step,
    /// The container that is replaced, as it was before.
    pub before: Arc<InstanceFacts>,
    /// The name under which it is kept.
    pub kept: String,
    pub probed: bool,
    pub image: PreparedImage,
    pub definition: ContainerDefinition,
}

impl PlanExecutor {
    /// Replaces the container `id`.
    ///
    /// # Errors
    /// One sentence when the new one does not become healthy: then the one before runs again, or
    /// the sentence says how it is brought back.
    pub(super) async fn replace(
        &self,
        index: usize,
        step: &Step,
        id: &InstanceId,
    ) -> Result<StepState, StepFailure> {
        let Some(change) = self.replacement(index, step, id).await? else {
            return Ok(StepState::Unchanged);
        };
        if self.is_tried(&change)
            && let Err(error) = self.try_beside(&change).await
        {
            return Err(self.refuse(&change, error).await);
        }
        let call = ReplacingCall::Rename(id, &change.kept);
        if let Err(error) = self.settled(index, call).await {
            let kept = &change.kept;
            let text = match error {
                EngineError::Conflict { .. } => format!(
                    "cannot {}: {kept} is there from an operation before; remove it with `docker rm {kept}`, or rename it",
                    step.call()
                ),
                error => format!("cannot {}: {}", step.call(), error.cause()),
            };
            return Err(text.into());
        }
        let exchanged = match self.trail.kept(&self.plan, index, &change.kept).await {
            Ok(()) => self.exchange(&change).await,
            Err(text) => Err(ReplaceError::other(text)),
        };
        match exchanged {
            Ok(new) => {
                self.drop_kept(&change).await;
                Ok(self.succeeded(id, new).await)
            }
            Err(error) => Err(self.roll_back(&change, error).await),
        }
    }

    async fn succeeded(&self, old: &InstanceId, new: InstanceId) -> StepState {
        let mut new_ids = self.replacements.new_ids.lock().await;
        new_ids.insert(old.clone(), new);
        StepState::Succeeded
    }

    /// What is to be done; `None` where the container has the image already.
    async fn replacement<'a>(
        &self,
        index: usize,
        step: &'a Step,
        id: &InstanceId,
    ) -> Result<Option<Replacement<'a>>, String> {
        let failed = |why: &str| format!("cannot {}: {why}", step.call());
        let image = self.replacements.images.lock().await.remove(&index);
        let image = image.ok_or_else(|| failed("its image was not prepared"))?;
        if image.is_same && matches!(step.kind, OperationKind::Update { .. }) {
            return Ok(None);
        }
        let (before, probed) = {
            let snapshot = self.snapshots.borrow();
            (find(&snapshot, id).cloned(), is_probed(&snapshot, id))
        };
        let before = before.ok_or_else(|| failed("the container is gone"))?;
        let engine = self.link.borrow().clone();
        let engine = engine.ok_or_else(|| failed("the engine does not answer"))?;
        let inspected = engine.definition(id.as_str()).await;
        let inspected = inspected.map_err(|error| failed(error.cause()))?;
        let inspected = inspected.ok_or_else(|| failed("the container is gone"))?;
        let replaced = self.replacements.new_ids.lock().await.clone();
        let definition = ContainerDefinition::of(&DefinitionSource {
            inspected: &inspected,
            old_defaults: &image.old_defaults,
            image: &image.image,
            reference: &image.reference,
            compose_hash: image.compose_hash.as_deref(),
            replaced: &replaced,
        });
        Ok(Some(Replacement {
            index,
            step,
            kept: InstanceFacts::kept_name(&step.name),
            before,
            probed,
            definition,
            image,
        }))
    }

    /// Creates the new container while the one before runs on, stops that one, starts the new one
    /// and waits for it; its id.
    async fn exchange(&self, change: &Replacement<'_>) -> Result<InstanceId, ReplaceError> {
        let name = &change.step.name;
        let new = self.created(change.index, name, &change.definition).await?;
        if change.before.state.can_be_stopped() {
            let stop = ReplacingCall::Stop(&change.before.id);
            let stopped = self.settled(change.index, stop).await;
            stopped.map_err(|error| {
                ReplaceError::of_engine(&format!("stop {}", change.kept), &error)
            })?;
        }
        let start = ReplacingCall::Start(&new);
        let started = self.settled(change.index, start).await;
        started.map_err(|error| ReplaceError::of_start(name, &error))?;
        self.gate(change, &new).await?;
        Ok(new)
    }

    /// Creates the container `name` on all its networks, for step `index`.
    pub(super) async fn created(
        &self,
        index: usize,
        name: &str,
        definition: &ContainerDefinition,
    ) -> Result<InstanceId, ReplaceError> {
        let failed =
            |error: EngineError| ReplaceError::of_engine(&format!("create {name}"), &error);
        let call = ReplacingCall::Create(name, &definition.document);
        let new = self.settled(index, call).await.map_err(failed)?;
        let new = new.ok_or_else(|| {
            ReplaceError::other(format!("cannot create {name}: the engine names no id"))
        })?;
        for (network, endpoint) in &definition.further {
            let call = ReplacingCall::Connect(&new, network, endpoint);
            self.settled(index, call).await.map_err(failed)?;
        }
        Ok(new)
    }

    /// Waits until the new container is up.
    async fn gate(&self, change: &Replacement<'_>, new: &InstanceId) -> Result<(), ReplaceError> {
        let (wait, probed) = (change.step.wait, change.probed);
        let engine = self.link.borrow().clone();
        let facts = match engine {
            Some(engine) => engine.inspect(new).await.ok().flatten(),
            None => None,
        };
        // Until it can be inspected it is taken to be checked as the one before.
        let facts = facts.unwrap_or_else(|| InstanceFacts {
            id: new.clone(),
            ..(*change.before).clone()
        });
        let awaited = Awaited::new(change.step.kind, wait, &facts, probed).of_new();
        self.begin_wait(change.index, &awaited).await;
        let waited = self.unless_cancelled(self.wait(&awaited, &change.step.name));
        match waited.await {
            Ok(StepState::Unverified) => Err(ReplaceError::cancelled(format!(
                "cancelled before {} {}",
                change.step.name,
                awaited.what()
            ))),
            Ok(_) => Ok(()),
            Err(text) => Err(ReplaceError::of_image(text)),
        }
    }

    /// Removes what was kept; its volumes stay, the new one has them.
    async fn drop_kept(&self, change: &Replacement<'_>) {
        let remove = ReplacingCall::Remove(&change.before.id);
        let removed = self.settled(change.index, remove).await;
        if let Err(error) = removed {
            let (kept, cause) = (&change.kept, error.cause());
            self.report_problem(format!(
                "{kept}, which {} has replaced, cannot be removed: {cause}; `docker rm --force {kept}` removes it",
                change.step.name
            ))
            .await;
        }
    }

    /// Brings the container before back; what the step fails with.
    async fn roll_back(&self, change: &Replacement<'_>, error: ReplaceError) -> StepFailure {
        let activity = Some(StepActivity::RollingBack);
        self.activity(change.index, activity).await;
        let StepFailure { text, is_cancelled } = self.refuse(change, error).await;
        let back = self.bring_back(change).await;
        self.activity(change.index, None).await;
        let (name, kept) = (&change.step.name, &change.kept);
        match back {
            Ok(how) => StepFailure {
                text: format!("{text}; {how}"),
                is_cancelled,
            },
            // That has to be finished by hand, whoever cancelled it.
            Err(why) => StepFailure::from(format!(
                "{text}; the container before could not be brought back: {why}; it is kept as {kept}: `docker rm \
                 --force {name}`, `docker rename {kept} {name}` and `docker start {name}` bring it back"
            )),
        }
    }

    async fn bring_back(&self, change: &Replacement<'_>) -> Result<String, String> {
        let (name, id) = (&change.step.name, &change.before.id);
        let cause = |error: EngineError| error.cause().to_owned();
        let engine = self.link.borrow().clone();
        let engine = engine.ok_or("the engine does not answer")?;
        let there = engine.definition(name).await.map_err(cause)?;
        let there = there.as_ref().and_then(|there| there.get("Id"));
        let there = there.and_then(Value::as_str).map(InstanceId::new);
        if let Some(new) = there.as_ref().filter(|new| *new != id) {
            self.settled(change.index, ReplacingCall::Remove(new))
                .await
                .map_err(cause)?;
        }
        if there.as_ref() != Some(id) {
            let rename = ReplacingCall::Rename(id, name);
            self.settled(change.index, rename).await.map_err(cause)?;
        }
        let before = &change.before;
        if !before.state.can_be_stopped() {
            return Ok("the container before is back".to_owned());
        }
        let start = ReplacingCall::Start(&before.id);
        self.settled(change.index, start).await.map_err(cause)?;
        let healthy = StepWait::Healthy;
        let awaited = Awaited::new(OperationKind::Start, healthy, before, change.probed);
        Ok(match self.wait(&awaited.of_returning(), name).await {
            Ok(()) => "the container before is back and up".to_owned(),
            Err(why) => format!("the container before runs again, but {why}"),
        })
    }

    /// Remembers an image that failed and has its reference name the old one again; what the step
    /// fails with.
    async fn refuse(&self, change: &Replacement<'_>, error: ReplaceError) -> StepFailure {
        let image = &change.image;
        self.tag_back(&image.reference, &image.old_id, change.index)
            .await;
        let text = self.snapshots.borrow().secrets.mask(&error.text);
        let is_bad = error.fault == ReplaceFault::Image;
        if is_bad && !image.is_same && image.image.id != image.old_id {
            self.remember_bad(change, &text).await;
        }
        StepFailure {
            text,
            is_cancelled: error.fault == ReplaceFault::Cancelled,
        }
    }

    async fn remember_bad(&self, change: &Replacement<'_>, error: &str) {
        let image = &change.image;
        let bad = BadImage {
            reference: image.reference.clone(),
            id: image.image.id.clone(),
            digest: image.image.digests.first().cloned().unwrap_or_default(),
            service: change.step.service.clone(),
            at: Timestamp::now(),
            error: error.to_owned(),
        };
        let mut all = self.snapshots.borrow().bad_images.to_vec();
        bad_images::add(&mut all, bad.clone());
        if let Some(Err(text)) = self
            .trail
            .path()
            .map(|audit| bad_images::remember(audit, bad))
        {
            self.report_problem(text).await;
        }
        self.send(Observation::BadImages(all)).await;
    }
}
