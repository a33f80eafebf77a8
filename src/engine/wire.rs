//! The parts of the engine's JSON that are read, every field optional: Podman leaves many out,
//! Docker sends `null` for empty lists, and unknown words must not spoil a whole list.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// One entry of `GET /containers/json`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Summary {
    pub id: String,
    pub names: Option<Vec<String>>,
    pub image: Option<String>,
    #[serde(rename = "ImageID")]
    pub image_id: Option<String>,
    pub created: Option<i64>,
    pub ports: Option<Vec<SummaryPort>>,
    pub labels: Option<BTreeMap<String, String>>,
    pub state: Option<String>,
    pub status: Option<String>,
    pub host_config: Option<SummaryHostConfig>,
    pub network_settings: Option<NetworkSettings>,
    pub mounts: Option<Vec<MountPoint>>,
    pub command: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct SummaryPort {
    #[serde(rename = "IP")]
    pub ip: Option<String>,
    pub private_port: u16,
    pub public_port: Option<u16>,
    #[serde(rename = "Type")]
    pub kind: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct SummaryHostConfig {
    pub network_mode: Option<String>,
}

/// `GET /containers/{id}/json`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Inspection {
    pub id: String,
    pub created: Option<String>,
    pub path: Option<String>,
    pub args: Option<Vec<String>>,
    pub state: Option<State>,
    pub image: Option<String>,
    pub name: Option<String>,
    pub restart_count: Option<u64>,
    pub host_config: Option<HostConfig>,
    pub mounts: Option<Vec<MountPoint>>,
    pub config: Option<Config>,
    pub network_settings: Option<NetworkSettings>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct State {
    pub status: Option<String>,
    pub running: Option<bool>,
    pub paused: Option<bool>,
    pub restarting: Option<bool>,
    #[serde(rename = "OOMKilled")]
    pub oom_killed: Option<bool>,
    pub exit_code: Option<i64>,
    pub error: Option<String>,
    pub started_at: Option<String>,
    pub finished_at: Option<String>,
    /// Podman says `Healthcheck` in some versions.
    #[serde(alias = "Healthcheck")]
    pub health: Option<Health>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Health {
    pub status: Option<String>,
    pub failing_streak: Option<u32>,
    pub log: Option<Vec<HealthResult>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct HealthResult {
    pub end: Option<String>,
    pub exit_code: Option<i64>,
    pub output: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct HostConfig {
    pub network_mode: Option<String>,
    pub restart_policy: Option<RestartPolicy>,
    pub memory: Option<i64>,
    pub memory_reservation: Option<i64>,
    pub nano_cpus: Option<i64>,
    pub cpu_quota: Option<i64>,
    pub cpu_period: Option<i64>,
    pub pids_limit: Option<i64>,
    /// `/hub-db-1:/hub-web-1/db`: container and, below the own name, the alias.
    pub links: Option<Vec<String>>,
    /// What the next start will publish.
    pub port_bindings: Option<BTreeMap<String, Option<Vec<Binding>>>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct RestartPolicy {
    pub name: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct MountPoint {
    #[serde(rename = "Type")]
    pub kind: Option<String>,
    pub name: Option<String>,
    pub source: Option<String>,
    pub destination: Option<String>,
    #[serde(rename = "RW")]
    pub writable: Option<bool>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Config {
    pub tty: Option<bool>,
    pub hostname: Option<String>,
    pub env: Option<Vec<String>>,
    pub image: Option<String>,
    pub healthcheck: Option<HealthConfig>,
    /// Only the keys matter: `8000/tcp`.
    pub exposed_ports: Option<BTreeMap<String, Value>>,
    pub labels: Option<BTreeMap<String, String>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct HealthConfig {
    pub test: Option<Vec<String>>,
    /// Nanoseconds, as the other durations; 0 means the engine's default.
    pub interval: Option<i64>,
    pub start_period: Option<i64>,
    pub retries: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct NetworkSettings {
    pub ports: Option<BTreeMap<String, Option<Vec<Binding>>>>,
    pub networks: Option<BTreeMap<String, Option<Endpoint>>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Binding {
    pub host_ip: Option<String>,
    pub host_port: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Endpoint {
    #[serde(rename = "IPAddress")]
    pub ip_address: Option<String>,
    #[serde(rename = "GlobalIPv6Address")]
    pub ipv6_address: Option<String>,
    pub aliases: Option<Vec<String>>,
    #[serde(rename = "DNSNames")]
    pub dns_names: Option<Vec<String>>,
    /// `container:alias`.
    pub links: Option<Vec<String>>,
}

/// One line of `GET /events`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Event {
    #[serde(rename = "Type")]
    pub kind: Option<String>,
    pub action: Option<String>,
    /// The old name of `Action`, which Podman and old engines send.
    #[serde(rename = "status")]
    pub status: Option<String>,
    #[serde(rename = "id")]
    pub id: Option<String>,
    pub actor: Option<Actor>,
    #[serde(rename = "time")]
    pub time: Option<i64>,
    #[serde(rename = "timeNano")]
    pub time_nano: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Actor {
    #[serde(rename = "ID")]
    pub id: Option<String>,
    #[serde(rename = "Attributes")]
    pub attributes: Option<BTreeMap<String, String>>,
}

/// `GET /version`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Version {
    pub platform: Option<Named>,
    pub components: Option<Vec<Named>>,
    pub version: Option<String>,
    pub api_version: Option<String>,
    #[serde(rename = "MinAPIVersion")]
    pub min_api_version: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Named {
    pub name: Option<String>,
}

/// `GET /info`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Info {
    #[serde(rename = "Name")]
    pub name: Option<String>,
    #[serde(rename = "NCPU")]
    pub cpus: Option<u32>,
    #[serde(rename = "MemTotal")]
    pub memory: Option<u64>,
    #[serde(rename = "DockerRootDir")]
    pub data_root: Option<String>,
}

/// `POST /containers/{id}/exec`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct ExecCreated {
    pub id: String,
}

/// `GET /exec/{id}/json`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct ExecState {
    pub running: bool,
    /// `null` until it has ended.
    pub exit_code: Option<i64>,
}

/// `GET /services/{id}`, and one entry of `GET /services`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct SwarmService {
    #[serde(rename = "ID")]
    pub id: Option<String>,
    pub version: Option<SwarmVersion>,
    /// Sent back as it came, but for what is to change.
    pub spec: Value,
    pub update_status: Option<SwarmUpdateStatus>,
    pub service_status: Option<SwarmServiceStatus>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct SwarmVersion {
    pub index: Option<u64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct SwarmUpdateStatus {
    pub state: Option<String>,
    pub message: Option<String>,
}

/// Tasks over all nodes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct SwarmServiceStatus {
    pub running_tasks: Option<u64>,
    pub desired_tasks: Option<u64>,
}
