//! Pages of other origins that may use the API: those of `serve.allow_origins`, and no other.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
    VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method};

use super::RouterOptions;

/// Headers that a page may send beside those that every page may.
const SENT: &str = "Authorization, Content-Type, If-None-Match, Last-Event-ID, X-Correlation-ID";
/// Headers that a page may read beside those that every page may.
const READ: &str = "ETag, Location, Retry-After, X-Correlation-ID";
const METHODS: &str = "GET, HEAD, POST, PUT, DELETE";
/// Seconds for which a browser need not ask again.
const MAX_AGE: &str = "600";

/// What of CORS a request asks for, and may have.
#[derive(Clone, Debug)]
pub struct CrossOrigin {
    /// The origin, where it is listed.
    origin: Option<HeaderValue>,
    /// Whether the browser asks before it sends the request.
    is_preflight: bool,
    /// Whether any origin is listed, so that answers differ by it.
    varies: bool,
}

impl CrossOrigin {
    /// What the request with `method` and `headers` asks for.
    pub fn of(method: &Method, headers: &HeaderMap, options: &RouterOptions) -> Self {
        Self {
            origin: listed(headers, options).cloned(),
            is_preflight: *method == Method::OPTIONS
                && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD),
            varies: !options.allow_origins.is_empty(),
        }
    }

    /// Whether it is the question of a browser for a page that may use the API: it carries no token.
    pub const fn is_listed_preflight(&self) -> bool {
        self.is_preflight && self.origin.is_some()
    }

    /// Says in the headers of the answer what the page may do.
    pub fn write(self, headers: &mut HeaderMap) {
        if self.varies {
            headers.append(VARY, HeaderValue::from_static("Origin"));
        }
        let Some(origin) = self.origin else {
            return;
        };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let said: &[_] = match self.is_preflight {
            true => &[
                (ACCESS_CONTROL_ALLOW_METHODS, METHODS),
                (ACCESS_CONTROL_ALLOW_HEADERS, SENT),
                (ACCESS_CONTROL_MAX_AGE, MAX_AGE),
            ],
            false => &[(ACCESS_CONTROL_EXPOSE_HEADERS, READ)],
        };
        for (name, value) in said {
            headers.insert(name.clone(), HeaderValue::from_static(value));
        }
    }
}

/// The origin of a request, where `serve.allow_origins` lists it.
pub fn listed<'a>(headers: &'a HeaderMap, options: &RouterOptions) -> Option<&'a HeaderValue> {
    let origin = headers.get(ORIGIN)?;
    let all = &options.allow_origins;
    all.iter()
        .any(|each| each.as_bytes().eq_ignore_ascii_case(origin.as_bytes()))
        .then_some(origin)
}
