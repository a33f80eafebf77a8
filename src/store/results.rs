//! Folding measurements: probe results and resource samples.

use std::sync::Arc;

use crate::model::{
    DockerStatus, HealthState, InstanceId, InstanceProbe, Overlay, ProbeKind, ProbeResult, Sample,
    Service, ServiceId, Timestamp,
};
use crate::probing::{Circumstances, Relevance};

use super::containers::ContainerState;
use super::dirty::{Changed, Dirty};
use super::health::{later, start_period_end};
use super::services::ServiceState;
use super::{HealthContext, Store};

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
    ) -> Dirty {
        let Some(tracked) = self.containers.by_id.get_mut(instance) else {
            return Dirty::default();
        };
        let usage = &mut tracked.usage;
        let is_first = usage.sample.is_none();
        let is_late = usage.sample.is_some_and(|last| last.at >= sample.at);
        if !tracked.facts.is_running() || is_late {
            return Dirty::default();
        }
        usage.sample = Some(sample);
        let before = usage.pressure;
        usage
            .pressure
            .sample(&sample, &tracked.facts.limits, &self.rules.policy);
        let pressed = usage.pressure.warning(now) != before.warning(now);
        let Some(entry) = self.services.by_id.get_mut(&tracked.service) else {
            return Dirty::default();
        };
        let service = Arc::make_mut(&mut entry.service);
        let shown = service
            .instances
            .iter_mut()
            .find(|each| each.facts.id == *instance);
        let Some(shown) = shown else {
            Arc::make_mut(&mut usage.series).push_sample(&sample);
            return Dirty::default();
        };
        // Handed over rather than shared for a moment, so that only a snapshot can force a copy.
        shown.sample = Some(sample);
        shown.series = Arc::default();
        Arc::make_mut(&mut usage.series).push_sample(&sample);
        shown.series = Arc::clone(&usage.series);
        if pressed {
            Dirty::services([tracked.service.clone()])
        } else if is_first {
            Changed::Yes.into()
        } else {
            Changed::Measured.into()
        }
    }

    /// A probe result.
    pub(super) fn fold_probe(
        &mut self,
        id: &ServiceId,
        instance: Option<&InstanceId>,
        result: ProbeResult,
        now: Timestamp,
    ) -> Dirty {
        let limit = if self.services.by_id.len() > CROWDED {
            PROBE_LOG_CROWDED
        } else {
            PROBE_LOG
        };
        let Some(entry) = self
            .services
            .by_id
            .get_mut(id)
            .filter(|entry| !entry.no_probe)
        else {
            return Dirty::default();
        };
        let tracked = instance.map(|instance| self.containers.by_id.get_mut(instance));
        let tracked = match tracked {
            None => None,
            // The container is gone, stopped, or was started again since.
            Some(None) => return Dirty::default(),
            Some(Some(tracked))
                if !tracked.facts.is_running() || result.checked_at < tracked.run.seen =>
            {
                return Dirty::default();
            }
            Some(found) => found,
        };
        let context = HealthContext::new(&self.rules, &self.engine, &self.operations);
        let docker = tracked
            .as_ref()
            .map_or(DockerStatus::None, |tracked| tracked.facts.docker.status);
        let about = Circumstances {
            proven: entry.proven,
            docker,
            engine_lost: context.lost() && !entry.is_external(),
        };
        let relevance = Relevance::of(&result, &about);
        entry.proven |= relevance == Relevance::Works;
        let counts = relevance.counts();
        record(entry, instance, &result, counts, limit);
        if result.kind == ProbeKind::Docker {
            // Docker's verdict counts already, as the engine reports it.
            return Changed::Yes.into();
        }
        time(entry, &result);
        if let Some(instance) = instance {
            show(entry, instance, InstanceProbe::of(&result, counts));
        }
        track(entry, tracked, result, counts, &context, now);
        Dirty {
            probed: vec![(id.clone(), counts)],
            ..Changed::Measured.into()
        }
    }
}

/// Counts how long the probe took, where there was an answer.
fn time(entry: &mut ServiceState, result: &ProbeResult) {
    if let Some(latency) = result.latency_ms {
        let service = Arc::make_mut(&mut entry.service);
        Arc::make_mut(&mut service.probe_durations).observe(latency);
    }
}

/// Shows the verdict on a container at once: the service is not composed anew for it.
fn show(entry: &mut ServiceState, instance: &InstanceId, probe: InstanceProbe) {
    let mut shown = Arc::make_mut(&mut entry.service).instances.iter_mut();
    if let Some(shown) = shown.find(|each| each.facts.id == *instance) {
        shown.probe = Some(probe);
    }
}

/// What of a service's health is news, unlike the figures of one more result.
pub(super) fn standing(entry: &ServiceState) -> (HealthState, Vec<Overlay>, Option<bool>) {
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
    if counts && speaks(service, instance) {
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
    context: &HealthContext<'_>,
    now: Timestamp,
) {
    let external = entry.is_external();
    let (probe, start_end) = match tracked {
        Some(tracked) => {
            let end = start_period_end(&tracked.facts, context.policy);
            (&mut tracked.probe, end)
        }
        None => {
            let primary = entry.service.primary();
            (
                &mut entry.shared,
                primary.and_then(|primary| start_period_end(&primary.facts, context.policy)),
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
        context.policy,
    );
}

/// Whether a result of `instance` stands for the whole service.
fn speaks(service: &Service, instance: Option<&InstanceId>) -> bool {
    let primary = service.primary().map(|primary| &primary.facts.id);
    instance.is_none() || primary == instance
}
