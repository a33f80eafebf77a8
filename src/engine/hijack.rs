//! Connections that an answer makes over to the caller, as `docker exec` and `docker attach` use
//! them.

use std::time::Duration;

use bollard::BollardRequest;
use futures_util::StreamExt as _;
use http::{HeaderValue, header};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::sync::mpsc;

use super::EngineError;
use super::answer::UpgradeTaker;
use super::transport::{HttpMethod, Transport};

/// What is written to it is input, what is read from it output.
pub(super) type Hijacked = TokioIo<Upgraded>;

impl Transport {
    /// `POST path` with a JSON document; the connection is the caller's afterwards, without limit in
    /// time.
    ///
    /// # Errors
    /// When there is no answer within `timeout`, the engine refuses, or does not switch protocols.
    pub(super) async fn hijack(
        &self,
        path: &str,
        document: &Value,
        timeout: Duration,
        what: (&'static str, &str),
    ) -> Result<Hijacked, EngineError> {
        let (taker, mut upgrades) = mpsc::channel(1);
        let prepare = move |request: &mut BollardRequest| {
            let headers = request.headers_mut();
            headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
            headers.insert(header::UPGRADE, HeaderValue::from_static("tcp"));
            request.extensions_mut().insert(UpgradeTaker(taker.clone()));
        };
        let mut body = self.request(HttpMethod::Post, path, Some(document), timeout, prepare);
        // An answer that switches protocols has no body.
        match tokio::time::timeout(timeout, body.next()).await {
            Ok(Some(Err(error))) => return Err(EngineError::from_client(what.0, what.1, &error)),
            Ok(Some(Ok(_)) | None) => {}
            Err(_elapsed) => return Err(EngineError::timed_out(what.0, what.1)),
        }
        let Ok(upgrade) = upgrades.try_recv() else {
            let cause = "the engine, or a proxy before it, makes no connection over to a client";
            return Err(EngineError::failed(what.0, what.1, cause));
        };
        let upgraded = upgrade.await;
        upgraded
            .map(TokioIo::new)
            .map_err(|error| EngineError::broken(what.0, what.1, &error))
    }
}
