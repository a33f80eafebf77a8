//! The routes, each with its handler.
//!
//! | route | answers |
//! |---|---|
//! | `GET /` | links for programs, a page for browsers (`Accept: text/html`) |
//! | `GET /api/health` | our own health, without a token |
//! | `GET /api/services[?stack=&layer=&state=&source=]` | services |
//! | `GET /api/services/{id}` | one service; 410 when it was removed lately |
//! | `GET /api/services/{id}/explain` | why it is as it is: sentence, evidence, hint, what to try |
//! | `GET /api/architecture[?format=]` | layers, services with reasons, edges; as JSON, text, Mermaid, DOT or SVG |
//! | `GET /api/incidents` | open incidents and those that ended lately |
//! | `GET /api/layers` | totals per layer |
//! | `GET /api/metrics` | figures |
//! | `GET /api/discovery` | engine, counts, stacks, sources |
//! | `POST /api/cache/clear` | forgets results, polls and probes now |
//! | `GET /api/cache/info` | time to live, age, entries, hits, misses |
//! | `GET /livez`, `GET /readyz` | process runs; snapshot is complete and fresh, without a token |
//! | `OPTIONS` on each | 204 with what is allowed there |

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn_with_state, map_response};
use axum::routing::{get, post};
use tokio::sync::watch;

use super::{BODY_LIMIT, Kept, LiveOptions, cache, guard, handlers, health, page, problem};
use crate::model::Snapshot;
use crate::operate::Operations;

/// Every route over `snapshots`; changes go through `operations`.
pub fn router(
    snapshots: watch::Receiver<Arc<Snapshot>>,
    operations: Arc<dyn Operations>,
    options: impl Into<LiveOptions>,
) -> Router {
    let cache = Arc::new(cache::ResponseCache::new(snapshots));
    let shared = Kept {
        cache,
        operations,
        options: options.into(),
    };
    let routes = routes()
        .fallback(problem::unknown_path)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(from_fn_with_state(shared.clone(), guard::guard))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(shared);
    // The router names the methods of a route in its answer, after all that stands inside.
    Router::new()
        .fallback_service(routes)
        .layer(map_response(problem::allow_options))
}

fn routes() -> Router<Kept> {
    Router::new()
        .route("/", get(page::index))
        .route("/livez", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/api/health", get(health::own))
        .route("/api/services", get(handlers::services))
        .route("/api/services/{*id}", get(handlers::service))
        .route("/api/architecture", get(handlers::architecture))
        .route("/api/incidents", get(handlers::incidents))
        .route("/api/layers", get(handlers::layers))
        .route("/api/metrics", get(handlers::metrics))
        .route("/api/discovery", get(handlers::discovery))
        .route("/api/cache/clear", post(health::clear_cache))
        .route("/api/cache/info", get(health::cache_info))
}
