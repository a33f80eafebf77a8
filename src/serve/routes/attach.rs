//! Routes that `hubdeck --attach` reads.

use axum::routing::get;

use super::services::BASE;
use crate::serve::attach;
use crate::serve::route::{ApiAnswer, ApiParameter, ApiRoute, ParameterKind, ParameterPlace};

const FRAMES: ApiAnswer = ApiAnswer::media("application/vnd.hubdeck.attach", "frames");

/// The routes.
pub const ROUTES: &[ApiRoute] = &[
    ApiRoute {
        path: "/api/attach/snapshot",
        summary: "The whole snapshot once, for `hubdeck --attach`",
        answers: &[FRAMES],
        handler: || get(attach::snapshot),
        ..BASE
    },
    ApiRoute {
        path: "/api/attach/stream",
        summary: "The snapshot and what changes of it, for `hubdeck --attach`",
        answers: &[FRAMES],
        handler: || get(attach::stream),
        ..BASE
    },
    ApiRoute {
        path: "/api/attach/logs",
        summary: "Log lines, for `hubdeck --attach`",
        parameters: &[ApiParameter {
            name: "query",
            place: ParameterPlace::Query,
            kind: ParameterKind::Text,
            meaning: "which lines, as JSON",
        }],
        answers: &[
            FRAMES,
            ApiAnswer::problem(404, "there is no such container"),
        ],
        handler: || get(attach::logs),
        ..BASE
    },
];
