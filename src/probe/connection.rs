//! A connection that a probe talks over: it reads a bounded number of bytes, so that nothing the
//! other side sends can cost more than that.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::model::{Finding, ProbePhases, Timestamp};
use crate::probe::failure;

use super::certificate;
use super::resolver::{Found, Resolver};
use super::timing::{self, ProbePhase, millis};
use super::tls_client::Tls;

/// Bytes that one probe reads at most.
const LIMIT: usize = 256 * 1024;

/// How long a connection is kept for the other side to end it, once the verdict is clear.
const LEAVE: Duration = Duration::from_millis(100);

/// Anything that bytes go through both ways.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection to what is probed.
pub(super) struct Wire {
    stream: Box<dyn Stream>,
    /// Bytes that it may still read.
    left: usize,
    /// Whether nothing was read yet since it was opened or began to speak TLS.
    awaits_first_byte: bool,
    /// What opening it took.
    pub phases: ProbePhases,
    /// End of the certificate that was shown; `None` without TLS.
    pub certificate_until: Option<Timestamp>,
}

impl Wire {
    /// Opens a connection to `address` (`host:port`).
    ///
    /// # Errors
    /// When the name does not resolve or nobody accepts.
    pub async fn connect(resolver: &Resolver, address: &str) -> Result<Self, Finding> {
        Self::open(resolver.resolve(address).await?).await
    }

    /// Opens a connection to what was `found`.
    ///
    /// # Errors
    /// When nobody accepts.
    pub async fn open(found: Found) -> Result<Self, Finding> {
        let begun = Instant::now();
        timing::begin(ProbePhase::Connect);
        let stream = TcpStream::connect(&*found.addresses)
            .await
            .map_err(|error| failure::io(&error))?;
        // A probe says little and waits for answers: what it says must not wait for more.
        stream
            .set_nodelay(true)
            .map_err(|error| failure::io(&error))?;
        timing::begin(ProbePhase::FirstByte);
        let phases = ProbePhases {
            dns_ms: found.took.map(millis),
            connect_ms: Some(millis(begun.elapsed())),
            ..ProbePhases::default()
        };
        Ok(Self {
            stream: Box::new(stream),
            left: LIMIT,
            awaits_first_byte: true,
            phases,
            certificate_until: None,
        })
    }

    /// Speaks TLS from here on; `host` is the name that is asked for.
    ///
    /// # Errors
    /// When the handshake fails; the connection is of no use then.
    pub async fn over_tls(&mut self, tls: &Tls, host: &str) -> Result<(), Finding> {
        let begun = Instant::now();
        let plain = std::mem::replace(&mut self.stream, Box::new(tokio::io::empty()));
        timing::begin(ProbePhase::Tls);
        let stream = tls.handshake(host, plain).await?;
        timing::begin(ProbePhase::FirstByte);
        self.awaits_first_byte = true;
        self.phases.tls_ms = Some(millis(begun.elapsed()));
        self.certificate_until = certificate::end_of(stream.get_ref().1);
        self.stream = Box::new(stream);
        Ok(())
    }

    /// Says `goodbye`, ends this side of the connection and reads what still comes until the other
    /// side ends its own, for a moment at most and within `limit`. A server that was left so writes
    /// no warning into its log; one that is left with something unread sees the connection reset.
    pub async fn leave(mut self, goodbye: &[u8], limit: Duration) {
        let farewell = async {
            if !goodbye.is_empty() {
                self.send(goodbye).await?;
            }
            self.shutdown().await.map_err(|error| failure::io(&error))?;
            let mut rest = [0; 4096];
            while self.read(&mut rest).await.is_ok_and(|count| count > 0) {}
            Ok::<(), Finding>(())
        };
        // The verdict stands: how the other side takes the farewell changes nothing.
        let _ = timeout(LEAVE.min(limit), farewell).await;
    }

    /// Sends all of `bytes`. Where the other side has hung up, what it sent before can still be read.
    ///
    /// # Errors
    /// When the connection breaks otherwise.
    pub async fn send(&mut self, bytes: &[u8]) -> Result<(), Finding> {
        let sent = async {
            self.write_all(bytes).await?;
            self.flush().await
        };
        match sent.await.map_err(|error| failure::io(&error)) {
            Ok(()) | Err(Finding::Closed) => Ok(()),
            Err(finding) => Err(finding),
        }
    }

    /// Reads exactly `N` bytes.
    ///
    /// # Errors
    /// When the connection ends before, or the probe has read enough.
    pub async fn exactly<const N: usize>(&mut self) -> Result<[u8; N], Finding> {
        let mut bytes = [0; N];
        self.read_exact(&mut bytes)
            .await
            .map_err(|error| failure::io(&error))?;
        Ok(bytes)
    }

    /// Reads `count` bytes; a count beyond what a probe reads is refused before anything is kept.
    ///
    /// # Errors
    /// When the connection ends before, or the probe would read too much.
    pub async fn take(&mut self, count: usize) -> Result<Vec<u8>, Finding> {
        if count > self.left {
            return Err(Finding::TooMuch);
        }
        let mut bytes = vec![0; count];
        self.read_exact(&mut bytes)
            .await
            .map_err(|error| failure::io(&error))?;
        Ok(bytes)
    }

    /// Reads one line without its end; bytes that are no UTF-8 are replaced.
    ///
    /// # Errors
    /// When the connection ends before, or the probe has read enough.
    pub async fn line(&mut self) -> Result<String, Finding> {
        let mut bytes = Vec::new();
        loop {
            match self.exactly::<1>().await? {
                [b'\n'] => break,
                [byte] => bytes.push(byte),
            }
        }
        Ok(String::from_utf8_lossy(&bytes)
            .trim_end_matches('\r')
            .to_owned())
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.left == 0 && buffer.remaining() > 0 {
            return Poll::Ready(Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                Finding::TooMuch,
            )));
        }
        let room = buffer.remaining().min(self.left);
        let mut part = ReadBuf::new(buffer.initialize_unfilled_to(room));
        let polled = Pin::new(&mut self.stream).poll_read(context, &mut part);
        let filled = part.filled().len();
        if filled > 0 && self.awaits_first_byte {
            self.awaits_first_byte = false;
            timing::end();
        }
        buffer.advance(filled);
        self.left -= filled;
        polled
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
