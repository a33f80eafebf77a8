//! Addresses of engines.

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ssh::{Ssh, Target};
use super::tls::TlsFiles;
use crate::model::authority::host_of;
use crate::model::secrets::mask_urls;

const TCP_PORT: u16 = 2375;
const TLS_PORT: u16 = 2376;

/// What contexts and environment say about TLS.
#[derive(Clone, Debug, Default)]
pub(super) struct TlsOptions {
    /// Whether it is spoken on `tcp://`.
    pub wanted: bool,
    /// With what.
    pub files: TlsFiles,
}

/// How the `docker` program calls the same engine.
#[derive(Debug)]
pub(super) struct DockerAddress {
    /// Variables of its environment; `None` for those that must not be set.
    pub variables: Vec<(&'static str, Option<OsString>)>,
    /// The address as it may be shown, where the engine runs on another machine.
    pub remote: Option<String>,
}

/// Where an engine listens.
#[derive(Clone, Debug)]
pub(super) enum Endpoint {
    /// A socket file.
    Unix(PathBuf),
    /// `host:port` without TLS.
    Tcp(String),
    /// `host:port` with TLS.
    Tls(String, TlsFiles),
    /// Reached with the `ssh` program.
    Ssh(Arc<Ssh>),
}

impl Endpoint {
    /// Reads an address as `DOCKER_HOST` takes it. `runtime_dir` is where SSH may keep its sockets.
    pub(super) fn parse(
        host: &str,
        tls: &TlsOptions,
        runtime_dir: Option<&Path>,
    ) -> Result<Self, String> {
        let host = host.trim();
        let usual = if host.starts_with('/') { "unix" } else { "tcp" };
        let (scheme, rest) = host.split_once("://").unwrap_or((usual, host));
        let trimmed = rest.strip_suffix('/').unwrap_or(rest);
        if trimmed.is_empty() {
            return Err("the address is empty after its scheme".into());
        }
        let over_tls = || Self::Tls(with_port(trimmed, TLS_PORT), tls.files.clone());
        let over_ssh = |target| Self::Ssh(Arc::new(Ssh::new(target, runtime_dir)));
        match scheme {
            "unix" => Ok(Self::Unix(PathBuf::from(trimmed))),
            "ssh" => Target::parse(rest).map(over_ssh),
            "https" => Ok(over_tls()),
            "tcp" | "http" if tls.wanted => Ok(over_tls()),
            "tcp" | "http" => Ok(Self::Tcp(with_port(trimmed, TCP_PORT))),
            other => Err(format!(
                "unknown scheme {other}://; use unix, tcp, http, https or ssh"
            )),
        }
    }

    /// The address as it may be shown: no credentials.
    pub(super) fn shown(&self) -> String {
        mask_urls(&match self {
            Self::Unix(path) => format!("unix://{}", path.display()),
            Self::Tcp(address) => format!("tcp://{address}"),
            Self::Tls(address, _) => format!("https://{address}"),
            // A user's name is no secret, and shows which account lacks the right.
            Self::Ssh(ssh) => return ssh.target().shown(),
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
}

pub(super) fn with_port(address: &str, port: u16) -> String {
    let after_host = address.rsplit_once(']').map_or(address, |(_, rest)| rest);
    if after_host.contains(':') {
        address.to_owned()
    } else {
        format!("{address}:{port}")
    }
}

fn is_loopback(address: &str) -> bool {
    let host = host_of(address);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(wanted: bool) -> TlsOptions {
        TlsOptions {
            wanted,
            files: TlsFiles::in_directory(Path::new("/certs"), true),
        }
    }

    #[test]
    fn addresses_as_docker_takes_them() {
        for (host, tls, shown, local) in [
            (
                "unix:///var/run/docker.sock",
                false,
                "unix:///var/run/docker.sock",
                true,
            ),
            ("/tmp/x.sock", false, "unix:///tmp/x.sock", true),
            ("tcp://10.0.0.5", false, "tcp://10.0.0.5:2375", false),
            ("tcp://10.0.0.5:4000/", true, "https://10.0.0.5:4000", false),
            ("http://localhost:2375", false, "tcp://localhost:2375", true),
            (
                "https://hub.example",
                false,
                "https://hub.example:2376",
                false,
            ),
            ("tcp://[::1]", false, "tcp://[::1]:2375", true),
            ("127.0.0.1:99", false, "tcp://127.0.0.1:99", true),
            (
                "ssh://deploy:pw@hub.example:22",
                false,
                "ssh://deploy@hub.example:22",
                false,
            ),
            (
                "ssh://root@localhost:5922/run/user/1000/docker.sock",
                true,
                "ssh://root@localhost:5922/run/user/1000/docker.sock",
                false,
            ),
        ] {
            let endpoint = Endpoint::parse(host, &options(tls), None).expect(host);
            assert_eq!(
                (endpoint.shown().as_str(), endpoint.is_local()),
                (shown, local),
                "{host}"
            );
        }
    }

    #[test]
    fn addresses_that_cannot_work_say_why() {
        let problem = |host: &str| Endpoint::parse(host, &options(false), None).expect_err(host);
        assert!(problem("fd://3").contains("fd://"));
        assert!(problem("unix://").contains("empty"));
        assert!(problem("ssh://-oProxyCommand=x").contains("dash"));
        assert!(problem("ssh://host:ssh").contains("port"));
    }
}
