//! The server of the API: bind, accept, and go down and come back as a daemon does.

use std::io;
use std::net::SocketAddr;
use std::os::unix::net::UnixStream as ProbeStream;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::control::{Bound, Control};
use super::error::SimError;
use super::scenario::Scenario;
use super::{driver, http, listener};

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// A unix socket; a file left by a server that ended is replaced.
    Unix(PathBuf),
    /// A TCP address; the simulator has no access control, so a loopback one.
    Tcp(SocketAddr),
}

/// Serves `scenario` on `listen` until [`Control::shutdown`].
///
/// # Errors
/// The address cannot be used, or another server answers there.
pub async fn serve(scenario: Scenario, listen: Listen, control: Control) -> Result<(), SimError> {
    let (socket, bound) = Socket::bind(&listen).await?;
    control.load(&scenario);
    let listeners = listener::open_all(&control).await?;
    let driver = tokio::spawn(driver::drive(control.clone()));
    let router = http::over(control.clone());
    control.announce(Some(bound.clone()));
    let acceptor = Acceptor {
        listen: Listen::from(&bound),
        socket: Some(socket),
        cuts: control.cuts(),
        control: control.clone(),
    };
    let ended = {
        let control = control.clone();
        async move {
            control.ended().await;
            control.connections().cancel();
        }
    };
    let served = axum::serve(acceptor, router)
        .with_graceful_shutdown(ended)
        .await;
    driver.abort();
    listeners.into_iter().for_each(|task| task.abort());
    control.announce(None);
    if let Bound::Unix(path) = &bound {
        remove_socket(path)?;
    }
    served.map_err(|source| SimError::Serve {
        address: listen.to_string(),
        source,
    })
}

fn remove_socket(path: &Path) -> Result<(), SimError> {
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(SimError::Serve {
            address: path.display().to_string(),
            source,
        }),
        _ => Ok(()),
    }
}

impl std::fmt::Display for Listen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Tcp(address) => write!(f, "tcp:{address}"),
        }
    }
}

impl From<&Bound> for Listen {
    fn from(bound: &Bound) -> Self {
        match bound {
            Bound::Unix(path) => Self::Unix(path.clone()),
            Bound::Tcp(address) => Self::Tcp(*address),
        }
    }
}

enum Socket {
    Unix(UnixListener),
    Tcp(TcpListener),
}

impl Socket {
    async fn bind(listen: &Listen) -> Result<(Self, Bound), SimError> {
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => SimError::InUse {
                address: listen.to_string(),
            },
            _ => SimError::Bind {
                address: listen.to_string(),
                source,
            },
        };
        match listen {
            Listen::Unix(path) => {
                clear(path).map_err(failed)?;
                let listener = UnixListener::bind(path).map_err(failed)?;
                Ok((Self::Unix(listener), Bound::Unix(path.clone())))
            }
            Listen::Tcp(address) => {
                let listener = TcpListener::bind(address).await.map_err(failed)?;
                let address = listener.local_addr().map_err(failed)?;
                Ok((Self::Tcp(listener), Bound::Tcp(address)))
            }
        }
    }

    async fn accept(&self) -> io::Result<Box<dyn Wire>> {
        match self {
            Self::Unix(listener) => listener
                .accept()
                .await
                .map(|(stream, _)| Box::new(stream) as Box<dyn Wire>),
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
        }
    }
}

/// Removes the socket file of a server that ended. A live one, or a file that is no socket, is an error.
fn clear(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::FileTypeExt as _;
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(found) if !found.file_type().is_socket() => Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "a file that is no socket is there",
        )),
        Ok(_) => match ProbeStream::connect(path) {
            Ok(_) => Err(io::ErrorKind::AddrInUse.into()),
            Err(_) => std::fs::remove_file(path),
        },
    }
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

struct Acceptor {
    listen: Listen,
    /// `None` while the daemon is down.
    socket: Option<Socket>,
    cuts: watch::Receiver<bool>,
    control: Control,
}

impl Acceptor {
    /// Waits for the daemon's return and listens again.
    async fn wait_for_return(&mut self) {
        if self.cuts.wait_for(|cut| !cut).await.is_err() {
            std::future::pending::<()>().await;
        }
        match Socket::bind(&self.listen).await {
            Ok((socket, _)) => self.socket = Some(socket),
            Err(error) => {
                tracing::warn!("the simulated engine cannot return: {error}");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }
    }
}

/// Waits for the daemon's death.
async fn died(cuts: &mut watch::Receiver<bool>) {
    let gone = cuts.wait_for(|cut| *cut).await.is_err();
    if gone {
        std::future::pending::<()>().await;
    }
}

impl axum::serve::Listener for Acceptor {
    type Io = Connection;
    type Addr = ();

    async fn accept(&mut self) -> (Connection, ()) {
        loop {
            let Some(socket) = &self.socket else {
                self.wait_for_return().await;
                continue;
            };
            let accepted = tokio::select! {
                accepted = socket.accept() => accepted,
                () = died(&mut self.cuts) => {
                    self.socket = None;
                    continue;
                }
            };
            match accepted {
                Ok(stream) => return (Connection::new(stream, self.control.connections()), ()),
                Err(error) => {
                    tracing::warn!("the simulated engine cannot accept: {error}");
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}

/// A connection that can be dropped from outside, in the middle of whatever it does.
struct Connection {
    stream: Box<dyn Wire>,
    dropped: CancellationToken,
    waiting: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Connection {
    fn new(stream: Box<dyn Wire>, dropped: CancellationToken) -> Self {
        let waiting = Box::pin(dropped.clone().cancelled_owned());
        Self {
            stream,
            dropped,
            waiting,
        }
    }

    fn check(&self) -> io::Result<()> {
        if self.dropped.is_cancelled() {
            Err(io::ErrorKind::ConnectionReset.into())
        } else {
            Ok(())
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.waiting.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Pin::new(&mut *self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut *self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut *self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut *self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
