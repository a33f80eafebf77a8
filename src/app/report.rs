//! One poll, printed: `hubdeck status`, and the console where there is no terminal.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::config::Settings;
use crate::document::map::{TextForm, render};
use crate::engine::ConnectRequest;
use crate::model::{Focus, MapFormat, Snapshot, StackName};
use crate::tui::terminal::Charset;

use super::failure::Failure;
use super::pipeline::{Lifetime, Pipeline, connect_request};
use super::print::{TextStyle, write_head};
use super::simulate::Demo;
use super::{state_file, status, terminal};

/// How long it may take until there is a list, or the word that there is none: engines have time to
/// answer.
const LIST_LIMIT: Duration = Duration::from_secs(60);
/// How long the rest may take where the engine answers at once: inspecting, one probe of
/// everything, two samples.
const LIMIT: Duration = Duration::from_secs(10);
/// Answers of the engine that are waited for one after the other meanwhile.
const ANSWERS: f64 = 5.0;
/// One complete snapshot is all that is wanted.
const LIFETIME: Lifetime = Lifetime::OneSnapshot;

/// `hubdeck status`: prints one poll and gives the exit code.
///
/// # Errors
/// When standard output cannot be written to.
pub async fn status(settings: &Settings, json: bool, strict: bool) -> Result<u8, Failure> {
    let request = connect_request(settings);
    let snapshot = poll_once(request, settings).await?;
    known_projects(&snapshot, settings)?;
    print(&snapshot, settings, json, strict)
}

/// Whether the engine has every project that the settings name; a misspelt one must not look like a
/// stack in which nothing fails.
///
/// # Errors
/// The first project that the engine does not have.
pub(super) fn known_projects(snapshot: &Snapshot, settings: &Settings) -> Result<(), Failure> {
    let Some(there) = &snapshot.engine.projects else {
        return Ok(());
    };
    match unknown_projects(there, &settings.engine.projects).next() {
        Some(unknown) => Err(Failure::Project {
            unknown: unknown.clone(),
            there: there.clone(),
        }),
        None => Ok(()),
    }
}

/// The projects of `named` that are not `there`.
pub(super) fn unknown_projects<'a>(
    there: &'a [StackName],
    named: &'a [String],
) -> impl Iterator<Item = &'a String> {
    named
        .iter()
        .filter(|name| there.iter().all(|each| each.as_str() != name.as_str()))
}

/// `hubdeck map`: prints one poll's map and gives the exit code.
///
/// # Errors
/// When standard output cannot be written to.
pub async fn map(settings: &Settings, format: MapFormat, width: u32) -> Result<u8, Failure> {
    let request = connect_request(settings);
    let snapshot = poll_once(request, settings).await?;
    if !snapshot.engine.status.is_connected() {
        // No map is better than an empty one that looks like an engine without containers.
        no_engine(&snapshot, settings)?;
        return Ok(status::EXIT_NO_ENGINE);
    }
    known_projects(&snapshot, settings)?;
    let charset = terminal::charset(settings);
    let form = TextForm {
        width,
        ascii: charset == Charset::Ascii,
    };
    let map = render(&snapshot, format, form).map_err(|error| Failure::output(error.into()))?;
    match format {
        MapFormat::Text => print_text(&map, charset),
        // The encoding of the other forms is part of them.
        MapFormat::Mermaid | MapFormat::Dot | MapFormat::Svg | MapFormat::Json => {
            super::print(&map)
        }
    }
}

/// Prints text for people in `charset`; gives the exit code of success.
///
/// # Errors
/// When standard output cannot be written to.
pub(super) fn print_text(text: &str, charset: Charset) -> Result<u8, Failure> {
    let mut bytes = Vec::new();
    terminal::write(text, charset, &mut bytes).map_err(Failure::output)?;
    super::print(&String::from_utf8_lossy(&bytes))
}

/// Says on standard error what was tried to reach an engine.
///
/// # Errors
/// When standard error cannot be written to.
pub(super) fn no_engine(snapshot: &Snapshot, settings: &Settings) -> Result<(), Failure> {
    let mut head = Vec::new();
    write_head(snapshot, &mut head).map_err(Failure::output)?;
    let head = String::from_utf8_lossy(&head);
    terminal::write(
        &head,
        terminal::charset(settings),
        &mut std::io::stderr().lock(),
    )
    .map_err(Failure::output)
}

/// `hubdeck` or `hubdeck demo` without a terminal: prints one poll and never waits for a key.
///
/// # Errors
/// When standard output cannot be written to, or the demo stack cannot start.
pub async fn without_terminal(settings: &Settings, demo: bool) -> Result<u8, Failure> {
    if !demo {
        return status(settings, false, false).await;
    }
    let demo = Demo::start().await.map_err(Failure::Setup)?;
    let request = ConnectRequest::from_environment(Some(demo.endpoint.clone()), None);
    let snapshot = poll_once(request, settings).await?;
    print(&snapshot, settings, false, false)
}

fn print(
    snapshot: &Snapshot,
    settings: &Settings,
    json: bool,
    strict: bool,
) -> Result<u8, Failure> {
    let style = TextStyle {
        charset: terminal::charset(settings),
        ..TextStyle::default()
    };
    status::report(snapshot, json, strict, style, &mut std::io::stdout().lock())
        .map_err(Failure::output)
}

async fn poll_once(request: ConnectRequest, settings: &Settings) -> Result<Arc<Snapshot>, Failure> {
    poll_and(request, settings, async |_| ()).await
}

/// Runs the pipeline until the picture is complete, or there is no engine, or time is up; then
/// until `more` has seen what it waits for.
///
/// # Errors
/// When a part of hubdeck fails that it cannot go on without.
pub(super) async fn poll_and(
    request: ConnectRequest,
    settings: &Settings,
    more: impl AsyncFnOnce(&mut watch::Receiver<Arc<Snapshot>>),
) -> Result<Arc<Snapshot>, Failure> {
    let pipeline = Pipeline::start(request, settings, LIFETIME, state_file("audit.jsonl"), None);
    let polled = tokio::select! {
        snapshot = poll(&pipeline, more) => Ok(snapshot),
        failure = pipeline.failed() => Err(failure),
    };
    pipeline.stop().await;
    polled
}

async fn poll(
    pipeline: &Pipeline,
    more: impl AsyncFnOnce(&mut watch::Receiver<Arc<Snapshot>>),
) -> Arc<Snapshot> {
    let mut snapshots = pipeline.snapshots.clone();
    // Time being up is no failure: what is known by then is printed, unknown as unknown.
    let listed = tokio::time::timeout(LIST_LIMIT, listed(&mut snapshots, pipeline)).await;
    if listed == Ok(true) {
        let answer_ms = snapshots
            .borrow()
            .engine
            .timing
            .map_or(0.0, |timing| timing.answer_ms);
        let limit = LIMIT + Duration::from_secs_f64(answer_ms / 1_000.0 * ANSWERS);
        if tokio::time::timeout(limit, complete(&mut snapshots, pipeline))
            .await
            .is_err()
        {
            tracing::debug!("not everything answered within {} s", limit.as_secs());
        }
    }
    if snapshots.borrow().engine.status.is_connected() {
        more(&mut snapshots).await;
    }
    snapshots.borrow().clone()
}

/// Waits for the first list; `false` when there is no engine.
async fn listed(snapshots: &mut watch::Receiver<Arc<Snapshot>>, pipeline: &Pipeline) -> bool {
    match snapshots
        .wait_for(|snapshot| snapshot.has_list() || is_lost(snapshot))
        .await
    {
        // Everything is printed, so everything counts as on screen and is sampled at once.
        Ok(snapshot) if !is_lost(&snapshot) => pipeline.operations.focus(everything(&snapshot)),
        _ => return false,
    }
    true
}

async fn complete(snapshots: &mut watch::Receiver<Arc<Snapshot>>, pipeline: &Pipeline) {
    tokio::select! {
        () = pipeline.complete() => {}
        // Nothing more comes of an engine that is gone.
        _lost = snapshots.wait_for(|snapshot| is_lost(snapshot)) => return,
    }
    pipeline.flush().await;
}

fn everything(snapshot: &Snapshot) -> Focus {
    let instances = snapshot
        .services
        .iter()
        .flat_map(|service| &service.instances);
    Focus {
        instances: instances
            .map(|instance| instance.facts.id.clone())
            .collect(),
    }
}

fn is_lost(snapshot: &Snapshot) -> bool {
    snapshot.engine.status.is_lost()
}
