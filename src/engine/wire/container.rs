//! What list and inspection report of a container.

use std::collections::BTreeMap;

use crate::engine::fields::JsonFields;
use crate::model::Timestamp;

/// One entry of `GET /containers/json`.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Summary {
    pub id: String,
    pub names: Option<Vec<String>>,
    pub image: Option<String>,
    pub image_id: Option<String>,
    pub created: Option<i64>,
    pub ports: Option<Vec<SummaryPort>>,
    pub labels: Option<BTreeMap<String, String>>,
    pub state: Option<String>,
    pub status: Option<String>,
    pub network_mode: Option<String>,
    pub networks: Option<WireNetworks>,
    pub mounts: Option<Vec<MountPoint>>,
    pub command: Option<String>,
    /// What of the entry could not be read.
    pub unread: Vec<String>,
}

impl Summary {
    /// What an entry holds; `None` without an id, which everything else hangs on.
    pub fn read(fields: &JsonFields<'_>) -> Option<Self> {
        Some(Self {
            id: fields.text("Id").filter(|id| !id.is_empty())?,
            names: fields.list("Names"),
            image: fields.text("Image"),
            image_id: fields.text("ImageID"),
            created: fields.get("Created"),
            ports: fields
                .objects("Ports")
                .map(|ports| ports.iter().filter_map(SummaryPort::read).collect()),
            labels: fields.texts("Labels"),
            state: fields.text("State"),
            status: fields.text("Status"),
            network_mode: fields
                .object("HostConfig")
                .and_then(|host| host.text("NetworkMode")),
            networks: fields
                .object("NetworkSettings")
                .and_then(|network| networks(&network)),
            mounts: mounts(fields),
            command: fields.text("Command"),
            unread: Vec::new(),
        })
    }
}

#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct SummaryPort {
    pub ip: Option<String>,
    pub private_port: u16,
    pub public_port: Option<u16>,
    pub kind: Option<String>,
}

impl SummaryPort {
    /// A port; `None` where it is not said which.
    fn read(fields: &JsonFields<'_>) -> Option<Self> {
        Some(Self {
            ip: fields.text("IP"),
            private_port: fields.required("PrivatePort")?,
            public_port: fields.get("PublicPort"),
            kind: fields.text("Type"),
        })
    }
}

/// `GET /containers/{id}/json`.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct WireInspection {
    pub id: Option<String>,
    pub created: Option<Timestamp>,
    pub path: Option<String>,
    pub args: Option<Vec<String>>,
    pub state: WireState,
    pub image: Option<String>,
    pub name: Option<String>,
    pub restart_count: Option<u64>,
    pub host_config: HostConfig,
    pub mounts: Option<Vec<MountPoint>>,
    pub config: Config,
    pub network_settings: NetworkSettings,
}

/// The part of an inspection at `key`; empty where it cannot be read.
fn part<T: Default>(
    fields: &JsonFields<'_>,
    key: &str,
    read: impl FnOnce(&JsonFields<'_>) -> T,
) -> T {
    let part = fields.required_object(key);
    part.map(|part| read(&part)).unwrap_or_default()
}

impl WireInspection {
    pub fn read(fields: &JsonFields<'_>) -> Self {
        Self {
            id: fields.text("Id"),
            created: fields.time("Created"),
            path: fields.text("Path"),
            args: fields.get("Args"),
            state: part(fields, "State", WireState::read),
            image: fields.text("Image"),
            name: fields.required("Name"),
            restart_count: fields.required("RestartCount"),
            host_config: part(fields, "HostConfig", HostConfig::read),
            mounts: mounts(fields),
            config: part(fields, "Config", Config::read),
            network_settings: part(fields, "NetworkSettings", |network| NetworkSettings {
                ports: bindings(network, "Ports"),
                networks: networks(network),
            }),
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct WireState {
    pub status: Option<String>,
    pub running: Option<bool>,
    pub paused: Option<bool>,
    pub restarting: Option<bool>,
    pub oom_killed: Option<bool>,
    pub exit_code: Option<i64>,
    pub error: Option<String>,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    pub health: Option<WireHealth>,
}

impl WireState {
    fn read(fields: &JsonFields<'_>) -> Self {
        Self {
            status: fields.text("Status"),
            running: fields.get("Running"),
            paused: fields.get("Paused"),
            restarting: fields.get("Restarting"),
            oom_killed: fields.required("OOMKilled"),
            exit_code: fields.get("ExitCode"),
            error: fields.text("Error"),
            started_at: fields.time("StartedAt"),
            finished_at: fields.time("FinishedAt"),
            // Podman says `Healthcheck` in some versions.
            health: fields
                .object("Health")
                .or_else(|| fields.object("Healthcheck"))
                .map(|health| WireHealth::read(&health)),
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct WireHealth {
    pub status: Option<String>,
    pub failing_streak: Option<u32>,
    pub log: Option<Vec<HealthResult>>,
}

impl WireHealth {
    fn read(fields: &JsonFields<'_>) -> Self {
        Self {
            status: fields.text("Status"),
            failing_streak: fields.get("FailingStreak"),
            log: fields
                .objects("Log")
                .map(|log| log.iter().map(HealthResult::read).collect()),
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct HealthResult {
    pub end: Option<Timestamp>,
    pub exit_code: Option<i64>,
    pub output: Option<String>,
}

impl HealthResult {
    fn read(fields: &JsonFields<'_>) -> Self {
        Self {
            end: fields.time("End"),
            exit_code: fields.get("ExitCode"),
            output: fields.text("Output"),
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct HostConfig {
    pub network_mode: Option<String>,
    pub restart_policy: Option<String>,
    pub auto_remove: Option<bool>,
    pub log_driver: Option<String>,
    pub memory: Option<i64>,
    pub memory_reservation: Option<i64>,
    pub nano_cpus: Option<i64>,
    pub cpu_quota: Option<i64>,
    pub cpu_period: Option<i64>,
    pub pids_limit: Option<i64>,
    /// `/hub-db-1:/hub-web-1/db`: container and, below the own name, the alias.
    pub links: Option<Vec<String>>,
    /// What the next start will publish.
    pub port_bindings: Option<Bindings>,
}

impl HostConfig {
    fn read(fields: &JsonFields<'_>) -> Self {
        Self {
            network_mode: fields.text("NetworkMode"),
            restart_policy: fields
                .object("RestartPolicy")
                .and_then(|policy| policy.text("Name")),
            auto_remove: fields.get("AutoRemove"),
            log_driver: fields
                .object("LogConfig")
                .and_then(|config| config.text("Type")),
            memory: fields.get("Memory"),
            memory_reservation: fields.get("MemoryReservation"),
            nano_cpus: fields.get("NanoCpus"),
            cpu_quota: fields.get("CpuQuota"),
            cpu_period: fields.get("CpuPeriod"),
            pids_limit: fields.get("PidsLimit"),
            links: fields.list("Links"),
            port_bindings: bindings(fields, "PortBindings"),
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct MountPoint {
    pub kind: Option<String>,
    pub name: Option<String>,
    pub source: Option<String>,
    pub destination: Option<String>,
    pub writable: Option<bool>,
}

fn mounts(fields: &JsonFields<'_>) -> Option<Vec<MountPoint>> {
    let read = |fields: &JsonFields<'_>| MountPoint {
        kind: fields.text("Type"),
        name: fields.text("Name"),
        source: fields.text("Source"),
        destination: fields.text("Destination"),
        writable: fields.get("RW"),
    };
    fields
        .objects("Mounts")
        .map(|mounts| mounts.iter().map(read).collect())
}

#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Config {
    pub tty: Option<bool>,
    pub hostname: Option<String>,
    pub env: Option<Vec<String>>,
    pub image: Option<String>,
    pub healthcheck: Option<HealthConfig>,
    /// `8000/tcp`.
    pub exposed_ports: Vec<String>,
    pub labels: Option<BTreeMap<String, String>>,
}

impl Config {
    fn read(fields: &JsonFields<'_>) -> Self {
        Self {
            tty: fields.get("Tty"),
            hostname: fields.text("Hostname"),
            env: fields.list("Env"),
            image: fields.text("Image"),
            healthcheck: fields
                .object("Healthcheck")
                .map(|check| HealthConfig::read(&check)),
            exposed_ports: fields
                .map("ExposedPorts", |_, _| ())
                .map(|ports| ports.into_keys().collect())
                .unwrap_or_default(),
            labels: fields.texts("Labels"),
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct HealthConfig {
    pub test: Option<Vec<String>>,
    /// Nanoseconds, as the other durations; 0 means the engine's default.
    pub interval: Option<i64>,
    pub start_period: Option<i64>,
    pub retries: Option<i64>,
}

impl HealthConfig {
    fn read(fields: &JsonFields<'_>) -> Self {
        Self {
            // A command without one of its words is another command.
            test: fields.get("Test"),
            interval: fields.get("Interval"),
            start_period: fields.get("StartPeriod"),
            retries: fields.get("Retries"),
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct NetworkSettings {
    pub ports: Option<Bindings>,
    pub networks: Option<WireNetworks>,
}

/// Ports of the container, each with where it is published.
pub(in crate::engine) type Bindings = BTreeMap<String, Vec<WireBinding>>;

#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct WireBinding {
    pub host_ip: Option<String>,
    /// Empty and `0` mean any free port, `8000-8010` one of these; `None` where it could not be
    /// read.
    pub host_port: Option<String>,
}

fn bindings(fields: &JsonFields<'_>, key: &str) -> Option<Bindings> {
    let binding = |fields: &JsonFields<'_>| WireBinding {
        host_ip: fields.text("HostIp"),
        host_port: fields.text("HostPort"),
    };
    fields.map(key, |ports, port| {
        ports
            .objects(port)
            .map(|all| all.iter().map(binding).collect())
            .unwrap_or_default()
    })
}

/// Networks by name.
pub(in crate::engine) type WireNetworks = BTreeMap<String, WireEndpoint>;

#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct WireEndpoint {
    pub ip_address: Option<String>,
    pub ipv6_address: Option<String>,
    pub aliases: Option<Vec<String>>,
    pub dns_names: Option<Vec<String>>,
    /// `container:alias`.
    pub links: Option<Vec<String>>,
}

fn networks(fields: &JsonFields<'_>) -> Option<WireNetworks> {
    fields.map("Networks", |networks, name| {
        let read = |fields: &JsonFields<'_>| WireEndpoint {
            ip_address: fields.text("IPAddress"),
            ipv6_address: fields.text("GlobalIPv6Address"),
            aliases: fields.list("Aliases"),
            dns_names: fields.list("DNSNames"),
            links: fields.list("Links"),
        };
        networks
            .object(name)
            .map(|network| read(&network))
            .unwrap_or_default()
    })
}
