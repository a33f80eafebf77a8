//! HTTP: one answer to whatever is asked, on every path.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Longest request head that is read, in bytes.
const HEAD: usize = 8 << 10;

/// Answers one request with `reply`, `latency` after its head was read.
///
/// # Errors
/// The connection breaks.
pub(super) async fn serve(
    mut stream: TcpStream,
    latency: Duration,
    reply: &str,
) -> std::io::Result<()> {
    let mut head = Vec::with_capacity(512);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() > HEAD || stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    tokio::time::sleep(latency).await;
    stream.write_all(reply.as_bytes()).await?;
    stream.shutdown().await
}

/// The answer of a service of `version`: 200 with `working`, or 503 with what its check says where
/// that is `failing`. A check that prints JSON printed the service's own body.
pub(super) fn reply(version: &str, working: &str, failing: Option<&str>) -> String {
    let (status, state, said) = match failing {
        None => ("200 OK", "healthy", working),
        Some(output) => ("503 Service Unavailable", "unhealthy", output),
    };
    let body = if said.starts_with('{') {
        said.to_owned()
    } else if failing.is_some() {
        serde_json::json!({ "status": state, "version": version, "error": said }).to_string()
    } else {
        serde_json::json!({ "status": state, "version": version }).to_string()
    };
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}
