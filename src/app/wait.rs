//! `hubdeck wait`: a pipeline that runs until services are as they are waited for, or time is up.

use std::pin::pin;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::cli::wait::{self, WaitProgress};
use crate::cli::{CommandError, ExitStatus, WaitError, WaitedFor};
use crate::config::Settings;
use crate::config::arguments::WaitArgs;

use super::failure::Failure;
use super::pipeline::{Lifetime, Pipeline, connect_request};
use super::{poll, signal, state_file};

/// How long what ended may take to begin anew: a restart ends a process before it starts the next.
const SETTLES: Duration = Duration::from_secs(1);

/// Waits for what `args` say.
///
/// # Errors
/// A service that is not there, one that will not come to it, and time that is up.
pub(super) async fn run(args: &WaitArgs, settings: &Settings) -> Result<ExitStatus, Failure> {
    let request = connect_request(settings);
    let audit = state_file("audit.jsonl");
    let pipeline = Pipeline::start(request, settings, Lifetime::OneSnapshot, audit, None);
    let ended = {
        let mut stop = pin!(signal::asked_to_stop());
        tokio::select! {
            ended = until_reached(&pipeline, args, settings) => ended.map_err(Failure::from),
            failure = pipeline.failed() => Err(failure),
            number = &mut stop => Ok(ExitStatus::Signal(number)),
        }
    };
    pipeline.stop().await;
    ended
}

async fn until_reached(
    pipeline: &Pipeline,
    args: &WaitArgs,
    settings: &Settings,
) -> Result<ExitStatus, CommandError> {
    let mut times = Times::new(args, Instant::now());
    let mut snapshots = pipeline.snapshots.clone();
    // Time being up shows below, and what is known by then is said.
    let listed = poll::has_list_or_is_lost(&mut snapshots);
    drop(timeout_at(times.deadline, listed).await);
    let first = snapshots.borrow().clone();
    if !first.engine.status.is_connected() {
        return wait::no_engine(&first, settings);
    }
    pipeline.operations.focus(poll::everything(&first));
    let (mut known, mut is_known) = (pin!(known(pipeline)), false);
    loop {
        let snapshot = snapshots.borrow_and_update().clone();
        let (progress, now) = (wait::judge(&snapshot, settings, args)?, Instant::now());
        if let WaitProgress::Reached(services) = &progress
            && (is_known || now >= times.deadline)
        {
            return wait::report(services, args.state, now - times.begun);
        }
        let look_again = times.next_look(progress, now)?;
        // Whether something changed or time is up, it is looked at again.
        tokio::select! {
            _changed = timeout_at(look_again, snapshots.changed()) => {}
            () = &mut known, if !is_known => is_known = true,
        }
    }
}

/// When the wait began and ends.
struct Times<'a> {
    args: &'a WaitArgs,
    begun: Instant,
    deadline: Instant,
    /// Since when nothing can be waited for.
    hopeless_since: Option<Instant>,
}

impl<'a> Times<'a> {
    fn new(args: &'a WaitArgs, begun: Instant) -> Self {
        Self {
            args,
            begun,
            deadline: begun + args.timeout,
            hopeless_since: None,
        }
    }

    /// When to look again at the latest after `progress`, which is not what is waited for.
    fn next_look(&mut self, progress: WaitProgress, now: Instant) -> Result<Instant, WaitError> {
        let WaitProgress::Hopeless(waited_for) = progress else {
            self.hopeless_since = None;
            return match progress {
                WaitProgress::Pending(waited_for) if now >= self.deadline => {
                    Err(self.timed_out(waited_for))
                }
                _ => Ok(self.deadline),
            };
        };
        let settled = *self.hopeless_since.get_or_insert(now) + SETTLES;
        if now < settled {
            return Ok(settled);
        }
        let state = self.args.state;
        Err(WaitError::Hopeless { state, waited_for })
    }

    const fn timed_out(&self, waited_for: WaitedFor) -> WaitError {
        WaitError::TimedOut {
            state: self.args.state,
            limit: self.args.timeout,
            waited_for,
        }
    }
}

/// Returns when a snapshot shows everything as it was found once: what looks healthy before may have
/// a probe that fails.
async fn known(pipeline: &Pipeline) {
    pipeline.complete().await;
    pipeline.flush().await;
}
