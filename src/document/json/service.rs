//! The document of one service.

use serde::Serialize;

use super::{Freshness, PortDocument, log_figures, port, public};
use crate::explain;
use crate::model::SortShared as _;
use crate::model::{
    DockerHealth, DockerStatus, FindingCode, HealStop, HealthState, ImageCheck, Instance,
    InstanceState, Limits, LogFigures, LostNetwork, MissingNeed, Overlay, Port, ProbeKind,
    ProbePhases, ProbeVerdict, ReasonCode, Sample, Service, ServiceId, ShownState, Snapshot,
    Source, SwarmService, Timestamp,
};

/// A service.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServiceDocument<'a> {
    /// `stack/name`, or the name alone.
    pub id: &'a ServiceId,
    /// Its stack.
    pub stack: Option<&'a str>,
    /// Its name.
    pub name: &'a str,
    /// What an operator calls it; the name where nobody chose another.
    pub display_name: &'a str,
    /// Where it was found.
    pub source: Source,
    /// Id of its layer.
    pub layer: &'a str,
    /// What decided the layer.
    pub layer_reason: &'a str,
    /// How sure the layer is, in percent.
    pub layer_confidence: u8,
    /// Everything that was weighed for it, what decided first.
    pub layer_evidence: Vec<LayerEvidenceDocument<'a>>,
    /// Technology, when the image is known.
    pub kind: Option<&'a str>,
    /// Image; `None` without containers.
    pub image: Option<&'a str>,
    /// Whether its registry has a newer image; left out where that is not looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newer_image: Option<&'a ImageCheck>,
    /// Version from its health endpoint.
    pub version: Option<&'a str>,
    /// Health.
    pub health: HealthDocument<'a>,
    /// Running and all instances.
    pub replicas: ReplicasDocument,
    /// Its containers.
    pub instances: Vec<InstanceDocument<'a>>,
    /// Ports of all instances, sorted, without repeats.
    pub ports: Vec<PortDocument<'a>>,
    /// Published ports as `address:port`.
    pub endpoints: Vec<String>,
    /// Limits of the primary instance; a member is `null` where there is no limit.
    pub limits: Option<Limits>,
    /// Figures of its log; `null` where it was not read.
    pub logs: Option<LogFigures>,
    /// Services it needs.
    pub depends_on: &'a [ServiceId],
    /// Services that need it.
    pub needed_by: &'a [ServiceId],
    /// What it needs that has no container.
    pub missing: &'a [MissingNeed],
    /// Instances whose network, which they use of another container, ended.
    pub lost_networks: &'a [LostNetwork],
    /// Its state in the Swarm; `null` where it is no Swarm service.
    pub swarm: Option<&'a SwarmService>,
    /// That auto-heal restarts it no more; left out where it may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_heal_stopped: Option<&'a HealStop>,
}

/// One piece of evidence for a layer; see [`crate::model::LayerEvidence`].
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)] // the fields of `LayerEvidence`, the layer by its id
pub struct LayerEvidenceDocument<'a> {
    pub layer: &'a str,
    pub confidence: u8,
    pub reason: &'a str,
}

/// Running and all instances.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)] // the names are the documentation
pub struct ReplicasDocument {
    pub running: usize,
    pub total: usize,
}

/// Health of a service; see [`crate::model::Health`].
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)] // the fields of `Health`
pub struct HealthDocument<'a> {
    pub state: HealthState,
    /// The state as people read it: `paused`, else `state`.
    pub shown: ShownState,
    pub since: Timestamp,
    /// Whether it entered that state then; otherwise it was so at first sight.
    pub since_known: bool,
    pub reason: String,
    /// The kind of the reason, for programs.
    pub reason_code: ReasonCode,
    pub overlays: &'a [Overlay],
    pub blocked_by: &'a [ServiceId],
    pub docker: Option<DockerDocument>,
    pub probe: Option<ProbeDocument>,
}

/// Docker's verdict; see [`crate::model::DockerHealth`].
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)] // the fields of `DockerHealth`
pub struct DockerDocument {
    pub status: DockerStatus,
    pub failing_streak: u32,
    pub checked_at: Option<Timestamp>,
}

/// Our own verdict; see [`crate::model::ProbeVerdict`].
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)] // the fields of `ProbeVerdict`
pub struct ProbeDocument {
    pub kind: ProbeKind,
    pub target: String,
    pub success: bool,
    pub latency_ms: Option<f64>,
    pub phases: Option<ProbePhases>,
    pub certificate_until: Option<Timestamp>,
    pub checked_at: Timestamp,
    /// That it is older than `cache.ttl` and asked for again; left out where it is not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
    pub message: String,
    /// The kind of what was found, for programs.
    pub code: FindingCode,
}

/// One container with its latest reading; see [`crate::model::InstanceFacts`] and [`Sample`].
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)] // the fields of the two
pub struct InstanceDocument<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub state: InstanceState,
    pub started_at: Option<Timestamp>,
    pub restarts: Option<u64>,
    pub exit_code: Option<i64>,
    pub oom_killed: Option<bool>,
    pub cpu_percent: Option<f64>,
    pub memory_bytes: Option<u64>,
    pub memory_limit_bytes: Option<u64>,
    pub network_rx_bytes_per_s: Option<f64>,
    pub network_tx_bytes_per_s: Option<f64>,
    pub block_read_bytes_per_s: Option<f64>,
    pub block_write_bytes_per_s: Option<f64>,
    /// What could not be read of it; left out where everything was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
}

impl<'a> ServiceDocument<'a> {
    /// The document of `service` of `snapshot`, in which nothing is stale.
    #[must_use]
    pub fn of(service: &'a Service, snapshot: &'a Snapshot) -> Self {
        Self::at(service, snapshot, Freshness::default())
    }

    /// The document of `service` of `snapshot`, with its probe marked where it is stale.
    #[must_use]
    pub fn at(service: &'a Service, snapshot: &'a Snapshot, freshness: Freshness) -> Self {
        let layers = &*snapshot.layers;
        let facts = || service.instances.iter().map(|instance| &*instance.facts);
        let mut ports: Vec<&Port> = facts().flat_map(|facts| &facts.ports).collect();
        ports.sort_shared();
        ports.dedup();
        let (running, total) = service.replicas();
        Self {
            id: &service.id,
            stack: service.stack.as_ref().map(|stack| stack.as_str()),
            name: service.name.as_str(),
            display_name: service.title(),
            source: service.source,
            layer: layers.id(service.layer.layer),
            layer_reason: &service.layer.reason,
            layer_confidence: service.layer.confidence,
            layer_evidence: (service.layer.evidence.iter())
                .map(|evidence| LayerEvidenceDocument {
                    layer: layers.id(evidence.layer),
                    confidence: evidence.confidence,
                    reason: &evidence.reason,
                })
                .collect(),
            kind: service.hint.as_ref().map(|hint| hint.kind.as_str()),
            image: Some(service.image()).filter(|image| !image.is_empty()),
            newer_image: snapshot.image_checks.of(service),
            version: service.version.as_deref(),
            health: HealthDocument::of(service, freshness),
            replicas: ReplicasDocument { running, total },
            instances: service
                .instances
                .iter()
                .map(InstanceDocument::from)
                .collect(),
            endpoints: endpoints(&ports),
            ports: port::documents(facts(), &ports),
            limits: service
                .primary()
                .filter(|primary| {
                    primary.facts.inspected && !primary.facts.unread.touches("HostConfig")
                })
                .map(|primary| primary.facts.limits),
            logs: service
                .log_figures
                .as_deref()
                .map(log_figures::public_figures),
            depends_on: &service.depends_on,
            needed_by: &service.needed_by,
            missing: &service.missing,
            lost_networks: &service.lost_networks,
            swarm: service.swarm.as_ref(),
            auto_heal_stopped: snapshot.heal_stop(&service.id),
        }
    }
}

/// Published ports as `address:port`, an IPv6 address in brackets, without repeats.
fn endpoints(ports: &[&Port]) -> Vec<String> {
    let mut endpoints: Vec<String> = ports
        .iter()
        .filter_map(|port| {
            let published = port.published?;
            Some(match port.address.as_deref() {
                Some(address) if address.contains(':') => format!("[{address}]:{published}"),
                Some(address) if !address.is_empty() => format!("{address}:{published}"),
                _ => format!("0.0.0.0:{published}"),
            })
        })
        .collect();
    endpoints.dedup();
    endpoints
}

impl<'a> HealthDocument<'a> {
    fn of(service: &'a Service, freshness: Freshness) -> Self {
        let health = &service.health;
        let probe = |probe: &ProbeVerdict| ProbeDocument::of(probe, freshness);
        Self {
            state: health.state,
            shown: health.shown_state(),
            since: health.since,
            since_known: health.known_since().is_some(),
            reason: public(&explain::short(service)),
            reason_code: health.reason.code(),
            overlays: &health.overlays,
            blocked_by: &health.blocked_by,
            docker: health.docker.as_ref().map(DockerDocument::of),
            probe: health.probe.as_ref().map(probe),
        }
    }
}

impl DockerDocument {
    const fn of(docker: &DockerHealth) -> Self {
        Self {
            status: docker.status,
            failing_streak: docker.failing_streak,
            checked_at: docker.checked_at,
        }
    }
}

impl ProbeDocument {
    fn of(probe: &ProbeVerdict, freshness: Freshness) -> Self {
        Self {
            kind: probe.kind,
            target: public(&probe.target),
            success: probe.success,
            latency_ms: probe.latency_ms,
            phases: probe.phases,
            certificate_until: probe.certificate_until,
            checked_at: probe.checked_at,
            stale: freshness.is_stale(probe.checked_at),
            message: public(&explain::finding(&probe.finding)),
            code: probe.finding.code(),
        }
    }
}

impl<'a> From<&'a Instance> for InstanceDocument<'a> {
    fn from(instance: &'a Instance) -> Self {
        let facts = &*instance.facts;
        let sample = instance.sample.as_ref();
        let rate = |pick: fn(&Sample) -> Option<f64>| sample.and_then(pick);
        // Docker keeps 0 as exit code while a process runs: that is no exit code.
        let ended = facts.state.has_ended() || facts.state == InstanceState::Restarting;
        let limit = facts.limits.memory_bytes;
        Self {
            id: facts.id.as_str(),
            name: &facts.name,
            state: facts.state,
            started_at: facts.started_at,
            restarts: facts.known_restarts(),
            exit_code: facts.exit_code.filter(|_| ended),
            oom_killed: facts.known_oom_killed(),
            cpu_percent: rate(|sample| sample.cpu_percent),
            memory_bytes: sample.and_then(|sample| sample.memory_bytes),
            memory_limit_bytes: limit.or(sample.and_then(|sample| sample.memory_limit_bytes)),
            network_rx_bytes_per_s: rate(|sample| sample.network_rx_bytes_per_s),
            network_tx_bytes_per_s: rate(|sample| sample.network_tx_bytes_per_s),
            block_read_bytes_per_s: rate(|sample| sample.block_read_bytes_per_s),
            block_write_bytes_per_s: rate(|sample| sample.block_write_bytes_per_s),
            unread: facts.unread.words().map(|words| public(&words)),
        }
    }
}
