//! Addresses of engines.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use bollard::{API_DEFAULT_VERSION, Docker};

use super::error::EngineError;
use crate::model::text::mask_urls;

/// Seconds bollard waits for an answer's head; every call sets its own.
const CLIENT_TIMEOUT_S: u64 = 20;
const TCP_PORT: u16 = 2375;
const TLS_PORT: u16 = 2376;

/// Where an engine listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// A socket file.
    Unix(PathBuf),
    /// `host:port` without TLS.
    Tcp(String),
    /// `host:port` with TLS, and the directory of `ca.pem`, `cert.pem` and `key.pem`.
    Tls(String, PathBuf),
    /// `[user@]host[:port]`, reached with the `ssh` program.
    Ssh(String),
}

impl Endpoint {
    /// Reads an address as `DOCKER_HOST` takes it.
    pub(super) fn parse(host: &str, tls: bool, certificates: Option<&Path>) -> Result<Self, String> {
        let host = host.trim();
        let (scheme, rest) = match host.split_once("://") {
            Some(parts) => parts,
            None if host.starts_with('/') => ("unix", host),
            None => ("tcp", host),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.is_empty() {
            return Err("the address is empty after its scheme".into());
        }
        let secure = || match certificates {
            Some(dir) => Ok(Self::Tls(with_port(rest, TLS_PORT), dir.to_owned())),
            None => Err("TLS needs certificates; set DOCKER_CERT_PATH".to_owned()),
        };
        match scheme {
            "unix" => Ok(Self::Unix(PathBuf::from(rest))),
            "ssh" if rest.starts_with('-') => Err("a host name cannot begin with a dash".into()),
            "ssh" => Ok(Self::Ssh(rest.to_owned())),
            "https" => secure(),
            "tcp" | "http" if tls => secure(),
            "tcp" | "http" => Ok(Self::Tcp(with_port(rest, TCP_PORT))),
            other => Err(format!("unknown scheme {other}://; use unix, tcp, http, https or ssh")),
        }
    }

    /// The address as it may be shown: no credentials.
    pub(super) fn shown(&self) -> String {
        mask_urls(&match self {
            Self::Unix(path) => format!("unix://{}", path.display()),
            Self::Tcp(address) => format!("tcp://{address}"),
            Self::Tls(address, _) => format!("https://{address}"),
            // A user's name is no secret, and tells which account lacks the right.
            Self::Ssh(address) => return format!("ssh://{}", without_password(address)),
        })
    }

    /// Whether the engine runs on this machine.
    pub(super) fn is_local(&self) -> bool {
        match self {
            Self::Unix(_) => true,
            Self::Tcp(address) | Self::Tls(address, _) => is_loopback(address),
            Self::Ssh(_) => false,
        }
    }

    /// A client on this address; nothing is sent yet.
    pub(super) fn client(&self) -> Result<Docker, String> {
        let built = match self {
            Self::Unix(path) => {
                Docker::connect_with_unix(&path.to_string_lossy(), CLIENT_TIMEOUT_S, API_DEFAULT_VERSION)
            }
            Self::Tcp(address) => Docker::connect_with_http(address, CLIENT_TIMEOUT_S, API_DEFAULT_VERSION),
            Self::Tls(address, dir) => Docker::connect_with_ssl(
                address,
                &dir.join("key.pem"),
                &dir.join("cert.pem"),
                &dir.join("ca.pem"),
                CLIENT_TIMEOUT_S,
                API_DEFAULT_VERSION,
            ),
            Self::Ssh(address) => {
                Docker::connect_with_ssh(address, CLIENT_TIMEOUT_S, API_DEFAULT_VERSION, None)
            }
        };
        built.map_err(|error| match EngineError::from_client("reach", "the engine", &error) {
            EngineError::Unreachable { cause, .. } if cause.starts_with("no such socket") => {
                "no such file".into()
            }
            other => other.cause().to_owned(),
        })
    }
}

fn with_port(address: &str, port: u16) -> String {
    let after_host = address.rsplit_once(']').map_or(address, |(_, rest)| rest);
    if after_host.contains(':') { address.to_owned() } else { format!("{address}:{port}") }
}

fn is_loopback(address: &str) -> bool {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn without_password(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((user, host)) => format!("{}@{host}", user.split(':').next().unwrap_or("")),
        None => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_docker_takes_them() {
        let dir = Path::new("/certs");
        for (host, tls, shown, local) in [
            ("unix:///var/run/docker.sock", false, "unix:///var/run/docker.sock", true),
            ("/tmp/x.sock", false, "unix:///tmp/x.sock", true),
            ("tcp://10.0.0.5", false, "tcp://10.0.0.5:2375", false),
            ("tcp://10.0.0.5:4000/", true, "https://10.0.0.5:4000", false),
            ("http://localhost:2375", false, "tcp://localhost:2375", true),
            ("https://hub.example", false, "https://hub.example:2376", false),
            ("tcp://[::1]", false, "tcp://[::1]:2375", true),
            ("127.0.0.1:99", false, "tcp://127.0.0.1:99", true),
            ("ssh://deploy:pw@hub.example:22", false, "ssh://deploy@hub.example:22", false),
        ] {
            let endpoint = Endpoint::parse(host, tls, Some(dir)).expect(host);
            assert_eq!((endpoint.shown().as_str(), endpoint.is_local()), (shown, local), "{host}");
        }
    }

    #[test]
    fn addresses_that_cannot_work_say_why() {
        assert!(Endpoint::parse("fd://3", false, None).expect_err("scheme").contains("fd://"));
        assert!(
            Endpoint::parse("https://x", false, None).expect_err("certificates").contains("DOCKER_CERT_PATH")
        );
        assert!(Endpoint::parse("unix://", false, None).is_err());
        assert!(Endpoint::parse("ssh://-oProxyCommand=x", false, None).is_err());
        let missing = Endpoint::Unix("/nonexistent/docker.sock".into());
        assert_eq!(missing.client().map(|_| ()).expect_err("missing"), "no such file");
    }
}
