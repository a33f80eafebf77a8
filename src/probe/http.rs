//! The HTTP check: one request, followed on the same host, and the verdict on its answer.

mod answer;
mod body;
mod condition;
mod encoding;
mod plain;
mod product;
mod request;

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use reqwest::redirect::{Attempt, Policy};
use reqwest::{Method, Response, StatusCode, Url};
use tokio::time::{Instant, timeout_at};

use crate::model::{
    Contact, FailedRequest, Finding, NotAsked, ProbeKind, ProbeOrigin, ProbeOutcome, ProbeSpec,
};
use crate::probe::failure;

use super::protocol::Ask;
use super::resolver::Resolver;
use super::secret;
use super::timing::{self, Timed};
use super::tls_client::Tls;
use super::{Mismatch, Report};
use answer::HttpResponse;

/// Redirects that are followed on the same host and port.
const REDIRECTS: usize = 5;

/// The HTTP clients; connections are not kept between two probes.
#[derive(Clone)]
pub(super) struct Client {
    /// For a service's own addresses, whose certificates cannot name them: not verified.
    own: reqwest::Client,
    /// For URLs from config: verified. Made on first use, as it reads the system's roots.
    named: Arc<OnceLock<Result<reqwest::Client, Finding>>>,
    tls: Tls,
    resolver: Resolver,
}

impl Client {
    /// Makes the client.
    ///
    /// # Errors
    /// When the client library refuses its settings.
    pub fn new(tls: &Tls, resolver: &Resolver) -> Result<Self, reqwest::Error> {
        let own = builder(tls.own_config(), resolver).build()?;
        Ok(Self {
            own,
            named: Arc::default(),
            tls: tls.verifying(),
            resolver: resolver.clone(),
        })
    }

    /// Asks `url` within the limit of `ask`.
    pub async fn check(&self, ask: &Ask<'_>, url: &str) -> Report {
        let begun = Instant::now();
        let deadline = begun + ask.limit;
        let (sent, mut watch) = timing::over(timeout_at(deadline, self.exchange(ask, url))).await;
        let report = match sent {
            Ok(Ok(mut response)) => {
                watch.stop();
                let report = judge(
                    ask,
                    url,
                    &HttpResponse::read(&mut response, ask, deadline).await,
                    begun,
                );
                answer::drain(response, deadline).await;
                report
            }
            Ok(Err(finding)) => Report::failed(ask.spec, url, finding),
            Err(_) => Report::failed(ask.spec, url, watch.hung(ask.spec.timeout)),
        };
        let mut report = report.phased(watch.phases());
        let hide = &mut |text: &mut String| {
            *text = secret::hide(text, ask.login, &ask.spec.request);
        };
        report.finding.texts_mut(hide);
        if ask.spec.url.is_some() {
            report
        } else {
            report.at(ask.address)
        }
    }

    /// Sends the request. A healthcheck may ask for the head alone (`wget --spider`), of a server
    /// that knows nothing else: the whole is asked for first, because it shows more.
    async fn exchange(&self, ask: &Ask<'_>, url: &str) -> Result<Response, Finding> {
        let response = self.send(ask, url, None).await?;
        let spec = ask.spec;
        let untaken = matches!(
            response.status(),
            StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED
        );
        if untaken && spec.origin == ProbeOrigin::Healthcheck && spec.request.method.is_empty() {
            return self.send(ask, url, Some(Method::HEAD)).await;
        }
        Ok(response)
    }

    async fn send(
        &self,
        ask: &Ask<'_>,
        url: &str,
        method: Option<Method>,
    ) -> Result<Response, Finding> {
        let sending = request::build(self.client(ask.spec)?, ask, url, method)?;
        let (request, at) = (sending.request, sending.at);
        let sent = request::AT.scope(at, request.send()).await;
        sent.map_err(|error| failure::http(&error, ask.spec.timeout))
    }

    fn client(&self, spec: &ProbeSpec) -> Result<&reqwest::Client, Finding> {
        if spec.url.is_none() {
            return Ok(&self.own);
        }
        let named = self.named.get_or_init(|| {
            let made = builder(&*self.tls.config()?, &self.resolver).build();
            made.map_err(|error| {
                Finding::Failed(FailedRequest::HttpClient {
                    said: error.to_string(),
                })
            })
        });
        named.as_ref().map_err(Clone::clone)
    }
}

pub(super) fn builder(tls: &rustls::ClientConfig, resolver: &Resolver) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("hubdeck/", env!("CARGO_PKG_VERSION"), " (probe)"))
        .redirect(Policy::custom(redirect))
        .referer(false)
        .pool_max_idle_per_host(0)
        .no_proxy()
        .http1_only()
        .tls_backend_preconfigured(tls.clone())
        .tls_info(true)
        .dns_resolver(Arc::new(resolver.clone()))
        .connector_layer(Timed::layer())
}

/// Follows redirects to the same host and port; any other redirect is the answer.
fn redirect(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let same = attempt.previous().first().is_some_and(|first| {
        let next = attempt.url();
        let downgraded = first.scheme() == "https" && next.scheme() != "https";
        !downgraded
            && first.host_str() == next.host_str()
            && first.port_or_known_default() == next.port_or_known_default()
    });
    if !same {
        attempt.stop()
    } else if attempt.previous().len() > REDIRECTS {
        attempt.error(Finding::Redirects { limit: REDIRECTS })
    } else {
        attempt.follow()
    }
}

/// The verdict on `answer`, which was asked for at `begun`.
fn judge(ask: &Ask<'_>, url: &str, answer: &HttpResponse, begun: Instant) -> Report {
    let latency = begun.elapsed();
    let verdict = verdict(ask, answer).and_then(|verdict| {
        if verdict.outcome.works() {
            condition::check(&ask.spec.expect, answer)?;
        }
        Ok(verdict)
    });
    let mut report = match verdict {
        Ok(verdict) => Report {
            contact: contact(ask.spec, answer, verdict.outcome),
            ..Report::answer(ask.spec, url, verdict, latency)
        },
        Err(finding) => Report::failed(ask.spec, url, finding).answered(latency),
    };
    if answer.status == 400 && url.starts_with("http://") && answer.body.wants_tls {
        report.mismatch = Some(Mismatch::NeedsTls);
    }
    report.certified(answer.certificate_until, ask.now)
}

/// Whether a failure with this status says that something else was asked than the service serves,
/// rather than how it is: a server that does not work says so with a status of 500 and more, or in
/// its own words.
fn is_wrong(spec: &ProbeSpec, code: u16) -> bool {
    match spec.kind {
        ProbeKind::Http => code < 500 && !(spec.status.0..=spec.status.1).contains(&code),
        _ => matches!(code, 403 | 404 | 408 | 429),
    }
}

fn verdict(ask: &Ask<'_>, answer: &HttpResponse) -> Result<super::answer::Answer, Finding> {
    let code = answer.status.as_u16();
    let accepted = (ask.spec.status.0..=ask.spec.status.1).contains(&code);
    if !accepted && answer.authorised && matches!(code, 401 | 403) {
        return Err(Finding::Login {
            said: answer.status.to_string(),
        });
    }
    if !answer.is_whole(ask.spec) {
        return Err(Finding::Incomplete {
            within: ask.spec.timeout,
        });
    }
    match ask.spec.kind {
        ProbeKind::Http => Ok(plain::judge(ask.spec, answer, accepted)),
        kind => product::judge(kind, answer),
    }
}

/// The URL of `spec` at `address` (`host:port`).
pub(super) fn url(spec: &ProbeSpec, address: &str) -> String {
    let scheme = if spec.tls { "https" } else { "http" };
    let slash = if spec.path.starts_with('/') { "" } else { "/" };
    format!("{scheme}://{address}{slash}{}", spec.path)
}

/// The URL `written` in config as it is asked: a product's health call where it names no path.
///
/// # Errors
/// When it is no URL that can be asked over HTTP.
pub(super) fn named(written: &str, kind: ProbeKind) -> Result<Cow<'_, str>, Finding> {
    let parsed = Url::parse(written).map_err(|error| {
        Finding::NotAsked(NotAsked::Url {
            said: error.to_string(),
        })
    })?;
    if !matches!(parsed.scheme(), "http" | "https") {
        let scheme = parsed.scheme().to_owned();
        return Err(Finding::NotAsked(NotAsked::UrlScheme { kind, scheme }));
    }
    Ok(match kind.health_path().filter(|_| parsed.path() == "/") {
        Some(path) => {
            let mut whole = parsed;
            whole.set_path(path);
            Cow::Owned(whole.into())
        }
        None => Cow::Borrowed(written),
    })
}

fn contact(spec: &ProbeSpec, answer: &HttpResponse, outcome: ProbeOutcome) -> Contact {
    if outcome == ProbeOutcome::Failure && is_wrong(spec, answer.status.as_u16()) {
        Contact::WrongAnswer
    } else {
        Contact::Answered
    }
}
