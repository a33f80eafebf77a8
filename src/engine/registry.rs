//! What the engine asks registries for: digests, with the credentials of this host.

use bollard::BollardRequest;
use futures_util::StreamExt as _;
use http::HeaderValue;
use serde::Deserialize;

use super::images::in_path;
use super::transport::{HttpMethod, READ_TIMEOUT};
use super::{Engine, EngineError, connect, credentials};
use crate::model::ImageReference;

/// The codes of the distribution specification with which a registry refuses whoever asks, or asks
/// too often, and what the engine says where it has no password to send.
const REFUSALS: [&str; 4] = [
    "unauthorized:",
    "denied:",
    "toomanyrequests",
    "no basic auth credentials",
];

/// `GET /distribution/{name}/json`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Distribution {
    descriptor: Descriptor,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: String,
}

/// Registries.
impl Engine {
    /// The digest of what the registry has under `reference` now, `sha256:…`: that of the list
    /// where the image is there for several platforms. Nothing is pulled.
    ///
    /// # Errors
    /// When there is no such image, the registry refuses ([`EngineError::is_registry_refusal`]) or
    /// does not answer, or the engine does not; and when the credentials cannot be read.
    pub async fn registry_digest(
        &self,
        reference: &ImageReference<'_>,
    ) -> Result<String, EngineError> {
        let name = format!("{}:{}", reference.repository, reference.version());
        let what = ("look up in its registry", name.as_str());
        let auth = self.registry_auth(reference, what).await?;
        let path = format!("/distribution/{}/json", in_path(&name));
        let read = async {
            let mut body = Vec::new();
            let get = HttpMethod::Get;
            let mut stream = self.transport.request(get, &path, None, READ_TIMEOUT, auth);
            while let Some(chunk) = stream.next().await {
                let chunk = chunk.map_err(|error| EngineError::from_client(what.0, what.1, &error));
                body.extend_from_slice(chunk?.as_ref());
            }
            Ok::<_, EngineError>(body)
        };
        let body = tokio::time::timeout(READ_TIMEOUT, read).await;
        let body = body.map_err(|_elapsed| EngineError::timed_out(what.0, what.1))??;
        let answer = serde_json::from_slice::<Distribution>(&body)
            .map_err(|error| EngineError::unreadable(what.0, what.1, &error))?;
        Ok(answer.descriptor.digest)
    }

    /// Adds the credentials for the registry of `reference` to a request.
    pub(super) async fn registry_auth(
        &self,
        reference: &ImageReference<'_>,
        what: (&'static str, &str),
    ) -> Result<impl Fn(&mut BollardRequest) + Send + Sync + 'static, EngineError> {
        let dir = connect::docker_config();
        let header = credentials::header(dir.as_deref(), reference)
            .await
            .map_err(|cause| EngineError::failed(what.0, what.1, cause))?;
        let mut header = header.and_then(|header| HeaderValue::from_str(&header).ok());
        if let Some(header) = &mut header {
            header.set_sensitive(true);
        }
        Ok(move |request: &mut BollardRequest| {
            if let Some(header) = &header {
                request
                    .headers_mut()
                    .insert("x-registry-auth", header.clone());
            }
        })
    }
}

impl EngineError {
    /// Whether a registry did not permit the question, or was asked too often: it has to be left
    /// alone for a while.
    #[must_use]
    pub fn is_registry_refusal(&self) -> bool {
        match self {
            Self::Forbidden { .. } => true,
            // The engine passes on the code of the registry in its own words, mostly with status 500.
            Self::Failed {
                status: Some(status),
                cause,
                ..
            } => {
                let cause = cause.to_ascii_lowercase();
                *status == 429 || REFUSALS.iter().any(|code| cause.contains(code))
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_told_from_failures() {
        let failed = |cause: &str| EngineError::Failed {
            operation: "look up",
            target: "web:1".to_owned(),
            cause: cause.to_owned(),
            status: Some(500),
        };
        for refusal in [
            "toomanyrequests: You have reached your pull rate limit.",
            "Get \"https://reg/v2/\": no basic auth credentials",
            "errors: denied: requested access to the resource is denied unauthorized: authentication required",
        ] {
            assert!(failed(refusal).is_registry_refusal(), "{refusal}");
        }
        for failure in [
            "dial tcp 127.0.0.1:5000: connect: connection refused",
            "manifest unknown",
            "open /home/me/.docker/config.json: permission denied",
        ] {
            assert!(!failed(failure).is_registry_refusal(), "{failure}");
        }
    }
}
