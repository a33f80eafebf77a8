//! The path under which a proxy shows hubdeck, such as `/hub`.

use std::borrow::Cow;

use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, LOCATION, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::RouterOptions;

/// What a trusted proxy names it in.
const FORWARDED_PREFIX: &str = "x-forwarded-prefix";
/// Longest path that is taken from a header.
const LONGEST: usize = 128;

/// The prefix of a request: the configured one, else the one that a trusted proxy names; `None`
/// where there is none.
pub fn of<'a>(headers: &HeaderMap, options: &'a RouterOptions) -> Option<Cow<'a, str>> {
    if let Some(configured) = &options.base_path {
        return Some(Cow::Borrowed(configured));
    }
    let named = options
        .behind_proxy
        .then(|| headers.get(FORWARDED_PREFIX))??;
    let prefix = named.to_str().ok()?.trim().trim_end_matches('/');
    is_path(prefix).then(|| Cow::Owned(prefix.to_owned()))
}

/// Whether `prefix` is a path that may stand in a `Location`: `//` would name another host.
fn is_path(prefix: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-._~".contains(c);
    prefix.len() <= LONGEST
        && prefix.starts_with('/')
        && !prefix.contains("//")
        && prefix.chars().all(is_plain)
}

/// The redirect of `/hub` to `/hub/`, without which the relative links of the page lead elsewhere;
/// `None` for every other path.
pub fn redirect(request: &Request, prefix: &str) -> Option<Response> {
    if request.uri().path() != prefix {
        return None;
    }
    let location = match request.uri().query() {
        Some(query) => format!("{prefix}/?{query}"),
        None => format!("{prefix}/"),
    };
    let mut response = StatusCode::PERMANENT_REDIRECT.into_response();
    let headers = response.headers_mut();
    headers.insert(LOCATION, HeaderValue::from_str(&location).ok()?);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_lead_elsewhere_is_no_prefix() {
        for (prefix, fits) in [
            ("/hub", true),
            ("/a/b-c_d.e~f", true),
            ("", false),
            ("hub", false),
            ("//evil.example", false),
            ("/hub//evil", false),
            ("/hub?x", false),
            ("/h\u{fc}b", false),
            ("/a\r\nb", false),
            (&"/a".repeat(65), false),
        ] {
            assert_eq!(is_path(prefix), fits, "{prefix:?}");
        }
    }
}
