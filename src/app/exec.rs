//! `hubdeck exec`: lists the containers, and runs a command in one of them on this process's own
//! standard streams.

use std::cell::Cell;
use std::io::{self, IsTerminal as _};
use std::os::fd::AsFd;
use std::pin::pin;

use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::cli::{self, ExitStatus, logs};
use crate::config::Settings;
use crate::config::arguments::ExecArgs;
use crate::model::{ExecEnd, ExecRequest, LogStream, Principal, Service, TerminalSize};
use crate::operate::{ExecRefusal, ExecSession};
use crate::tui::terminal::{Measured, RawMode, usual_screen};

use super::failure::Failure;
use super::pipeline::{Lifetime, Pipeline, connect_request};
use super::{audit_file, poll, runtime, signal as stop};

/// Bytes of standard input that are read at a time.
const PIECE: usize = 16 << 10;
/// Containers are listed, and nothing of them is measured or probed.
const LIFETIME: Lifetime = Lifetime::Logs { masked: false };
/// The exit code of shells for a command that is not there.
const NOT_FOUND: i64 = 127;
/// The exit code of a command that SIGKILL ended, as the end of its container does.
const KILLED: i64 = 137;

/// Runs what `args` ask for; gives the exit code of the command.
pub(super) fn run(args: ExecArgs, settings: &Settings) -> Result<ExitStatus, Failure> {
    let runtime = runtime(2)?;
    let ended = runtime.block_on(on_engine(args, settings));
    // A thread may still read standard input.
    runtime.shutdown_background();
    ended
}

async fn on_engine(args: ExecArgs, settings: &Settings) -> Result<ExitStatus, Failure> {
    let request = connect_request(settings);
    let pipeline = Pipeline::start(request, settings, LIFETIME, Some(audit_file()), None);
    let ended = tokio::select! {
        ended = exec(&pipeline, args, settings) => ended,
        failure = pipeline.failed() => Err(failure),
    };
    // Waits until the record is complete.
    pipeline.stop().await;
    ended
}

async fn exec(
    pipeline: &Pipeline,
    args: ExecArgs,
    settings: &Settings,
) -> Result<ExitStatus, Failure> {
    let mut snapshots = pipeline.snapshots.clone();
    let listed = poll::has_list_or_is_lost(&mut snapshots).await;
    if !listed.engine.status.is_connected() {
        return Ok(logs::no_engine(&listed, settings)?);
    }
    let services = logs::services(&listed, settings, std::slice::from_ref(&args.service))?;
    let service = services.first().and_then(|id| listed.service(id));
    let request = service.and_then(|service| asked(service, args));
    let Some(request) = request else {
        let text = "the service has no container; `hubdeck status` shows how it is";
        return Err(Failure::Setup(text.to_owned()));
    };
    let asked = (request.container.clone(), request.command.clone());
    let has_terminal = request.terminal.is_some();
    let opened = pipeline.operations.exec(request, Principal::Cli).await;
    match opened {
        Ok(Ok(session)) => attend(session, &asked, has_terminal).await,
        Ok(Err(refusal)) => {
            cli::print_error(&refusal.to_string());
            Ok(status_of(&refusal))
        }
        Err(_gone) => Err(Failure::Setup(
            "the command was given up; try again".to_owned(),
        )),
    }
}

/// What `args` ask of the service; `None` where it has no container.
fn asked(service: &Service, args: ExecArgs) -> Option<ExecRequest> {
    let container = &service.primary()?.facts;
    let is_terminal = io::stdin().is_terminal();
    let terminal = (is_terminal && io::stdout().is_terminal()).then(|| Measured::now().cells());
    Some(ExecRequest {
        service: service.id.clone(),
        instance: container.id.clone(),
        container: container.name.clone(),
        command: args.command,
        terminal,
        // A terminal is not read for what has none itself: it may be in the background.
        input: terminal.is_some() || !is_terminal,
    })
}

/// Why a command did not run that the engine could not start, as on a terminal.
fn not_started(container: &str, command: &[String], code: i64) -> ExecRefusal {
    match command.first() {
        None => ExecRefusal::NoShell(container.to_owned()),
        Some(command) => ExecRefusal::NotStarted {
            container: container.to_owned(),
            command: command.clone(),
            code,
        },
    }
}

/// The exit code for a command that was not run.
fn status_of(refusal: &ExecRefusal) -> ExitStatus {
    match refusal {
        ExecRefusal::NotStarted { code, .. } => ExitStatus::of_command(*code),
        ExecRefusal::NoShell(_) => ExitStatus::of_command(NOT_FOUND),
        ExecRefusal::EngineLost => ExitStatus::NoEngine,
        _ => ExitStatus::Failure,
    }
}

/// Relays the standard streams until the command ends or a signal ends hubdeck.
async fn attend(
    session: ExecSession,
    (container, command): &(String, Vec<String>),
    has_terminal: bool,
) -> Result<ExitStatus, Failure> {
    let no_terminal = |error| Failure::Setup(format!("cannot use the terminal: {error}"));
    let raw = has_terminal
        .then(RawMode::enter)
        .transpose()
        .map_err(no_terminal)?;
    let mut changes = signal(SignalKind::window_change()).map_err(no_terminal)?;
    let streams = || Ok((own(io::stdin())?, own(io::stdout())?, own(io::stderr())?));
    let (mut input, mut out, mut errors) = streams().map_err(no_terminal)?;
    let stopped = Cell::new(None);
    let mut asked_to_stop = pin!(stop::asked_to_stop());
    let relayed = session
        .relay(
            async || {
                let mut piece = vec![0; PIECE];
                // Input that cannot be read has ended.
                let count = input.read(&mut piece).await.unwrap_or(0);
                piece.truncate(count);
                (count > 0).then_some(piece)
            },
            async |stream, bytes| match stream {
                LogStream::Stdout => {
                    out.write_all(&bytes).await?;
                    out.flush().await
                }
                LogStream::Stderr => {
                    errors.write_all(&bytes).await?;
                    errors.flush().await
                }
            },
            async || resized(&mut changes, &mut asked_to_stop, &stopped).await,
        )
        .await;
    if raw.is_some() {
        reset(&mut out).await;
    }
    drop(raw);
    if let Some(signal) = stopped.get() {
        tell_left(container, has_terminal);
        return Ok(ExitStatus::Signal(signal));
    }
    match relayed {
        Ok(ended) => status_of_end(ended, (container, command), has_terminal),
        // As for every other command, a reader that leaves is no error.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            tell_left(container, has_terminal);
            Ok(ExitStatus::Success)
        }
        Err(error) => Err(Failure::Setup(format!(
            "cannot write to standard output: {error}"
        ))),
    }
}

/// Puts the terminal back after a program that may have left any mode behind.
async fn reset(out: &mut File) {
    let written = async {
        out.write_all(&usual_screen()).await?;
        out.flush().await
    };
    if let Err(error) = written.await {
        // With a hangup the terminal is gone.
        tracing::debug!("the terminal was not reset: {error}");
    }
}

/// Says that a command without a terminal, which nothing can end, goes on.
fn tell_left(container: &str, has_terminal: bool) {
    if !has_terminal {
        cli::print_error(&format!(
            "the command goes on in {container} until it ends by itself: the engine has no call that ends it"
        ));
    }
}

/// The exit code for a command that ended so; what it does not say itself is printed.
fn status_of_end(
    ended: ExecEnd,
    (container, command): (&str, &[String]),
    has_terminal: bool,
) -> Result<ExitStatus, Failure> {
    match ended {
        ExecEnd::NotStarted(code) => {
            let refusal = not_started(container, command, code);
            cli::print_error(&refusal.to_string());
            Ok(status_of(&refusal))
        }
        ExecEnd::Exited(code) => {
            if has_terminal && code == KILLED {
                // The command was stopped in the middle of a line.
                cli::print_line("");
                cli::print_error(&format!(
                    "{container} ended, or the command in it was killed (SIGKILL)"
                ));
            }
            Ok(ExitStatus::of_command(code))
        }
        ExecEnd::HungUp => Ok(ExitStatus::Failure),
        ExecEnd::Lost(sentence) => Err(Failure::Setup(sentence)),
    }
}

/// A standard stream that can be waited for.
fn own(stream: impl AsFd) -> io::Result<File> {
    let stream = stream.as_fd().try_clone_to_owned()?;
    Ok(File::from_std(stream.into()))
}

/// Waits for another size of the terminal; `None` where a signal ends hubdeck, which is left in
/// `stopped`.
async fn resized(
    changes: &mut Signal,
    asked_to_stop: &mut (impl Future<Output = i32> + Unpin),
    stopped: &Cell<Option<i32>>,
) -> Option<TerminalSize> {
    tokio::select! {
        changed = changes.recv() => match changed {
            Some(()) => Some(Measured::now().cells()),
            None => std::future::pending().await,
        },
        signal = asked_to_stop => {
            stopped.set(Some(signal));
            None
        }
    }
}
