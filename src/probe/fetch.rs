//! Fetches what a URL of the settings gives: verified TLS, no redirects to other hosts, within
//! bounds of time and size. No proxy of the environment is used.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::resolver::Resolver;
use super::tls_client::Tls;
use super::{failure, http};
use crate::model::{FailedRequest, FetchFailure, Finding, Hidden};

/// A client for URLs of the settings. It keeps no connection open.
#[derive(Clone)]
pub struct Fetcher {
    client: reqwest::Client,
}

impl Fetcher {
    /// Makes the client.
    ///
    /// # Errors
    /// When the system's roots cannot be read, or the client library refuses its settings.
    pub fn new() -> Result<Self, FetchFailure> {
        let failed = |said: String| {
            FetchFailure::Failed(Finding::Failed(FailedRequest::HttpClient { said }))
        };
        let tls = Tls::own().map_err(|error| failed(error.to_string()))?;
        let config = tls.verifying().config().map_err(FetchFailure::Failed)?;
        let client = http::builder(&config, &Resolver::system())
            .user_agent(concat!("hubdeck/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| failed(error.to_string()))?;
        Ok(Self { client })
    }

    /// The body that `GET url` gives within `limit`, of `most` bytes at most.
    ///
    /// # Errors
    /// No answer, a status that is no success, or a body that is too large.
    pub async fn get(
        &self,
        url: &Hidden,
        limit: Duration,
        most: usize,
    ) -> Result<Vec<u8>, FetchFailure> {
        let reading = self.read(url.reveal(), limit, most);
        let answer = timeout_at(Instant::now() + limit, reading).await;
        answer.unwrap_or(Err(FetchFailure::Failed(Finding::NoAnswer {
            within: limit,
        })))
    }

    async fn read(&self, url: &str, limit: Duration, most: usize) -> Result<Vec<u8>, FetchFailure> {
        let failed = |error: reqwest::Error| FetchFailure::Failed(failure::http(&error, limit));
        let mut response = self.client.get(url).send().await.map_err(failed)?;
        if !response.status().is_success() {
            return Err(FetchFailure::Status(response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > most {
                return Err(FetchFailure::TooLarge(most));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}
