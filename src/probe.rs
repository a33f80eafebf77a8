//! Checks whether a service answers: one file per kind, the derivation of what to check, and where.
//! Knows: model, protocol clients (reqwest, sockets).
//! Never: knows the engine, the store or a screen, and never keeps what it found out.

#[cfg(test)]
mod contract;
mod derive;
mod fault;
mod http;
mod reach;
mod report;
mod tcp;
#[cfg(test)]
pub(crate) mod testing;

use std::time::Duration;

use tokio::time::Instant;

use crate::model::{ProbeKind, ProbeTarget};

pub use derive::{Derived, derive};
pub use reach::{Vantage, addresses};
pub use report::{Mismatch, Report};

use fault::Fault;

/// Why the prober cannot work at all.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The HTTP client could not be made.
    #[error("cannot make the HTTP client for probes: {0}; services are shown with Docker's verdict only")]
    Client(#[source] reqwest::Error),
}

/// Runs probes; cheap to clone, holds no connections between two probes.
#[derive(Clone)]
pub struct Prober {
    http: http::Client,
}

impl Prober {
    /// A prober with its HTTP client.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new() -> Result<Self, ProbeError> {
        Ok(Self { http: http::Client::new().map_err(ProbeError::Client)? })
    }

    /// Probes `target` once, within its timeout over all its addresses.
    ///
    /// `None` when nothing is to be asked: Docker's verdict needs no network, and a target
    /// without an address cannot be reached.
    pub async fn check(&self, target: &ProbeTarget) -> Option<Report> {
        let spec = &target.spec;
        let deadline = Instant::now() + spec.timeout;
        match spec.kind {
            ProbeKind::Http => {
                let url = match &spec.url {
                    Some(url) => url.clone(),
                    None => http::url(spec, reachable(&target.addresses, deadline).await?),
                };
                Some(self.http.check(spec, &url, left(deadline)).await)
            }
            ProbeKind::Tcp => {
                let (last, others) = target.addresses.split_last()?;
                for (index, address) in others.iter().enumerate() {
                    let share = share(deadline, target.addresses.len() - index);
                    let report = tcp::check(spec, address, share).await;
                    if report.is_answer() {
                        return Some(report);
                    }
                }
                Some(tcp::check(spec, last, left(deadline)).await)
            }
            ProbeKind::Docker => None,
        }
    }
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
