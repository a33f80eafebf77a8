//! The path of a request as the list of routes writes it.

use axum::extract::Request;
use axum::http::{Method, Uri};
use percent_encoding::percent_decode_str;

use super::asked_path::AskedPath;
use super::routes;

const SERVICES: &str = "/api/services/";

/// Takes `prefix` off the path of a request, and puts an id with slashes into one segment, as the
/// routes have it: `/hub/api/services/hub/backend/explain` becomes
/// `/api/services/hub%2Fbackend/explain`. A service may be called as a route below it: its own id
/// comes first where something is read.
pub fn as_listed(
    request: &mut Request,
    prefix: Option<&str>,
    is_service: impl FnOnce(&str) -> bool,
) {
    let path = request.uri().path();
    let bare = prefix.and_then(|prefix| without(path, prefix));
    let joined = joined(
        bare.as_deref().unwrap_or(path),
        request.method(),
        is_service,
    );
    if let Some(listed) = joined.or(bare) {
        replace(request, &listed);
    }
}

/// Puts `listed` in the place of the path of `request`.
fn replace(request: &mut Request, listed: &str) {
    let asked = AskedPath(request.uri().path().to_owned());
    let query = request.uri().query();
    let target = query.map_or_else(|| listed.to_owned(), |query| format!("{listed}?{query}"));
    let mut parts = request.uri().clone().into_parts();
    if let Ok(target) = target.parse() {
        parts.path_and_query = Some(target);
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
            request.extensions_mut().insert(asked);
        }
    }
}

/// The path without `prefix`, which stands in front of all or behind `/api`: `/hub/livez` and
/// `/api/hub/health`. `None` where it has none.
fn without(path: &str, prefix: &str) -> Option<String> {
    let behind = |path: &str| {
        let rest = path.strip_prefix(prefix)?;
        rest.starts_with('/').then(|| rest.to_owned())
    };
    behind(path).or_else(|| Some(format!("/api{}", behind(path.strip_prefix("/api")?)?)))
}

/// The path with the id in one segment; `None` where it is already.
fn joined(path: &str, method: &Method, is_service: impl FnOnce(&str) -> bool) -> Option<String> {
    let rest = path.strip_prefix(SERVICES)?;
    let (before, last) = rest.rsplit_once('/')?;
    let is_below = routes::is_below_service(last, method)
        && !(*method == Method::GET
            && percent_decode_str(rest)
                .decode_utf8()
                .is_ok_and(|id| is_service(&id)));
    match is_below {
        true if !before.contains('/') => None,
        true => Some(format!("{SERVICES}{}/{last}", before.replace('/', "%2F"))),
        false => Some(format!("{SERVICES}{}", rest.replace('/', "%2F"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_taken_off_in_front_and_behind_api() {
        for (path, bare) in [
            ("/hub/", Some("/")),
            ("/hub/livez", Some("/livez")),
            ("/hub/api/services/hub/db", Some("/api/services/hub/db")),
            ("/api/hub/health", Some("/api/health")),
            ("/api/hub/services/hub/db", Some("/api/services/hub/db")),
            ("/hub", None),
            ("/hubs/livez", None),
            ("/api/hubs/health", None),
            ("/api/services/hub/db", None),
            ("/livez", None),
        ] {
            assert_eq!(without(path, "/hub").as_deref(), bare, "{path}");
        }
    }

    #[test]
    fn ids_stand_in_one_segment() {
        let is_service = |id: &str| id == "hub/explain";
        for (path, joined_path) in [
            ("/api/services/hub", None),
            ("/api/services/hub%2Fdb", None),
            ("/api/services/hub/db", Some("/api/services/hub%2Fdb")),
            ("/api/services/hub/db/", Some("/api/services/hub%2Fdb%2F")),
            ("/api/services/alone/explain", None),
            ("/api/services/hub%2Fdb/explain", None),
            (
                "/api/services/hub/db/explain",
                Some("/api/services/hub%2Fdb/explain"),
            ),
            (
                "/api/services/hub/explain",
                Some("/api/services/hub%2Fexplain"),
            ),
            (
                "/api/services/hub/explain/explain",
                Some("/api/services/hub%2Fexplain/explain"),
            ),
            ("/api/services/../livez", Some("/api/services/..%2Flivez")),
            ("/api/services", None),
            ("/livez", None),
        ] {
            assert_eq!(
                joined(path, &Method::GET, is_service).as_deref(),
                joined_path,
                "{path}"
            );
        }
    }
}
