//! The end of the program while operations run: what is waited for, and what is left out.

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

/// Ends the pipeline: waits for the calls in flight and leaves the rest of their plans out; `tell`
/// gets every line that the operator should know.
pub async fn end(pipeline: Pipeline, tell: impl Fn(Line)) {
    let in_flight = in_flight(&pipeline.snapshots.borrow());
    if !in_flight.is_empty() {
        tell(Line::Sentence(format!(
            "waiting for the engine to finish: {}",
            in_flight.join(", ")
        )));
    }
    let left_out = pipeline.stop().await;
    summary(&left_out).into_iter().for_each(tell);
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
mod tests {
    use super::*;
    use crate::model::OperationKind;

    fn step(kind: OperationKind, name: &str) -> Step {
        Step {
            kind,
            service: "hub/db".into(),
            instance: "abc".into(),
            name: name.to_owned(),
            swarm_service: None,
            wait_healthy: true,
            wave: 0,
        }
    }

    #[test]
    fn what_was_left_out_is_told_with_the_commands_that_finish_it() {
        assert!(summary(&[]).is_empty());
        assert!(
            summary(&[step(OperationKind::Lift, "hub/db")]).is_empty(),
            "nothing to type"
        );
        let one = summary(&[step(OperationKind::Stop, "hub-db-1")]);
        let sentence = |text: &str| Line::Sentence(text.to_owned());
        let command = |text: &str| Line::Command(text.to_owned());
        let headline = sentence("1 step was not begun; this command finishes it:");
        assert_eq!(one, [headline, command("docker stop hub-db-1")]);
        let swarm = Step {
            swarm_service: Some("ga9".to_owned()),
            ..step(OperationKind::Restart, "web")
        };
        let two = summary(&[step(OperationKind::Restart, "hub-api-1"), swarm]);
        assert_eq!(
            two,
            [
                sentence("2 steps were not begun; these commands finish them, in this order:"),
                command("docker restart hub-api-1"),
                command("docker service update --force ga9")
            ]
        );
    }
}
