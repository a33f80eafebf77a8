//! What every check over a socket has in common: open, talk, judge, within a time.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::model::{Finding, NotAsked, ProbeSpec, Timestamp};

use super::Report;
use super::answer::Answer;
use super::connection::Wire;
use super::resolver::Resolver;
use super::secret::Login;
use super::timing::{self, ProbePhase};
use super::tls_client::Tls;

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
    /// The credentials.
    pub login: Option<&'a Login>,
    /// Looks names up.
    pub resolver: &'a Resolver,
}

impl<'a> Ask<'a> {
    /// The host of the address.
    pub fn host(&self) -> &'a str {
        self.address
            .rsplit_once(':')
            .map_or(self.address, |(host, _)| host)
    }

    /// The port of the address; the specification's where it has none.
    pub fn port(&self) -> u16 {
        self.address
            .rsplit_once(':')
            .and_then(|(_, port)| port.parse().ok())
            .unwrap_or(self.spec.port)
    }

    /// The name that TLS asks the server for.
    pub fn server_name(&self) -> &'a str {
        match &self.spec.url {
            Some(_) => self.spec.server_name.as_deref().unwrap_or(self.host()),
            None => self.spec.own_server_name(),
        }
    }

    /// Opens a connection and runs `talk` over it, within the limit.
    ///
    /// # Errors
    /// When the name does not resolve, nobody accepts, or `talk` fails or does not end.
    pub async fn over<T>(
        &self,
        talk: impl AsyncFnOnce(Wire) -> Result<T, Finding>,
    ) -> Result<T, Finding> {
        let deadline = Instant::now() + self.limit;
        let work = async {
            timing::begin(ProbePhase::LookUp);
            let found = self.resolver.resolve(self.address).await?;
            talk(Wire::open(found).await?).await
        };
        let (ended, watch) = timing::over(timeout_at(deadline, work)).await;
        ended.unwrap_or_else(|_| Err(watch.hung(self.spec.timeout)))
    }

    /// User and password; `None` without credentials.
    ///
    /// # Errors
    /// When there is a token, which the protocol does not take.
    pub fn password(&self) -> Result<Option<(&'a str, &'a str)>, Finding> {
        match self.login {
            Some(Login::Password { user, password }) => Ok(Some((user, password))),
            Some(Login::Token(_)) => Err(Finding::NotAsked(NotAsked::TokenNotTaken)),
            None => Ok(None),
        }
    }
}

/// A protocol that is spoken over one connection.
pub(super) trait Protocol {
    /// Scheme of the target as it is shown, such as `redis`.
    const SCHEME: &'static str;
    /// Whether TLS, where it is asked for, starts with the connection; otherwise [`Self::talk`]
    /// upgrades it, as STARTTLS does.
    const IMPLICIT_TLS: bool = true;

    /// Talks until the verdict is clear.
    ///
    /// # Errors
    /// When there is no proper answer: [`Finding::Protocol`] when something else answers.
    fn talk(
        wire: &mut Wire,
        ask: &Ask<'_>,
        tls: &Tls,
    ) -> impl Future<Output = Result<Answer, Finding>> + Send;
}

/// Asks one address in protocol `P`, within its limit.
pub(super) async fn check<P: Protocol>(ask: &Ask<'_>, tls: &Tls) -> Report {
    let secure = if ask.spec.tls { "s" } else { "" };
    let target = format!("{}{secure}://{}", P::SCHEME, ask.address);
    let begun = Instant::now();
    let talk = ask.over(async |mut wire| {
        if ask.spec.tls && P::IMPLICIT_TLS {
            wire.over_tls(tls, ask.server_name()).await?;
        }
        let said = P::talk(&mut wire, ask, tls).await;
        Ok((said, wire))
    });
    let talked = talk.await;
    let took = begun.elapsed();
    let report = match talked {
        Ok((said, wire)) => {
            let (phases, certificate) = (wire.phases, wire.certificate_until);
            let goodbye = said.as_ref().map_or(&b""[..], |answer| answer.goodbye);
            wire.leave(goodbye, ask.limit.saturating_sub(took)).await;
            match said {
                Ok(answer) => Report::answer(ask.spec, &target, answer, took)
                    .phased(phases)
                    .certified(certificate, ask.now),
                Err(finding) => Report::failed(ask.spec, &target, finding).answered(took),
            }
        }
        Err(finding) => Report::failed(ask.spec, &target, finding).answered(took),
    };
    hidden(report, ask.login).at(ask.address)
}

/// `report` without the secret of `login`, should the other side repeat it.
fn hidden(report: Report, login: Option<&Login>) -> Report {
    match login {
        Some(login) => {
            let mut report = report;
            let hide = &mut |text: &mut String| *text = login.hide(text);
            report.finding.texts_mut(hide);
            report
        }
        None => report,
    }
}
