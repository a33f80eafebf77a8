//! The one list of routes: the router, the guard, `GET /`, the OpenAPI document and the table in
//! `docs/http-api.md` are made from it.

mod attach;
mod browser;
mod operations;
mod own;
mod services;
mod streams;
mod watched;

use axum::http::Method;

use super::route::{ApiRoute, RouteAccess};
use crate::model::TokenScope;

/// Access of what only reads.
const READ: RouteAccess = RouteAccess::Scope(TokenScope::Read);
/// Access of what operates on services.
const ACT: RouteAccess = RouteAccess::Scope(TokenScope::Act);
/// Access of what administers hubdeck itself.
const ADMIN: RouteAccess = RouteAccess::Scope(TokenScope::Admin);

/// Lists of routes, in the order in which they are documented.
const LISTS: &[&[ApiRoute]] = &[
    own::ENTRANCE,
    browser::FILES,
    own::HEALTH,
    services::ROUTES,
    watched::ROUTES,
    operations::ROUTES,
    streams::ROUTES,
    browser::ROUTES,
    attach::ROUTES,
    own::CACHE,
    own::REFERENCE,
];

/// Every route.
pub fn all() -> impl Iterator<Item = &'static ApiRoute> + Clone {
    LISTS.iter().copied().flatten()
}

/// What a request with `method` for a path must bring; `matched` is the path as the list has it,
/// `None` where no route has it. `OPTIONS` needs what `GET` needs; a method that the path does not
/// take needs the scope to read, so that strangers do not learn what there is.
pub fn access(matched: Option<&str>, method: &Method) -> RouteAccess {
    let asked = match *method {
        Method::OPTIONS => &Method::GET,
        _ => method,
    };
    all()
        .find(|route| Some(route.path) == matched && route.method.takes(asked))
        .map_or(READ, |route| route.access)
}

/// The last segments behind the id of a service, such as `explain`, that a request with `method`
/// may name.
pub fn is_below_service(segment: &str, method: &Method) -> bool {
    all().any(|route| {
        let below = route.path.strip_prefix("/api/services/{id}/");
        below == Some(segment) && (route.method.takes(method) || *method == Method::OPTIONS)
    })
}

#[cfg(test)]
mod tests;
