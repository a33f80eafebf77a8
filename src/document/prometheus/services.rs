//! Metrics of services and their containers.

use std::collections::HashSet;

use super::families::{MetricFamily, MetricType};
use super::own::unix_seconds;
use super::text::MetricsText;
use crate::logs::sources::final_name;
use crate::model::{Instance, Metric, Service, ShownState, Snapshot};

const HEALTH: MetricFamily = MetricFamily::gauge(
    "hubdeck_service_health",
    "1 for the state that the service is in, 0 for the others.",
);
const BLOCKED: MetricFamily = MetricFamily::gauge(
    "hubdeck_service_blocked",
    "1 for each failing service that is the cause of this one's trouble.",
);
const OVERLAY: MetricFamily = MetricFamily::gauge(
    "hubdeck_service_overlay",
    "1 for each condition beside the state of the service.",
);
const INSTANCES: MetricFamily =
    MetricFamily::gauge("hubdeck_service_instances", "Containers of the service.");
const RUNNING: MetricFamily = MetricFamily::gauge(
    "hubdeck_service_running_instances",
    "Containers of the service whose process runs.",
);
const PROBE_SUCCESS: MetricFamily = MetricFamily::gauge(
    "hubdeck_probe_success",
    "Whether the last probe of the service succeeded.",
);
const PROBE_DURATION: MetricFamily = MetricFamily::new(
    "hubdeck_probe_duration_seconds",
    MetricType::Histogram,
    "How long probes of the service took that were answered.",
)
.of("seconds");
const CERTIFICATE: MetricFamily = MetricFamily::gauge(
    "hubdeck_certificate_expiry_timestamp_seconds",
    "When the certificate that the service shows expires, in Unix time.",
)
.of("seconds");
const CPU: MetricFamily = MetricFamily::gauge(
    "hubdeck_container_cpu_ratio",
    "CPU that the container uses, as a share of one core.",
)
.of("ratio");
const MEMORY: MetricFamily = MetricFamily::gauge(
    "hubdeck_container_memory_working_set_bytes",
    "Working set of the container.",
)
.of("bytes");
const MEMORY_LIMIT: MetricFamily = MetricFamily::gauge(
    "hubdeck_container_memory_limit_bytes",
    "Memory limit of the container.",
)
.of("bytes");
const RESTARTS: MetricFamily = MetricFamily::counter(
    "hubdeck_container_restarts",
    "Restarts of the container by its restart policy.",
);

/// A service with its labels.
struct Labelled<'a> {
    service: &'a Service,
    stack: &'a str,
    name: &'a str,
}

impl<'a> Labelled<'a> {
    fn of(service: &'a Service) -> Self {
        Self {
            service,
            stack: service.stack.as_ref().map_or("", |stack| stack.as_str()),
            name: service.name.as_str(),
        }
    }

    fn labels(&self) -> [(&'static str, &'a str); 2] {
        [("stack", self.stack), ("service", self.name)]
    }

    fn with(&self, label: &'static str, value: &'a str) -> [(&'static str, &'a str); 3] {
        let [stack, service] = self.labels();
        [stack, service, (label, value)]
    }
}

/// Writes them.
pub(super) fn write(snapshot: &Snapshot, text: &mut MetricsText) {
    let services = snapshot.services.iter();
    let services: Vec<Labelled<'_>> = services.map(|service| Labelled::of(service)).collect();
    write_health(&services, text);
    write_counts(&services, text);
    write_probes(&services, text);
    // What containers used before the engine was lost is not what they use now.
    if snapshot.engine.status.is_connected() {
        write_usage(&services, text);
    }
    write_restarts(&services, text);
}

fn write_health(services: &[Labelled<'_>], text: &mut MetricsText) {
    for each in services {
        let shown = each.service.health.shown_state();
        for state in ShownState::WORST_FIRST {
            text.condition(&HEALTH, &each.with("state", state.id()), state == shown);
        }
    }
    for each in services {
        for root in &each.service.health.blocked_by {
            text.condition(&BLOCKED, &each.with("root", root.as_str()), true);
        }
    }
    for each in services {
        for overlay in &each.service.health.overlays {
            text.condition(&OVERLAY, &each.with("overlay", overlay.id()), true);
        }
    }
}

#[allow(clippy::cast_precision_loss)] // numbers of containers
fn write_counts(services: &[Labelled<'_>], text: &mut MetricsText) {
    for (family, running) in [(&INSTANCES, false), (&RUNNING, true)] {
        for each in services {
            let (up, all) = each.service.replicas();
            let count = if running { up } else { all };
            text.series(family, &each.labels(), count as f64);
        }
    }
}

fn write_probes(services: &[Labelled<'_>], text: &mut MetricsText) {
    for each in services {
        if let Some(probe) = &each.service.health.probe {
            text.condition(&PROBE_SUCCESS, &each.labels(), probe.success);
        }
    }
    for each in services {
        let durations = &each.service.probe_durations;
        if durations.count() > 0 {
            text.histogram(&PROBE_DURATION, &each.labels(), durations);
        }
    }
    for each in services {
        let probe = each.service.health.probe.as_ref();
        let until = probe.and_then(|probe| probe.certificate_until);
        text.series(&CERTIFICATE, &each.labels(), until.map(unix_seconds));
    }
}

#[allow(clippy::cast_precision_loss)] // bytes are far below 2^53
fn write_usage(services: &[Labelled<'_>], text: &mut MetricsText) {
    let reading = |instance: &Instance, metric| instance.sample.as_ref()?.get(metric);
    containers(services, text, &CPU, |instance| {
        reading(instance, Metric::Cpu).map(|percent| percent / 100.0)
    });
    containers(services, text, &MEMORY, |instance| {
        reading(instance, Metric::Memory)
    });
    containers(services, text, &MEMORY_LIMIT, |instance| {
        let limit = instance.facts.limits.memory_bytes;
        limit.map(|bytes| bytes as f64)
    });
}

/// Restarts, of containers that were inspected: a list does not tell of them.
#[allow(clippy::cast_precision_loss)]
fn write_restarts(services: &[Labelled<'_>], text: &mut MetricsText) {
    containers(services, text, &RESTARTS, |instance| {
        let facts = &instance.facts;
        facts.inspected.then_some(facts.restarts as f64)
    });
}

/// Writes `value` of each container under its name. While one replaces another both may have the
/// same name; the one that runs is shown.
fn containers(
    services: &[Labelled<'_>],
    text: &mut MetricsText,
    family: &MetricFamily,
    value: impl Fn(&Instance) -> Option<f64>,
) {
    for each in services {
        let mut shown = HashSet::new();
        let instances = &each.service.instances;
        let running = instances.iter().filter(|it| it.facts.is_running());
        let others = instances.iter().filter(|it| !it.facts.is_running());
        for instance in running.chain(others) {
            let name = final_name(&instance.facts.name);
            if shown.insert(name) {
                text.series(family, &each.with("container", name), value(instance));
            }
        }
    }
}
