//! The words on a card.

use std::borrow::Cow;

use crate::explain;
pub use crate::model::words::near;
use crate::model::{
    InstanceState, Metric, Service, ServiceId, Snapshot, StackName, Timestamp, host_ports, words,
};
use crate::tui::draw::widget::text;

/// Ports published on the host: `:8080`, `:80 :443`, `:80 +3`, `:28000-28010`, `:random`; empty
/// when there are none.
#[must_use]
pub fn ports(service: &Service) -> String {
    let ports = host_ports(service.primary().map(|primary| &*primary.facts));
    match ports.as_slice() {
        [] => String::new(),
        [one] => format!(":{one}"),
        [one, two] => format!(":{one} :{two}"),
        [one, rest @ ..] => format!(":{one} +{}", rest.len()),
    }
}

/// Image without registry and namespace: `postgres:16-alpine`; `sha256` digests are shortened.
#[must_use]
pub fn image(service: &Service) -> &str {
    words::image(service.image())
}

/// `×2` for two running instances, `×1/3` when not all of three run; empty for the usual one.
///
/// Beside a name of `name` cells in `room`: the name matters more than that all run.
#[must_use]
pub fn replicas(service: &Service, ascii: bool, name: usize, room: usize) -> String {
    let sign = if ascii { 'x' } else { '×' };
    match service.replicas() {
        (_, 0 | 1) => String::new(),
        (running, all) if running == all => {
            let words = format!("{sign}{all}");
            if name + 1 + text::width(&words) > room {
                String::new()
            } else {
                words
            }
        }
        (running, all) => format!("{sign}{running}/{all}"),
    }
}

/// Why the service is not simply healthy, in ever shorter forms: what blocks it, else its reason;
/// `None` when all is well.
#[must_use]
pub fn trouble(snapshot: &Snapshot, service: &Service) -> Option<Vec<String>> {
    let health = &service.health;
    if let Some(roots) = blocked(snapshot, service) {
        return Some(vec![roots]);
    }
    if health.state.is_fine() {
        return None;
    }
    // Who needs it is what the lines of the map show.
    let forms = explain::shorter(service);
    if forms.first().is_some_and(String::is_empty) {
        return Some(vec![health.state.id().to_owned()]);
    }
    Some(forms)
}

/// `blocked by db`, `blocked by db +1`; `None` when nothing blocks it.
#[must_use]
pub fn blocked(snapshot: &Snapshot, service: &Service) -> Option<String> {
    let (first, rest) = service.health.blocked_by.split_first()?;
    let more = if rest.is_empty() {
        String::new()
    } else {
        format!(" +{}", rest.len())
    };
    Some(format!(
        "blocked by {}{more}",
        called(snapshot, first, service.stack.as_ref())
    ))
}

/// What the service with `id` is called inside `stack`: its title, after its stack's name when that
/// is another one.
#[must_use]
pub fn called<'a>(
    snapshot: &'a Snapshot,
    id: &'a ServiceId,
    stack: Option<&StackName>,
) -> Cow<'a, str> {
    let Some(service) = snapshot.service(id) else {
        return Cow::Borrowed(near(id, stack));
    };
    match &service.stack {
        Some(own) if Some(own) != stack => Cow::Owned(format!("{own}/{}", service.title())),
        _ => Cow::Borrowed(service.title()),
    }
}

/// CPU and memory now, summed over the instances; `None` where nothing was measured.
#[must_use]
pub fn usage(service: &Service) -> (Option<f64>, Option<f64>) {
    (service.total(Metric::Cpu), service.total(Metric::Memory))
}

/// The latest probe latency in words; `None` when the last probe got no answer or none ran.
#[must_use]
pub fn latency(service: &Service) -> Option<String> {
    service
        .health
        .probe
        .as_ref()
        .filter(|probe| probe.success)
        .and_then(|probe| probe.latency_ms)
        .map(words::millis)
}

/// What is shown where a service has no measurements: when it ended, with its exit code where
/// `with_code`, or that they are awaited.
#[must_use]
pub fn unmeasured(service: &Service, with_code: bool, now: Timestamp) -> String {
    let Some(primary) = service.primary() else {
        return "no container".to_owned();
    };
    let facts = &primary.facts;
    let state = match (facts.state, facts.exit_code) {
        (InstanceState::Running, _) => return "not measured yet".to_owned(),
        (InstanceState::Exited | InstanceState::Dead, Some(code)) if with_code => {
            format!("exit {code}")
        }
        (state, _) => state.id().to_owned(),
    };
    match facts.finished_at {
        Some(at) => format!("{state} {} ago", words::age(at, now)),
        None => state,
    }
}

/// Percent of one core that all instances together may use; `None` without a limit.
#[must_use]
#[allow(clippy::cast_precision_loss)] // a handful of instances
pub fn cpu_limit(service: &Service) -> Option<f64> {
    let cpus = service.primary()?.facts.limits.cpus?;
    Some(cpus * 100.0 * service.instances.len() as f64)
}

/// Memory used as a share of the limits; `None` when some running instance has none.
#[must_use]
#[allow(clippy::cast_precision_loss)] // a share needs no exact bytes
pub fn memory_share(service: &Service) -> Option<(f64, f64)> {
    let samples: Vec<_> = service
        .instances
        .iter()
        .filter_map(|instance| instance.sample.as_ref())
        .collect();
    let used: u64 = samples
        .iter()
        .filter_map(|sample| sample.memory_bytes)
        .sum();
    let limits: Option<Vec<u64>> = samples
        .iter()
        .map(|sample| sample.memory_limit_bytes)
        .collect();
    let limit: u64 = limits?.iter().sum();
    (limit > 0).then(|| (used as f64 / limit as f64, limit as f64))
}

/// CPU of the newest readings of the primary instance, newest first.
pub fn cpu_history(service: &Service) -> impl Iterator<Item = Option<f64>> + '_ {
    service.primary().into_iter().flat_map(|primary| {
        primary
            .series
            .metric(Metric::Cpu)
            .rev()
            .map(|(_, value)| value)
    })
}
