//! The end of the program while operations run: what is waited for, and what is left out.

use crate::cli;
use crate::model::{OperationStatus, Snapshot, Step, StepState};

use super::pipeline::Pipeline;

/// One line of what the operator should know.
#[derive(Debug, PartialEq, Eq)]
pub enum EndingLine {
    /// A plain sentence.
    Sentence(String),
    /// A command to be copied.
    Command(String),
}

/// Ends the pipeline: waits for the calls in flight, for as long as the engine takes (a container
/// may have a long grace period), and leaves the rest of their plans out; `print` gets every line that
/// the operator should know.
pub async fn end(pipeline: Pipeline, print: impl Fn(EndingLine)) {
    let waited_for = waited_for(&pipeline.snapshots.borrow());
    waited_for.into_iter().for_each(&print);
    let left_out = pipeline.stop().await;
    summary(&left_out).into_iter().for_each(print);
}

/// Which calls in flight are waited for; `None` without any.
pub fn waited_for(snapshot: &Snapshot) -> Option<EndingLine> {
    let calls = in_flight(snapshot);
    (!calls.is_empty()).then(|| {
        let calls = calls.join(", ");
        EndingLine::Sentence(format!("waiting for the engine to finish: {calls}"))
    })
}

/// The steps of an operation that were not begun.
pub fn left_out(status: &OperationStatus) -> Vec<Step> {
    let steps = status.plan.steps.iter().zip(&status.steps);
    steps
        .filter(|(_, state)| matches!(state, StepState::Skipped { .. }))
        .map(|(step, _)| step.clone())
        .collect()
}

/// Writes a line to standard error.
pub fn print_line(line: EndingLine) {
    match line {
        EndingLine::Sentence(text) => cli::print_error(&text),
        EndingLine::Command(command) => cli::print_command(&command),
    }
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
pub fn summary(left_out: &[Step]) -> Vec<EndingLine> {
    let commands: Vec<EndingLine> = left_out
        .iter()
        .filter_map(Step::docker_command)
        .map(EndingLine::Command)
        .collect();
    let headline = match commands.len() {
        0 => return commands,
        1 => "1 step was not begun; this command finishes it:".to_owned(),
        many => format!("{many} steps were not begun; these commands finish them, in this order:"),
    };
    std::iter::once(EndingLine::Sentence(headline))
        .chain(commands)
        .collect()
}

#[cfg(test)]
mod tests;
