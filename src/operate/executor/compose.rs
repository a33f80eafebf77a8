//! A step that Compose does: its program, with its output.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

use crate::engine::Engine;
use crate::model::{
    ComposeEnd, ComposeInvocation, LogStream, OperationProgress, OutputLine, StepState,
};

use super::PlanExecutor;
use super::failure::StepFailure;

/// Lines on their way.
const LINES: usize = 256;
/// Most lines that are reported without a pause: whoever follows them shall miss none.
const MOST_AT_ONCE: usize = 1_024;
/// How long lines are gathered until they are reported.
const GATHERED_FOR: Duration = Duration::from_millis(100);

impl PlanExecutor {
    /// Runs `invocation` to its end, or interrupts it when the operation is cancelled.
    ///
    /// # Errors
    /// One sentence when it cannot be run, is interrupted, or ends with another exit code than 0: then
    /// its last line.
    pub(super) async fn run_compose(
        &self,
        engine: &Engine,
        invocation: &ComposeInvocation,
    ) -> Result<StepState, StepFailure> {
        let known = Arc::clone(&self.snapshots.borrow().secrets);
        let (sender, lines) = mpsc::channel(LINES);
        let mut cancelled = self.cancelled.clone();
        let cancelled = async move {
            if cancelled.wait_for(Option::is_some).await.is_err() {
                // Nobody can cancel it any more.
                std::future::pending::<()>().await;
            }
        };
        let runner = engine.compose();
        let run = runner.run(invocation, known, sender, cancelled);
        let (end, last) = tokio::join!(run, self.relay(lines));
        let verb = invocation.verb.kind().verb();
        match end.map_err(|error| format!("nothing was done: {error}"))? {
            ComposeEnd::Exited(0) => Ok(StepState::Succeeded),
            ComposeEnd::Exited(code) => Err(failed(verb, code, last.as_deref()).into()),
            ComposeEnd::Signalled(signal) => {
                Err(format!("docker {verb} was ended by signal {signal}").into())
            }
            ComposeEnd::Cancelled => Err(StepFailure {
                text: format!("docker {verb} was interrupted: what it had done by then stays"),
                is_cancelled: true,
            }),
        }
    }

    /// Reports lines as they come; returns the last one of standard error.
    async fn relay(&self, mut lines: mpsc::Receiver<OutputLine>) -> Option<String> {
        let mut last = None;
        let (mut gathered, mut reported) = (Vec::new(), 0);
        while lines.recv_many(&mut gathered, LINES).await > 0 {
            let error = gathered.iter().rfind(|line| may_say_why(line));
            last = error.map(|line| line.text.trim().to_owned()).or(last);
            let count = gathered.len();
            self.report(OperationProgress::Output(std::mem::take(&mut gathered)))
                .await;
            reported += count;
            if count < LINES || reported >= MOST_AT_ONCE {
                sleep(GATHERED_FOR).await;
                reported = 0;
            }
        }
        last
    }
}

/// Whether the line may say why a call failed; progress stands on standard error too, before it.
fn may_say_why(line: &OutputLine) -> bool {
    line.stream == LogStream::Stderr && !line.text.trim().is_empty()
}

/// `docker compose up failed with exit code 1: no configuration file provided: not found`.
fn failed(verb: &str, code: i32, last: Option<&str>) -> String {
    match last {
        Some(words) => format!("docker {verb} failed with exit code {code}: {words}"),
        None => format!("docker {verb} failed with exit code {code}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_has_the_last_words_of_compose() {
        for (last, expected) in [
            (
                Some("no such image"),
                "docker compose up failed with exit code 18: no such image",
            ),
            (None, "docker compose up failed with exit code 18"),
        ] {
            assert_eq!(failed("compose up", 18, last), expected);
        }
    }
}
