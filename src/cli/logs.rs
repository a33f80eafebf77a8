//! `hubdeck logs`: the log lines of services, merged by time, as `docker logs` and `docker compose
//! logs` write them.

mod names;
mod patterns;
mod printer;
mod request;

use std::sync::Arc;

use crate::config::Settings;
use crate::model::{LogBatch, LogSource, Service, ServiceId, Snapshot};

use super::explain::find;
use super::{CommandError, ExitStatus, diagnostics};

pub use printer::print;
pub use request::LogsRequest;

/// What a log is read from, for a thread that may wait.
pub trait Tail {
    /// The next batch, if one is there already.
    fn waiting(&mut self) -> Option<LogBatch>;
    /// Waits for the next batch; `None` after the last.
    fn next(&mut self) -> Option<LogBatch>;
    /// The newest snapshot.
    fn snapshot(&self) -> Arc<Snapshot>;
}

/// The services whose lines are wanted: those that `names` name, in the order of their ids, or all
/// that the settings leave in view.
///
/// # Errors
/// An unknown project, stack or service.
pub fn services(
    snapshot: &Arc<Snapshot>,
    settings: &Settings,
    names: &[String],
) -> Result<Vec<ServiceId>, CommandError> {
    let scoped = diagnostics::in_scope(Arc::clone(snapshot), settings)?;
    if names.is_empty() {
        return Ok(scoped.services.iter().map(|each| each.id.clone()).collect());
    }
    let found = names.iter().map(|name| find(&scoped, name));
    let found: Result<Vec<&Service>, String> = found.collect();
    let mut ids: Vec<ServiceId> = found
        .map_err(CommandError::Service)?
        .into_iter()
        .map(|service| service.id.clone())
        .collect();
    ids.sort();
    ids.dedup();
    Ok(ids)
}

/// The containers of `services`.
#[must_use]
pub fn sources(snapshot: &Snapshot, services: &[ServiceId]) -> Vec<LogSource> {
    let services = services.iter().filter_map(|id| snapshot.service(id));
    let instances = services.flat_map(|service| &service.instances);
    instances
        .map(|instance| instance.facts.log_source())
        .collect()
}

/// Writes to standard error what was tried to reach an engine.
///
/// # Errors
/// When standard error cannot be written to.
pub fn no_engine(snapshot: &Snapshot, settings: &Settings) -> Result<ExitStatus, CommandError> {
    diagnostics::no_engine(snapshot, settings)?;
    Ok(ExitStatus::NoEngine)
}
