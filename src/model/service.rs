//! Services and their instances.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    DockerStatus, FailureLog, Health, InstanceFacts, Layer, LayerAssignment, LayerOrigin,
    LogFigures, LostNetwork, MissingNeed, ProbeDurations, ProbeKind, ProbeResult, ProbeSpec,
    Sample, Series, ServiceId, ServiceName, StackName, SwarmService, Timestamp,
};

/// Where a service was found.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A container engine.
    Docker,
    /// The config file (an external service with a URL).
    Config,
}

/// The latest result of our probe of one container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceProbe {
    /// End of the probe.
    pub checked_at: Timestamp,
    /// Whether the service works by it.
    pub works: bool,
    /// Whether it counts for the state.
    pub counts: bool,
}

impl InstanceProbe {
    /// The verdict of `result`; `counts`: whether it counts for the state.
    #[must_use]
    pub fn of(result: &ProbeResult, counts: bool) -> Self {
        Self {
            checked_at: result.checked_at,
            works: result.outcome.works(),
            counts,
        }
    }
}

/// One container of a service with its measurements.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Instance {
    /// What the engine says.
    pub facts: Arc<InstanceFacts>,
    /// The latest reading; `None` before the first and while it does not run.
    pub sample: Option<Sample>,
    /// Past readings, columns in the order of [`super::Metric::ALL`].
    pub series: Arc<Series<6>>,
    /// Our verdict on it; `None` before the first result of its run, and where the service is
    /// probed as a whole.
    pub probe: Option<InstanceProbe>,
}

/// How a known image is probed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HintProbe {
    /// Kind of probe.
    pub kind: ProbeKind,
    /// Port inside the container.
    pub port: u16,
    /// HTTP path, name of a gRPC service or of a DNS question; empty is the usual one.
    pub path: String,
    /// Whether it goes over TLS.
    pub tls: bool,
}

/// What the image catalog knows of an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageHint {
    /// Technology, such as `postgres`.
    pub kind: String,
    /// Its usual layer.
    pub layer: Layer,
    /// Its usual probe.
    pub probe: Option<HintProbe>,
}

/// A service: one or more instances under one name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// `stack/name`, or the name alone.
    pub id: ServiceId,
    /// Its stack.
    pub stack: Option<StackName>,
    /// Its name.
    pub name: ServiceName,
    /// What an operator calls it (`hubdeck.name` label or config), cleaned and bounded.
    pub display_name: Option<String>,
    /// Where it was found.
    pub source: Source,
    /// Band of the map, with the reason.
    pub layer: LayerAssignment,
    /// What the catalog knows of its image.
    pub hint: Option<Arc<ImageHint>>,
    /// A probe set by config; `None` leaves it to derivation.
    pub probe_rule: Option<ProbeSpec>,
    /// Health.
    pub health: Health,
    /// The version in the answer of its health endpoint.
    pub version: Option<String>,
    /// Instances, sorted by number and name.
    pub instances: Vec<Instance>,
    /// Recent probe results, oldest first, bounded.
    pub probe_log: Arc<std::collections::VecDeque<super::ProbeResult>>,
    /// Probe latency in milliseconds; a gap is a failure.
    pub latency: Arc<Series<1>>,
    /// How long its probes took that were answered; it only grows.
    pub probe_durations: Arc<ProbeDurations>,
    /// Its last log lines when it became unhealthy; `None` before and after it works again.
    pub failure_log: Option<Arc<FailureLog>>,
    /// Figures of what it logs; `None` where its log was not read.
    pub log_figures: Option<Arc<LogFigures>>,
    /// Direct needs, sorted, without repeats.
    pub depends_on: Vec<ServiceId>,
    /// Direct dependents, sorted, without repeats.
    pub needed_by: Vec<ServiceId>,
    /// What it needs that has no container, sorted.
    pub missing: Vec<MissingNeed>,
    /// Instances whose network, which they use of another container, ended.
    pub lost_networks: Vec<LostNetwork>,
    /// What the Swarm reports of it, where it is a Swarm service.
    pub swarm: Option<SwarmService>,
}

impl Service {
    /// A service of which nothing but its name is known since `since`.
    #[must_use]
    pub fn unknown(stack: Option<StackName>, name: ServiceName, since: Timestamp) -> Self {
        Self {
            id: ServiceId::of(stack.as_ref(), &name),
            stack,
            name,
            display_name: None,
            source: Source::Docker,
            layer: LayerAssignment::of(
                Layer::App,
                LayerOrigin::Default,
                0,
                "nothing tells of another layer",
            ),
            hint: None,
            probe_rule: None,
            health: Health::unknown(since),
            version: None,
            instances: Vec::new(),
            probe_log: Arc::default(),
            latency: Arc::default(),
            probe_durations: Arc::default(),
            failure_log: None,
            log_figures: None,
            depends_on: Vec::new(),
            needed_by: Vec::new(),
            missing: Vec::new(),
            lost_networks: Vec::new(),
            swarm: None,
        }
    }

    /// Our verdict on `instance`; that on the service where it is probed as a whole.
    #[must_use]
    pub fn probe_of(&self, instance: &Instance) -> Option<InstanceProbe> {
        if self.instances.iter().any(|each| each.probe.is_some()) {
            return instance.probe;
        }
        self.health.probe.as_ref().map(|verdict| InstanceProbe {
            checked_at: verdict.checked_at,
            works: verdict.success,
            counts: verdict.counts,
        })
    }

    /// The name to show: what an operator calls it, else its own.
    #[must_use]
    pub fn title(&self) -> &str {
        self.display_name
            .as_deref()
            .unwrap_or_else(|| self.name.as_str())
    }

    /// The name to show among services of other stacks: `stack/title`.
    #[must_use]
    pub fn full_title(&self) -> Cow<'_, str> {
        match (&self.display_name, &self.stack) {
            (None, _) => Cow::Borrowed(self.id.as_str()),
            (Some(name), Some(stack)) => Cow::Owned(format!("{stack}/{name}")),
            (Some(name), None) => Cow::Borrowed(name),
        }
    }

    /// The instance that speaks for the service: the first running one, else the first.
    #[must_use]
    pub fn primary(&self) -> Option<&Instance> {
        self.instances
            .iter()
            .find(|instance| instance.facts.is_running())
            .or_else(|| self.instances.first())
    }

    /// The instance that tells most of trouble: one that ended badly, else one that Docker calls
    /// unhealthy, else the one that our failing probe asked, else the primary one.
    #[must_use]
    pub fn witness(&self) -> Option<&Instance> {
        let failing = self.health.probe.as_ref().filter(|probe| !probe.success);
        let asked = |each: &&Instance| {
            let addresses = each
                .facts
                .networks
                .iter()
                .filter_map(|network| network.address);
            let target = failing.map_or("", |probe| probe.target.as_str());
            addresses
                .into_iter()
                .any(|address| is_host_of(target, &address.to_string()))
        };
        let find =
            |fits: &dyn Fn(&&Instance) -> bool| self.instances.iter().find(|each| fits(each));
        find(&|each| each.facts.ended_badly())
            .or_else(|| find(&|each| each.facts.docker.status == DockerStatus::Unhealthy))
            .or_else(|| find(&asked))
            .or_else(|| find(&|each| each.facts.docker.failing_streak > 0))
            .or_else(|| self.primary())
    }

    /// Image of the primary instance; empty for a service without containers.
    #[must_use]
    pub fn image(&self) -> &str {
        self.primary()
            .map_or("", |instance| instance.facts.image.as_str())
    }

    /// Running instances and all instances.
    #[must_use]
    pub fn replicas(&self) -> (usize, usize) {
        let running = self
            .instances
            .iter()
            .filter(|instance| instance.facts.is_running())
            .count();
        (running, self.instances.len())
    }

    /// Figures of its log, while one of its containers runs: of what ended there is no rate.
    #[must_use]
    pub fn running_log(&self) -> Option<&LogFigures> {
        let runs = self.replicas().0 > 0;
        self.log_figures.as_deref().filter(|_| runs)
    }

    /// Sum of a metric over the instances that have it; `None` when none has.
    #[must_use]
    pub fn total(&self, metric: super::Metric) -> Option<f64> {
        self.instances
            .iter()
            .filter_map(|instance| instance.sample.as_ref()?.get(metric))
            .reduce(|sum, value| sum + value)
    }
}

/// Whether `target`, a URL or `host:port`, is at `address`.
fn is_host_of(target: &str, address: &str) -> bool {
    target.match_indices(address).any(|(at, _)| {
        let (before, after) = (&target[..at], &target[at + address.len()..]);
        let part = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':');
        let port = after
            .strip_prefix(':')
            .is_some_and(|port| port.starts_with(|c: char| c.is_ascii_digit()));
        !before.ends_with(part) && (port || !after.starts_with(part))
    })
}
