//! What the Compose file says of a container now: hubdeck replaces it by its own definition, so that
//! Compose sees no drift where the file says the same, but for the image. What else was changed in
//! the file is for Compose to apply.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::mpsc;

use crate::engine::{ComposeError, Engine};
use crate::model::{
    ComposeEnd, ComposeInvocation, ComposeProject, ComposeVerb, LogStream, OperationKind,
    OutputLine, Step,
};

use super::PlanExecutor;
use crate::operate::definition::COMPOSE_HASH;

const SERVICE: &str = "com.docker.compose.service";
/// Most lines of Compose that are read of one call.
const LINES: usize = 256;

/// The image that a Compose file names now, where nothing else was changed since the container was
/// created.
#[derive(Clone, Debug)]
pub(super) struct FileImage {
    pub reference: String,
    /// The hash of what the file says of the service now.
    pub hash: String,
}

impl PlanExecutor {
    /// The image that the Compose file of the container of `step` names now, where an update applies
    /// it; `None` where the file says what it said, it is not of Compose, or Compose cannot be asked
    /// here.
    ///
    /// # Errors
    /// One sentence where something else was changed, which hubdeck would not apply.
    pub(super) async fn file_image(
        &self,
        engine: &Engine,
        step: &Step,
        inspected: &Value,
    ) -> Result<Option<FileImage>, String> {
        let labels: BTreeMap<String, String> = inspected
            .pointer("/Config/Labels")
            .and_then(|labels| serde_json::from_value(labels.clone()).ok())
            .unwrap_or_default();
        let (Some(service), Some(before), Ok(project)) = (
            labels.get(SERVICE),
            labels.get(COMPOSE_HASH),
            ComposeProject::of(&labels, &step.name),
        ) else {
            return Ok(None);
        };
        let file = ComposeFile {
            project,
            service: service.clone(),
        };
        let Some(hash) = self.file_hash(engine, &file, None).await? else {
            tracing::info!("{} is replaced without a look at its file", step.name);
            return Ok(None);
        };
        if hash == *before {
            return Ok(None);
        }
        let is_update = matches!(step.kind, OperationKind::Update { .. });
        let own = inspected.pointer("/Config/Image").and_then(Value::as_str);
        let own = own.filter(|_| is_update).unwrap_or_default();
        if !own.is_empty()
            && self.file_hash(engine, &file, Some(own)).await?.as_ref() == Some(before)
        {
            for reference in self.file_images(engine, &file).await? {
                let with = self.file_hash(engine, &file, Some(&reference)).await?;
                if with.as_ref() == Some(&hash) {
                    return Ok(Some(FileImage { reference, hash }));
                }
            }
        }
        Err(format!(
            "its Compose file, or a variable in it, says otherwise now than when it was created: `hubdeck compose up {}` \
             shows what that changes, and applies it",
            step.service
        ))
    }

    /// The hash of what `file` says of its service, with `image` where one is given; `None` where
    /// Compose cannot be asked here.
    async fn file_hash(
        &self,
        engine: &Engine,
        file: &ComposeFile,
        image: Option<&str>,
    ) -> Result<Option<String>, String> {
        let image = image.map(str::to_owned);
        let verb = ComposeVerb::ConfigHash { image };
        let Some(lines) = self.config(engine, file, verb).await? else {
            return Ok(None);
        };
        // "web cf11d1…"
        let mut lines = lines.iter();
        Ok(lines.find_map(|line| Some(line.trim().strip_prefix(&file.service)?.trim().to_owned())))
    }

    /// The images of the service, and of what it depends on.
    async fn file_images(
        &self,
        engine: &Engine,
        file: &ComposeFile,
    ) -> Result<Vec<String>, String> {
        let lines = self.config(engine, file, ComposeVerb::ConfigImages).await?;
        let lines = lines.unwrap_or_default().into_iter();
        Ok(lines.map(|line| line.trim().to_owned()).collect())
    }

    /// What `docker compose config` prints; `None` where Compose cannot be asked here.
    async fn config(
        &self,
        engine: &Engine,
        file: &ComposeFile,
        verb: ComposeVerb,
    ) -> Result<Option<Vec<String>>, String> {
        let invocation = ComposeInvocation {
            project: file.project.clone(),
            verb,
            services: vec![file.service.clone()],
            dry_run: false,
        };
        match self.compose_output(engine, &invocation).await {
            Ok((ComposeEnd::Exited(0), lines)) => Ok(Some(lines)),
            Ok((_, lines)) => Err(format!("Compose cannot read its file: {}", last(&lines))),
            Err(error) => {
                tracing::info!("Compose was not asked: {error}");
                Ok(None)
            }
        }
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
        let run = runner.run(invocation, known, lines, std::future::pending());
        let (end, lines) = tokio::join!(run, collected(&mut read));
        end.map(|end| (end, lines))
    }
}

/// A service in the Compose files of its project.
struct ComposeFile {
    project: ComposeProject,
    service: String,
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
