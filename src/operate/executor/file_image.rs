//! What the Compose file says of a container now: hubdeck replaces it by its own definition, so that
//! Compose sees no drift where the file says the same, but for the image. What else was changed in
//! the file is for Compose to apply.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::engine::Engine;
use crate::model::{
    ComposeEnd, ComposeInvocation, ComposeProject, ComposeVerb, LogStream, OperationKind, Step,
    compose_labels,
};

use super::PlanExecutor;
use crate::operate::compose_output::{ComposeOutput, output};

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
            labels.get(compose_labels::SERVICE),
            labels.get(compose_labels::CONFIG_HASH),
            ComposeProject::of(&labels, &step.name),
        ) else {
            return Ok(None);
        };
        let file = ComposeFile {
            project,
            service: service.clone(),
        };
        let Some(hash) = self.file_hash(engine, &file, None).await? else {
            tracing::info!(
                "{} is replaced as it is: its Compose file cannot be read here",
                step.name
            );
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
        file.hash_in(&lines).map(Some)
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
        let known = Arc::clone(&self.snapshots.borrow().secrets);
        let output = match output(&engine.compose(), &invocation, known).await {
            Ok(output) => output,
            Err(error) => {
                tracing::info!("Compose was not asked: {error}");
                return Ok(None);
            }
        };
        printed(output).map(Some)
    }
}

/// What a call that succeeded printed to its standard output.
fn printed(output: ComposeOutput) -> Result<Vec<String>, String> {
    if output.end != ComposeEnd::Exited(0) {
        let why = output.failure();
        return Err(format!("Compose cannot read its file: {why}"));
    }
    let lines = output.lines.into_iter();
    let printed = lines.filter(|line| line.stream == LogStream::Stdout);
    Ok(printed.map(|line| line.text).collect())
}

/// A service in the Compose files of its project.
struct ComposeFile {
    project: ComposeProject,
    service: String,
}

impl ComposeFile {
    /// The hash of the service in what `docker compose config --hash` prints: `web cf11d1…`.
    fn hash_in(&self, lines: &[String]) -> Result<String, String> {
        let mut pairs = lines.iter().filter_map(|line| line.trim().split_once(' '));
        let of_service = pairs.find(|(service, _)| *service == self.service);
        let no_hash = || format!("Compose names no hash of {}", self.service);
        let (_, hash) = of_service.ok_or_else(no_hash)?;
        Ok(hash.trim().to_owned())
    }
}
