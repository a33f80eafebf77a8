//! The end of the program while operations run: what is waited for, and what is left out.

use std::time::Duration;

use crate::model::{OperationStatus, Snapshot, Step, StepState};

use super::pipeline::Pipeline;

/// One line of what the operator should know.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// Something that is so.
    Sentence(String),
    /// A command to be copied.
    Command(String),
}

/// How long calls in flight are waited for: longer than the grace period of most containers.
pub const OPERATIONS_LIMIT: Duration = Duration::from_secs(60);

/// Ends the pipeline: waits for the calls in flight, [`OPERATIONS_LIMIT`] at most, and leaves the
/// rest of their plans out; `tell` gets every line that the operator should know.
pub async fn end(pipeline: Pipeline, tell: impl Fn(Line)) {
    end_within(OPERATIONS_LIMIT, pipeline, tell).await;
}

async fn end_within(limit: Duration, pipeline: Pipeline, tell: impl Fn(Line)) {
    let snapshots = pipeline.snapshots.clone();
    let waited_for = in_flight(&snapshots.borrow());
    if !waited_for.is_empty() {
        tell(Line::Sentence(format!(
            "waiting for the engine to finish: {}",
            waited_for.join(", ")
        )));
    }
    match pipeline.stop(limit).await {
        Some(left_out) => summary(&left_out).into_iter().for_each(tell),
        None => tell(unanswered(&in_flight(&snapshots.borrow()), limit)),
    }
}

/// What is said of calls that were not answered in time.
fn unanswered(calls: &[String], limit: Duration) -> Line {
    let calls = match calls {
        [] => "an operation".to_owned(),
        calls => calls.join(", "),
    };
    Line::Sentence(format!(
        "no answer from the engine within {} s: {calls}; it goes on there without hubdeck, \
         and the next start of hubdeck says what was left out",
        limit.as_secs_f64()
    ))
}

/// The calls that the engine carries out now.
fn in_flight(snapshot: &Snapshot) -> Vec<String> {
    let calls = |operation: &OperationStatus| -> Vec<String> {
        let steps = operation.plan.steps.iter().zip(&operation.steps);
        steps
            .filter(|(_, state)| **state == StepState::Running)
            .map(|(step, _)| step.call())
            .collect()
    };
    snapshot
        .operations
        .iter()
        .filter(|each| each.is_running())
        .flat_map(|each| calls(each))
        .collect()
}

/// A headline, and for each step the command that finishes it; nothing when nothing was left out.
fn summary(left_out: &[Step]) -> Vec<Line> {
    let commands: Vec<Line> = left_out
        .iter()
        .filter_map(Step::docker_command)
        .map(Line::Command)
        .collect();
    let headline = match commands.len() {
        0 => return commands,
        1 => "1 step was not begun; this command finishes it:".to_owned(),
        many => format!("{many} steps were not begun; these commands finish them, in this order:"),
    };
    std::iter::once(Line::Sentence(headline))
        .chain(commands)
        .collect()
}

#[cfg(test)]
mod tests;
