//! Finding an engine: the search order, and why each address failed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::endpoint::Endpoint;
use super::transport::Transport;
use super::{Engine, context, wire};
use crate::model::{ConnectAttempt, EngineFlavour, EngineInfo};

/// Time one local or TCP address has to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);
/// Time an address behind SSH has: it logs in first.
const SSH_TIMEOUT: Duration = Duration::from_secs(10);
/// The newest API version hubdeck was written for, and the oldest it can use.
const API_NEWEST: (u32, u32) = (1, 53);
const API_OLDEST: (u32, u32) = (1, 24);

/// Everything the search for an engine depends on; nothing else is read from the environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectRequest {
    /// `--host`: the only candidate when given.
    pub host: Option<String>,
    /// `--context`: the only candidate when given.
    pub context: Option<String>,
    /// `DOCKER_HOST`.
    pub docker_host: Option<String>,
    /// `DOCKER_CONTEXT`.
    pub docker_context: Option<String>,
    /// Whether `DOCKER_TLS_VERIFY` is set.
    pub tls_verify: bool,
    /// `DOCKER_CERT_PATH`.
    pub cert_path: Option<PathBuf>,
    /// `DOCKER_CONFIG`, or `~/.docker`.
    pub docker_config: Option<PathBuf>,
    /// `XDG_RUNTIME_DIR`.
    pub runtime_dir: Option<PathBuf>,
    /// Sockets tried last, each with the words for `EngineInfo::chosen_by`.
    pub sockets: Vec<(String, PathBuf)>,
}

impl ConnectRequest {
    /// The request of a program started with `--host` and `--context`, the rest from its environment.
    #[must_use]
    pub fn from_environment(host: Option<String>, context: Option<String>) -> Self {
        let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let home = || text("HOME").map(|home| Path::new(&home).join(".docker"));
        let runtime_dir = text("XDG_RUNTIME_DIR").map(PathBuf::from);
        Self {
            host,
            context,
            docker_host: text("DOCKER_HOST"),
            docker_context: text("DOCKER_CONTEXT"),
            tls_verify: text("DOCKER_TLS_VERIFY").is_some(),
            cert_path: text("DOCKER_CERT_PATH").map(PathBuf::from),
            docker_config: text("DOCKER_CONFIG").map(PathBuf::from).or_else(home),
            sockets: default_sockets(runtime_dir.as_deref()),
            runtime_dir,
        }
    }

    /// Only the engine at `host`.
    #[must_use]
    pub fn to_host(host: impl Into<String>) -> Self {
        Self { host: Some(host.into()), ..Self::default() }
    }

    /// Tries the candidates in order: the first that answers.
    ///
    /// # Errors
    /// Every address that was tried, with one clause each why it failed; never empty.
    pub async fn connect(&self) -> Result<(Engine, EngineInfo), Vec<ConnectAttempt>> {
        let mut attempts = Vec::new();
        for candidate in self.candidates() {
            match candidate.connect().await {
                Ok(found) => return Ok(found),
                Err(error) => attempts.push(ConnectAttempt {
                    source: candidate.source,
                    endpoint: candidate.shown,
                    error,
                }),
            }
        }
        Err(attempts)
    }

    /// What to try, in order; a candidate that cannot be built carries its reason.
    fn candidates(&self) -> Vec<Candidate> {
        if let Some(host) = &self.host {
            return vec![self.host_candidate("--host", host)];
        }
        if let Some(name) = &self.context {
            return vec![self.context_candidate(name)];
        }
        let mut candidates = Vec::new();
        if let Some(host) = &self.docker_host {
            candidates.push(self.host_candidate("DOCKER_HOST", host));
        }
        match self.current_context() {
            Ok(Some(name)) if name != context::DEFAULT => candidates.push(self.context_candidate(&name)),
            Ok(_default) => {}
            Err(error) => candidates.push(Candidate {
                source: "context".into(),
                shown: self.docker_config.as_deref().map(|dir| dir.display().to_string()).unwrap_or_default(),
                endpoint: Err(error),
            }),
        }
        candidates.extend(self.sockets.iter().map(|(source, path)| Candidate {
            source: source.clone(),
            shown: format!("unix://{}", path.display()),
            endpoint: Ok(Endpoint::Unix(path.clone())),
        }));
        candidates
    }

    fn current_context(&self) -> Result<Option<String>, String> {
        match (&self.docker_context, &self.docker_config) {
            (Some(name), _) => Ok(Some(name.clone())),
            (None, Some(dir)) => context::current(dir),
            (None, None) => Ok(None),
        }
    }

    fn host_candidate(&self, source: &str, host: &str) -> Candidate {
        let certificates = self.cert_path.as_deref().or(self.docker_config.as_deref());
        let endpoint = Endpoint::parse(host, self.tls_verify, certificates);
        let shown = endpoint.as_ref().map_or_else(|_| shown_host(host), Endpoint::shown);
        Candidate { source: source.into(), shown, endpoint }
    }

    fn context_candidate(&self, name: &str) -> Candidate {
        let source = format!("context {name}");
        if name == context::DEFAULT {
            let (_, path) = docker_socket();
            let endpoint = Endpoint::Unix(path);
            return Candidate { source, shown: endpoint.shown(), endpoint: Ok(endpoint) };
        }
        let endpoint = match &self.docker_config {
            Some(dir) => context::endpoint(dir, name),
            None => Err("there is no Docker configuration directory; set DOCKER_CONFIG or HOME".into()),
        };
        let shown = endpoint.as_ref().map_or_else(|_| name.to_owned(), Endpoint::shown);
        Candidate { source, shown, endpoint }
    }
}

/// `host` without what stands before an `@`.
fn shown_host(host: &str) -> String {
    crate::model::text::mask_urls(host)
}

fn docker_socket() -> (String, PathBuf) {
    ("default socket".into(), PathBuf::from("/var/run/docker.sock"))
}

fn default_sockets(runtime_dir: Option<&Path>) -> Vec<(String, PathBuf)> {
    let mut sockets = vec![docker_socket()];
    if let Some(dir) = runtime_dir {
        sockets.push(("rootless socket".into(), dir.join("docker.sock")));
        sockets.push(("Podman socket".into(), dir.join("podman/podman.sock")));
    }
    sockets.push(("Podman socket".into(), PathBuf::from("/run/podman/podman.sock")));
    sockets
}

/// One address to try.
struct Candidate {
    source: String,
    shown: String,
    endpoint: Result<Endpoint, String>,
}

impl Candidate {
    /// Asks for the version and agrees on an API version.
    async fn connect(&self) -> Result<(Engine, EngineInfo), String> {
        let endpoint = self.endpoint.as_ref().map_err(Clone::clone)?;
        let transport = Transport::new(endpoint.client()?);
        let limit = if matches!(endpoint, Endpoint::Ssh(_)) { SSH_TIMEOUT } else { ANSWER_TIMEOUT };
        let version: wire::Version = transport
            .get("/version", limit, ("ask", "the engine for its version"))
            .await
            .map_err(|error| reason(&error))?;
        let api = agree(version.api_version.as_deref(), version.min_api_version.as_deref())?;
        let info = EngineInfo {
            endpoint: self.shown.clone(),
            chosen_by: self.source.clone(),
            host_name: None,
            flavour: flavour(&version),
            version: version.version.unwrap_or_default(),
            api_version: api.clone(),
            cpus: None,
            memory_bytes: None,
            local: endpoint.is_local(),
        };
        // The simulator's containers have no processes here, so nothing of them is read from the kernel.
        let local = info.local && info.flavour != EngineFlavour::Simulated;
        Ok((Engine::new(transport.speaking(&api), local), info))
    }
}

fn reason(error: &super::EngineError) -> String {
    match error {
        super::EngineError::Unreachable { cause, .. } if cause.contains("in time") => "timed out".into(),
        super::EngineError::Unreachable { cause, .. } => cause.clone(),
        super::EngineError::Forbidden { cause, .. } => format!("not permitted ({cause})"),
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
        return Err(format!("the engine's API {}.{} is too old for hubdeck", server.0, server.1));
    }
    let (major, minor) = server.min(API_NEWEST);
    Ok(format!("{major}.{minor}"))
}

fn version_pair(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.trim().split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn flavour(version: &wire::Version) -> EngineFlavour {
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
