//! Containers of Compose whose file was changed since: Compose itself recreates them, so that it
//! sees no drift. One whose file still says what it has is replaced by hubdeck, which keeps the old
//! one meanwhile; Compose sees no drift then either.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::mpsc;

use crate::engine::{ComposeError, Engine};
use crate::model::{
    ComposeEnd, ComposeInvocation, ComposeProject, ComposeVerb, InstanceId, LogStream, OutputLine,
    Step,
};

use super::PlanExecutor;
use super::failure::ReplaceError;
use super::replace::Replacement;

const SERVICE: &str = "com.docker.compose.service";
const HASH: &str = "com.docker.compose.config-hash";
/// Most lines of Compose that are read of one call.
const LINES: usize = 256;

impl PlanExecutor {
    /// What recreates the container of `step` where its Compose file was changed since it was
    /// created; `None` where it was not, it is not of Compose, or Compose cannot be asked here.
    ///
    /// # Errors
    /// One sentence where Compose would recreate several containers at once.
    pub(super) async fn changed_project(
        &self,
        engine: &Engine,
        step: &Step,
        inspected: &Value,
    ) -> Result<Option<ComposeInvocation>, String> {
        let labels: BTreeMap<String, String> = inspected
            .pointer("/Config/Labels")
            .and_then(|labels| serde_json::from_value(labels.clone()).ok())
            .unwrap_or_default();
        let (Some(service), Some(hash), Ok(project)) = (
            labels.get(SERVICE),
            labels.get(HASH),
            ComposeProject::of(&labels, &step.name),
        ) else {
            return Ok(None);
        };
        let services = vec![service.clone()];
        let asked = ComposeInvocation {
            project,
            verb: ComposeVerb::ConfigHash,
            services,
            dry_run: false,
        };
        let now = match self.compose_output(engine, &asked).await {
            Ok((ComposeEnd::Exited(0), lines)) => lines,
            Ok((_, lines)) => {
                return Err(format!("Compose cannot read its file: {}", last(&lines)));
            }
            Err(error) => {
                tracing::info!("{} is recreated without Compose: {error}", step.name);
                return Ok(None);
            }
        };
        // "web cf11d1…"
        let mut hashes = now
            .iter()
            .filter_map(|line| line.trim().strip_prefix(service.as_str()));
        if hashes.any(|rest| rest.trim() == hash) {
            return Ok(None);
        }
        let replicas = {
            let snapshot = self.snapshots.borrow();
            snapshot
                .service(&step.service)
                .map_or(0, |service| service.instances.len())
        };
        let replace = ComposeInvocation {
            verb: ComposeVerb::Replace,
            ..asked
        };
        if replicas > 1 {
            return Err(format!(
                "its Compose file was changed since it was created, and Compose would recreate its {replicas} containers \
                 at once; `{}` does that",
                replace.docker_command()
            ));
        }
        Ok(Some(replace))
    }

    /// Has Compose replace the container; the id of the new one.
    pub(super) async fn replaced_by_compose(
        &self,
        change: &Replacement<'_>,
        invocation: &ComposeInvocation,
    ) -> Result<InstanceId, ReplaceError> {
        let failed =
            |why: String| ReplaceError::other(format!("cannot {}: {why}", change.step.call()));
        let engine = self.link.borrow().clone();
        let engine = engine.ok_or_else(|| failed("the engine does not answer".to_owned()))?;
        match self.compose_output(&engine, invocation).await {
            Ok((ComposeEnd::Exited(0), _)) => {}
            Ok((_, lines)) => return Err(failed(last(&lines))),
            Err(error) => return Err(failed(error.to_string())),
        }
        let made = engine.definition(&change.step.name).await;
        let made = made.map_err(|error| failed(error.cause().to_owned()))?;
        let id = made.as_ref().and_then(|made| made.get("Id")?.as_str());
        id.map(InstanceId::new).ok_or_else(|| {
            failed("Compose created no container of this name; `docker compose ps -a` lists what it created".to_owned())
        })
    }

    /// Runs Compose to its end; its lines, of standard output first.
    async fn compose_output(
        &self,
        engine: &Engine,
        invocation: &ComposeInvocation,
    ) -> Result<(ComposeEnd, Vec<String>), ComposeError> {
        let known = Arc::clone(&self.snapshots.borrow().secrets);
        let (lines, mut read) = mpsc::channel(LINES);
        let runner = engine.compose();
        // What Compose has begun it finishes: half a replacement helps nobody.
        let run = runner.run(invocation, known, lines, std::future::pending());
        let (end, lines) = tokio::join!(run, collected(&mut read));
        end.map(|end| (end, lines))
    }
}

/// The lines of a call, those of standard output first.
async fn collected(read: &mut mpsc::Receiver<OutputLine>) -> Vec<String> {
    let (mut out, mut errors) = (Vec::new(), Vec::new());
    while let Some(line) = read.recv().await {
        let list = if line.stream == LogStream::Stdout {
            &mut out
        } else {
            &mut errors
        };
        if list.len() < LINES {
            list.push(line.text);
        }
    }
    out.extend(errors);
    out
}

/// What Compose said last.
fn last(lines: &[String]) -> String {
    let said = lines.iter().rev().find(|line| !line.trim().is_empty());
    said.map_or_else(
        || "Compose failed without a word".to_owned(),
        |line| line.trim().to_owned(),
    )
}
