//! The TCP check: something accepts the connection and keeps it.

use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::model::{ProbeOutcome, ProbeSpec};

use super::{Fault, Report};

/// How long an accepted connection has to stay open.
///
/// Docker's port proxy accepts for a container that does not listen and hangs up at once;
/// an accepted connection alone proves nothing.
const STAYS: Duration = Duration::from_millis(50);

/// Connects to `address` within `limit`.
pub(super) async fn connect(address: &str, limit: Duration) -> Result<TcpStream, Fault> {
    match timeout(limit, TcpStream::connect(address)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(Fault::io(&error)),
        Err(_) => Err(Fault::Silent(limit)),
    }
}

/// Checks that `address` accepts a connection within `limit` and does not close it at once.
pub(super) async fn check(spec: &ProbeSpec, address: &str, limit: Duration) -> Report {
    let target = format!("tcp://{address}");
    let begun = Instant::now();
    let mut report = match connect(address, limit).await {
        Ok(mut stream) => {
            let latency = begun.elapsed();
            match hangs_up(&mut stream).await {
                false => Report::new(spec, &target, ProbeOutcome::Success, "accepts connections")
                    .timed(spec, latency),
                true => Report::fault(spec, &target, &Fault::Closed),
            }
        }
        Err(fault) => Report::fault(spec, &target, &fault),
    };
    report.address = Some(address.to_owned());
    report.mismatch = None;
    report
}

/// Whether the other side ends the connection before [`STAYS`] is over without a word.
async fn hangs_up(stream: &mut TcpStream) -> bool {
    let mut byte = [0];
    matches!(timeout(STAYS, stream.read(&mut byte)).await, Ok(Ok(0) | Err(_)))
}
