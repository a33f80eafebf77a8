//! What an engine reports of one container.

mod known;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::secrets::Sensitive;
use super::{
    ComposeProject, DockerHealth, InstanceId, NoComposeProject, Port, RestartPolicy, ServiceId,
    ServiceName, StackName, Timestamp, UnboundPort, Unread, compose_labels,
};

/// State of one instance, in Docker's words.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InstanceState {
    /// Made, never started.
    Created,
    /// Its process runs.
    Running,
    /// Frozen.
    Paused,
    /// Between two starts of its restart policy.
    Restarting,
    /// Being removed.
    Removing,
    /// Its process ended.
    Exited,
    /// The engine failed to stop or remove it.
    Dead,
    /// The engine tells none, or one that is not known.
    Unknown,
}

impl InstanceState {
    /// The word used in JSON and text.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Restarting => "restarting",
            Self::Removing => "removing",
            Self::Exited => "exited",
            Self::Dead => "dead",
            Self::Unknown => "unknown",
        }
    }

    /// Whether a stop does anything to it.
    #[must_use]
    pub const fn can_be_stopped(self) -> bool {
        matches!(self, Self::Running | Self::Paused | Self::Restarting)
    }

    /// Whether its process has ended and nothing starts it again by itself.
    #[must_use]
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Exited | Self::Dead)
    }
}

/// A mount of a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    /// `bind`, `volume`, `tmpfs`, …
    pub kind: String,
    /// Host path or volume name.
    pub source: String,
    /// Path inside the container.
    pub target: String,
    /// Whether it may be written.
    pub writable: bool,
}

/// A network a container is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkAddress {
    /// The network's name.
    pub network: String,
    /// The container's address there; `None` while it does not run.
    pub address: Option<IpAddr>,
    /// Names it answers to there.
    pub aliases: Vec<String>,
}

/// Resource limits and reservations; `None` is "no limit".
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Memory limit in bytes.
    pub memory_bytes: Option<u64>,
    /// Memory reservation in bytes.
    pub memory_reservation_bytes: Option<u64>,
    /// CPU limit in cores.
    pub cpus: Option<f64>,
    /// Process limit.
    pub pids: Option<u64>,
}

/// The healthcheck the image or Compose file defines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Healthcheck {
    /// `Config.Healthcheck.Test` as the engine gives it: `["CMD", …]` or `["CMD-SHELL", "…"]`.
    pub test: Sensitive<Vec<String>>,
    /// Time between checks.
    pub interval: Option<Duration>,
    /// Start period: failures inside it do not count.
    pub start_period: Option<Duration>,
    /// Failures in a row until unhealthy.
    pub retries: Option<u32>,
}

/// One past result of Docker's healthcheck.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthcheckLog {
    /// When it ended.
    pub at: Timestamp,
    /// Exit code of the test.
    pub exit_code: i64,
    /// Its output, cleaned and cut to 1,000 characters.
    pub output: String,
}

/// Condition of a Compose dependency.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DependencyCondition {
    /// `service_started`.
    ServiceStarted,
    /// `service_healthy`.
    ServiceHealthy,
    /// `service_completed_successfully`.
    ServiceCompletedSuccessfully,
    /// Old Compose's `running_or_healthy`.
    RunningOrHealthy,
}

impl DependencyCondition {
    /// Compose's word.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::ServiceStarted => "service_started",
            Self::ServiceHealthy => "service_healthy",
            Self::ServiceCompletedSuccessfully => "service_completed_successfully",
            Self::RunningOrHealthy => "running_or_healthy",
        }
    }
}

/// One entry of the Compose `depends_on` label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependency {
    /// The needed service of the same project.
    pub service: ServiceName,
    /// When it counts as there.
    pub condition: DependencyCondition,
    /// Whether Compose restarts the dependent with it.
    pub restart: bool,
}

/// What the name of a container ends with that is kept until its replacement is healthy.
const KEPT_SUFFIX: &str = "_hubdeck_old";

/// What the engine reports of one container. Replaced as a whole by every inspection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstanceFacts {
    /// The engine's id.
    pub id: InstanceId,
    /// Container name without the leading slash.
    pub name: String,
    /// Compose project, when it has one.
    pub stack: Option<StackName>,
    /// Compose service, or the container's name.
    pub service: ServiceName,
    /// `com.docker.compose.container-number`.
    pub number: Option<u32>,
    /// Image as it was asked for (`postgres:16-alpine`).
    pub image: String,
    /// Image id (`sha256:…`).
    pub image_id: String,
    /// State.
    pub state: InstanceState,
    /// Exit code; only meaningful after an end.
    pub exit_code: Option<i64>,
    /// Whether it was OOM-killed.
    pub oom_killed: bool,
    /// The engine's error text of the last start; empty when none.
    pub error: String,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Last start.
    pub started_at: Option<Timestamp>,
    /// Last end.
    pub finished_at: Option<Timestamp>,
    /// How long ago the last end was, in round numbers, where only a list tells of it.
    pub ended_ago: Option<Duration>,
    /// Restarts by the restart policy.
    pub restarts: u64,
    /// Whether the engine starts it again when it ends.
    pub restart_policy: RestartPolicy,
    /// Docker's health verdict.
    pub docker: DockerHealth,
    /// Docker's last health results, oldest first.
    pub health_log: Vec<HealthcheckLog>,
    /// The healthcheck's definition; `None` when there is none or it is disabled.
    pub healthcheck: Option<Healthcheck>,
    /// Published and exposed ports, sorted.
    pub ports: Vec<Port>,
    /// Ports to be published whose host port is no number now, sorted; each is in `ports`, too.
    pub unbound_ports: Vec<UnboundPort>,
    /// Networks.
    pub networks: Vec<NetworkAddress>,
    /// `HostConfig.NetworkMode`.
    pub network_mode: String,
    /// `Config.Hostname`; the short id where nobody chose one.
    pub hostname: String,
    /// `HostConfig.Links` and the network's links as `container:alias`, sorted, without leading
    /// slashes.
    pub links: Vec<String>,
    /// Mounts.
    pub mounts: Vec<Mount>,
    /// Environment, in order.
    pub environment: Sensitive<Vec<(String, String)>>,
    /// Entry point and command joined.
    pub command: Sensitive<Vec<String>>,
    /// Labels.
    pub labels: Sensitive<BTreeMap<String, String>>,
    /// Compose dependencies, parsed from the label.
    pub depends_on: Vec<Dependency>,
    /// Limits.
    pub limits: Limits,
    /// `HostConfig.AutoRemove` (`docker run --rm`): the engine removes it when it ends.
    pub auto_remove: bool,
    /// `HostConfig.LogConfig.Type`: where its log goes; `None` where the engine gives none.
    #[serde(default)]
    pub log_driver: Option<String>,
    /// Whether its logs come raw, without stream headers.
    pub tty: bool,
    /// Whether these facts come from an inspection (`false`: only from the list).
    pub inspected: bool,
    /// Whether only an event tells of this run of its process: addresses, ports and the like are
    /// those of the time before its start.
    #[serde(default)]
    pub announced: bool,
    /// What of it could not be read.
    #[serde(default)]
    pub unread: Unread,
}

impl InstanceFacts {
    /// The label of a container in which hubdeck tries a new image beside the running one.
    pub const TRIAL_LABEL: &'static str = "hubdeck.trial";

    /// Whether these are labels of a container that is no part of a service: Compose's one-off
    /// containers (`compose run`) and lifecycle hooks, and trials of new images.
    #[must_use]
    pub fn has_auxiliary_labels(labels: &BTreeMap<String, String>) -> bool {
        let label = |name: &str| labels.get(name).map(String::as_str);
        label(compose_labels::ONE_OFF).is_some_and(|value| value.eq_ignore_ascii_case("true"))
            || label(compose_labels::HOOK).is_some_and(|value| !value.is_empty())
            || labels.contains_key(Self::TRIAL_LABEL)
    }

    /// Whether the container is no part of a service, or is there for the time of an update only.
    #[must_use]
    pub fn is_auxiliary(&self) -> bool {
        let is_kept = self.name.ends_with(KEPT_SUFFIX);
        is_kept || Self::has_auxiliary_labels(self.labels.reveal())
    }

    /// The name under which a container is kept until the one that replaces it is healthy.
    #[must_use]
    pub fn kept_name(name: &str) -> String {
        format!("{name}{KEPT_SUFFIX}")
    }

    /// Whether a second container of the same definition, without published ports and names on its
    /// networks, can run beside this one without touching the same data or network.
    #[must_use]
    pub fn may_run_twice(&self) -> bool {
        let shares_network = self.network_mode == "host" || self.network_owner().is_some();
        let writes = self
            .mounts
            .iter()
            .any(|mount| mount.writable && mount.kind != "tmpfs");
        !shares_network && !writes
    }

    /// The Compose project that it was made from.
    ///
    /// # Errors
    /// When its labels name none, or no file of it.
    pub fn compose_project(&self) -> Result<ComposeProject, NoComposeProject> {
        ComposeProject::of(self.labels.reveal(), &self.name)
    }

    /// A container of which nothing but its names is known: created, never started, not inspected.
    #[must_use]
    pub fn unknown(
        id: InstanceId,
        name: &str,
        stack: Option<StackName>,
        service: ServiceName,
    ) -> Self {
        Self {
            id,
            name: name.to_owned(),
            stack,
            service,
            number: None,
            image: String::new(),
            image_id: String::new(),
            state: InstanceState::Created,
            exit_code: None,
            oom_killed: false,
            error: String::new(),
            created_at: None,
            started_at: None,
            finished_at: None,
            ended_ago: None,
            restarts: 0,
            restart_policy: RestartPolicy::default(),
            docker: DockerHealth::unchecked(),
            health_log: Vec::new(),
            healthcheck: None,
            ports: Vec::new(),
            unbound_ports: Vec::new(),
            networks: Vec::new(),
            network_mode: String::new(),
            hostname: String::new(),
            links: Vec::new(),
            mounts: Vec::new(),
            environment: Sensitive::default(),
            command: Sensitive::default(),
            labels: Sensitive::default(),
            depends_on: Vec::new(),
            limits: Limits::default(),
            auto_remove: false,
            log_driver: None,
            tty: false,
            inspected: false,
            announced: false,
            unread: Unread::default(),
        }
    }

    /// The service this container is an instance of.
    #[must_use]
    pub fn service_id(&self) -> ServiceId {
        ServiceId::of(self.stack.as_ref(), &self.service)
    }

    /// Whether it publishes a port, or will when it starts.
    #[must_use]
    pub fn publishes(&self) -> bool {
        !self.unbound_ports.is_empty() || self.ports.iter().any(|port| port.published.is_some())
    }

    /// Whether its process ended and not because somebody asked it to: by the code that it left,
    /// the engine's error, or an OOM kill.
    #[must_use]
    pub fn ended_badly(&self) -> bool {
        let bad = || !matches!(self.exit_code, Some(0 | 130 | 143)) || !self.error.is_empty();
        match self.state {
            InstanceState::Dead | InstanceState::Restarting => true,
            InstanceState::Exited => bad(),
            InstanceState::Created => !self.error.is_empty(),
            _ => false,
        }
    }

    /// Whether its process runs (paused ones do not answer, but run).
    #[must_use]
    pub const fn is_running(&self) -> bool {
        matches!(self.state, InstanceState::Running)
    }
}
