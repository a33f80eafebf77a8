//! Routes that the page was made for.

use axum::routing::get;

use super::READ;
use crate::document::map::PAGE_COLUMNS;
use crate::serve::route::{
    ApiAnswer, ApiParameter, ApiRoute, ParameterKind, ParameterPlace, RouteAccess, RouteMethod,
};
use crate::serve::{page, timeline};

const BASE: ApiRoute = ApiRoute {
    method: RouteMethod::Get,
    path: "/assets/{name}",
    access: READ,
    summary: "",
    parameters: &[],
    body: None,
    answers: &[],
    handler: || get(page::file),
};

const fn in_query(name: &'static str, kind: ParameterKind, meaning: &'static str) -> ApiParameter {
    ApiParameter {
        name,
        place: ParameterPlace::Query,
        kind,
        meaning,
    }
}

/// The files of the page.
pub const FILES: &[ApiRoute] = &[ApiRoute {
    access: RouteAccess::Public,
    summary: "Style sheet, scripts and icons of the page; their names change with what they hold",
    parameters: &[ApiParameter {
        name: "name",
        place: ParameterPlace::Path,
        kind: ParameterKind::Text,
        meaning: "name of the file, as the page has it",
    }],
    answers: &[
        ApiAnswer::media("text/javascript", "a script"),
        ApiAnswer::media("text/css", "the style sheet"),
        ApiAnswer::media("image/svg+xml", "an icon"),
        ApiAnswer::problem(404, "there is no such file"),
    ],
    ..BASE
}];

/// Documents.
pub const ROUTES: &[ApiRoute] = &[
    ApiRoute {
        path: "/api/map",
        summary: "The map as an `<svg>` element for a page: without looks of its own, each card a link to `#/services/{id}`",
        parameters: &[
            in_query(
                "stack",
                ParameterKind::Text,
                "only services of this stack; empty: outside stacks",
            ),
            in_query(
                "columns",
                ParameterKind::Integer {
                    min: 1,
                    max: PAGE_COLUMNS as u64,
                },
                "most cards beside each other; 4 where it is left out",
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
        path: "/api/timeline",
        summary: "What happened lately, oldest first: changes of health, of containers, incidents, operations",
        parameters: &[
            in_query(
                "service",
                ParameterKind::Text,
                "only events about this service",
            ),
            in_query(
                "limit",
                ParameterKind::Integer {
                    min: 0,
                    max: 1_000_000,
                },
                "at most so many, the newest; 200 where it is left out",
            ),
        ],
        answers: &[
            ApiAnswer::ok("TimelineDocument", "the events"),
            ApiAnswer::NOT_MODIFIED,
        ],
        handler: || get(timeline::timeline),
        ..BASE
    },
];
