//! Routes about all that is watched.

use axum::routing::get;

use super::READ;
use super::services::FILTERS;
use crate::serve::route::{
    AnswerBody, ApiAnswer, ApiParameter, ApiRoute, ParameterKind, ParameterPlace, RouteMethod,
};
use crate::serve::{handlers, operations};

const BASE: ApiRoute = ApiRoute {
    method: RouteMethod::Get,
    path: "/api/layers",
    access: READ,
    summary: "",
    parameters: &[],
    body: None,
    answers: &[],
    handler: || get(handlers::layers),
};

/// The routes.
pub const ROUTES: &[ApiRoute] = &[
    ApiRoute {
        path: "/api/architecture",
        summary: "The map: layers, services and edges with provenance; also as text, Mermaid, DOT or SVG",
        parameters: &[ApiParameter {
            name: "format",
            place: ParameterPlace::Query,
            kind: ParameterKind::OneOf(&["json", "text", "mermaid", "dot", "svg"]),
            meaning: "form of the answer; JSON where it is left out",
        }],
        answers: &[
            ApiAnswer::ok("ArchitectureDocument", "the map"),
            ApiAnswer::media("text/plain", "as text or Mermaid"),
            ApiAnswer::media("text/vnd.graphviz", "as DOT"),
            ApiAnswer::media("image/svg+xml", "as SVG"),
            ApiAnswer::NOT_MODIFIED,
        ],
        handler: || get(handlers::architecture),
        ..BASE
    },
    ApiRoute {
        path: "/api/layers",
        summary: "Totals by state, CPU and memory of each layer",
        answers: &[
            ApiAnswer::ok("LayersDocument", "the totals"),
            ApiAnswer::NOT_MODIFIED,
        ],
        handler: || get(handlers::layers),
        ..BASE
    },
    ApiRoute {
        path: "/api/incidents",
        summary: "Open incidents and those that ended lately, and runs whose last log lines are kept",
        answers: &[
            ApiAnswer::ok("IncidentsDocument", "the incidents"),
            ApiAnswer::NOT_MODIFIED,
        ],
        handler: || get(handlers::incidents),
        ..BASE
    },
    ApiRoute {
        path: "/api/metrics",
        summary: "Figures of all services, of each layer and of hubdeck itself",
        answers: &[ApiAnswer::ok("MetricsDocument", "the figures")],
        handler: || get(handlers::metrics),
        ..BASE
    },
    ApiRoute {
        path: "/api/discovery",
        summary: "Engine, counts, stacks, last and next poll, and what was found by which source",
        answers: &[
            ApiAnswer::ok("DiscoveryDocument", "what was found"),
            ApiAnswer::NOT_MODIFIED,
        ],
        handler: || get(handlers::discovery),
        ..BASE
    },
    ApiRoute {
        path: "/api/health/stack",
        summary: "Health of what is watched in one word, with what is degraded or unhealthy",
        parameters: &[
            FILTERS[0],
            FILTERS[1],
            FILTERS[2],
            FILTERS[3],
            ApiParameter {
                name: "strict",
                place: ParameterPlace::Query,
                kind: ParameterKind::Flag,
                meaning: "answer with the status 429 or 503 where not all is healthy",
            },
        ],
        answers: &[
            ApiAnswer::ok("StackHealthDocument", "healthy, or not asked strictly"),
            ApiAnswer::NOT_MODIFIED,
            ApiAnswer {
                status: 429,
                meaning: "asked strictly: something is degraded; without `Retry-After`",
                body: AnswerBody::Json("StackHealthDocument"),
            },
            ApiAnswer {
                status: 503,
                meaning: "asked strictly: something is unhealthy, or nothing can be seen",
                body: AnswerBody::Json("StackHealthDocument"),
            },
        ],
        handler: || get(handlers::stack_health),
        ..BASE
    },
    ApiRoute {
        path: "/api/operations",
        summary: "Operations that run or ended lately, step by step",
        answers: &[
            ApiAnswer::ok("OperationsDocument", "the operations"),
            ApiAnswer::NOT_MODIFIED,
        ],
        handler: || get(operations::operations),
        ..BASE
    },
    ApiRoute {
        path: "/api/operations/{id}",
        summary: "Progress and result of one operation",
        parameters: &[ApiParameter {
            name: "id",
            place: ParameterPlace::Path,
            kind: ParameterKind::Integer {
                min: 0,
                max: u64::MAX,
            },
            meaning: "its number",
        }],
        answers: &[
            ApiAnswer::ok("OperationEntryDocument", "the operation"),
            ApiAnswer::NOT_MODIFIED,
            ApiAnswer::problem(404, "there is no such operation"),
            ApiAnswer::problem(410, "it is no longer kept"),
        ],
        handler: || get(operations::operation),
        ..BASE
    },
];
