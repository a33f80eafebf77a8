//! Probes by a command in the container, as the config file names it; the engine runs it.

use std::time::Instant;

use crate::engine::{CommandEnd, Engine};
use crate::model::secrets::KnownSecrets;
use crate::model::{ProbeOrigin, ProbeOutcome, ProbeTarget};
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
    let unchecked = |why: &str| {
        Report::new(
            spec,
            &shown,
            ProbeOutcome::Inconclusive,
            &format!("not checked: {why}"),
        )
    };
    if read_only {
        return Some(unchecked("hubdeck is read-only and runs no commands"));
    }
    let Some(engine) = engine else {
        return Some(unchecked("the engine does not answer"));
    };
    let begun = Instant::now();
    match engine
        .run(instance, spec.command.reveal(), spec.timeout)
        .await
    {
        Ok(CommandEnd::NotRunning) => None,
        Ok(CommandEnd::Running) => Some(Report::silent(spec, &shown)),
        Ok(CommandEnd::Talkative) => Some(Report::new(
            spec,
            &shown,
            ProbeOutcome::Failure,
            "more than 1 MiB of output, not waited for",
        )),
        Ok(CommandEnd::Exited { code, last_line }) => {
            // What it was given, it may repeat.
            let mut known = KnownSecrets::default();
            known.learn_probe(spec);
            let last_line = known.hide(&last_line);
            let outcome = if code == 0 {
                ProbeOutcome::Success
            } else {
                ProbeOutcome::Failure
            };
            Some(
                Report::new(spec, &shown, outcome, &words(code, last_line.trim()))
                    .timed(spec, begun.elapsed()),
            )
        }
        Err(error) => Some(unchecked(
            error.refusal().as_deref().unwrap_or(error.cause()),
        )),
    }
}

/// What an exit code and the last line of output say.
fn words(code: i64, line: &str) -> String {
    match (code, line) {
        (0, "") => "exit code 0".to_owned(),
        (0, line) => line.to_owned(),
        (126, "") => "exit code 126: the command cannot be executed".to_owned(),
        (127, "") => "exit code 127: no such command in the container".to_owned(),
        (code, "") => format!("exit code {code}"),
        (code, line) => format!("exit code {code}: {line}"),
    }
}
