//! Names to addresses: the system's own look-up, of which a few run at once.

use crate::model::{FailedRequest, Finding};
use crate::probe::failure;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

/// Look-ups that run at once.
///
/// A look-up cannot be called back: where DNS hangs, its thread hangs with it, long after the probe
/// has given up. The others wait for their turn instead of piling up threads.
const AT_ONCE: usize = 8;

type LookUp = dyn Fn(&str, u16) -> io::Result<Vec<SocketAddr>> + Send + Sync;

/// Looks names up; its clones share their turns.
#[derive(Clone)]
pub(super) struct Resolver {
    look_up: Arc<LookUp>,
    turns: Arc<Semaphore>,
}

/// The addresses of a name.
pub(super) struct Found {
    /// The addresses, in the system's order.
    pub addresses: Vec<SocketAddr>,
    /// How long the look-up took; `None` when there was nothing to look up.
    pub took: Option<Duration>,
}

impl Resolver {
    /// The system's look-up.
    pub fn system() -> Self {
        Self::of(|host, port| Ok((host, port).to_socket_addrs()?.collect()))
    }

    /// A look-up by `look_up`, which may block.
    pub fn of(
        look_up: impl Fn(&str, u16) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            look_up: Arc::new(look_up),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Look-ups that take until `gate` opens or closes, and find this machine.
    #[cfg(test)]
    pub fn behind(gate: Arc<Semaphore>) -> Self {
        Self::of(move |_, port| {
            let _open = tokio::runtime::Handle::current().block_on(gate.acquire());
            Ok(vec![SocketAddr::new([127, 0, 0, 1].into(), port)])
        })
    }

    /// The addresses of `address` (`host:port`).
    ///
    /// # Errors
    /// When it is none, or its name does not resolve.
    pub async fn resolve(&self, address: &str) -> Result<Found, Finding> {
        let begun = Instant::now();
        let parts = address
            .rsplit_once(':')
            .and_then(|(host, port)| Some((host, port.parse().ok()?)));
        let (host, port) = parts.ok_or_else(|| {
            Finding::Failed(FailedRequest::Address {
                address: address.to_owned(),
            })
        })?;
        if let Ok(ip) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
            return Ok(Found {
                addresses: vec![SocketAddr::new(ip, port)],
                took: None,
            });
        }
        let addresses = self.find(host, port).await?;
        Ok(Found {
            addresses,
            took: Some(begun.elapsed()),
        })
    }

    /// The addresses of the name `host`, with `port`.
    ///
    /// # Errors
    /// When it does not resolve.
    pub async fn find(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Finding> {
        let failed = |error: &dyn std::fmt::Display| {
            Finding::Failed(FailedRequest::LookUp {
                said: error.to_string(),
            })
        };
        let turn = self
            .turns
            .clone()
            .acquire_owned()
            .await
            .map_err(|error| failed(&error))?;
        let (look_up, host) = (self.look_up.clone(), host.to_owned());
        let work = tokio::task::spawn_blocking(move || {
            // The turn ends with the look-up, not with the probe that waits for it.
            let found = look_up(&host, port);
            drop(turn);
            found
        });
        let found = work
            .await
            .map_err(|error| failed(&error))?
            .map_err(|error| failure::lookup(&error))?;
        if found.is_empty() {
            Err(Finding::NotResolved { within: None })
        } else {
            Ok(found)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn addresses_need_no_look_up_and_names_do() {
        let resolver = Resolver::of(|host, port| match host {
            "db.example" => Ok(vec![SocketAddr::new([192, 0, 2, 7].into(), port)]),
            "empty.example" => Ok(Vec::new()),
            _ => Err(io::Error::other("failed to lookup address information")),
        });
        for (address, expected) in [
            ("127.0.0.1:80", Ok("127.0.0.1:80 false")),
            ("[::1]:80", Ok("[::1]:80 false")),
            ("db.example:5432", Ok("192.0.2.7:5432 true")),
            ("empty.example:1", Err("name not resolved")),
            ("absent.example:1", Err("name not resolved")),
            ("db.example", Err("\"db.example\" is no host and port")),
            (
                "db.example:99999",
                Err("\"db.example:99999\" is no host and port"),
            ),
        ] {
            let told = match resolver.resolve(address).await {
                Ok(found) => Ok(format!("{} {}", found.addresses[0], found.took.is_some())),
                Err(finding) => Err(crate::explain::finding(&finding)),
            };
            assert_eq!(
                told,
                expected.map(str::to_owned).map_err(str::to_owned),
                "{address}"
            );
        }
    }

    #[tokio::test]
    async fn look_ups_that_hang_do_not_pile_up_threads() {
        let (begun, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
        let (counter, behind) = (begun.clone(), Resolver::behind(gate.clone()));
        let resolver = Resolver::of(move |host, port| {
            counter.fetch_add(1, Ordering::SeqCst);
            (behind.look_up)(host, port)
        });
        let all = (0..100)
            .map(|_| tokio::time::timeout(Duration::from_millis(50), resolver.find("x", 1)));
        let ended = futures_util::future::join_all(all).await;
        assert!(
            ended.iter().all(Result::is_err),
            "a look-up that hangs ended"
        );
        assert_eq!(begun.load(Ordering::SeqCst), AT_ONCE);
        gate.close();
        assert!(
            resolver.find("x", 1).await.is_ok(),
            "those that ended give their turns back"
        );
    }
}
