//! Commands in containers for somebody at a terminal, with their record.

use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot, watch};

use crate::engine::{AttachedExec, Engine, ExecChannels, ExecStart};
use crate::model::{ExecEnd, ExecRequest, Principal, TerminalSize};

use super::SubmitRefusal;
use super::audit::Trail;
use super::operator::Operator;
use super::session::{ExecRefusal, ExecSession};

/// The shells that are looked for, best first.
const SHELLS: [&str; 3] = ["bash", "ash", "sh"];
/// Runs the best shell there is, by the one that nearly every image has: one call instead of three.
const BEST_SHELL: &str =
    "for s in bash ash; do command -v $s >/dev/null 2>&1 && exec $s; done; exec sh";
/// Pieces of input and of output on their way.
const PIECES: usize = 16;
/// How long a command may take to end once hubdeck ends: whoever asked for it leaves it then.
const LEAVING: Duration = Duration::from_secs(2);
/// How long the engine may be lost before a command in it is: one that is restarted, or a
/// connection that broke, closes the stream itself.
const LOST: Duration = Duration::from_secs(2);

impl Operator {
    /// Runs a command in a container; returns once it was started, and its record is on disk.
    ///
    /// # Errors
    /// When it cannot be started, the engine is lost, hubdeck is about to end, or the record cannot
    /// be written.
    pub async fn exec(
        &self,
        request: ExecRequest,
        principal: Principal,
    ) -> Result<ExecSession, ExecRefusal> {
        let engine = self.link.borrow().clone().ok_or(ExecRefusal::EngineLost)?;
        self.count_command(true)?;
        let started = self.record_and_start(&engine, request, principal).await;
        match started {
            Ok((attached, record)) => Ok(self.attend(attached, record)),
            Err(refusal) => {
                self.count_command(false)?;
                Err(refusal)
            }
        }
    }

    async fn record_and_start(
        &self,
        engine: &Engine,
        request: ExecRequest,
        principal: Principal,
    ) -> Result<(AttachedExec, ExecRecord), ExecRefusal> {
        let command = request.docker_command();
        let record = self.record_command("exec", request, &command, principal)?;
        match start(engine, &record.request).await {
            Ok(attached) => Ok((attached, record)),
            Err(refusal) => {
                record.end(&Err(refusal.to_string())).await;
                Err(refusal)
            }
        }
    }

    /// Begins the record of a command that is run for somebody at a terminal: its verb, and the text
    /// that says what it does.
    ///
    /// # Errors
    /// When it cannot be written: then nothing may be run.
    pub(super) fn record_command(
        &self,
        verb: &'static str,
        request: ExecRequest,
        command: &str,
        principal: Principal,
    ) -> Result<ExecRecord, ExecRefusal> {
        let snapshot = self.snapshots.borrow().clone();
        let command = snapshot.secrets.mask(command);
        let info = snapshot.engine.info.as_ref();
        let what = (verb, &request, command.as_str());
        let trail = self.audit.begin_exec(self.next_id(), principal, what, info);
        Ok(ExecRecord {
            trail: trail.map_err(|refusal| match refusal {
                SubmitRefusal::Unrecorded(why) => ExecRefusal::Unrecorded(why),
                other => ExecRefusal::Refused(other.to_string()),
            })?,
            request,
            command,
            begun: Instant::now(),
        })
    }

    /// Runs what was started to its end, beside whoever asked for it.
    fn attend(&self, attached: AttachedExec, record: ExecRecord) -> ExecSession {
        let (input, typed) = mpsc::channel(PIECES);
        let (written, output) = mpsc::channel(PIECES);
        let none = TerminalSize {
            columns: 0,
            rows: 0,
        };
        let (sizes, size) = watch::channel(record.request.terminal.unwrap_or(none));
        let (ended, end) = oneshot::channel();
        let operator = self.clone();
        self.runtime.spawn(async move {
            let channels = ExecChannels {
                input: typed,
                output: written,
                sizes: size,
            };
            let how = tokio::select! {
                ended = attached.run(channels) => ended.unwrap_or_else(|error| ExecEnd::Lost(error.to_string())),
                () = operator.closed_for(LEAVING) => ExecEnd::HungUp,
                () = lost(operator.link.clone()) => ExecEnd::Lost("the engine does not answer".to_owned()),
            };
            record.end(&Ok(how.clone())).await;
            // It was begun, so that it is counted; and whoever asked may be gone.
            drop(operator.count_command(false));
            drop(ended.send(how));
        });
        ExecSession {
            input,
            output,
            sizes,
            end,
        }
    }
}

/// Starts what `request` asks for.
async fn start(engine: &Engine, request: &ExecRequest) -> Result<AttachedExec, ExecRefusal> {
    if !request.command.is_empty() {
        return try_start(engine, request, &request.command)
            .await?
            .map_err(|code| ExecRefusal::NotStarted {
                container: request.container.clone(),
                command: request.command.first().cloned().unwrap_or_default(),
                code,
            });
    }
    let best = ["sh", "-c", BEST_SHELL].map(str::to_owned).to_vec();
    let alone = SHELLS.map(|shell| vec![shell.to_owned()]);
    for command in std::iter::once(best).chain(alone) {
        if let Ok(attached) = try_start(engine, request, &command).await? {
            return Ok(attached);
        }
    }
    Err(ExecRefusal::NoShell(request.container.clone()))
}

/// Starts `command`; the exit code where the container does not have it.
async fn try_start(
    engine: &Engine,
    request: &ExecRequest,
    command: &[String],
) -> Result<Result<AttachedExec, i64>, ExecRefusal> {
    let started = engine.exec(
        (&request.instance, &request.container),
        command,
        request.terminal,
        request.input,
    );
    match started.await {
        Ok(ExecStart::Attached(attached)) => Ok(Ok(*attached)),
        Ok(ExecStart::NotStarted(code)) => Ok(Err(code)),
        Ok(ExecStart::NotRunning) => Err(ExecRefusal::NotRunning(request.container.clone())),
        Err(error) => Err(ExecRefusal::Refused(error.to_string())),
    }
}

/// Returns once the engine is lost for good.
async fn lost(mut link: watch::Receiver<Option<Engine>>) {
    loop {
        if link.wait_for(Option::is_none).await.is_err() {
            // Nobody looks for the engine any more; the stream itself shows how it is.
            return std::future::pending().await;
        }
        let back = tokio::time::timeout(LOST, link.wait_for(Option::is_some)).await;
        if back.is_err() {
            return;
        }
    }
}

/// The record of a command.
pub(super) struct ExecRecord {
    trail: Trail,
    request: ExecRequest,
    /// What it does as a command line, with secrets masked.
    command: String,
    begun: Instant,
}

impl ExecRecord {
    /// Records how it ended; an error is one sentence why it was not run.
    pub(super) async fn end(&self, end: &Result<ExecEnd, String>) {
        let what = (&self.request, self.command.as_str());
        if let Err(error) = self.trail.exec_ended(what, end, self.begun.elapsed()).await {
            let container = &self.request.container;
            tracing::error!("the end of a command in {container} is not recorded: {error}");
        }
    }
}
