//! HTTP to another hubdeck, over the same kinds of connections as to an engine.

use std::error::Error;
use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use bollard::body_full;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{Method, Request, Response};
use hyper::body::{Body as _, Bytes, Incoming};

use super::dial::{HttpClient, http_client};
use super::endpoint::{Endpoint, with_port};
use super::peer::Peer;
use super::refused::{Refused, words};
use super::ssh::{Ssh, Target};
use super::tls::TlsFiles;

/// Schemes of addresses.
const SCHEMES: &str = "http://, https://, unix:// or ssh://";
/// The ports that a URL without one means.
const HTTP_PORT: u16 = 80;
const HTTPS_PORT: u16 = 443;

/// Another hubdeck at an address; connections are opened as requests need them.
pub struct RemoteHub {
    client: HttpClient,
    authority: String,
    /// The path that a proxy puts before every other.
    prefix: String,
    shown: String,
    ssh: Option<Arc<Ssh>>,
}

/// The answer to a request; its body is read chunk by chunk.
pub struct RemoteAnswer {
    /// The status.
    pub status: u16,
    body: Incoming,
}

impl RemoteHub {
    /// The hubdeck at `url`. With `ca`, only certificates that it signed are accepted, else those
    /// that the system accepts. SSH keeps its sockets in `runtime_dir`.
    ///
    /// # Errors
    /// One clause why the address cannot be used.
    pub fn new(url: &str, ca: Option<PathBuf>, runtime_dir: Option<&Path>) -> Result<Self, String> {
        let url = url.trim();
        let Some((scheme, rest)) = url.split_once("://") else {
            return Err(format!("it has no scheme; it begins with {SCHEMES}"));
        };
        let rest = rest.trim_end_matches('/');
        if rest.is_empty() {
            return Err(format!("nothing follows {scheme}://"));
        }
        if ca.is_some() && scheme != "https" {
            return Err("a CA file is of use with https:// only; leave out --attach-ca".to_owned());
        }
        let (place, prefix) = match rest.find('/') {
            Some(at) if scheme.starts_with("http") => rest.split_at(at),
            _ => (rest, ""),
        };
        if scheme.starts_with("http") && place.contains('@') {
            return Err("it holds a user or a token; give the token with --token-file".to_owned());
        }
        let endpoint = endpoint(scheme, place, ca, runtime_dir)?;
        let shown = match &endpoint {
            Endpoint::Ssh(ssh) => ssh.target().shown(),
            _ => format!("{scheme}://{place}{prefix}"),
        };
        let ssh = match &endpoint {
            Endpoint::Ssh(ssh) => Some(Arc::clone(ssh)),
            _ => None,
        };
        let short = |shortage| tracing::warn!("{shortage}: no connection to that hubdeck");
        let (client, authority) = http_client(&endpoint, Peer::Hubdeck, Arc::new(short))?;
        Ok(Self {
            client,
            authority,
            prefix: prefix.to_owned(),
            shown,
            ssh,
        })
    }

    /// The address as it may be shown.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Asks for `path`; a body is JSON.
    ///
    /// # Errors
    /// One clause why there is no answer.
    pub async fn request(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Vec<u8>>,
    ) -> Result<RemoteAnswer, String> {
        let uri = format!("http://{}{}{path}", self.authority, self.prefix);
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .header(HOST, &self.authority);
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let request = request
            .body(body_full(Bytes::from(body.unwrap_or_default())))
            .map_err(|error| format!("no request can be made of it ({error})"))?;
        let answer: Response<Incoming> = self
            .client
            .request(request)
            .await
            .map_err(|error| clause(&error))?;
        Ok(RemoteAnswer {
            status: answer.status().as_u16(),
            body: answer.into_body(),
        })
    }

    /// Ends the logins behind SSH.
    pub async fn close(&self) {
        if let Some(ssh) = &self.ssh {
            ssh.close().await;
        }
    }
}

impl RemoteAnswer {
    /// The next bytes of the body; `None` at its end.
    ///
    /// # Errors
    /// One clause why it was cut off.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, String> {
        loop {
            let frame = poll_fn(|cx| Pin::new(&mut self.body).poll_frame(cx)).await;
            match frame {
                None => return Ok(None),
                Some(Err(error)) => return Err(clause(&error)),
                Some(Ok(frame)) => {
                    if let Ok(bytes) = frame.into_data() {
                        return Ok(Some(bytes));
                    }
                }
            }
        }
    }
}

/// Where `place` behind `scheme` leads to.
fn endpoint(
    scheme: &str,
    place: &str,
    ca: Option<PathBuf>,
    runtime_dir: Option<&Path>,
) -> Result<Endpoint, String> {
    Ok(match scheme {
        "http" => Endpoint::Tcp(with_port(place, HTTP_PORT)),
        "https" => {
            let files = TlsFiles {
                ca,
                client: None,
                verify: true,
            };
            Endpoint::Tls(with_port(place, HTTPS_PORT), files)
        }
        "unix" if place.starts_with('/') => Endpoint::Unix(PathBuf::from(place)),
        "unix" => return Err("the path of a socket begins with /: unix:///PATH".to_owned()),
        "ssh" => {
            let target = Target::parse(place)?.into_hubdeck()?;
            Endpoint::Ssh(Arc::new(Ssh::new(target, runtime_dir)))
        }
        other => return Err(format!("{other}:// is no scheme of it; use {SCHEMES}")),
    })
}

/// The cause at the bottom of `error`, in one clause.
fn clause(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    let mut current = Some(error);
    while let Some(error) = current {
        if let Some(refused) = error.downcast_ref::<Refused>() {
            return refused.to_string();
        }
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            match io
                .get_ref()
                .and_then(|inner| inner.downcast_ref::<Refused>())
            {
                Some(refused) => return refused.to_string(),
                None if io.get_ref().is_none() => return words(io, Peer::Hubdeck),
                None => {}
            }
        }
        last = error;
        current = error.source();
    }
    match last.downcast_ref::<hyper::Error>() {
        Some(error) if error.is_incomplete_message() => Peer::Hubdeck.closes().to_owned(),
        Some(error) if error.is_parse() => "what answers there speaks no HTTP".to_owned(),
        _ => last.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_cannot_be_used_says_why() {
        for (url, expected) in [
            (
                "hub:5003",
                "it has no scheme; it begins with http://, https://, unix:// or ssh://",
            ),
            ("http://", "nothing follows http://"),
            (
                "ftp://hub",
                "ftp:// is no scheme of it; use http://, https://, unix:// or ssh://",
            ),
            (
                "tcp://hub:5003",
                "tcp:// is no scheme of it; use http://, https://, unix:// or ssh://",
            ),
            (
                "unix://run/x.sock",
                "the path of a socket begins with /: unix:///PATH",
            ),
            ("unix:///no/such.sock", "no such file"),
            (
                "http://token@hub",
                "it holds a user or a token; give the token with --token-file",
            ),
            (
                "ssh://hub/run/docker.sock",
                "an address of a hubdeck behind SSH ends after host and port; leave out /run/docker.sock",
            ),
            (
                "ssh://hub:0",
                "\"0\" is no port; it is a number up to 65535",
            ),
        ] {
            let problem = RemoteHub::new(url, None, None).map(|_| ()).expect_err(url);
            assert_eq!(problem, expected, "{url}");
        }
        let ca = Some(PathBuf::from("/ca.pem"));
        let problem = RemoteHub::new("http://hub", ca, None).map(|_| ());
        assert_eq!(
            problem,
            Err("a CA file is of use with https:// only; leave out --attach-ca".to_owned())
        );
    }

    #[tokio::test]
    async fn addresses_are_shown_without_secrets_and_named_in_requests() {
        for (url, shown, authority, prefix) in [
            ("http://hub", "http://hub", "hub:80", ""),
            ("http://hub:5003/", "http://hub:5003", "hub:5003", ""),
            (
                "https://hub/a/hub/",
                "https://hub/a/hub",
                "hub:443",
                "/a/hub",
            ),
            ("ssh://ann:pw@hub:22", "ssh://ann@hub:22", "localhost", ""),
        ] {
            let hub = RemoteHub::new(url, None, None).expect(url);
            let found = (hub.shown(), hub.authority.as_str(), hub.prefix.as_str());
            assert_eq!(found, (shown, authority, prefix), "{url}");
        }
    }

    #[tokio::test]
    async fn nobody_there_is_one_clause() {
        let hub = RemoteHub::new("http://127.0.0.1:1", None, None).expect("an address");
        let refused = hub.request(Method::GET, "/", None, None).await;
        assert_eq!(
            refused.map(|answer| answer.status),
            Err("connection refused; is `hubdeck --serve` running there?".to_owned())
        );
    }
}
