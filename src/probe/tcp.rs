//! The TCP check: something accepts the connection and keeps it, with the greeting that is
//! expected.

use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use super::answer::Answer;
use super::connection::Wire;
use super::protocol::{Ask, Protocol};
use super::resolver::Resolver;
use super::tls_client::Tls;
use crate::model::{Finding, Statement, Unmet};
use crate::probe::failure;

/// How long an accepted connection has to stay open.
///
/// Docker's port proxy accepts for a container that does not listen and hangs up at once;
/// an accepted connection alone proves nothing.
const STAYS: Duration = Duration::from_millis(50);
/// Bytes of a greeting that are looked at.
const GREETING: usize = 512;

/// Connects to `address` within `limit`.
pub(super) async fn connect(
    resolver: &Resolver,
    address: &str,
    limit: Duration,
) -> Result<Wire, Finding> {
    timeout(limit, Wire::connect(resolver, address))
        .await
        .unwrap_or(Err(Finding::NoAnswer { within: limit }))
}

/// Plain TCP.
pub(super) struct Tcp;

impl Protocol for Tcp {
    const SCHEME: &'static str = "tcp";

    async fn talk(wire: &mut Wire, ask: &Ask<'_>, _: &Tls) -> Result<Answer, Finding> {
        match &ask.spec.expect.text {
            Some(expected) => greeting(wire, expected).await,
            None => stays(wire).await,
        }
    }
}

/// A connection that is accepted and not ended again before [`STAYS`] is over without a word.
///
/// # Errors
/// When the other side hangs up.
pub(super) async fn stays(wire: &mut Wire) -> Result<Answer, Finding> {
    let mut byte = [0];
    match timeout(STAYS, wire.read(&mut byte)).await {
        Ok(Ok(0)) => Err(Finding::Closed),
        Ok(Err(error)) => Err(failure::io(&error)),
        _ => Ok(Answer::works(Statement::AcceptsConnections)),
    }
}

/// Reads until the greeting holds `expected`, or as much as a greeting is.
async fn greeting(wire: &mut Wire, expected: &str) -> Result<Answer, Finding> {
    let mut bytes = Vec::new();
    while bytes.len() < GREETING {
        let mut part = [0; GREETING];
        let count = wire
            .read(&mut part)
            .await
            .map_err(|error| failure::io(&error))?;
        if count == 0 {
            break;
        }
        bytes.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&bytes);
        if text.contains(expected) {
            let line = text.lines().next().unwrap_or_default().to_owned();
            return Ok(Answer::works(Statement::Greets { line }));
        }
    }
    let text = String::from_utf8_lossy(&bytes);
    Err(Finding::Unmet(Unmet::Greeting {
        got: text.lines().next().unwrap_or_default().to_owned(),
        wanted: expected.to_owned(),
    }))
}
