//! What is wanted of the answer to one request beside its body, as the client passes on nothing else.

use std::sync::{Arc, OnceLock};

use bollard::BollardRequest;
use hyper::upgrade::OnUpgrade;
use tokio::sync::mpsc;

/// Where the content type of the answer to one request is put: an extension of the request, as the
/// client passes on nothing but the body.
#[derive(Clone, Debug, Default)]
pub(super) struct AnswerType(Arc<OnceLock<String>>);

impl AnswerType {
    /// The content type; `None` before the answer, and where it has none.
    pub(super) fn get(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }

    fn read(&self, headers: &http::HeaderMap) {
        if let Some(Ok(kind)) = headers
            .get(http::header::CONTENT_TYPE)
            .map(|it| it.to_str())
        {
            // A request has one answer.
            drop(self.0.set(kind.to_owned()));
        }
    }
}

/// Where the status of the answer to one request is put: an extension of the request, as above.
#[derive(Clone, Debug, Default)]
pub(super) struct AnswerStatus(Arc<OnceLock<u16>>);

impl AnswerStatus {
    /// The status; `None` before the answer.
    pub(super) fn get(&self) -> Option<u16> {
        self.0.get().copied()
    }
}

/// Takes the connection of an answer that switches protocols: an extension of the request, as above.
#[derive(Clone, Debug)]
pub(super) struct UpgradeTaker(pub mpsc::Sender<OnUpgrade>);

impl UpgradeTaker {
    fn take<B>(&self, response: &mut http::Response<B>) {
        if response.status() == http::StatusCode::SWITCHING_PROTOCOLS {
            // A request has one answer, and whoever gave up waiting for it needs no connection.
            drop(self.0.try_send(hyper::upgrade::on(response)));
        }
    }
}

/// What somebody wants of the answer beside its body.
pub(super) struct WantedOfAnswer {
    kind: Option<AnswerType>,
    status: Option<AnswerStatus>,
    upgrade: Option<UpgradeTaker>,
}

impl WantedOfAnswer {
    /// By the extensions of `request`.
    pub(super) fn by(request: &BollardRequest) -> Self {
        let extensions = request.extensions();
        Self {
            kind: extensions.get().cloned(),
            status: extensions.get().cloned(),
            upgrade: extensions.get().cloned(),
        }
    }

    pub(super) fn take<B>(self, response: &mut http::Response<B>) {
        if let Some(taker) = self.upgrade {
            taker.take(response);
        }
        if let Some(AnswerStatus(status)) = self.status {
            // A request has one answer.
            let _ = status.set(response.status().as_u16());
        }
        if let Some(kind) = self.kind {
            kind.read(response.headers());
        }
    }
}
