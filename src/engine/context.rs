//! Docker contexts: named endpoints in the Docker configuration directory.

use std::path::Path;

use serde::Deserialize;

use super::endpoint::Endpoint;

/// The context that means "the default socket".
pub(super) const DEFAULT: &str = "default";

#[derive(Default, Deserialize)]
#[serde(default)]
struct ConfigFile {
    #[serde(rename = "currentContext")]
    current_context: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Meta {
    name: String,
    endpoints: Option<Endpoints>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Endpoints {
    docker: Option<DockerEndpoint>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct DockerEndpoint {
    host: Option<String>,
}

/// The context `config.json` under `dir` names; `None` when it names none or there is no file.
pub(super) fn current(dir: &Path) -> Result<Option<String>, String> {
    let path = dir.join("config.json");
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("cannot read {}: {error}", path.display())),
    };
    let file: ConfigFile =
        serde_json::from_str(&text).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    Ok(file.current_context.filter(|name| !name.is_empty()))
}

/// The endpoint of context `name`. Its files lie under the SHA-256 of its name; looking for the
/// name inside them finds the same directory.
pub(super) fn endpoint(dir: &Path, name: &str) -> Result<Endpoint, String> {
    let meta_dir = dir.join("contexts/meta");
    let unknown =
        || format!("there is no context {name} under {}; see `docker context ls`", meta_dir.display());
    let entries = std::fs::read_dir(&meta_dir).map_err(|_| unknown())?;
    for entry in entries.flatten() {
        let Ok(text) = std::fs::read_to_string(entry.path().join("meta.json")) else { continue };
        let Ok(meta) = serde_json::from_str::<Meta>(&text) else { continue };
        if meta.name != name {
            continue;
        }
        let host = meta
            .endpoints
            .and_then(|endpoints| endpoints.docker)
            .and_then(|docker| docker.host)
            .filter(|host| !host.is_empty())
            .ok_or_else(|| format!("context {name} has no Docker endpoint"))?;
        let tls = dir.join("contexts/tls").join(entry.file_name()).join("docker");
        let tls = tls.is_dir().then_some(tls);
        return Endpoint::parse(&host, tls.is_some(), tls.as_deref());
    }
    Err(unknown())
}
