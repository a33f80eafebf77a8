//! Routes about what is watched.

use axum::routing::get;

use super::READ;
use crate::serve::handlers;
use crate::serve::route::{
    ApiAnswer, ApiParameter, ApiRoute, ParameterKind, ParameterPlace, RouteMethod,
};

/// What most routes have in common.
pub(super) const BASE: ApiRoute = ApiRoute {
    method: RouteMethod::Get,
    path: "/api/services",
    access: READ,
    summary: "",
    parameters: &[],
    body: None,
    answers: &[],
    handler: || get(handlers::services),
};

/// The id of a service.
pub(super) const ID: ApiParameter = ApiParameter {
    name: "id",
    place: ParameterPlace::Path,
    kind: ParameterKind::Text,
    meaning: "`stack/name`, or the name of a container outside stacks; the slash may be sent as it is",
};

const fn filter(name: &'static str, kind: ParameterKind, meaning: &'static str) -> ApiParameter {
    ApiParameter {
        name,
        place: ParameterPlace::RepeatedQuery,
        kind,
        meaning,
    }
}

/// No such service.
pub(super) const UNKNOWN: ApiAnswer = ApiAnswer::problem(404, "there is no such service");
/// A service that was removed.
pub(super) const REMOVED: ApiAnswer = ApiAnswer::problem(410, "the service was removed lately");

/// The routes.
pub const ROUTES: &[ApiRoute] = &[
    ApiRoute {
        summary: "Services with layer, state, reason, verdicts, ports, replicas, image, latest metrics and dependencies",
        parameters: &[
            filter(
                "stack",
                ParameterKind::Text,
                "only of this stack; empty: outside stacks",
            ),
            filter(
                "layer",
                ParameterKind::Text,
                "only of the layer with this id",
            ),
            filter(
                "state",
                ParameterKind::OneOf(&[
                    "healthy",
                    "running",
                    "completed",
                    "stopped",
                    "starting",
                    "unknown",
                    "degraded",
                    "unhealthy",
                ]),
                "only in this state",
            ),
            filter(
                "source",
                ParameterKind::OneOf(&["docker", "config"]),
                "only found by this source",
            ),
        ],
        answers: &[
            ApiAnswer::ok("ServicesDocument", "the services"),
            ApiAnswer::NOT_MODIFIED,
        ],
        ..BASE
    },
    ApiRoute {
        path: "/api/services/{id}",
        summary: "One service",
        parameters: &[ID],
        answers: &[
            ApiAnswer::ok("ServiceDocument", "the service"),
            ApiAnswer::NOT_MODIFIED,
            UNKNOWN,
            REMOVED,
        ],
        handler: || get(handlers::service),
        ..BASE
    },
    ApiRoute {
        path: "/api/services/{id}/explain",
        summary: "Why a service is in its state: sentence, evidence, likely causes, what to try",
        parameters: &[ID],
        answers: &[
            ApiAnswer::ok("Explanation", "the explanation"),
            ApiAnswer::NOT_MODIFIED,
            UNKNOWN,
            REMOVED,
        ],
        handler: || get(handlers::explanation),
        ..BASE
    },
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
];
