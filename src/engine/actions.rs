//! What changes a container: each call returns when the engine has done it; "already so" is
//! success.

use super::transport::{ACT_TIMEOUT, HttpMethod, encoded};
use super::{Engine, EngineError, target};
use crate::model::InstanceId;

impl Engine {
    /// Starts a container.
    ///
    /// # Errors
    /// When the engine does not answer, has no such container, or cannot start it.
    pub async fn start(&self, id: &InstanceId) -> Result<(), EngineError> {
        self.act("start", id).await
    }

    /// Stops a container with its own stop signal and grace period, and waits for its end.
    ///
    /// # Errors
    /// When the engine does not answer, has no such container, or cannot stop it.
    pub async fn stop(&self, id: &InstanceId) -> Result<(), EngineError> {
        self.act("stop", id).await
    }

    /// Stops a container with its own grace period and starts it again.
    ///
    /// # Errors
    /// When the engine does not answer, has no such container, or cannot stop or start it.
    pub async fn restart(&self, id: &InstanceId) -> Result<(), EngineError> {
        self.act("restart", id).await
    }

    /// Freezes a container.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] when it is paused already or does not run; else as
    /// [`Engine::start`].
    pub async fn pause(&self, id: &InstanceId) -> Result<(), EngineError> {
        self.act("pause", id).await
    }

    /// Unfreezes a container.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] when it is not paused; else as [`Engine::start`].
    pub async fn unpause(&self, id: &InstanceId) -> Result<(), EngineError> {
        self.act("unpause", id).await
    }

    async fn act(&self, operation: &'static str, id: &InstanceId) -> Result<(), EngineError> {
        let path = format!("/containers/{}/{operation}", encoded(id.as_str()));
        let target = target(id);
        self.transport
            .call(HttpMethod::Post, &path, ACT_TIMEOUT, (operation, &target))
            .await
            .map(|_body| ())
    }
}
