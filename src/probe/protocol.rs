//! What every check over a socket has in common: open, talk, judge, within a time.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::model::{ProbeOutcome, ProbeSpec, Timestamp};

use super::names::Names;
use super::secret::{self, Login};
use super::tls::Tls;
use super::wire::Wire;
use super::{Fault, Report};

/// One question to one address.
#[derive(Clone, Copy)]
pub(super) struct Ask<'a> {
    /// What to check.
    pub spec: &'a ProbeSpec,
    /// Where: `host:port`.
    pub address: &'a str,
    /// How long it may take.
    pub limit: Duration,
    /// The time, which certificates are judged by.
    pub now: Timestamp,
    /// Who hubdeck says it is.
    pub login: Option<&'a Login>,
    /// Looks names up.
    pub names: &'a Names,
}

impl<'a> Ask<'a> {
    /// The host of the address.
    pub fn host(&self) -> &'a str {
        self.address.rsplit_once(':').map_or(self.address, |(host, _)| host)
    }

    /// The port of the address; the specification's where it has none.
    pub fn port(&self) -> u16 {
        self.address.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(self.spec.port)
    }

    /// Opens a connection and runs `talk` over it, within the limit.
    ///
    /// # Errors
    /// When the name does not resolve, nobody accepts, or `talk` fails or does not end.
    pub async fn over<T>(&self, talk: impl AsyncFnOnce(Wire) -> Result<T, Fault>) -> Result<T, Fault> {
        let deadline = Instant::now() + self.limit;
        let (unresolved, silent) = (Fault::Unresolved(self.spec.timeout), Fault::Silent(self.spec.timeout));
        let found =
            timeout_at(deadline, self.names.resolve(self.address)).await.unwrap_or(Err(unresolved))?;
        let work = async { talk(Wire::open(found).await?).await };
        timeout_at(deadline, work).await.unwrap_or(Err(silent))
    }

    /// User and password, where hubdeck has both.
    pub fn password(&self) -> Option<(&'a str, &'a str)> {
        match self.login {
            Some(Login::Password { user, password }) => Some((user, password)),
            _ => None,
        }
    }
}

/// What the other side answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// How it is to be judged.
    pub outcome: ProbeOutcome,
    /// What it said, for the operator.
    pub message: String,
    /// Version it told.
    pub version: Option<String>,
}

impl Answer {
    /// An answer of a service that works.
    pub fn works(message: impl Into<String>) -> Self {
        Self { outcome: ProbeOutcome::Success, message: message.into(), version: None }
    }

    /// An answer that is judged as `outcome`.
    pub fn judged(outcome: ProbeOutcome, message: impl Into<String>) -> Self {
        Self { outcome, ..Self::works(message) }
    }

    /// The same with the version that the other side told.
    pub fn of_version(mut self, version: Option<String>) -> Self {
        self.version = version;
        self
    }
}

/// A protocol that is spoken over one connection.
pub(super) trait Protocol {
    /// Scheme of the target as it is shown, such as `redis`.
    const SCHEME: &'static str;

    /// Talks until the verdict is clear. What it says after the verdict is courtesy: a server that was
    /// left politely writes no warning into its log.
    ///
    /// # Errors
    /// When there is no proper answer: [`Fault::Protocol`] when something else answers.
    fn talk(wire: Wire, ask: &Ask<'_>, tls: &Tls) -> impl Future<Output = Result<Answer, Fault>> + Send;
}

/// Asks one address in protocol `P`, within its limit.
pub(super) async fn check<P: Protocol>(ask: &Ask<'_>, tls: &Tls) -> Report {
    let secure = if ask.spec.tls { "s" } else { "" };
    let target = format!("{}{secure}://{}", P::SCHEME, ask.address);
    let begun = Instant::now();
    let talk = ask.over(async |mut wire| {
        if ask.spec.tls {
            wire = wire.over_tls(tls, ask.host()).await?;
        }
        let (phases, certificate) = (wire.phases, wire.certificate_until);
        Ok((P::talk(wire, ask, tls).await?, phases, certificate))
    });
    let report = match talk.await {
        Ok((answer, phases, certificate)) => Report::answer(ask.spec, &target, answer, begun.elapsed())
            .phased(phases)
            .certified(certificate, ask.now),
        Err(fault) => Report::fault(ask.spec, &target, &fault).answered(&fault, begun.elapsed()),
    };
    report.at(ask.address)
}

/// The login that `spec` refers to, or the report that says why there is none.
pub(super) async fn login(spec: &ProbeSpec, target: &str) -> Result<Option<Login>, Report> {
    secret::login(spec).await.map_err(|fault| Report::fault(spec, target, &fault))
}
