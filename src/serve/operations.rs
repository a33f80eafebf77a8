//! Answers about operations, from the snapshot.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::Shared;
use super::cache::{Kind, json};
use super::problem::ProblemDetails;
use super::query;
use crate::document::json::{OperationEntryDocument, OperationsDocument};
use crate::model::{OperationId, Snapshot};

/// `GET /api/operations`.
pub async fn operations(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    shared.answer(Kind::Operations, &headers, |current| {
        json(&OperationsDocument::from(&*current.snapshot))
    })
}

/// `GET /api/operations/{id}`.
pub async fn operation(
    State(shared): State<Shared>,
    headers: HeaderMap,
    id: Result<Path<String>, PathRejection>,
) -> Response {
    let id = id
        .ok()
        .and_then(|Path(id)| id.parse().ok())
        .map(OperationId);
    let Some(id) = id else {
        return query::refused("the id of an operation is a whole number").into_response();
    };
    let current = shared.cache.current();
    let snapshot = &current.snapshot;
    match snapshot.operations.iter().find(|status| status.id == id) {
        Some(status) => current.fresh(&headers, || {
            OperationEntryDocument::new(status, snapshot.taken_at)
        }),
        None => absent(id, snapshot).into_response(),
    }
}

/// Numbers grow: one below the oldest that is kept has been.
fn absent(id: OperationId, snapshot: &Snapshot) -> ProblemDetails {
    let newest = snapshot.operations.iter().map(|status| status.id).max();
    if id.0 > 0 && newest.is_some_and(|newest| id < newest) {
        let text = format!("operation {id} is no longer kept; `hubdeck audit` has its record");
        return ProblemDetails::new(StatusCode::GONE, text);
    }
    let text = format!("there is no operation {id}; GET /api/operations lists those that are kept");
    ProblemDetails::new(StatusCode::NOT_FOUND, text)
}
