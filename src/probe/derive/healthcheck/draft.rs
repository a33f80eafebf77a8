//! A request as a command-line client of HTTP sends it, on its way to a probe that sends the same.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::model::authority::split_url;
use crate::model::{Hidden, HttpRequest};
use crate::probe::derive::{ALIVE, Found, is_own_host, split_authority};

/// What is known of the request so far.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// What may be the URL, in order: a flag that is not known may have a value.
    pub urls: Vec<String>,
    /// The method that was named.
    pub method: Option<String>,
    /// Headers, in order.
    pub headers: Vec<(String, String)>,
    /// Parts of the body.
    pub body: Vec<String>,
    /// User and password, `user:password`.
    pub user: Option<String>,
    /// Names that stand for the container itself.
    pub own_names: Vec<String>,
    /// Whether any answer is good to the client.
    pub takes_any: bool,
    /// Whether it sends or shows something that cannot be read from outside: a file, a certificate.
    pub unreadable: bool,
}

impl Draft {
    /// Takes over a header as it stands on a command line, `Name: value`.
    pub fn header(&mut self, text: &str) {
        match text.split_once(':') {
            _ if text.starts_with('@') => self.unreadable = true,
            // `Name:` without a value leaves a header away.
            Some((_, value)) if value.trim().is_empty() => {}
            Some((name, value)) => self
                .headers
                .push((name.trim().to_owned(), value.trim().to_owned())),
            None => {}
        }
    }

    /// Takes over a header that the client has a flag for.
    pub fn set(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.headers.push((name.to_owned(), value.to_owned()));
        }
    }

    /// The probe that asks the same; `None` when it asks another host. Where it cannot be read
    /// whole, the port alone is left.
    pub fn finish(mut self) -> Option<Found> {
        let urls = std::mem::take(&mut self.urls);
        let is_own =
            |url: &Url<'_>| is_own_host(url.host) || self.own_names.iter().any(|it| it == url.host);
        let url = urls.iter().filter_map(|url| Url::parse(url)).find(is_own)?;
        if url.path.contains('$') {
            return None;
        }
        let user = self.user.take().or_else(|| url.user.map(str::to_owned));
        if let Some(user) = user {
            self.log_in(&user);
        }
        let request = self.request(&url);
        let plain = Found {
            tls: url.tls,
            server_name: url.server_name(),
            ..Found::http(url.port, &url.path)
        };
        let Some(request) = request else {
            return Some(Found {
                tls: url.tls,
                ..Found::tcp(url.port)
            });
        };
        Some(Found {
            request,
            status: if self.takes_any { ALIVE } else { plain.status },
            ..plain
        })
    }

    /// Basic authorization with `user`, which is `user:password`.
    fn log_in(&mut self, user: &str) {
        self.unreadable |= user.contains('$');
        self.headers
            .retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
        let value = format!("Basic {}", STANDARD.encode(user));
        self.headers.push(("Authorization".to_owned(), value));
    }

    /// The request without its path; `None` when a part of it is not known.
    fn request(&mut self, url: &Url<'_>) -> Option<HttpRequest> {
        let method = match &self.method {
            Some(method) => HttpRequest::known_method(method)?,
            None if self.body.is_empty() => "",
            None => "POST",
        };
        let hosts = self
            .headers
            .extract_if(.., |(name, _)| name.eq_ignore_ascii_case("host"));
        let host = hosts
            .last()
            .map_or_else(|| url.authority(), |(_, host)| host);
        // What only a variable of the container knows, or what no header can hold.
        let known = |text: &String| !text.contains(['$', '\r', '\0']);
        let all = || {
            self.headers
                .iter()
                .map(|(_, value)| value)
                .chain(&self.body)
                .chain([&host])
        };
        let readable = !self.unreadable && all().all(known);
        let names = |name: &str| {
            !name.is_empty() && name.bytes().all(|c| c.is_ascii_graphic() && c != b':')
        };
        if !readable || !self.headers.iter().all(|(name, _)| names(name)) {
            return None;
        }
        let body = (!self.body.is_empty()).then(|| Hidden::new(self.body.join("&")));
        let is_form = |(name, _): &(String, String)| name.eq_ignore_ascii_case("content-type");
        if body.is_some() && !self.headers.iter().any(is_form) {
            self.set("Content-Type", "application/x-www-form-urlencoded");
        }
        let headers = std::mem::take(&mut self.headers).into_iter();
        let headers = headers
            .map(|(name, value)| (name, Hidden::new(value)))
            .collect();
        Some(HttpRequest {
            method: if method == "GET" { "" } else { method }.to_owned(),
            host,
            headers,
            body,
        })
    }
}

/// A URL, or curl's and wget's short `localhost:8000/x`.
struct Url<'a> {
    tls: bool,
    user: Option<&'a str>,
    host: &'a str,
    port: u16,
    path: String,
}

impl<'a> Url<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (scheme, authority, path) = split_url(text);
        let tls = match scheme.unwrap_or("http").to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return None,
        };
        let (user, authority) = match authority.rsplit_once('@') {
            Some((user, authority)) => (Some(user), authority),
            None => (None, authority),
        };
        let usual = if tls { 443 } else { 80 };
        let (host, port, path) = split_authority((authority, path), usual)?;
        Some(Self {
            tls,
            user,
            host,
            port,
            path,
        })
    }

    /// What the client sends as `Host`; empty where it is the one that probes send anyway.
    fn authority(&self) -> String {
        let usual = self.port == if self.tls { 443 } else { 80 };
        match self.host {
            "localhost" | "$HOSTNAME" | "${HOSTNAME}" => String::new(),
            host if usual => host.to_owned(),
            host => format!("{host}:{}", self.port),
        }
    }

    /// What the client asks TLS for: a name, and nothing at an address.
    fn server_name(&self) -> Option<String> {
        let is_address = self
            .host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok();
        match self.host {
            _ if !self.tls => None,
            "$HOSTNAME" | "${HOSTNAME}" => None,
            _ if is_address => Some(String::new()),
            name => Some(name.to_owned()),
        }
    }
}
