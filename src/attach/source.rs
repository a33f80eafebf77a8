//! The hubdeck that is attached to: its address, and what proves who asks.

use std::path::{Path, PathBuf};
use std::time::Duration;

use http::Method;
use serde::Deserialize;

use super::AttachError;
use super::frames::AttachFrames;
use crate::engine::{RemoteAnswer, RemoteHub};

/// Time in which the head of an answer has to come.
const ANSWER: Duration = Duration::from_secs(20);
/// Bytes of a refusal that are read.
const REFUSAL: usize = 16 << 10;

/// Another hubdeck.
pub struct AttachSource {
    hub: RemoteHub,
    token: Option<String>,
}

/// What is read of a refusal (RFC 9457).
#[derive(Deserialize)]
struct Refusal {
    detail: String,
}

impl AttachSource {
    /// The hubdeck at `url`, which may demand `token`. With `ca`, only certificates that it signed
    /// are accepted. SSH keeps its sockets in `runtime_dir`.
    ///
    /// # Errors
    /// An address that cannot be used.
    pub fn new(
        url: &str,
        ca: Option<PathBuf>,
        token: Option<String>,
        runtime_dir: Option<&Path>,
    ) -> Result<Self, AttachError> {
        let hub = RemoteHub::new(url, ca, runtime_dir).map_err(|clause| AttachError::Address {
            url: crate::model::secrets::mask_urls(url),
            clause,
        })?;
        Ok(Self { hub, token })
    }

    /// The address as it may be shown.
    #[must_use]
    pub fn url(&self) -> &str {
        self.hub.shown()
    }

    /// `path` with `query`, which is JSON.
    pub(super) fn path_with_query(&self, path: &str, query: &str) -> String {
        format!("{path}?query={}", crate::engine::encoded(query))
    }

    /// The frames that `path` gives.
    pub(super) async fn frames(&self, path: &str) -> Result<AttachFrames, AttachError> {
        let url = self.url();
        let asked = self
            .hub
            .request(Method::GET, path, self.token.as_deref(), None);
        let silent = |clause| AttachError::Silent {
            url: url.to_owned(),
            clause,
        };
        let answer = match tokio::time::timeout(ANSWER, asked).await {
            Ok(answer) => answer.map_err(silent)?,
            Err(_elapsed) => {
                return Err(silent(format!("no answer within {} s", ANSWER.as_secs())));
            }
        };
        match answer.status {
            200 => Ok(AttachFrames::new(answer, url)),
            _ => Err(self.refusal(answer).await),
        }
    }

    /// Ends the logins behind SSH.
    pub async fn close(&self) {
        self.hub.close().await;
    }

    async fn refusal(&self, answer: RemoteAnswer) -> AttachError {
        let (url, status) = (self.url().to_owned(), answer.status);
        match status {
            401 if self.token.is_none() => return AttachError::NoToken(url),
            401 => return AttachError::WrongToken(url),
            403 => return AttachError::Forbidden(url),
            _ => {}
        }
        match words(answer).await {
            Some(_) | None if status == 404 => AttachError::NoHubdeck(url),
            Some(words) => AttachError::Refused { url, status, words },
            None => AttachError::NoHubdeck(url),
        }
    }
}

/// What a refusal says; `None` where it is none of a hubdeck.
async fn words(mut answer: RemoteAnswer) -> Option<String> {
    let mut body = Vec::new();
    let reading = async {
        while let Ok(Some(bytes)) = answer.chunk().await {
            body.extend_from_slice(&bytes);
            if body.len() > REFUSAL {
                break;
            }
        }
    };
    // What came within that time is all that is read.
    let _complete = tokio::time::timeout(ANSWER, reading).await.is_ok();
    let refusal: Refusal = serde_json::from_slice(&body).ok()?;
    Some(crate::model::text::one_line(&refusal.detail, 300))
}
