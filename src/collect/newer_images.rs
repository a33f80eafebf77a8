//! Asks registries which of the images that run are the newest under their reference: one at a
//! time, seldom, and never one that refused lately.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep};

use crate::engine::{Engine, EngineError};
use crate::model::{
    ImageCheck, ImageChecks, ImageReference, ImageState, Observation, Snapshot, Timestamp,
};

/// Time between two looks for images that are new or due.
const LOOK: Duration = Duration::from_secs(5);
/// Time until a registry that did not answer is asked again for the same image.
const AFTER_FAILURE: Duration = Duration::from_secs(3_600);
/// How long a registry that refuses is left alone at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(2 * 86_400);
/// Docker Hub as a reference without a registry means it.
const DOCKER_HUB: &str = "docker.io";

/// Whether and how often registries are asked; may change while it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageCheckOptions {
    /// Whether they are.
    pub enabled: bool,
    /// Time between two requests for one image, and until a registry that refused is asked again at
    /// first.
    pub every: Duration,
    /// Time between two requests.
    pub pause: Duration,
}

impl Default for ImageCheckOptions {
    fn default() -> Self {
        Self {
            enabled: false,
            every: Duration::from_secs(6 * 3_600),
            pause: Duration::from_secs(1),
        }
    }
}

/// Checks the images of the containers in the snapshots for as long as `out` is read.
pub async fn run(
    link: watch::Receiver<Option<Engine>>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    mut options: watch::Receiver<ImageCheckOptions>,
    out: mpsc::Sender<Observation>,
) {
    let mut checker = Checker::default();
    loop {
        let now = options.borrow_and_update().clone();
        let engine = link.borrow().clone().filter(|_| now.enabled);
        let snapshot = Arc::clone(&snapshots.borrow());
        let asked = match engine {
            Some(engine) => checker.turn(&engine, &snapshot, now.every).await,
            None => false,
        };
        if let Some(checks) = checker.news(now.enabled)
            && out.send(Observation::ImageChecks(checks)).await.is_err()
        {
            return;
        }
        let wait = if asked {
            now.pause
        } else {
            LOOK.min(now.every)
        };
        tokio::select! {
            () = sleep(wait), if now.enabled => {}
            changed = options.changed() => if changed.is_err() {
                return;
            },
            () = out.closed() => return,
        }
    }
}

/// An image that containers run: the reference that they name, and its id.
type ImageKey = (String, String);

/// What was found out so far.
#[derive(Debug, Default)]
struct Checker {
    known: BTreeMap<ImageKey, (ImageCheck, Instant)>,
    /// Registries that refused, with when they may be asked again and the pause until then.
    refusing: BTreeMap<String, (Instant, Duration)>,
    requests: u64,
    /// What was reported last.
    reported: Arc<ImageChecks>,
}

impl Checker {
    /// Checks the first image that is due; returns whether one was.
    async fn turn(&mut self, engine: &Engine, snapshot: &Snapshot, every: Duration) -> bool {
        let wanted = wanted(snapshot);
        self.known.retain(|key, _| wanted.contains(key));
        let now = Instant::now();
        let Some(key) = wanted.into_iter().find(|key| self.is_due(key, now)) else {
            return false;
        };
        let Some(state) = self.check(engine, &key, every).await else {
            return false;
        };
        let pause = match state {
            ImageState::Failed => AFTER_FAILURE.min(every),
            _ => every,
        };
        let check = ImageCheck {
            reference: key.0.clone(),
            image_id: key.1.clone(),
            state,
            checked_at: Timestamp::now(),
        };
        self.known.insert(key, (check, Instant::now() + pause));
        true
    }

    /// What is to be reported; `None` where that was already.
    fn news(&mut self, enabled: bool) -> Option<Arc<ImageChecks>> {
        let checks = || self.known.values().map(|(check, _)| check.clone());
        let now = ImageChecks {
            requests: enabled.then_some(self.requests),
            checks: if enabled {
                checks().collect()
            } else {
                Vec::new()
            },
        };
        if *self.reported == now {
            return None;
        }
        self.reported = Arc::new(now);
        Some(Arc::clone(&self.reported))
    }

    fn is_due(&self, (reference, id): &ImageKey, now: Instant) -> bool {
        let key = (reference.clone(), id.clone());
        let is_due = self.known.get(&key).is_none_or(|(_, due)| *due <= now);
        let refusing = self.refusing.get(registry(reference));
        is_due && refusing.is_none_or(|(until, _)| *until <= now)
    }

    /// Compares what the engine has with what the registry has; `None` where the engine cannot be
    /// asked.
    async fn check(
        &mut self,
        engine: &Engine,
        (reference, id): &ImageKey,
        every: Duration,
    ) -> Option<ImageState> {
        let parts = ImageReference::of(reference)?;
        let digests = match engine.image(id).await {
            Ok(image) => image.map(|image| image.digests).unwrap_or_default(),
            Err(error) if error.is_unreachable() => return None,
            Err(error) => return Some(failed(&error)),
        };
        let own = digests.iter().filter_map(|each| {
            let each = ImageReference::of(each)?;
            each.digest.filter(|_| each.is_same_repository(&parts))
        });
        let own: Vec<&str> = own.collect();
        if own.is_empty() {
            return Some(ImageState::NotPulled);
        }
        self.requests += 1;
        Some(match engine.registry_digest(&parts).await {
            Ok(digest) => {
                self.refusing.remove(registry(reference));
                if own.contains(&digest.as_str()) {
                    ImageState::Current
                } else {
                    ImageState::Newer { digest }
                }
            }
            Err(error) if error.is_registry_refusal() => {
                self.leave_alone(registry(reference), &error, every);
                ImageState::Refused
            }
            Err(error) => failed(&error),
        })
    }

    /// Asks a registry that refused no more for a while, longer each time; says so once.
    fn leave_alone(&mut self, registry: &str, error: &EngineError, every: Duration) {
        let before = self.refusing.get(registry).map(|(_, pause)| *pause);
        let pause = before.map_or(every, |pause| (pause * 2).min(LONGEST_PAUSE.max(every)));
        if before.is_none() {
            tracing::warn!(
                "{registry} refuses to say which images are the newest: {}; it is asked again after {} min",
                error.cause(),
                pause.as_secs() / 60
            );
        }
        let until = Instant::now() + pause;
        self.refusing.insert(registry.to_owned(), (until, pause));
    }
}

fn failed(error: &EngineError) -> ImageState {
    tracing::debug!("whether an image is the newest is not known: {error}");
    ImageState::Failed
}

/// The images that containers run under a reference that may come to name another one: not those
/// that are pinned by a digest or named by their id.
fn wanted(snapshot: &Snapshot) -> BTreeSet<ImageKey> {
    let services = snapshot.services.iter();
    let facts = services.flat_map(|service| service.instances.iter().map(|each| &each.facts));
    facts
        .filter(|facts| !facts.image_id.is_empty())
        .filter(|facts| ImageReference::of(&facts.image).is_some_and(|it| it.digest.is_none()))
        .map(|facts| (facts.image.clone(), facts.image_id.clone()))
        .collect()
}

fn registry(reference: &str) -> &str {
    let parts = ImageReference::of(reference);
    parts.and_then(|it| it.registry()).unwrap_or(DOCKER_HUB)
}
