//! `hubdeck logs`: lists the containers, opens their log, and joins new containers to one that is
//! followed.

mod follow;
mod output;

use std::io::IsTerminal as _;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::cli::logs::{self, LogsRequest};
use crate::cli::{CommandError, ExitStatus, charset};
use crate::config::Settings;
use crate::config::arguments::LogsArgs;
use crate::model::{LogQuery, LogSource, ServiceId, Snapshot, Timestamp};

use super::failure::Failure;
use super::pipeline::{Lifetime, Pipeline, connect_request};
use super::{poll, runtime, signal, zone};

use follow::Followed;
use output::ChannelTail;

/// How long the inspections of the containers may take before their logs are read without: only
/// inspections tell which container has a terminal, and which secrets there are.
const INSPECTION_LIMIT: Duration = Duration::from_secs(10);
/// Batches on their way to standard output.
const BATCHES: usize = 8;

/// Writes what `args` ask for.
pub(super) fn run(args: LogsArgs, settings: &Settings) -> Result<ExitStatus, Failure> {
    let terminal = std::io::stdout().is_terminal();
    let request = LogsRequest::read(args, settings, Timestamp::now(), zone::local(), terminal)?;
    let runtime = runtime(2)?;
    let ended = runtime.block_on(until_stopped(settings, Arc::new(request)));
    // Standard output may block the thread that writes to it for as long as its reader likes.
    runtime.shutdown_background();
    ended
}

async fn until_stopped(
    settings: &Settings,
    request: Arc<LogsRequest>,
) -> Result<ExitStatus, Failure> {
    let engine = connect_request(settings);
    let lifetime = Lifetime::Logs {
        masked: request.mask,
    };
    let pipeline = Pipeline::start(engine, settings, lifetime, None, None);
    let ended = tokio::select! {
        ended = read(&pipeline, settings, &request) => ended.map_err(Failure::from),
        failure = pipeline.failed() => Err(failure),
        number = signal::asked_to_stop() => Ok(ExitStatus::Signal(number)),
    };
    pipeline.stop().await;
    ended
}

async fn read(
    pipeline: &Pipeline,
    settings: &Settings,
    request: &Arc<LogsRequest>,
) -> Result<ExitStatus, CommandError> {
    let mut snapshots = pipeline.snapshots.clone();
    let listed = poll::has_list_or_is_lost(&mut snapshots).await;
    if !listed.engine.status.is_connected() {
        return logs::no_engine(&listed, settings);
    }
    let services = logs::services(&listed, settings, &request.services)?;
    let inspected = snapshots.wait_for(|it| is_inspected(it, &services, request.mask));
    // Time being up is no failure: what is missing then is found out from the log itself.
    drop(tokio::time::timeout(INSPECTION_LIMIT, inspected).await);
    if request.mask {
        let read = async {
            pipeline.complete().await;
            pipeline.flush().await;
        };
        drop(tokio::time::timeout(INSPECTION_LIMIT, read).await);
    }
    let sources = logs::sources(&pipeline.snapshots.borrow(), &services);
    if sources.is_empty() && !request.follow {
        let names: Vec<&str> = services.iter().map(ServiceId::as_str).collect();
        return Err(CommandError::NoContainer(names.join(", ")));
    }
    let print = |batches| {
        let snapshots = pipeline.snapshots.clone();
        let tail = ChannelTail { batches, snapshots };
        output::print(
            tail,
            services.clone(),
            Arc::clone(request),
            charset(settings),
        )
    };
    let query = query(request, sources);
    if !request.follow {
        let (_, added) = mpsc::channel(1);
        return print(pipeline.operations.follow_logs(query, added)).await;
    }
    let (out, batches) = mpsc::channel(BATCHES);
    let all_of = request.grows().then_some(settings);
    let followed = Followed::new(pipeline, services.clone(), all_of, query, out);
    let mut printed = pin!(print(batches));
    tokio::select! {
        printed = &mut printed => return printed,
        () = followed.run(request.until) => {}
        () = output::reader_is_gone() => {}
    }
    // What was followed is dropped, so printing ends once everything is written.
    printed.await
}

fn query(request: &LogsRequest, sources: Vec<LogSource>) -> LogQuery {
    LogQuery {
        sources,
        tail: request.tail,
        since: request.since,
        until: request.until,
        follow: false,
    }
}

/// Whether the containers of `services` are inspected; with `all`, whether every container is.
fn is_inspected(snapshot: &Snapshot, services: &[ServiceId], all: bool) -> bool {
    let wanted = snapshot
        .services
        .iter()
        .filter(|service| all || services.contains(&service.id));
    let mut instances = wanted.flat_map(|service| &service.instances);
    instances.all(|instance| !snapshot.awaits_inspection(&instance.facts))
}
