//! The TLS check: a handshake, and the end of the certificate that is shown.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::model::{Finding, Statement, Timestamp};

use super::Report;
use super::answer::Answer;
use super::connection::Wire;
use super::protocol::Ask;
use super::resolver::Resolver;
use super::tls_client::Tls;

/// The TLS check of `ask`: a handshake, and how long the certificate still holds.
pub(super) async fn check(ask: &Ask<'_>, tls: &Tls) -> Report {
    let target = format!("tls://{}", ask.address);
    let begun = Instant::now();
    let handshake = ask.over(async |mut wire| {
        wire.over_tls(tls, ask.server_name()).await?;
        Ok(wire)
    });
    let shaken = handshake.await;
    let took = begun.elapsed();
    let report = match shaken {
        Ok(wire) => {
            let (phases, certificate) = (wire.phases, wire.certificate_until);
            wire.leave(b"", ask.limit.saturating_sub(took)).await;
            let answer = Answer::works(Statement::AcceptsTls);
            Report::answer(ask.spec, &target, answer, took)
                .phased(phases)
                .certified(certificate, ask.now)
        }
        Err(finding) => Report::failed(ask.spec, &target, finding),
    };
    report.at(ask.address)
}

/// What a look at a certificate came to.
pub(super) enum Look {
    /// When it ends; `None` when that cannot be read.
    Shown(Option<Timestamp>),
    /// Something answers that shows none: it would write the same complaint into its log the next
    /// time.
    Refused,
    /// Nobody answers.
    Silent,
}

/// Looks at the certificate that `address` shows to who asks for `name`, within `limit`.
pub(super) async fn look(
    address: &str,
    name: &str,
    resolver: &Resolver,
    tls: &Tls,
    limit: Duration,
) -> Look {
    let begun = Instant::now();
    let open = async {
        let mut wire = Wire::connect(resolver, address).await?;
        wire.over_tls(tls, name).await.map(|()| wire)
    };
    match timeout(limit, open).await {
        Ok(Ok(wire)) => {
            let until = wire.certificate_until;
            wire.leave(b"", limit.saturating_sub(begun.elapsed())).await;
            Look::Shown(until)
        }
        Ok(Err(finding)) if finding.is_mismatch() || matches!(finding, Finding::Handshake(_)) => {
            Look::Refused
        }
        _ => Look::Silent,
    }
}
