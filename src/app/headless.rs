//! `hubdeck --serve`: the pipeline with HTTP in front.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use rustix::process::{Resource, getrlimit};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::config::{Changes, Loaded, RunMode, Settings, Token, Watcher};
use crate::model::{Part, Timestamp};
use crate::serve::{self, ConnectionLimits, Streams};

use super::failure::Failure;
use super::heartbeat::{self, HeartbeatOptions};
use super::logging::OwnLog;
use super::pipeline::{Lifetime, Pipeline, connect_request, listen_address};
use super::reload::{self, Running, sentences, warn};
use super::{audit_file, ending, signal, status_log};

/// Serves until a signal asks for the end; open requests are answered first.
///
/// # Errors
/// An address that may not or cannot be listened on.
pub async fn run(loaded: Loaded, watcher: Option<Watcher>, log: OwnLog) -> Result<(), Failure> {
    let settings = &loaded.settings;
    let token = loaded.serve_token()?;
    let (listener, bound) = bind(settings).await?;
    let request = connect_request(settings);
    let (audit, known_to) = (Some(audit_file()), Some(log.clone()));
    let pipeline = Pipeline::start(request, settings, Lifetime::Continuous, audit, known_to);
    warn(&pipeline, &sentences(&loaded.warnings, Vec::new()));
    let limits = ConnectionLimits::default().within(getrlimit(Resource::Nofile).current);
    let beyond_loopback = !bound.ip().is_loopback();
    let options = move |settings: &Settings, token| options(settings, token, beyond_loopback);
    let (in_force, options_in_force) = watch::channel(Arc::new(options(settings, token)));
    let (streams, shutdown) = start_streams(&pipeline);
    let router = serve::router_with(
        pipeline.snapshots.clone(),
        Arc::clone(&pipeline.operations),
        options_in_force,
        streams,
    );
    tracing::info!(
        "hubdeck {} listens on http://{bound}",
        env!("CARGO_PKG_VERSION")
    );

    let running = Running {
        pipeline: &pipeline,
        log,
        mode: RunMode::Serve,
    };
    let judge = |loaded: &Loaded| Ok((loaded.serve_token()?, Vec::new()));
    let beats = start_heartbeat(&pipeline, settings);
    let apply = |settings: &Settings, token, _: &Changes, _: &[String]| {
        set_heartbeat(&beats, settings);
        in_force.send_replace(Arc::new(options(settings, token)));
    };
    status_log::start(&pipeline);
    status_log::reopen_on_hangup(&pipeline, running.log.clone());
    let failure = {
        let serving = listen(listener, bound, router, limits, &pipeline, &shutdown);
        let configured = reload::Configured::new((watcher, settings.clone()));
        let configuring = || reload::follow(&configured, &running, &judge, &apply);
        tokio::pin!(serving);
        let (failure, served) = tokio::select! {
            biased;
            failure = pipeline.failed() => (Some(failure), false),
            _ = signal::asked_to_end() => {
                tracing::info!("shutting down, finishing open requests");
                (None, false)
            }
            () = &mut serving => (None, true),
            () = pipeline.supervisor().keep(Part::ConfigWatching, &shutdown, configuring) => (None, false),
        };
        shutdown.cancel();
        if !served {
            serving.await;
        }
        failure
    };
    ending::end(pipeline, log_line).await;
    failure.map_or(Ok(()), Err)
}

/// Reports that this hubdeck is there; the sender takes other settings.
fn start_heartbeat(pipeline: &Pipeline, settings: &Settings) -> watch::Sender<HeartbeatOptions> {
    let options = watch::Sender::new(HeartbeatOptions::of(settings));
    let (given, snapshots) = (options.subscribe(), pipeline.snapshots.clone());
    let supervisor = pipeline.supervisor();
    supervisor.spawn(Part::Heartbeat, move || {
        heartbeat::run(given.clone(), snapshots.clone())
    });
    options
}

fn set_heartbeat(beats: &watch::Sender<HeartbeatOptions>, settings: &Settings) {
    beats.send_if_modified(|options| {
        let new = HeartbeatOptions::of(settings);
        std::mem::replace(options, new.clone()) != new
    });
}

/// The streams of a router over `pipeline`, and what ends them and the router.
fn start_streams(pipeline: &Pipeline) -> (Streams, CancellationToken) {
    let shutdown = CancellationToken::new();
    let streams = Streams::new(pipeline.snapshots.clone(), shutdown.clone());
    let recorded = streams.clone();
    let supervisor = pipeline.supervisor();
    supervisor.spawn(Part::EventRecording, move || recorded.clone().record());
    (streams, shutdown)
}

fn log_line(line: ending::EndingLine) {
    match line {
        ending::EndingLine::Sentence(text) | ending::EndingLine::Command(text) => {
            tracing::warn!("{text}");
        }
    }
}

/// Listens where `settings` say; the listener with the address it has.
async fn bind(settings: &Settings) -> Result<(TcpListener, SocketAddr), Failure> {
    let address = listen_address(settings);
    let listener = serve::bind(address)
        .await
        .map_err(|error| Failure::Setup(error.to_string()))?;
    let bound = listener.local_addr().unwrap_or(address);
    Ok((listener, bound))
}

/// Answers HTTP until `shutdown`. A listener that failed is opened again.
async fn listen(
    listener: TcpListener,
    bound: SocketAddr,
    router: Router,
    limits: ConnectionLimits,
    pipeline: &Pipeline,
    shutdown: &CancellationToken,
) {
    let mut opened = Some(listener);
    let serve = || {
        let (opened, router, short) = (opened.take(), router.clone(), pipeline.shortages());
        async move {
            let listener = match opened {
                Some(listener) => Ok(listener),
                None => serve::bind(bound).await,
            };
            match listener {
                Ok(listener) => serve::run(listener, router, limits, shutdown.clone(), short).await,
                Err(error) => tracing::error!("{error}"),
            }
        }
    };
    let supervisor = pipeline.supervisor();
    supervisor.keep(Part::HttpListener, shutdown, serve).await;
}

/// What requests are answered by; `token` is the one they have to carry, `beyond_loopback` whether
/// others than this machine reach the address.
pub(super) fn options(
    settings: &Settings,
    token: Option<Token>,
    beyond_loopback: bool,
) -> serve::RouterOptions {
    serve::RouterOptions {
        allow_hosts: settings.serve.allow_hosts.clone(),
        allow_addresses: token.is_some() && beyond_loopback,
        token: token.map(|token| token.secret().to_owned()),
        allow_origins: settings.serve.allow_origins.clone(),
        base_path: settings.serve.base_path.clone(),
        trusts_proxy: settings.serve.behind_proxy,
        body_limit: ConnectionLimits::default().body,
        ttl: settings.cache.ttl,
        poll_interval: settings.poll.interval,
        clock: Timestamp::now,
    }
}
