//! The command line.

mod attach;
mod compose;
mod exec;
mod logs;
mod operate;
mod socket_policy;
mod token;
mod wait;

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::model::MapFormat;

use super::choices::{ColorMode, LogLevel};

pub use attach::AttachArgs;
pub use compose::{
    ComposeArgs, ComposeCommand, ComposeFlags, ComposeRequest, NoReplicaCount, ReplicaCount,
    ScaleArgs,
};
pub use exec::ExecArgs;
pub use logs::{LogFilterArgs, LogsArgs, TailArgument};
pub use operate::{AuditArgs, OperationArgs, OperationCommand, RunFlags};
pub use socket_policy::{PolicyFormat, SocketPolicyArgs};
pub use token::{NewTokenArgs, TokenCommand, TokenEnd};
pub use wait::{WaitArgs, WaitState};

/// An operations console for stacks of containers.
///
/// Without a command it opens the console on one engine: the one that --host, --context,
/// `DOCKER_HOST`, `DOCKER_CONTEXT` or the current Docker context names, and no other. Where none is
/// named, it is /var/run/docker.sock, then Podman's sockets.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "hubdeck",
    version,
    max_term_width = 100,
    subcommand_negates_reqs = true
)]
#[command(
    after_help = "Every config key can also be set by environment (HUBDECK_SECTION_KEY). \
                        `hubdeck config example` prints all keys."
)]
pub struct Cli {
    /// Flags that every command takes.
    #[command(flatten)]
    pub globals: Globals,
    /// Poll and serve HTTP, without a terminal.
    #[arg(long)]
    pub serve: bool,
    /// The console on another hubdeck.
    #[command(flatten)]
    pub attach: AttachArgs,
    /// What to do instead of opening the console.
    #[command(subcommand)]
    pub command: Option<CliCommand>,
}

impl Cli {
    /// Why a flag that was given is refused: the command does not use it, and whoever gave it would
    /// take the output for what was asked for. `config check` reports on all of them.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        let globals = &self.globals;
        let (console, config_check, poll) = match &self.command {
            None => (!self.serve, false, false),
            Some(CliCommand::Demo) => (true, false, false),
            Some(CliCommand::Config { command }) => {
                (false, *command == ConfigCommand::Check, false)
            }
            Some(
                CliCommand::Status { .. }
                | CliCommand::Map { .. }
                | CliCommand::Logs(_)
                | CliCommand::Wait(_)
                | CliCommand::Operate(_)
                | CliCommand::Scale(_)
                | CliCommand::Compose { .. },
            ) => (false, false, true),
            Some(_) => (false, false, false),
        };
        if self.attach.url.is_some() && self.command.is_some() {
            let text =
                "--attach opens the console; leave out the command, or run it on the other machine";
            return Some(text.to_owned());
        }
        if globals.show_secrets && !console {
            let text = "--show-secrets works in the console only; leave it out, every other output is masked";
            return Some(text.to_owned());
        }
        if let Some(CliCommand::Operate(command)) = &self.command
            && command.args().all
            && globals.stack.is_none()
        {
            return Some("--all needs the stack: add --stack NAME".to_owned());
        }
        let by_console = console || config_check;
        let flags = [
            (
                "--theme",
                globals.theme.is_some(),
                by_console,
                "the console",
            ),
            ("--view", globals.view.is_some(), by_console, "the console"),
            (
                "--stack",
                globals.stack.is_some(),
                by_console || poll,
                "the console, status, map, wait, logs and commands that operate",
            ),
        ];
        let mut unused = flags
            .into_iter()
            .chain(self.flags_of_engine())
            .filter(|(_, given, used, _)| *given && !used);
        let (flag, _, _, place) = unused.next()?;
        Some(format!("{flag} works in {place} only; leave it out"))
    }

    /// The flags that say which engine is asked: whether each was given, is used, and where it works.
    fn flags_of_engine(&self) -> [(&'static str, bool, bool, &'static str); 3] {
        let globals = &self.globals;
        let used = !matches!(self.command, Some(CliCommand::Audit(_)));
        [
            ("--host", globals.host.is_some()),
            ("--context", globals.context.is_some()),
            ("--project", !globals.projects.is_empty()),
        ]
        .map(|(flag, given)| (flag, given, used, "commands that ask an engine"))
    }
}

/// Flags that every command takes; stronger than environment and file.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct Globals {
    /// Config file to read.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Engine address, such as unix:///var/run/docker.sock or tcp://host:2375.
    #[arg(long, global = true, value_name = "URL", conflicts_with = "context")]
    pub host: Option<String>,
    /// Docker context to connect with.
    #[arg(long, global = true, value_name = "NAME")]
    pub context: Option<String>,
    /// Watch only this Compose project; may be repeated.
    #[arg(long = "project", global = true, value_name = "NAME")]
    pub projects: Vec<String>,
    /// Read-only: never change a container.
    #[arg(long, global = true)]
    pub read_only: bool,
    /// Theme of the console.
    #[arg(long, global = true, value_name = "NAME")]
    pub theme: Option<String>,
    /// View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log.
    #[arg(long, global = true, value_name = "NAME")]
    pub view: Option<String>,
    /// Show only this stack; in the console others are a key away.
    #[arg(long, global = true, value_name = "NAME")]
    pub stack: Option<String>,
    /// Draw with plain ASCII only.
    #[arg(long, global = true)]
    pub ascii: bool,
    /// When to write colours.
    #[arg(long, global = true, value_name = "WHEN")]
    pub color: Option<ColorMode>,
    /// Level of the hubdeck log.
    #[arg(long, global = true, value_name = "LEVEL")]
    pub log_level: Option<LogLevel>,
    /// Show secrets in the console instead of ***: environment, labels, commands, inspections.
    ///
    /// Exports, HTTP, the audit record and the hubdeck log stay masked.
    #[arg(long, conflicts_with = "serve")]
    pub show_secrets: bool,
    /// With --serve: listen here instead of on serve.host and serve.port; may be repeated.
    #[arg(long, value_name = "ADDRESS:PORT|unix:PATH", requires = "serve")]
    pub listen: Vec<String>,
    /// With --serve: a trusted proxy in front authenticates, so listen on other addresses without a
    /// token.
    #[arg(long)]
    pub behind_proxy: bool,
}

/// A command.
#[derive(Clone, Debug, Subcommand)]
pub enum CliCommand {
    /// Open the console on an embedded simulated stack.
    Demo,
    /// Poll once and print every service; the exit code tells whether all is well.
    Status {
        /// Print one JSON document.
        #[arg(long)]
        json: bool,
        /// Fail on degraded, starting and unknown services too.
        #[arg(long)]
        strict: bool,
    },
    /// Poll once and print the architecture map.
    Map {
        /// Its form; svg stands on its own in a README, mermaid is rendered by code hosts.
        #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = map_format())]
        format: MapFormat,
        /// Columns that cards of the text form may use.
        #[arg(long, value_name = "COLUMNS", default_value_t = 100, value_parser = clap::value_parser!(u32).range(40..=1000))]
        width: u32,
    },
    /// Explain the state of one service (polls once).
    Explain {
        /// Its id (`stack/name`), or its name where no other service has it.
        service: String,
        /// Print one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Wait until services are healthy; the exit code tells whether they are.
    Wait(WaitArgs),
    /// Print the log lines of services, merged by time.
    Logs(Box<LogsArgs>),
    /// Operate on services.
    #[command(flatten)]
    Operate(OperationCommand),
    /// Run `docker compose` with the files and the environment of a stack.
    Compose {
        /// What is asked of it.
        #[command(subcommand)]
        command: ComposeCommand,
    },
    /// Change how many containers services of a Compose project have.
    Scale(ScaleArgs),
    /// Print the audit record: who did what, and what came of each step.
    Audit(AuditArgs),
    /// Run a command, or a shell, in the container of a service; the exit code is that of the command.
    Exec(ExecArgs),
    /// Ask a running `hubdeck --serve` whether it is alive and ready (for `healthcheck:` in
    /// Compose).
    Check {
        /// Its address [default: `http://127.0.0.1:5003`, the port from `HUBDECK_SERVE_PORT` or
        /// `HUB_API_PORT`].
        url: Option<String>,
    },
    /// Print the completions of a shell.
    Completions {
        /// For which shell.
        shell: CompletionShell,
    },
    /// Make, list and revoke the tokens that clients of `hubdeck --serve` carry.
    Token {
        /// What to do with them.
        #[command(subcommand)]
        command: TokenCommand,
    },
    /// Check or print the configuration.
    Config {
        /// What to do with it.
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Serve a simulated engine on a socket, for tests and benchmarks.
    #[command(hide = true)]
    Sim(SimArgs),
}

/// A shell that there are completions for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CompletionShell {
    /// GNU bash, with bash-completion.
    Bash,
    /// Zsh.
    Zsh,
    /// Fish.
    Fish,
}

fn map_format() -> impl TypedValueParser<Value = MapFormat> {
    let known = PossibleValuesParser::new(MapFormat::ALL.map(MapFormat::id));
    known.try_map(|word| {
        let found = MapFormat::ALL
            .into_iter()
            .find(|format| format.id() == word);
        found.ok_or("not a form of the map")
    })
}

/// Check or print the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum ConfigCommand {
    /// Report what is wrong with file, environment and flags, and where settings come from.
    Check,
    /// Print a config file with every key and its default.
    Example,
    /// Print the calls of the Docker API that hubdeck makes, for a proxy before the socket.
    SocketPolicy(SocketPolicyArgs),
}

/// The simulated engine.
#[derive(Args, Clone, Debug, PartialEq)]
pub struct SimArgs {
    /// Where to listen: unix:PATH.
    #[arg(long, value_name = "unix:PATH")]
    pub listen: String,
    /// Running containers, in stacks of ten; without it the demo scenario runs.
    #[arg(long)]
    pub containers: Option<usize>,
    /// Stopped containers beside them.
    #[arg(long, default_value_t = 0)]
    pub stopped: usize,
    /// Scenario file instead of the built-in one.
    #[arg(long, value_name = "FILE", conflicts_with = "containers")]
    pub scenario: Option<PathBuf>,
    /// Log lines per second and container.
    #[arg(long, default_value_t = 1.0)]
    pub log_rate: f64,
}
