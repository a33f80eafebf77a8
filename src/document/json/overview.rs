//! Documents about all services together.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{IncidentDocument, ServiceDocument, public};
use crate::model::{
    EngineFlavour, EngineGaps, EngineStatus, Feature, Layer, LayerName, Metric, SelfCost, Service,
    ServiceId, Snapshot, Source, Stack, Timestamp, Totals,
};

/// `hubdeck status --json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StatusDocument<'a> {
    /// When the picture was made.
    pub taken_at: Timestamp,
    /// The engine.
    pub engine: EngineDocument<'a>,
    /// Stacks by name.
    pub stacks: &'a [Stack],
    /// Open incidents, oldest first.
    pub incidents: Vec<IncidentDocument<'a>>,
    /// Services by id.
    pub services: Vec<ServiceDocument<'a>>,
}

impl<'a> From<&'a Snapshot> for StatusDocument<'a> {
    fn from(snapshot: &'a Snapshot) -> Self {
        Self {
            taken_at: snapshot.taken_at,
            engine: EngineDocument::from(snapshot),
            stacks: &snapshot.stacks,
            incidents: snapshot
                .open_incidents()
                .map(|incident| IncidentDocument::from(&**incident))
                .collect(),
            services: snapshot
                .services
                .iter()
                .map(|service| ServiceDocument::of(service, &snapshot.layers))
                .collect(),
        }
    }
}

/// The engine and the connection to it; what is not known yet is `null`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EngineDocument<'a> {
    /// `connecting`, `connected` or `lost`.
    pub status: &'static str,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Why it is lost.
    pub error: Option<String>,
    /// When the next attempt is due.
    pub retry_at: Option<Timestamp>,
    /// Address, credentials masked.
    pub endpoint: Option<String>,
    /// Why this address.
    pub chosen_by: Option<&'a str>,
    /// The host's name.
    pub host_name: Option<&'a str>,
    /// Engine version.
    pub version: Option<&'a str>,
    /// API version agreed on.
    pub api_version: Option<&'a str>,
    /// Docker, Podman or the simulator.
    pub flavour: Option<EngineFlavour>,
    /// When the last complete list arrived.
    pub last_poll: Option<Timestamp>,
    /// When the next one is due.
    pub next_poll: Option<Timestamp>,
    /// How long the last list took.
    pub poll_ms: Option<f64>,
    /// How long the slowest of its latest answers took.
    pub answer_ms: Option<f64>,
    /// Whether that is slow: more than a second.
    pub slow: Option<bool>,
    /// By how much its clock is ahead (behind: negative); its times are corrected by it. Null while
    /// the clocks agree within two seconds.
    pub clock_ahead_ms: Option<i64>,
    /// Features the engine refuses and why.
    pub refused: BTreeMap<Feature, String>,
    /// What of its answers could not be used; left out where that is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gaps: Option<EngineGaps>,
    /// Addresses that failed in the latest search.
    pub attempts: Vec<AttemptDocument<'a>>,
}

/// One address that failed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)] // the fields of `ConnectAttempt`
pub struct AttemptDocument<'a> {
    pub source: &'a str,
    pub endpoint: String,
    pub error: String,
}

impl<'a> From<&'a Snapshot> for EngineDocument<'a> {
    fn from(snapshot: &'a Snapshot) -> Self {
        let view = &snapshot.engine;
        let info = view.info.as_ref();
        let (status, since, error, retry_at) = match &view.status {
            EngineStatus::Connecting => ("connecting", None, None, None),
            EngineStatus::Connected { since } => ("connected", Some(*since), None, None),
            EngineStatus::Lost {
                since,
                error,
                retry_at,
            } => ("lost", Some(*since), Some(public(error)), Some(*retry_at)),
        };
        let attempt = |attempt: &'a crate::model::ConnectAttempt| AttemptDocument {
            source: &attempt.source,
            endpoint: public(&attempt.endpoint),
            error: public(&attempt.error),
        };
        Self {
            status,
            since,
            error,
            retry_at,
            endpoint: info.map(|info| public(&info.endpoint)),
            chosen_by: info.map(|info| info.chosen_by.as_str()),
            host_name: info.and_then(|info| info.host_name.as_deref()),
            version: info.map(|info| info.version.as_str()),
            api_version: info.map(|info| info.api_version.as_str()),
            flavour: info.map(|info| info.flavour),
            last_poll: view.last_poll,
            next_poll: view.next_poll,
            poll_ms: view.poll_ms,
            answer_ms: view.timing.map(|timing| timing.answer_ms),
            slow: view.timing.map(|timing| timing.is_slow()),
            clock_ahead_ms: view.timing.and_then(|timing| timing.clock_ahead_ms),
            refused: view
                .refused
                .iter()
                .map(|(feature, reason)| (*feature, public(reason)))
                .collect(),
            gaps: Some(view.gaps).filter(|gaps| *gaps != EngineGaps::default()),
            attempts: view.attempts.iter().map(attempt).collect(),
        }
    }
}

pub(super) fn members(snapshot: &Snapshot, layer: Layer) -> impl Iterator<Item = &Service> {
    snapshot
        .services
        .iter()
        .map(|service| &**service)
        .filter(move |service| service.layer.layer == layer)
}

/// `GET /api/layers`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayersDocument<'a> {
    /// Every layer, top to bottom.
    pub layers: Vec<LayerTotals<'a>>,
    /// When the picture was made.
    pub generated_at: Timestamp,
}

/// Figures of one layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerTotals<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Services in it.
    pub total: usize,
    /// The same by state.
    pub states: Totals,
    /// Percent of one core over all containers; `null` when nothing was measured.
    pub cpu_percent: Option<f64>,
    /// Working set of all containers.
    pub memory_bytes: Option<u64>,
}

impl<'a> LayerTotals<'a> {
    fn of(snapshot: &'a Snapshot, name: &'a LayerName) -> Self {
        let layer = name.layer;
        let states = Totals::count(members(snapshot, layer).map(|service| service.health.state));
        let sum = |metric| {
            members(snapshot, layer)
                .filter_map(|service| service.total(metric))
                .reduce(|sum, value| sum + value)
        };
        Self {
            id: &name.id,
            title: &name.title,
            total: states.all(),
            states,
            cpu_percent: sum(Metric::Cpu),
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // sums of byte counts
            memory_bytes: sum(Metric::Memory).map(|bytes| bytes as u64),
        }
    }
}

impl<'a> From<&'a Snapshot> for LayersDocument<'a> {
    fn from(snapshot: &'a Snapshot) -> Self {
        Self {
            layers: snapshot
                .layers
                .iter()
                .map(|name| LayerTotals::of(snapshot, name))
                .collect(),
            generated_at: snapshot.taken_at,
        }
    }
}

/// `GET /api/metrics`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MetricsDocument<'a> {
    /// Services.
    pub total_services: usize,
    /// Services in state healthy.
    pub healthy_services: usize,
    /// Containers whose process runs.
    pub running_containers: usize,
    /// Services in state degraded or unhealthy.
    pub services_with_errors: usize,
    /// Seconds since this run of hubdeck began, to the millisecond.
    pub uptime_seconds: f64,
    /// Figures by layer id.
    pub layers: BTreeMap<&'a str, LayerTotals<'a>>,
    /// Figures of an external dashboard; `null` when there is none.
    pub external: Option<BTreeMap<String, f64>>,
    /// What hubdeck itself costs.
    #[serde(rename = "self")]
    pub own: SelfCost,
    /// When the picture was made.
    pub generated_at: Timestamp,
}

impl<'a> MetricsDocument<'a> {
    /// The figures of `snapshot`, read at `now`.
    #[must_use]
    pub fn of(snapshot: &'a Snapshot, now: Timestamp) -> Self {
        let totals = snapshot.totals();
        Self {
            total_services: totals.all(),
            healthy_services: totals.healthy,
            running_containers: running_containers(snapshot),
            services_with_errors: totals.degraded + totals.unhealthy,
            uptime_seconds: uptime_seconds(snapshot, now),
            layers: snapshot
                .layers
                .iter()
                .map(|name| (name.id.as_str(), LayerTotals::of(snapshot, name)))
                .collect(),
            external: None,
            own: snapshot.cost,
            generated_at: snapshot.taken_at,
        }
    }
}

/// Seconds between the start of this run and `now`, to the millisecond; never negative.
#[must_use]
#[allow(clippy::cast_precision_loss)] // milliseconds in f64 are exact for ages
pub fn uptime_seconds(snapshot: &Snapshot, now: Timestamp) -> f64 {
    (now.as_millisecond() - snapshot.started_at.as_millisecond()).max(0) as f64 / 1_000.0
}

fn running_containers(snapshot: &Snapshot) -> usize {
    snapshot
        .services
        .iter()
        .map(|service| service.replicas().0)
        .sum()
}

/// `GET /api/discovery`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DiscoveryDocument<'a> {
    /// Whether services are looked for.
    pub enabled: bool,
    /// The engine.
    pub engine: EngineDocument<'a>,
    /// When the last complete list arrived.
    pub last_poll: Option<Timestamp>,
    /// When the next one is due.
    pub next_poll: Option<Timestamp>,
    /// How much was found.
    pub counts: DiscoveryCounts,
    /// Stacks by name.
    pub stacks: &'a [Stack],
    /// Ids of services by the source that found them.
    pub sources: BTreeMap<Source, Vec<&'a ServiceId>>,
    /// What became of the last change of the config file.
    pub config: ConfigDocument<'a>,
    /// When the picture was made.
    pub generated_at: Timestamp,
}

/// What became of the last change of the config file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ConfigDocument<'a> {
    /// `in_force`, `restart_needed` or `refused`.
    pub status: &'static str,
    /// What is wrong with the file.
    pub problem: Option<&'a str>,
    /// Keys whose new value takes effect after a restart.
    pub after_restart: &'a [&'static str],
}

/// How much was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)] // the fields say it
pub struct DiscoveryCounts {
    pub stacks: usize,
    pub services: usize,
    pub containers: usize,
    pub running_containers: usize,
}

impl<'a> From<&'a Snapshot> for DiscoveryDocument<'a> {
    fn from(snapshot: &'a Snapshot) -> Self {
        let mut sources: BTreeMap<Source, Vec<&ServiceId>> = BTreeMap::new();
        for service in &snapshot.services {
            sources.entry(service.source).or_default().push(&service.id);
        }
        Self {
            enabled: snapshot.engine.discovery,
            engine: EngineDocument::from(snapshot),
            last_poll: snapshot.engine.last_poll,
            next_poll: snapshot.engine.next_poll,
            counts: DiscoveryCounts {
                stacks: snapshot.stacks.len(),
                services: snapshot.services.len(),
                containers: snapshot
                    .services
                    .iter()
                    .map(|service| service.instances.len())
                    .sum(),
                running_containers: running_containers(snapshot),
            },
            stacks: &snapshot.stacks,
            sources,
            config: ConfigDocument {
                status: snapshot.config_status().id(),
                problem: snapshot.config_problem.as_deref(),
                after_restart: &snapshot.config_waiting,
            },
            generated_at: snapshot.taken_at,
        }
    }
}
