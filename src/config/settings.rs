//! The settings: typed, validated, each with its default.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::logs::SavedFilter;
use crate::model::{
    AutoHealSettings, CustomCommand, HealthPolicy, Hidden, Layers, ListenAddress, LogFields,
    ServiceRule,
};

use crate::model::sections;
pub use crate::model::sections::{Metrics, Poll, Probes, TimelineSettings};

use super::choices::{AsciiMode, ColorMode, LinkMode, LogFormat, LogLevel};
use super::token::Token;

/// Everything that can be set. [`Settings::default`] is what runs without a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// `[engine]`.
    pub engine: EngineSettings,
    /// `[poll]`.
    pub poll: Poll,
    /// `[metrics]`.
    pub metrics: Metrics,
    /// `[probes]`.
    pub probes: Probes,
    /// `[health]`.
    pub health: HealthSettings,
    /// `[operations]`.
    pub operations: OperationSettings,
    /// `[auto_heal]`.
    pub auto_heal: AutoHealSettings,
    /// `[images]`.
    pub images: ImageSettings,
    /// `[serve]`.
    pub serve: ServeSettings,
    /// `[cache]`.
    pub cache: CacheSettings,
    /// `[heartbeat]`.
    pub heartbeat: HeartbeatSettings,
    /// `[external]`.
    pub external: ExternalSettings,
    /// `[ui]`.
    pub ui: UiSettings,
    /// `[keys]`: action name → keys, as written; the terminal checks both.
    pub keys: BTreeMap<String, Vec<String>>,
    /// `[logs]`.
    pub logs: LogsSettings,
    /// `[notify]`.
    pub notify: NotifySettings,
    /// `[timeline]`.
    pub timeline: TimelineSettings,
    /// `[log]`.
    pub log: LogSettings,
    /// `[[service]]` rules in file order.
    pub services: Vec<ServiceRule>,
    /// Layers of the map, top to bottom.
    pub layers: Arc<Layers>,
}

impl Settings {
    /// The thresholds for the health state machine.
    #[must_use]
    pub const fn health_policy(&self) -> HealthPolicy {
        HealthPolicy {
            interval: self.probes.interval,
            failure_threshold: self.probes.failure_threshold,
            success_threshold: self.probes.success_threshold,
            start_period: self.probes.start_period,
            memory_warning: self.health.memory_warning,
            cpu_warning: self.health.cpu_warning,
            restart_warning: self.health.restart_warning,
            disk_warning: self.health.disk_warning,
        }
    }
}

/// Which engine, and what of it is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineSettings {
    /// Address such as `unix:///var/run/docker.sock` or `tcp://host:2375`; `None` searches.
    pub host: Option<String>,
    /// Docker context to take the address from.
    pub context: Option<String>,
    /// Only these Compose projects; empty is all.
    pub projects: Vec<String>,
    /// Whether operations are refused.
    pub read_only: bool,
    /// Whether containers are found by asking the engine.
    pub enable_discovery: bool,
    /// Whether configuration files in containers are read for dependencies on other services.
    pub read_configuration: bool,
    /// Whether connections between containers are looked at, where the engine runs on this machine.
    pub observe_connections: bool,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            host: None,
            context: None,
            projects: Vec::new(),
            read_only: false,
            enable_discovery: true,
            read_configuration: true,
            observe_connections: true,
        }
    }
}

/// Thresholds of resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HealthSettings {
    /// Share of its memory limit from which a container is a warning, in percent.
    pub memory_warning: u8,
    /// Share of its CPU limit from which a container is a warning, in percent.
    pub cpu_warning: u8,
    /// Unexpected exits within 10 minutes before a service is marked flapping.
    pub restart_warning: u8,
    /// Share of the engine's disk from which it is a warning, in percent.
    pub disk_warning: u8,
}

impl Default for HealthSettings {
    fn default() -> Self {
        let policy = HealthPolicy::default();
        Self {
            memory_warning: policy.memory_warning,
            cpu_warning: policy.cpu_warning,
            restart_warning: policy.restart_warning,
            disk_warning: policy.disk_warning,
        }
    }
}

/// What operations ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationSettings {
    /// Patterns of stacks and services that are production.
    pub production: Vec<String>,
}

/// Images of containers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImageSettings {
    /// Whether registries are asked for newer ones.
    pub check_newer: bool,
}

/// The HTTP side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServeSettings {
    /// Address to listen on.
    pub host: IpAddr,
    /// Port to listen on.
    pub port: u16,
    /// Host names accepted beside loopback ones.
    pub allow_hosts: Vec<String>,
    /// Bearer token that requests must carry.
    pub token: Option<Token>,
    /// File that holds the token instead.
    pub token_file: Option<PathBuf>,
    /// File of the tokens that `hubdeck token` makes.
    pub tokens_file: Option<PathBuf>,
    /// Whether HTTP clients may act.
    pub actions: bool,
    /// Addresses to listen on instead of `host` and `port`.
    pub listen: Vec<ListenAddress>,
    /// File with the certificate of the server and those that signed it, for TLS.
    pub tls_cert: Option<PathBuf>,
    /// File with its key.
    pub tls_key: Option<PathBuf>,
    /// Whether a trusted proxy in front authenticates.
    pub behind_proxy: bool,
    /// The path under which a proxy shows hubdeck, without a slash at its end.
    pub base_path: Option<String>,
    /// Origins whose pages may use the API.
    pub allow_origins: Vec<String>,
}

impl Default for ServeSettings {
    fn default() -> Self {
        Self {
            host: IpAddr::from([127, 0, 0, 1]),
            port: 5003,
            allow_hosts: Vec::new(),
            token: None,
            token_file: None,
            tokens_file: None,
            actions: false,
            listen: Vec::new(),
            tls_cert: None,
            tls_key: None,
            behind_proxy: false,
            base_path: None,
            allow_origins: Vec::new(),
        }
    }
}

/// The result cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheSettings {
    /// Results older than this are stale (`/api/cache/info`).
    pub ttl: Duration,
}

impl Default for CacheSettings {
    fn default() -> Self {
        Self {
            ttl: Duration::from_secs(30),
        }
    }
}

/// Reports to another program that `hubdeck --serve` is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeartbeatSettings {
    /// Where they go; `None` sends none. Whoever knows it can report in hubdeck's place.
    pub url: Option<Hidden>,
    /// Time between two.
    pub interval: Duration,
}

impl Default for HeartbeatSettings {
    fn default() -> Self {
        Self {
            url: None,
            interval: Duration::from_secs(60),
        }
    }
}

/// Figures of another program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExternalSettings {
    /// Where its JSON is; `None` fetches nothing.
    pub url: Option<Hidden>,
}

/// The terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UiSettings {
    /// Name of the theme; the terminal checks it.
    pub theme: String,
    /// Whether only ASCII is written.
    pub ascii: AsciiMode,
    /// Whether colours are written.
    pub color: ColorMode,
    /// Whether published ports are written as links.
    pub links: LinkMode,
    /// Whether the mouse is captured.
    pub mouse: bool,
    /// Name of the key preset; the terminal checks it.
    pub keymap: String,
    /// Columns of the services table in order, the terminal checks them; empty is the built-in
    /// choice.
    pub columns: Vec<String>,
    /// Show only this stack at the start.
    pub stack: Option<String>,
    /// The view that is shown first; the terminal checks it.
    pub view: String,
    /// `[[command]]` tables in file order.
    pub commands: Vec<Arc<CustomCommand>>,
    /// Whether the console shows secrets; a flag alone sets it, so that no file does so unnoticed.
    pub show_secrets: bool,
}

impl Default for UiSettings {
    fn default() -> Self {
        Self {
            theme: "dark".to_owned(),
            ascii: AsciiMode::Auto,
            color: ColorMode::Auto,
            links: LinkMode::Auto,
            mouse: true,
            keymap: "default".to_owned(),
            columns: Vec::new(),
            stack: None,
            view: "map".to_owned(),
            commands: Vec::new(),
            show_secrets: false,
        }
    }
}

/// Container logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogsSettings {
    /// Lines per container to begin with.
    pub tail: u32,
    /// Lines kept.
    pub max_lines: usize,
    /// Bytes of text kept.
    pub max_bytes: usize,
    /// Whether secrets in log lines are masked on screen and by `hubdeck logs`; everywhere else they
    /// always are.
    pub mask: bool,
    /// Time between two readings of a service's log for its figures; `None` reads none.
    pub sample_interval: Option<Duration>,
    /// `[logs.filters]`, in the order of the file.
    pub filters: Vec<SavedFilter>,
    /// `[logs.fields]`, in the order of the file.
    pub fields: Vec<LogFields>,
}

impl Default for LogsSettings {
    fn default() -> Self {
        Self {
            tail: 200,
            max_lines: 100_000,
            max_bytes: 16 * 1024 * 1024,
            mask: false,
            sample_interval: sections::LOG_SAMPLE_INTERVAL,
            filters: Vec::new(),
            fields: Vec::new(),
        }
    }
}

/// How the console tells of a new incident outside the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NotifySettings {
    /// Whether the bell rings.
    pub bell: bool,
    /// Whether a notification of the desktop is asked for (OSC 9).
    pub osc9: bool,
    /// Whether the title of the window has the worst incident.
    pub title: bool,
}

/// The hubdeck log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// Least important level written.
    pub level: LogLevel,
    /// Format of a line.
    pub format: LogFormat,
    /// File to append to; `None` writes none.
    pub file: Option<PathBuf>,
    /// Bytes from which the file is renamed and a new one begun.
    pub max_bytes: u32,
    /// Renamed files that are kept; 0 never renames.
    pub max_files: u32,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            level: LogLevel::default(),
            format: LogFormat::default(),
            file: None,
            max_bytes: 10 * 1024 * 1024,
            max_files: 5,
        }
    }
}
