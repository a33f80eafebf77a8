//! Answers about services.

use std::time::Duration;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;

use super::Shared;
use super::cache::{CachedRevision, Kind, ServicePart, json};
use super::filter::ServiceFilter;
use super::problem::ProblemDetails;
use super::query::{self, RawQuery};
use super::streams::logs::logs;
use crate::document::json::{SeriesDocument, ServiceDocument, ServicesDocument};
use crate::explain::explain;
use crate::model::{Service, ServiceId, parse_duration};

/// The id in the path of a request.
type RawId = Result<Path<String>, PathRejection>;

/// `GET /api/services`.
pub async fn services(
    State(shared): State<Shared>,
    headers: HeaderMap,
    query: RawQuery,
) -> Response {
    let current = shared.wanted();
    let parsed =
        query::pairs(query).and_then(|pairs| ServiceFilter::parse(&pairs, &current.snapshot));
    let filter = match parsed {
        Ok(filter) => filter,
        Err(problem) => return problem.into_response(),
    };
    let document = || {
        ServicesDocument::of(&current.snapshot, current.freshness, |service| {
            filter.takes(service)
        })
    };
    let kind = match filter.is_empty() {
        true => Some(Kind::Services),
        false => filter.place(&current.snapshot).map(Kind::Chosen),
    };
    match kind {
        Some(kind) => shared
            .cache
            .shared(&current, kind, &headers, |_| json(&document())),
        None => current.fresh(&headers, document),
    }
}

/// `GET /api/services/{id}`.
pub async fn service(State(shared): State<Shared>, headers: HeaderMap, id: RawId) -> Response {
    of_service(&shared, id, |current, index, service| {
        let kind = Kind::OfService(index, ServicePart::Whole);
        shared.cache.shared(current, kind, &headers, |current| {
            json(&ServiceDocument::at(
                service,
                &current.snapshot,
                current.freshness,
            ))
        })
    })
}

/// `GET /api/services/{id}/explain`.
pub async fn explanation(State(shared): State<Shared>, headers: HeaderMap, id: RawId) -> Response {
    of_service(&shared, id, |current, index, service| {
        let kind = Kind::OfService(index, ServicePart::Explanation);
        shared.cache.shared(current, kind, &headers, |current| {
            json(&explain(service, &current.snapshot, &TimeZone::UTC))
        })
    })
}

/// `GET /api/services/{id}/metrics[?window=]`.
pub async fn series(
    State(shared): State<Shared>,
    headers: HeaderMap,
    id: RawId,
    query: RawQuery,
) -> Response {
    let window = match query::pairs(query).and_then(|pairs| window(&pairs)) {
        Ok(window) => window,
        Err(problem) => return problem.into_response(),
    };
    of_service(&shared, id, |current, index, service| {
        let document = || SeriesDocument::of(service, &current.snapshot, window);
        if window.is_some() {
            return current.fresh(&headers, document);
        }
        let kind = Kind::OfService(index, ServicePart::Series);
        shared
            .cache
            .shared(current, kind, &headers, |_| json(&document()))
    })
}

/// How far back is asked for; `None` as far as it is kept.
fn window(pairs: &[(String, String)]) -> Result<Option<Duration>, ProblemDetails> {
    let Some(text) = query::last(pairs, "window") else {
        return Ok(None);
    };
    match parse_duration(text).filter(|_| is_one_number(text)) {
        Some(window) => Ok(Some(window)),
        None => Err(query::refused(format!(
            "window={text} is no duration; write seconds, or 90s, 15m or 2h"
        ))),
    }
}

/// `GET /api/services/{id}/logs[?tail=&since=&follow=]`.
pub async fn service_logs(
    State(shared): State<Shared>,
    headers: HeaderMap,
    uri: Uri,
    id: RawId,
) -> Response {
    let current = shared.cache.current();
    match named(&current, id) {
        Ok((_, service)) => logs(&shared, service, &uri, &headers)
            .await
            .unwrap_or_else(IntoResponse::into_response),
        Err(problem) => problem.into_response(),
    }
}

/// Whether `text` is one whole number with a unit or without: all that the OpenAPI document permits.
fn is_one_number(text: &str) -> bool {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - unit.len();
    (1..=6).contains(&digits) && matches!(unit, "" | "ms" | "s" | "m" | "h")
}

/// The answer about the service that the path names, with its place in the snapshot, or why there
/// is none.
fn of_service(
    shared: &Shared,
    id: RawId,
    answer: impl FnOnce(&CachedRevision, usize, &Service) -> Response,
) -> Response {
    let current = shared.wanted();
    match named(&current, id) {
        Ok((index, service)) => answer(&current, index, service),
        Err(problem) => problem.into_response(),
    }
}

/// The service that the path names, with its place in the snapshot, or why there is none.
fn named(current: &CachedRevision, id: RawId) -> Result<(usize, &Service), ProblemDetails> {
    let Ok(Path(id)) = id else {
        return Err(query::refused("the path is not UTF-8"));
    };
    let id = ServiceId::from(id);
    let services = &current.snapshot.services;
    let place = services.binary_search_by(|service| service.id.cmp(&id));
    let found = place
        .ok()
        .and_then(|index| Some((index, &**services.get(index)?)));
    found.ok_or_else(|| missing(&id, current.was_removed(&id)))
}

fn missing(id: &ServiceId, was_removed: bool) -> ProblemDetails {
    if was_removed {
        return ProblemDetails::new(StatusCode::GONE, format!("{id} was removed"));
    }
    let text = format!("there is no service {id}; GET /api/services lists all");
    ProblemDetails::new(StatusCode::NOT_FOUND, text)
}
