//! The composition root: builds, wires, supervises, shuts down.
//! Knows: every module.
//! Never: decides anything that another module could decide.

mod attach;
mod console;
mod cost;
mod ending;
mod exec;
mod failure;
mod handles;
mod headless;
mod heartbeat;
mod logging;
mod logs;
mod operate;
mod pipeline;
mod poll;
mod publisher;
mod reload;
mod signal;
mod simulate;
mod status_log;
mod supervise;
mod terminal;
mod wait;
mod zone;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{self, CommandError, ExitStatus, config_check, explain, map, status};
use crate::config::arguments::{AttachArgs, AuditArgs, Cli, CliCommand, ConfigCommand, SimArgs};
use crate::config::{Loaded, Request, Settings, Watcher, reference};
use crate::model::Timestamp;
use crate::tui::{Exit, has_kept_columns};

use crate::engine::{ConnectRequest, ENGINE_ROUTES};

use failure::Failure;
use logging::Destination;
use pipeline::connect_request;
use poll::OnePoll;
use simulate::Demo;
use terminal::NoConsole;

/// Reads the command line and runs what it asks for.
#[must_use]
pub fn main() -> ExitCode {
    let arguments: Option<Vec<String>> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.into_string().ok())
        .collect();
    if let Some(url) = cli::check::bare(&arguments.unwrap_or_default()) {
        return cli::check::run(url).into();
    }
    let cli = Cli::parse();
    if let Some(refusal) = cli.refusal() {
        cli::print_error(&refusal);
        return ExitStatus::Usage.into();
    }
    if let Some(CliCommand::Check { url }) = &cli.command {
        // A container runtime calls this every few seconds: no runtime, no client, no settings.
        return cli::check::run(url.as_deref()).into();
    }
    // Fails only where a hook is installed already, and then there is one.
    drop(
        color_eyre::config::HookBuilder::default()
            .display_env_section(false)
            .install(),
    );
    match dispatch(cli) {
        Ok(status) => status.into(),
        Err(failure) => {
            cli::print_error(&failure.to_string());
            failure.status().into()
        }
    }
}

fn dispatch(cli: Cli) -> Result<ExitStatus, Failure> {
    handles::raise_limit();
    let request = Request::of_process(cli.globals);
    if let Some(url) = &cli.attach.url {
        return attached_console(&request, url, &cli.attach);
    }
    if cli.attach.attach_stdio {
        attach::relay(&request.load()?.settings)?;
        return Ok(ExitStatus::Success);
    }
    match cli.command {
        Some(CliCommand::Config { command }) => config(command, &request),
        Some(CliCommand::Sim(args)) => simulated_engine(args, &request),
        Some(CliCommand::Status { json, strict }) => {
            let settings = load_once(&request)?;
            let engine = engine_of(&settings);
            Ok(runtime(2)?.block_on(status::run(&engine, &settings, json, strict))?)
        }
        Some(CliCommand::Map { format, width }) => {
            let settings = load_once(&request)?;
            let engine = engine_of(&settings);
            Ok(runtime(2)?.block_on(map::run(&engine, &settings, format, width))?)
        }
        Some(CliCommand::Explain { service, json }) => {
            let settings = load_once(&request)?;
            let engine = engine_of(&settings);
            let zone = zone::local();
            let explained = explain::run(&engine, &settings, &service, json, &zone);
            Ok(runtime(2)?.block_on(explained)?)
        }
        Some(CliCommand::Wait(args)) => {
            let settings = load_once(&request)?;
            runtime(2)?.block_on(wait::run(&args, &settings))
        }
        Some(CliCommand::Logs(args)) => logs::run(*args, &load_once(&request)?),
        Some(CliCommand::Operate(command)) => operate::run(&command, &load_once(&request)?),
        Some(CliCommand::Compose { command }) => {
            operate::run_compose(&command.request(), &load_once(&request)?)
        }
        Some(CliCommand::Scale(args)) => {
            operate::run_compose(&args.request(), &load_once(&request)?)
        }
        Some(CliCommand::Audit(args)) => print_audit(&args, &load_once(&request)?),
        Some(CliCommand::Token { command }) => {
            let (settings, now) = (load_once(&request)?, Timestamp::now());
            Ok(cli::token::run(&command, &settings, now, &zone::local())?)
        }
        Some(CliCommand::Exec(args)) => exec::run(args, &load_once(&request)?),
        Some(CliCommand::Demo) => console_or_status(request, true),
        Some(CliCommand::Check { .. }) => Ok(ExitStatus::Success),
        Some(CliCommand::Completions { shell }) => Ok(cli::completions::run(shell)?),
        None if cli.serve => serve(request),
        None => console_or_status(request, false),
    }
}

/// The commands about the configuration.
fn config(command: ConfigCommand, request: &Request) -> Result<ExitStatus, Failure> {
    match command {
        ConfigCommand::Example => Ok(cli::print(&reference::example())?),
        ConfigCommand::Check => check_config(request),
        ConfigCommand::SocketPolicy(args) => Ok(cli::socket_policy::run(ENGINE_ROUTES, args)?),
    }
}

/// A simulated engine, until a signal ends it.
fn simulated_engine(args: SimArgs, request: &Request) -> Result<ExitStatus, Failure> {
    let log = &request.load()?.settings.log;
    logging::start(log, Destination::Stderr).map_err(Failure::Setup)?;
    let simulated = runtime(1)?.block_on(simulate::run(args));
    simulated.map_err(Failure::Setup)?;
    Ok(ExitStatus::Success)
}

/// The audit record; it needs no engine.
fn print_audit(args: &AuditArgs, settings: &Settings) -> Result<ExitStatus, Failure> {
    let history = crate::operate::history(&audit_file()).map_err(Failure::Setup)?;
    let (now, zone) = (Timestamp::now(), zone::local());
    Ok(cli::audit::run(&history, args, settings, now, &zone)?)
}

/// Settings for one poll; what is odd about them goes to standard error.
fn load_once(request: &Request) -> Result<Settings, Failure> {
    Ok(for_one_poll(request.load()?))
}

/// The same of what was loaded. A stack that no flag names is the one the console begins with, and
/// hides nothing from a script.
fn for_one_poll(mut loaded: Loaded) -> Settings {
    loaded
        .warnings
        .iter()
        .for_each(|warning| cli::print_error(&format!("warning: {warning}")));
    if !loaded.place("ui.stack").is_flag() {
        loaded.settings.ui.stack = None;
    }
    loaded.settings
}

fn serve(request: Request) -> Result<ExitStatus, Failure> {
    let loaded = request.load()?;
    let log = logging::start(&loaded.settings.log, Destination::Stderr).map_err(Failure::Setup)?;
    let watcher = Watcher::start(request, &loaded);
    runtime(2)?.block_on(headless::run(loaded, watcher, log))?;
    Ok(ExitStatus::Success)
}

/// The console where there is a terminal on both sides; one printed poll elsewhere.
fn console_or_status(request: Request, demo: bool) -> Result<ExitStatus, Failure> {
    if let Some(reason) = NoConsole::of_process() {
        if let Some(words) = reason.words() {
            cli::print_error(words);
        }
        let loaded = request.load()?;
        console::judge_flags(&loaded)?;
        let settings = for_one_poll(loaded);
        return runtime(2)?.block_on(without_terminal(&settings, demo));
    }
    let loaded = request.load()?;
    let log = logging::start(&loaded.settings.log, Destination::Screen).map_err(Failure::Setup)?;
    let watcher = Watcher::start(request, &loaded);
    // The screen is drawn on the main thread; one more is enough for all that feeds it, and each
    // costs memory.
    let runtime = runtime(1)?;
    let exit = runtime.block_on(console::run(loaded, watcher, log, demo));
    // Blocking calls (name look-ups) must not hold the shell's prompt back.
    runtime.shutdown_background();
    Ok(exit_status(exit?))
}

/// The console on the hubdeck at `url`.
fn attached_console(
    request: &Request,
    url: &str,
    args: &AttachArgs,
) -> Result<ExitStatus, Failure> {
    if NoConsole::of_process().is_some() {
        let text = "--attach opens the console, which needs a terminal; ask the other hubdeck over HTTP instead";
        return Err(Failure::Setup(text.to_owned()));
    }
    let loaded = request.load()?;
    logging::start(&loaded.settings.log, Destination::Screen).map_err(Failure::Setup)?;
    let runtime = runtime(1)?;
    let exit = runtime.block_on(attach::run(loaded, url, args));
    runtime.shutdown_background();
    Ok(exit_status(exit?))
}

const fn exit_status(exit: Exit) -> ExitStatus {
    match exit {
        Exit::Quit | Exit::Demo => ExitStatus::Success,
        Exit::Signal(number) => ExitStatus::Signal(number),
    }
}

/// What one-shot commands poll: the engine that `settings` name.
fn engine_of(settings: &Settings) -> OnePoll<'_> {
    OnePoll {
        request: connect_request(settings),
        settings,
    }
}

/// `hubdeck` or `hubdeck demo` without a terminal: prints one poll and never waits for a key.
async fn without_terminal(settings: &Settings, demo: bool) -> Result<ExitStatus, Failure> {
    if !demo {
        return Ok(status::run(&engine_of(settings), settings, false, false).await?);
    }
    let demo = Demo::start().await.map_err(Failure::Setup)?;
    let request = ConnectRequest::from_environment(Some(demo.endpoint.clone()), None);
    let settings = without_projects(settings);
    let engine = OnePoll {
        request,
        settings: &settings,
    };
    Ok(status::run(&engine, &settings, false, false).await?)
}

/// The same settings for the demo stack, which has other projects.
fn without_projects(settings: &Settings) -> Settings {
    let mut settings = settings.clone();
    settings.engine.projects.clear();
    settings
}

fn runtime(workers: usize) -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .max_blocking_threads(4)
        .enable_all()
        .build()
        .map_err(|error| Failure::Setup(format!("cannot start the runtime: {error}")))
}

fn check_config(request: &Request) -> Result<ExitStatus, Failure> {
    let mut out = std::io::stdout().lock();
    let kept = state_file(CONSOLE_FILE).filter(|file| has_kept_columns(file));
    let status = config_check::config_check(request, console::judge, kept.as_deref(), &mut out);
    Ok(status.map_err(CommandError::Output)?)
}

fn config_directory() -> Option<PathBuf> {
    Some(
        directories::ProjectDirs::from("", "", "hubdeck")?
            .config_dir()
            .to_owned(),
    )
}

/// Where operations leave their record; an empty path, to which nothing can be written, where there
/// is no home directory: without a record nothing is operated.
fn audit_file() -> PathBuf {
    state_file("audit.jsonl").unwrap_or_default()
}

/// What the console keeps for its next run.
const CONSOLE_FILE: &str = "console.json";

/// A file in the directory for what hubdeck keeps between runs.
fn state_file(name: &str) -> Option<PathBuf> {
    let directories = directories::ProjectDirs::from("", "", "hubdeck")?;
    Some(
        directories
            .state_dir()
            .unwrap_or_else(|| directories.data_local_dir())
            .join(name),
    )
}
