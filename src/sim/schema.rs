//! The words of a scenario file. Every key is optional except `name` and `image`.

mod incident;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::files::FileSpec;
use super::template::Template;

pub(super) use incident::{EffectKind, EffectSpec, IncidentSpec};

/// The engine itself.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct EngineSpec {
    /// Host name.
    pub(super) host: String,
    /// Engine version.
    pub(super) version: String,
    /// Cores.
    pub(super) cpus: u32,
    /// Memory in bytes.
    pub(super) memory: u64,
    /// Uptime of the host in seconds.
    pub(super) uptime: f64,
}

impl Default for EngineSpec {
    fn default() -> Self {
        Self {
            host: "simulated".into(),
            version: "26.1.5".into(),
            cpus: 4,
            memory: 16 << 30,
            uptime: 9.0 * 86_400.0,
        }
    }
}

/// A Compose project.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StackSpec {
    /// Project name.
    pub(super) name: String,
    /// Its services. Shared: many projects may be made of the same ones.
    #[serde(default, rename = "service")]
    pub(super) services: Vec<Arc<ServiceSpec>>,
}

/// State a container has when the simulation starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum SimState {
    Created,
    #[default]
    Running,
    Paused,
    Restarting,
    Exited,
    Dead,
}

impl SimState {
    /// Docker's word.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Restarting => "restarting",
            Self::Exited => "exited",
            Self::Dead => "dead",
        }
    }

    /// Whether there is a process.
    pub(super) const fn is_up(self) -> bool {
        matches!(self, Self::Running | Self::Paused)
    }
}

/// Restart policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Restart {
    No,
    OnFailure,
    Always,
    #[default]
    UnlessStopped,
}

impl Restart {
    /// Docker's word.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::OnFailure => "on-failure",
            Self::Always => "always",
            Self::UnlessStopped => "unless-stopped",
        }
    }
}

/// A service of a project, or a container of its own.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ServiceSpec {
    pub(super) name: String,
    pub(super) image: String,
    /// The registry has a newer image under that reference.
    pub(super) newer_image: bool,
    pub(super) command: Vec<String>,
    /// How many containers.
    pub(super) replicas: u32,
    pub(super) state: SimState,
    pub(super) exit_code: i64,
    pub(super) oom_killed: bool,
    /// The engine's error text of the last start.
    pub(super) error: String,
    /// Made this many seconds before the simulation started.
    pub(super) age: f64,
    /// Running for (or ended) this many seconds then; the age when absent.
    pub(super) uptime: Option<f64>,
    pub(super) restarts: u32,
    pub(super) restart: Restart,
    /// Seconds between a crash and the restart.
    pub(super) restart_delay: f64,
    /// Ends by itself, with `exit_code`, this many seconds after each start.
    pub(super) runs_for: Option<f64>,
    /// Seconds it takes to stop.
    pub(super) stops_in: f64,
    pub(super) tty: bool,
    /// Made by `docker compose run`.
    pub(super) oneoff: bool,
    pub(super) env: BTreeMap<String, String>,
    pub(super) labels: BTreeMap<String, String>,
    /// `service`, `service:condition` or `service:condition:restart`.
    pub(super) depends_on: Vec<String>,
    pub(super) networks: Vec<String>,
    /// It is a Swarm service, and its containers are tasks; in a stack as `docker stack deploy`
    /// makes it.
    pub(super) swarm: bool,
    /// `host`, `none`, `service:NAME` or, outside of stacks, `container:NAME`.
    pub(super) network_mode: Option<String>,
    #[serde(rename = "port")]
    pub(super) ports: Vec<PortSpec>,
    /// `volume:/path[:ro]` or `/host/path:/path[:ro]`.
    pub(super) mounts: Vec<String>,
    /// Path → text, `{ link = "/path" }` or `{ zeros = 4096 }`: what an archive of it holds.
    pub(super) files: BTreeMap<String, FileSpec>,
    /// What commands run in it do, by their first word; any other is not found.
    pub(super) commands: BTreeMap<String, CommandSpec>,
    /// Memory limit in MiB.
    pub(super) memory_limit: Option<f64>,
    pub(super) cpu_limit: Option<f64>,
    pub(super) pids_limit: Option<i64>,
    pub(super) healthcheck: Option<HealthSpec>,
    pub(super) load: LoadSpec,
    pub(super) logs_per_second: f64,
    /// Lines go to standard error.
    pub(super) stderr: bool,
    pub(super) logs: Vec<Template>,
    /// Three lines in a hundred are one of these.
    pub(super) rare_logs: Vec<Template>,
    /// Written at each start.
    pub(super) start_logs: Vec<Template>,
    /// Version that it reports of itself where its protocol has a place for it.
    pub(super) version: String,
    /// Milliseconds its listener takes to answer.
    pub(super) latency: f64,
}

impl Default for ServiceSpec {
    fn default() -> Self {
        Self {
            name: String::new(),
            image: String::new(),
            newer_image: false,
            command: Vec::new(),
            replicas: 1,
            state: SimState::Running,
            exit_code: 0,
            oom_killed: false,
            error: String::new(),
            age: 3.0 * 86_400.0,
            uptime: None,
            restarts: 0,
            restart: Restart::UnlessStopped,
            restart_delay: 1.0,
            runs_for: None,
            stops_in: 0.0,
            tty: false,
            oneoff: false,
            env: BTreeMap::new(),
            labels: BTreeMap::new(),
            depends_on: Vec::new(),
            networks: vec!["default".into()],
            swarm: false,
            network_mode: None,
            ports: Vec::new(),
            mounts: Vec::new(),
            files: BTreeMap::new(),
            commands: BTreeMap::new(),
            memory_limit: None,
            cpu_limit: None,
            pids_limit: None,
            healthcheck: None,
            load: LoadSpec::default(),
            logs_per_second: 0.0,
            stderr: false,
            logs: Vec::new(),
            rare_logs: Vec::new(),
            start_logs: Vec::new(),
            version: "1.4.2".into(),
            latency: 0.0,
        }
    }
}

/// A command in a container.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CommandSpec {
    pub(super) exit_code: i64,
    /// What it writes.
    pub(super) output: String,
    /// How many times; 1 when absent.
    pub(super) times: Option<u32>,
    /// The output goes to standard error.
    pub(super) stderr: bool,
    /// Seconds it takes after its output; `inf` never ends.
    pub(super) lasts: f64,
    /// It is a shell where it has a terminal.
    pub(super) shell: bool,
}

/// A port of a container.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PortSpec {
    /// Inside the container.
    pub(super) container: u16,
    #[serde(default = "tcp")]
    pub(super) protocol: String,
    /// On the host. With `listen` the system chooses one where this is taken or not given.
    #[serde(default)]
    pub(super) published: Option<u16>,
    /// Open a real port on 127.0.0.1 that answers like this.
    #[serde(default)]
    pub(super) listen: Option<ListenKind>,
}

fn tcp() -> String {
    "tcp".into()
}

/// What a real listener of a simulated service speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum ListenKind {
    Http,
    /// Accepts and says nothing.
    Tcp,
    Postgres,
    Redis,
    Nats,
    Mqtt,
}

/// A healthcheck.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HealthSpec {
    /// `["CMD", …]` or `["CMD-SHELL", "…"]`.
    pub(super) test: Vec<String>,
    /// Seconds between checks.
    #[serde(default = "thirty")]
    pub(super) interval: f64,
    #[serde(default = "five")]
    pub(super) timeout: f64,
    #[serde(default = "three")]
    pub(super) retries: u32,
    #[serde(default)]
    pub(super) start_period: f64,
    /// Seconds from a start to the first success.
    #[serde(default = "two")]
    pub(super) ready_after: f64,
    /// Output of a success.
    #[serde(default)]
    pub(super) output: String,
    /// It fails from the start of the simulation on.
    #[serde(default)]
    pub(super) failing: bool,
}

fn thirty() -> f64 {
    30.0
}
fn five() -> f64 {
    5.0
}
fn three() -> u32 {
    3
}
fn two() -> f64 {
    2.0
}

/// Mean use of resources.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LoadSpec {
    /// Percent of one core.
    pub(super) cpu: f64,
    /// MiB.
    pub(super) memory: f64,
    /// KiB a second received, sent, read and written.
    pub(super) receive: f64,
    pub(super) send: f64,
    pub(super) read: f64,
    pub(super) write: f64,
    pub(super) pids: u32,
    /// How far the load strays from its mean, 0 to 1.
    pub(super) swing: f64,
}

impl Default for LoadSpec {
    fn default() -> Self {
        Self {
            cpu: 0.5,
            memory: 32.0,
            receive: 1.0,
            send: 1.0,
            read: 0.0,
            write: 0.5,
            pids: 4,
            swing: 0.6,
        }
    }
}

/// Log lines for load tests: `total` lines a second, spread over the first `containers` running
/// ones.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LogRate {
    pub(super) total: f64,
    pub(super) containers: usize,
}
