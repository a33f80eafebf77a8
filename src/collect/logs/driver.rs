//! Logging drivers from which the engine cannot read lines back.

use crate::engine::{Engine, EngineError};
use crate::model::InstanceId;

/// Why the log of container `id` cannot be read: where its logging driver gives nothing back, with
/// the driver and what to do.
pub(super) async fn sentence(engine: &Engine, id: &InstanceId, error: &EngineError) -> String {
    let is_of_driver = matches!(
        error,
        EngineError::Unsupported { .. } | EngineError::Failed { .. }
    );
    let facts = if is_of_driver {
        engine.inspect(id).await.ok().flatten()
    } else {
        None
    };
    match facts.and_then(|facts| facts.log_driver) {
        Some(driver) if !READABLE.contains(&driver.as_str()) => format!(
            "its logging driver \"{driver}\" keeps no lines that can be read; recreate the container \
             with the driver \"local\" or \"json-file\""
        ),
        _ => error.to_string(),
    }
}

/// Drivers that the engine can always read: <https://docs.docker.com/engine/logging/dual-logging/>.
const READABLE: [&str; 5] = ["json-file", "local", "journald", "k8s-file", "passthrough"];
