//! Folding measurements: probe results and resource samples.

use std::sync::Arc;

use crate::model::{
    DockerStatus, EdgeKind, HealthState, InstanceId, Overlay, ProbeKind, ProbeResult, Sample,
    ServiceId, Timestamp,
};
use crate::probing::{Circumstances, Relevance};

use super::container::ContainerState;
use super::health::{later, start_period_end};
use super::service::ServiceState;
use super::{Changed, HealthContext, Store};

/// Probe results kept for each service.
const PROBE_LOG: usize = 50;
/// Probe results kept for each service where there are very many services.
const PROBE_LOG_CROWDED: usize = 16;
/// From how many services on that is so.
const CROWDED: usize = 200;

impl Store {
    /// A resource sample. One of a container that does not run is late and ignored.
    pub(super) fn fold_sample(
        &mut self,
        instance: &InstanceId,
        sample: Sample,
        now: Timestamp,
    ) -> Changed {
        let Some(tracked) = self.tracked.get_mut(instance) else {
            return Changed::No;
        };
        let is_first = tracked.sample.is_none();
        let is_late = tracked.sample.is_some_and(|last| last.at >= sample.at);
        if !tracked.facts.is_running() || is_late {
            return Changed::No;
        }
        tracked.sample = Some(sample);
        let before = tracked.pressure;
        tracked
            .pressure
            .sample(&sample, &tracked.facts.limits, &self.context.policy);
        let pressed = tracked.pressure.warning(now) != before.warning(now);
        let id = tracked.service.clone();
        let Some(entry) = self.entries.get_mut(&tracked.service) else {
            return Changed::No;
        };
        let service = Arc::make_mut(&mut entry.service);
        let shown = service
            .instances
            .iter_mut()
            .find(|each| each.facts.id == *instance);
        let Some(shown) = shown else {
            Arc::make_mut(&mut tracked.series).push_sample(&sample);
            return Changed::No;
        };
        // Handed over rather than shared for a moment, so that only a snapshot can force a copy.
        shown.sample = Some(sample);
        shown.series = Arc::default();
        Arc::make_mut(&mut tracked.series).push_sample(&sample);
        shown.series = Arc::clone(&tracked.series);
        if pressed {
            self.refresh(&id, now);
        }
        if is_first || pressed {
            Changed::Yes
        } else {
            Changed::Measured
        }
    }

    /// A probe result.
    pub(super) fn fold_probe(
        &mut self,
        id: &ServiceId,
        instance: Option<&InstanceId>,
        result: ProbeResult,
        now: Timestamp,
    ) -> Changed {
        let limit = if self.entries.len() > CROWDED {
            PROBE_LOG_CROWDED
        } else {
            PROBE_LOG
        };
        let Some(entry) = self.entries.get_mut(id).filter(|entry| !entry.no_probe) else {
            return Changed::No;
        };
        let tracked = instance.map(|instance| self.tracked.get_mut(instance));
        let tracked = match tracked {
            None => None,
            // The container is gone, stopped, or was started again since.
            Some(None) => return Changed::No,
            Some(Some(tracked))
                if !tracked.facts.is_running() || result.checked_at < tracked.run_seen =>
            {
                return Changed::No;
            }
            Some(found) => found,
        };
        let before = standing(entry);
        let docker = tracked
            .as_ref()
            .map_or(DockerStatus::None, |tracked| tracked.facts.docker.status);
        let about = Circumstances {
            proven: entry.proven,
            docker,
            engine_lost: self.context.lost() && !entry.is_external(),
        };
        let relevance = Relevance::of(&result, &about);
        entry.proven |= relevance == Relevance::Works;
        let counts = relevance.counts();
        record(entry, instance, &result, counts, limit);
        if result.kind == ProbeKind::Docker {
            // Docker's verdict counts already, as the engine tells it.
            return Changed::Yes;
        }
        track(entry, tracked, result, counts, &self.context, now);
        self.refresh(id, now);
        if counts && self.sample_state(id) {
            self.refresh(id, now);
        }
        let same = self
            .entries
            .get(id)
            .is_some_and(|entry| standing(entry) == before);
        if same {
            Changed::Measured
        } else {
            Changed::Yes
        }
    }

    /// Adds a service's state to the history that flapping is told from; tells whether it began or
    /// ceased to flap. What comes and goes with something it needs says nothing of its own.
    pub(super) fn sample_state(&mut self, id: &ServiceId) -> bool {
        let parent_is_down = self.parent_is_down(id);
        let Some(entry) = self.entries.get_mut(id).filter(|_| !parent_is_down) else {
            return false;
        };
        let before = entry.flapping.is_on();
        entry.push_state();
        entry.flapping.is_on() != before
    }

    /// Whether something that the service needs hard does not work.
    fn parent_is_down(&self, id: &ServiceId) -> bool {
        let first = self.edges.partition_point(|edge| edge.from < *id);
        let own = self
            .edges
            .iter()
            .skip(first)
            .take_while(|edge| edge.from == *id);
        let mut needed = own.filter(|edge| edge.kind() == EdgeKind::Hard);
        needed.any(|edge| {
            let parent = self.entries.get(&edge.to);
            parent.is_some_and(|parent| parent.service.health.state.is_broken())
        })
    }
}

/// What of a service's health is news, unlike the figures of one more result.
fn standing(entry: &ServiceState) -> (HealthState, Vec<Overlay>, Option<bool>) {
    let health = &entry.service.health;
    (
        health.state,
        health.overlays.clone(),
        health.probe.as_ref().map(|probe| probe.success),
    )
}

/// Keeps the result for people to read.
fn record(
    entry: &mut ServiceState,
    instance: Option<&InstanceId>,
    result: &ProbeResult,
    counts: bool,
    limit: usize,
) {
    let service = Arc::make_mut(&mut entry.service);
    let log = Arc::make_mut(&mut service.probe_log);
    while log.len() >= limit {
        log.pop_front();
    }
    log.push_back(result.clone());
    let works = result.outcome.works();
    if works && result.version.is_some() {
        service.version.clone_from(&result.version);
    }
    let speaks = instance.is_none()
        || service
            .primary()
            .is_some_and(|primary| Some(&primary.facts.id) == instance);
    if counts && speaks {
        let latency = result.latency_ms.filter(|_| works);
        Arc::make_mut(&mut service.latency).push(result.checked_at, [latency]);
    }
}

/// Lets the result move the standing of what was probed.
fn track(
    entry: &mut ServiceState,
    tracked: Option<&mut ContainerState>,
    result: ProbeResult,
    counts: bool,
    context: &HealthContext,
    now: Timestamp,
) {
    let external = entry.is_external();
    let (probe, start_end) = match tracked {
        Some(tracked) => {
            let end = start_period_end(&tracked.facts, &context.policy);
            (&mut tracked.probe, end)
        }
        None => {
            let primary = entry.service.primary();
            (
                &mut entry.shared,
                primary.and_then(|primary| start_period_end(&primary.facts, &context.policy)),
            )
        }
    };
    if !counts {
        probe.record_ignored(result);
        return;
    }
    // Silence while the engine is lost proves nothing, but of what has no engine.
    let since = probe.counted_at().and_then(|counted| match external {
        true => Some(counted),
        false => context
            .connected_since
            .map(|connected| counted.max(connected)),
    });
    let limit = context.policy.interval.saturating_mul(3);
    if since.is_some_and(|since| now >= later(since, limit)) {
        probe.forget_state();
    }
    probe.count(
        result,
        start_end.is_some_and(|end| now < end),
        &context.policy,
    );
}

impl ServiceState {
    /// Adds the current state to the history that flapping is told from; that of a blocked service
    /// is none of its own.
    fn push_state(&mut self) {
        let health = &self.service.health;
        let tells = matches!(
            health.state,
            HealthState::Healthy
                | HealthState::Running
                | HealthState::Degraded
                | HealthState::Unhealthy
        );
        if tells && health.blocked_by.is_empty() {
            let state = health.state;
            self.flapping.push(state);
        }
    }
}
