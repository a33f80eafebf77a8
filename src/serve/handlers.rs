//! The documents about services.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::Shared;
use super::cache::{CachedRevision, Kind, json};
use super::problem::ProblemDetails;
use super::streams::logs::logs;
use crate::document::TextForm;
use crate::document::json::{
    ArchitectureDocument, DiscoveryDocument, IncidentsDocument, LayersDocument, MetricsDocument,
    ServiceDocument,
};
use crate::document::map::render;
use crate::explain::explain;
use crate::model::{
    HealthState, Layer, Layers, MapFormat, Service, ServiceId, Snapshot, Source, Timestamp,
};

/// `GET /api/services`.
#[derive(Serialize)]
struct ServicesDocument<'a> {
    services: Vec<ServiceDocument<'a>>,
    count: usize,
    generated_at: Timestamp,
}

impl<'a> ServicesDocument<'a> {
    fn of(snapshot: &'a Snapshot, filter: &Filter) -> Self {
        let services: Vec<_> = snapshot
            .services
            .iter()
            .map(|service| &**service)
            .filter(|service| filter.takes(service))
            .map(|service| ServiceDocument::of(service, snapshot))
            .collect();
        Self {
            count: services.len(),
            services,
            generated_at: snapshot.taken_at,
        }
    }
}

/// `?stack=&layer=&state=&source=`: a repeated name takes any of its values.
#[derive(Debug, Default, PartialEq, Eq)]
struct Filter {
    stacks: Vec<String>,
    layers: Vec<Layer>,
    states: Vec<HealthState>,
    sources: Vec<Source>,
}

impl Filter {
    fn parse(pairs: Vec<(String, String)>, layers: &Layers) -> Result<Self, ProblemDetails> {
        let mut filter = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "stack" => filter.stacks.push(value),
                "layer" => filter
                    .layers
                    .push(one_of(&name, &value, layers.iter(), |each| &each.id)?.layer),
                "state" => filter.states.push(one_of(
                    &name,
                    &value,
                    HealthState::ALL.into_iter(),
                    |state| state.id(),
                )?),
                "source" => {
                    filter
                        .sources
                        .push(one_of(&name, &value, SOURCES.into_iter(), |source| {
                            source_id(*source)
                        })?)
                }
                _ => {}
            }
        }
        Ok(filter)
    }

    fn takes(&self, service: &Service) -> bool {
        let stack = service.stack.as_ref().map_or("", |stack| stack.as_str());
        any(&self.stacks, |each| each == stack)
            && any(&self.layers, |each| *each == service.layer.layer)
            && any(&self.states, |each| *each == service.health.state)
            && any(&self.sources, |each| *each == service.source)
    }
}

const SOURCES: [Source; 2] = [Source::Docker, Source::Config];

const fn source_id(source: Source) -> &'static str {
    match source {
        Source::Docker => "docker",
        Source::Config => "config",
    }
}

/// Whether nothing is asked for, or one of what is asked for fits.
fn any<T>(wanted: &[T], fits: impl Fn(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(fits)
}

fn one_of<T>(
    name: &str,
    value: &str,
    all: impl Iterator<Item = T> + Clone,
    id: impl Fn(&T) -> &str,
) -> Result<T, ProblemDetails> {
    all.clone().find(|each| id(each) == value).ok_or_else(|| {
        let allowed = all
            .map(|each| id(&each).to_owned())
            .collect::<Vec<_>>()
            .join(", ");
        ProblemDetails::new(
            StatusCode::BAD_REQUEST,
            format!("{name}={value} is not known; {name} is one of {allowed}"),
        )
    })
}

/// `GET /api/services`.
pub async fn services(
    State(shared): State<Shared>,
    headers: HeaderMap,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Response {
    let Ok(Query(pairs)) = query else {
        return ProblemDetails::new(StatusCode::BAD_REQUEST, "the query string is malformed")
            .into_response();
    };
    let layers = Arc::clone(&shared.cache.current().snapshot.layers);
    match Filter::parse(pairs, &layers) {
        Err(problem) => problem.into_response(),
        Ok(filter) if filter == Filter::default() => {
            shared.cache.shared(Kind::Services, &headers, |snapshot| {
                json(&ServicesDocument::of(snapshot, &filter))
            })
        }
        Ok(filter) => {
            let current = shared.cache.current();
            current.fresh(&headers, || {
                ServicesDocument::of(&current.snapshot, &filter)
            })
        }
    }
}

/// `GET /api/services/{id}`.
pub async fn service(
    State(shared): State<Shared>,
    headers: HeaderMap,
    id: Result<Path<String>, PathRejection>,
) -> Response {
    of_service(&shared, id, |current, service| {
        current.fresh(&headers, || ServiceDocument::of(service, &current.snapshot))
    })
}

/// `GET /api/services/{id}/explain`.
pub async fn explanation(
    State(shared): State<Shared>,
    headers: HeaderMap,
    id: Result<Path<String>, PathRejection>,
) -> Response {
    of_service(&shared, id, |current, service| {
        let snapshot = &current.snapshot;
        current.fresh(&headers, || explain(service, snapshot, &TimeZone::UTC))
    })
}

/// `GET /api/services/{id}/logs`.
pub async fn service_logs(
    State(shared): State<Shared>,
    headers: HeaderMap,
    uri: Uri,
    id: Result<Path<String>, PathRejection>,
) -> Response {
    let current = shared.cache.current();
    match named(&current, id) {
        Ok(service) => logs(&shared, service, &uri, &headers)
            .await
            .unwrap_or_else(IntoResponse::into_response),
        Err(problem) => problem.into_response(),
    }
}

/// The answer about the service that the path names, or why there is none.
fn of_service(
    shared: &Shared,
    id: Result<Path<String>, PathRejection>,
    answer: impl FnOnce(&CachedRevision, &Service) -> Response,
) -> Response {
    let current = shared.cache.current();
    match named(&current, id) {
        Ok(service) => answer(&current, service),
        Err(problem) => problem.into_response(),
    }
}

/// The service that the path names, or why there is none.
fn named(
    current: &CachedRevision,
    id: Result<Path<String>, PathRejection>,
) -> Result<&Service, ProblemDetails> {
    let Ok(Path(id)) = id else {
        let text = "the path is not UTF-8";
        return Err(ProblemDetails::new(StatusCode::BAD_REQUEST, text));
    };
    let id = ServiceId::from(id.as_str());
    let service = current.snapshot.service(&id).map(|service| &**service);
    service.ok_or_else(|| missing(&id, current.was_removed(&id)))
}

/// `GET /api/architecture[?format=]`.
pub async fn architecture(
    State(shared): State<Shared>,
    headers: HeaderMap,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Response {
    let Ok(Query(pairs)) = query else {
        return ProblemDetails::new(StatusCode::BAD_REQUEST, "the query string is malformed")
            .into_response();
    };
    let format = match wanted_format(&pairs) {
        Ok(format) => format,
        Err(problem) => return problem.into_response(),
    };
    shared.cache.shared(
        Kind::Architecture(format),
        &headers,
        |snapshot| match format {
            MapFormat::Json => json(&ArchitectureDocument::from(snapshot)),
            format => render(snapshot, format, TextForm::default())
                .map(Bytes::from)
                .map_err(|error| format!("the map cannot be written: {error}")),
        },
    )
}

/// `GET /api/incidents`.
pub async fn incidents(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    shared.cache.shared(Kind::Incidents, &headers, |snapshot| {
        json(&IncidentsDocument::from(snapshot))
    })
}

/// `GET /api/layers`.
pub async fn layers(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    shared.cache.shared(Kind::Layers, &headers, |snapshot| {
        json(&LayersDocument::from(snapshot))
    })
}

/// `GET /api/metrics`: made anew for each request, because of the uptime in it.
pub async fn metrics(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let current = shared.cache.current();
    let now = (shared.options.clock)();
    current.fresh(&headers, || MetricsDocument::of(&current.snapshot, now))
}

/// `GET /api/discovery`.
pub async fn discovery(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    shared.cache.shared(Kind::Discovery, &headers, |snapshot| {
        json(&DiscoveryDocument::from(snapshot))
    })
}

/// The form of the map that the query names last; JSON where it names none.
fn wanted_format(pairs: &[(String, String)]) -> Result<MapFormat, ProblemDetails> {
    let mut format = MapFormat::Json;
    for (name, value) in pairs.iter().filter(|(name, _)| name == "format") {
        let all = MapFormat::ALL.into_iter();
        format = one_of(name, value, all, |format| format.id())?;
    }
    Ok(format)
}

fn missing(id: &ServiceId, was_removed: bool) -> ProblemDetails {
    if was_removed {
        return ProblemDetails::new(StatusCode::GONE, format!("{id} was removed"));
    }
    let text = format!("there is no service {id}; GET /api/services lists all");
    ProblemDetails::new(StatusCode::NOT_FOUND, text)
}
