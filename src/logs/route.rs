//! The route of a request path.

use super::mask::Tokens;
use crate::model::text::head;

/// Longest route, in bytes; what comes after it is cut.
const MAX_ROUTE: usize = 120;

/// `path` without host, query and fragment, its identifiers replaced by `<*>`: what requests of one
/// kind share.
#[must_use]
pub fn route(path: &str) -> String {
    let path = match path.split_once("://") {
        Some((_scheme, rest)) => rest.find('/').map_or("/", |at| rest.split_at(at).1),
        None => path,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut tokens = Tokens::default();
    tokens.read_whole(head(path, MAX_ROUTE));
    tokens.iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_one_kind_share_a_route() {
        for (path, expected) in [
            ("/", "/"),
            ("/api/orders/4711/items?page=2", "/api/orders/<*>/items"),
            (
                "/api/v1/users/550e8400-e29b-41d4-a716-446655440000",
                "/api/v1/users/<*>",
            ),
            ("http://hub.local:80/a/b#c", "/a/b"),
            ("http://hub.local", "/"),
            ("*", "*"),
            ("", ""),
        ] {
            assert_eq!(route(path), expected, "{path}");
        }
        assert!(route(&"/a".repeat(500)).len() <= MAX_ROUTE);
    }
}
