//! The port to what runs services: the Docker Engine API, as Docker, Podman and the simulator speak it.
//! Knows: model; bollard is used only here.
//! Never: decides health, keeps state but a call counter, or knows store, tui and serve.

mod error;
mod transport;

use transport::{ACT_TIMEOUT, Method, READ_TIMEOUT, Transport, encoded};

pub use error::EngineError;

use crate::model::{InstanceFacts, InstanceId};

/// A connected engine; cheap to clone.
#[derive(Clone)]
pub struct Engine {
    transport: Transport,
}

/// Operations: each returns when the engine has done it; "already so" is success.
impl Engine {
    /// Starts a container.
    ///
    /// # Errors
    /// When the engine does not answer, has no such container, or cannot start it.
    pub async fn start(&self, id: &InstanceId) -> Result<(), EngineError> {
        self.act("start", "start", id).await
    }

    /// Stops a container with its own stop signal and grace period, and waits for its end.
    ///
    /// # Errors
    /// When the engine does not answer, has no such container, or cannot stop it.
    pub async fn stop(&self, id: &InstanceId) -> Result<(), EngineError> {
        self.act("stop", "stop", id).await
    }

    /// Stops a container with its own grace period and starts it again.
    ///
    /// # Errors
    /// When the engine does not answer, has no such container, or cannot stop or start it.
    pub async fn restart(&self, id: &InstanceId) -> Result<(), EngineError> {
        self.act("restart", "restart", id).await
    }

    /// Freezes a container.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] when it is paused already or does not run; else as [`Engine::start`].
    pub async fn pause(&self, id: &InstanceId) -> Result<(), EngineError> {
        self.act("pause", "pause", id).await
    }

    /// Unfreezes a container.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] when it is not paused; else as [`Engine::start`].
    pub async fn unpause(&self, id: &InstanceId) -> Result<(), EngineError> {
        self.act("unpause", "unpause", id).await
    }

    async fn act(&self, operation: &'static str, call: &str, id: &InstanceId) -> Result<(), EngineError> {
        let path = format!("/containers/{}/{call}", encoded(id.as_str()));
        let target = target(id);
        self.transport.call(Method::Post, &path, ACT_TIMEOUT, (operation, &target)).await.map(|_body| ())
    }
}

impl Engine {
    /// How many calls were made so far, over all clones.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.transport.calls()
    }

    /// Everything about one container; `None` when there is none of this id.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn inspect(&self, id: &InstanceId) -> Result<Option<InstanceFacts>, EngineError> {
        let path = format!("/containers/{}/json", encoded(id.as_str()));
        let target = target(id);
        match self.transport.call(Method::Get, &path, READ_TIMEOUT, ("inspect", &target)).await {
            Ok(_body) => Ok(None),
            Err(EngineError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn target(id: &InstanceId) -> String {
    format!("container {}", id.short())
}
