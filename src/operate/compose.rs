//! What Compose would do, before anybody is asked.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::engine::{ComposeError, ComposeRunner};
use crate::model::secrets::KnownSecrets;
use crate::model::{
    ComposeCall, ComposeEnd, ComposeInvocation, ComposeKind, ComposePreview, OutputLine, Plan,
};
use crate::plan;

use super::ComposeRefusal;
use super::operator::Operator;

/// How long Compose may take to say what it would do.
const LIMIT: Duration = Duration::from_secs(30);
/// Lines on their way.
const LINES: usize = 64;
/// Lines that are read; what Compose says beyond is left out.
const MOST_LINES: usize = 5_000;

impl Operator {
    /// The plan of `invocation`, with what Compose says that it would do.
    ///
    /// # Errors
    /// When there is none, the engine is lost, or Compose cannot be run.
    pub async fn plan_compose(
        &self,
        invocation: ComposeInvocation,
    ) -> Result<Plan, ComposeRefusal> {
        let engine = self
            .link
            .borrow()
            .clone()
            .ok_or(ComposeRefusal::EngineLost)?;
        let known = Arc::clone(&self.snapshots.borrow().secrets);
        let preview = preview(&engine.compose(), &invocation, known).await?;
        let call = ComposeCall {
            invocation,
            preview,
        };
        Ok(plan::compose(&call, &self.snapshots.borrow())?)
    }
}

/// What Compose says that `invocation` would do.
async fn preview(
    runner: &ComposeRunner,
    invocation: &ComposeInvocation,
    known: Arc<KnownSecrets>,
) -> Result<ComposePreview, ComposeRefusal> {
    let not_run = |error: ComposeError| ComposeRefusal::NotRun(error.to_string());
    // The command is all that there is to be said of it.
    if invocation.verb.kind() == ComposeKind::Run {
        runner.check(invocation).await.map_err(not_run)?;
        return Ok(ComposePreview::NotAsked);
    }
    let mut dry = invocation.clone();
    dry.dry_run = true;
    let (sender, receiver) = mpsc::channel(LINES);
    let run = runner.run(&dry, known, sender, tokio::time::sleep(LIMIT));
    let (end, lines) = tokio::join!(run, gathered(receiver));
    Ok(match end.map_err(not_run)? {
        ComposeEnd::Exited(0) => ComposePreview::of(&lines),
        ComposeEnd::Cancelled => {
            ComposePreview::Failed(format!("it did not answer within {} s", LIMIT.as_secs()))
        }
        ComposeEnd::Exited(_) | ComposeEnd::Signalled(_) => ComposePreview::Failed(last(&lines)),
    })
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

/// The last words of a run that failed.
fn last(lines: &[OutputLine]) -> String {
    let said = lines.iter().rfind(|line| !line.text.trim().is_empty());
    said.map_or_else(
        || "it failed without a word".to_owned(),
        |line| line.text.trim().to_owned(),
    )
}
