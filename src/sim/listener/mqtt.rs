//! MQTT 3.1.1 as far as a client needs it that asks whether the broker accepts sessions.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Most bytes of a packet's length: more would be longer than the protocol allows.
const LENGTH_BYTES: u32 = 4;
/// Longest packet that is read, in bytes.
const LONGEST: usize = 64 << 10;

/// Serves one session; every answer takes `latency`.
///
/// # Errors
/// The connection breaks, or a packet is longer than is read.
pub(super) async fn serve(mut stream: TcpStream, latency: Duration) -> io::Result<()> {
    loop {
        let kind = stream.read_u8().await? >> 4;
        let mut body = vec![0; remaining_length(&mut stream).await?];
        stream.read_exact(&mut body).await?;
        let answer: &[u8] = match kind {
            // CONNECT: CONNACK, a new session, accepted.
            1 => &[0x20, 2, 0, 0],
            // PINGREQ: PINGRESP.
            12 => &[0xd0, 0],
            _ => return Ok(()),
        };
        tokio::time::sleep(latency).await;
        stream.write_all(answer).await?;
    }
}

/// The length of what follows, seven bits a byte, the lowest first.
async fn remaining_length(stream: &mut TcpStream) -> io::Result<usize> {
    let mut length = 0;
    for place in 0..LENGTH_BYTES {
        let byte = stream.read_u8().await?;
        length |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            break;
        }
    }
    if length > LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(length)
}
