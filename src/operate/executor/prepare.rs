//! What is done before anything is stopped: images are pulled and checked.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::engine::{Engine, EngineError, EngineImage};
use crate::model::{
    BadImage, ImageReference, InstanceId, OperationKind, OperationProgress, Step, StepActivity,
};

use super::PlanExecutor;
use super::compose_file;

/// An image that a step takes.
#[derive(Clone, Debug)]
pub(super) struct PreparedImage {
    /// What the new container names.
    pub reference: String,
    /// The image.
    pub image: EngineImage,
    /// The image of the container that is replaced.
    pub old_id: String,
    /// The defaults of that image; null where the engine has it no more.
    pub old_defaults: Value,
    /// Whether the container runs that image already.
    pub is_same: bool,
    /// The hash of what its Compose file says now, where that names another image.
    pub compose_hash: Option<String>,
}

/// What the container of a step says of its image.
pub(super) struct WantedImage {
    /// What its definition names, and the new one is to name.
    pub reference: String,
    /// What is pulled; `None` where nothing is.
    pub pulled: Option<String>,
    pub old_id: String,
    pub compose_hash: Option<String>,
}

impl PlanExecutor {
    /// Pulls and checks the images of all steps that replace a container.
    ///
    /// # Errors
    /// One sentence when an image cannot be had or must not be taken: then nothing was stopped, and
    /// every reference names what it named before.
    pub(super) async fn prepare(&self) -> Result<(), String> {
        let mut pulled = BTreeMap::new();
        for (index, step) in self.plan.steps.iter().enumerate() {
            let Some(id) = step.container().filter(|_| step.kind.recreates()) else {
                continue;
            };
            let prepared = self.prepared_image(index, step, id, &mut pulled).await;
            self.activity(index, None).await;
            let image = prepared.map_err(|cause| {
                let cause = self.snapshots.borrow().secrets.mask(&cause);
                format!("cannot {}: {cause}; nothing was stopped", step.call())
            })?;
            self.replacements.images.lock().await.insert(index, image);
        }
        Ok(())
    }

    /// Has references name what containers run that are not updated after all: Compose would see
    /// drift.
    pub(super) async fn leave_images(&self, steps: impl Iterator<Item = usize>) {
        for index in steps {
            let image = self.replacements.images.lock().await.remove(&index);
            let Some(image) = image.filter(|image| !image.is_same) else {
                continue;
            };
            self.tag_back(&image.reference, &image.old_id, index).await;
        }
    }

    /// Has `reference` name the image `id` again; what goes wrong is put on the timeline.
    pub(super) async fn tag_back(&self, reference: &str, id: &str, index: usize) {
        let is_update = matches!(
            self.plan.steps.get(index).map(|step| step.kind),
            Some(OperationKind::Update { .. })
        );
        let parts = ImageReference::of(reference).filter(|parts| parts.digest.is_none());
        let engine = self.link.borrow().clone();
        let (Some(parts), Some(engine), true) = (parts, engine, is_update) else {
            return;
        };
        let engine = engine.recorded(&self.replacements.log(index).await);
        if let Err(error) = engine.tag(id, &parts).await {
            let cause = error.cause();
            self.report_problem(format!(
                "{reference} still names the new image, as it cannot be tagged: {cause}; `docker tag {id} {reference}` \
                 gives it the old one"
            ))
            .await;
        }
    }

    async fn prepared_image(
        &self,
        index: usize,
        step: &Step,
        id: &InstanceId,
        pulled: &mut BTreeMap<String, EngineImage>,
    ) -> Result<PreparedImage, String> {
        let engine = self.link.borrow().clone();
        let engine = engine.ok_or("the engine does not answer")?;
        let engine = engine.recorded(&self.replacements.log(index).await);
        let wanted = self.wanted_image(&engine, step, id).await?;
        let WantedImage {
            reference, old_id, ..
        } = &wanted;
        let image = match &wanted.pulled {
            Some(name) => match pulled.get(name) {
                Some(image) => image.clone(),
                None => {
                    let image = self.pull(&engine, index, name, &wanted).await?;
                    pulled.insert(name.clone(), image.clone());
                    image
                }
            },
            None => self.local_image(&engine, reference, old_id).await?,
        };
        let cause = |error: EngineError| error.cause().to_owned();
        let old = engine.image(old_id).await.map_err(cause)?;
        let platform = engine.platform().await.map_err(cause)?;
        let old_platform = old.as_ref().map(|old| old.platform.as_str());
        let refused = if image.platform != platform && old_platform != Some(&*image.platform) {
            Some(format!(
                "the image of {reference} is for {}, and this engine runs {platform}",
                image.platform
            ))
        } else {
            self.known_as_bad(&wanted, &image)
        };
        if let Some(why) = refused {
            self.tag_back(reference, old_id, index).await;
            return Err(why);
        }
        if let Some(ImageReference { digest: None, .. }) = ImageReference::of(reference)
            && wanted.pulled.as_ref().is_some_and(|name| name != reference)
            && let Some(parts) = ImageReference::of(reference)
        {
            // A digest that was named: the Compose file's reference names it from now on.
            engine.tag(&image.id, &parts).await.map_err(cause)?;
        }
        Ok(PreparedImage {
            reference: reference.clone(),
            is_same: wanted.pulled.is_some() && image.id == *old_id,
            image,
            old_id: old_id.clone(),
            compose_hash: wanted.compose_hash.clone(),
            old_defaults: old.map_or(Value::Null, |old| old.config),
        })
    }

    /// What is to be pulled for the container, and what the new one names.
    async fn wanted_image(
        &self,
        engine: &Engine,
        step: &Step,
        id: &InstanceId,
    ) -> Result<WantedImage, String> {
        let inspected = engine.definition(id.as_str()).await;
        let inspected = inspected.map_err(|error| error.cause().to_owned())?;
        let inspected = inspected.ok_or("the container is gone")?;
        let text = |path: &str| {
            let text = inspected.pointer(path).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        let (own, old_id) = (text("/Config/Image"), text("/Image"));
        let file = self.file_image(engine, step, &inspected).await?;
        if !matches!(step.kind, OperationKind::Update { .. }) {
            let pulled = None;
            return Ok(WantedImage {
                reference: own,
                pulled,
                old_id,
                compose_hash: None,
            });
        }
        let labels = inspected.pointer("/Config/Labels").unwrap_or(&Value::Null);
        let named = self.plan.operation.image.as_deref();
        let decided = file.as_ref().map_or(own, |file| file.reference.clone());
        let (reference, pulled) = compose_file::pulled_reference(named, decided, labels).await?;
        Ok(WantedImage {
            reference,
            pulled: Some(pulled),
            old_id,
            compose_hash: file.map(|file| file.hash),
        })
    }

    /// Why an image that failed before is not taken again; `None` where it is named, or is none.
    fn known_as_bad(&self, wanted: &WantedImage, image: &EngineImage) -> Option<String> {
        if self.plan.operation.image.is_some() || wanted.pulled.is_none() {
            return None;
        }
        let snapshot = self.snapshots.borrow();
        let bad: &BadImage = snapshot
            .bad_images
            .iter()
            .rev()
            .find(|bad| bad.id == image.id)?;
        Some(format!(
            "the image that {} names now failed at {:.0} with {}: {}; --image {} takes it all the same",
            wanted.reference, bad.at, bad.service, bad.error, wanted.reference
        ))
    }

    /// Reports what step `index` is doing.
    pub(super) async fn activity(&self, index: usize, activity: Option<StepActivity>) {
        self.report(OperationProgress::Activity { index, activity })
            .await;
    }
}
