//! `hubdeck check`: is a running `--serve` alive and ready? Two small requests over a plain socket:
//! no runtime and no TLS are started, because it runs every few seconds as a container's
//! healthcheck.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use crate::config::{ConfigError, ProcessEnvironment, Request, Warning};

use super::ExitStatus;

/// Time for both requests together.
const DEADLINE: Duration = Duration::from_secs(3);
/// Most bytes read of an answer.
const ANSWER_LIMIT: u64 = 64 * 1024;

/// Why the check failed; each is one sentence for the operator.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The address is not one that can be asked.
    #[error("cannot check {0}: give an address such as http://127.0.0.1:5003")]
    BadAddress(String),
    /// The environment does not say which one.
    #[error(transparent)]
    Environment(#[from] ConfigError),
    /// Nobody answers.
    #[error("hubdeck does not answer at {address}: {error}; is `hubdeck --serve` running there?")]
    NoAnswer {
        /// Host and port.
        address: String,
        /// The system's words.
        error: io::Error,
    },
    /// Somebody else answers.
    #[error("what answers at {0} is not hubdeck")]
    NotOurs(String),
    /// It answers that it is not well.
    #[error("hubdeck at {address} answers {status} to {path}: {detail}")]
    Unwell {
        /// Host and port.
        address: String,
        /// The path that was asked.
        path: &'static str,
        /// The HTTP status.
        status: u16,
        /// The server's own words.
        detail: String,
    },
}

/// The address in a command line that is nothing but this command, as healthchecks write it; the
/// declarations of all other commands need not be made for it.
#[must_use]
pub fn bare(arguments: &[String]) -> Option<Option<&str>> {
    let (command, rest) = arguments.split_first()?;
    match rest {
        _ if command != "check" => None,
        [] => Some(None),
        [url] if !url.is_empty() && !url.starts_with('-') => Some(Some(url)),
        _ => None,
    }
}

/// Runs the command: one sentence, and exit code 0 or 1; 2 where the address or the environment is
/// wrong.
#[must_use]
pub fn run(url: Option<&str>) -> ExitStatus {
    // A line that cannot be written changes nothing: the exit code is the answer.
    match check(url, ProcessEnvironment::of_process()) {
        Ok(line) => {
            drop(writeln!(io::stdout(), "{line}"));
            ExitStatus::Success
        }
        Err(error) => {
            drop(writeln!(io::stderr(), "hubdeck: {error}"));
            if matches!(
                error,
                CheckError::BadAddress(_) | CheckError::Environment(_)
            ) {
                ExitStatus::Usage
            } else {
                ExitStatus::Failure
            }
        }
    }
}

/// Asks `/livez` and `/readyz` of `url`, or of the address that `environment` gives `--serve`.
///
/// # Errors
/// When it is not alive or not ready within three seconds, or a variable that is needed is wrong.
pub fn check(url: Option<&str>, environment: ProcessEnvironment) -> Result<String, CheckError> {
    let target = match url {
        Some(url) => Target::parse(url).ok_or_else(|| CheckError::BadAddress(url.to_owned()))?,
        None => Target::of_environment(environment)?,
    };
    let until = Instant::now() + DEADLINE;
    for path in ["/livez", "/readyz"] {
        let (status, body) = target.get(path, until)?;
        if status != 200 {
            return Err(CheckError::Unwell {
                address: target.authority,
                path,
                status,
                detail: advice(status, &body),
            });
        }
    }
    Ok(format!(
        "hubdeck at {} is alive and ready",
        target.authority
    ))
}

/// Variables that Docker sets for a linked service set no setting.
fn warn_of_service_links(warnings: &[Warning]) {
    let links = warnings
        .iter()
        .filter(|warning| matches!(warning, Warning::ServiceLink { .. }));
    for warning in links {
        // As in `run`: the exit code is the answer.
        drop(writeln!(io::stderr(), "hubdeck: warning: {warning}"));
    }
}

/// Host and port of an authority; an IPv6 address without its brackets.
fn split_host(authority: &str) -> Option<(&str, Option<&str>)> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, port) = rest.split_once(']')?;
        return Some((host, port.strip_prefix(':')));
    }
    let parts = authority.split_once(':');
    Some(parts.map_or((authority, None), |(host, port)| (host, Some(port))))
}

/// What to do about `status`, or what the answer says of it.
fn advice(status: u16, body: &str) -> String {
    match status {
        421 => {
            "it does not serve this host name; ask 127.0.0.1 or add the name to serve.allow_hosts"
                .to_owned()
        }
        _ => detail(body),
    }
}

/// The `detail` of a problem document.
fn detail(body: &str) -> String {
    serde_json::from_str::<serde_json::Value>(body)
        .ok()
        .and_then(|body| Some(body.get("detail")?.as_str()?.to_owned()))
        .unwrap_or_else(|| "no reason given".to_owned())
}

/// Where to ask.
#[derive(Debug, PartialEq, Eq)]
struct Target {
    /// `host:port` as the Host header says it.
    authority: String,
    /// Path before ours, for a proxy's prefix.
    prefix: String,
    host: String,
    port: u16,
}

impl Target {
    /// Reads `[http://]host[:port][/prefix]`.
    fn parse(url: &str) -> Option<Self> {
        let rest = match url.split_once("://") {
            Some(("http", rest)) => rest,
            Some(_) => return None,
            None => url,
        };
        let (authority, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = split_host(authority)?;
        let plain = |text: &str| text.chars().all(|c| c.is_ascii_graphic());
        if host.is_empty() || !plain(authority) || !plain(prefix) || authority.contains('@') {
            return None;
        }
        let port = port.map_or(Some(80), |port| port.parse().ok())?;
        let prefix = match prefix.trim_end_matches('/') {
            "" => String::new(),
            prefix => format!("/{prefix}"),
        };
        Some(Self {
            authority: authority.to_owned(),
            prefix,
            host: host.to_owned(),
            port,
        })
    }

    /// Where `--serve` listens with this environment, seen from the same machine.
    fn of_environment(environment: ProcessEnvironment) -> Result<Self, ConfigError> {
        let loaded = Request {
            environment,
            ..Request::default()
        }
        .load_text(None)?;
        warn_of_service_links(&loaded.warnings);
        let serve = loaded.settings.serve;
        let host = match serve.host {
            IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            address if address.is_unspecified() => IpAddr::from(Ipv4Addr::LOCALHOST),
            address => address,
        };
        let authority = SocketAddr::new(host, serve.port).to_string();
        Ok(Self {
            authority,
            prefix: String::new(),
            host: host.to_string(),
            port: serve.port,
        })
    }

    /// Status and body of one GET.
    fn get(&self, path: &str, until: Instant) -> Result<(u16, String), CheckError> {
        let answer = self
            .exchange(path, until)
            .map_err(|error| CheckError::NoAnswer {
                address: self.authority.clone(),
                error: worded(error),
            })?;
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head
            .strip_prefix("HTTP/1.")
            .and_then(|rest| rest.split(' ').nth(1)?.split("\r\n").next()?.parse().ok())
            .ok_or_else(|| CheckError::NotOurs(self.authority.clone()))?;
        Ok((status, body.to_owned()))
    }

    fn exchange(&self, path: &str, until: Instant) -> io::Result<Vec<u8>> {
        let mut stream = self.connect(until)?;
        stream.set_write_timeout(Some(left(until)?))?;
        let Self {
            authority, prefix, ..
        } = self;
        let request = format!(
            "GET {prefix}{path} HTTP/1.1\r\nHost: {authority}\r\nAccept: application/json\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        let mut chunk = [0; 4096];
        loop {
            stream.set_read_timeout(Some(left(until)?))?;
            match stream.read(&mut chunk)? {
                0 => return Ok(answer),
                count => answer.extend_from_slice(chunk.get(..count).unwrap_or_default()),
            }
            if answer.len() as u64 > ANSWER_LIMIT {
                return Ok(answer);
            }
        }
    }

    fn connect(&self, until: Instant) -> io::Result<TcpStream> {
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for address in (self.host.as_str(), self.port).to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, left(until)?) {
                Ok(stream) => return Ok(stream),
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

/// Time left; an error when there is none.
fn left(until: Instant) -> io::Result<Duration> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() {
        Err(io::Error::from(io::ErrorKind::TimedOut))
    } else {
        Ok(left)
    }
}

/// A read that runs into its time limit says "would block" on Unix.
fn worded(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
            io::Error::new(io::ErrorKind::TimedOut, "no answer within 3 seconds")
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests;
