//! Calls that replace a container: made again where the connection breaks, as each leaves the same
//! however often it is made.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::engine::{Engine, EngineError};
use crate::model::InstanceId;

use super::PlanExecutor;

/// How long the engine may take to be reached again.
const REACHED: Duration = Duration::from_secs(60);
/// Time between two tries.
const AGAIN: Duration = Duration::from_millis(500);

/// One call.
#[derive(Clone, Copy, Debug)]
pub(super) enum ReplacingCall<'a> {
    /// A container of this name and definition.
    Create(&'a str, &'a Value),
    /// Another name for a container.
    Rename(&'a InstanceId, &'a str),
    /// A network, and the settings of the container on it.
    Connect(&'a InstanceId, &'a str, &'a Value),
    Start(&'a InstanceId),
    Stop(&'a InstanceId),
    /// Also where it runs; volumes stay.
    Remove(&'a InstanceId),
}

impl PlanExecutor {
    /// Makes `call` for step `index` until the engine has answered; the id of what it created.
    ///
    /// # Errors
    /// What the engine answered, or that it stays unreachable.
    pub(super) async fn settled(
        &self,
        index: usize,
        call: ReplacingCall<'_>,
    ) -> Result<Option<InstanceId>, EngineError> {
        let log = self.replacements.log(index).await;
        let deadline = Instant::now() + REACHED;
        let mut broken: Option<EngineError> = None;
        loop {
            let engine = self.link.borrow().clone();
            let engine = engine.map(|engine| engine.recorded(&log));
            let made = match &engine {
                Some(engine) => made(engine, call).await,
                None => Err(lost(call)),
            };
            match (made, &engine) {
                (Err(error), _) if error.is_unreachable() => {
                    if Instant::now() >= deadline {
                        return Err(error);
                    }
                    broken = Some(error);
                }
                (Err(error), Some(engine)) if broken.is_some() => {
                    return found_done(engine, call).await.ok_or(error);
                }
                (made, _) => return made,
            }
            sleep(AGAIN).await;
        }
    }
}

async fn made(engine: &Engine, call: ReplacingCall<'_>) -> Result<Option<InstanceId>, EngineError> {
    match call {
        ReplacingCall::Create(name, document) => {
            return engine.create(name, document).await.map(Some);
        }
        ReplacingCall::Rename(id, name) => engine.rename(id, name).await?,
        ReplacingCall::Connect(id, network, endpoint) => {
            engine.connect(id, network, endpoint).await?;
        }
        ReplacingCall::Start(id) => engine.start(id).await?,
        ReplacingCall::Stop(id) => engine.stop(id).await?,
        ReplacingCall::Remove(id) => engine.remove(id, true).await?,
    }
    Ok(None)
}

/// Whether a call whose first try broke off was carried out then: what a second one was refused for
/// is there.
async fn found_done(engine: &Engine, call: ReplacingCall<'_>) -> Option<Option<InstanceId>> {
    let found = |key: String| async move { engine.definition(&key).await.ok().flatten() };
    match call {
        ReplacingCall::Create(name, _) => {
            let definition = found(name.to_owned()).await?;
            let id = definition.get("Id").and_then(Value::as_str)?;
            Some(Some(InstanceId::new(id)))
        }
        ReplacingCall::Rename(id, name) => {
            let definition = found(name.to_owned()).await?;
            let is_it = definition.get("Id").and_then(Value::as_str) == Some(id.as_str());
            is_it.then_some(None)
        }
        ReplacingCall::Connect(id, network, _) => {
            let definition = found(id.to_string()).await?;
            let networks = definition.pointer("/NetworkSettings/Networks")?;
            networks.get(network).map(|_| None)
        }
        ReplacingCall::Start(_) | ReplacingCall::Stop(_) | ReplacingCall::Remove(_) => None,
    }
}

fn lost(call: ReplacingCall<'_>) -> EngineError {
    let (operation, target) = match call {
        ReplacingCall::Create(name, _) => ("create", name),
        ReplacingCall::Rename(_, name) => ("rename to", name),
        ReplacingCall::Connect(id, ..) => ("connect", id.as_str()),
        ReplacingCall::Start(id) => ("start", id.as_str()),
        ReplacingCall::Stop(id) => ("stop", id.as_str()),
        ReplacingCall::Remove(id) => ("remove", id.as_str()),
    };
    EngineError::Unreachable {
        operation,
        target: target.to_owned(),
        cause: "the engine does not answer".to_owned(),
        progress: crate::engine::CallProgress::NotSent,
    }
}
