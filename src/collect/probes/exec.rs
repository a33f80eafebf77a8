//! Probes by a command in the container, as the config file names it; the engine runs it.

use std::time::{Duration, Instant};

use crate::engine::{CommandEnd, Engine};
use crate::model::secrets::KnownSecrets;
use crate::model::{Finding, NotAsked, ProbeOrigin, ProbeOutcome, ProbeSpec, ProbeTarget};
use crate::probe::Report;

/// Runs the command of `target` in its container. `None` when the container does not run.
///
/// What keeps hubdeck itself from asking is [`ProbeOutcome::Inconclusive`]: it says nothing of the
/// service.
pub(super) async fn check(
    engine: Option<&Engine>,
    read_only: bool,
    target: &ProbeTarget,
) -> Option<Report> {
    let (spec, instance) = (&target.spec, target.instance.as_ref()?);
    // A label may not make hubdeck run anything, whatever was made of it on the way here.
    let program = spec
        .command
        .reveal()
        .first()
        .filter(|_| spec.origin == ProbeOrigin::Config)?;
    // Arguments may hold secrets.
    let shown = format!("exec: {program}");
    let unchecked = |why| Some(Report::not_asked(spec, &shown, why));
    if read_only {
        return unchecked(NotAsked::ReadOnly);
    }
    let Some(engine) = engine else {
        return unchecked(NotAsked::EngineSilent);
    };
    let begun = Instant::now();
    match engine
        .run(instance, spec.command.reveal(), spec.timeout)
        .await
    {
        Ok(end) => ended(spec, &shown, end, begun.elapsed()),
        Err(error) => unchecked(NotAsked::Engine {
            said: error.refusal().unwrap_or_else(|| error.cause().to_owned()),
        }),
    }
}

/// What the end of a command means; `None` when its container does not run.
fn ended(spec: &ProbeSpec, shown: &str, end: CommandEnd, took: Duration) -> Option<Report> {
    let report = |outcome, finding| Report::new(spec, shown, outcome, finding);
    Some(match end {
        CommandEnd::NotRunning => return None,
        CommandEnd::Running => Report::silent(spec, shown),
        CommandEnd::Talkative => report(ProbeOutcome::Failure, Finding::TooMuchOutput),
        CommandEnd::Exited { code, last_line } => {
            // What it was given, it may repeat.
            let mut known = KnownSecrets::default();
            known.learn_probe(spec);
            let line = known.hide(&last_line).trim().to_owned();
            let outcome = if code == 0 {
                ProbeOutcome::Success
            } else {
                ProbeOutcome::Failure
            };
            report(outcome, Finding::Exited { code, line }).timed(spec, took)
        }
    })
}
