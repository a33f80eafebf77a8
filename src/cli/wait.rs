//! `hubdeck wait`: whether services are as they are waited for, and what is said when they are not.

use std::sync::Arc;
use std::time::Duration;

use crate::config::Settings;
use crate::config::arguments::{WaitArgs, WaitState};
use crate::explain::short;
use crate::model::{HealthState, ReasonCode, Service, ServiceId, ShownState, Snapshot};

use super::explain::find;
use super::failure::WaitedFor;
use super::output::print;
use super::{CommandError, ExitStatus, diagnostics};

/// How far the services are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitProgress {
    /// All of them are as they are waited for.
    Reached(Vec<ServiceId>),
    /// These are not yet.
    Pending(WaitedFor),
    /// These never will be unless somebody does something.
    Hopeless(WaitedFor),
}

/// How far what `args` name is in `snapshot`.
///
/// # Errors
/// A service, a project or a stack that is not there.
pub fn judge(
    snapshot: &Arc<Snapshot>,
    settings: &Settings,
    args: &WaitArgs,
) -> Result<WaitProgress, CommandError> {
    let snapshot = diagnostics::in_scope(Arc::clone(snapshot), settings)?;
    let services = waited_for(&snapshot, args)?;
    let missing = those(&services, |service| !has_reached(service, args.state));
    // What an engine that is lost showed last proves nothing.
    if missing.is_empty() && !services.is_empty() && snapshot.engine.status.is_connected() {
        let reached = services.iter().map(|service| service.id.clone());
        return Ok(WaitProgress::Reached(reached.collect()));
    }
    let hopeless = those(&missing, |service| is_hopeless(service, args.state));
    let told = |which: &[&Service]| WaitedFor {
        total: services.len(),
        services: which.iter().map(|service| told(service)).collect(),
    };
    Ok(if hopeless.is_empty() {
        WaitProgress::Pending(told(&missing))
    } else {
        WaitProgress::Hopeless(told(&hopeless))
    })
}

/// Those of `services` that are `wanted`.
fn those<'a>(services: &[&'a Service], wanted: impl Fn(&Service) -> bool) -> Vec<&'a Service> {
    let services = services.iter().copied();
    services.filter(|service| wanted(service)).collect()
}

/// Says that there is no engine to wait for.
///
/// # Errors
/// When standard error cannot be written to.
pub fn no_engine(snapshot: &Snapshot, settings: &Settings) -> Result<ExitStatus, CommandError> {
    diagnostics::no_engine(snapshot, settings)?;
    Ok(ExitStatus::NoEngine)
}

/// Prints what was reached after `took`.
///
/// # Errors
/// When standard output cannot be written to.
pub fn report(
    reached: &[ServiceId],
    state: WaitState,
    took: Duration,
) -> Result<ExitStatus, CommandError> {
    let names: Vec<&str> = reached.iter().map(ServiceId::as_str).collect();
    let names = names.join(", ");
    print(&format!(
        "{state} after {:.1} s: {names}\n",
        took.as_secs_f64()
    ))
}

/// The services that are named, or all but those that somebody stopped.
fn waited_for<'a>(
    snapshot: &'a Snapshot,
    args: &WaitArgs,
) -> Result<Vec<&'a Service>, CommandError> {
    if args.services.is_empty() {
        let services = snapshot.services.iter().map(|service| &**service);
        return Ok(services.filter(|it| counts(it, args.state)).collect());
    }
    let named = args.services.iter().map(|name| find(snapshot, name));
    named
        .collect::<Result<_, _>>()
        .map_err(CommandError::Service)
}

/// Whether `service` is waited for where none is named.
fn counts(service: &Service, state: WaitState) -> bool {
    match state {
        WaitState::Healthy => service.health.state != HealthState::Stopped,
        WaitState::Running => !matches!(
            service.health.state,
            HealthState::Stopped | HealthState::Completed
        ),
        WaitState::Completed | WaitState::Stopped => true,
    }
}

fn has_reached(service: &Service, state: WaitState) -> bool {
    let (running, total) = service.replicas();
    match state {
        WaitState::Healthy => matches!(
            service.health.shown_state(),
            ShownState::Base(HealthState::Healthy | HealthState::Running | HealthState::Completed)
        ),
        WaitState::Running => running > 0 && running == total,
        WaitState::Completed => service.health.state == HealthState::Completed,
        WaitState::Stopped => running == 0,
    }
}

/// Whether `service`, which has not reached `state`, will not by itself: every process of it ended,
/// or the engine cannot start it. How one ended is not known before it is inspected.
fn is_hopeless(service: &Service, state: WaitState) -> bool {
    let mut instances = service.instances.iter();
    let has_ended = !service.instances.is_empty()
        && instances.all(|instance| instance.facts.inspected && instance.facts.state.has_ended());
    match state {
        WaitState::Stopped => false,
        WaitState::Healthy | WaitState::Running | WaitState::Completed => {
            has_ended || service.health.reason.code() == ReasonCode::CannotStart
        }
    }
}

fn told(service: &Service) -> String {
    let state = service.health.shown_state();
    format!("{} is {state}: {}", service.id, short(service))
}

#[cfg(test)]
mod tests;
