//! Opening connections to an engine: what bollard sends goes over them, whatever kind they are.

use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use bollard::{API_DEFAULT_VERSION, BollardRequest, Docker};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use jiff::fmt::rfc2822::DateTimeParser;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::UnixStream;
use tokio::time::Instant;
use tower::Service;

use super::answer::WantedOfAnswer;
use super::clock::{Clock, Reading};
use super::endpoint::Endpoint;
use super::identity::EngineIdentity;
use super::peer::Peer;
use super::refused::{Refused, system_words, words};
use super::ssh::Ssh;
use super::tls::EngineTls;
use crate::model::{Shortage, SignedDuration, Timestamp};

/// Seconds bollard waits for an answer's head; every call sets its own.
const CLIENT_TIMEOUT_S: u64 = 20;
/// Connections behind SSH that are kept for the next call, and for how long.
const SSH_IDLE: usize = 4;
const SSH_IDLE_TIME: Duration = Duration::from_secs(90);

/// Called with the resource hubdeck ran out of when it wanted to connect to the engine.
pub(super) type OnShortage = Arc<dyn Fn(Shortage) + Send + Sync>;

/// What the headers of answers say of the engine.
#[derive(Clone, Debug, Default)]
pub(super) struct Headers {
    /// The engine's clock.
    pub clock: Arc<Clock>,
    /// What the engine is; of the first answer that says it.
    pub identity: Arc<OnceLock<EngineIdentity>>,
}

impl Headers {
    fn read(&self, headers: &http::HeaderMap, asked: Instant) {
        if let Some(engine_time) = headers.get(http::header::DATE).and_then(date) {
            let within = SignedDuration::from_secs(1);
            self.clock.record(Reading {
                engine_time,
                within,
                asked,
                answered: Instant::now(),
            });
        }
        if self.identity.get().is_none()
            && let Some(identity) = EngineIdentity::of(headers)
        {
            // Where two answers come at once, both say the same.
            drop(self.identity.set(identity));
        }
    }
}

/// What sends requests of bollard's kind.
pub(super) type HttpClient = Client<Dialer, <BollardRequest as WithBody>::Body>;

/// Names the type of a body that bollard keeps to itself.
pub(super) trait WithBody {
    /// It.
    type Body;
}

impl<B> WithBody for http::Request<B> {
    type Body = B;
}

/// A client on `endpoint`, where `peer` answers, and the authority that requests name; nothing is
/// sent yet. What hubdeck itself runs out of on the way there goes to `short`.
pub(super) fn http_client(
    endpoint: &Endpoint,
    peer: Peer,
    short: OnShortage,
) -> Result<(HttpClient, String), String> {
    let (way, authority) = match endpoint {
        Endpoint::Unix(path) => {
            if let Err(error) = std::fs::metadata(path) {
                return Err(words(&error, peer));
            }
            (Way::Unix(path.clone()), "localhost".to_owned())
        }
        Endpoint::Tcp(address) => (Way::Tcp(tcp()), address.clone()),
        Endpoint::Tls(address, files) => (
            Way::Tls(tcp(), EngineTls::new(address, files, peer)?),
            address.clone(),
        ),
        Endpoint::Ssh(ssh) => (Way::Ssh(Arc::clone(ssh)), "localhost".to_owned()),
    };
    // Elsewhere a connection costs nothing, and one that was closed meanwhile would cost a call.
    let idle = if matches!(way, Way::Ssh(_)) {
        SSH_IDLE
    } else {
        0
    };
    let client = Client::builder(TokioExecutor::new())
        .pool_max_idle_per_host(idle)
        .pool_idle_timeout(SSH_IDLE_TIME)
        .pool_timer(TokioTimer::new())
        .build(Dialer { way, peer, short });
    Ok((client, authority))
}

/// A client on `endpoint`; nothing is sent yet. What the headers of answers say of the engine goes to
/// `headers`, and what hubdeck itself runs out of on the way there to `short`.
pub(super) fn client(
    endpoint: &Endpoint,
    headers: Headers,
    short: OnShortage,
) -> Result<Docker, String> {
    let (client, authority) = http_client(endpoint, Peer::Engine, short)?;
    let send = move |request: BollardRequest| {
        let (client, headers) = (client.clone(), headers.clone());
        async move {
            let asked = Instant::now();
            let wanted = WantedOfAnswer::by(&request);
            let mut response = client.request(request).await?;
            headers.read(response.headers(), asked);
            wanted.take(&mut response);
            Ok(response)
        }
    };
    let address = format!("http://{authority}");
    Docker::connect_with_custom_transport(
        send,
        Some(address),
        CLIENT_TIMEOUT_S,
        API_DEFAULT_VERSION,
    )
    .map_err(|error| error.to_string())
}

/// `Tue, 15 Nov 1994 08:12:31 GMT`.
fn date(header: &http::HeaderValue) -> Option<Timestamp> {
    DateTimeParser::new()
        .parse_timestamp(header.to_str().ok()?)
        .ok()
}

fn tcp() -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    connector
}

#[derive(Clone)]
enum Way {
    Unix(PathBuf),
    Tcp(HttpConnector),
    Tls(HttpConnector, EngineTls),
    Ssh(Arc<Ssh>),
}

/// Opens a connection each time the client has none left.
#[derive(Clone)]
pub(super) struct Dialer {
    way: Way,
    peer: Peer,
    short: OnShortage,
}

impl Dialer {
    async fn dial(self, uri: http::Uri) -> Result<EngineWire, Refused> {
        let stream: Box<dyn Stream> = match self.way {
            Way::Unix(path) => Box::new(
                UnixStream::connect(path)
                    .await
                    .map_err(|error| Refused::io(&error, self.peer))?,
            ),
            Way::Tcp(connector) => Box::new(connect(connector, uri, self.peer).await?),
            Way::Tls(connector, tls) => {
                Box::new(tls.open(connect(connector, uri, self.peer).await?).await?)
            }
            Way::Ssh(ssh) => Box::new(ssh.open().await.map_err(|clause| {
                // A program that cannot be started says why in words only.
                match std::fs::File::open("/dev/null") {
                    Err(error) if Shortage::of(&error).is_some() => Refused::io(&error, self.peer),
                    _ => Refused::new(clause),
                }
            })?),
        };
        Ok(EngineWire(stream))
    }
}

async fn connect(
    mut connector: HttpConnector,
    uri: http::Uri,
    peer: Peer,
) -> Result<tokio::net::TcpStream, Refused> {
    match connector.call(uri).await {
        Ok(stream) => Ok(stream.into_inner()),
        Err(error) => Err(match Shortage::behind(&error) {
            Some(shortage) => Refused {
                clause: shortage.to_string(),
                shortage: Some(shortage),
            },
            None => Refused::new(tcp_words(&error, peer)),
        }),
    }
}

fn tcp_words(error: &(dyn std::error::Error + 'static), peer: Peer) -> String {
    let looked_up = error.to_string().starts_with("dns error");
    let mut current = Some(error);
    while let Some(error) = current {
        match error.downcast_ref::<io::Error>() {
            Some(io) if looked_up => {
                let text = system_words(io);
                let cause = text
                    .rsplit_once(": ")
                    .map_or(text.as_str(), |(_, cause)| cause);
                return format!("the name of its host cannot be resolved ({cause})");
            }
            Some(io) => return words(io, peer),
            None => current = error.source(),
        }
    }
    error.to_string()
}

impl Service<http::Uri> for Dialer {
    type Response = TokioIo<EngineWire>;
    type Error = Refused;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Refused>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Refused>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: http::Uri) -> Self::Future {
        let dialer = self.clone();
        let short = Arc::clone(&self.short);
        Box::pin(async move {
            let dialled = dialer.dial(uri).await;
            if let Err(Refused {
                shortage: Some(shortage),
                ..
            }) = &dialled
            {
                short(*shortage);
            }
            dialled.map(TokioIo::new)
        })
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// An open connection of any kind.
pub(super) struct EngineWire(Box<dyn Stream>);

impl Connection for EngineWire {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl AsyncRead for EngineWire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for EngineWire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_socket_that_is_not_there_is_said_before_anything_is_sent() {
        let missing = Endpoint::Unix("/nonexistent/docker.sock".into());
        assert_eq!(
            client(&missing, Headers::default(), Arc::new(drop))
                .map(|_| ())
                .expect_err("missing"),
            "no such file"
        );
    }

    #[test]
    fn the_date_of_an_answer_is_read() {
        let read = |text: &str| date(&text.parse().expect("a header")).map(|time| time.as_second());
        assert_eq!(read("Tue, 15 Nov 1994 08:12:31 GMT"), Some(784_887_151));
        assert_eq!((read("yesterday"), read("")), (None, None));
    }

    #[tokio::test]
    async fn a_tcp_address_says_why_it_cannot_be_reached() {
        let dial = |address: &str| {
            Dialer {
                way: Way::Tcp(tcp()),
                peer: Peer::Engine,
                short: Arc::new(drop),
            }
            .dial(format!("http://{address}/").parse().expect("a URI"))
        };
        let refused = dial("127.0.0.1:1")
            .await
            .map(|_| ())
            .expect_err("nobody listens");
        assert_eq!(
            refused.to_string(),
            "connection refused; is the engine running?"
        );
        let unknown = dial("no-such-host.invalid:2375")
            .await
            .map(|_| ())
            .expect_err("no such name");
        assert!(
            unknown
                .to_string()
                .starts_with("the name of its host cannot be resolved ("),
            "{unknown}"
        );
    }
}
