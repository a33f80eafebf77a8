//! Sockets that are listened on, and the streams that they give: TCP with or without TLS, and Unix.

mod stream;
mod unix;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::time::timeout;

use super::peer::ClientPeer;
use super::tls::TlsInForce;
use crate::model::ListenAddress;

pub(super) use stream::HttpStream;

/// Why serving did not begin.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error(
        "cannot listen on {address}: {error}; stop what listens there or choose another address \
         (serve.port, serve.listen)"
    )]
    Bind {
        /// The address.
        address: ListenAddress,
        /// The system's words.
        error: io::Error,
    },
}

/// A socket that is listened on.
pub struct Listener {
    socket: Socket,
    tls: Option<TlsInForce>,
}

enum Socket {
    Tcp(TcpListener),
    /// With the path to remove at the end.
    Unix(UnixListener, PathBuf),
}

/// A connection before anything was read from it.
pub(super) enum Accepted {
    Tcp(TcpStream, ClientPeer),
    Unix(UnixStream),
}

/// Listens on `address`.
///
/// # Errors
/// When the address is taken or not ours.
pub async fn bind(address: &ListenAddress) -> Result<Listener, ServeError> {
    let socket = match address {
        ListenAddress::Tcp(at) => TcpListener::bind(at).await.map(Socket::Tcp),
        ListenAddress::Unix(path) => {
            unix::bind(path).map(|listener| Socket::Unix(listener, path.clone()))
        }
    };
    let socket = socket.map_err(|error| ServeError::Bind {
        address: address.clone(),
        error,
    })?;
    Ok(Listener { socket, tls: None })
}

impl Listener {
    /// The same with TLS by what is in force when a client connects; a Unix socket needs none.
    #[must_use]
    pub fn with_tls(mut self, tls: TlsInForce) -> Self {
        self.tls = matches!(self.socket, Socket::Tcp(_)).then_some(tls);
        self
    }

    /// Where it listens, with the port that the system chose.
    ///
    /// # Errors
    /// When the system does not give it.
    pub fn address(&self) -> io::Result<ListenAddress> {
        match &self.socket {
            Socket::Tcp(listener) => listener.local_addr().map(ListenAddress::Tcp),
            Socket::Unix(_, path) => Ok(ListenAddress::Unix(path.clone())),
        }
    }

    /// The IP address of a listener that has one.
    ///
    /// # Errors
    /// A Unix socket, and when the system does not give it.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        match &self.socket {
            Socket::Tcp(listener) => listener.local_addr(),
            Socket::Unix(..) => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    /// What the addresses of pages here begin with.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        let is_secured = self.tls.as_ref().is_some_and(|tls| tls.borrow().is_some());
        match &self.socket {
            Socket::Unix(..) => "",
            Socket::Tcp(_) if is_secured => "https://",
            Socket::Tcp(_) => "http://",
        }
    }

    pub(super) async fn accept(&self) -> io::Result<Accepted> {
        match &self.socket {
            Socket::Tcp(listener) => {
                let (stream, address) = listener.accept().await?;
                Ok(Accepted::Tcp(stream, ClientPeer::of(address.ip())))
            }
            Socket::Unix(listener, _) => Ok(Accepted::Unix(listener.accept().await?.0)),
        }
    }

    pub(super) fn tls(&self) -> Option<TlsInForce> {
        self.tls.clone()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Socket::Unix(_, path) = &self.socket {
            // Somebody may have removed it already.
            drop(std::fs::remove_file(path));
        }
    }
}

impl Accepted {
    /// The stream and who is at its other end, once hands were shaken, where TLS is spoken.
    ///
    /// # Errors
    /// A client that does not shake hands within `limit`, or that speaks no TLS.
    pub async fn open(
        self,
        tls: Option<TlsInForce>,
        limit: Duration,
    ) -> io::Result<(HttpStream, ClientPeer)> {
        let (stream, peer) = match self {
            Self::Unix(stream) => return Ok((HttpStream::Unix(stream), ClientPeer::default())),
            Self::Tcp(stream, peer) => (stream, peer),
        };
        stream.set_nodelay(true)?;
        let acceptor = tls.and_then(|tls| tls.borrow().as_ref().map(super::ServerTls::acceptor));
        let Some(acceptor) = acceptor else {
            return Ok((HttpStream::Tcp(stream), peer));
        };
        let shaken = timeout(limit, acceptor.accept(stream)).await;
        let stream = shaken.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))?;
        Ok((HttpStream::Tls(Box::new(stream)), peer))
    }

    /// Writes `answer` at once, without TLS, as far as the client takes it.
    pub fn leave(&self, answer: &[u8]) {
        let written = match self {
            Self::Tcp(stream, _) => stream.try_write(answer),
            Self::Unix(stream) => stream.try_write(answer),
        };
        // Fails only where the client is gone already.
        drop(written);
    }
}
