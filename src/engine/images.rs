//! Images: pulling, looking at and tagging them.

use std::collections::BTreeMap;
use std::time::Duration;

use bollard::errors::Error as ClientError;
use futures_util::{Stream, StreamExt as _};
use serde::Deserialize;
use serde_json::Value;

use super::answer::AnswerStatus;
use super::transport::{HttpMethod, READ_TIMEOUT, encoded};
use super::{Engine, EngineError};
use crate::model::{ImageReference, PullProgress};

/// How long a pull may report nothing: a layer is extracted in one go.
const PULL_SILENT: Duration = Duration::from_secs(10 * 60);
/// Most bytes of one report of a pull.
const REPORT_LIMIT: usize = 1 << 20;

/// An image that the engine has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EngineImage {
    /// Its id, `sha256:…`.
    pub id: String,
    /// The digests by which registries know it, `repository@sha256:…`.
    pub digests: Vec<String>,
    /// `linux/arm64`.
    pub platform: String,
    /// Its defaults: command, environment, labels and the like.
    pub config: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireImage {
    id: String,
    #[serde(default)]
    repo_digests: Option<Vec<String>>,
    #[serde(default)]
    os: String,
    #[serde(default)]
    architecture: String,
    #[serde(default)]
    config: Value,
}

/// One report of a pull.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PullReport {
    id: String,
    status: String,
    progress_detail: Option<PullDetail>,
    error: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PullDetail {
    current: u64,
    total: u64,
}

/// What is known of the layers of a pull.
#[derive(Default)]
struct PullLayers(BTreeMap<String, PullLayer>);

#[derive(Default)]
struct PullLayer {
    is_done: bool,
    bytes: u64,
    total: u64,
}

/// Images.
impl Engine {
    /// Pulls `reference` with the credentials of this host and passes on how far that is.
    ///
    /// # Errors
    /// When there is no such image, the registry refuses or does not answer, or the engine does
    /// not; and when the credentials cannot be read.
    pub async fn pull(
        &self,
        reference: &ImageReference<'_>,
        progress: impl FnMut(PullProgress),
    ) -> Result<(), EngineError> {
        let target = format!("{} {}", reference.repository, reference.version());
        let what = ("pull", target.as_str());
        let auth = self.registry_auth(reference, what).await?;
        let path = format!(
            "/images/create?fromImage={}&tag={}",
            encoded(reference.repository),
            encoded(reference.version())
        );
        let status = AnswerStatus::default();
        let wanted = status.clone();
        let body =
            self.transport
                .request(HttpMethod::Post, &path, None, PULL_SILENT, move |request| {
                    auth(request);
                    request.extensions_mut().insert(wanted.clone());
                });
        let pulled = read_pull(body, what, progress).await;
        // The reports are thousands of lines, and only an error among them says what came of it.
        let outcome = pulled.map(|()| Vec::new());
        self.transport
            .record((HttpMethod::Post, &path), status.get(), &outcome);
        outcome.map(|_none| ())
    }

    /// The image that `reference` names, or the image with this id; `None` where the engine has
    /// none.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn image(&self, reference: &str) -> Result<Option<EngineImage>, EngineError> {
        let path = format!("/images/{}/json", in_path(reference));
        let found: Result<WireImage, EngineError> = self
            .transport
            .get(&path, READ_TIMEOUT, ("look at the image", reference))
            .await;
        match found {
            Ok(image) => Ok(Some(EngineImage {
                id: image.id,
                digests: image.repo_digests.unwrap_or_default(),
                platform: format!("{}/{}", image.os, image.architecture),
                config: image.config,
            })),
            Err(EngineError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Has `reference`, a repository with a tag, name the image `id`.
    ///
    /// # Errors
    /// When there is no such image, or the engine does not answer or refuses.
    pub async fn tag(&self, id: &str, reference: &ImageReference<'_>) -> Result<(), EngineError> {
        let path = format!(
            "/images/{}/tag?repo={}&tag={}",
            in_path(id),
            encoded(reference.repository),
            encoded(reference.tag.unwrap_or("latest"))
        );
        let what = ("tag the image", reference.repository);
        self.transport
            .call(HttpMethod::Post, &path, READ_TIMEOUT, what)
            .await
            .map(|_body| ())
    }

    /// The platform on which the engine runs containers, `linux/amd64`.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn platform(&self) -> Result<String, EngineError> {
        let what = ("ask", "the engine for its platform");
        let version: Value = self.transport.get("/version", READ_TIMEOUT, what).await?;
        let text = |key: &str| version.get(key).and_then(Value::as_str).unwrap_or_default();
        Ok(format!("{}/{}", text("Os"), text("Arch")))
    }
}

/// Reads the reports of a pull to its end.
async fn read_pull(
    mut body: impl Stream<Item = Result<impl AsRef<[u8]>, ClientError>> + Unpin,
    what: (&'static str, &str),
    mut progress: impl FnMut(PullProgress),
) -> Result<(), EngineError> {
    let (mut layers, mut rest) = (PullLayers::default(), Vec::new());
    loop {
        let chunk = tokio::time::timeout(PULL_SILENT, body.next()).await;
        let chunk = match chunk {
            Err(_elapsed) => return Err(EngineError::timed_out(what.0, what.1)),
            Ok(None) => return Ok(()),
            Ok(Some(chunk)) => {
                chunk.map_err(|error| EngineError::from_client(what.0, what.1, &error))?
            }
        };
        rest.extend_from_slice(chunk.as_ref());
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = rest.drain(..=end).collect();
            // A report that cannot be read is one that is not shown.
            let Ok(report) = serde_json::from_slice::<PullReport>(&line) else {
                continue;
            };
            if !report.error.is_empty() {
                return Err(EngineError::failed(what.0, what.1, report.error));
            }
            progress(layers.take(report));
        }
        if rest.len() > REPORT_LIMIT {
            return Err(EngineError::other_shape(what.0, what.1, "line"));
        }
    }
}

impl PullLayers {
    /// Takes in a report; how far the pull is.
    fn take(&mut self, report: PullReport) -> PullProgress {
        let is_done = matches!(report.status.as_str(), "Pull complete" | "Already exists");
        let is_of_layer = is_done
            || matches!(
                report.status.as_str(),
                "Pulling fs layer"
                    | "Waiting"
                    | "Downloading"
                    | "Verifying Checksum"
                    | "Download complete"
                    | "Extracting"
            );
        if is_of_layer && !report.id.is_empty() {
            let layer = self.0.entry(report.id).or_default();
            layer.is_done |= is_done;
            let detail = report.progress_detail.unwrap_or_default();
            if report.status == "Downloading" && detail.total > 0 {
                (layer.bytes, layer.total) = (detail.current.min(detail.total), detail.total);
            } else if report.status != "Pulling fs layer" && report.status != "Waiting" {
                layer.bytes = layer.total;
            }
        }
        let all = || self.0.values();
        PullProgress {
            layers_done: all().filter(|layer| layer.is_done).count(),
            layers: self.0.len(),
            bytes: all().map(|layer| layer.bytes).sum(),
            total_bytes: all().map(|layer| layer.total).sum(),
        }
    }
}

/// `reference` in a path: the engine takes its slashes as they are.
pub(super) fn in_path(reference: &str) -> String {
    encoded(reference).replace("%2F", "/").replace("%3A", ":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_and_bytes_are_counted_as_they_are_reported() {
        let mut layers = PullLayers::default();
        let mut progress = PullProgress::default();
        for line in [
            r#"{"status":"Pulling from team/app","id":"2"}"#,
            r#"{"status":"Pulling fs layer","progressDetail":{},"id":"a"}"#,
            r#"{"status":"Already exists","progressDetail":{},"id":"b"}"#,
            r#"{"status":"Downloading","progressDetail":{"current":30,"total":100},"id":"a"}"#,
        ] {
            progress = layers.take(serde_json::from_str(line).expect("readable"));
        }
        let expected = PullProgress {
            layers_done: 1,
            layers: 2,
            bytes: 30,
            total_bytes: 100,
        };
        assert_eq!(progress, expected);
        for line in [
            r#"{"status":"Download complete","progressDetail":{},"id":"a"}"#,
            r#"{"status":"Extracting","progressDetail":{"current":5,"total":100},"id":"a"}"#,
            r#"{"status":"Pull complete","progressDetail":{},"id":"a"}"#,
            r#"{"status":"Digest: sha256:ab"}"#,
        ] {
            progress = layers.take(serde_json::from_str(line).expect("readable"));
        }
        assert_eq!((progress.layers_done, progress.bytes), (2, 100));
    }
}
