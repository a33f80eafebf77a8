//! Where the image of a step comes from: a pull, or what the engine has.

use std::time::Duration;

use tokio::time::Instant;

use crate::engine::{Engine, EngineImage};
use crate::model::{ImageReference, PullProgress, StepActivity};

use super::PlanExecutor;
use super::prepare::WantedImage;

/// Least time between two reports of a pull.
const REPORTS: Duration = Duration::from_millis(200);

impl PlanExecutor {
    /// The image of a container that is created again without a pull: what its reference names now,
    /// else the image that it has.
    pub(super) async fn local_image(
        &self,
        engine: &Engine,
        reference: &str,
        old_id: &str,
    ) -> Result<EngineImage, String> {
        for name in [reference, old_id]
            .into_iter()
            .filter(|name| !name.is_empty())
        {
            let found = engine.image(name).await;
            if let Some(image) = found.map_err(|error| error.cause().to_owned())? {
                return Ok(image);
            }
        }
        Err(format!("the engine has its image {reference} no more"))
    }

    /// Pulls `name` and reports how far that is.
    pub(super) async fn pull(
        &self,
        engine: &Engine,
        index: usize,
        name: &str,
        wanted: &WantedImage,
    ) -> Result<EngineImage, String> {
        let parts = ImageReference::of(name).ok_or("its image has no reference to pull")?;
        let (progress, mut reports) = tokio::sync::watch::channel(PullProgress::default());
        let pull = engine.pull(&parts, |now| {
            // Nobody reads it after the pull.
            let _ = progress.send(now);
        });
        let report = async {
            let mut last = None;
            loop {
                let now = *reports.borrow_and_update();
                if last != Some(now) {
                    self.activity(index, Some(StepActivity::Pulling(now))).await;
                    last = Some(now);
                }
                tokio::time::sleep_until(Instant::now() + REPORTS).await;
            }
        };
        let mut cancelled = self.cancelled.clone();
        let pulled = tokio::select! {
            biased;
            pulled = pull => pulled.map_err(|error| format!("{name} cannot be pulled: {}", error.cause())),
            // An error would be that nobody can cancel any more.
            Ok(_) = cancelled.wait_for(Option::is_some) => Err("it was cancelled during the pull".to_owned()),
            () = report => Err(String::new()),
        };
        let last = *progress.borrow();
        self.activity(index, Some(StepActivity::Pulling(last)))
            .await;
        if let Err(cause) = pulled {
            self.tag_back_if_moved(engine, wanted, index).await;
            return Err(cause);
        }
        let image = engine
            .image(name)
            .await
            .map_err(|error| error.cause().to_owned())?;
        image.ok_or_else(|| format!("{name} was pulled, and the engine has no such image"))
    }

    /// A pull that was left may have ended all the same.
    async fn tag_back_if_moved(&self, engine: &Engine, wanted: &WantedImage, index: usize) {
        if let Ok(Some(now)) = engine.image(&wanted.reference).await
            && now.id != wanted.old_id
        {
            self.tag_back(&wanted.reference, &wanted.old_id, index)
                .await;
        }
    }
}
