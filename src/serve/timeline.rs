//! `GET /api/timeline[?service=&limit=]`: what happened lately.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::Shared;
use super::problem::ProblemDetails;
use crate::document::json::TimelineDocument;
use crate::model::ServiceId;

/// Events that are given where nothing else is asked for.
const LIMIT: usize = 200;

/// What is asked for.
#[derive(Debug, Deserialize)]
pub struct TimelineQuery {
    /// Only events about this service.
    service: Option<String>,
    /// At most so many, the newest.
    limit: Option<usize>,
}

/// `GET /api/timeline`.
pub async fn timeline(
    State(shared): State<Shared>,
    headers: HeaderMap,
    query: Result<Query<TimelineQuery>, QueryRejection>,
) -> Response {
    let Ok(Query(query)) = query else {
        let text = "the query string is malformed; limit is a whole number";
        return ProblemDetails::new(StatusCode::BAD_REQUEST, text).into_response();
    };
    let service = query.service.as_deref().map(ServiceId::from);
    let limit = query.limit.unwrap_or(LIMIT);
    let current = shared.cache.current();
    current.fresh(&headers, || {
        TimelineDocument::of(&current.snapshot, service.as_ref(), limit)
    })
}
