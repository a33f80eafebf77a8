//! The router over the list of routes, and what stands around it.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::Response;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::directory::Directory;
use super::streams::Streams;
use super::{BODY_LIMIT, Kept, LiveOptions, Shared, cache, guard, path, prefix, problem, routes};
use crate::model::{ServiceId, Snapshot};
use crate::operate::Operations;

/// Every route over `snapshots`; changes go through `operations`. Streams end with their clients.
pub fn router(
    snapshots: watch::Receiver<Arc<Snapshot>>,
    operations: Arc<dyn Operations>,
    options: impl Into<LiveOptions>,
) -> Router {
    let streams = Streams::new(snapshots.clone(), CancellationToken::new());
    router_with(snapshots, operations, options, streams)
}

/// The same with `streams`.
pub fn router_with(
    snapshots: watch::Receiver<Arc<Snapshot>>,
    operations: Arc<dyn Operations>,
    options: impl Into<LiveOptions>,
    streams: Streams,
) -> Router {
    let shared = Kept {
        cache: Arc::new(cache::ResponseCache::new(snapshots)),
        operations,
        streams,
        options: options.into(),
        directory: Arc::new(Directory::of(routes::all())),
        gate: Arc::default(),
    };
    let routes = listed()
        .fallback(problem::unknown_path)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(from_fn_with_state(shared.clone(), guard::guard))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(shared.clone());
    // The router names the methods of a route in its answer, after all that stands inside.
    Router::new()
        .fallback_service(routes)
        .layer(from_fn_with_state(shared, arrive))
        .layer(map_response(problem::allow_options))
}

/// Every route of the list.
fn listed() -> Router<Kept> {
    routes::all().fold(Router::new(), |router, route| {
        router.route(route.path, (route.handler)())
    })
}

/// Every request first: behind the prefix of a proxy, with its path as the list has it.
async fn arrive(State(shared): State<Shared>, mut request: Request, next: Next) -> Response {
    let prefix = prefix::of(request.headers(), &shared.options);
    if let Some(redirect) = prefix
        .as_deref()
        .and_then(|prefix| prefix::redirect(&request, prefix))
    {
        return redirect;
    }
    path::as_listed(&mut request, prefix.as_deref(), |id| {
        let current = shared.cache.current();
        current.snapshot.service(&ServiceId::from(id)).is_some()
    });
    next.run(request).await
}
