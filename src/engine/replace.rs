//! What replaces a container by another one: its whole definition, creating, renaming, connecting.

use serde_json::Value;

use super::transport::{ACT_TIMEOUT, HttpMethod, READ_TIMEOUT, encoded};
use super::{Engine, EngineError, target};
use crate::model::InstanceId;

/// Replacing containers.
impl Engine {
    /// The inspection of the container with this id or name as the engine gives it, secrets
    /// included; `None` where there is none.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub(crate) async fn definition(&self, key: &str) -> Result<Option<Value>, EngineError> {
        let path = format!("/containers/{}/json", encoded(key));
        match self
            .transport
            .get(&path, READ_TIMEOUT, ("inspect", key))
            .await
        {
            Ok(value) => Ok(Some(value)),
            Err(EngineError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Creates a container called `name`, which is not started; its id.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] when the name is taken; else when the engine does not answer, has
    /// no such image, or refuses the definition.
    pub async fn create(&self, name: &str, document: &Value) -> Result<InstanceId, EngineError> {
        let path = format!("/containers/create?name={}", encoded(name));
        let what = ("create", name);
        let body = self
            .transport
            .call_with(HttpMethod::Post, &path, Some(document), ACT_TIMEOUT, what)
            .await?;
        let made: Value = serde_json::from_slice(&body)
            .map_err(|error| EngineError::unreadable(what.0, what.1, &error))?;
        let id = made.get("Id").and_then(Value::as_str);
        id.map(InstanceId::new)
            .ok_or_else(|| EngineError::other_shape(what.0, what.1, "object with an Id"))
    }

    /// Gives a container another name.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] when the name is taken; else when the engine does not answer, has
    /// no such container, or refuses.
    pub async fn rename(&self, id: &InstanceId, name: &str) -> Result<(), EngineError> {
        let (key, name) = (encoded(id.as_str()), encoded(name));
        let path = format!("/containers/{key}/rename?name={name}");
        self.transport
            .call(
                HttpMethod::Post,
                &path,
                READ_TIMEOUT,
                ("rename", &target(id)),
            )
            .await
            .map(|_body| ())
    }

    /// Connects a container to `network` as `endpoint` says; one that is connected already stays
    /// so.
    ///
    /// # Errors
    /// When the engine does not answer, has no such network, or refuses.
    pub async fn connect(
        &self,
        id: &InstanceId,
        network: &str,
        endpoint: &Value,
    ) -> Result<(), EngineError> {
        let path = format!("/networks/{}/connect", encoded(network));
        let document = serde_json::json!({ "Container": id.as_str(), "EndpointConfig": endpoint });
        let what = ("connect to its network", network);
        self.transport
            .call_with(HttpMethod::Post, &path, Some(&document), READ_TIMEOUT, what)
            .await
            .map(|_body| ())
    }
}
