//! Documents about the API itself, made of the list of routes when they are first asked for.

use std::sync::OnceLock;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use serde::Serialize;

use super::Shared;
use super::cache::{FixedAnswer, Kind, json};
use super::openapi;
use super::route::ApiRoute;

/// The routes, with what was made of them.
pub struct Directory {
    /// The answer of `GET /` to programs.
    pub information: FixedAnswer,
    routes: Vec<&'static ApiRoute>,
    reference: OnceLock<FixedAnswer>,
}

/// `GET /` as JSON.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Serialize)]
pub struct InformationDocument {
    /// `hubdeck`.
    service: &'static str,
    /// Version of hubdeck.
    version: &'static str,
    /// What hubdeck is.
    description: &'static str,
    /// Every path, relative, so that it holds behind a prefix.
    endpoints: Vec<&'static str>,
}

impl Directory {
    /// The documents about `routes`.
    pub fn of(routes: impl Iterator<Item = &'static ApiRoute>) -> Self {
        let routes: Vec<&ApiRoute> = routes.collect();
        let mut endpoints: Vec<&str> = Vec::new();
        for route in &routes {
            let relative = route.path.trim_start_matches('/');
            if !relative.is_empty() && !endpoints.contains(&relative) {
                endpoints.push(relative);
            }
        }
        let information = InformationDocument {
            service: "hubdeck",
            version: env!("CARGO_PKG_VERSION"),
            description: env!("CARGO_PKG_DESCRIPTION"),
            endpoints,
        };
        Self {
            // Plain strings always serialise.
            information: FixedAnswer::new(
                json(&information).unwrap_or_default(),
                "application/json",
            ),
            routes,
            reference: OnceLock::new(),
        }
    }
}

/// `GET /api/openapi.json`.
pub async fn openapi(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let current = shared.cache.current();
    shared
        .cache
        .shared(&current, Kind::OpenApi, &headers, |current| {
            let layers = &current.snapshot.layers;
            json(&openapi::document(&shared.directory.routes, layers))
        })
}

/// `GET /api/docs`.
pub async fn reference(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let directory = &shared.directory;
    let made = || {
        let page = Bytes::from(openapi::reference(&directory.routes));
        FixedAnswer::new(page, "text/html; charset=utf-8")
    };
    let mut response = directory.reference.get_or_init(made).answer(&headers);
    response.headers_mut().insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(openapi::POLICY),
    );
    response
}
