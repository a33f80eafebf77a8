//! One call of Compose with an answer that is read to its end.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::engine::{ComposeError, ComposeRunner};
use crate::model::secrets::KnownSecrets;
use crate::model::{ComposeEnd, ComposeInvocation, OutputLine};

/// How long Compose may take to answer a question.
const LIMIT: Duration = Duration::from_secs(30);
/// Lines on their way.
const LINES: usize = 64;
/// Lines that are read; what Compose says beyond is left out.
const MOST_LINES: usize = 5_000;

/// What a call of Compose ended with, and what it wrote.
pub(super) struct ComposeOutput {
    pub end: ComposeEnd,
    pub lines: Vec<OutputLine>,
}

impl ComposeOutput {
    /// Why it failed: what it wrote last.
    pub fn failure(&self) -> String {
        if self.end == ComposeEnd::Cancelled {
            return format!("it did not answer within {} s", LIMIT.as_secs());
        }
        let mut lines = self.lines.iter().map(|line| line.text.trim());
        let last = lines.rfind(|line| !line.is_empty());
        last.unwrap_or("it failed and wrote nothing").to_owned()
    }
}

/// Runs Compose to its end, for at most [`LIMIT`].
///
/// # Errors
/// Where it cannot be run.
pub(super) async fn output(
    runner: &ComposeRunner,
    invocation: &ComposeInvocation,
    known: Arc<KnownSecrets>,
) -> Result<ComposeOutput, ComposeError> {
    let (sender, receiver) = mpsc::channel(LINES);
    let run = runner.run(invocation, known, sender, tokio::time::sleep(LIMIT));
    let (end, lines) = tokio::join!(run, gathered(receiver));
    end.map(|end| ComposeOutput { end, lines })
}

async fn gathered(mut receiver: mpsc::Receiver<OutputLine>) -> Vec<OutputLine> {
    let mut lines = Vec::new();
    while let Some(line) = receiver.recv().await {
        if lines.len() < MOST_LINES {
            lines.push(line);
        }
    }
    lines
}
