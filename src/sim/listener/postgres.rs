//! PostgreSQL's protocol 3.0 as far as a client needs it that asks whether the server works: no
//! TLS, every login accepted, queries refused.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What the first message of a client may be: a session, or the question for encryption.
const VERSION_3: u32 = 196_608;
const SSL_REQUEST: u32 = 80_877_103;
const GSS_REQUEST: u32 = 80_877_104;
/// Longest message that is read, in bytes.
const LONGEST: u32 = 64 << 10;
/// `ReadyForQuery`, outside of a transaction.
const READY: &[u8] = &[b'Z', 0, 0, 0, 5, b'I'];

/// Serves one session of a server of `version`; every answer takes `latency`.
///
/// # Errors
/// The connection breaks.
pub(super) async fn serve(
    mut stream: TcpStream,
    version: &str,
    latency: Duration,
) -> io::Result<()> {
    loop {
        let (length, code) = (stream.read_u32().await?, stream.read_u32().await?);
        skip(&mut stream, length, 8).await?;
        tokio::time::sleep(latency).await;
        match code {
            SSL_REQUEST | GSS_REQUEST => stream.write_all(b"N").await?,
            VERSION_3 => break,
            _ => return Ok(()),
        }
    }
    stream.write_all(&greeting(version)).await?;
    loop {
        let (kind, length) = (stream.read_u8().await?, stream.read_u32().await?);
        skip(&mut stream, length, 4).await?;
        tokio::time::sleep(latency).await;
        match kind {
            b'X' => return Ok(()),
            b'Q' => stream.write_all(&refusal()).await?,
            _ => {}
        }
    }
}

/// Reads the rest of a message of `length` bytes of which `read` were read.
async fn skip(stream: &mut TcpStream, length: u32, read: u32) -> io::Result<()> {
    let rest = length.checked_sub(read).filter(|rest| *rest <= LONGEST);
    let rest = rest.ok_or(io::ErrorKind::InvalidData)?;
    let mut body = vec![0; usize::try_from(rest).unwrap_or(0)];
    stream.read_exact(&mut body).await.map(drop)
}

/// `AuthenticationOk`, the server's version, and that it waits for queries.
fn greeting(version: &str) -> Vec<u8> {
    let parameter = format!("server_version\0{version}\0");
    let parts = [
        message(b'R', &0_u32.to_be_bytes()),
        message(b'S', parameter.as_bytes()),
        READY.to_vec(),
    ];
    parts.concat()
}

/// A simulated server has no tables.
fn refusal() -> Vec<u8> {
    let fields = b"SERROR\0VERROR\0C0A000\0Ma simulated server runs no queries\0\0";
    [message(b'E', fields), READY.to_vec()].concat()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap_or(u32::MAX);
    [&[kind][..], &length.to_be_bytes(), body].concat()
}
