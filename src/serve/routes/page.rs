//! Routes that the page needs beside those of programs.

use axum::routing::get;

use super::watched::BASE;
use crate::document::map;
use crate::serve::route::{
    ApiAnswer, ApiParameter, ApiRoute, ParameterKind, ParameterPlace, RouteAccess,
};
use crate::serve::{page, timeline};

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
        path: "/api/timeline",
        summary: "What happened lately, the newest last",
        parameters: &[
            query(
                "service",
                ParameterKind::Text,
                "only about the service with this id",
            ),
            query(
                "limit",
                ParameterKind::Integer {
                    min: 0,
                    max: timeline::MOST_EVENTS,
                },
                "at most so many, the newest",
            ),
        ],
        answers: &[
            ApiAnswer::ok("TimelineDocument", "the events"),
            ApiAnswer::NOT_MODIFIED,
        ],
        handler: || get(timeline::timeline),
        ..BASE
    },
    ApiRoute {
        path: "/api/map",
        summary: "The map as the page shows it: SVG that its style sheet colours",
        parameters: &[
            query("stack", ParameterKind::Text, "only this stack"),
            query(
                "columns",
                ParameterKind::Integer {
                    min: 1,
                    max: map::PAGE_COLUMNS as u64,
                },
                "most cards beside each other",
            ),
        ],
        answers: &[
            ApiAnswer::media("image/svg+xml", "the map"),
            ApiAnswer::NOT_MODIFIED,
        ],
        handler: || get(page::map),
        ..BASE
    },
    ApiRoute {
        path: "/assets/{name}",
        access: RouteAccess::Public,
        summary: "A file of the page, without data",
        parameters: &[ApiParameter {
            name: "name",
            place: ParameterPlace::Path,
            kind: ParameterKind::Text,
            meaning: "its name, with a hash of its content",
        }],
        answers: &[
            ApiAnswer::media("text/javascript", "a module"),
            ApiAnswer::media("text/css", "the style sheet"),
            ApiAnswer::NOT_MODIFIED,
            ApiAnswer::problem(404, "there is no such file"),
        ],
        handler: || get(page::file),
        ..BASE
    },
];
