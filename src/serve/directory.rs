//! What is made of the list of routes once, when the router is.

use axum::body::Bytes;
use serde::Serialize;

use super::route::ApiRoute;

/// Documents about the API itself.
pub struct Directory {
    /// The answer of `GET /` to programs.
    pub information: Bytes,
}

/// `GET /` as JSON.
#[derive(Serialize)]
struct InformationDocument {
    /// `hubdeck`.
    service: &'static str,
    /// Version of hubdeck.
    version: &'static str,
    /// What hubdeck is.
    description: &'static str,
    /// Every path, relative, so that it holds behind a prefix.
    endpoints: Vec<&'static str>,
}

impl Directory {
    /// The documents about `routes`.
    pub fn of(routes: impl Iterator<Item = &'static ApiRoute>) -> Self {
        let mut endpoints: Vec<&str> = Vec::new();
        for route in routes {
            let relative = route.path.trim_start_matches('/');
            if !relative.is_empty() && !endpoints.contains(&relative) {
                endpoints.push(relative);
            }
        }
        let information = InformationDocument {
            service: "hubdeck",
            version: env!("CARGO_PKG_VERSION"),
            description: env!("CARGO_PKG_DESCRIPTION"),
            endpoints,
        };
        Self {
            // Plain strings always serialise.
            information: serde_json::to_vec(&information).unwrap_or_default().into(),
        }
    }
}
