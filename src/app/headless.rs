//! `hubdeck --serve`: the pipeline with HTTP in front.

pub(super) mod listening;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use rustix::process::{Resource, getrlimit};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::config::{Changes, ConfigError, Loaded, RunMode, Settings, Watcher};
use crate::model::{AccessToken, Part, Timestamp};
use crate::serve::{self, ConnectionLimits, ServerTls, Streams};

use super::failure::Failure;
use super::heartbeat::{self, HeartbeatOptions};
use super::logging::OwnLog;
use super::pipeline::{Lifetime, Pipeline, connect_request};
use super::reload::{self, Running, sentences, warn};
use super::{audit_file, ending, signal, status_log};

/// Serves until a signal asks for the end; open requests are answered first.
///
/// # Errors
/// Tokens or TLS files that cannot be used, and an address that may not or cannot be listened on.
pub async fn run(loaded: Loaded, watcher: Option<Watcher>, log: OwnLog) -> Result<(), Failure> {
    let settings = &loaded.settings;
    let clients = Clients::of(&loaded)?;
    let (tls, tls_in_force) = watch::channel(clients.tls.clone());
    let listeners = listening::bind(settings, &tls_in_force).await?;
    let (audit, known_to) = (Some(audit_file()), Some(log.clone()));
    let request = connect_request(settings);
    let pipeline = Pipeline::start(request, settings, Lifetime::Continuous, audit, known_to);
    warn(&pipeline, &sentences(&loaded.warnings, Vec::new()));
    let limits = ConnectionLimits::default().within(getrlimit(Resource::Nofile).current);
    // Addresses need a restart.
    let beyond_loopback = settings.serve.is_beyond_loopback();
    let options = move |settings: &Settings, tokens| options(settings, tokens, beyond_loopback);
    let has_list = AtomicBool::new(clients.has_list);
    let (in_force, options_in_force) = watch::channel(Arc::new(options(settings, clients.tokens)));
    let (router, shutdown) = routed(&pipeline, options_in_force);
    listening::announce(&listeners);

    let running = Running {
        pipeline: &pipeline,
        log,
        mode: RunMode::Serve,
    };
    let judge = |loaded: &Loaded| {
        let clients = Clients::of(loaded)?;
        clients.keep_list(has_list.load(Ordering::Relaxed), &loaded.settings)?;
        Ok((clients, Vec::new()))
    };
    let beats = start_heartbeat(&pipeline, settings);
    let apply = |settings: &Settings, clients: Clients, _: &Changes, _: &[String]| {
        set_heartbeat(&beats, settings);
        has_list.store(clients.has_list, Ordering::Relaxed);
        warn(&pipeline, clients.warning().as_slice());
        tls.send_replace(clients.tls);
        in_force.send_replace(Arc::new(options(settings, clients.tokens)));
    };
    status_log::start(&pipeline);
    status_log::reopen_on_hangup(&pipeline, running.log.clone());
    let serving = listening::listen(
        listeners,
        &router,
        &tls_in_force,
        limits,
        &pipeline,
        &shutdown,
    );
    let configured = reload::Configured::new((watcher, settings.clone()));
    let configuring = || reload::follow(&configured, &running, &judge, &apply);
    let watching = async {
        tokio::select! {
            () = pipeline.supervisor().keep(Part::ConfigWatching, &shutdown, configuring) => {}
            () = listening::warn_of_expiry(&tls_in_force, &pipeline) => {}
        }
    };
    let failure = until_end(&pipeline, &shutdown, serving, watching).await;
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

/// The router over `pipeline`, and what ends its streams and the server.
fn routed(
    pipeline: &Pipeline,
    options: watch::Receiver<Arc<serve::RouterOptions>>,
) -> (Router, CancellationToken) {
    let shutdown = CancellationToken::new();
    let streams = Streams::new(pipeline.snapshots.clone(), shutdown.clone());
    let recorded = streams.clone();
    let supervisor = pipeline.supervisor();
    supervisor.spawn(Part::EventRecording, move || recorded.clone().record());
    let operations = Arc::clone(&pipeline.operations);
    let router = serve::router_with(pipeline.snapshots.clone(), operations, options, streams);
    (router, shutdown)
}

/// Serves beside `watching` until a signal or a failure asks for the end, and finishes what is
/// open.
async fn until_end(
    pipeline: &Pipeline,
    shutdown: &CancellationToken,
    serving: impl Future<Output = ()>,
    watching: impl Future<Output = ()>,
) -> Option<Failure> {
    tokio::pin!(serving);
    let (failure, served) = tokio::select! {
        biased;
        failure = pipeline.failed() => (Some(failure), false),
        _ = signal::asked_to_end() => {
            tracing::info!("shutting down, finishing open requests");
            (None, false)
        }
        () = &mut serving => (None, true),
        () = watching => (None, false),
    };
    shutdown.cancel();
    if !served {
        serving.await;
    }
    failure
}

/// What clients need, as the files of the settings say it.
struct Clients {
    tokens: Option<Vec<AccessToken>>,
    /// Whether there is a file of tokens.
    has_list: bool,
    tls: Option<ServerTls>,
}

impl Clients {
    fn of(loaded: &Loaded) -> Result<Self, Failure> {
        let list = loaded.settings.serve.tokens_file.as_ref();
        Ok(Self {
            tokens: loaded.serve_tokens()?,
            has_list: list.is_some_and(|file| file.exists()),
            tls: listening::tls(&loaded.settings)?,
        })
    }

    /// That the certificate expires soon.
    fn warning(&self) -> Option<String> {
        self.tls.as_ref()?.warning(Timestamp::now())
    }

    /// Refuses to go on without the file of tokens where `had_list`: what protects must not end
    /// because a file is gone.
    fn keep_list(&self, had_list: bool, settings: &Settings) -> Result<(), Failure> {
        match &settings.serve.tokens_file {
            Some(file) if had_list && !self.has_list => Err(ConfigError::TokensFile {
                file: file.clone(),
                error: "it is gone; the last tokens stay in force until it is back or hubdeck is started again".to_owned(),
            }
            .into()),
            _ => Ok(()),
        }
    }
}

fn log_line(line: ending::EndingLine) {
    match line {
        ending::EndingLine::Sentence(text) | ending::EndingLine::Command(text) => {
            tracing::warn!("{text}");
        }
    }
}

/// What requests are answered by; `tokens` are those of which they have to carry one, `beyond_loopback` whether
/// others than this machine reach the address.
pub(super) fn options(
    settings: &Settings,
    tokens: Option<Vec<AccessToken>>,
    beyond_loopback: bool,
) -> serve::RouterOptions {
    serve::RouterOptions {
        allow_hosts: settings.serve.allow_hosts.clone(),
        allow_addresses: tokens.is_some() && beyond_loopback,
        tokens: tokens.map(Into::into),
        actions: settings.serve.actions,
        behind_proxy: settings.serve.behind_proxy,
        allow_origins: settings.serve.allow_origins.clone(),
        base_path: settings.serve.base_path.clone(),
        body_limit: ConnectionLimits::default().body,
        ttl: settings.cache.ttl,
        poll_interval: settings.poll.interval,
        clock: Timestamp::now,
    }
}
