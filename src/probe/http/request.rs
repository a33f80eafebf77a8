//! The request of a probe: method, host, headers and body, and where it goes to.

use reqwest::header::{AUTHORIZATION, HOST, HeaderName, HeaderValue};
use reqwest::{Client, Method, RequestBuilder, Url};

use crate::model::{FailedRequest, Finding, HttpRequest, NotAsked};
use crate::probe::protocol::Ask;
use crate::probe::resolver::Resolver;
use crate::probe::secret::Login;
use crate::probe::timing::{self, ProbePhase};

tokio::task_local! {
    /// The host that is connected to in place of the one in the URL: TLS asks for the name in the
    /// URL, and a container's own address has none. The client connects inside the request's own
    /// future.
    pub(super) static AT: Option<String>;
}

/// A request that is ready to be sent.
pub(super) struct Sending {
    pub request: RequestBuilder,
    /// The host to connect to, where it is another than that of the URL.
    pub at: Option<String>,
}

/// The request of `ask` to `url`, by `method` where it is another than the one that is set.
///
/// # Errors
/// When something of it cannot be sent.
pub(super) fn build(
    client: &Client,
    ask: &Ask<'_>,
    url: &str,
    method: Option<Method>,
) -> Result<Sending, Finding> {
    let wanted = &ask.spec.request;
    let method = method.map_or_else(|| wanted_method(&wanted.method), Ok)?;
    let (url, at) = named(ask, url);
    let mut request = client.request(method, url);
    if let Some(host) = host(ask, wanted) {
        request = request.header(HOST, value(&host)?);
    }
    request = with_headers(request, wanted)?;
    if let Some(body) = &wanted.body {
        request = request.body(body.reveal().to_owned());
    }
    Ok(Sending {
        request: authorised(request, ask.login)?,
        at,
    })
}

fn value(text: &str) -> Result<HeaderValue, Finding> {
    HeaderValue::try_from(text).map_err(|_| Finding::Failed(FailedRequest::HeaderValue))
}

/// The `Host` header: the one that is set, else at a container's own address what clients inside it
/// send.
fn host(ask: &Ask<'_>, wanted: &HttpRequest) -> Option<String> {
    if !wanted.host.is_empty() {
        return Some(wanted.host.clone());
    }
    if ask.spec.url.is_some() {
        return None;
    }
    // Many servers refuse host names they do not know. The usual port goes without saying.
    Some(match (ask.spec.tls, ask.spec.port) {
        (false, 80) | (true, 443) => "localhost".to_owned(),
        (_, port) => format!("localhost:{port}"),
    })
}

/// `url` with the name that TLS is to ask for, and the host that it replaces.
fn named(ask: &Ask<'_>, url: &str) -> (String, Option<String>) {
    let unchanged = || (url.to_owned(), None);
    let Ok(mut parsed) = Url::parse(url) else {
        return unchanged();
    };
    let name = ask.server_name();
    let is_address = name
        .trim_matches(['[', ']'])
        .parse::<std::net::IpAddr>()
        .is_ok();
    let Some(host) = parsed.host_str().map(str::to_owned) else {
        return unchanged();
    };
    if parsed.scheme() != "https"
        || is_address
        || host == name
        || parsed.set_host(Some(name)).is_err()
    {
        return unchanged();
    }
    (parsed.into(), Some(host))
}

/// `request` with the credentials; the client leaves them away where a redirect leads elsewhere.
fn authorised(request: RequestBuilder, login: Option<&Login>) -> Result<RequestBuilder, Finding> {
    Ok(match login {
        None => request,
        Some(Login::Password { user, password }) => request.basic_auth(user, Some(password)),
        Some(Login::Token(token)) => {
            let mut value = HeaderValue::try_from(format!("Bearer {token}"))
                .map_err(|_| Finding::NotAsked(NotAsked::TokenCharacters))?;
            value.set_sensitive(true);
            request.header(AUTHORIZATION, value)
        }
    })
}

impl reqwest::dns::Resolve for Resolver {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let resolver = self.clone();
        let at = AT.try_with(Clone::clone).ok().flatten();
        Box::pin(async move {
            let host = at.as_deref().unwrap_or_else(|| name.as_str());
            if let Ok(ip) = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>() {
                let addresses: reqwest::dns::Addrs = Box::new(std::iter::once((ip, 0).into()));
                return Ok(addresses);
            }
            timing::begin(ProbePhase::LookUp);
            let found = resolver.find(host, 0).await?;
            timing::begin(ProbePhase::Connect);
            let addresses: reqwest::dns::Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

/// The method that a specification names; `GET` where it names none.
fn wanted_method(name: &str) -> Result<Method, Finding> {
    if name.is_empty() {
        return Ok(Method::GET);
    }
    name.parse().map_err(|_| {
        let name = name.to_owned();
        Finding::Failed(FailedRequest::Method { name })
    })
}

fn with_headers(
    mut request: RequestBuilder,
    wanted: &HttpRequest,
) -> Result<RequestBuilder, Finding> {
    for (name, text) in &wanted.headers {
        let name = HeaderName::try_from(name)
            .map_err(|_| Finding::Failed(FailedRequest::Header { name: name.clone() }))?;
        let mut value = value(text.reveal())?;
        value.set_sensitive(true);
        request = request.header(name, value);
    }
    Ok(request)
}
