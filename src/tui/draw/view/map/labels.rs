//! The words on a card.

use std::iter::repeat;

use crate::explain;
pub use crate::explain::plan::called;
pub use crate::model::words::near;
use crate::model::{
    InstanceState, LogFigures, LogRates, Metric, Service, Snapshot, Timestamp, host_ports, words,
};
use crate::tui::draw::glyphs::Glyphs;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{gauge, spark, text};

/// The share of what it may use beyond which a service's CPU is coloured.
const CPU_WARNING: f64 = 0.8;

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

/// What tells one version from another: the version that the service reports, else the tag of its
/// image; empty where there is neither.
#[must_use]
pub fn tag(service: &Service) -> &str {
    let tag = image(service).split_once(':').map_or("", |(_, tag)| tag);
    service.version.as_deref().unwrap_or(tag)
}

/// `↻2`: how often the engine restarted its containers; empty where that is not known and for one
/// that does not run.
#[must_use]
pub fn restarts(service: &Service, ascii: bool) -> String {
    let running = service
        .instances
        .iter()
        .filter(|each| each.facts.is_running());
    let counts: Vec<u64> = running
        .filter_map(|each| each.facts.known_restarts())
        .collect();
    if counts.is_empty() {
        return String::new();
    }
    let sign = if ascii { '@' } else { '↻' };
    format!("{sign}{}", counts.iter().sum::<u64>())
}

/// How long the longest running instance runs: `up 2h`; `None` when none does.
#[must_use]
pub fn uptime(service: &Service, now: Timestamp) -> Option<String> {
    let running = service
        .instances
        .iter()
        .filter(|each| each.facts.is_running());
    let since = running.filter_map(|each| each.facts.started_at).min()?;
    Some(format!("up {}", words::age(since, now)))
}

/// Whether an instance is frozen by the engine.
#[must_use]
pub fn is_paused(service: &Service) -> bool {
    let paused = |state| state == InstanceState::Paused;
    service
        .instances
        .iter()
        .any(|each| paused(each.facts.state))
}

/// Whether its last probe found it slower than it may be.
#[must_use]
pub fn is_slow(service: &Service) -> bool {
    explain::sentence::slowness(&service.health).is_some()
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
        "{} {}{more}",
        explain::affected_by(&service.health),
        called(snapshot, first, service.stack.as_ref())
    ))
}

/// CPU and memory now, summed over the instances; `None` where nothing was measured.
#[must_use]
pub fn usage(service: &Service) -> (Option<f64>, Option<f64>) {
    (service.total(Metric::Cpu), service.total(Metric::Memory))
}

/// The latest probe latency in words, also of an answer that is an error; `None` when the last probe
/// got no answer or none ran.
#[must_use]
pub fn latency(service: &Service) -> Option<String> {
    service
        .health
        .probe
        .as_ref()
        .filter(|probe| probe.success || probe.contact.is_answer())
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

/// How long its container ran that ended: `took 12s`; `None` while it runs.
#[must_use]
pub fn took(service: &Service) -> Option<String> {
    let facts = &service.primary()?.facts;
    let took = facts.finished_at?.duration_since(facts.started_at?);
    (!facts.is_running()).then(|| format!("took {}", words::elapsed(took)))
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

/// The role of a CPU figure: neutral up to [`CPU_WARNING`] of its limit; without one, of the host.
#[must_use]
#[allow(clippy::cast_precision_loss)] // a share needs no exact figures
pub fn cpu_role(snapshot: &Snapshot, service: &Service) -> Role {
    let host = || Some(snapshot.engine.info.as_ref()?.cpus? as f64 * 100.0);
    let limit = cpu_limit(service).or_else(host);
    let share = usage(service).0.zip(limit).map(|(cpu, limit)| cpu / limit);
    if share.is_some_and(|share| share > CPU_WARNING) {
        Role::Degraded
    } else {
        Role::Text
    }
}

/// The role of a memory figure: neutral up to [`gauge::WARNING`] of its limit.
#[must_use]
pub fn memory_role(share: Option<f64>) -> Role {
    if share.is_some_and(|share| share > gauge::WARNING) {
        Role::Degraded
    } else {
        Role::Text
    }
}

/// The role of a latency: neutral unless it is slower than it may be.
#[must_use]
pub fn latency_role(service: &Service) -> Role {
    if is_slow(service) {
        Role::Degraded
    } else {
        Role::Text
    }
}

/// The latency over time in so many cells.
#[must_use]
pub fn latency_spark(service: &Service, cells: usize, glyphs: Glyphs) -> String {
    let newest = service.latency.column(0).rev().map(|(_, value)| value);
    spark::spark(newest, cells, spark::LATENCY_FLOOR_MS, glyphs)
}

/// A rate of a log in words; an estimate begins with `~`.
#[must_use]
pub fn log_rate(log: &LogFigures, per_second: f64) -> String {
    let mark = if log.is_estimate && per_second > 0.0 {
        "~"
    } else {
        ""
    };
    format!("{mark}{}", words::per_second(per_second))
}

/// Lines a second over time in so many cells; times with errors have their role.
#[must_use]
pub fn log_spark(log: &LogFigures, cells: usize, glyphs: Glyphs) -> Vec<(char, Role)> {
    let newest_first = || log.history.iter().rev().map(Option::as_ref);
    let lines = newest_first().map(|rates| Some(rates?.lines_per_s));
    let line = spark::spark(lines, cells, spark::LOG_FLOOR_PER_SECOND, glyphs);
    let has_errors = |rates: Option<&LogRates>| rates.is_some_and(|it| it.errors_per_s > 0.0);
    let errors = newest_first().map(has_errors);
    let errors: Vec<bool> = errors.chain(repeat(false)).take(cells).collect();
    let role = |has_errors| {
        if has_errors {
            Role::Unhealthy
        } else {
            Role::Muted
        }
    };
    let roles = errors.into_iter().rev().map(role);
    line.chars().zip(roles).collect()
}

/// The role of a rate of errors.
#[must_use]
pub fn error_role(per_second: f64) -> Role {
    if per_second > 0.0 {
        Role::Unhealthy
    } else {
        Role::Dim
    }
}

/// CPU of the newest readings of the primary instance, newest first.
pub fn cpu_history(service: &Service) -> impl Iterator<Item = Option<f64>> + '_ {
    let primary = service.primary().into_iter();
    primary.flat_map(|primary| {
        let newest_first = primary.series.metric(Metric::Cpu).rev();
        newest_first.map(|(_, value)| value)
    })
}

/// The CPU use of the primary instance over time in so many cells.
#[must_use]
pub fn cpu_spark(service: &Service, cells: usize, glyphs: Glyphs) -> String {
    let history = cpu_history(service);
    spark::spark(history, cells, spark::CPU_FLOOR_PERCENT, glyphs)
}
