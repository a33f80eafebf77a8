//! What to check, and how.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{HttpRequest, ProbeKind};
use crate::model::secrets::Sensitive;
use crate::model::sections::Probes;
use crate::model::{InstanceId, PortProtocol, ServiceId};

/// Stands for no name: TLS sends names only, never addresses.
const NO_NAME: &str = "127.0.0.1";

/// Where a probe specification comes from, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProbeOrigin {
    /// A `[[service]]` rule of the config file.
    Config,
    /// A `hubdeck.*` label.
    Label,
    /// The test of the Docker healthcheck.
    Healthcheck,
    /// The image catalog.
    Catalog,
    /// A published or exposed port: a guess.
    Port,
}

impl ProbeOrigin {
    /// Whether the probe was guessed, so that failing from the start proves nothing.
    #[must_use]
    pub const fn is_guess(self) -> bool {
        matches!(self, Self::Healthcheck | Self::Catalog | Self::Port)
    }
}

/// Where a secret stands; the secret itself is read when it is needed and never kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecretSource {
    /// An environment variable of hubdeck.
    Environment(String),
    /// A file; a line end at its end is no part of it.
    File(PathBuf),
}

/// How hubdeck proves to a service who it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Credentials {
    /// User and password; the user is empty where only a password is asked for.
    Password {
        /// Name of the user.
        user: String,
        /// Where the password stands.
        password: SecretSource,
    },
    /// A token alone (`Authorization: Bearer` over HTTP).
    Token(SecretSource),
}

/// A condition on a JSON answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JsonCondition {
    /// Where the value stands: a JSON pointer (RFC 6901), such as `/checks/0/status`.
    pub pointer: String,
    /// Its text; `None` takes any value but `null`, `false` and an absent one.
    pub equals: Option<String>,
}

/// What an answer must hold beside its status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expect {
    /// Text in the body of an HTTP answer, or at the begin of a TCP greeting.
    pub text: Option<String>,
    /// A value in the JSON body of an HTTP answer.
    pub json: Option<JsonCondition>,
}

/// What to check: one specification serves every instance of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeSpec {
    /// Kind of check.
    pub kind: ProbeKind,
    /// Port inside the container; 0 where no port is asked.
    pub port: u16,
    /// HTTP path with a leading slash; empty for other kinds.
    pub path: String,
    /// What is sent over HTTP beside the path.
    pub request: HttpRequest,
    /// Whether it goes over TLS.
    pub tls: bool,
    /// The name that TLS asks the server for (SNI); `None` is the host of the URL, or `localhost`
    /// at a container's own address. Empty asks for none.
    pub server_name: Option<String>,
    /// A complete URL from config that replaces address, port and path (`https://…`,
    /// `tcp://host:port`, …).
    pub url: Option<String>,
    /// Accepted HTTP status codes, inclusive.
    pub status: (u16, u16),
    /// What the answer must hold beside.
    pub expect: Expect,
    /// What is asked for: the name of a DNS question, a database, a gRPC service; empty is the
    /// usual one.
    pub subject: String,
    /// Who asks where nothing has to be proven; empty is the kind's usual one.
    pub user: String,
    /// Whether to ask no more than what leaves no line in the service's log.
    pub quiet: bool,
    /// The command of an `exec` probe.
    pub command: Sensitive<Vec<String>>,
    /// Credentials; `None` sends requests without a login.
    pub credentials: Option<Credentials>,
    /// A port inside the container whose TLS certificate is looked at beside the check itself.
    pub certificate_port: Option<u16>,
    /// Answers slower than this are a warning.
    pub slow_after: Option<Duration>,
    /// Timeout of one probe.
    pub timeout: Duration,
    /// Where the specification comes from.
    pub origin: ProbeOrigin,
}

impl ProbeSpec {
    /// Accepted HTTP status codes unless something says otherwise.
    pub const STATUS: (u16, u16) = (200, 399);

    /// The container label that sets or forbids a probe.
    pub const LABEL: &str = "hubdeck.probe";

    /// Whether `value` of [`ProbeSpec::LABEL`] leaves a service to Docker's own verdict.
    #[must_use]
    pub fn is_forbidden_by(value: &str) -> bool {
        matches!(value.trim(), "none" | "docker" | "off" | "false")
    }

    /// A check of `port` that asks what is usual for its kind, within 5 s.
    #[must_use]
    pub fn new(kind: ProbeKind, port: u16, origin: ProbeOrigin) -> Self {
        let path = if kind == ProbeKind::Http {
            "/"
        } else {
            kind.health_path().unwrap_or_default()
        };
        Self {
            kind,
            port,
            path: path.to_owned(),
            request: HttpRequest::default(),
            tls: false,
            server_name: None,
            url: None,
            status: Self::STATUS,
            expect: Expect::default(),
            subject: String::new(),
            user: String::new(),
            quiet: false,
            command: Sensitive::default(),
            credentials: None,
            certificate_port: None,
            slow_after: None,
            timeout: Probes::default().timeout,
            origin,
        }
    }

    /// The name that TLS asks a container's own address for: the one that is set, else the host
    /// that is asked for over HTTP, else `localhost`, as healthchecks inside it do. An address asks
    /// for no name.
    #[must_use]
    pub fn own_server_name(&self) -> &str {
        match self.server_name.as_deref() {
            Some("") => NO_NAME,
            Some(name) => name,
            None => match self
                .request
                .host
                .rsplit_once(':')
                .map_or(&*self.request.host, |(host, _)| host)
            {
                "" => "localhost",
                host => host,
            },
        }
    }

    /// What its port is reached over, as engines call it: `udp` for a plain DNS question, else
    /// `tcp`.
    #[must_use]
    pub const fn transport(&self) -> PortProtocol {
        if matches!(self.kind, ProbeKind::Dns) {
            PortProtocol::Udp
        } else {
            PortProtocol::Tcp
        }
    }

    /// Whether `other` asks the same of the same place: how long that may take is no part of it.
    #[must_use]
    pub fn asks_as(&self, other: &Self) -> bool {
        *self
            == Self {
                timeout: self.timeout,
                slow_after: self.slow_after,
                ..other.clone()
            }
    }

    /// Whether one probe costs the service more than a greeting.
    #[must_use]
    pub const fn is_expensive(&self) -> bool {
        self.kind.is_expensive(self.credentials.is_some())
    }
}

/// One thing to probe at one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeTarget {
    /// The service it speaks for.
    pub service: ServiceId,
    /// The instance, when the service has containers.
    pub instance: Option<InstanceId>,
    /// What to check.
    pub spec: ProbeSpec,
    /// Addresses to try in order, `host:port`; the one that worked last comes first.
    pub addresses: Vec<String>,
    /// The same for [`ProbeSpec::certificate_port`].
    pub certificate_addresses: Vec<String>,
}
