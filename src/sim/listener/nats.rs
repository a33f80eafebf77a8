//! The client protocol of NATS as far as a client needs it that asks whether the server works.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufStream};
use tokio::net::TcpStream;

/// Longest line that is read, in bytes.
const LINE: u64 = 4 << 10;

/// Serves one connection of a server of `version`; every answer takes `latency`.
///
/// # Errors
/// The connection breaks.
pub(super) async fn serve(stream: TcpStream, version: &str, latency: Duration) -> io::Result<()> {
    let mut stream = BufStream::new(stream);
    let info = serde_json::json!({
        "server_id": "SIMULATED", "server_name": "simulated", "version": version, "proto": 1,
        "host": "0.0.0.0", "port": 4222, "headers": true, "max_payload": 1_048_576, "jetstream": true,
    });
    tokio::time::sleep(latency).await;
    say(&mut stream, &format!("INFO {info}\r\n")).await?;
    loop {
        let mut line = Vec::new();
        let mut bounded = (&mut stream).take(LINE);
        if bounded.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let line = String::from_utf8_lossy(&line);
        match line.split_whitespace().next() {
            Some("PING") => say(&mut stream, "PONG\r\n").await?,
            Some("CONNECT" | "PONG") | None => {}
            Some(_) => return say(&mut stream, "-ERR 'Unknown Protocol Operation'\r\n").await,
        }
    }
}

async fn say(stream: &mut BufStream<TcpStream>, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes()).await?;
    stream.flush().await
}
