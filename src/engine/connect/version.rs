//! What kind of engine answers, and the API version to speak with it.

use std::time::Duration;

use crate::engine::identity::EngineIdentity;
use crate::engine::transport::{HttpMethod, Transport};
use crate::engine::{EngineError, wire};
use crate::model::EngineFlavour;

/// The newest API version hubdeck was written for, and the oldest it can use.
const API_NEWEST: (u32, u32) = (1, 53);
const API_OLDEST: (u32, u32) = (1, 24);

/// What the engine is and the API version to speak with it: by the headers of a ping where they
/// say it and the engine is not newer than hubdeck, else by `GET /version`, which also gives the
/// oldest API version there is.
pub(super) async fn identify(
    transport: &Transport,
    limit: Duration,
) -> Result<(EngineIdentity, String), String> {
    if let Some(identity) = ping(transport, limit).await?
        && version_pair(&identity.api_version).is_some_and(|newest| newest <= API_NEWEST)
    {
        let api = agree(Some(&identity.api_version), None)?;
        return Ok((identity.clone(), api));
    }
    ask_version(transport, limit).await
}

/// The same by the call for the version.
async fn ask_version(
    transport: &Transport,
    limit: Duration,
) -> Result<(EngineIdentity, String), String> {
    let version: wire::WireVersion = transport
        .get("/version", limit, ("ask", "the engine for its version"))
        .await
        .map_err(|error| reason(&error, limit))?;
    let api = agree(
        version.api_version.as_deref(),
        version.min_api_version.as_deref(),
    )?;
    let flavour = flavour(&version);
    let (version, api_version) = (version.version.unwrap_or_default(), api.clone());
    Ok((
        EngineIdentity {
            flavour,
            version,
            api_version,
        },
        api,
    ))
}

/// What the engine is by the headers of its first answer; `None` where they do not say it.
async fn ping(transport: &Transport, limit: Duration) -> Result<Option<&EngineIdentity>, String> {
    let what = ("reach", "the engine");
    match transport.call(HttpMethod::Get, "/_ping", limit, what).await {
        Ok(_) => Ok(transport.identity()),
        Err(error @ (EngineError::Unreachable { .. } | EngineError::Short { .. })) => {
            Err(reason(&error, limit))
        }
        Err(error) => {
            tracing::debug!(%error, "the engine's version is asked for instead");
            Ok(None)
        }
    }
}

fn reason(error: &EngineError, limit: Duration) -> String {
    match error {
        error if error.is_timeout() => format!("no answer within {} s", limit.as_secs()),
        EngineError::Short { cause, .. } | EngineError::Unreachable { cause, .. } => cause.clone(),
        EngineError::Forbidden { cause, .. } => format!("not permitted ({cause})"),
        other => format!("not a Docker API ({})", other.cause()),
    }
}

/// The version both sides speak, `major.minor`.
fn agree(newest: Option<&str>, oldest: Option<&str>) -> Result<String, String> {
    let Some(server) = newest.and_then(version_pair) else {
        return Err("not a Docker API (it tells no API version)".into());
    };
    if let Some(oldest) = oldest.and_then(version_pair)
        && oldest > API_NEWEST
    {
        return Err(format!(
            "the engine speaks API {}.{} and newer, hubdeck at most {}.{}; update hubdeck",
            oldest.0, oldest.1, API_NEWEST.0, API_NEWEST.1
        ));
    }
    if server < API_OLDEST {
        return Err(format!(
            "the engine's API {}.{} is too old for hubdeck",
            server.0, server.1
        ));
    }
    let (major, minor) = server.min(API_NEWEST);
    Ok(format!("{major}.{minor}"))
}

fn version_pair(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.trim().split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn flavour(version: &wire::WireVersion) -> EngineFlavour {
    let names: Vec<String> = version
        .platform
        .iter()
        .chain(version.components.iter().flatten())
        .filter_map(|named| named.name.as_deref().map(str::to_ascii_lowercase))
        .collect();
    if names.iter().any(|name| name.contains("hubdeck sim")) {
        EngineFlavour::Simulated
    } else if names.iter().any(|name| name.contains("podman")) {
        EngineFlavour::Podman
    } else {
        EngineFlavour::Docker
    }
}

#[cfg(test)]
mod tests;
