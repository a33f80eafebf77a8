//! Routes that stream, and what Prometheus scrapes.

use axum::routing::get;

use super::services::{BASE, ID, REMOVED, UNKNOWN};
use crate::serve::route::{ApiAnswer, ApiParameter, ApiRoute, ParameterKind, ParameterPlace};
use crate::serve::streams::{events, logs};
use crate::serve::{metrics, services};

const STREAMS_TAKEN: ApiAnswer = ApiAnswer::problem(
    503,
    "the engine does not answer, or as many streams are open as may be",
);

const fn query(name: &'static str, kind: ParameterKind, meaning: &'static str) -> ApiParameter {
    ApiParameter {
        name,
        place: ParameterPlace::Query,
        kind,
        meaning,
    }
}

/// The routes.
pub const ROUTES: &[ApiRoute] = &[
    ApiRoute {
        path: "/api/services/{id}/logs",
        summary: "The log of a service as text; with `follow=true` as server-sent events",
        parameters: &[
            ID,
            query(
                "tail",
                ParameterKind::Integer {
                    min: 0,
                    max: logs::MOST_TAIL as u64,
                },
                "lines from the end",
            ),
            query(
                "since",
                ParameterKind::Text,
                "a moment such as `10m`, `14:02` or `2026-05-01T12:00:00Z`",
            ),
            query(
                "follow",
                ParameterKind::Flag,
                "whether to go on with new lines",
            ),
        ],
        answers: &[
            ApiAnswer::media("text/plain", "the lines"),
            ApiAnswer::media("text/event-stream", "the lines as events"),
            UNKNOWN,
            REMOVED,
            STREAMS_TAKEN,
        ],
        handler: || get(services::service_logs),
        ..BASE
    },
    ApiRoute {
        path: "/api/events",
        summary: "Changes of services, incidents, operations and the engine, as server-sent events",
        parameters: &[
            ApiParameter {
                name: "Last-Event-ID",
                place: ParameterPlace::Header,
                kind: ParameterKind::Text,
                meaning: "id of the last event that the client has",
            },
            query(
                "last_event_id",
                ParameterKind::Text,
                "the same, for clients that cannot send the header",
            ),
        ],
        answers: &[
            ApiAnswer::media("text/event-stream", "the events"),
            ApiAnswer::problem(410, "events behind that id are no longer kept"),
            STREAMS_TAKEN,
        ],
        handler: || get(events::events),
        ..BASE
    },
    ApiRoute {
        path: "/metrics",
        summary: "Figures for Prometheus; as OpenMetrics or JSON by `Accept`",
        answers: &[
            ApiAnswer::media("text/plain", "the text format of Prometheus"),
            ApiAnswer::media("application/openmetrics-text", "OpenMetrics"),
            ApiAnswer::ok("MetricsDocument", "the figures of `/api/metrics`"),
            ApiAnswer::NOT_MODIFIED,
        ],
        handler: || get(metrics::scrape),
        ..BASE
    },
];
