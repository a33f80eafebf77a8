//! Connecting to the engine that is named, and to no other; where none is named, to the first that
//! answers.

mod version;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::dial::OnShortage;
use super::endpoint::{Endpoint, TlsOptions};
use super::identity::EngineIdentity;
use super::tls::TlsFiles;
use super::transport::Transport;
use super::{Engine, context};
use version::identify;

use crate::model::{ConnectAttempt, EngineFlavour, EngineInfo, Shortage};

/// Time an engine has for its first answer.
const FIRST_ANSWER: Duration = Duration::from_secs(10);
/// Time one has that answered before.
const LATER_ANSWER: Duration = Duration::from_secs(15);
/// Time for the login that comes before the answer of an engine behind SSH.
const LOGIN: Duration = Duration::from_secs(10);

/// Everything that decides which engine is meant; nothing else is read from the environment.
///
/// What is named is the only candidate, in this order: `host`, `context`, `docker_host`,
/// `docker_context`, a current context other than `default` in `config.json`. Only where nothing is
/// named, `sockets` are tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectRequest {
    /// `--host`.
    pub host: Option<String>,
    /// `--context`.
    pub context: Option<String>,
    /// `DOCKER_HOST`.
    pub docker_host: Option<String>,
    /// `DOCKER_CONTEXT`.
    pub docker_context: Option<String>,
    /// Whether `DOCKER_TLS` is set: TLS without looking at the engine's certificate.
    pub tls: bool,
    /// Whether `DOCKER_TLS_VERIFY` is set: TLS, and the engine's certificate has to hold.
    pub tls_verify: bool,
    /// `DOCKER_CERT_PATH`.
    pub cert_path: Option<PathBuf>,
    /// `DOCKER_CONFIG`, or `~/.docker`.
    pub docker_config: Option<PathBuf>,
    /// `XDG_RUNTIME_DIR`.
    pub runtime_dir: Option<PathBuf>,
    /// Sockets for the case that no engine is named, each with the words for
    /// `EngineInfo::chosen_by`.
    pub sockets: Vec<(String, PathBuf)>,
}

/// Docker's configuration directory: `DOCKER_CONFIG`, or `~/.docker`.
pub(super) fn docker_config() -> Option<PathBuf> {
    let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let home = || text("HOME").map(|home| Path::new(&home).join(".docker"));
    text("DOCKER_CONFIG").map(PathBuf::from).or_else(home)
}

impl ConnectRequest {
    /// The request of a program started with `--host` and `--context`, the rest from its
    /// environment.
    #[must_use]
    pub fn from_environment(host: Option<String>, context: Option<String>) -> Self {
        let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let runtime_dir = text("XDG_RUNTIME_DIR").map(PathBuf::from);
        Self {
            host,
            context,
            docker_host: text("DOCKER_HOST"),
            docker_context: text("DOCKER_CONTEXT"),
            tls: text("DOCKER_TLS").is_some(),
            tls_verify: text("DOCKER_TLS_VERIFY").is_some(),
            cert_path: text("DOCKER_CERT_PATH").map(PathBuf::from),
            docker_config: docker_config(),
            sockets: default_sockets(runtime_dir.as_deref()),
            runtime_dir,
        }
    }

    /// Only the engine at `host`.
    #[must_use]
    pub fn to_host(host: impl Into<String>) -> Self {
        Self {
            host: Some(host.into()),
            ..Self::default()
        }
    }

    /// Connects once; see [`Connector::connect`].
    ///
    /// # Errors
    /// Every address that was tried, with one clause each why it failed; never empty.
    pub async fn connect(&self) -> Result<(Engine, EngineInfo), Vec<ConnectAttempt>> {
        Connector::new(self.clone()).connect().await
    }

    /// What may be connected to, in order; a candidate that cannot be built carries its reason.
    fn candidates(&self) -> Vec<Candidate> {
        if let Some(host) = &self.host {
            return vec![self.host_candidate("--host", host)];
        }
        if let Some(name) = &self.context {
            return vec![self.context_candidate("--context", name)];
        }
        if let Some(host) = &self.docker_host {
            return vec![self.host_candidate("DOCKER_HOST", host)];
        }
        if let Some(name) = &self.docker_context {
            return vec![self.context_candidate("DOCKER_CONTEXT", name)];
        }
        self.current_context()
    }

    /// What Docker's own configuration names, else the usual places.
    fn current_context(&self) -> Vec<Candidate> {
        match self
            .docker_config
            .as_deref()
            .map_or(Ok(None), context::current)
        {
            Ok(Some(name)) if name != context::DEFAULT => {
                vec![self.context_candidate("current context", &name)]
            }
            Ok(_none) => self.unnamed(),
            // It may name an engine: another one would be shown as if it were that.
            Err(error) => vec![Candidate {
                source: "config.json".into(),
                shown: "the current context".into(),
                endpoint: Err(format!(
                    "{error}; name the engine with --host, --context or DOCKER_HOST"
                )),
            }],
        }
    }

    fn unnamed(&self) -> Vec<Candidate> {
        let candidate = |(source, path): &(String, PathBuf)| Candidate {
            source: source.clone(),
            shown: format!("unix://{}", path.display()),
            endpoint: Ok(Endpoint::Unix(path.clone())),
        };
        self.sockets.iter().map(candidate).collect()
    }

    fn host_candidate(&self, source: &str, host: &str) -> Candidate {
        let endpoint = Endpoint::parse(host, &self.tls_options(), self.runtime_dir.as_deref());
        let shown = endpoint
            .as_ref()
            .map_or_else(|_| shown_host(host), Endpoint::shown);
        Candidate {
            source: source.into(),
            shown,
            endpoint,
        }
    }

    /// TLS as the environment asks for it; its certificates lie in `DOCKER_CERT_PATH`, else in
    /// `~/.docker`.
    fn tls_options(&self) -> TlsOptions {
        let wanted = self.tls || self.tls_verify;
        let files = match self.cert_path.as_deref().or(self.docker_config.as_deref()) {
            // As with docker, whoever asks for TLS in the environment has to bring a CA.
            Some(directory) if wanted => TlsFiles::with_ca(directory, self.tls_verify),
            Some(directory) => TlsFiles::in_directory(directory, true),
            None => TlsFiles {
                verify: self.tls_verify || !self.tls,
                ..TlsFiles::default()
            },
        };
        TlsOptions { wanted, files }
    }

    /// The context `default`: for docker, too, it is what the environment says.
    fn default_context(&self, name: &str) -> Candidate {
        match &self.docker_host {
            Some(host) => self.host_candidate("DOCKER_HOST", host),
            None => Candidate {
                source: format!("context {name}"),
                shown: format!("unix://{DOCKER_SOCKET}"),
                endpoint: Ok(Endpoint::Unix(DOCKER_SOCKET.into())),
            },
        }
    }

    fn context_candidate(&self, source: &str, name: &str) -> Candidate {
        let failed = |error| Candidate {
            source: source.to_owned(),
            shown: format!("context {name}"),
            endpoint: Err(error),
        };
        if name == context::DEFAULT {
            return self.default_context(name);
        }
        let Some(directory) = &self.docker_config else {
            return failed(
                "there is no Docker configuration directory; set DOCKER_CONFIG or HOME".into(),
            );
        };
        match context::endpoint(directory, name, self.runtime_dir.as_deref()) {
            Ok(endpoint) => Candidate {
                source: format!("context {name}"),
                shown: endpoint.shown(),
                endpoint: Ok(endpoint),
            },
            Err(error) => failed(error),
        }
    }
}

/// `host` without what stands before an `@`.
fn shown_host(host: &str) -> String {
    crate::model::secrets::mask_urls(host)
}

const DOCKER_SOCKET: &str = "/var/run/docker.sock";

fn default_sockets(runtime_dir: Option<&Path>) -> Vec<(String, PathBuf)> {
    let mut sockets = vec![("default socket".into(), PathBuf::from(DOCKER_SOCKET))];
    if let Some(dir) = runtime_dir {
        sockets.push(("rootless socket".into(), dir.join("docker.sock")));
        sockets.push(("Podman socket".into(), dir.join("podman/podman.sock")));
    }
    sockets.push((
        "Podman socket".into(),
        PathBuf::from("/run/podman/podman.sock"),
    ));
    sockets
}

/// Connects to one engine for a whole run: the address that answered first is the only one from
/// then on, also where none was named. Clones share it.
#[derive(Clone)]
pub struct Connector {
    request: Arc<ConnectRequest>,
    found: Arc<watch::Sender<Option<Candidate>>>,
    short: OnShortage,
}

impl Connector {
    /// A connector that has not connected yet.
    #[must_use]
    pub fn new(request: ConnectRequest) -> Self {
        Self {
            request: Arc::new(request),
            found: Arc::default(),
            short: Arc::new(drop),
        }
    }

    /// The same that calls `callback` with the resource hubdeck ran out of when it wanted to connect.
    #[must_use]
    pub fn on_shortage(self, callback: impl Fn(Shortage) + Send + Sync + 'static) -> Self {
        Self {
            short: Arc::new(callback),
            ..self
        }
    }

    /// Connects to the address that answered before; before that to the one that is named, or,
    /// where none is, to the first socket that answers.
    ///
    /// # Errors
    /// Every address that was tried, with one clause each why it failed; never empty.
    pub async fn connect(&self) -> Result<(Engine, EngineInfo), Vec<ConnectAttempt>> {
        let found = self.found.borrow().clone();
        let limit = if found.is_some() {
            LATER_ANSWER
        } else {
            FIRST_ANSWER
        };
        let candidates = found.map_or_else(|| self.request.candidates(), |found| vec![found]);
        let mut attempts = Vec::new();
        for candidate in candidates {
            match candidate.connect(limit, Arc::clone(&self.short)).await {
                Ok(connected) => {
                    self.found.send_replace(Some(candidate));
                    return Ok(connected);
                }
                Err(error) => attempts.push(ConnectAttempt {
                    source: candidate.source,
                    endpoint: candidate.shown,
                    error,
                }),
            }
        }
        Err(attempts)
    }

    /// Ends what outlives a connection: the SSH masters. Nothing can be connected to afterwards.
    pub async fn close(&self) {
        let found = self.found.borrow().clone();
        if let Some(Candidate {
            endpoint: Ok(Endpoint::Ssh(ssh)),
            ..
        }) = found
        {
            ssh.close().await;
        }
    }
}

/// One address to try.
#[derive(Clone)]
struct Candidate {
    source: String,
    shown: String,
    endpoint: Result<Endpoint, String>,
}

impl Candidate {
    /// What is known of the engine before it describes itself.
    fn info(&self, engine: EngineIdentity, api_version: &str, local: bool) -> EngineInfo {
        EngineInfo {
            endpoint: self.shown.clone(),
            chosen_by: self.source.clone(),
            id: None,
            host_name: None,
            flavour: engine.flavour,
            version: engine.version,
            api_version: api_version.to_owned(),
            cpus: None,
            memory_bytes: None,
            local,
        }
    }

    /// Asks the engine what it is and agrees on an API version.
    async fn connect(
        &self,
        limit: Duration,
        short: OnShortage,
    ) -> Result<(Engine, EngineInfo), String> {
        let endpoint = self.endpoint.as_ref().map_err(Clone::clone)?;
        let transport = Transport::to(endpoint, short)?;
        let limit = if matches!(endpoint, Endpoint::Ssh(_)) {
            limit + LOGIN
        } else {
            limit
        };
        let (engine, api) = identify(&transport, limit).await?;
        let info = self.info(engine, &api, endpoint.is_local());
        // The simulator's containers have no processes here, so nothing of them is read from the
        // kernel.
        let local = info.local && info.flavour != EngineFlavour::Simulated;
        let address = endpoint.docker_address();
        Ok((Engine::new(transport.speaking(&api), local, address), info))
    }
}

#[cfg(test)]
mod tests;
