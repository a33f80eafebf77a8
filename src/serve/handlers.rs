//! The documents about what is watched as a whole.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::Shared;
use super::cache::{Kind, json, made};
use super::filter::ServiceFilter;
use super::problem::ProblemDetails;
use super::query::{self, RawQuery};
use crate::document::TextForm;
use crate::document::json::{
    ArchitectureDocument, DiscoveryDocument, IncidentsDocument, LayersDocument, MetricsDocument,
    StackHealthDocument, WatchedStatus,
};
use crate::document::map::render;
use crate::model::MapFormat;

/// `GET /api/architecture[?format=]`.
pub async fn architecture(
    State(shared): State<Shared>,
    headers: HeaderMap,
    query: RawQuery,
) -> Response {
    let format = match query::pairs(query).and_then(|pairs| wanted_format(&pairs)) {
        Ok(format) => format,
        Err(problem) => return problem.into_response(),
    };
    let kind = Kind::Architecture(format);
    shared.answer(kind, &headers, |current| match format {
        MapFormat::Json => json(&ArchitectureDocument::from(&*current.snapshot)),
        format => render(&current.snapshot, format, TextForm::default())
            .map(Bytes::from)
            .map_err(|error| format!("the map cannot be written: {error}")),
    })
}

/// The form of the map that the query names last; JSON where it names none.
fn wanted_format(pairs: &[(String, String)]) -> Result<MapFormat, ProblemDetails> {
    query::last(pairs, "format").map_or(Ok(MapFormat::Json), |value| {
        let all = MapFormat::ALL.into_iter();
        query::one_of("format", value, all, |format| format.id())
    })
}

/// `GET /api/incidents`.
pub async fn incidents(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    shared.answer(Kind::Incidents, &headers, |current| {
        json(&IncidentsDocument::from(&*current.snapshot))
    })
}

/// `GET /api/layers`.
pub async fn layers(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    shared.answer(Kind::Layers, &headers, |current| {
        json(&LayersDocument::from(&*current.snapshot))
    })
}

/// `GET /api/discovery`.
pub async fn discovery(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    shared.answer(Kind::Discovery, &headers, |current| {
        json(&DiscoveryDocument::from(&*current.snapshot))
    })
}

/// `GET /api/metrics`: made anew for each request and without a tag, because of the uptime in it.
pub async fn metrics(State(shared): State<Shared>) -> Response {
    let current = shared.wanted();
    let now = (shared.options.clock)();
    made(&MetricsDocument::of(&current.snapshot, now))
}

/// `GET /api/health/stack[?strict=1]`: 200 whatever it is, but where it is asked strictly.
pub async fn stack_health(
    State(shared): State<Shared>,
    headers: HeaderMap,
    query: RawQuery,
) -> Response {
    let current = shared.wanted();
    let asked = query::pairs(query).and_then(|pairs| {
        let filter = ServiceFilter::parse(&pairs, &current.snapshot)?;
        Ok((filter, query::flag(&pairs, "strict")?))
    });
    let (filter, strict) = match asked {
        Ok(asked) => asked,
        Err(problem) => return problem.into_response(),
    };
    let document = StackHealthDocument::of(&current.snapshot, |service| filter.takes(service));
    let status = strict_status(document.status);
    if strict && status != StatusCode::OK {
        return (status, made(&document)).into_response();
    }
    current.fresh(&headers, || document)
}

/// What a balancer or a script gets to see that looks at the status alone.
const fn strict_status(status: WatchedStatus) -> StatusCode {
    match status {
        WatchedStatus::Healthy => StatusCode::OK,
        WatchedStatus::Degraded => StatusCode::TOO_MANY_REQUESTS,
        WatchedStatus::Unhealthy | WatchedStatus::Unknown => StatusCode::SERVICE_UNAVAILABLE,
    }
}
