//! Which services are restarted now: by a snapshot, the settings, and what was tried before. Pure.

use std::collections::BTreeMap;

use crate::model::{
    AutoHealSettings, HEAL_BUDGET, HEAL_WINDOW, HealStop, HealthState, Instance, InstanceState,
    OperationStatus, Overlay, Principal, Reason, RestartPolicy, Service, ServiceId, SignedDuration,
    Snapshot, Timestamp,
};
use crate::operate::audit::PastOperation;

/// How long whoever operated on a service has it for himself.
const OPERATED: SignedDuration = SignedDuration::from_secs(60);

/// Why a service that fails is not restarted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::operate) enum NotHealed {
    /// No pattern means it.
    NotNamed,
    /// It is production, and not named by its id.
    Production,
    /// It does not fail, or not long enough.
    NotFailing,
    /// Something else is the cause.
    Blocked,
    /// It is paused, muted, or restarted by its own policy.
    Condition,
    /// It was stopped, removed or never started by somebody.
    Stopped,
    /// It ends by itself.
    Job,
    /// Its containers are not hubdeck's to restart: it has none, or the Swarm has them.
    Unmanaged,
    /// Somebody works on it, or did so just now.
    Operated,
}

/// What becomes of a service that may be restarted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::operate) enum HealDecision {
    /// It is restarted.
    Restart,
    /// The budget is used up.
    Stop {
        /// Restarts that did not help.
        restarts: usize,
    },
    /// Not yet: a restart has just been tried.
    Wait,
}

/// Why `service` is not restarted `now`; `None` where it may be. It has to fail for the time `settles`.
pub(in crate::operate) fn why_not(
    service: &Service,
    snapshot: &Snapshot,
    settings: &AutoHealSettings,
    (now, settles): (Timestamp, SignedDuration),
) -> Option<NotHealed> {
    let health = &service.health;
    if !settings.matches(service) {
        return Some(NotHealed::NotNamed);
    }
    if snapshot.production.matches(service) && !settings.names(service) {
        return Some(NotHealed::Production);
    }
    if health.state != HealthState::Unhealthy || now.duration_since(health.since) < settles {
        return Some(NotHealed::NotFailing);
    }
    if !health.blocked_by.is_empty() || health.has(Overlay::Blocked) {
        return Some(NotHealed::Blocked);
    }
    let conditions = [
        Overlay::Paused,
        Overlay::Maintenance,
        Overlay::Restarting,
        Overlay::Stale,
    ];
    let mut states = service.instances.iter().map(|each| each.facts.state);
    if conditions.into_iter().any(|overlay| health.has(overlay))
        || states.any(|state| matches!(state, InstanceState::Paused | InstanceState::Restarting))
    {
        return Some(NotHealed::Condition);
    }
    if service.instances.is_empty() || service.swarm.is_some() {
        return Some(NotHealed::Unmanaged);
    }
    if was_stopped(&health.reason) || service.instances.iter().all(ended_by_hand) {
        return Some(NotHealed::Stopped);
    }
    if service.looks_like_job() {
        return Some(NotHealed::Job);
    }
    let mut operations = snapshot.operations.iter();
    operations
        .any(|operation| is_operated(operation, &service.id, now))
        .then_some(NotHealed::Operated)
}

/// Whether somebody ended the container, also before hubdeck saw it: by its restart policy the engine
/// would have started it again otherwise.
fn ended_by_hand(instance: &Instance) -> bool {
    let facts = &instance.facts;
    let has_ended = matches!(facts.state, InstanceState::Exited | InstanceState::Dead);
    let is_kept = matches!(
        facts.restart_policy,
        RestartPolicy::Always | RestartPolicy::UnlessStopped
    );
    has_ended && is_kept
}

/// Whether somebody ended it, or it was never begun.
fn was_stopped(reason: &Reason) -> bool {
    matches!(
        reason.innermost(),
        Reason::Stopped { .. }
            | Reason::StoppedWhileNeeded { .. }
            | Reason::NotStarted(_)
            | Reason::Removing
            | Reason::Paused
            | Reason::NoInstances
    )
}

/// Whether `operation` works on `service`, or did so just now and was none of auto-heal.
fn is_operated(operation: &OperationStatus, service: &ServiceId, now: Timestamp) -> bool {
    let mut steps = operation.plan.steps.iter();
    if operation.plan.operation.kind.is_silent() || !steps.any(|step| step.service == *service) {
        return false;
    }
    operation.finished_at.is_none_or(|at| {
        operation.principal != Principal::AutoHeal && now.duration_since(at) < OPERATED
    })
}

/// What becomes of a service that may be restarted, after `past` operations on it, of every hubdeck.
pub(in crate::operate) fn decide(
    past: &[PastOperation],
    (now, settles): (Timestamp, SignedDuration),
) -> HealDecision {
    let age = |it: &PastOperation| now.duration_since(it.at);
    if past.iter().any(|it| !it.heals && age(it) < OPERATED) {
        return HealDecision::Wait;
    }
    let window = SignedDuration::try_from(HEAL_WINDOW).unwrap_or(SignedDuration::MAX);
    let heals = || past.iter().filter(|it| it.heals);
    if heals().any(|it| age(it) < settles) {
        return HealDecision::Wait;
    }
    let restarts = heals().filter(|it| age(it) < window).count();
    if restarts < HEAL_BUDGET {
        HealDecision::Restart
    } else {
        HealDecision::Stop { restarts }
    }
}

/// Drops stops that hold no more: the service works, is gone, is not meant by the settings any more,
/// or somebody else operated on it since.
pub(in crate::operate) fn lift(
    stops: &mut BTreeMap<ServiceId, HealStop>,
    snapshot: &Snapshot,
    settings: &AutoHealSettings,
) {
    let is_over = |stop: &HealStop| {
        let Some(service) = snapshot.service(&stop.service) else {
            return true;
        };
        let operated = snapshot.operations.iter().any(|operation| {
            let mut steps = operation.plan.steps.iter();
            operation.principal != Principal::AutoHeal
                && !operation.plan.operation.kind.is_silent()
                && operation.started_at > stop.at
                && steps.any(|step| step.service == stop.service)
        });
        operated || service.health.state.is_up() || !settings.enabled || !settings.matches(service)
    };
    stops.retain(|_, stop| !is_over(stop));
}

#[cfg(test)]
mod tests;
