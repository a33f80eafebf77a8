//! What every request passes: correlation id, host, origin, token, body; and what every answer
//! carries.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, MatchedPath, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HOST, ORIGIN, TRANSFER_ENCODING,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;

use super::asked_path::AskedPath;
use super::cors::CrossOrigin;
use super::problem::ProblemDetails;
use super::route::RouteAccess;
use super::{BODY_LIMIT, RouterOptions, Shared, cors, page, routes};
use crate::model::HttpCaller;
use authentication::{TokenName, authenticate, refuse_in_query};

mod authentication;

const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// The middleware.
pub async fn guard(State(shared): State<Shared>, mut request: Request, next: Next) -> Response {
    let id = correlation_id(request.headers());
    let method = request.method().clone();
    let path = asked_path(&request);
    let cross_origin = CrossOrigin::of(&method, request.headers(), &shared.options);
    let found = check(&request, &shared);
    let checked = match page::admit(&mut request, found) {
        Ok(token) => {
            request.extensions_mut().insert(HttpCaller {
                token,
                correlation_id: id.to_str().unwrap_or_default().into(),
            });
            complete(request, shared.options.body_limit).await
        }
        Err(problem) => Err(problem),
    };
    let bare = match checked {
        Ok(request) => answer(request, next).await,
        Err(problem) => problem.into_response(),
    };
    let mut response = match bare.extensions().get::<ProblemDetails>() {
        Some(problem) => problem.write(id.to_str().unwrap_or_default()),
        None => bare,
    };
    log(&method, &path, response.status(), &id);
    let headers = response.headers_mut();
    headers.insert(CORRELATION_ID, id);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let no_store = HeaderValue::from_static("no-store");
    headers.entry(CACHE_CONTROL).or_insert(no_store);
    cross_origin.write(headers);
    response
}

/// The path that the client asked for.
fn asked_path(request: &Request) -> String {
    let asked = request.extensions().get::<AskedPath>();
    asked.map_or_else(|| request.uri().path().to_owned(), |asked| asked.0.clone())
}

/// The handler's answer; a panic in it costs this request only.
async fn answer(request: Request, next: Next) -> Response {
    AssertUnwindSafe(next.run(request))
        .catch_unwind()
        .await
        .unwrap_or_else(|_panic| {
            ProblemDetails::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "the request failed on a bug in hubdeck; please report it with the correlation id",
            )
            .into_response()
        })
}

/// The request with all of its body, where it is one that changes something; other bodies are not
/// read.
async fn complete(request: Request, limit: Duration) -> Result<Request, ProblemDetails> {
    if only_reads(request.method()) {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let reading = Bytes::from_request(Request::from_parts(parts.clone(), body), &());
    match tokio::time::timeout(limit, reading).await {
        Ok(Ok(body)) => Ok(Request::from_parts(parts, Body::from(body))),
        Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(too_large())
        }
        Ok(Err(_broken)) => Err(ProblemDetails::new(
            StatusCode::BAD_REQUEST,
            "the body ended before its length",
        )),
        Err(_elapsed) => Err(ProblemDetails::new(
            StatusCode::REQUEST_TIMEOUT,
            format!(
                "the body was not complete within {} s; send the request again",
                limit.as_secs_f64()
            ),
        )),
    }
}

fn too_large() -> ProblemDetails {
    ProblemDetails::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "the body is larger than 256 KiB",
    )
}

const fn only_reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn log(method: &Method, path: &str, status: StatusCode, id: &HeaderValue) {
    let correlation_id = id.to_str().unwrap_or_default();
    let status = status.as_u16();
    if status >= 500 && status != 503 {
        tracing::warn!(%method, path, status, correlation_id, "request failed");
    } else if !only_reads(method) {
        tracing::info!(%method, path, status, correlation_id, "request");
    } else {
        tracing::debug!(%method, path, status, correlation_id, "request");
    }
}

/// The client's own id when it is well formed, else a new one of 16 hex digits.
fn correlation_id(headers: &HeaderMap) -> HeaderValue {
    let fits = |value: &&HeaderValue| {
        let bytes = value.as_bytes();
        (1..=64).contains(&bytes.len())
            && bytes
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte))
    };
    headers
        .get(CORRELATION_ID)
        .filter(fits)
        .cloned()
        .unwrap_or_else(|| {
            let id = format!("{:016x}", fastrand::u64(..));
            HeaderValue::from_str(&id).unwrap_or_else(|_| HeaderValue::from_static("none"))
        })
}

/// The token that the request carries, where it may be answered.
fn check(request: &Request, shared: &Shared) -> Result<TokenName, ProblemDetails> {
    let options = &shared.options;
    refuse_in_query(request)?;
    let matched = request.extensions().get::<MatchedPath>();
    let access = routes::access(matched.map(MatchedPath::as_str), request.method());
    let RouteAccess::Scope(wanted) = access else {
        // Load balancers and kubelets ask by the address of the moment, or without a host at all.
        return Ok(None);
    };
    let headers = request.headers();
    let host = headers
        .get(HOST)
        .map(|host| host.to_str().unwrap_or_default());
    let absolute = request
        .uri()
        .authority()
        .map(axum::http::uri::Authority::as_str);
    if ![host, absolute]
        .into_iter()
        .flatten()
        .all(|host| is_our_name(host, options))
        || host.or(absolute).is_none()
    {
        return Err(ProblemDetails::new(
            StatusCode::MISDIRECTED_REQUEST,
            "this host name is not served here; add it to serve.allow_hosts if it should be",
        ));
    }
    if !only_reads(request.method()) {
        check_change(headers, host.or(absolute).unwrap_or_default(), options)?;
    }
    if CrossOrigin::of(request.method(), headers, options).is_listed_preflight() {
        return Ok(None);
    }
    authenticate(request, wanted, options, &shared.gate.failures)
}

/// What a request that changes something must fulfil beside.
fn check_change(
    headers: &HeaderMap,
    host: &str,
    options: &RouterOptions,
) -> Result<(), ProblemDetails> {
    if is_of_other_page(headers, host) && cors::listed(headers, options).is_none() {
        return Err(ProblemDetails::new(
            StatusCode::FORBIDDEN,
            "requests from pages of other origins may change nothing",
        ));
    }
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > BODY_LIMIT) {
        return Err(too_large());
    }
    let has_body =
        length.is_some_and(|length| length > 0) || headers.contains_key(TRANSFER_ENCODING);
    if has_body && !is_json(headers) {
        return Err(ProblemDetails::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "a body must be application/json",
        ));
    }
    Ok(())
}

/// Whether `host` (with or without port) is a loopback name or address, any address where those are
/// allowed, or one of the allowed hosts.
fn is_our_name(host: &str, options: &RouterOptions) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or("", |(address, _)| address),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let name = name.trim_end_matches('.');
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| options.allow_addresses || address.to_canonical().is_loopback())
        || options
            .allow_hosts
            .iter()
            .any(|each| each.eq_ignore_ascii_case(name) || each.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests;

/// Whether a page of another origin than `host` sent the request.
fn is_of_other_page(headers: &HeaderMap, host: &str) -> bool {
    let foreign = headers.get(ORIGIN).is_some_and(|origin| {
        let authority = origin
            .to_str()
            .ok()
            .and_then(|origin| origin.split_once("://"))
            .map(|(_, rest)| rest);
        authority.is_none_or(|authority| !authority.eq_ignore_ascii_case(host))
    });
    let site = headers.get("sec-fetch-site");
    foreign || site.is_some_and(|site| site == "cross-site")
}

fn is_json(headers: &HeaderMap) -> bool {
    let media = headers.get(CONTENT_TYPE);
    media
        .and_then(|media| media.to_str().ok())
        .is_some_and(|media| {
            let media = media.split_once(';').map_or(media, |(media, _)| media);
            media.trim().eq_ignore_ascii_case("application/json")
        })
}
