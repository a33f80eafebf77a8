//! The commands that operate on services: a pipeline for one plan, from the question to the end.

mod question;

use std::cell::Cell;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use crate::cli::operate::{self, NEEDS_YES, StepProgress};
use crate::cli::{self, CommandError, ExitStatus, TransientLine, compose};
use crate::config::Settings;
use crate::config::arguments::{ComposeRequest, OperationCommand, RunFlags};
use crate::document::json::OperationDocument;
use crate::model::{
    Operation, OperationId, OperationKind, OperationStatus, Plan, SkipReason, Snapshot, Timestamp,
};
use crate::operate::{ComposeRefusal, SubmitRefusal};
use crate::plan::{PlanRefusal, compose_invocation, plan};

use super::failure::Failure;
use super::pipeline::{Lifetime, Pipeline, connect_request};
use super::{audit_file, ending, poll, runtime, signal};

/// How often a plan is submitted where containers change and nobody is asked again.
const ATTEMPTS: usize = 3;
/// How long after its end the outcome of an operation may take to be in a snapshot.
const OUTCOME_TAKES: Duration = Duration::from_secs(5);

/// Runs `command`.
pub(super) fn run(command: &OperationCommand, settings: &Settings) -> Result<ExitStatus, Failure> {
    run_asked(&Asked::Services(command), command.args().flags(), settings)
}

/// Runs `docker compose` for what `request` asks.
pub(super) fn run_compose(
    request: &ComposeRequest,
    settings: &Settings,
) -> Result<ExitStatus, Failure> {
    run_asked(&Asked::Compose(request), request.flags.clone(), settings)
}

/// What is asked for.
enum Asked<'a> {
    /// An operation on services.
    Services(&'a OperationCommand),
    /// Something of Compose.
    Compose(&'a ComposeRequest),
}

impl Asked<'_> {
    const fn kind(&self) -> OperationKind {
        match self {
            Self::Services(command) => command.kind(),
            Self::Compose(request) => OperationKind::Compose(request.verb.kind()),
        }
    }
}

fn run_asked(
    asked: &Asked<'_>,
    flags: RunFlags,
    settings: &Settings,
) -> Result<ExitStatus, Failure> {
    if !flags.dry_run && settings.engine.read_only {
        return Err(refused(SubmitRefusal::ReadOnly).into());
    }
    let answered = flags.yes || flags.yes_production.is_some();
    let asks = asked.kind().is_destructive() && !answered && !flags.dry_run;
    if asks && !question::can_be_asked() {
        return Err(CommandError::Refused(NEEDS_YES.to_owned()).into());
    }
    let runtime = runtime(2)?;
    let ended = runtime.block_on(on_pipeline(asked, flags, settings, asks));
    // A question may wait for its answer for ever.
    runtime.shutdown_background();
    ended
}

async fn on_pipeline(
    asked: &Asked<'_>,
    flags: RunFlags,
    settings: &Settings,
    asks: bool,
) -> Result<ExitStatus, Failure> {
    let (engine, audit) = (connect_request(settings), Some(audit_file()));
    let pipeline = Pipeline::start(engine, settings, lifetime(&flags), audit, None);
    let run = OperationRun {
        pipeline: &pipeline,
        asked,
        flags,
        settings,
        asks,
        is_asking: Cell::new(false),
    };
    let ended = run.until_ended().await;
    pipeline.stop().await;
    ended
}

/// What earlier runs left unfinished is reported once: not where nothing is done.
const fn lifetime(flags: &RunFlags) -> Lifetime {
    if flags.dry_run {
        Lifetime::OneSnapshot
    } else {
        Lifetime::OneOperation
    }
}

/// One command on its pipeline.
struct OperationRun<'a> {
    pipeline: &'a Pipeline,
    asked: &'a Asked<'a>,
    flags: RunFlags,
    settings: &'a Settings,
    /// Whether somebody is asked before it runs.
    asks: bool,
    /// Whether a question waits for its answer.
    is_asking: Cell<bool>,
}

/// What came of submitting.
enum Submitted {
    /// It runs this plan.
    Runs(OperationId, Box<Plan>),
    /// There is nothing to wait for.
    Ended(ExitStatus),
}

impl OperationRun<'_> {
    async fn until_ended(&self) -> Result<ExitStatus, Failure> {
        let mut stop = pin!(signal::asked_to_stop());
        let submitted = tokio::select! {
            submitted = self.submit() => submitted?,
            failure = self.pipeline.failed() => return Err(failure),
            number = &mut stop => {
                if self.is_asking.get() {
                    // The terminal is left behind the question.
                    cli::print_line("");
                    cli::print_error("nothing was done");
                }
                Submitted::Ended(ExitStatus::Signal(number))
            }
        };
        match submitted {
            Submitted::Runs(id, plan) => self.follow(id, &plan, stop).await,
            Submitted::Ended(status) => Ok(status),
        }
    }

    /// Makes the plan, shows it, asks and submits it.
    async fn submit(&self) -> Result<Submitted, CommandError> {
        let snapshot = poll::complete_snapshot(self.pipeline, None).await;
        if !snapshot.engine.status.is_connected() {
            return Err(operate::no_engine(&snapshot));
        }
        self.report_interrupted(&snapshot);
        let plan = match self.asked {
            Asked::Services(command) => self.plan_services(command, &snapshot)?,
            Asked::Compose(request) => Some(self.plan_compose(request, &snapshot).await?),
        };
        let Some(plan) = plan else {
            return Ok(Submitted::Ended(ExitStatus::Success));
        };
        if self.flags.dry_run {
            let plan = self.as_run(&plan);
            let printed = operate::dry_run(&plan, &snapshot, self.settings, self.flags.json)?;
            return Ok(Submitted::Ended(printed));
        }
        self.confirm(plan).await
    }

    /// The plan of an operation on services; `None` where all is so already, which is said.
    fn plan_services(
        &self,
        command: &OperationCommand,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Option<Plan>, CommandError> {
        let (kind, args) = (command.kind(), command.args());
        let operation = Operation {
            kind,
            targets: operate::targets(snapshot, self.settings, args)?,
            with_dependents: args.with_dependents,
            image: command.image().map(str::to_owned),
        };
        match plan(&operation, snapshot) {
            Ok(plan) => Ok(Some(plan)),
            Err(refusal @ PlanRefusal::NothingToDo(_))
                if operate::is_done(kind, &operation.targets, snapshot) =>
            {
                cli::print_error(&refusal.to_string());
                Ok(None)
            }
            Err(refusal) => Err(refused(refusal.into())),
        }
    }

    /// The plan of a call of Compose, with what it says that it would do.
    async fn plan_compose(
        &self,
        request: &ComposeRequest,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Plan, CommandError> {
        let asked = compose::of_stack(snapshot, self.settings, request)?;
        let invocation = compose_invocation(&asked.stack, asked.services, asked.verb, snapshot);
        let invocation = invocation.map_err(|refusal| refused(refusal.into()))?;
        match self.pipeline.operations.plan_compose(invocation).await {
            Ok(Ok(plan)) => Ok(plan),
            Ok(Err(ComposeRefusal::Impossible(refusal))) => Err(refused(refusal.into())),
            Ok(Err(ComposeRefusal::EngineLost)) => Err(refused(SubmitRefusal::EngineLost)),
            Ok(Err(refusal @ ComposeRefusal::NotRun(_))) => {
                Err(CommandError::Operation(refusal.to_string()))
            }
            Err(_gone) => Err(CommandError::Operation(
                "the plan was given up; try again".to_owned(),
            )),
        }
    }

    /// `plan` with the waits that are asked for.
    fn as_run(&self, plan: &Plan) -> Plan {
        let plan = plan.clone();
        if self.flags.wait {
            return plan;
        }
        plan.without_last_wait()
    }

    /// Shows `plan`, asks and submits it; where containers change meanwhile, the same with the plan of
    /// then.
    async fn confirm(&self, mut plan: Plan) -> Result<Submitted, CommandError> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let snapshot = self.pipeline.snapshots.borrow().clone();
            let text = operate::plan_text(&self.as_run(&plan), &snapshot);
            text.lines().for_each(cli::print_line);
            if self.asks {
                self.ask(&plan).await?;
            } else if let Some(refusal) =
                operate::unanswered(&plan, self.flags.yes_production.as_deref())
            {
                return Err(CommandError::Refused(refusal));
            }
            match self.pipeline.submit(plan.clone(), self.flags.wait) {
                Ok(id) => return Ok(Submitted::Runs(id, Box::new(plan))),
                Err(SubmitRefusal::Changed(fresh)) if self.asks || attempts < ATTEMPTS => {
                    cli::print_error("containers changed since the plan was shown; it is now:");
                    plan = *fresh;
                }
                Err(refusal) => return Err(refused(refusal)),
            }
        }
    }

    /// Asks everything that `plan` asks.
    async fn ask(&self, plan: &Plan) -> Result<(), CommandError> {
        for question in operate::questions(plan) {
            self.is_asking.set(true);
            let answer = question::ask(&question).await;
            self.is_asking.set(false);
            if !answer.map_err(CommandError::Answer)? {
                return Err(CommandError::NotConfirmed);
            }
        }
        Ok(())
    }

    /// Says what runs that were killed left unfinished, and how it stands.
    fn report_interrupted(&self, snapshot: &Snapshot) {
        for operation in &self.pipeline.interrupted {
            cli::print_error(&operation.to_string());
            if let Some(standing) = operate::standing(operation, snapshot) {
                cli::print_error(&format!("now {standing}"));
            }
        }
    }

    /// Prints what comes of each step until the operation has ended; `stop` leaves out what is not
    /// begun.
    async fn follow(
        &self,
        id: OperationId,
        plan: &Plan,
        mut stop: Pin<&mut impl Future<Output = i32>>,
    ) -> Result<ExitStatus, Failure> {
        let mut snapshots = self.pipeline.snapshots.clone();
        let mut progress = StepProgress::new(id, plan);
        let (mut signal, mut transient) = (None, TransientLine::default());
        let mut seconds = tokio::time::interval(Duration::from_secs(1));
        let mut ended = pin!(async {
            self.pipeline.idle().await;
            tokio::time::sleep(OUTCOME_TAKES).await;
        });
        loop {
            let snapshot = snapshots.borrow_and_update().clone();
            let output = progress.output(&snapshot);
            if !output.is_empty() {
                transient.clear();
            }
            output.iter().for_each(|line| cli::print_line(line));
            let news = progress.news(&snapshot);
            let status = progress.status(&snapshot);
            let is_running = status.is_some_and(OperationStatus::is_running);
            if !(news.is_empty() && is_running) {
                transient.clear();
            }
            news.iter().for_each(|line| cli::print_line(line));
            if let Some(status) = status.filter(|status| !status.is_running()) {
                return Ok(self.report(status, snapshot.taken_at, signal)?);
            }
            tokio::select! {
                // Without a store there is no outcome either.
                Ok(()) = snapshots.changed() => {}
                _ = seconds.tick() => {
                    let doing = status.and_then(|status| operate::doing(status, Timestamp::now()));
                    doing.into_iter().for_each(|text| transient.show(&text));
                }
                () = &mut ended => return Err(CommandError::NoOutcome.into()),
                failure = self.pipeline.failed() => return Err(failure),
                number = &mut stop, if signal.is_none() => {
                    signal = Some(number);
                    transient.clear();
                    ending::waited_for(&snapshot).into_iter().for_each(ending::print_line);
                    // One that has just ended needs no end.
                    let _ = self.pipeline.operations.cancel(id, SkipReason::Shutdown);
                }
            }
        }
    }

    /// Prints how the operation ended, and the commands that finish what was left out.
    fn report(
        &self,
        status: &OperationStatus,
        now: Timestamp,
        signal: Option<i32>,
    ) -> Result<ExitStatus, CommandError> {
        let left_out = ending::summary(&ending::left_out(status));
        left_out.into_iter().for_each(ending::print_line);
        if self.flags.json {
            operate::print_json(&OperationDocument::new(status, now))?;
        }
        let words = operate::end_words(status);
        match (&status.error, status.cancelled, signal) {
            (None, None, _) => {
                let done = if self.flags.json {
                    ExitStatus::Success
                } else {
                    operate::print_end(&words, self.settings)?
                };
                Ok(signal.map_or(done, ExitStatus::Signal))
            }
            (None, Some(_), Some(number)) => {
                cli::print_error(&words);
                Ok(ExitStatus::Signal(number))
            }
            _ => Err(CommandError::Operation(words)),
        }
    }
}

/// Why a plan is not run: what the arguments can correct, or what went wrong.
fn refused(refusal: SubmitRefusal) -> CommandError {
    let text = refusal.to_string();
    match refusal {
        SubmitRefusal::ReadOnly | SubmitRefusal::Impossible(_) => CommandError::Refused(text),
        SubmitRefusal::EngineLost => CommandError::EngineLost(text),
        _ => CommandError::Operation(text),
    }
}
