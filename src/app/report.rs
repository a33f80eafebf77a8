//! One poll, printed: `hubdeck status`, and the console where there is no terminal.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::config::Settings;
use crate::engine::ConnectRequest;
use crate::model::{EngineStatus, Focus, MapFormat, ServiceId, Snapshot};
use crate::topology::export::{TextForm, render};

use super::failure::Failure;
use super::pipeline::Pipeline;
use super::print::{TextStyle, write_head};
use super::simulate::Demo;
use super::status;

/// How long one poll may take: connecting, listing, one probe of everything and two samples.
const LIMIT: Duration = Duration::from_secs(10);
/// How long nothing new may come before the picture counts as complete: a container's second
/// sample, which its CPU figure needs, comes a second after the first.
const QUIET: Duration = Duration::from_millis(1500);
/// How long an observation takes into a picture at most.
const PUBLISHED: Duration = Duration::from_millis(150);

/// `hubdeck status`: prints one poll and gives the exit code.
///
/// # Errors
/// When standard output cannot be written to.
pub async fn status(settings: &Settings, json: bool, strict: bool) -> Result<u8, Failure> {
    let engine = &settings.engine;
    let request = ConnectRequest::from_environment(engine.host.clone(), engine.context.clone());
    let snapshot = poll_once(request, settings).await;
    print(&snapshot, settings, json, strict)
}

/// `hubdeck map`: prints one poll's map and gives the exit code.
///
/// # Errors
/// When standard output cannot be written to.
pub async fn map(settings: &Settings, format: MapFormat, width: u32) -> Result<u8, Failure> {
    let engine = &settings.engine;
    let request = ConnectRequest::from_environment(engine.host.clone(), engine.context.clone());
    let snapshot = poll_once(request, settings).await;
    if !snapshot.engine.status.is_connected() {
        // No map is better than an empty one that looks like an engine without containers.
        write_head(&snapshot, &mut std::io::stderr().lock()).map_err(Failure::output)?;
        return Ok(status::EXIT_NO_ENGINE);
    }
    let form = TextForm { width, ascii: settings.ui.ascii };
    let map = render(&snapshot, format, form).map_err(|error| Failure::output(error.into()))?;
    super::print(&map)
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
    let snapshot = poll_once(request, settings).await;
    print(&snapshot, settings, false, false)
}

fn print(snapshot: &Snapshot, settings: &Settings, json: bool, strict: bool) -> Result<u8, Failure> {
    let style = TextStyle { ascii: settings.ui.ascii, ..TextStyle::default() };
    status::report(snapshot, json, strict, style, &mut std::io::stdout().lock()).map_err(Failure::output)
}

/// Runs the pipeline until the picture is complete, or there is no engine, or time is up.
async fn poll_once(request: ConnectRequest, settings: &Settings) -> Arc<Snapshot> {
    let pipeline = Pipeline::start(request, settings, None);
    let mut snapshots = pipeline.snapshots.clone();
    // Time being up is no failure: what is known by then is printed, unknown as unknown.
    let complete = tokio::time::timeout(LIMIT, complete(&mut snapshots, &pipeline)).await;
    if complete.is_err() {
        tracing::debug!("not everything answered within {} s", LIMIT.as_secs());
    }
    let snapshot = snapshots.borrow().clone();
    pipeline.stop().await;
    snapshot
}

async fn complete(snapshots: &mut watch::Receiver<Arc<Snapshot>>, pipeline: &Pipeline) {
    match snapshots.wait_for(|snapshot| has_list(snapshot) || is_lost(snapshot)).await {
        // Everything is printed, so everything counts as on screen and is sampled at once.
        Ok(snapshot) if !is_lost(&snapshot) => pipeline.operator.focus(everything(&snapshot)),
        _ => return,
    }
    let surveyed = async {
        pipeline.surveyed().await;
        // What was told last is in a picture by then.
        tokio::time::sleep(PUBLISHED).await;
    };
    tokio::join!(surveyed, everything_has_spoken(snapshots));
}

async fn everything_has_spoken(snapshots: &mut watch::Receiver<Arc<Snapshot>>) {
    // Every sampled container has figures and every probe that is derived has spoken when no
    // service without a verdict gets one any more.
    let mut silent = waiting(&snapshots.borrow());
    while !silent.is_empty() {
        let quiet = tokio::time::timeout(QUIET, snapshots.changed()).await;
        let now = waiting(&snapshots.borrow());
        if quiet.is_err() && now == silent {
            return;
        }
        silent = now;
    }
}

fn everything(snapshot: &Snapshot) -> Focus {
    let instances = snapshot.services.iter().flat_map(|service| &service.instances);
    Focus { instances: instances.map(|instance| instance.facts.id.clone()).collect() }
}

fn has_list(snapshot: &Snapshot) -> bool {
    snapshot.engine.last_poll.is_some()
}

fn is_lost(snapshot: &Snapshot) -> bool {
    matches!(snapshot.engine.status, EngineStatus::Lost { .. })
}

/// Running services whose CPU is not known yet (it takes two samples) or that no probe spoke for.
fn waiting(snapshot: &Snapshot) -> Vec<ServiceId> {
    let sampled = |service: &crate::model::Service| {
        service
            .instances
            .iter()
            .filter(|instance| instance.facts.is_running())
            .all(|instance| instance.sample.is_some_and(|sample| sample.cpu_percent.is_some()))
    };
    let runs = |service: &crate::model::Service| service.replicas().0 > 0;
    snapshot
        .services
        .iter()
        .filter(|service| runs(service) && (!sampled(service) || service.health.probe.is_none()))
        .map(|service| service.id.clone())
        .collect()
}
