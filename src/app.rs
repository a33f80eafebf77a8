//! The composition root: builds, wires, supervises, shuts down; and the one-shot commands.
//! Knows: every room.
//! Never: decides anything a room could decide.

pub mod check;
pub mod config_check;
mod console;
mod cost;
mod ending;
pub mod explain;
mod failure;
mod handles;
mod headless;
mod logging;
mod news;
mod pipeline;
pub mod print;
mod publisher;
mod reload;
mod report;
mod signal;
mod simulate;
pub mod status;
mod supervise;
mod terminal;
mod zone;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser as _;

use crate::config::cli::{Cli, Command, ConfigCommand};
use crate::config::{Request, Settings, Watcher, reference};
use crate::tui::Exit;

use failure::Failure;
use logging::Destination;
use terminal::NoConsole;

/// Exit code of bad usage or configuration, as clap's own.
const USAGE: u8 = 2;

/// Reads the command line and runs what it asks for.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Some(Command::Check { url }) = &cli.command {
        // A container runtime calls this every few seconds: no runtime, no client, no settings.
        return check::run(url.as_deref());
    }
    // Fails only where a hook is installed already, and then there is one.
    drop(
        color_eyre::config::HookBuilder::default()
            .display_env_section(false)
            .install(),
    );
    match dispatch(cli) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            say(&failure.to_string());
            ExitCode::from(failure.code())
        }
    }
}

fn dispatch(cli: Cli) -> Result<u8, Failure> {
    handles::raise_limit();
    if cli.globals.show_secrets && !matches!(cli.command, None | Some(Command::Demo)) {
        let text =
            "--show-secrets works in the console only; leave it out, every other output is masked";
        return Err(Failure::Usage(text.to_owned()));
    }
    let request = Request::of_process(cli.globals);
    match cli.command {
        Some(Command::Config {
            command: ConfigCommand::Example,
        }) => print(&reference::example()),
        Some(Command::Config {
            command: ConfigCommand::Check,
        }) => check_config(&request),
        Some(Command::Sim(args)) => {
            logging::start(&request.load()?.settings.log, Destination::Stderr)
                .map_err(Failure::Setup)?;
            runtime(1)?
                .block_on(simulate::run(args))
                .map_err(Failure::Setup)?;
            Ok(0)
        }
        Some(Command::Status { json, strict }) => {
            let settings = load_once(&request)?;
            runtime(2)?.block_on(report::status(&settings, json, strict))
        }
        Some(Command::Map { format, width }) => {
            let settings = load_once(&request)?;
            runtime(2)?.block_on(report::map(&settings, format, width))
        }
        Some(Command::Explain { service, json }) => {
            let settings = load_once(&request)?;
            runtime(2)?.block_on(explain::run(&settings, &service, json))
        }
        Some(Command::Demo) => console_or_report(request, true),
        Some(Command::Check { .. }) => Ok(0),
        None if cli.serve => serve(request),
        None => console_or_report(request, false),
    }
}

/// Settings for one poll; what is odd about them goes to standard error.
fn load_once(request: &Request) -> Result<Settings, Failure> {
    let loaded = request.load()?;
    loaded
        .warnings
        .iter()
        .for_each(|warning| say(&format!("warning: {warning}")));
    Ok(loaded.settings)
}

fn serve(request: Request) -> Result<u8, Failure> {
    let loaded = request.load()?;
    let log = logging::start(&loaded.settings.log, Destination::Stderr).map_err(Failure::Setup)?;
    let watcher = Watcher::start(request, &loaded);
    runtime(2)?.block_on(headless::run(loaded, watcher, log))?;
    Ok(0)
}

/// The console where there is a terminal on both sides; one printed poll elsewhere.
fn console_or_report(request: Request, demo: bool) -> Result<u8, Failure> {
    if let Some(reason) = NoConsole::of_process() {
        if let Some(words) = reason.words() {
            say(words);
        }
        let settings = load_once(&request)?;
        return runtime(2)?.block_on(report::without_terminal(&settings, demo));
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
    Ok(match exit? {
        Exit::Quit | Exit::Demo => 0,
        Exit::Signal(number) => u8::try_from(128 + number).unwrap_or(u8::MAX),
    })
}

fn runtime(workers: usize) -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .max_blocking_threads(4)
        .enable_all()
        .build()
        .map_err(|error| Failure::Setup(format!("cannot start the runtime: {error}")))
}

fn check_config(request: &Request) -> Result<u8, Failure> {
    config_check::config_check(request, console::judge, &mut std::io::stdout().lock())
        .map_err(Failure::output)
}

/// Writes to standard output; a reader that went away is no failure.
fn print(text: &str) -> Result<u8, Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::output(error)),
        _ => Ok(0),
    }
}

/// Tells the shell; a terminal that is gone has no one left to tell.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "hubdeck: {}", in_locale(text));
}

/// Gives the shell a command to copy.
fn say_command(command: &str) {
    let _ = writeln!(std::io::stderr(), "  {}", in_locale(command));
}

/// The text in the characters that the locale has.
fn in_locale(text: &str) -> String {
    let mut line = Vec::new();
    // A vector takes every byte.
    drop(terminal::write(
        text,
        terminal::charset_of_locale(),
        &mut line,
    ));
    String::from_utf8_lossy(&line).into_owned()
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
