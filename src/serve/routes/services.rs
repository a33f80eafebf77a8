//! Routes about single services.

use axum::routing::get;

use super::READ;
use crate::serve::route::{
    ApiAnswer, ApiParameter, ApiRoute, ParameterKind, ParameterPlace, RouteMethod,
};
use crate::serve::services;

/// What most routes have in common.
pub(super) const BASE: ApiRoute = ApiRoute {
    method: RouteMethod::Get,
    path: "/api/services",
    access: READ,
    summary: "",
    parameters: &[],
    body: None,
    answers: &[],
    handler: || get(services::services),
};

/// The id of a service.
pub(super) const ID: ApiParameter = ApiParameter {
    name: "id",
    place: ParameterPlace::Path,
    kind: ParameterKind::ServiceId,
    meaning: "`stack/name`, or the name of a container outside stacks; the slash may be sent as it is",
};

/// Parameters that choose services; a repeated one takes any of its values.
pub(super) const FILTERS: [ApiParameter; 4] = [
    filter(
        "stack",
        ParameterKind::Text,
        "only of this stack; empty: outside stacks",
    ),
    filter(
        "layer",
        ParameterKind::LayerId,
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
];

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
        parameters: &FILTERS,
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
        handler: || get(services::service),
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
        handler: || get(services::explanation),
        ..BASE
    },
    ApiRoute {
        path: "/api/services/{id}/metrics",
        summary: "What was measured of a service over time, gaps as null",
        parameters: &[
            ID,
            ApiParameter {
                name: "window",
                place: ParameterPlace::Query,
                kind: ParameterKind::Duration,
                meaning: "how far back, such as `15m`; all that is kept where it is left out",
            },
        ],
        answers: &[
            ApiAnswer::ok("SeriesDocument", "columns of one length, oldest first"),
            ApiAnswer::NOT_MODIFIED,
            UNKNOWN,
            REMOVED,
        ],
        handler: || get(services::series),
        ..BASE
    },
];
