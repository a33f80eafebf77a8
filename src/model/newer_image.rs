//! Whether the registry has a newer image under the reference that a container was made from.

use serde::{Deserialize, Serialize};

use super::{InstanceFacts, Service, Timestamp};

/// What the registry of an image said of it.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ImageState {
    /// It has the image that the container runs.
    Current,
    /// It has another one under the same reference.
    Newer {
        /// Its digest, `sha256:…`.
        digest: String,
    },
    /// It was not asked: the image was not pulled from it, but built here or loaded.
    NotPulled,
    /// It did not permit the question, or asked to be left alone for a while.
    Refused,
    /// There was no answer, or one that names no image.
    Failed,
}

/// One image that containers run, with what its registry said.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageCheck {
    /// The reference that the containers name.
    pub reference: String,
    /// The id of the image that they run, `sha256:…`.
    pub image_id: String,
    /// What came of it.
    #[serde(flatten)]
    pub state: ImageState,
    /// When that was found out.
    pub checked_at: Timestamp,
}

impl ImageCheck {
    /// Whether it speaks of the image that this container runs: another image under the same
    /// reference was not checked.
    #[must_use]
    pub fn is_of(&self, facts: &InstanceFacts) -> bool {
        self.reference == facts.image && self.image_id == facts.image_id
    }

    /// Whether the registry has a newer image.
    #[must_use]
    pub const fn is_newer(&self) -> bool {
        matches!(self.state, ImageState::Newer { .. })
    }
}

/// What is known of newer images.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageChecks {
    /// Requests to registries since hubdeck was started; `None` while none is asked.
    pub requests: Option<u64>,
    /// The images that containers run, each once.
    pub checks: Vec<ImageCheck>,
}

impl ImageChecks {
    /// What is known of the image of `service`; of a newer one where one of its containers could
    /// have that. `None` where nothing was asked.
    #[must_use]
    pub fn of(&self, service: &Service) -> Option<&ImageCheck> {
        let facts = || service.instances.iter().map(|each| &each.facts);
        let of_service = |check: &&ImageCheck| facts().any(|facts| check.is_of(facts));
        let mut all = self.checks.iter().filter(of_service);
        let first = all.next()?;
        let newer = std::iter::once(first)
            .chain(all)
            .find(|check| check.is_newer());
        Some(newer.unwrap_or(first))
    }

    /// Whether the registry has a newer image for a container of `service`.
    #[must_use]
    pub fn has_newer(&self, service: &Service) -> bool {
        self.of(service).is_some_and(ImageCheck::is_newer)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{Instance, InstanceId, ServiceName};

    fn service(images: &[(&str, &str)]) -> Service {
        let mut service = Service::unknown(None, ServiceName::from("web"), Timestamp::UNIX_EPOCH);
        for (at, (image, id)) in images.iter().enumerate() {
            let key = InstanceId::from(at.to_string());
            let facts = InstanceFacts {
                image: (*image).to_owned(),
                image_id: (*id).to_owned(),
                ..InstanceFacts::unknown(key, "web", None, ServiceName::from("web"))
            };
            service.instances.push(Instance {
                facts: Arc::new(facts),
                sample: None,
                series: Arc::default(),
                probe: None,
            });
        }
        service
    }

    fn check(reference: &str, id: &str, state: ImageState) -> ImageCheck {
        ImageCheck {
            reference: reference.to_owned(),
            image_id: id.to_owned(),
            state,
            checked_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_newer_image_is_one_of_the_image_that_runs() {
        let digest = "sha256:new".to_owned();
        let checks = ImageChecks {
            requests: Some(2),
            checks: vec![
                check("web:1", "b", ImageState::Current),
                check("web:1", "a", ImageState::Newer { digest }),
            ],
        };
        assert!(checks.has_newer(&service(&[("web:1", "a")])));
        assert!(checks.has_newer(&service(&[("web:1", "b"), ("web:1", "a")])));
        // Updated: nothing has to be asked anew for the badge to go.
        let updated = service(&[("web:1", "b")]);
        assert!(!checks.has_newer(&updated));
        assert_eq!(
            checks.of(&updated).map(|it| &it.state),
            Some(&ImageState::Current)
        );
        assert_eq!(checks.of(&service(&[("web:1", "c")])), None);
        assert_eq!(checks.of(&service(&[("web:2", "a")])), None);
    }
}
