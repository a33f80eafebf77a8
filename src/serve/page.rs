//! `GET /`: links for programs, the page for browsers.
//!
//! The page is true without scripting: it holds the map and every service with its state, reason and
//! times, as far as its reader may know them. Its scripts (`page/*.js`) then ask the API.

mod files;
mod html;
mod map;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};

use super::Shared;
use super::cache::Kind;
use super::problem::ProblemDetails;

pub use files::file;
pub use map::map;

/// Nothing but what hubdeck itself sends; no script or style within the document.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
                      require-trusted-types-for 'script'; trusted-types hubdeck";

/// That the reader of a page has no token yet, or not the right one: the page holds no data, and
/// asks for one.
#[derive(Clone, Copy, Debug)]
pub struct ShellOnly;

/// Lets a browser without a token have the page without data; `checked` is what was found out about
/// `request`.
pub fn admit<T: Default>(
    request: &mut Request,
    checked: Result<T, ProblemDetails>,
) -> Result<T, ProblemDetails> {
    match checked {
        Err(problem)
            if problem.status == StatusCode::UNAUTHORIZED
                && matches!(*request.method(), Method::GET | Method::HEAD)
                && request.uri().path() == "/"
                && wants_page(request.headers()) =>
        {
            request.extensions_mut().insert(ShellOnly);
            Ok(T::default())
        }
        checked => checked,
    }
}

/// `GET /`.
pub async fn index(
    State(shared): State<Shared>,
    shell_only: Option<Extension<ShellOnly>>,
    headers: HeaderMap,
) -> Response {
    let mut response = if !wants_page(&headers) {
        shared.directory.information.answer(&headers)
    } else if shell_only.is_some() {
        ([(CONTENT_TYPE, "text/html; charset=utf-8")], html::shell()).into_response()
    } else {
        shared.answer(Kind::Page, &headers, |current| {
            Ok(Bytes::from(html::page(&current.snapshot)))
        })
    };
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("Accept, Authorization"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT);
    accept
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}
