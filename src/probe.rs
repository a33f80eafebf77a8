//! Checks whether a service answers: one file per kind, the derivation of what to check, and where.
//! Knows: model, protocol clients (reqwest, sockets).
//! Never: knows the engine, the store or a screen, and never keeps what it found out.

#[cfg(test)]
mod contract;
mod derive;
mod fault;
mod http;
mod protocol;
mod reach;
mod report;
mod secret;
mod tcp;
#[cfg(test)]
pub(crate) mod testing;
mod tls;
mod wire;

use std::borrow::Cow;
use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

use crate::model::{Expect, ProbeKind, ProbeSpec, ProbeTarget, Timestamp};

pub use derive::{Derived, derive};
pub use reach::{Vantage, addresses};
pub use report::{Mismatch, Report};

use fault::Fault;
use protocol::Ask;
use secret::Login;
use tls::Tls;

/// Why the prober cannot work at all.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The HTTP client could not be made.
    #[error("cannot make the HTTP client for probes: {0}; services are shown with Docker's verdict only")]
    Client(#[source] reqwest::Error),
    /// TLS could not be set up.
    #[error("cannot set up TLS for probes: {0}; services are shown with Docker's verdict only")]
    Tls(#[source] rustls::Error),
}

/// Runs probes; cheap to clone, holds no connections between two probes.
#[derive(Clone)]
pub struct Prober {
    http: http::Client,
    tls: Tls,
}

impl Prober {
    /// A prober with its clients.
    ///
    /// # Errors
    /// When the HTTP client or TLS cannot be set up.
    pub fn new() -> Result<Self, ProbeError> {
        let tls = Tls::own().map_err(ProbeError::Tls)?;
        Ok(Self { http: http::Client::new().map_err(ProbeError::Client)?, tls })
    }

    /// Probes `target` once, within its timeout over all its addresses; certificates are judged at `now`.
    ///
    /// `None` when nothing is to be asked: Docker's verdict needs no network, a command is run by the
    /// engine, and a target without an address cannot be reached.
    pub async fn check(&self, target: &ProbeTarget, now: Timestamp) -> Option<Report> {
        let spec = &target.spec;
        let deadline = Instant::now() + spec.timeout;
        let shown = spec.url.as_deref().or(target.addresses.first().map(String::as_str)).unwrap_or_default();
        let login = match protocol::login(spec, shown).await {
            Ok(login) => login,
            Err(report) => return Some(report),
        };
        let report = self.ask(target, login.as_ref(), deadline, now).await?;
        Some(self.beside(report, target, deadline, now).await)
    }

    /// Whether something accepts connections where `target` is: a cheap stand-in for its own check, within
    /// its timeout. `None` when it has no address.
    pub async fn connect(&self, target: &ProbeTarget, now: Timestamp) -> Option<Report> {
        let spec =
            ProbeSpec { tls: false, expect: Expect::default(), slow_after: None, ..target.spec.clone() };
        let deadline = Instant::now() + spec.timeout;
        first(&candidates(target), deadline, async |address, limit| {
            protocol::check::<tcp::Tcp>(&Ask { spec: &spec, address, limit, now, login: None }, &self.tls)
                .await
        })
        .await
    }

    /// The check itself: one protocol for each kind.
    async fn ask(
        &self,
        target: &ProbeTarget,
        login: Option<&Login>,
        deadline: Instant,
        now: Timestamp,
    ) -> Option<Report> {
        let spec = &target.spec;
        let tls = if spec.url.is_some() { self.tls.verifying() } else { self.tls.clone() };
        let addresses = candidates(target);
        let each = |address, limit| Ask { spec, address, limit, now, login };
        match spec.kind {
            ProbeKind::Http => {
                let url = match &spec.url {
                    Some(url) => url.clone(),
                    None => http::url(spec, reachable(&target.addresses, deadline).await?),
                };
                Some(self.http.check(spec, &url, left(deadline)).await)
            }
            ProbeKind::Tls => {
                first(&addresses, deadline, async |at, limit| tls::check(&each(at, limit), &tls).await).await
            }
            ProbeKind::Tcp => {
                first(&addresses, deadline, async |at, limit| {
                    protocol::check::<tcp::Tcp>(&each(at, limit), &tls).await
                })
                .await
            }
            _ => None,
        }
    }

    /// Looks at the certificate beside a check that went well.
    async fn beside(
        &self,
        report: Report,
        target: &ProbeTarget,
        deadline: Instant,
        now: Timestamp,
    ) -> Report {
        if !report.outcome.works() {
            return report;
        }
        for (index, address) in target.certificate_addresses.iter().enumerate() {
            let limit = share(deadline, target.certificate_addresses.len() - index);
            if let Some(end) = tls::end_at(address, &self.tls, limit).await {
                return report.certified(Some(end), now);
            }
        }
        report
    }
}

/// Where `target` may be found: what its URL names, else its addresses.
fn candidates(target: &ProbeTarget) -> Cow<'_, [String]> {
    match &target.spec.url {
        Some(url) => Cow::Owned(reach::of_url(url, target.spec.kind).into_iter().collect()),
        None => Cow::Borrowed(target.addresses.as_slice()),
    }
}

/// The report of the first of `addresses` that answers, the last one's when none does.
async fn first<'a, F>(
    addresses: &'a [String],
    deadline: Instant,
    probe: impl Fn(&'a str, Duration) -> F,
) -> Option<Report>
where
    F: Future<Output = Report>,
{
    let mut last = None;
    for (index, address) in addresses.iter().enumerate() {
        let report = probe(address, share(deadline, addresses.len() - index)).await;
        if report.is_answer() {
            return Some(report);
        }
        last = Some(report);
    }
    last
}

/// The first of `addresses` that accepts a connection, the last one when none does.
///
/// A single address is not tried beforehand: the probe itself tells.
async fn reachable(addresses: &[String], deadline: Instant) -> Option<&String> {
    let (last, others) = addresses.split_last()?;
    for (index, address) in others.iter().enumerate() {
        if tcp::connect(address, share(deadline, addresses.len() - index)).await.is_ok() {
            return Some(address);
        }
    }
    Some(last)
}

/// Time until `deadline`.
fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}

/// An equal share of the time until `deadline` for each of `candidates` addresses.
fn share(deadline: Instant, candidates: usize) -> Duration {
    left(deadline) / u32::try_from(candidates.max(1)).unwrap_or(u32::MAX)
}
