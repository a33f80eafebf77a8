//! Routes of proxies.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::text;

/// Longest host and longest path, in characters.
const LONGEST: usize = 60;

/// What a proxy passes to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RouteKind {
    /// The requests themselves.
    Requests,
    /// Each request of other routes, for permission (Traefik's `forwardAuth`).
    ForwardAuth,
}

/// Requests that a proxy passes to a service, as its configuration or the service's labels define.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Route {
    /// What is passed.
    pub kind: RouteKind,
    /// Host that the requests are for; empty where that makes no difference.
    pub host: String,
    /// Path of the requests, or what a pattern of it begins with; empty where it is not known.
    pub path: String,
    /// Port of the service; `None` where it is not known.
    pub to: Option<u16>,
}

impl Route {
    /// Requests for `path` on `host` go to port `to`. Both texts are cleaned and bounded.
    #[must_use]
    pub fn new(host: &str, path: &str, to: Option<u16>) -> Self {
        Self {
            kind: RouteKind::Requests,
            host: text::one_line(host, LONGEST),
            path: text::one_line(path, LONGEST),
            to,
        }
    }

    /// Port `to` is asked for permission.
    #[must_use]
    pub const fn forward_auth(to: Option<u16>) -> Self {
        Self {
            kind: RouteKind::ForwardAuth,
            host: String::new(),
            path: String::new(),
            to,
        }
    }

    /// Host and path, `a.example/api`; the port where neither is known, `:8000`; empty where nothing
    /// is.
    #[must_use]
    pub fn label(&self) -> String {
        let requests = match self.kind {
            RouteKind::Requests => format!("{}{}", self.host, self.path),
            RouteKind::ForwardAuth => "forward auth".to_owned(),
        };
        match self.to {
            Some(port) if requests.is_empty() => format!(":{port}"),
            _ => requests,
        }
    }
}

impl fmt::Display for Route {
    /// `a.example/api → :8000`, or as much of it as is known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label())?;
        let has_requests =
            self.kind == RouteKind::ForwardAuth || !self.host.is_empty() || !self.path.is_empty();
        match self.to {
            Some(port) if has_requests => write!(f, " → :{port}"),
            _ => Ok(()),
        }
    }
}

impl Ord for Route {
    /// In the order in which they are read.
    fn cmp(&self, other: &Self) -> Ordering {
        let words = |route: &Self| (route.to_string(), route.host.len());
        words(self).cmp(&words(other))
    }
}

impl PartialOrd for Route {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_written_as_far_as_it_is_told() {
        for (route, words, label) in [
            (
                Route::new("a.example", "/api", Some(8000)),
                "a.example/api → :8000",
                "a.example/api",
            ),
            (Route::new("", "/api", None), "/api", "/api"),
            (Route::new("", "", Some(80)), ":80", ":80"),
            (Route::new("", "", None), "", ""),
            (
                Route::forward_auth(Some(9091)),
                "forward auth → :9091",
                "forward auth",
            ),
        ] {
            assert_eq!(
                (route.to_string().as_str(), route.label().as_str()),
                (words, label)
            );
        }
        let hostile = Route::new("", &format!("/\u{1b}[31m{}", "x".repeat(100)), None);
        assert!(!hostile.path.contains('\u{1b}') && hostile.path.chars().count() == LONGEST);
    }
}
