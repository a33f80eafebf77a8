//! Checks whether a service answers: one file per kind, the derivation of what to check, and where.
//! Knows: model, protocol clients (reqwest, tokio-postgres, h2, sockets).
//! Never: knows the engine, the store or a screen, and never keeps what it found out.

mod addresses;
mod amqp;
mod answer;
mod certificate;
mod connection;
#[cfg(test)]
mod contract;
mod derive;
mod dns;
mod failure;
mod fetch;
mod field_reader;
mod grpc;
mod http;
mod kafka;
mod memcached;
mod mongodb;
mod mqtt;
mod mysql;
mod nats;
mod postgres;
mod protocol;
mod redis;
mod report;
mod resolver;
mod secret;
mod tcp;
#[cfg(test)]
pub(crate) mod testing;
mod timing;
mod tls;
mod tls_client;

use std::borrow::Cow;
use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

use crate::model::{Expect, NotAsked, ProbeKind, ProbeSpec, ProbeTarget, Timestamp};

pub use addresses::{Links, Location, addresses, out_of_reach};
pub use derive::{Derived, derive};
pub use fetch::Fetcher;
pub use report::{Mismatch, Report};

use protocol::{Ask, Protocol};
use resolver::Resolver;
use secret::Login;
use tls_client::Tls;

/// Why the prober cannot work at all.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The HTTP client could not be made.
    #[error(
        "cannot make the HTTP client for probes: {0}; services are shown with Docker's verdict only"
    )]
    Client(#[source] reqwest::Error),
    /// TLS could not be set up.
    #[error("cannot set up TLS for probes: {0}; services are shown with Docker's verdict only")]
    Tls(#[source] rustls::Error),
}

/// Longest time a look at a certificate beside a check takes. The service has just answered, so that
/// a port of it that says nothing for so long shows none.
const CERTIFICATE_LIMIT: Duration = Duration::from_secs(1);

/// Runs probes; cheap to clone, holds no connections between two probes.
#[derive(Clone)]
pub struct Prober {
    http: http::Client,
    tls: Tls,
    resolver: Resolver,
}

impl Prober {
    /// A prober with its clients.
    ///
    /// # Errors
    /// When the HTTP client or TLS cannot be set up.
    pub fn new() -> Result<Self, ProbeError> {
        Self::with(Tls::own().map_err(ProbeError::Tls)?, Resolver::system())
    }

    /// A prober that believes and finds as told.
    fn with(tls: Tls, resolver: Resolver) -> Result<Self, ProbeError> {
        let http = http::Client::new(&tls, &resolver).map_err(ProbeError::Client)?;
        Ok(Self {
            http,
            tls,
            resolver,
        })
    }

    /// Probes `target` once, within its timeout over all its addresses; certificates are judged at
    /// `now`.
    ///
    /// `None` when nothing is to be asked: Docker's verdict needs no network, a command is run by
    /// the engine, and a target without an address cannot be reached.
    pub async fn check(&self, target: &ProbeTarget, now: Timestamp) -> Option<Report> {
        let spec = &target.spec;
        let deadline = Instant::now() + spec.timeout;
        let shown = spec
            .url
            .as_deref()
            .or(target.addresses.first().map(String::as_str))
            .unwrap_or_default();
        let login = match secret::login(spec).await {
            Ok(login) => login,
            Err(finding) => return Some(Report::failed(spec, shown, finding)),
        };
        let report = self.ask(target, login.as_ref(), deadline, now).await?;
        Some(self.beside(report, target, deadline, now).await)
    }

    /// Whether something accepts connections where `target` is: a cheap stand-in for its own check,
    /// within its timeout. `None` when it has no address.
    pub async fn connect(&self, target: &ProbeTarget, now: Timestamp) -> Option<Report> {
        let spec = ProbeSpec {
            tls: false,
            expect: Expect::default(),
            slow_after: None,
            ..target.spec.clone()
        };
        let addresses = match candidates(target) {
            Ok(addresses) => addresses,
            Err(why) => return Some(no_candidates(&spec, why)),
        };
        let (spec, deadline) = (&spec, Instant::now() + spec.timeout);
        let (tls, resolver) = (self.tls.clone(), &self.resolver);
        let round = Round {
            spec,
            addresses: &addresses,
            deadline,
            now,
            login: None,
            tls,
            resolver,
        };
        round.speak::<tcp::Tcp>().await
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
        let tls = self.tls_for(spec);
        let addresses = match candidates(target) {
            Ok(addresses) => addresses,
            Err(why) => return Some(no_candidates(spec, why)),
        };
        let resolver = &self.resolver;
        let round = Round {
            spec,
            addresses: &addresses,
            deadline,
            now,
            login,
            tls,
            resolver,
        };
        self.ask_round(&round).await
    }

    fn tls_for(&self, spec: &ProbeSpec) -> Tls {
        if spec.url.is_some() {
            self.tls.verifying()
        } else {
            self.tls.clone()
        }
    }

    /// One line for each kind.
    async fn ask_round(&self, round: &Round<'_>) -> Option<Report> {
        match round.spec.kind {
            ProbeKind::Exec | ProbeKind::Docker => None,
            ProbeKind::Tls => {
                round
                    .over(async |ask| tls::check(&ask, &round.tls).await)
                    .await
            }
            ProbeKind::Dns => round.over(async |ask| dns::check(&ask).await).await,
            ProbeKind::Tcp => round.speak::<tcp::Tcp>().await,
            ProbeKind::Postgres => round.speak::<postgres::Postgres>().await,
            ProbeKind::Mysql => round.speak::<mysql::Mysql>().await,
            ProbeKind::Redis => round.speak::<redis::Redis>().await,
            ProbeKind::Nats => round.speak::<nats::Nats>().await,
            ProbeKind::Kafka => round.speak::<kafka::Kafka>().await,
            ProbeKind::Amqp => round.speak::<amqp::Amqp>().await,
            ProbeKind::Mqtt => round.speak::<mqtt::Mqtt>().await,
            ProbeKind::Memcached => round.speak::<memcached::Memcached>().await,
            ProbeKind::Mongodb => round.speak::<mongodb::Mongodb>().await,
            ProbeKind::Grpc => round.speak::<grpc::Grpc>().await,
            kind @ (ProbeKind::Http
            | ProbeKind::Elasticsearch
            | ProbeKind::Clickhouse
            | ProbeKind::Minio
            | ProbeKind::Lakefs
            | ProbeKind::Weaviate
            | ProbeKind::Arangodb
            | ProbeKind::Etcd
            | ProbeKind::Consul
            | ProbeKind::Vault
            | ProbeKind::Qdrant
            | ProbeKind::Ollama
            | ProbeKind::Prometheus
            | ProbeKind::Grafana) => {
                let address = self.reachable(round.addresses, round.deadline).await?;
                Some(self.ask_http(round, address, kind).await)
            }
        }
    }

    /// The check over HTTP at `address`, or at the URL that the specification names.
    async fn ask_http(&self, round: &Round<'_>, address: &str, kind: ProbeKind) -> Report {
        let url = match &round.spec.url {
            Some(url) => match http::named(url, kind) {
                Ok(url) => url,
                Err(finding) => return Report::failed(round.spec, url, finding),
            },
            None => Cow::Owned(http::url(round.spec, address)),
        };
        let ask = round.ask(address, left(round.deadline));
        self.http.check(&ask, &url).await
    }

    /// The first of `addresses` that accepts a connection, the last one when none does.
    ///
    /// A single address is not tried beforehand: the probe itself tells.
    async fn reachable<'a>(&self, addresses: &'a [String], deadline: Instant) -> Option<&'a str> {
        let (last, others) = addresses.split_last()?;
        for (index, address) in others.iter().enumerate() {
            if tcp::connect(
                &self.resolver,
                address,
                share(deadline, addresses.len() - index),
            )
            .await
            .is_ok()
            {
                return Some(address);
            }
        }
        Some(last)
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
        let name = target.spec.own_server_name();
        for (index, address) in target.certificate_addresses.iter().enumerate() {
            let share = share(deadline, target.certificate_addresses.len() - index);
            let limit = share.min(CERTIFICATE_LIMIT);
            match tls::look(address, name, &self.resolver, &self.tls, limit).await {
                tls::Look::Shown(end) => return report.certified(end, now),
                tls::Look::Refused => {
                    return Report {
                        shows_no_certificate: true,
                        ..report
                    };
                }
                tls::Look::Silent => {}
            }
        }
        report
    }
}

/// Where `target` may be found: what its URL names, else its addresses.
fn candidates(target: &ProbeTarget) -> Result<Cow<'_, [String]>, NotAsked> {
    let spec = &target.spec;
    match &spec.url {
        None => Ok(Cow::Borrowed(target.addresses.as_slice())),
        Some(url) => match addresses::of_url(url, spec.kind) {
            Some(address) => Ok(Cow::Owned(vec![address])),
            None => Err(NotAsked::UrlWithoutHost),
        },
    }
}

/// What is told of a target whose URL names no address.
fn no_candidates(spec: &ProbeSpec, why: NotAsked) -> Report {
    Report::not_asked(spec, spec.url.as_deref().unwrap_or_default(), why)
}

/// One check of one target at each of its addresses.
struct Round<'a> {
    spec: &'a ProbeSpec,
    addresses: &'a [String],
    deadline: Instant,
    now: Timestamp,
    login: Option<&'a Login>,
    tls: Tls,
    resolver: &'a Resolver,
}

impl<'a> Round<'a> {
    /// The question to `address`.
    const fn ask(&self, address: &'a str, limit: Duration) -> Ask<'a> {
        Ask {
            spec: self.spec,
            address,
            limit,
            now: self.now,
            login: self.login,
            resolver: self.resolver,
        }
    }

    /// The report of the first address that answers, the last one's when none does.
    async fn over<F>(&self, probe: impl Fn(Ask<'a>) -> F) -> Option<Report>
    where
        F: Future<Output = Report>,
    {
        let mut last = None;
        for (index, address) in self.addresses.iter().enumerate() {
            let limit = share(self.deadline, self.addresses.len() - index);
            let report = probe(self.ask(address, limit)).await;
            if report.is_answer() {
                return Some(report);
            }
            last = Some(report);
        }
        last
    }

    /// The same in protocol `P`.
    async fn speak<P: Protocol>(&self) -> Option<Report> {
        self.over(async |ask| protocol::check::<P>(&ask, &self.tls).await)
            .await
    }
}

/// Time until `deadline`.
fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}

/// An equal share of the time until `deadline` for each of `candidates` addresses.
fn share(deadline: Instant, candidates: usize) -> Duration {
    left(deadline) / u32::try_from(candidates.max(1)).unwrap_or(u32::MAX)
}
