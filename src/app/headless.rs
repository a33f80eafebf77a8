//! `hubdeck --serve`: the pipeline with HTTP in front.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::config::{Changes, Face, Loaded, Settings, Token, Watcher};
use crate::engine::ConnectRequest;
use crate::model::{EngineStatus, Snapshot, Timestamp};
use crate::serve;

use super::failure::Failure;
use super::logging::OwnLog;
use super::pipeline::{Lifetime, Pipeline};
use super::reload::{self, Running, sentences, warn};
use super::{audit_file, ending, signal};

/// Serves until a signal asks for the end; open requests are answered first.
///
/// # Errors
/// An address that may not or cannot be listened on.
pub async fn run(loaded: Loaded, watcher: Option<Watcher>, log: OwnLog) -> Result<(), Failure> {
    let settings = &loaded.settings;
    let token = loaded.serve_token()?;
    let address = SocketAddr::new(settings.serve.host, settings.serve.port);
    let listener = serve::bind(address).await.map_err(|error| Failure::Setup(error.to_string()))?;
    let bound = listener.local_addr().unwrap_or(address);

    let engine = &settings.engine;
    let request = ConnectRequest::from_environment(engine.host.clone(), engine.context.clone());
    let pipeline = Pipeline::start(request, settings, Lifetime::Continuous, Some(audit_file()));
    warn(&pipeline, &sentences(&loaded.warnings, Vec::new()));
    let limits = serve::Limits::default();
    let beyond_loopback = !bound.ip().is_loopback();
    let options = move |settings: &Settings, token| options(settings, token, beyond_loopback);
    let (in_force, options_in_force) = watch::channel(Arc::new(options(settings, token)));
    let router = serve::router(pipeline.snapshots.clone(), pipeline.operator.clone(), options_in_force);
    tracing::info!("hubdeck {} listens on http://{bound}", env!("CARGO_PKG_VERSION"));

    let running = Running { pipeline: &pipeline, log, face: Face::Serve };
    let judge = |loaded: &Loaded| Ok((loaded.serve_token()?, Vec::new()));
    let apply = |settings: &Settings, token, _: &Changes, _: &[String]| {
        in_force.send_replace(Arc::new(options(settings, token)));
    };
    let shutdown = CancellationToken::new();
    let serving = serve::run(listener, router, limits, shutdown.clone(), |_| {});
    tokio::pin!(serving);
    tokio::select! {
        () = &mut serving => {}
        () = signal::asked_to_stop() => {
            tracing::info!("asked to stop; open requests are answered first");
            shutdown.cancel();
            serving.await;
        }
        () = reload::follow(watcher, settings.clone(), running, judge, apply) => {}
        () = log_engine(pipeline.snapshots.clone()) => {}
    }
    ending::end(pipeline, |line| match line {
        ending::Line::Sentence(text) | ending::Line::Command(text) => tracing::warn!("{text}"),
    })
    .await;
    Ok(())
}

/// Logs what becomes of the connection to the engine: one warning with the reason when it fails, and when the
/// reason changes; never ends.
async fn log_engine(mut snapshots: watch::Receiver<Arc<Snapshot>>) {
    let mut logged = None;
    loop {
        let engine = snapshots.borrow_and_update().engine.clone();
        let news = match &engine.status {
            EngineStatus::Connecting => None,
            EngineStatus::Connected { .. } => Some(Ok(())),
            EngineStatus::Lost { error, .. } => Some(Err(error.clone())),
        };
        if news.is_some() && news != logged {
            let endpoint = engine.info.as_ref().map_or("the engine", |info| info.endpoint.as_str());
            match &news {
                Some(Ok(())) => tracing::info!("connected to {endpoint}"),
                Some(Err(error)) => tracing::warn!("no engine: {error}; retrying"),
                None => {}
            }
            logged = news;
        }
        if snapshots.changed().await.is_err() {
            return std::future::pending().await;
        }
    }
}

/// What requests are answered by; `token` is the one they have to carry, `beyond_loopback` whether others than
/// this machine reach the address.
pub(super) fn options(settings: &Settings, token: Option<Token>, beyond_loopback: bool) -> serve::Options {
    serve::Options {
        allow_hosts: settings.serve.allow_hosts.clone(),
        allow_addresses: token.is_some() && beyond_loopback,
        token: token.map(|token| token.secret().to_owned()),
        body_limit: serve::Limits::default().body,
        ttl: settings.cache.ttl,
        poll_interval: settings.poll.interval,
        clock: Timestamp::now,
    }
}
