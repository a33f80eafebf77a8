//! Routes that operate on services.

use axum::routing::post;

use super::services::{ID, UNKNOWN};
use super::{ACT, READ};
use crate::serve::actions::{OperationVerb, planned, run};
use crate::serve::route::{
    AnswerBody, ApiAnswer, ApiParameter, ApiRoute, ParameterKind, ParameterPlace, RouteMethod,
};

const fn query(name: &'static str, meaning: &'static str) -> ApiParameter {
    ApiParameter {
        name,
        place: ParameterPlace::Query,
        kind: ParameterKind::Text,
        meaning,
    }
}

const OPERATION: ApiRoute = ApiRoute {
    method: RouteMethod::Post,
    path: "",
    access: ACT,
    summary: "",
    parameters: &[
        ID,
        query("plan", "hash of the plan that was shown; a stop needs it"),
        query(
            "production",
            "the `production_name` of the plan, where production is interrupted",
        ),
    ],
    body: None,
    answers: &[
        ApiAnswer {
            status: 202,
            meaning: "it runs; `Location` is where its progress is",
            body: AnswerBody::Json("AcceptedDocument"),
        },
        UNKNOWN,
        ApiAnswer::problem(
            409,
            "the plan does not hold any more, nothing would be done, or another operation runs",
        ),
        ApiAnswer::problem(
            423,
            "operations are off, hubdeck is read-only, or production is not named",
        ),
        ApiAnswer::problem(
            503,
            "the engine does not answer, or the audit record cannot be written",
        ),
    ],
    handler: || run(OperationVerb::Start),
};

/// The routes.
pub const ROUTES: &[ApiRoute] = &[
    ApiRoute {
        path: "/api/plans",
        access: READ,
        summary: "What an operation would do, with its hash; nothing is done",
        parameters: &[],
        body: Some("PlanRequest"),
        answers: &[
            ApiAnswer::ok("PlannedDocument", "the plan"),
            UNKNOWN,
            ApiAnswer::problem(409, "it cannot be done now, or nothing would be done"),
        ],
        handler: || post(planned),
        ..OPERATION
    },
    ApiRoute {
        path: "/api/services/{id}/start",
        summary: "Starts what does not run of a service",
        ..OPERATION
    },
    ApiRoute {
        path: "/api/services/{id}/stop",
        summary: "Stops a service",
        handler: || run(OperationVerb::Stop),
        ..OPERATION
    },
    ApiRoute {
        path: "/api/services/{id}/restart",
        summary: "Restarts a service",
        handler: || run(OperationVerb::Restart),
        ..OPERATION
    },
    ApiRoute {
        path: "/api/services/{id}/pause",
        summary: "Pauses a service",
        handler: || run(OperationVerb::Pause),
        ..OPERATION
    },
    ApiRoute {
        path: "/api/services/{id}/unpause",
        summary: "Unpauses a service",
        handler: || run(OperationVerb::Unpause),
        ..OPERATION
    },
];
