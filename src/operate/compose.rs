//! What Compose would do, before anybody is asked.

use std::sync::Arc;

use crate::engine::{ComposeError, ComposeRunner};
use crate::model::secrets::KnownSecrets;
use crate::model::{ComposeCall, ComposeEnd, ComposeInvocation, ComposeKind, ComposePreview, Plan};
use crate::plan;

use super::ComposeRefusal;
use super::compose_output::output;
use super::operator::Operator;

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
    let output = output(runner, &dry, known).await.map_err(not_run)?;
    Ok(match output.end {
        ComposeEnd::Exited(0) => ComposePreview::of(&output.lines),
        _ => ComposePreview::Failed(output.failure()),
    })
}
