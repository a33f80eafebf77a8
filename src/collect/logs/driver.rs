//! Logging drivers from which the engine cannot read lines back.

use crate::engine::{Engine, EngineError};
use crate::model::InstanceId;

/// Why the log of container `id` cannot be read, which the engine refused with `error`: where its
/// logging driver gives nothing back, with the driver and what to do.
pub(super) async fn sentence(engine: &Engine, id: &InstanceId, error: &EngineError) -> String {
    let unreadable = unreadable(engine, id, error).await;
    unreadable.unwrap_or_else(|| error.to_string())
}

/// The same; `None` where the logging driver is not the reason.
pub(super) async fn unreadable(
    engine: &Engine,
    id: &InstanceId,
    error: &EngineError,
) -> Option<String> {
    let may_be_driver = matches!(
        error,
        EngineError::Unsupported { .. } | EngineError::Failed { .. }
    );
    if !may_be_driver {
        return None;
    }
    let facts = engine.inspect(id).await.ok().flatten()?;
    let driver = facts.log_driver.clone()?;
    let is_readable = READABLE.contains(&driver.as_str());
    (!is_readable).then(|| {
        format!(
            "its logging driver \"{driver}\" keeps no lines that can be read; recreate the container \
             with the driver \"local\" or \"json-file\""
        )
    })
}

/// Drivers that the engine can always read: <https://docs.docker.com/engine/logging/dual-logging/>.
const READABLE: [&str; 5] = ["json-file", "local", "journald", "k8s-file", "passthrough"];
