//! `GET /api/map[?stack=&columns=]`: the map as an element of the page.

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::document::map;
use crate::serve::Shared;
use crate::serve::problem::ProblemDetails;

/// Cards beside each other where the width of the reader's window is not known.
pub(super) const COLUMNS: u32 = 4;

/// What a page asks for.
#[derive(Debug, Deserialize)]
pub struct MapQuery {
    /// Only the services of this stack; empty: of none.
    stack: Option<String>,
    /// Most cards beside each other.
    columns: Option<u32>,
}

/// `GET /api/map`.
pub async fn map(
    State(shared): State<Shared>,
    headers: HeaderMap,
    query: Result<Query<MapQuery>, QueryRejection>,
) -> Response {
    let columns = |query: &MapQuery| query.columns.unwrap_or(COLUMNS);
    match query {
        Ok(Query(query)) if (1..=map::PAGE_COLUMNS).contains(&columns(&query)) => {
            let current = shared.cache.current();
            current.fresh_body(&headers, "image/svg+xml", || {
                let svg = map::page(&current.snapshot, query.stack.as_deref(), columns(&query));
                Bytes::from(svg)
            })
        }
        _ => {
            let text = format!(
                "the query string is malformed; columns is a number from 1 to {}",
                map::PAGE_COLUMNS
            );
            ProblemDetails::new(StatusCode::BAD_REQUEST, text).into_response()
        }
    }
}
