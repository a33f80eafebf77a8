//! What changes a container: each call returns when the engine has done it; "already so" is
//! success.

use super::transport::{ACT_TIMEOUT, HttpMethod, encoded};
use super::{CallLog, Engine, EngineError, target};
use crate::model::{InstanceId, KillSignal};

impl Engine {
    /// The same engine, whose calls that change something are added to `log`.
    #[must_use]
    pub fn recorded(mut self, log: &CallLog) -> Self {
        self.transport.record_to(log.clone());
        self
    }

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

    /// Sends a signal to the first process of a container. Returns when the process has ended where
    /// that is SIGKILL, else at once.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] when it does not run; else as [`Engine::start`].
    pub async fn kill(&self, id: &InstanceId, signal: KillSignal) -> Result<(), EngineError> {
        let signal = encoded(&signal.to_string());
        let path = format!("/containers/{}/kill?signal={signal}", encoded(id.as_str()));
        self.call_on(HttpMethod::Post, &path, "kill", id).await
    }

    /// Removes a container and leaves its volumes; with `force` also one that runs, which the
    /// engine kills before. One that is gone already is removed.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] when it runs and `force` is not set, or is being removed; else
    /// when the engine does not answer or cannot remove it.
    pub async fn remove(&self, id: &InstanceId, force: bool) -> Result<(), EngineError> {
        let path = format!("/containers/{}?force={force}", encoded(id.as_str()));
        match self.call_on(HttpMethod::Delete, &path, "remove", id).await {
            Err(EngineError::NotFound { .. }) => Ok(()),
            outcome => outcome,
        }
    }

    async fn act(&self, operation: &'static str, id: &InstanceId) -> Result<(), EngineError> {
        let path = format!("/containers/{}/{operation}", encoded(id.as_str()));
        self.call_on(HttpMethod::Post, &path, operation, id).await
    }

    async fn call_on(
        &self,
        method: HttpMethod,
        path: &str,
        operation: &'static str,
        id: &InstanceId,
    ) -> Result<(), EngineError> {
        let target = target(id);
        self.transport
            .call(method, path, ACT_TIMEOUT, (operation, &target))
            .await
            .map(|_body| ())
    }
}
