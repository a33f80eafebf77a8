//! Routes about hubdeck itself.

use axum::routing::{get, post};

use super::{ADMIN, READ};
use crate::serve::route::{AnswerBody, ApiAnswer, ApiRoute, RouteAccess, RouteMethod};
use crate::serve::{directory, health, page};

const BASE: ApiRoute = ApiRoute {
    method: RouteMethod::Get,
    path: "/",
    access: READ,
    summary: "",
    parameters: &[],
    body: None,
    answers: &[],
    handler: || get(page::index),
};

/// The entrance.
pub const ENTRANCE: &[ApiRoute] = &[ApiRoute {
    summary: "What there is, as JSON; a page for a browser (`Accept: text/html`)",
    answers: &[
        ApiAnswer::ok("InformationDocument", "what there is"),
        ApiAnswer::media("text/html", "the page"),
        ApiAnswer::NOT_MODIFIED,
    ],
    ..BASE
}];

/// Documents about the API.
pub const REFERENCE: &[ApiRoute] = &[
    ApiRoute {
        path: "/api/openapi.json",
        summary: "This API as an OpenAPI 3.1 document",
        answers: &[
            ApiAnswer {
                status: 200,
                meaning: "the document",
                body: AnswerBody::Media("application/json"),
            },
            ApiAnswer::NOT_MODIFIED,
        ],
        handler: || get(directory::openapi),
        ..BASE
    },
    ApiRoute {
        path: "/api/docs",
        summary: "This API as a page",
        answers: &[
            ApiAnswer::media("text/html", "the page"),
            ApiAnswer::NOT_MODIFIED,
        ],
        handler: || get(directory::reference),
        ..BASE
    },
];

/// Liveness, readiness and health of hubdeck itself.
pub const HEALTH: &[ApiRoute] = &[
    ApiRoute {
        path: "/livez",
        access: RouteAccess::Public,
        summary: "Whether the process runs",
        answers: &[ApiAnswer::ok("LivenessDocument", "it runs")],
        handler: || get(health::alive),
        ..BASE
    },
    ApiRoute {
        path: "/readyz",
        access: RouteAccess::Public,
        summary: "Whether the engine answers, the last poll is fresh and every part of hubdeck runs",
        answers: &[
            ApiAnswer::ok("ReadinessDocument", "ready"),
            ApiAnswer::problem(503, "not ready, and why"),
        ],
        handler: || get(health::ready),
        ..BASE
    },
    ApiRoute {
        path: "/api/health",
        access: RouteAccess::Public,
        summary: "Health of hubdeck itself, whatever the state of what it watches",
        answers: &[
            ApiAnswer::ok("OwnHealthDocument", "every part of hubdeck runs"),
            ApiAnswer {
                status: 503,
                meaning: "a part of hubdeck is down",
                body: AnswerBody::Json("OwnHealthDocument"),
            },
        ],
        handler: || get(health::own),
        ..BASE
    },
];

/// The cache.
pub const CACHE: &[ApiRoute] = &[
    ApiRoute {
        path: "/api/cache/info",
        summary: "Time to live and age of results, and how often answers were reused",
        answers: &[ApiAnswer::ok("CacheDocument", "the figures")],
        handler: || get(health::cache_info),
        ..BASE
    },
    ApiRoute {
        method: RouteMethod::Post,
        path: "/api/cache/clear",
        access: ADMIN,
        summary: "Discards cached results, polls and probes now; later answers show it",
        answers: &[ApiAnswer::ok("ClearedDocument", "discarded")],
        handler: || post(health::clear_cache),
        ..BASE
    },
];
